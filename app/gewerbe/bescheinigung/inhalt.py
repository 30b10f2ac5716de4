"""What a certificate of receipt shows: taken once from the notice, kept in the row, set as PDF from there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Gewerbeanzeige
from app.gewerbe.codes import bezeichnung
from app.gewerbe.person import DEUTSCHLAND, Anschrift

ORTSZEIT: Final = ZoneInfo("Europe/Berlin")
Anzeigenart = Literal["Gewerbe-Anmeldung", "Gewerbe-Ummeldung", "Gewerbe-Abmeldung"]
ARTEN: Final[Mapping[str, Anzeigenart]] = {
    "A1": "Gewerbe-Anmeldung",
    "A2": "Gewerbe-Ummeldung",
    "A3": "Gewerbe-Abmeldung",
}

# The hints of the forms (Anlagen 1 to 3 GewAnzV), word for word.
_HINWEIS_ERLAUBNIS: Final = (
    "Diese Anzeige berechtigt nicht zum Beginn des Gewerbebetriebes, wenn noch eine Erlaubnis oder eine "
    "Eintragung in die Handwerksrolle notwendig ist. Zuwiderhandlungen können mit Geldbuße, Geldstrafe oder "
    "Freiheitsstrafe geahndet werden. Diese Anzeige ist keine Genehmigung zur Errichtung einer "
    "Betriebsstätte gemäß dem Planungs- und Baurecht."
)
_HINWEIS_WIEDERAUFNAHME: Final = "Eine Wiederaufnahme der abgemeldeten Tätigkeit ist erneut anzeigepflichtig."
_OHNE_UNTERSCHRIFT: Final = "Sie ist ohne Unterschrift gültig."


@dataclass(frozen=True, slots=True)
class Angabe:
    """One line of the notice: what it is called and what was stated."""

    bezeichnung: str
    wert: str


@dataclass(frozen=True, slots=True)
class Empfaenger:
    """A body that is informed, and the provision that says so."""

    name: str
    grundlage: str


@dataclass(frozen=True, slots=True)
class Kammer:
    """The chamber that has taken the notice in for the founder, and on which day."""

    name: str
    eingegangen_am: date


class Bescheinigungsinhalt(BaseModel):
    """Everything the PDF shows beside its fixed labels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    behoerde: str
    behoerdenanschrift: tuple[str, ...]
    art: Anzeigenart
    grundlage: str
    eingegangen_am: date
    kammer: Kammer | None = None
    ausgestellt_am: date
    aktenzeichen: str
    eingangsnummer: str
    angaben: tuple[Angabe, ...]
    hinweis: str
    empfaenger: tuple[Empfaenger, ...]
    pruefcode: str
    pruefadresse: str
    entstehung: str
    siegelzeile: str = ""
    """Stands where a seal would; certificates of before have none."""


def inhalt_aus(
    anzeige: Gewerbeanzeige,
    *,
    behoerde: str,
    siegelzeile: str,
    anschrift: Mapping[str, Any],
    aktenzeichen: str,
    eingangsnummer: str,
    eingegangen_am: datetime,
    ausgestellt_am: datetime,
    empfaenger: Sequence[Empfaenger],
    pruefcode: str,
    webadresse: str,
    automatisch: bool,
    kammer: Kammer | None = None,
    ersetzt_vom: datetime | None = None,
) -> Bescheinigungsinhalt:
    """What the certificate of `anzeige` shows.

    `anschrift` is the town's (parts strasse, hausnummer, plz, ort), `empfaenger` who is informed by the
    law of the day, `webadresse` the public address of this installation, `ersetzt_vom` when the certificate
    was issued that this one replaces. Days are those of Germany.
    """
    abmeldung = isinstance(anzeige, Abmeldung)
    return Bescheinigungsinhalt(
        behoerde=behoerde,
        behoerdenanschrift=tuple(_behoerdenanschrift(anschrift)),
        art=ARTEN[anzeige.form],
        grundlage=(
            "§ 55c Satz 2 in Verbindung mit § 15 Abs. 1 der Gewerbeordnung (GewO)"
            if anzeige.reisegewerbe
            else "§ 15 Abs. 1 der Gewerbeordnung (GewO)"
        ),
        eingegangen_am=eingegangen_am.astimezone(ORTSZEIT).date(),
        kammer=kammer,
        ausgestellt_am=ausgestellt_am.astimezone(ORTSZEIT).date(),
        aktenzeichen=aktenzeichen,
        eingangsnummer=eingangsnummer,
        angaben=tuple(Angabe(bezeichnung=name, wert=wert) for name, wert in _angaben(anzeige) if wert),
        hinweis=_HINWEIS_WIEDERAUFNAHME if abmeldung else _HINWEIS_ERLAUBNIS,
        empfaenger=tuple(empfaenger),
        pruefcode=pruefcode,
        pruefadresse=f"{webadresse.rstrip('/')}/pruefcode/{pruefcode}",
        entstehung=_entstehung(automatisch=automatisch, ersetzt_vom=ersetzt_vom),
        siegelzeile=siegelzeile,
    )


