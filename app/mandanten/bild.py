"""The towns and bodies of one day, looked up by key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeVar

from app.mandanten.verzeichnis import (
    GemeindeZeile,
    KreisZeile,
    StelleZeile,
    Tabellen,
    Zeile,
    registergerichte,
)

_LAND, _BUND = "05", "de"
_DMS = re.compile(r"dms-([0-9]{8})")
_GEWERBEAMT = re.compile(r"gewerbeamt-([0-9]{8})")

_Z = TypeVar("_Z", bound=Zeile)
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
    landschaftsverband: str
    gueltig_ab: date
    gueltig_bis: date | None = None
    nachfolgerin: str | None = None

    @property
    def kurzname(self) -> str:
        """The name without its addition: "Wetter" of "Wetter (Ruhr)"."""
        return re.split(r" \(|, ", self.name, maxsplit=1)[0]

    def gibt_es_am(self, tag: date) -> bool:
        """Whether the town exists on this day, as far as the data tell."""
        return self.gueltig_ab <= tag and (self.gueltig_bis is None or tag <= self.gueltig_bis)


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


class Bild:
    """What the rows say on one day."""

    def __init__(self, tabellen: Tabellen, tag: date) -> None:
        """The view on `tabellen` from `tag`."""
        self.tag = tag
        self._tabellen = tabellen
        self._zustaendige: dict[str, Mapping[str, Stelle]] = {}

    def gemeinde(self, ags: str) -> Gemeinde:
        """The town with this AGS, also one that has ended or is still to come: its cases have a name.

        Raises UnbekannteGemeinde.
        """
        try:
            return self._gemeinden[ags]
        except KeyError:
            raise UnbekannteGemeinde(ags) from None

    def gemeinden(self) -> tuple[Gemeinde, ...]:
        """The towns that exist on this day, by AGS."""
        return self._heutige

    def gemeinde_nach_name(self, name: str) -> Gemeinde | None:
        """The town of that name, with or without its addition, or None."""
        return self._nach_name.get(_gefaltet(name))

    def stelle(self, schluessel: str) -> Stelle:
        """The body with this key; raises UnbekannteStelle.

        Every Gewerbeamt in Germany can be addressed by its AGS, so their keys need not be in a list; so can
        the DMS of a Gemeinde of the state.
        """
        if (dms := _DMS.fullmatch(schluessel)) and dms[1] in self._gemeinden:
            return Stelle(schluessel, "dms", f"DMS {self.gemeinde(dms[1]).name}", "xga", dms[1], "belegt")
        if amt := _GEWERBEAMT.fullmatch(schluessel):
            return self._gewerbeamt(amt[1])
        try:
            return self._stellen[schluessel]
        except KeyError:
            raise UnbekannteStelle(schluessel) from None

    def zustaendige_stellen(self, ags: str) -> Mapping[str, Stelle]:
        """The body of each kind that the place alone decides, by kind; raises UnbekannteGemeinde."""
        if ags not in self._zustaendige:
            ort = self.gemeinde(ags)
            bezirke = (ort.ihk, ort.hwk, ort.bezirksregierung, ort.kreis_ags, _LAND, _BUND, ort.ags)
            self._zustaendige[ags] = MappingProxyType(
                {eine.art: eine for bezirk in bezirke for eine in self._nach_bezirk.get(bezirk, ())}
            )
        return self._zustaendige[ags]

    def postleitzahlen(self) -> Mapping[str, tuple[str, ...]]:
        """The towns (AGS) in which a postcode is used, by postcode."""
        orte: dict[str, tuple[str, ...]] = {}
        for zeile in self._tabellen.postleitzahlen:
            if zeile.gilt_am(self.tag):
                orte[zeile.plz] = (*orte.get(zeile.plz, ()), zeile.ags)
        return MappingProxyType(orte)

    @cached_property
    def _gemeinden(self) -> Mapping[str, Gemeinde]:
        kreise = {ags: zeile for (ags,), zeile in _zeilen_des_tages(self._tabellen.kreise, self.tag).items()}
        return {
            ags: _gemeinde(zeile, kreise[zeile.kreis_ags])
            for (ags,), zeile in sorted(_zeilen_des_tages(self._tabellen.gemeinden, self.tag).items())
        }

    @cached_property
    def _heutige(self) -> tuple[Gemeinde, ...]:
        return tuple(ort for ort in self._gemeinden.values() if ort.gibt_es_am(self.tag))

    @cached_property
    def _nach_name(self) -> Mapping[str, Gemeinde]:
        namen: dict[str, Gemeinde] = {}
        for eine in self._heutige:
            namen.setdefault(_gefaltet(eine.kurzname), eine)
            namen[_gefaltet(eine.name)] = eine
        return namen

    @cached_property
    def _nach_bezirk(self) -> Mapping[str, tuple[Stelle, ...]]:
        bezirke: dict[str, tuple[Stelle, ...]] = {}
        for zeile in _zeilen_des_tages(self._tabellen.stellen, self.tag).values():
            bezirke[zeile.bezirk] = (*bezirke.get(zeile.bezirk, ()), _stelle(zeile))
        for ort in self._gemeinden.values():
            bezirke[ort.ags] = (_erlaubnisbehoerde(ort),)
        return bezirke

    @cached_property
    def _stellen(self) -> Mapping[str, Stelle]:
        alle = [eine for bezirk in self._nach_bezirk.values() for eine in bezirk]
        alle += [_registergericht(code, name) for code, name in registergerichte().items()]
        alle += [
            Stelle(
                zeile.schluessel,
                "bezirksregierung",
                zeile.name,
                "xga",
                f"9906{zeile.kennziffer:0>8}",
                "erschlossen",
            )
            for zeile in _zeilen_des_tages(self._tabellen.bezirksregierungen, self.tag).values()
        ]
        alle += [UNGEKLAERTES_GERICHT, UNGEKLAERTES_GEWERBEAMT]
        return {eine.schluessel: eine for eine in alle}

    def _gewerbeamt(self, ags: str) -> Stelle:
        ort = self._gemeinden.get(ags)
        name = f"Gewerbeamt {ort.name if ort else f'der Gemeinde {ags}'}"
        return Stelle(f"gewerbeamt-{ags}", "bisherige_gemeinde", name, "MELDID", ags, "belegt")


UNGEKLAERTES_GERICHT = Stelle(
    "registergericht-ungeklaert",
    "registergericht",
    "Registergericht (ungeklärt)",
    "xga",
    "992400000000",
    "erschlossen",
)
UNGEKLAERTES_GEWERBEAMT = Stelle(
    "gewerbeamt-ungeklaert",
    "bisherige_gemeinde",
    "Gewerbeamt der bisherigen Betriebsstätte (ungeklärt)",
    "xga",
    "990300000000",
    "erschlossen",
)


def _zeilen_des_tages(zeilen: tuple[_Z, ...], tag: date) -> dict[tuple[str, ...], _Z]:
    """By key: the row of the day, else the last one before it, else the first one after it."""
    gewaehlt: dict[tuple[str, ...], _Z] = {}
    for zeile in sorted(zeilen, key=lambda eine: eine.gueltig_ab):
        if zeile.gueltig_ab <= tag or zeile.schluessel_der_zeile not in gewaehlt:
            gewaehlt[zeile.schluessel_der_zeile] = zeile
    return gewaehlt


def _gemeinde(zeile: GemeindeZeile, kreis: KreisZeile) -> Gemeinde:
    return Gemeinde(
        ags=zeile.ags,
        name=zeile.name,
        kreis_ags=zeile.kreis_ags,
        kreis=kreis.name,
        kreis_art=kreis.art,
        bezirksregierung=kreis.bezirksregierung,
        ihk=zeile.ihk,
        hwk=zeile.hwk,
        landschaftsverband=kreis.landschaftsverband,
        gueltig_ab=zeile.gueltig_ab,
        gueltig_bis=zeile.gueltig_bis,
        nachfolgerin=zeile.nachfolgerin,
    )


def _stelle(zeile: StelleZeile) -> Stelle:
    return Stelle(zeile.schluessel, zeile.art, zeile.name, zeile.praefix, zeile.kennung, zeile.zustaendigkeit)


def _erlaubnisbehoerde(ort: Gemeinde) -> Stelle:
    return Stelle(
        f"erlaubnisbehoerde-{ort.ags}",
        "erlaubnisbehoerde",
        f"{ort.name}, Erlaubnisbehörde nach der Gewerbeordnung",
        "xga",
        f"9900{ort.ags}",
        "erschlossen",
    )


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
