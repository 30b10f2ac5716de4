"""The house opens, survives a fallen process, leaves nothing behind by kill -9, and finds its data again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _demo(ordner: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    umgebung = {name: wert for name, wert in os.environ.items() if not name.startswith("AMT_")}
    ausgabe = ordner / "ausgabe.txt"
    ordner.mkdir(exist_ok=True)
    with ausgabe.open("a") as ziel:
        prozess = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "demo", "--port", str(port)],
            stdout=ziel,
            stderr=ziel,
            text=True,
            env=umgebung | {"AMT_DATENORDNER": str(ordner)},
        )
    try:
        yield prozess
    finally:
        if prozess.poll() is None:
            prozess.kill()
            prozess.wait()


def _bis(bedingung: Callable[[], bool], frist: float = 90) -> None:
    ende = time.monotonic() + frist
    while not bedingung():
        assert time.monotonic() < ende, "gave up waiting"
        time.sleep(0.2)


def _seite(port: int) -> str:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=10, trust_env=False).text
    except httpx.HTTPError:
        return ""


def _prozesse(ordner: Path) -> list[int]:
    """Processes that have to do with the folder: by their command line or their environment."""
    gefunden = []
    for eintrag in Path("/proc").glob("[0-9]*"):
        try:
            spur = (eintrag / "cmdline").read_bytes() + (eintrag / "environ").read_bytes()
        except OSError:
            continue
        if str(ordner).encode() in spur and int(eintrag.name) != os.getpid():
            gefunden.append(int(eintrag.name))
    return gefunden


def _api(ordner: Path) -> int:
    return next(
        nummer
        for nummer in _prozesse(ordner)
        if b"app.cli\0serve" in Path(f"/proc/{nummer}/cmdline").read_bytes()
    )


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc is needed to look for processes left behind")
def test_demo_lives_dies_and_comes_back(tmp_path: Path) -> None:
    ordner, port = tmp_path / "haus", _freier_port()
    with _demo(ordner, port) as prozess:
        _bis(lambda: "Beenden mit Strg-C" in (ordner / "ausgabe.txt").read_text())
        gefallen = _api(ordner)
        os.kill(gefallen, signal.SIGKILL)
        _bis(lambda: "Café Paderquell" in _seite(port))
        assert _api(ordner) != gefallen
        prozess.kill()
        prozess.wait()
        _bis(lambda: _prozesse(ordner) == [], 30)
    with _demo(ordner, port) as prozess:
        _bis(lambda: "0 neu eingereicht" in (ordner / "ausgabe.txt").read_text())
        assert "Café Paderquell" in _seite(port)
        prozess.send_signal(signal.SIGINT)
        assert prozess.wait(60) == 0
        assert _prozesse(ordner) == []


def test_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as besetzt:
        besetzt.bind(("127.0.0.1", 0))
        besetzt.listen()
        with _demo(tmp_path / "haus", besetzt.getsockname()[1]) as prozess:
            assert prozess.wait(60) == 2
    assert "ist nicht frei" in (tmp_path / "haus" / "ausgabe.txt").read_text()
