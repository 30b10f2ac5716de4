"""The data folder of an installation: its locks, its secrets, the place of its cluster.

What is secret lies in files of mode 0600. A lock is a `flock`: the kernel releases it with the last
process that holds it, however that process ends.
"""

import fcntl
import json
import os
import secrets
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from app.db import rollen
from app.db.programme import AUSWEICHORDNER, EmbeddedFehler, erreichbar, nutzer_fuer

_log = structlog.get_logger()

_ROLLEN = (rollen.VERWALTUNG, rollen.EIGENTUEMER, rollen.ANWENDUNG, rollen.WERK)
_LOGDATEI_HOECHSTENS = 5 * 1024 * 1024


@dataclass(frozen=True)
class Zustand:
    """What stays from one start to the next: where the cluster lies and the passwords of its roles."""

    cluster: Path
    kennwoerter: dict[str, str]

    @classmethod
    def lies(cls, ordner: Path, nutzername: str) -> "Zustand":
        """What the folder holds; for a new folder its beginning, which is written down at once."""
        datei = ordner / "postgres.json"
        if datei.exists():
            inhalt = json.loads(datei.read_text())
            bekannt = cls(Path(inhalt["cluster"]), inhalt["kennwoerter"])
            if fehlend := [name for name in _ROLLEN if name not in bekannt.kennwoerter]:
                bekannt.kennwoerter.update({name: secrets.token_urlsafe(32) for name in fehlend})
                bekannt._schreibe(datei)
            return bekannt
        cluster = ordner / "postgres"
        if not erreichbar(ordner, nutzer_fuer(cluster, ordner, nutzername), "-x"):
            cluster = AUSWEICHORDNER / secrets.token_hex(8) / "postgres"
            try:
                cluster.parent.mkdir(mode=0o755, parents=True)
            except OSError as fehler:
                raise EmbeddedFehler(
                    f"Der Nutzer {nutzername} erreicht {ordner} nicht, und {AUSWEICHORDNER} lässt sich nicht "
                    "anlegen: AMT_DATENORDNER auf einen anderen Ordner setzen. / Set AMT_DATENORDNER."
                ) from fehler
            _log.info("postgres_daten_ausgewichen", ordner=str(cluster), grund="nicht lesbar fuer den Nutzer")
        elif cluster.exists():
            raise EmbeddedFehler(
                f"{datei} fehlt, ohne die Kennwörter bleibt {cluster} verschlossen / is missing"
            )
        neu = cls(cluster, {name: secrets.token_urlsafe(32) for name in _ROLLEN})
        neu._schreibe(datei)
        return neu

    def _schreibe(self, datei: Path) -> None:
        schreibe_geheim(datei, {"cluster": str(self.cluster), "kennwoerter": self.kennwoerter})


def lege_an(ordner: Path) -> None:
    """Make the data folder; raises EmbeddedFehler where it cannot be made."""
    if ordner.is_dir():
        return
    try:
        ordner.mkdir(parents=True)
        # Passable for the server's uid, readable only for us; what is secret inside is 0600.
        ordner.chmod(0o711)
        _gib_dem_eigner(ordner, ordner.parent)
    except OSError as fehler:
        raise EmbeddedFehler(
            f"{ordner} lässt sich nicht anlegen (AMT_DATENORDNER): {fehler.strerror}"
        ) from fehler


def sperren(datei: Path, *, frist: float) -> int | None:
    """Lock `datei`; None if it stays locked for `frist` seconds. Closing the returned number releases it."""
    try:
        nummer = os.open(datei, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as fehler:
        raise EmbeddedFehler(
            f"{datei} gehört einem anderen Nutzer (früher als root gestartet?). / belongs to another user."
        ) from fehler
    _gib_dem_eigner(datei, datei.parent)
    ende = time.monotonic() + frist
    while True:
        try:
            fcntl.flock(nummer, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= ende:
                os.close(nummer)
                return None
            time.sleep(0.05)
        else:
            return nummer


def schreibe_geheim(datei: Path, inhalt: dict[str, Any]) -> None:
    """Write `inhalt` as JSON, readable for us alone; the file changes as a whole or not at all."""
    neu = datei.with_name(f".{datei.name}.{os.getpid()}")
    neu.unlink(missing_ok=True)
    nummer = os.open(neu, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(nummer, "w") as strom:
        json.dump(inhalt, strom, indent=1)
        strom.flush()
        os.fsync(strom.fileno())
    _gib_dem_eigner(neu, datei.parent)
    neu.rename(datei)


def schreibe_einmal(datei: Path, inhalt: Callable[[], str]) -> None:
    """Write what `inhalt` makes, readable for us alone, unless the file is there.

    Two processes may begin at once: the first one's content stays.
    """
    if datei.exists():
        return
    datei.parent.mkdir(parents=True, exist_ok=True)
    neu = datei.with_name(f".{datei.name}.{os.getpid()}")
    neu.unlink(missing_ok=True)
    with os.fdopen(os.open(neu, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as strom:
        strom.write(inhalt())
        strom.flush()
        os.fsync(strom.fileno())
    _gib_dem_eigner(neu, datei.parent)
    try:
        datei.hardlink_to(neu)
    except FileExistsError:
        pass
    finally:
        neu.unlink()


def _gib_dem_eigner(pfad: Path, wie: Path) -> None:
    """Root working in somebody's folder leaves files that belong to that somebody."""
    if os.geteuid() == 0 and (vorbild := wie.stat()).st_uid != 0 and not vorbild.st_mode & stat.S_ISVTX:
        os.chown(pfad, vorbild.st_uid, vorbild.st_gid)


def logdatei(ordner: Path) -> IO[bytes]:
    """The server's log, opened for appending; an overlong one is put aside first."""
    datei = ordner / "postgres.log"
    if datei.exists() and datei.stat().st_size > _LOGDATEI_HOECHSTENS:
        datei.rename(datei.with_suffix(".log.1"))
    strom = datei.open("ab")
    datei.chmod(0o600)
    _gib_dem_eigner(datei, ordner)
    return strom


def logende(ordner: Path) -> str:
    """The last lines of the server's log."""
    zeilen = (ordner / "postgres.log").read_text(errors="replace").splitlines()
    return " | ".join(zeilen[-3:])
