"""What one certified version of a notice should have set off, against what the outbox holds. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.bescheinigen import SENDUNGSART
from app.gewerbe.empfaengerkreis import berechtigte
from app.gewerbe.folgen import RUECKNAHMEART
from app.versand.service import Bestandszeile
from app.vorgaenge.service import ORTSZEIT

STATISTIK = "statistik"

Mangel = Literal["fehlt", "zuviel", "andere_felder", "angehalten", "ruecknahme_fehlt", "statistik_offen"]

SAETZE: Mapping[Mangel, tuple[str, str]] = {
    "fehlt": (
        "Die Sendung an diese Stelle fehlt.",
        "The delivery to this body is missing.",
    ),
    "zuviel": (
        "Diese Stelle ist nicht berechtigt, hat aber eine Sendung.",
        "This body is not entitled but has a delivery.",
    ),
    "andere_felder": (
        "Die Sendung hat andere Felder, als die Tafel des Rechts vorsieht.",
        "The delivery has other fields than the law's table says.",
    ),
    "angehalten": (
        "Die Sendung ist angehalten, obwohl die Fassung gilt.",
        "The delivery has been stopped although the version is in force.",
    ),
    "ruecknahme_fehlt": (
        "Die Stelle hat eine überholte Fassung, und niemand nimmt sie zurück.",
        "The body has a version out of date, and nobody takes it back.",
    ),
    "statistik_offen": (
        "Die Meldung zur Statistik war am ersten Arbeitstag des Folgemonats nicht zugestellt.",
        "The notice to the statistics was not delivered by the first working day of the next month.",
    ),
}


@dataclass(frozen=True, slots=True)
class Bescheinigt:
    """One certified version of a notice; `geltend`: neither corrected nor withdrawn since."""

    bescheinigung_id: UUID
    anzeige_id: UUID
    vorgang_id: UUID
    ags: str
    daten: Mapping[str, object]
    ausgestellt_am: datetime
    verzichte: frozenset[str]
    filter: frozenset[str]
    letzte_fassung: bool
    widerrufen: bool

    @property
    def geltend(self) -> bool:
        """Whether this version is what holds."""
        return self.letzte_fassung and not self.widerrufen


@dataclass(frozen=True, slots=True)
class Vollstaendigkeitsbefund:
    """A delivery that is not as the law wants it; no personal data."""

    ags: str
    anzeige_id: UUID
    vorgang_id: UUID
    mangel: Mangel
    stelle: str

    @property
    def saetze(self) -> tuple[str, str]:
        """What is wrong, in German and English."""
        return SAETZE[self.mangel]

    def als_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        de, en = self.saetze
        return {
            "ags": self.ags,
            "gewerbeanzeige": str(self.anzeige_id),
            "vorgang": str(self.vorgang_id),
            "mangel": self.mangel,
            "stelle": self.stelle,
            "text": {"de": de, "en": en},
        }


def gleiche_ab(
    version: Bescheinigt, bestand: Sequence[Bestandszeile], *, statistik_vor: date | None = None
) -> Iterator[Vollstaendigkeitsbefund]:
    """The findings of one version; `bestand`: the deliveries of its case in the order they were made.

    `statistik_vor`: what was certified before this day must have reached the statistics by now.
    """
    maengel = [*_recht(version, bestand)]
    if version.letzte_fassung:
        maengel += _ueberholt(version, bestand)
    if statistik_vor and version.ausgestellt_am.astimezone(ORTSZEIT).date() < statistik_vor:
        maengel += _statistik(version, bestand)
    for mangel, stelle in maengel:
        yield Vollstaendigkeitsbefund(version.ags, version.anzeige_id, version.vorgang_id, mangel, stelle)


def _recht(version: Bescheinigt, bestand: Sequence[Bestandszeile]) -> Iterator[tuple[Mangel, str]]:
    """Exactly one delivery for each body that the table of the day names, with exactly its fields."""
    soll = {
        stelle.schluessel: anspruch.felder
        for stelle, anspruch in berechtigte(
            GEWERBEANZEIGE.validate_python(version.daten),
            version.ausgestellt_am,
            verzichte=version.verzichte,
            filter=version.filter,
        )
    }
    eigene = {
        zeile.stelle: zeile
        for zeile in bestand
        if zeile.art == SENDUNGSART and zeile.bezug_id == version.anzeige_id
    }
    for stelle in sorted(soll.keys() | eigene.keys()):
        if stelle not in eigene:
            yield "fehlt", stelle
        elif stelle not in soll:
            yield "zuviel", stelle
        elif frozenset(eigene[stelle].grundlage["felder"]) != soll[stelle]:
            yield "andere_felder", stelle
        elif eigene[stelle].angehalten and version.geltend:
            yield "angehalten", stelle


def _ueberholt(version: Bescheinigt, bestand: Sequence[Bestandszeile]) -> Iterator[tuple[Mangel, str]]:
    """Nobody is left with a version that does not hold."""
    zuletzt = {
        zeile.stelle: zeile
        for zeile in sorted(bestand, key=lambda zeile: zeile.grundlage.get("fassung", 1))
        if not zeile.angehalten
    }
    for stelle, zeile in sorted(zuletzt.items()):
        gilt = version.geltend and zeile.bezug_id == version.anzeige_id
        if zeile.art != RUECKNAHMEART and not gilt:
            yield "ruecknahme_fehlt", stelle


def _statistik(version: Bescheinigt, bestand: Sequence[Bestandszeile]) -> Iterator[tuple[Mangel, str]]:
    for zeile in bestand:
        if (
            zeile.bezug_id == version.anzeige_id
            and zeile.stellenart == STATISTIK
            and not (zeile.da or zeile.angehalten)
        ):
            yield "statistik_offen", zeile.stelle
