"""Checks a message: characters, schema, rules. The one door for every XML that comes in or goes out."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lxml import etree

from xoev.befund import Befund, gekuerzt, hat_fehler
from xoev.bundles import Bundle, alle, bundle_fuer_namespace
from xoev.einlesen import MAX_BYTES, NichtLesbar, einlesen
from xoev.fundstelle import Fundstelle, fundstelle
from xoev.schema import pruefe_schema
from xoev.schematron import Regelwerk, Verstoss
from xoev.xgewerbeanzeige.typen import typ_fuer_wurzel
from xoev.zeichensatz import FREMD, ist_nfc, pruefe_text

__all__ = ["MAX_BYTES", "Pruefergebnis", "nicht_zu_oeffnen", "pruefe", "pruefe_wurzel"]

Status = Literal["gueltig", "befunde", "unbrauchbar"]
HOECHSTENS = 100
"""So many findings of one kind at most."""


@dataclass(frozen=True, slots=True)
class Pruefergebnis:
    """What a check came to.

    "gueltig": no errors (warnings may stand); "befunde": errors; "unbrauchbar": no XML, or of a
    standard the project does not know. `nachrichtentyp` is the number, e.g. "0300".
    """

    status: Status
    befunde: tuple[Befund, ...] = ()
    bundle: Bundle | None = None
    nachrichtentyp: str | None = None
    wurzel: etree._Element | None = None


def pruefe(daten: bytes) -> Pruefergebnis:
    """Checks the bytes of one message. Never raises for anything the bytes may hold."""
    try:
        wurzel = einlesen(daten)
    except NichtLesbar as fehler:
        return Pruefergebnis("unbrauchbar", fehler.befunde)
    return pruefe_wurzel(wurzel)


def pruefe_wurzel(wurzel: etree._Element) -> Pruefergebnis:
    """Checks a message that is already read (by `einlesen`) or just built."""
    name = etree.QName(wurzel)
    bundle = bundle_fuer_namespace(name.namespace or "")
    if bundle is None:
        return Pruefergebnis("unbrauchbar", (_fremder_namensraum(wurzel, name.namespace),), wurzel=wurzel)
    typ = typ_fuer_wurzel(name.localname)
    if typ is None:
        return Pruefergebnis("befunde", (_fremder_typ(wurzel, name.localname),), bundle, wurzel=wurzel)
    befunde = (
        *_pruefe_zeichen(wurzel),
        *pruefe_schema(wurzel, bundle),
        *_pruefe_regeln(wurzel, bundle),
    )
    status: Status = "befunde" if hat_fehler(befunde) else "gueltig"
    return Pruefergebnis(status, befunde, bundle, typ.code, wurzel)


def nicht_zu_oeffnen(*, fehlt: bool) -> Pruefergebnis:
    """The result for a file that does not exist (`fehlt`) or cannot be read."""
    if fehlt:
        befund = Befund(
            "error", "DATEI-FEHLT", {"de": "Die Datei gibt es nicht.", "en": "There is no such file."}
        )
    else:
        befund = Befund(
            "error",
            "DATEI-UNLESBAR",
            {"de": "Die Datei lässt sich nicht lesen.", "en": "The file cannot be read."},
        )
    return Pruefergebnis("unbrauchbar", (befund,))


@cache
def _regelwerk(bundle: Bundle) -> Regelwerk:
    return Regelwerk(bundle.regeln, {"xga": bundle.namespace})


def _pruefe_regeln(wurzel: etree._Element, bundle: Bundle) -> list[Befund]:
    befunde = []
    for verstoss in _regelwerk(bundle).pruefe(wurzel):
        befunde.append(_befund(verstoss))
        if len(befunde) == HOECHSTENS:
            break
    return befunde


def _befund(verstoss: Verstoss) -> Befund:
    ort = fundstelle(verstoss.knoten, verstoss.pfad)
    return Befund(
        verstoss.severity,
        verstoss.rule,
        {"de": verstoss.de, "en": verstoss.en},
        ort.xpath,
        ort.line,
        ort.feld,
    )


def _pruefe_zeichen(wurzel: etree._Element) -> list[Befund]:
    """One look over the whole text; element by element only if something is wrong."""
    text = etree.tostring(wurzel, method="text", encoding="unicode")
    text += "\n".join(map(str, wurzel.attrib.values()))
    if FREMD.search(text) is None and (text.isascii() or ist_nfc(text)):
        return []
    befunde: list[Befund] = []
    for element in wurzel.iter("*"):
        for stueck in (element.text, element.tail, *map(str, element.attrib.values())):
            if stueck and not stueck.isascii() and len(befunde) < HOECHSTENS:
                befunde += _zeichen_von(stueck, fundstelle(element))
    return befunde


def _zeichen_von(text: str, ort: Fundstelle) -> list[Befund]:
    befunde = []
    if not ist_nfc(text):
        befunde.append(
            ort.befund(
                "ZEICHEN-NFC",
                "{wo}: Der Text liegt nicht in der Unicode-Normalform C vor.",
                "{wo}: The text is not in Unicode normal form C.",
            )
        )
    for fehler in pruefe_text(unicodedata.normalize("NFC", text)):
        zeichen, nummer = gekuerzt(fehler.zeichen), f"({fehler.codepoint})"
        befunde.append(
            ort.befund(
                "ZEICHEN-DIN91379",
                f"{{wo}}: Das Zeichen „{zeichen}“ {nummer} an Stelle {fehler.position + 1} gehört nicht zum "
                "Zeichenvorrat der DIN 91379.",
                f"{{wo}}: The character “{zeichen}” {nummer} at position {fehler.position + 1} is not in the "
                "repertoire of DIN 91379.",
            )
        )
    return befunde


def _fremder_namensraum(wurzel: etree._Element, namespace: str | None) -> Befund:
    bekannt = ", ".join(f"{bundle.standard} {bundle.version}" for bundle in alle())
    gefunden = gekuerzt(namespace.removeprefix("http://www.") if namespace else "–")
    return fundstelle(wurzel).befund(
        "XML-NAMENSRAUM",
        f"Der Namensraum der Nachricht ({gefunden}) ist nicht bekannt. Geprüft werden: {bekannt}.",
        f"The namespace of the message ({gefunden}) is not known. Checked are: {bekannt}.",
    )


def _fremder_typ(wurzel: etree._Element, name: str) -> Befund:
    return fundstelle(wurzel).befund(
        "XSD-NACHRICHT",
        f"Eine Nachricht {gekuerzt(name)} gibt es in diesem Standard nicht.",
        f"There is no message {gekuerzt(name)} in this standard.",
    )
