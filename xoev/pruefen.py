"""Checks a message: characters, schema, rules. The one door for every XML that comes in or goes out."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

import xmlschema
from lxml import etree

from xoev.abbildung import nach_kanonisch
from xoev.befund import Befund, gekuerzt, hat_fehler
from xoev.bundles import Bundle, alle, bundle_fuer_namespace, kanonisch
from xoev.codelisten import pruefe_codes
from xoev.einlesen import MAX_BYTES, NichtLesbar, einlesen_ohne_tiefe, pruefe_tiefe
from xoev.fundstelle import Fundstelle, fundstelle
from xoev.katalog import regel, satz
from xoev.namen import lokal
from xoev.regeln import pruefe_regeln
from xoev.schema import pruefe_schema
from xoev.strenge import ist_tadellos
from xoev.xgewerbeanzeige.typen import typ_fuer_wurzel
from xoev.xslt import StylesheetGescheitert
from xoev.zeichensatz import FREMD, ist_nfc, ist_unauffaellig, pruefe_text

__all__ = [
    "MAX_BYTES",
    "Pruefergebnis",
    "nicht_zu_oeffnen",
    "pruefe",
    "pruefe_in",
    "pruefe_stichtag",
    "pruefe_wurzel",
]

Status = Literal["gueltig", "befunde", "unbrauchbar"]
HOECHSTENS = 100
"""So many findings of one kind at most."""


@dataclass(frozen=True, slots=True)
class Pruefergebnis:
    """What a check came to.

    "gueltig": no errors (warnings may stand); "befunde": errors; "unbrauchbar": no XML, or of a
    standard the project does not know. `nachrichtentyp` is the number, e.g. "0300". `kanonisch` is the
    message in the tree that the application reads: `wurzel` itself, or what a release's mapping made of it.
    """

    status: Status
    befunde: tuple[Befund, ...] = ()
    bundle: Bundle | None = None
    nachrichtentyp: str | None = None
    wurzel: etree._Element | None = None
    kanonisch: etree._Element | None = None


def pruefe(daten: bytes) -> Pruefergebnis:
    """Checks the bytes of one message. Never raises for anything the bytes may hold."""
    try:
        wurzel = einlesen_ohne_tiefe(daten)
        ergebnis = _tadellos(daten, wurzel)
        if ergebnis is None:
            pruefe_tiefe(wurzel)
    except NichtLesbar as fehler:
        return Pruefergebnis("unbrauchbar", fehler.befunde)
    return ergebnis or pruefe_wurzel(wurzel)


def _tadellos(daten: bytes, wurzel: etree._Element) -> Pruefergebnis | None:
    """The result if there is certainly nothing to be said against the message, as against most.

    None says nothing: whoever gets it looks at everything. Our own schemas do without recursion and bound
    the depth; of an installed release that is not known.
    """
    namensraum, _, name = str(wurzel.tag)[1:].rpartition("}")
    bundle, typ = bundle_fuer_namespace(namensraum), typ_fuer_wurzel(name)
    if bundle is None or typ is None or not bundle.eigen:
        return None
    if ist_unauffaellig(daten) and ist_tadellos(wurzel, bundle):
        return Pruefergebnis("gueltig", (), bundle, typ.code, wurzel, wurzel)
    return None


def pruefe_wurzel(wurzel: etree._Element) -> Pruefergebnis:
    """Checks a message that is already read (by `einlesen`) or just built."""
    name = etree.QName(wurzel)
    bundle = bundle_fuer_namespace(name.namespace or "")
    if bundle is None:
        return Pruefergebnis("unbrauchbar", (_fremder_namensraum(wurzel, name.namespace),), wurzel=wurzel)
    return pruefe_in(wurzel, bundle)


def pruefe_in(wurzel: etree._Element, bundle: Bundle) -> Pruefergebnis:
    """Checks a message by a bundle that the caller chooses; its namespace is the bundle's."""
    if bundle.eigen:
        return _pruefe_in(wurzel, bundle)
    try:
        return _pruefe_in(wurzel, bundle)
    except (OSError, ValueError, etree.LxmlError, xmlschema.XMLSchemaException):
        # Its files were fit for use when it was installed.
        befund = fundstelle(wurzel).befund("STANDARD-BESCHAEDIGT", name=gekuerzt(bundle.name))
        return Pruefergebnis("befunde", (befund,), bundle, wurzel=wurzel)


