"""Reads the notices of an XGewerbeanzeige message (2.1 or 2.2, any message type) that passed the schema."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from lxml import etree
from pydantic import ValidationError

from app.gewerbe.anzeige import GEWERBEANZEIGE, Abmeldung, Anmeldung, Form, Ummeldung
from app.gewerbe.fehlertexte import befunde_aus
from app.gewerbe.felder import FELDNAMEN, feld_bezug
from app.gewerbe.nachricht_tafel import FORM_VON, Knoten, tafel
from app.gewerbe.nachricht_werte import Element, inhalt, schluessel
from app.gewerbe.texte import FRUEHESTER_TAG, SPAETESTER_TAG
from xoev.befund import Befund
from xoev.xgewerbeanzeige.felder import bezeichnung, feldangabe

ORTSZEIT: Final = ZoneInfo("Europe/Berlin")
_ANGENOMMEN: Final = {"reisegewerbe": (24, 24, 24), "nebenerwerb": (19, 20, 19)}
"""Yes/no parts that read as "no" where a message is silent, with their field in GewA 1, 2, 3."""
_OHNE_GEGENSTUECK: Final = frozenset(
    {"satzErstellung", "ereigniszeitpunkt", "autor", "istKorrektur", "gemeindeMeldungNr", "ID"}
    | {"natSchluesselVerzeichnis"}
)


class NichtUebernehmbar(Exception):
    """At least one record lacks what a notice cannot be without; `befunde` name it."""

    def __init__(self, befunde: Iterable[Befund]) -> None:
        self.befunde = tuple(befunde)
        super().__init__(", ".join(sorted({befund.rule for befund in self.befunde})))


@dataclass(frozen=True, slots=True)
class GelesenerSatz:
    """One record of a message. `ereigniszeitpunkt` is the day and time the office took the notice in.

    `hinweise` say what the notice does not take over (info) and what the record left open (warning).
    """

    anzeige: Anmeldung | Ummeldung | Abmeldung
    uuid: UUID
    gewerbebetrieb_id: UUID
    meldungsnummer: str
    ereigniszeitpunkt: datetime
    ist_korrektur: bool
    hinweise: tuple[Befund, ...]


def lies(wurzel: Element) -> tuple[GelesenerSatz, ...]:
    """All notices of a message, in its order; raises NichtUebernehmbar: all or none."""
    gelesen: list[GelesenerSatz] = []
    fehler: list[Befund] = []
    for nummer, satz in enumerate(wurzel.iterfind("{*}satz"), start=1):
        meldung = next(_kinder(satz))
        leser = _Leser(meldung, nummer)
        try:
            gelesen.append(leser.satz())
        except NichtUebernehmbar as unlesbar:
            fehler += unlesbar.befunde
        except ValidationError as ungueltig:
            fehler += leser.verorte(befunde_aus(ungueltig))
    if fehler:
        raise NichtUebernehmbar(fehler)
    return tuple(gelesen)


def _kinder(element: Element) -> Iterator[Element]:
    return (kind for kind in element if isinstance(kind.tag, str))


def _zeitpunkt(text: str) -> datetime | None:
    """xs:dateTime; without a zone it is the office's local time. None where no calendar has the day."""
    try:
        wert = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FRUEHESTER_TAG <= wert.date() <= SPAETESTER_TAG:
        return None
    return wert if wert.tzinfo else wert.replace(tzinfo=ORTSZEIT)


def _setze(daten: dict[str, Any], pfad: str, wert: Any) -> None:
    *weg, letzter = pfad.split(".")
    for schritt in weg:
        daten = daten.setdefault(schritt, {})
    daten[letzter] = wert