def _entstehung(*, automatisch: bool, ersetzt_vom: datetime | None) -> str:
    art = "automatisch" if automatisch else "elektronisch"
    satz = f"Diese Bescheinigung wurde {art} erstellt. {_OHNE_UNTERSCHRIFT}"
    if ersetzt_vom is None:
        return satz
    tag = datum(ersetzt_vom.astimezone(ORTSZEIT).date())
    return f"{satz} Nach einer Berichtigung ersetzt sie die Bescheinigung vom {tag}."


def _angaben(anzeige: Gewerbeanzeige) -> Iterator[tuple[str, str | None]]:
    betrieb = anzeige.betrieb
    yield "Eingetragener Name", betrieb.eingetragener_name
    yield "Geschäftsbezeichnung", betrieb.geschaeftsbezeichnung
    for person in anzeige.personen:
        name = " ".join(filter(None, (person.doktorgrad, person.vornamen, person.familienname)))
        funktion = bezeichnung("funktion", person.funktion)
        yield funktion[:1].upper() + funktion[1:], name
    yield "Weitere Gesellschafterinnen und Gesellschafter", "; ".join(betrieb.weitere_gesellschafter)
    yield "Betriebsstätte", _zeile(anzeige.betriebsstaette.anschrift)
    yield "Tätigkeit", anzeige.taetigkeit.schwerpunkt.beschreibung
    yield "Weitere Tätigkeiten", "; ".join(weitere.beschreibung for weitere in anzeige.taetigkeit.weitere)
    if isinstance(anzeige, Anmeldung):
        yield "Beginn der Tätigkeit", datum(anzeige.beginn)
    elif isinstance(anzeige, Abmeldung):
        yield "Betriebsaufgabe am", datum(anzeige.aufgabe)
    else:
        yield "Änderung am", datum(anzeige.aenderung)


def datum(tag: date) -> str:
    """A day as people in Germany write it: 21.11.2026."""
    return tag.strftime("%d.%m.%Y")


def _zeile(anschrift: Anschrift) -> str:
    hausnummer = "–".join(filter(None, (anschrift.hausnummer, anschrift.hausnummer_bis)))
    strasse = " ".join(filter(None, (anschrift.strasse, hausnummer)))
    ort = " ".join(filter(None, (anschrift.plz, anschrift.ort)))
    ausland = f"Staat {anschrift.nation}" if anschrift.nation != DEUTSCHLAND else None
    return ", ".join(filter(None, (strasse, anschrift.zusatz, ort, anschrift.ortsteil, ausland)))


def _behoerdenanschrift(anschrift: Mapping[str, Any]) -> Iterator[str]:
    for teile in (("strasse", "hausnummer"), ("plz", "ort")):
        zeile = " ".join(str(anschrift[teil]) for teil in teile if anschrift.get(teil))
        if zeile:
            yield zeile
