"""Installs and removes releases in a folder. A release is there whole or not at all."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from xoev import bundles
from xoev.befund import gekuerzt
from xoev.bundles import MANIFEST, Bundle
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.angaben import lies_angaben
from xoev.release.archiv import entpacke
from xoev.release.dateien import lies_xml
from xoev.release.probelauf import pruefe_in_eigenem_prozess
from xoev.release.schemata import pruefe_schemata
from xoev.release.stylesheets import pruefe_stylesheet

_NEU, _SPERRE = ".neu-", ".sperre"


def installiere(archiv: Path, ordner: Path, manifest: Path | None = None) -> Bundle:
    """Installs the release in the ZIP `archiv`; running processes find it with their next message.

    `manifest` replaces the bundle.toml of the ZIP: official archives have none. Raises Abgelehnt, and
    OSError if `archiv` or `ordner` cannot be used.
    """
    with _allein(ordner):
        neu = ordner / f"{_NEU}{uuid4().hex}"
        neu.mkdir(mode=0o755)
        try:
            entpacke(archiv, neu)
            if manifest is not None:
                (neu / MANIFEST).write_bytes(manifest.read_bytes())
            angaben = _pruefe(neu)
            ziel = ordner / _ordnername(angaben, archiv, neu)
            _dauerhaft(neu)
            for name in bundles.beschaedigte():
                # The same release, whose manifest cannot be read any more.
                if name.rpartition("-")[0] == ziel.name.rpartition("-")[0]:
                    (ordner / name).rename(ordner / f"{_NEU}{uuid4().hex}")
            neu.rename(ziel)
            _sichere(ordner)
        finally:
            _raeume_auf(ordner)
    bundles.verwende(ordner)
    return bundles.aus_angaben(angaben, ziel)


def entferne(standard: str, version: str, ordner: Path) -> bool:
    """Removes an installed release; False if there is none."""
    with _allein(ordner):
        gefunden = [
            bundle
            for bundle in bundles.alle()
            if not bundle.eigen and (bundle.standard, bundle.version) == (standard, version)
        ]
        for bundle in gefunden:
            weg = ordner / f"{_NEU}{uuid4().hex}"
            bundle.verzeichnis.rename(weg)
            _sichere(ordner)
            shutil.rmtree(weg)
    bundles.verwende(ordner)
    return bool(gefunden)


def _pruefe(neu: Path) -> dict[str, Any]:
    if not (neu / MANIFEST).is_file():
        raise Abgelehnt(
            "RELEASE-MANIFEST",
            f"Im ZIP fehlt {MANIFEST}. Amtliche ZIPs haben keins: mit --manifest angeben.",
            f"The ZIP lacks {MANIFEST}. Official ZIPs have none: give it by --manifest.",
        )
    angaben = lies_angaben((neu / MANIFEST).read_bytes(), neu)
    _pruefe_neuheit(angaben)
    pruefe_schemata(neu, angaben.get("katalog", {}))
    for datei in sorted(neu.rglob("*")):
        if datei.suffix.lower() in {".xsl", ".xslt"}:
            pruefe_stylesheet(datei)
    for liste in angaben.get("codeliste", ()):
        lies_xml(neu / liste["datei"])
    pruefe_in_eigenem_prozess(neu)
    return angaben


def _pruefe_neuheit(angaben: dict[str, Any]) -> None:
    """A version is installed once; a namespace belongs to one version."""
    kennung = (angaben["standard"], angaben["version"])
    name = gekuerzt(" ".join(kennung))
    for bundle in bundles.alle():
        gleich = (bundle.standard, bundle.version) == kennung
        if gleich and not bundle.eigen:
            raise Abgelehnt(
                "RELEASE-VORHANDEN", f"{name} ist schon eingerichtet.", f"{name} is already installed."
            )
        if gleich != (bundle.namespace == angaben["namespace"]):
            raise Abgelehnt(
                "RELEASE-NAMENSRAUM",
                f"Name und Namensraum passen nicht zu {bundle.name}, das es schon gibt.",
                f"Name and namespace do not fit {bundle.name}, which is there already.",
            )


def _ordnername(angaben: dict[str, Any], archiv: Path, neu: Path) -> str:
    """A folder's content never changes: what is compiled from it is kept by its path."""
    name = re.sub(r"[^A-Za-z0-9.]+", "-", f"{angaben['standard']}-{angaben['version']}").strip(".-")
    abdruck = sha256(archiv.read_bytes() + (neu / MANIFEST).read_bytes()).hexdigest()
    return f"{name}-{abdruck[:12]}"


@contextmanager
def _allein(ordner: Path) -> Iterator[None]:
    """One installation at a time; what a killed one left behind is removed."""
    ordner.mkdir(parents=True, exist_ok=True)
    with (ordner / _SPERRE).open("w") as sperre:
        fcntl.flock(sperre, fcntl.LOCK_EX)
        _raeume_auf(ordner)
        bundles.verwende(ordner)
        yield


def _raeume_auf(ordner: Path) -> None:
    for rest in ordner.glob(f"{_NEU}*"):
        shutil.rmtree(rest, ignore_errors=True)


def _dauerhaft(ordner: Path) -> None:
    """Everything below `ordner` is on the disk and readable by the services."""
    for pfad in (*ordner.rglob("*"), ordner):
        pfad.chmod(0o755 if pfad.is_dir() else 0o644)
        _sichere(pfad)


def _sichere(pfad: Path) -> None:
    kennung = os.open(pfad, os.O_RDONLY)
    try:
        os.fsync(kennung)
    finally:
        os.close(kennung)
