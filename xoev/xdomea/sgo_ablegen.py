"""FVDaten.SGOAblegen.0605: a Fachverfahren hands a case with its documents to the DMS for filing."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal

from lxml import etree
from lxml.builder import ElementMaker

from xoev.xdomea.dateien import LISTENVERSION, dateiformat, primaername
from xoev.xdomea.schriftgut import Ablage, Dokument, Ereignis, Vorgang, datei_uuid, dokument_uuid

Version = Literal["3.0.0", "3.1.0"]
"""Both have the same messages of group 06; 3.0.0 is the one in force."""
NACHRICHT: Final = "FVDaten.SGOAblegen.0605"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "xdomea-Nachrichten-FachverfahrensdatenAustauschen.xsd"
_CODELISTE: Final = "urn:xoev-de:xdomea:codeliste:"
_KEIN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# code and name are unqualified in xdomea 3.
_OHNE: Final = ElementMaker()


def namensraum(version: Version) -> str:
    """Namespace of an xdomea version."""
    return f"urn:xoev-de:xdomea:schema:{version}"


def schreibe(ablage: Ablage, version: Version = "3.0.0") -> bytes:
    """The message as UTF-8 XML: the same bytes for the same `ablage`."""
    return _Schreiber(version).nachricht(ablage)


class _Schreiber:
    def __init__(self, version: Version) -> None:
        self._ns = namensraum(version)
        # The prefix must be `xdomea`: receivers and PRONOM recognise the format by it.
        self._x = ElementMaker(namespace=self._ns, nsmap={"xdomea": self._ns, "xsi": _XSI})

    def _e(self, name: str, *kinder: etree._Element | str, **attribute: str) -> etree._Element:
        teile = [_KEIN_XML.sub("\ufffd", kind) if isinstance(kind, str) else kind for kind in kinder]
        return self._x(name, *teile, **attribute)

    def _code(self, name: str, liste: str, fassung: str, code: str, text: str | None) -> etree._Element:
        element = self._e(name, _OHNE.code(code), listURI=_CODELISTE + liste, listVersionID=fassung)
        if text:
            element.append(_OHNE.name(text))
        return element

    def nachricht(self, ablage: Ablage) -> bytes:
        wurzel = self._e(
            NACHRICHT,
            self._kopf(ablage),
            self._e(
                "SchriftgutobjektZumAblegen",
                self._e("FachverfahrenObjektID", str(ablage.vorgang.id)),
                self._e("Schriftgutobjekt", self._vorgang(ablage)),
                self._e("Ablageort", "."),
            ),
        )
        wurzel.set(f"{{{_XSI}}}schemaLocation", f"{self._ns} {_SCHEMA}")
        etree.indent(wurzel)
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(wurzel, encoding="utf-8") + b"\n"

    def _kopf(self, ablage: Ablage) -> etree._Element:
        return self._e(
            "Kopf",
            self._e("ProzessID", str(ablage.prozess_id)),
            self._code("Nachrichtentyp", "nachrichtentyp", "2.0", "0605", "FVDaten.SGOAblegen"),
            self._e("Erstellungszeitpunkt", _zeit(ablage.stand)),
            self._e("Absender", self._e("Institution", self._e("Name", ablage.behoerde))),
            self._e("Empfaenger", self._e("Institution", self._e("Name", ablage.behoerde))),
            self._e(
                "SendendesSystem",
                self._e("Produktname", ablage.produkt),
                self._e("Version", ablage.produktversion),
            ),
            self._e("Empfangsbestaetigung", "0"),
            # Fixed in the schema; libxml2 compares it as text, so not "true".
            self._e("Importbestaetigung", "1"),
            self._e("Erstellerkennung", ablage.produkt),
            self._e("Stapel", "0"),
        )

    def _vorgang(self, ablage: Ablage) -> etree._Element:
        vorgang = ablage.vorgang
        laufzeit = self._e("Laufzeit", self._e("Beginn", _tag(vorgang.beginn)))
        if vorgang.ende:
            laufzeit.append(self._e("Ende", _tag(vorgang.ende)))
        return self._e(
            "Vorgang",
            self._e("Identifikation", self._e("ID", str(vorgang.id))),
            self._metadaten(
                vorgang.betreff,
                kennzeichen=vorgang.kennzeichen,
                fuehrung=ablage.behoerde,
                aktenplan=vorgang.aktenplan,
            ),
            self._e("Typ", vorgang.typ),
            laufzeit,
            *self._historie(vorgang.historie),
            *(
                self._dokument(vorgang, nr, dokument)
                for nr, dokument in enumerate(vorgang.dokumente, start=1)
            ),
        )

    def _metadaten(
        self,
        betreff: str,
        *,
        kennzeichen: str | None = None,
        fuehrung: str | None = None,
        aktenplan: str | None = None,
    ) -> etree._Element:
        metadaten = self._e("AllgemeineMetadaten", self._e("Betreff", betreff))
        if kennzeichen:
            metadaten.append(self._e("Kennzeichen", kennzeichen))
        if fuehrung:
            metadaten.append(self._e("Federfuehrung", fuehrung))
        offen = "Offen: Das Schriftgutobjekt ist nicht eingestuft."
        metadaten.append(self._code("Vertraulichkeitsstufe", "vertraulichkeitsstufe", "1.0", "003", offen))
        elektronisch = "Elektronisch: Das Schriftgutobjekt liegt ausschließlich in elektronischer Form vor."
        metadaten.append(self._code("Medium", "medium", "1.0", "001", elektronisch))
        if aktenplan:
            metadaten.append(self._e("Aktenplaneinheit", self._e("Kennzeichen", aktenplan)))
        return metadaten

    def _historie(self, ereignisse: tuple[Ereignis, ...]) -> Iterator[etree._Element]:
        for ereignis in ereignisse:
            element = self._e(
                "HistorienProtokollInformation",
                self._e("Akteur", ereignis.akteur),
                self._e("DatumUhrzeit", _zeit(ereignis.zeitpunkt)),
            )
            if ereignis.bemerkung:
                element.append(self._e("Bemerkung", ereignis.bemerkung))
            element.append(self._e("Aktion", ereignis.aktion))
            yield element

    def _dokument(self, vorgang: Vorgang, nummer: int, dokument: Dokument) -> etree._Element:
        element = self._e(
            "Dokument",
            self._e(
                "Identifikation",
                self._e("ID", str(dokument_uuid(vorgang, dokument))),
                self._e("NummerImUebergeordnetenContainer", str(nummer)),
            ),
            self._metadaten(dokument.betreff),
        )
        if dokument.eingang:
            element.append(self._e("Posteingangsdatum", _tag(dokument.eingang)))
        element.append(self._e("Typ", dokument.typ))
        element.extend(self._historie(dokument.historie))
        element.append(self._e("Version", self._e("Nummer", "1"), self._format(vorgang, dokument)))
        return element

    def _format(self, vorgang: Vorgang, dokument: Dokument) -> etree._Element:
        art = dateiformat(dokument.datei)
        # The type of this code knows no <name> in xdomea 3.
        element = self._e("Format", self._code("Name", "dateiformat", LISTENVERSION, art.code, None))
        if art.sonstiger_name:
            element.append(self._e("SonstigerName", art.sonstiger_name))
        element.append(self._e("Version", art.version))
        element.append(
            self._e(
                "Primaerdokument",
                self._e("Dateiname", primaername(datei_uuid(vorgang, dokument), dokument.datei)),
                self._e("DateinameOriginal", dokument.datei.dateiname),
                self._e("DatumUhrzeit", _zeit(dokument.datei.erstellt_am)),
            )
        )
        return element


def _zeit(zeitpunkt: datetime) -> str:
    return zeitpunkt.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _tag(tag: date) -> str:
    return tag.isoformat()