def _pruefe_in(wurzel: etree._Element, bundle: Bundle) -> Pruefergebnis:
    name = lokal(str(wurzel.tag))
    typ = typ_fuer_wurzel(name)
    if typ is None and bundle.eigen:
        return Pruefergebnis("befunde", (_fremder_typ(wurzel, name),), bundle, wurzel=wurzel)
    schema = pruefe_schema(wurzel, bundle)
    befunde = [
        *_pruefe_zeichen(wurzel),
        *schema,
        *pruefe_regeln(wurzel, bundle),
        *islice(pruefe_codes(wurzel, bundle), HOECHSTENS),
    ]
    uebersetzt: etree._Element | None = wurzel
    if not bundle.eigen:
        uebersetzt, hindernis = (None, ()) if schema else _uebersetze(wurzel, bundle)
        befunde += hindernis
        typ = typ_fuer_wurzel(lokal(str(uebersetzt.tag))) if uebersetzt is not None else typ
    status: Status = "befunde" if hat_fehler(befunde) else "gueltig"
    return Pruefergebnis(status, tuple(befunde), bundle, typ.code if typ else None, wurzel, uebersetzt)


def pruefe_stichtag(bundle: Bundle, tag: date) -> tuple[Befund, ...]:
    """A finding if messages of this version are not (no longer) taken in on `tag`."""
    if bundle.gilt_am(tag):
        return ()
    if tag < bundle.gueltig_ab:
        key, stichtag = "STANDARD-STICHTAG.ab", bundle.gueltig_ab
    else:
        key, stichtag = "STANDARD-STICHTAG.bis", bundle.gueltig_bis or tag
    text = satz(key, name=bundle.name, tag=_in_worten(stichtag), heute=_in_worten(tag))
    return (Befund("error", regel(key), text),)


def _in_worten(tag: date) -> dict[str, str]:
    return {"de": f"{tag:%d.%m.%Y}", "en": tag.isoformat()}


def _uebersetze(wurzel: etree._Element, bundle: Bundle) -> tuple[etree._Element | None, tuple[Befund, ...]]:
    """A valid message of an installed release in the canonical tree, or why that cannot be."""
    grund = {"de": "", "en": ""}
    try:
        uebersetzt = nach_kanonisch(wurzel, bundle)
        befunde = pruefe_schema(uebersetzt, kanonisch())
        if not befunde:
            return uebersetzt, ()
        grund = {sprache: f" {satz}" for sprache, satz in befunde[0].text.items()}
    except StylesheetGescheitert:
        pass
    return None, (fundstelle(wurzel).befund("ABBILDUNG", grund=grund),)


def nicht_zu_oeffnen(*, fehlt: bool) -> Pruefergebnis:
    """The result for a file that does not exist (`fehlt`) or cannot be read."""
    rule = "DATEI-FEHLT" if fehlt else "DATEI-UNLESBAR"
    return Pruefergebnis("unbrauchbar", (Befund("error", rule, satz(rule)),))


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
    befunde = [] if ist_nfc(text) else [ort.befund("ZEICHEN-NFC")]
    for fehler in pruefe_text(unicodedata.normalize("NFC", text)):
        befunde.append(
            ort.befund(
                "ZEICHEN-DIN91379",
                zeichen=gekuerzt(fehler.zeichen),
                nummer=fehler.codepoint,
                stelle=str(fehler.position + 1),
            )
        )
    return befunde


def _fremder_namensraum(wurzel: etree._Element, namespace: str | None) -> Befund:
    bekannt = ", ".join(bundle.name for bundle in alle())
    gefunden = gekuerzt(namespace.removeprefix("http://www.") if namespace else "–")
    return fundstelle(wurzel).befund("XML-NAMENSRAUM", gefunden=gefunden, bekannt=bekannt)


def _fremder_typ(wurzel: etree._Element, name: str) -> Befund:
    return fundstelle(wurzel).befund("XSD-NACHRICHT", name=gekuerzt(name))
