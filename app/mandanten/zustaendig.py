"""Which body is competent where: from the Gemeinde (AGS) to chambers, districts, state and federal bodies.

Everything here is data (daten/, sources in daten/QUELLEN.md, and the installation's own files over them)
and pure look-ups as of today. A body is addressed by its `schluessel`, which never changes once a message
has been sent to it.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import structlog

from app.betriebsfehler import Betriebsfehler
from app.mandanten.bild import (
    UNGEKLAERTES_GERICHT,
    UNGEKLAERTES_GEWERBEAMT,
    Bild,
    Gemeinde,
    Stelle,
    UnbekannteGemeinde,
    UnbekannteStelle,
    Zustaendigkeit,
)
from app.mandanten.verzeichnis import Datenfehler, Tabellen, nachtraege, ueberlagert
from app.settings import settings

__all__ = [
    "Bild",
    "Gemeinde",
    "Stelle",
    "UnbekannteGemeinde",
    "UnbekannteStelle",
    "Zustaendigkeit",
    "alle_gemeinden",
    "bild",
    "gemeinde",
    "gemeinde_nach_name",
    "stelle",
    "stelle_fuer",
    "zustaendige_stellen",
]

_ORTSZEIT = ZoneInfo("Europe/Berlin")
_log = structlog.get_logger()

# Seconds between looks whether a new day or a new file has come.
_ABSTAND = 5.0


class Gemeindedatenfehler(Betriebsfehler):
    """The installation's own files about towns cannot be used; the message says why."""


class _Bestand:
    geprueft = -_ABSTAND
    stand: tuple[object, ...] = ()
    tabellen: Tabellen
    bild: Bild | None = None


def bild() -> Bild:
    """The towns and bodies of today. Raises Gemeindedatenfehler where the files contradict each other.

    A process that runs notices a new day and new files within seconds; it keeps what it has if they are
    faulty.
    """
    jetzt = monotonic()
    if _Bestand.bild is None or jetzt - _Bestand.geprueft >= _ABSTAND:
        _Bestand.geprueft = jetzt
        _erneuere(settings().gemeindedaten_ordner)
    assert _Bestand.bild is not None  # noqa: S101 set or raised
    return _Bestand.bild


def _erneuere(ordner: Path) -> None:
    heute = datetime.now(_ORTSZEIT).date()
    try:
        # A file may go between the listing and the look at it.
        stand = tuple((datei, datei.stat().st_mtime_ns) for datei in nachtraege(ordner))
        if _Bestand.bild is None or stand != _Bestand.stand:
            _Bestand.tabellen = ueberlagert(ordner)
            _Bestand.bild = None
    except (Datenfehler, OSError) as fehler:
        if _Bestand.bild is None:
            raise Gemeindedatenfehler(f"{ordner}: {fehler}") from fehler
        _log.error("gemeindedaten_unbrauchbar", fehler=type(fehler).__name__)
        return
    _Bestand.stand = stand
    if _Bestand.bild is None or _Bestand.bild.tag != heute:
        _Bestand.bild = Bild(_Bestand.tabellen, heute)


def gemeinde(ags: str) -> Gemeinde:
    """The Gemeinde with this AGS (8 digits), also one that has ended; raises UnbekannteGemeinde."""
    return bild().gemeinde(ags)


def alle_gemeinden() -> tuple[Gemeinde, ...]:
    """All Gemeinden of Nordrhein-Westfalen that exist today, by AGS."""
    return bild().gemeinden()


def gemeinde_nach_name(name: str) -> Gemeinde | None:
    """The Gemeinde of that name, with or without its addition ("Wetter (Ruhr)", "Wetter"), or None."""
    return bild().gemeinde_nach_name(name)


def stelle(schluessel: str) -> Stelle:
    """The body with this key; raises UnbekannteStelle."""
    return bild().stelle(schluessel)


def zustaendige_stellen(ags: str) -> Mapping[str, Stelle]:
    """The body of each kind that the place alone decides, by kind.

    Not in it are `registergericht` and `bisherige_gemeinde`, which the notice decides: see stelle_fuer.
    """
    return bild().zustaendige_stellen(ags)


def stelle_fuer(
    art: str,
    ags: str,
    *,
    gericht: str | None = None,
    fruehere_gemeinde: str | None = None,
    frueherer_ort: str | None = None,
) -> Stelle:
    """The body of this kind for a notice in this Gemeinde.

    `gericht` is the key of the register court, `fruehere_gemeinde` the AGS and `frueherer_ort` the town of
    the previous premises. Where the notice does not decide one of them, its message goes to a body
    "ungeklaert", which a person resolves: better there than lost.
    Raises UnbekannteGemeinde and UnbekannteStelle.
    """
    heute = bild()
    if art == "registergericht":
        try:
            return heute.stelle(f"registergericht-{(gericht or '').lower()}")
        except UnbekannteStelle:
            return UNGEKLAERTES_GERICHT
    if art == "bisherige_gemeinde":
        ort = heute.gemeinde_nach_name(frueherer_ort or "")
        frueher = fruehere_gemeinde or (ort.ags if ort else None)
        return heute.stelle(f"gewerbeamt-{frueher}") if frueher else UNGEKLAERTES_GEWERBEAMT
    try:
        return heute.zustaendige_stellen(ags)[art]
    except KeyError:
        raise UnbekannteStelle(art) from None
