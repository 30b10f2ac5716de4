"""Starts API and worker processes in tenths of a second: everything is imported once, then forked.

`python -m tests.zuverlaessigkeit.brutkasten` reads one JSON object per line, {"art", "umgebung", "log"},
and answers each with the number of a new process. When its input ends, it and all its processes end.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
from typing import Any

import uuid_utils
import uvicorn

import app.main  # noqa: F401 all that an API process needs
from app.db import bruchstelle
from app.db.zugang import vorhanden
from app.protokoll import richte_protokoll_ein
from app.settings import settings
from app.worker import betreibe

_PR_SET_PDEATHSIG = 1


def _api() -> None:
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings().host,
        port=settings().port,
        access_log=False,
        log_config=None,
    )


def _worker() -> None:
    asyncio.run(betreibe(vorhanden(settings()), settings()))


def _werde(auftrag: dict[str, Any], eltern: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != eltern:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nummer = os.open(auftrag["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for strom in (1, 2):
        os.dup2(nummer, strom)
    os.environ.update(auftrag["umgebung"])
    # What may have been drawn or read before the fork must not be the same in two processes.
    uuid_utils.reseed_rng()
    settings.cache_clear()
    bruchstelle.richte_ein(os.environ)
    richte_protokoll_ein(settings())
    {"api": _api, "worker": _worker}[auftrag["art"]]()


def main() -> None:
    """Fork until the input ends."""
    # Nobody waits for the children: the kernel clears them away.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    ich = os.getpid()
    for zeile in sys.stdin:
        auftrag = json.loads(zeile)
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                _werde(auftrag, ich)
            except BaseException as fehler:
                sys.stderr.write(f"{fehler!r}\n")
            finally:
                # A child must never read on as its parent.
                os._exit(1)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
