"""Writes notices as an XGewerbeanzeige message (version 2.2)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from lxml import etree

from app.gewerbe.felder import alle_felder, auszug
from app.gewerbe.nachricht_kopf import Behoerde, Kopf, Satz
from app.gewerbe.nachricht_tafel import SATZART, Knoten, tafel
from app.gewerbe.nachricht_werte import Element, schreibe_code
from xoev.bundles import Bundle
from xoev.namen import lokal
from xoev.xgewerbeanzeige.typen import Nachrichtentyp

VERSION: Final = "2.2"
LAUFENDE_NUMMER: Final = {"gewerbe/betrieb": "1", "beteiligteFirma/betrieb": "2"}
"""`ID` of the owner's business and of the company that manages it."""


def schreibe(saetze: Sequence[Satz], kopf: Kopf, typ: Nachrichtentyp, bundle: Bundle) -> bytes:
    """The message in UTF-8, one record per notice, with the elements in the order of the schema.

    What an extract leaves out is left out; nothing is made up. Raises ValueError for a bundle of another
    version and for a record without UUIDs.
    """
    if bundle.version != VERSION:
        raise ValueError(f"Gesendet wird XGewerbeanzeige {VERSION}, nicht {bundle.version}.")
    return _Schreiber(bundle.namespace).nachricht(saetze, kopf, typ)


def _zeit(wert: datetime) -> str:
    return wert.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hole(daten: Any, pfad: str) -> Any:
    for schritt in pfad.split(".") if pfad else ():
        daten = daten.get(schritt) if isinstance(daten, Mapping) else None
    return daten


class _Schreiber:
    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def neu(self, eltern: Element, name: str, text: str | None = None) -> Element:
        element = etree.SubElement(eltern, f"{{{self.namespace}}}{name}")
        element.text = text
        return element

    def nachricht(self, saetze: Sequence[Satz], kopf: Kopf, typ: Nachrichtentyp) -> bytes:
        wurzel = etree.Element(
            f"{{{self.namespace}}}{typ.wurzel}",
            {
                "produkt": kopf.produkt,
                "produkthersteller": kopf.produkthersteller,
                "produktversion": kopf.produktversion,
                "standard": "XGewerbeanzeige",
                "version": VERSION,
            },
            nsmap={"xga": self.namespace},
        )
        if kopf.test:
            wurzel.set("test", "100")
        self.kopf(wurzel, kopf, typ)
        for satz in saetze:
            self.satz(self.neu(wurzel, "satz"), satz)
        return etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8")

    def kopf(self, wurzel: Element, kopf: Kopf, typ: Nachrichtentyp) -> None:
        element = self.neu(wurzel, "nachrichtenkopf")
        kennung = self.neu(element, "identifikation.nachricht")
        self.neu(kennung, "nachrichtenUUID", str(kopf.nachrichten_uuid))
        schreibe_code(self.neu(kennung, "nachrichtentyp"), typ.code)
        self.neu(kennung, "erstellungszeitpunkt", _zeit(kopf.erstellt))
        self.behoerde(self.neu(element, "leser"), kopf.leser)
        self.behoerde(self.neu(element, "autor"), kopf.autor)

    def behoerde(self, element: Element, behoerde: Behoerde) -> None:
        kennung = self.neu(element, "behoerdenkennung")
        praefix = self.neu(kennung, "praefix")
        praefix.set("listVersionID", "7")
        schreibe_code(praefix, behoerde.praefix)
        nummer = self.neu(kennung, "kennung")
        nummer.set("listURI", behoerde.liste)
        nummer.set("listVersionID", behoerde.liste_version)
        schreibe_code(nummer, behoerde.kennung)
        for kanal, adresse in behoerde.erreichbarkeit:
            weg = self.neu(element, "erreichbarkeit")
            schreibe_code(self.neu(weg, "kanal"), kanal)
            self.neu(weg, "kennung", adresse)
        if behoerde.anschrift is not None:
            anschrift = self.neu(element, "anschrift")
            self.neu(anschrift, "strasse", behoerde.anschrift.strasse)
            if behoerde.anschrift.hausnummer:
                self.neu(anschrift, "hausNr", behoerde.anschrift.hausnummer)
            self.neu(anschrift, "ort", behoerde.anschrift.ort)
            self.neu(anschrift, "plz", behoerde.anschrift.plz)
        self.neu(element, "behoerdenname", behoerde.name)

    def satz(self, element: Element, satz: Satz) -> None:
        inhalt: dict[str, Any]
        if isinstance(satz.inhalt, Mapping):
            inhalt = dict(satz.inhalt)
        else:
            inhalt = auszug(satz.inhalt, alle_felder(satz.inhalt.form))
        for name in ("uuid", "gewerbebetrieb_id"):
            wert = inhalt.get(name) or getattr(satz.kopf, name)
            if wert is None:
                raise ValueError(f"Dem Satz fehlt {name}.")
            inhalt[name] = str(wert)
        form = inhalt["form"]
        meldung = self.neu(element, SATZART[form])
        self.neu(meldung, "satzErstellung", _zeit(satz.kopf.satz_erstellung))
        self.neu(meldung, "ereigniszeitpunkt", _zeit(satz.kopf.ereigniszeitpunkt))
        self.behoerde(self.neu(meldung, "autor"), satz.kopf.autor)
        schreibe_code(self.neu(meldung, "istKorrektur"), "1" if satz.kopf.ist_korrektur else "0")
        for knoten in tafel(form):
            if knoten.element == "gewerbebetriebID":
                self.neu(meldung, "gemeindeMeldungNr", satz.kopf.meldungsnummer)
            self.knoten(meldung, knoten, inhalt)

    def knoten(self, eltern: Element, knoten: Knoten, daten: Any) -> None:
        wert = _hole(daten, knoten.pfad)
        if wert is None or wert == []:
            return
        for einer in wert if knoten.mehrfach else [wert]:
            element = self.neu(eltern, knoten.element)
            if knoten.art is not None:
                knoten.art.schreibe(element, einer)
                continue
            for kind in knoten.kinder:
                self.knoten(element, kind, einer)
            if len(element) == 0:
                eltern.remove(element)
            elif nummer := LAUFENDE_NUMMER.get(f"{lokal(str(eltern.tag))}/{knoten.element}"):
                kennung = self.neu(element, "ID", nummer)
                element.insert(0, kennung)
