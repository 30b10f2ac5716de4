"""The whole house as one process tree: PostgreSQL, the API, a worker, a login provider.

It lives and dies together.

Every child asks the kernel to be told when this process dies, so even `kill -9` leaves nothing behind.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.betriebsfehler import Betriebsfehler
from app.db import kindprozess
from app.demo.idp import Anmeldedienst

API, WORKER, IDP = "serve", "worker", "idp"
KINDER = (API, WORKER)
_STARTFRIST = 60.0
_STOPPFRIST = 15.0
_NEUSTART_NACH = 1.0


class HausFehler(Betriebsfehler):
    """The house cannot be opened; the message is for the person at the terminal."""


@dataclass
class Haus:
    """Where the demo lives and listens."""

    ordner: Path
    host: str
    port: int
    dienst: Anmeldedienst | None = None
    """Where people log in; None where it is not installed."""
    _kinder: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _gefallen: dict[str, float] = field(default_factory=dict)

    @property
    def adresse(self) -> str:
        """Base URL of the API and the pages."""
        return f"http://{self.host}:{self.port}"

    @property
    def logordner(self) -> Path:
        """Folder with one log file for each process."""
        return self.ordner / "log"

    def pruefe_port(self) -> None:
        """Raises HausFehler where somebody else listens already."""
        for host, port in [(self.host, self.port)] + (
            [("127.0.0.1", self.dienst.port)] if self.dienst else []
        ):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, port))
                except OSError as fehler:
                    raise HausFehler(
                        f"http://{host}:{port} ist nicht frei ({fehler.strerror}). Läuft schon eine Demo? "
                        "Ein anderer Port: amt demo --port 8001"
                    ) from fehler

    @contextmanager
    def offen(self, *kinder: str) -> Iterator[None]:
        """API, worker and provider, or only `kinder`, run inside this block; the database is the caller's."""
        try:
            for name in kinder or (*KINDER, *([IDP] if self.dienst else [])):
                self._starte(name)
            if API in self._kinder:
                self._warte_bis_bereit()
            yield
        finally:
            self._beende()

    def halte(self) -> None:
        """Watch the children until a signal ends the demo; one that falls is started again."""
        while True:
            time.sleep(0.2)
            for name, kind in self._kinder.items():
                if kind.poll() is None:
                    continue
                gefallen = self._gefallen.setdefault(name, time.monotonic())
                if time.monotonic() - gefallen >= _NEUSTART_NACH:
                    self._gefallen.pop(name)
                    self._starte(name)

    def _starte(self, name: str) -> None:
        self.logordner.mkdir(parents=True, exist_ok=True)
        with (self.logordner / f"{name}.log").open("ab") as log:
            self._kinder[name] = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", kindprozess.__file__),
                    *(str(os.getpid()), str(os.geteuid()), str(os.getegid())),
                    *self._befehl(name),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).resolve().parents[2],
                # Ctrl-C is for us: the children are ended in order, the API first.
                start_new_session=True,
            )

    def _befehl(self, name: str) -> list[str]:
        if name == IDP and self.dienst is not None:
            return self.dienst.befehl()
        return [sys.executable, "-m", "app.cli", name]

    def _warte_bis_bereit(self) -> None:
        ende = time.monotonic() + _STARTFRIST
        while time.monotonic() < ende:
            for name, kind in self._kinder.items():
                if kind.poll() is not None:
                    raise HausFehler(f"{name} startet nicht: siehe {self.logordner / name}.log")
            try:
                if httpx.get(f"{self.adresse}/health/ready", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise HausFehler(f"Die API antwortet nicht: siehe {self.logordner / 'serve.log'}")

    def _beende(self) -> None:
        for kind in self._kinder.values():
            if kind.poll() is None:
                kind.send_signal(signal.SIGTERM)
        for kind in self._kinder.values():
            try:
                kind.wait(_STOPPFRIST)
            except subprocess.TimeoutExpired:
                kind.kill()
                kind.wait()
        self._kinder.clear()
