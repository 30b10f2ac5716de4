"""`amt worker` as a process."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx

from app.db.rollen import Zugang
from tests.app.versand import conftest as versand
from tests.app.versand.conftest import Stelle_ein, versuche

WURZEL = Path(__file__).resolve().parents[3]

bau_probe = versand.bau_probe
stelle_ein = versand.stelle_ein


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_it_works_shows_its_figures_and_leaves_on_sigterm(
    stelle_ein: Stelle_ein, datenbank: Zugang
) -> None:
    port = _freier_port()
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "worker"),
        cwd=WURZEL,
        env={
            **os.environ,
            "DATABASE_URL": datenbank.anwendung,
            "AMT_WORKER_METRIK_PORT": str(port),
            "AMT_HOST": "127.0.0.1",
        },
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        [bezug] = await stelle_ein()
        async with asyncio.timeout(60):
            # The process knows no builder of probes: that it says so shows that it was there.
            while not await versuche(bezug):  # noqa: ASYNC110 the database sets no event
                await asyncio.sleep(0.05)
        async with httpx.AsyncClient() as client:
            figuren = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        assert 'amt_zustellversuche_total{ergebnis="gescheitert",kanal="postfach"} 1.0' in figuren
        prozess.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            _, fehler = await prozess.communicate()
    finally:
        if prozess.returncode is None:
            prozess.kill()
            await prozess.wait()
    assert prozess.returncode == 0, fehler.decode()