class _Leser:
    def __init__(self, meldung: Element, nummer: int) -> None:
        self.meldung = meldung
        self.nummer = nummer
        self.satzart = etree.QName(meldung).localname
        self.form: Form = FORM_VON[self.satzart]
        self.hinweise: list[Befund] = []

    def satz(self) -> GelesenerSatz:
        daten: dict[str, Any] = {"form": self.form}
        self.lies_kinder(self.meldung, tafel(self.form), daten, "")
        self.ergaenze(daten)
        zeitpunkt = _zeitpunkt(self.text("ereigniszeitpunkt"))
        if zeitpunkt is None:
            raise NichtUebernehmbar([self.zeitpunkt_ungueltig()])
        anzeige: Anmeldung | Ummeldung | Abmeldung = GEWERBEANZEIGE.validate_python(daten)
        return GelesenerSatz(
            anzeige=anzeige,
            uuid=cast(UUID, anzeige.uuid),
            gewerbebetrieb_id=cast(UUID, anzeige.gewerbebetrieb_id),
            meldungsnummer=self.text("gemeindeMeldungNr"),
            ereigniszeitpunkt=zeitpunkt,
            ist_korrektur=schluessel(cast(Element, self.meldung.find("{*}istKorrektur"))) == "1",
            hinweise=tuple(self.hinweise),
        )

    def text(self, name: str) -> str:
        return inhalt(cast(Element, self.meldung.find(f"{{*}}{name}")))

    def lies_kinder(
        self, eltern: Element, knoten: tuple[Knoten, ...], daten: dict[str, Any], pfad: str
    ) -> None:
        bekannt = {eintrag.element: eintrag for eintrag in knoten}
        gesehen: set[str] = set()
        for kind in _kinder(eltern):
            name = etree.QName(kind).localname
            eintrag = bekannt.get(name)
            if eintrag is None or (name in gesehen and not eintrag.mehrfach):
                if name not in _OHNE_GEGENSTUECK:
                    self.nicht_uebernommen(kind, f"{pfad}{name}")
                continue
            gesehen.add(name)
            self.lies_knoten(kind, eintrag, daten, f"{pfad}{name}")

    def lies_knoten(self, element: Element, knoten: Knoten, daten: dict[str, Any], pfad: str) -> None:
        wert: Any
        if knoten.art is not None:
            wert = knoten.art.lies(element)
        else:
            wert = {} if knoten.pfad else daten
            self.lies_kinder(element, knoten.kinder, wert, f"{pfad}/")
            if not knoten.pfad:
                return
            if wert.get("vorhanden", "") is None:
                self.ohne_angabe(element, pfad)
                return
        if knoten.mehrfach:
            ziel = daten
            *weg, letzter = knoten.pfad.split(".")
            for schritt in weg:
                ziel = ziel.setdefault(schritt, {})
            ziel.setdefault(letzter, []).append(wert)
        elif isinstance(wert, dict):
            for name, teil in wert.items():
                _setze(daten, f"{knoten.pfad}.{name}", teil)
        elif wert != "":
            _setze(daten, knoten.pfad, wert)

    def ergaenze(self, daten: dict[str, Any]) -> None:
        """What the model must decide and a message may leave open."""
        zahlen = daten.get("beschaeftigte")
        if zahlen:
            for name in {"vollzeit", "teilzeit"} - zahlen.keys():
                zahlen[name] = 0
                self.angenommen(22, f"/beschaeftigte/{name}", "0", "0")
        for name, nummern in _ANGENOMMEN.items():
            if name not in daten and not (name == "nebenerwerb" and self.form == "A2"):
                self.angenommen(nummern[int(self.form[1]) - 1], f"/{name}", "nein", "no")

        person: dict[str, Any] = next(iter(daten.get("personen", ())), {})
        if daten.get("reisegewerbe") and "betriebsstaette" not in daten and "anschrift" in person:
            # An itinerant trade needs no premises; it is found at home (§ 55c GewO).
            daten["betriebsstaette"] = {"anschrift": person["anschrift"]}
            self.angenommen(15, "/betriebsstaette", "Anschrift der Wohnung", "home address")

    def zeitpunkt_ungueltig(self) -> Befund:
        element = cast(Element, self.meldung.find("{*}ereigniszeitpunkt"))
        return Befund(
            "error",
            "PLA-ZEITPUNKT",
            {
                "de": "Der Zeitpunkt des Ereignisses ist kein Tag und keine Uhrzeit dieser Zeit.",
                "en": "The time of the event is no day and time of our days.",
            },
            xpath=self.ort(element),
            line=element.sourceline,
        )

    def angenommen(self, nummer: int, pointer: str, de: str, en: str) -> None:
        name = FELDNAMEN[self.form][nummer]
        self.hinweise.append(
            Befund(
                "warning",
                "PLA-ANGENOMMEN",
                {
                    "de": f"{name.de}: fehlt in der Nachricht, angenommen wird „{de}“.",
                    "en": f"{name.en}: missing in the message, taken as “{en}”.",
                },
                xpath=self.ort(self.meldung),
                line=self.meldung.sourceline,
                feld=feld_bezug(self.form, nummer),
                pointer=pointer,
            )
        )

    def nicht_uebernommen(self, element: Element, pfad: str) -> None:
        self.hinweis(
            element,
            pfad,
            "PLA-NICHT-UEBERNOMMEN",
            "steht in der Nachricht, nicht aber in diesem Formular, und wird nicht übernommen.",
            "is in the message but not on this form and is not taken over.",
        )

    def ohne_angabe(self, element: Element, pfad: str) -> None:
        self.hinweis(
            element,
            pfad,
            "PLA-OHNE-ANGABE",
            "ist ohne Angabe und wird nicht übernommen.",
            "is not stated and is not taken over.",
        )

    def hinweis(self, element: Element, pfad: str, regel: str, de: str, en: str) -> None:
        try:
            namen = (bezeichnung(self.satzart, pfad), bezeichnung(self.satzart, pfad, "en"))
            feld = feldangabe(self.satzart, pfad)
        except KeyError:
            namen, feld = (pfad, pfad), None
        self.hinweise.append(
            Befund(
                "info",
                regel,
                {"de": f"{namen[0]}: {de}", "en": f"{namen[1]}: {en}"},
                xpath=self.ort(element),
                line=element.sourceline,
                feld=feld,
            )
        )

    def ort(self, element: Element) -> str:
        return element.getroottree().getpath(element)

    def verorte(self, befunde: Iterable[Befund]) -> Iterator[Befund]:
        """Findings about the notice, with the place of its record."""
        for befund in befunde:
            yield Befund(
                befund.severity,
                befund.rule.replace("JSON-", "PLA-", 1),
                befund.text,
                xpath=self.ort(self.meldung),
                line=self.meldung.sourceline,
                feld=befund.feld,
                pointer=befund.pointer,
            )
