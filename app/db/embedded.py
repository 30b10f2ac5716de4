"""The PostgreSQL server that the program brings along: no installation, no port, no orphan.

Without `DATABASE_URL` the first process of an installation starts the server as its own child; other
processes of the same installation find it. Two locks say what is true: `besitzer.lock` is held by the
process that owns the server, `<cluster>.lock` is inherited by the server and free only when its last
process is gone. So a `kill -9` is recovered without guessing about process ids.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

from app.db import kindprozess, rollen
from app.db.datenordner import Zustand, lege_an, logdatei, logende, schreibe_geheim, sperren
from app.db.programme import EmbeddedFehler, Nutzer, bin_ordner, erreichbar, nutzer_fuer

_log = structlog.get_logger()

_STARTFRIST = 60.0
_STOPPFRIST = 20.0
# Whoever asks whether the owner lives holds its lock for an instant.
_PROBEFRIST = 0.3
_SOCKETNAME = "/.s.PGSQL.5432"
_SOCKETPFAD_HOECHSTENS = 107

_OPTIONEN = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and row contents are personal data: the server's log names the error, never the values.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
_OHNE_SICHERUNG = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
}


class DatenordnerBelegt(EmbeddedFehler):
    """Another process of this installation already owns the server of this data folder."""


@dataclass(frozen=True)
class Server:
    """A running server: how to reach any database on it."""

    socket: str
    kennwoerter: dict[str, str]

    def zugang(self, datenbank: str = rollen.DATENBANK) -> rollen.Zugang:
        """Connection strings of one database."""
        return rollen.Zugang(
            anwendung=self.dsn(rollen.ANWENDUNG, datenbank),
            werk=self.dsn(rollen.WERK, datenbank),
            eigentuemer=self.dsn(rollen.EIGENTUEMER, datenbank),
        )

    def dsn(self, rolle: str, datenbank: str) -> str:
        """Connection string of one role."""
        return rollen.dsn(rolle, self.kennwoerter[rolle], datenbank, self.socket)


class EingebetteterServer:
    """Owns the PostgreSQL server of one data folder from `starten` to `beenden`."""

    def __init__(self, datenordner: Path, *, dauerhaft: bool = True, nutzer: str = "nobody") -> None:
        """`dauerhaft=False` gives up safety against power loss (tests only)."""
        self._ordner = datenordner.absolute()
        self._optionen = _OPTIONEN | ({} if dauerhaft else _OHNE_SICHERUNG)
        self._nutzername = nutzer
        self._besitz: int | None = None
        self._prozess: subprocess.Popen[bytes] | None = None
        self._halter: threading.Thread | None = None
        self._socket: Path | None = None
        self._endet = False

    def starten(self) -> Server:
        """Start the server and wait until it answers.

        Raises DatenordnerBelegt if another process owns it, EmbeddedFehler if it cannot run.
        """
        lege_an(self._ordner)
        self._besitz = sperren(self._ordner / "besitzer.lock", frist=_PROBEFRIST)
        if self._besitz is None:
            raise DatenordnerBelegt(
                f"In {self._ordner} läuft bereits ein Gewerbeamt (Prozess {_besitzer(self._ordner)}). "
                "/ This data folder is already in use by another process."
            )
        bereit: Future[Server] = Future()
        # The death signal is tied to the thread that created the child: this one lives as long as the child.
        self._halter = threading.Thread(target=self._halte, args=(bereit,), name="postgres", daemon=True)
        self._halter.start()
        try:
            return bereit.result()
        except BaseException:
            self.beenden()
            raise

    def beenden(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk. Safe to repeat."""
        self._endet = True
        if self._prozess is not None and self._halter is not None:
            for signalnummer in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                if self._prozess.poll() is None:
                    self._prozess.send_signal(signalnummer)
                self._halter.join(_STOPPFRIST)
                if not self._halter.is_alive():
                    break
        (self._ordner / "verbindung.json").unlink(missing_ok=True)
        if self._socket is not None:
            shutil.rmtree(self._socket, ignore_errors=True)
        if self._besitz is not None:
            os.close(self._besitz)
            self._besitz = None

    def __enter__(self) -> Server:
        return self.starten()

    def __exit__(self, *_: object) -> None:
        self.beenden()

    def _halte(self, bereit: "Future[Server]") -> None:
        try:
            server = self._fahre_hoch()
        except BaseException as fehler:
            if self._prozess is not None:
                self._prozess.kill()
                self._prozess.wait()
            bereit.set_exception(fehler)
            return
        bereit.set_result(server)
        assert self._prozess is not None  # noqa: S101 set by _fahre_hoch
        ergebnis = self._prozess.wait()
        if not self._endet:
            _log.error("postgres_beendet", ergebnis=ergebnis)

    def _fahre_hoch(self) -> Server:
        zustand = Zustand.lies(self._ordner, self._nutzername)
        nutzer = nutzer_fuer(zustand.cluster, self._ordner, self._nutzername)
        # The lock of the cluster is free only when the last process of an earlier server is gone.
        sperre = sperren(zustand.cluster.with_name(zustand.cluster.name + ".lock"), frist=_STARTFRIST)
        if sperre is None:
            raise DatenordnerBelegt(f"{zustand.cluster} ist noch in Gebrauch / is still in use")
        try:
            _raeume_auf(self._ordner, zustand.cluster)
            self._socket = _socketordner(nutzer)
            if not zustand.cluster.exists():
                self._initialisiere(zustand, nutzer, sperre)
            version = int((zustand.cluster / "PG_VERSION").read_text())
            befehl = [str(bin_ordner(nutzer, version) / "postgres"), "-D", str(zustand.cluster)]
            befehl += ["-k", str(self._socket)]
            for name, wert in self._optionen.items():
                befehl += ["-c", f"{name}={wert}"]
            kind = [sys.executable, "-I", "-S", str(Path(kindprozess.__file__))]
            kind += [str(os.getpid()), str(nutzer.uid), str(nutzer.gid)]
            with logdatei(self._ordner) as log:
                self._prozess = subprocess.Popen(
                    kind + befehl,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=_umgebung(),
                    pass_fds=(sperre,),
                    # Ctrl-C in the terminal is for us; we end the server after the last request.
                    start_new_session=True,
                )
        finally:
            os.close(sperre)
        server = Server(str(self._socket), zustand.kennwoerter)
        asyncio.run(self._warte_und_richte_ein(server))
        schreibe_geheim(self._ordner / "verbindung.json", {"socket": server.socket, "prozess": os.getpid()})
        return server

    def _initialisiere(self, zustand: "Zustand", nutzer: Nutzer, sperre: int) -> None:
        # A cluster appears complete or not at all: it is made beside its place and renamed.
        neu = zustand.cluster.with_name(zustand.cluster.name + ".neu")
        shutil.rmtree(neu, ignore_errors=True)
        neu.mkdir(mode=0o700)
        kennwortdatei = self._socket_pfad() / "kennwort"
        kennwortdatei.touch(mode=0o600)
        kennwortdatei.write_text(zustand.kennwoerter[rollen.VERWALTUNG])
        if nutzer.fremd:
            os.chown(neu, nutzer.uid, nutzer.gid)
            os.chown(kennwortdatei, nutzer.uid, nutzer.gid)
        ergebnis = subprocess.run(
            [
                bin_ordner(nutzer) / "initdb",
                f"--pgdata={neu}",
                f"--username={rollen.VERWALTUNG}",
                f"--pwfile={kennwortdatei}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *(["--no-sync"] if self._optionen.get("fsync") == "off" else []),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=_umgebung(),
            pass_fds=(sperre,),
            start_new_session=True,
            **nutzer.prozess(),  # type: ignore[call-overload]
        )
        kennwortdatei.unlink()
        if ergebnis.returncode != 0:
            raise EmbeddedFehler(f"initdb: {ergebnis.stderr.strip()}")
        neu.rename(zustand.cluster)

    def _socket_pfad(self) -> Path:
        assert self._socket is not None  # noqa: S101 made before the cluster
        return self._socket

    async def _warte_und_richte_ein(self, server: Server) -> None:
        verwaltung = await self._warte(server)
        try:
            await rollen.lege_rollen_an(verwaltung, server.kennwoerter)
            await rollen.lege_datenbank_an(verwaltung, rollen.DATENBANK)
        finally:
            await verwaltung.close()

    async def _warte(self, server: Server) -> asyncpg.Connection:
        ende = time.monotonic() + _STARTFRIST
        while True:
            if self._prozess is not None and self._prozess.poll() is not None:
                raise EmbeddedFehler(f"PostgreSQL startet nicht / does not start: {logende(self._ordner)}")
            try:
                return await asyncpg.connect(server.dsn(rollen.VERWALTUNG, "postgres"), timeout=5)
            except (OSError, asyncpg.CannotConnectNowError, TimeoutError) as fehler:
                if time.monotonic() > ende:
                    raise EmbeddedFehler("PostgreSQL antwortet nicht / does not answer") from fehler
                await asyncio.sleep(0.02)


def laufender(datenordner: Path) -> Server | None:
    """The server that another process of this installation runs, or None."""
    ordner = datenordner.absolute()
    try:
        verbindung = json.loads((ordner / "verbindung.json").read_text())
        zugang = json.loads((ordner / "postgres.json").read_text())
    except FileNotFoundError:
        return None
    if not Path(verbindung["socket"] + _SOCKETNAME).exists():
        return None
    probe = sperren(ordner / "besitzer.lock", frist=0)
    if probe is not None:
        os.close(probe)
        return None
    return Server(verbindung["socket"], zugang["kennwoerter"])


@contextmanager
def server(datenordner: Path, *, nutzer: str = "nobody") -> Iterator[Server]:
    """The server of this data folder: the one that runs already, else one of our own while we need it."""
    ende = time.monotonic() + _STARTFRIST
    while True:
        if (vorhanden := laufender(datenordner)) is not None:
            yield vorhanden
            return
        eigener = EingebetteterServer(datenordner, nutzer=nutzer)
        try:
            gestartet = eigener.starten()
        except DatenordnerBelegt:
            # Somebody else is just starting or stopping it.
            if time.monotonic() > ende:
                raise
            time.sleep(0.1)
            continue
        try:
            yield gestartet
        finally:
            eigener.beenden()
        return


def _besitzer(ordner: Path) -> str:
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads((ordner / "verbindung.json").read_text())["prozess"])
    return "?"


