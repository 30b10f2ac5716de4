"""Reads the report (SVRL) of a Schematron that was compiled to XSLT."""

import re
from collections.abc import Iterator
from typing import Literal

from lxml import etree

from xoev.befund import Befund
from xoev.fundstelle import fundstelle
from xoev.katalog import satz
from xoev.namen import lokal

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
HOECHSTENS_ZEICHEN = 300
_STUFEN: dict[str, Literal["error", "warning", "info"]] = {
    "warning": "warning",
    "warn": "warning",
    "info": "info",
    "information": "info",
    "hint": "info",
}
# The three ways in which Schematron compilers write a step of a path.
_SCHRITT = re.compile(
    r"local-name\(\)\s*=\s*(?:'([^']+)'|\"([^\"]+)\")|(?:Q\{[^}]*\}|\*:|[\w.-]+:)?([\w][\w.-]*)"
)
_NUMMER = re.compile(r"\[(\d+)\]\s*$")
_PRAEDIKAT_SCHRAEG = re.compile(r"/(?![^\[]*\]|[^{]*\})")
_KENNUNG = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,63}")
_VORN = re.compile(r"\s*([A-Z]{2,}[-_]?[A-Z0-9]*[-_]?\d+\w*(?:-\d+)?)\s*:")


def befunde(bericht: etree._Element, wurzel: etree._Element) -> Iterator[Befund]:
    """One finding for each failed assertion and each report that spoke up."""
    for eintrag in bericht.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"):
        yield _befund(eintrag, wurzel)


def _befund(eintrag: etree._Element, wurzel: etree._Element) -> Befund:
    ort = fundstelle(element_am(eintrag.get("location", ""), wurzel))
    de = next((_ganz(text) for text in eintrag.iterfind(f"{SVRL}text") if not _ist_englisch(text)), "")
    regel = _regel(eintrag, de)
    sonst = satz("SCH-OHNE-TEXT", wo={"de": ort.de, "en": ort.en}, regel=regel)
    stufe = (eintrag.get("role") or eintrag.get("flag") or "").lower()
    return Befund(
        _STUFEN.get(stufe, "error"),
        regel,
        {"de": de or sonst["de"], "en": _englisch(eintrag) or sonst["en"]},
        ort.xpath,
        ort.line,
        ort.feld,
    )


def _regel(eintrag: etree._Element, text: str) -> str:
    kennung = eintrag.get("id", "")
    if _KENNUNG.fullmatch(kennung):
        return kennung
    vorn = _VORN.match(text)
    return vorn[1] if vorn else "SCH-OHNE-NUMMER"


def _englisch(eintrag: etree._Element) -> str:
    for verweis in eintrag.iter(f"{SVRL}diagnostic-reference", f"{SVRL}text"):
        if _ist_englisch(verweis):
            return _ganz(verweis)
    return ""


def _ist_englisch(text: etree._Element) -> bool:
    return (text.get("{http://www.w3.org/XML/1998/namespace}lang") or "").startswith("en")


def _ganz(text: etree._Element) -> str:
    """With what stands in elements for emphasis, which a report may hold."""
    return _einzeilig("".join(map(str, text.itertext())))


def _einzeilig(text: str) -> str:
    flach = "".join(z if z.isprintable() else f"U+{ord(z):04X}" for z in " ".join(text.split()))
    return flach if len(flach) <= HOECHSTENS_ZEICHEN else flach[: HOECHSTENS_ZEICHEN - 1] + "…"


def element_am(pfad: str, wurzel: etree._Element) -> etree._Element:
    """The element a report's location names; the nearest ancestor that can be found."""
    knoten = wurzel
    schritte = [schritt for schritt in _PRAEDIKAT_SCHRAEG.split(pfad) if schritt]
    for schritt in schritte[1:]:
        treffer, nummer = _SCHRITT.search(schritt), _NUMMER.search(schritt)
        if treffer is None or schritt.startswith("@"):
            break
        name = treffer[1] or treffer[2] or treffer[3]
        kinder = [kind for kind in knoten.iterchildren("*") if lokal(str(kind.tag)) == name]
        stelle = int(nummer[1]) if nummer else 1
        if not 1 <= stelle <= len(kinder):
            break
        knoten = kinder[stelle - 1]
    return knoten
