"""A real ClamAV in front of uploads, with signatures of its own: the official ones are not to be had offline.

`clamd` (one for the whole run) listens on a socket and on a port; `clamd_hier` tells this process of it.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.settings import settings

VERSEUCHT = b"AMT-PROBE-DIES-IST-KEIN-VIRUS-ABER-EIN-ZEICHEN-DAFUER"
"""What a signature of the tests finds inside any file (.ndb)."""
VERSEUCHTE_DATEI = b"AMT-PROBE-EINE-GANZE-DATEI-DIE-AN-IHRER-PRUEFSUMME-ERKANNT-WIRD"
"""A file that a signature of the tests knows by its hash (.hdb)."""
LAENGSTER_STROM = 3 * 1024 * 1024
"""Bytes that this clamd takes."""

_STARTFRIST = 60.0


@dataclass(frozen=True)
class Clamd:
    """Where the running daemon listens."""

    sockel: Path
    port: int

    @property
    def unix(self) -> str:
        """Its socket as `AMT_CLAMD`."""
        return f"unix:{self.sockel}"

    @property
    def tcp(self) -> str:
        """Its port as `AMT_CLAMD`."""
        return f"tcp://127.0.0.1:{self.port}"


@pytest.fixture(scope="session")
def clamd() -> Iterator[Clamd]:
    """A running clamd; skips where Debian's package is not installed."""
    programm = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if programm is None:
        pytest.skip("clamd (Debian's package clamav-daemon) is not installed")
    # Not pytest's folder for temporary files: a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="amt-clamd-") as ordner:
        ort = Path(ordner)
        lauscht = Clamd(ort / "clamd.sock", _freier_port())
        _signaturen(ort / "signaturen")
        (ort / "clamd.conf").write_text(
            f"Foreground yes\nLocalSocket {lauscht.sockel}\nTCPSocket {lauscht.port}\nTCPAddr 127.0.0.1\n"
            f"DatabaseDirectory {ort / 'signaturen'}\nTemporaryDirectory {ort}\nMaxThreads 2\n"
            f"StreamMaxLength {LAENGSTER_STROM}\n"
        )
        # It ends with whoever runs the tests, also after kill -9.
        befehl = [programm, "--config-file", str(ort / "clamd.conf")]
        if setpriv := shutil.which("setpriv"):
            befehl = [setpriv, "--pdeathsig", "KILL", *befehl]
        with subprocess.Popen(befehl, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as dienst:
            _warte(dienst, lauscht)
            yield lauscht
            dienst.terminate()
            dienst.communicate()


@pytest.fixture
def clamd_hier(clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clamd]:
    """This process has its uploads scanned."""
    monkeypatch.setenv("AMT_CLAMD", clamd.unix)
    settings.cache_clear()
    yield clamd
    settings.cache_clear()


def _signaturen(ordner: Path) -> None:
    ordner.mkdir()
    pruefsumme = hashlib.md5(VERSEUCHTE_DATEI, usedforsecurity=False).hexdigest()
    (ordner / "amt.hdb").write_text(f"{pruefsumme}:{len(VERSEUCHTE_DATEI)}:Amt.Probe.Datei\n")
    (ordner / "amt.ndb").write_text(f"Amt.Probe.Inhalt:0:*:{VERSEUCHT.hex()}\n")


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _warte(dienst: subprocess.Popen[str], lauscht: Clamd) -> None:
    ende = time.monotonic() + _STARTFRIST
    while time.monotonic() < ende:
        if dienst.poll() is not None:
            assert dienst.stderr is not None
            pytest.fail(f"clamd ended: {dienst.stderr.read()}")
        try:
            with socket.create_connection(("127.0.0.1", lauscht.port), timeout=1) as verbindung:
                verbindung.sendall(b"zPING\0")
                if verbindung.recv(16).startswith(b"PONG") and lauscht.sockel.exists():
                    return
        except OSError:
            time.sleep(0.05)
    dienst.kill()
    pytest.fail("clamd does not answer")
