"""Membership in the code lists (OASIS genericode) that a release brings."""

from collections.abc import Iterator, Sequence
from functools import cache

from lxml import etree

from xoev.befund import Befund, gekuerzt
from xoev.bundles import Bundle, Codeliste
from xoev.fundstelle import fundstelle
from xoev.namen import lokal

_PARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


class CodelisteUngueltig(ValueError):
    """No genericode, or without the column that holds the codes."""


@cache
def schluessel(liste: Codeliste) -> frozenset[str]:
    """The codes of a list; raises CodelisteUngueltig."""
    try:
        wurzel = etree.parse(liste.datei, _PARSER).getroot()
    except (OSError, etree.XMLSyntaxError):
        raise CodelisteUngueltig(liste.datei.name) from None
    spalte = liste.spalte
    if not spalte:
        verweis = wurzel.find(".//{*}Key/{*}ColumnRef")
        spalte = verweis.get("Ref", "") if verweis is not None else ""
    spalten = [str(eine.get("Id")) for eine in wurzel.iterfind(".//{*}ColumnSet/{*}*")]
    werte = frozenset(
        (wert.findtext("{*}SimpleValue") or "").strip()
        for zeile in wurzel.iter("{*}Row")
        for name, wert in _zellen(zeile, spalten)
        if name == spalte
    )
    if not werte:
        raise CodelisteUngueltig(liste.datei.name)
    return werte


def _zellen(zeile: etree._Element, spalten: Sequence[str]) -> Iterator[tuple[str, etree._Element]]:
    """The values of a row with their columns: one that names none belongs to the next (genericode 1.0)."""
    naechste = 0
    for wert in zeile.iterfind("{*}Value"):
        name = wert.get("ColumnRef") or "".join(spalten[naechste : naechste + 1])
        naechste = spalten.index(name) + 1 if name in spalten else naechste + 1
        yield name, wert


def pruefe_codes(wurzel: etree._Element, bundle: Bundle) -> Iterator[Befund]:
    """A finding for each code that is not in the list that is meant for it."""
    if not bundle.codelisten:
        return
    for schluesselwort in wurzel.iter("code", "{*}code"):
        element = schluesselwort.getparent()
        liste = _liste(element, bundle) if element is not None else None
        wert = (schluesselwort.text or "").strip()
        if element is not None and liste is not None and wert not in schluessel(liste):
            yield _befund(element, wert, liste)


def _liste(element: etree._Element, bundle: Bundle) -> Codeliste | None:
    """The list that an element names itself, else the one that the release names for it.

    Of a list in another version than the release brings nothing is known.
    """
    uri, version = element.get("listURI"), element.get("listVersionID")
    name = lokal(str(element.tag))
    for liste in bundle.codelisten:
        passt = uri == liste.uri if uri is not None else name in liste.elemente
        if passt and (not liste.version or version in {None, liste.version}):
            return liste
    return None


def _befund(element: etree._Element, wert: str, liste: Codeliste) -> Befund:
    name = gekuerzt(liste.uri.rpartition(":")[2] or liste.datei.stem)
    name += f" {gekuerzt(liste.version)}" if liste.version else ""
    return fundstelle(element, "code").befund("CODE-UNBEKANNT", wert=gekuerzt(wert), liste=name)
