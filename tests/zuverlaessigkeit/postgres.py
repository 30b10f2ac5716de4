"""A PostgreSQL that a test may kill, freeze and start again at the same address.

The embedded server of the product ends with its owner and comes back behind another socket. Here the
database is somebody else's machine, as with `DATABASE_URL`: processes have to find it again by themselves.
"""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import asyncpg

from app.db import kindprozess, rollen
from app.db.migration import migrieren
from app.db.programme import bin_ordner, nutzer_fuer
from app.db.rollen import ANWENDUNG, DATENBANK, EIGENTUEMER, VERWALTUNG, WERK

_FRIST = 30.0


_UNTER_DEN_FLUECHTIGEN = range(20_000, 32_768)
_zufall = random.SystemRandom()


def freier_port() -> int:
    """A TCP port that nobody has, nor gets by calling somebody: who was killed can have it again."""
    for port in _zufall.sample(_UNTER_DEN_FLUECHTIGEN, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


async def bis(
    bedingung: Callable[[], Awaitable[bool]], frist: float, was: str, *, pause: float = 0.02
) -> None:
    """Wait until `bedingung`, asked every `pause` seconds; fails the test after `frist` seconds."""
    ende = time.monotonic() + frist
    while not await bedingung():
        if time.monotonic() > ende:
            raise AssertionError(f"not within {frist} s: {was}")
        await asyncio.sleep(pause)


class Postgres:
    """One server in `ordner`, on TCP, without passwords; commits survive the death of its processes."""

    def __init__(self, ordner: Path, *, netz: str = "127.0.0.1") -> None:
        """`netz`: address to listen on; whoever reaches it is let in."""
        ordner.mkdir(parents=True)
        # Started as root, the server's uid has to pass through.
        ordner.chmod(0o711)
        self.port = freier_port()
        self._netz = netz
        self._log = ordner / "postgres.log"
        self._cluster = ordner / "cluster"
        self._nutzer = nutzer_fuer(self._cluster, ordner, "nobody")
        self._programme = bin_ordner(self._nutzer)
        self._prozess: subprocess.Popen[bytes] | None = None
        self._cluster.mkdir(mode=0o700)
        if self._nutzer.fremd:
            os.chown(self._cluster, self._nutzer.uid, self._nutzer.gid)
        subprocess.run(
            [
                self._programme / "initdb",
                f"--pgdata={self._cluster}",
                f"--username={VERWALTUNG}",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "--no-instructions",
            ],
            check=True,
            capture_output=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            **self._nutzer.prozess(),  # type: ignore[call-overload]
        )
        if netz != "127.0.0.1":
            with (self._cluster / "pg_hba.conf").open("a") as zugang:
                zugang.write("host all all samenet trust\n")

    def dsn(self, rolle: str = WERK, datenbank: str = DATENBANK, *, rechner: str | None = None) -> str:
        """Connection string for one role."""
        return f"postgresql://{rolle}@{rechner or '127.0.0.1'}:{self.port}/{datenbank}?sslmode=disable"

    async def einrichten(self) -> None:
        """Start for the first time: roles, database, schema."""
        await self.starten()
        verwaltung = await asyncpg.connect(self.dsn(VERWALTUNG, "postgres"))
        try:
            await rollen.lege_rollen_an(verwaltung, {EIGENTUEMER: "-", ANWENDUNG: "-", WERK: "-"})
            await rollen.lege_datenbank_an(verwaltung, DATENBANK)
        finally:
            await verwaltung.close()
        await migrieren(rollen.Zugang(self.dsn(), self.dsn(WERK), self.dsn(EIGENTUEMER)))

    async def starten(self) -> None:
        """Start and wait until it answers."""
        befehl = [str(self._programme / "postgres"), "-D", str(self._cluster), "-p", str(self.port)]
        optionen = {"listen_addresses": self._netz, "unix_socket_directories": "", "timezone": "UTC"}
        # Nothing here outlives the machine; what outlives a process is not touched by this.
        optionen |= {"fsync": "off", "max_connections": "200", "shared_buffers": "64MB"}
        for name, wert in optionen.items():
            befehl += ["-c", f"{name}={wert}"]
        kind = [sys.executable, "-I", "-S", str(Path(kindprozess.__file__)), str(os.getpid())]
        kind += [str(self._nutzer.uid), str(self._nutzer.gid)]
        with self._log.open("ab") as log:
            self._prozess = subprocess.Popen(  # noqa: ASYNC220 it only forks; the parent must be this thread
                kind + befehl,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
            )
        await bis(self._antwortet, _FRIST, "PostgreSQL answers")

    async def _antwortet(self) -> bool:
        try:
            verbindung = await asyncpg.connect(self.dsn(VERWALTUNG, "postgres"), timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await verbindung.close()
        return True

    def toeten(self) -> None:
        """kill -9 of every process of the server."""
        self._signal(signal.SIGKILL)
        assert self._prozess is not None
        self._prozess.wait(_FRIST)

    def einfrieren(self) -> None:
        """The server still holds its connections and says nothing more."""
        self._signal(signal.SIGSTOP)

    def auftauen(self) -> None:
        """End of `einfrieren`."""
        self._signal(signal.SIGCONT)

    def beenden(self) -> None:
        """Stop for good. Safe to repeat."""
        if self._prozess is not None and self._prozess.poll() is None:
            self.toeten()

    def _signal(self, nummer: signal.Signals) -> None:
        # Backends are in groups of their own: they are found by their parent.
        assert self._prozess is not None
        meister = self._prozess.pid
        for pid in (meister, *_kinder(meister)):
            try:
                os.kill(pid, nummer)
            except ProcessLookupError:
                continue


def _kinder(eltern: int) -> list[int]:
    gefunden = []
    for ordner in Path("/proc").iterdir():
        if ordner.name.isdecimal():
            try:
                stat = (ordner / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == eltern:
                gefunden.append(int(ordner.name))
    return gefunden
