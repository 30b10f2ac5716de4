"""A test stand: a fresh database, the processes that are measured, and tokens for them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from app.db import kindprozess
from app.db.rollen import Zugang
from app.db.zugang import bereitgestellt, geoeffnet
from app.demo.ablauf import betritt_demo
from app.demo.einrichtung import Zugaenge, richte_staedte_ein
from app.demo.kunde import Kunde
from app.settings import Settings

SERVE = ("-m", "app.cli", "serve")
WORKER = ("-m", "app.cli", "worker")
OFFENE_SENDUNGEN = "EXISTS (SELECT FROM sendung WHERE naechster_versuch_am IS NOT NULL)"
OHNE_PDF = "EXISTS (SELECT FROM bescheinigung WHERE dokument_id IS NULL)"
_STARTFRIST, _STOPPFRIST = 90.0, 30.0
_WURZEL = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Pruefstand:
    """One installation of its own in a temporary folder."""

    einstellungen: Settings
    zugang: Zugang
    umgebung: Mapping[str, str]
    """Environment of its processes: several stands may stand side by side."""

    @property
    def port(self) -> int:
        """Where its API listens."""
        return self.einstellungen.port

    @asynccontextmanager
    async def geoeffnet(self) -> AsyncIterator[Zugaenge]:
        """This process works on its database; gives the clients."""
        async with geoeffnet(self.zugang, self.einstellungen):
            yield Zugaenge(self.einstellungen.datenordner)

    @asynccontextmanager
    async def eigentuemer(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that row-level security does not bind."""
        verbindung = await asyncpg.connect(self.zugang.eigentuemer)
        try:
            yield verbindung
        finally:
            await verbindung.close()

    async def token(self, art: str, wert: str = "") -> str:
        """A token of the kind of client: "portal", "gewerbeamt" (of a town) or "empfaenger" (of a body)."""
        async with self.geoeffnet() as zugaenge:
            zugang = await getattr(zugaenge, art)(*([wert] if wert else []))
        async with httpx.AsyncClient(base_url=self.einstellungen.adresse, trust_env=False) as http:
            kopf = await Kunde(http, zugang).kopf()
        return kopf["Authorization"].removeprefix("Bearer ")

    @contextmanager
    def laeuft(self, *befehl: str, anzahl: int = 1, port: int | None = None) -> Iterator[list[int]]:
        """`anzahl` processes of Python with these arguments; ends them with the block. Gives their ids."""
        log = self.einstellungen.datenordner / "bench.log"
        with log.open("ab") as datei:
            kinder = [_starte(befehl, self.umgebung, datei.fileno()) for _ in range(anzahl)]
        try:
            if port is not None:
                _warte_auf(port, kinder)
            yield [kind.pid for kind in kinder]
        finally:
            for kind in kinder:
                kind.send_signal(signal.SIGTERM)
            for kind in kinder:
                _beende(kind)

    @contextmanager
    def lauscht(self, *befehl: str, ports: tuple[int, ...]) -> Iterator[list[int]]:
        """As `laeuft`, a process for each port.

        Processes that share one socket do not share its connections: whoever is awake first accepts them all,
        and now and then one process has the whole load.
        """
        with ExitStack() as offen:
            yield [
                kind
                for port in ports
                for kind in offen.enter_context(self.laeuft(*befehl, "--port", str(port), port=port))
            ]


@contextmanager
def pruefstand(port: int) -> Iterator[Pruefstand]:
    """A fresh stand; its settings are those of this process and of the children that it starts."""
    with tempfile.TemporaryDirectory(prefix="amt-bench-", ignore_cleanup_errors=True) as ordner:
        # The embedded server of root runs under another uid, which has to pass through.
        Path(ordner).chmod(0o711)
        # A token has to last as long as the longest measurement.
        os.environ |= {
            "AMT_TOKEN_GUELTIG": "3600",
            "AMT_LOG_STUFE": "warning",
            "AMT_KLIENT_JE_MINUTE": "0",
        }
        einstellungen = betritt_demo(port, Path(ordner))
        umgebung = dict(os.environ)
        with bereitgestellt(einstellungen) as zugang:
            yield Pruefstand(einstellungen, zugang, umgebung)


async def richte_ein(stand: Pruefstand) -> None:
    """Set up the towns of the demo."""
    async with stand.geoeffnet():
        await richte_staedte_ein()


async def warte_solange(
    verbindung: asyncpg.Connection, bedingung: str, *, hoechstens: float = 86_400
) -> None:
    """Wait while this expression in SQL is true, for so many seconds at most."""
    ende = time.monotonic() + hoechstens
    while await verbindung.fetchval(f"SELECT {bedingung}") and time.monotonic() < ende:  # noqa: ASYNC110
        await asyncio.sleep(0.25)


def speicher(prozess: int) -> float:
    """Resident memory of a process in MiB."""
    for zeile in Path(f"/proc/{prozess}/status").read_text("ascii").splitlines():
        if zeile.startswith("VmRSS:"):
            return int(zeile.split()[1]) / 1024
    raise ProcessLookupError(prozess)


def _starte(befehl: tuple[str, ...], umgebung: Mapping[str, str], log: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", kindprozess.__file__),
            *(str(os.getpid()), str(os.geteuid()), str(os.getegid())),
            *(sys.executable, *befehl),
        ],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=_WURZEL,
        env=umgebung,
        start_new_session=True,
    )


def _warte_auf(port: int, kinder: list[subprocess.Popen[bytes]]) -> None:
    ende = time.monotonic() + _STARTFRIST
    while time.monotonic() < ende and all(kind.poll() is None for kind in kinder):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1.0)
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def _beende(kind: subprocess.Popen[bytes]) -> None:
    try:
        kind.wait(_STOPPFRIST)
    except subprocess.TimeoutExpired:
        kind.kill()
        kind.wait()
