"""Which body is competent where: from the Gemeinde (AGS) to chambers, districts, state and federal bodies.

Everything here is data (daten/, sources in daten/QUELLEN.md) and pure look-ups. A body is addressed by its
`schluessel`, which never changes once a message has been sent to it.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

_DATEN = Path(__file__).parent / "daten"
_LAND, _BUND = "05", "de"
_DMS = re.compile(r"dms-([0-9]{8})")
_GEWERBEAMT = re.compile(r"gewerbeamt-([0-9]{8})")

Zustaendigkeit = Literal["belegt", "erschlossen"]


class UnbekannteGemeinde(LookupError):
    """No Gemeinde of Nordrhein-Westfalen has this AGS."""


class UnbekannteStelle(LookupError):
    """No body has this key, or no body of this kind is competent for the Gemeinde."""


@dataclass(frozen=True, slots=True)
class Gemeinde:
    """A municipality: the tenant of the system."""

    ags: str
    name: str
    kreis_ags: str
    kreis: str
    kreis_art: str
    bezirksregierung: str
    ihk: str
    hwk: str


@dataclass(frozen=True, slots=True)
class Stelle:
    """A body that can be sent a message; `art` is its key in the law table (app/gewerbe/recht)."""

    schluessel: str
    art: str
    name: str
    praefix: str
    kennung: str
    zustaendigkeit: Zustaendigkeit

    @property
    def kennung_ist_platzhalter(self) -> bool:
        """True where the project made the Kennung up, because the DVDV entry is not public."""
        return self.praefix == "xga"


def gemeinde(ags: str) -> Gemeinde:
    """The Gemeinde with this AGS (8 digits); raises UnbekannteGemeinde."""
    try:
        return _gemeinden()[ags]
    except KeyError:
        raise UnbekannteGemeinde(ags) from None


def alle_gemeinden() -> tuple[Gemeinde, ...]:
    """All 396 Gemeinden of Nordrhein-Westfalen by AGS."""
    return tuple(_gemeinden().values())


def gemeinde_nach_name(name: str) -> Gemeinde | None:
    """The Gemeinde of that name, with or without its addition ("Wetter (Ruhr)", "Wetter"), or None."""
    return _gemeinden_nach_name().get(_gefaltet(name))


def stelle(schluessel: str) -> Stelle:
    """The body with this key; raises UnbekannteStelle.

    Every Gewerbeamt in Germany can be addressed by its AGS, so their keys need not be in a list; so can the
    DMS of a Gemeinde of the state.
    """
    if (dms := _DMS.fullmatch(schluessel)) and dms[1] in _gemeinden():
        return Stelle(schluessel, "dms", f"DMS {gemeinde(dms[1]).name}", "xga", dms[1], "belegt")
    if amt := _GEWERBEAMT.fullmatch(schluessel):
        return _gewerbeamt(amt[1])
    try:
        return _stellen()[schluessel]
    except KeyError:
        raise UnbekannteStelle(schluessel) from None


def zustaendige_stellen(ags: str) -> Mapping[str, Stelle]:
    """The body of each kind that the place alone decides, by kind.

    Not in it are `registergericht` and `bisherige_gemeinde`, which the notice decides: see stelle_fuer.
    """
    ort = gemeinde(ags)
    bezirke = (ort.ihk, ort.hwk, ort.bezirksregierung, ort.kreis_ags, _LAND, _BUND, ort.ags)
    je_bezirk = _nach_bezirk()
    return {eine.art: eine for bezirk in bezirke for eine in je_bezirk[bezirk]}


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
    if art == "registergericht":
        return _stellen().get(f"registergericht-{(gericht or '').lower()}", _UNGEKLAERTES_GERICHT)
    if art == "bisherige_gemeinde":
        frueher = fruehere_gemeinde or _ags_nach_name(frueherer_ort)
        return _gewerbeamt(frueher) if frueher else _UNGEKLAERTES_GEWERBEAMT
    try:
        return zustaendige_stellen(ags)[art]
    except KeyError:
        raise UnbekannteStelle(art) from None


_UNGEKLAERTES_GERICHT = Stelle(
    "registergericht-ungeklaert",
    "registergericht",
    "Registergericht (ungeklärt)",
    "xga",
    "992400000000",
    "erschlossen",
)
_UNGEKLAERTES_GEWERBEAMT = Stelle(
    "gewerbeamt-ungeklaert",
    "bisherige_gemeinde",
    "Gewerbeamt der bisherigen Betriebsstätte (ungeklärt)",
    "xga",
    "990300000000",
    "erschlossen",
)


@cache
def _gemeinden() -> Mapping[str, Gemeinde]:
    return MappingProxyType({zeile["ags"]: Gemeinde(**zeile) for zeile in _zeilen("gemeinden.csv")})


@cache
def _gemeinden_nach_name() -> Mapping[str, Gemeinde]:
    namen: dict[str, Gemeinde] = {}
    for eine in alle_gemeinden():
        namen.setdefault(_gefaltet(eine.name.partition(" (")[0]), eine)
        namen[_gefaltet(eine.name)] = eine
    return MappingProxyType(namen)


@cache
def _nach_bezirk() -> Mapping[str, tuple[Stelle, ...]]:
    bezirke: dict[str, tuple[Stelle, ...]] = {}
    for zeile in _zeilen("stellen.csv"):
        bezirk = zeile.pop("bezirk")
        bezirke[bezirk] = (*bezirke.get(bezirk, ()), Stelle(**zeile))  # type: ignore[arg-type]
    for ort in alle_gemeinden():
        bezirke[ort.ags] = (_erlaubnisbehoerde(ort),)
    return MappingProxyType(bezirke)


@cache
def _stellen() -> Mapping[str, Stelle]:
    alle = [eine for bezirk in _nach_bezirk().values() for eine in bezirk]
    alle += [_registergericht(zeile["code"], zeile["name"]) for zeile in _zeilen("registergerichte.csv")]
    alle += [_UNGEKLAERTES_GERICHT, _UNGEKLAERTES_GEWERBEAMT]
    return MappingProxyType({eine.schluessel: eine for eine in alle})


def _erlaubnisbehoerde(ort: Gemeinde) -> Stelle:
    return Stelle(
        f"erlaubnisbehoerde-{ort.ags}",
        "erlaubnisbehoerde",
        f"{ort.name}, Erlaubnisbehörde nach der Gewerbeordnung",
        "xga",
        f"9900{ort.ags}",
        "erschlossen",
    )


def _gewerbeamt(ags: str) -> Stelle:
    ort = _gemeinden().get(ags)
    name = f"Gewerbeamt {ort.name if ort else f'der Gemeinde {ags}'}"
    return Stelle(f"gewerbeamt-{ags}", "bisherige_gemeinde", name, "MELDID", ags, "belegt")


def _ags_nach_name(name: str | None) -> str | None:
    ort = gemeinde_nach_name(name or "")
    return ort.ags if ort else None


def _registergericht(code: str, name: str) -> Stelle:
    buchstaben = [f"{ord(zeichen) - 64:02d}" for zeichen in (code[0], (code[5:] or "@"))]
    return Stelle(
        f"registergericht-{code.lower()}",
        "registergericht",
        name,
        "xga",
        f"9924{buchstaben[0]}{code[1:5]}{buchstaben[1]}",
        "belegt",
    )


def _gefaltet(name: str) -> str:
    return " ".join(name.casefold().split())


def _zeilen(datei: str) -> list[dict[str, str]]:
    with (_DATEN / datei).open(encoding="utf-8", newline="") as strom:
        return list(csv.DictReader(strom))