def _raeume_auf(ordner: Path, cluster: Path) -> None:
    """Remove what a killed owner left; we hold the cluster's lock, so nobody uses it."""
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    with suppress(OSError, ValueError, KeyError):
        alt = Path(json.loads((ordner / "verbindung.json").read_text())["socket"])
        if alt.name.startswith("amt-"):
            shutil.rmtree(alt, ignore_errors=True)
    (ordner / "verbindung.json").unlink(missing_ok=True)


def _socketordner(nutzer: Nutzer) -> Path:
    """A private folder with a short path: the path of a unix socket ends at 107 bytes."""
    for wurzel in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/dev/shm")):  # noqa: S108 0700 folder inside
        if len(os.fsencode(wurzel)) + len("/amt-12345678") + len(_SOCKETNAME) > _SOCKETPFAD_HOECHSTENS:
            continue
        if not erreichbar(Path(wurzel), nutzer, "-x") or not os.access(wurzel, os.W_OK):
            continue
        ordner = Path(tempfile.mkdtemp(prefix="amt-", dir=wurzel))
        if nutzer.fremd:
            os.chown(ordner, nutzer.uid, nutzer.gid)
        return ordner
    raise EmbeddedFehler(
        "Kein kurzer, beschreibbarer Ordner für den Socket gefunden (TMPDIR). / No folder for the socket."
    )


def _umgebung() -> dict[str, str]:
    """The server gets no variable of ours: the environment may hold secrets."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
