"""Turns a reject of the schema into sentences. Only what lxml has rejected comes here.

libxml2 says where and of which kind an error is; what the schema provides for at that place
(`xoev.bauplan`) says what is wrong. Text of libxml2 never reaches the reader.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path

from lxml import etree

from xoev import bauplan
from xoev.befund import Befund, gekuerzt
from xoev.bundles import Bundle
from xoev.fundstelle import fundstelle
from xoev.namen import lokal

HOECHSTENS = 50
"""So many findings at most: whoever gets more of them mends the first ones first."""

_FORMEN = Path(__file__).parent / "xgewerbeanzeige" / "formen.toml"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_XSI_NAMEN = frozenset(
    f"{_XSI}{name}" for name in ("type", "nil", "schemaLocation", "noNamespaceSchemaLocation")
)
_ATTRIBUT = re.compile(r"attribute '([^']+)'")
_WERTFEHLER = re.compile(
    r"CVC_(PATTERN|ENUMERATION|DATATYPE|LENGTH|M..LENGTH|M..(IN|EX)CLUSIVE|\w*DIGITS|AU|ELT_5)"
)
_OHNE_WEITERES: Mapping[str, str] = {
    "CVC_COMPLEX_TYPE_2_1": "XSD-INHALT.leer",
    "CVC_COMPLEX_TYPE_2_2": "XSD-INHALT.wert",
    "CVC_COMPLEX_TYPE_2_3": "XSD-TEXT",
    "CVC_TYPE_3_1_2": "XSD-INHALT.wert",
    "CVC_IDC": "XSD-SCHLUESSEL",
}
_XSI_FEHLER = frozenset(
    {"CVC_ELT_2", "CVC_ELT_3_1", "CVC_ELT_3_2_1", "CVC_ELT_3_2_2", "CVC_ELT_4_1", "CVC_ELT_4_2"}
    | {"CVC_ELT_4_3", "CVC_TYPE_1", "CVC_TYPE_2"}
)


def erklaere(
    wurzel: etree._Element, bundle: Bundle, meldungen: Iterable[etree._LogEntry]
) -> tuple[Befund, ...]:
    """At least one finding for a message that the schema rejects, at most HOECHSTENS, each once."""
    einmalig: dict[tuple[str, str, str], Befund] = {}
    for meldung in islice(meldungen, HOECHSTENS):
        for befund in _befunde(meldung, wurzel, bundle):
            einmalig.setdefault((befund.rule, befund.xpath, befund.text["de"]), befund)
    # A reject that cannot be explained is still a reject.
    return tuple(einmalig.values())[:HOECHSTENS] or (_unerklaert(wurzel),)


def _befunde(meldung: etree._LogEntry, wurzel: etree._Element, bundle: Bundle) -> Iterator[Befund]:
    art = meldung.type_name.removeprefix("SCHEMAV_")
    element = _element(meldung, wurzel)
    if art == "ELEMENT_CONTENT":
        yield from _aufbau(meldung, element, bundle)
    elif art in {"CVC_COMPLEX_TYPE_4", "CVC_COMPLEX_TYPE_3_2_1", "CVC_TYPE_3_1_1"}:
        yield from _attribute(element, bundle)
    elif art in _OHNE_WEITERES:
        yield fundstelle(element).befund(_OHNE_WEITERES[art])
    elif art == "CVC_ELT_1":
        yield _fremdes(element)
    elif art in _XSI_FEHLER or _XSI in meldung.message:
        yield fundstelle(element).befund("XSD-XSI")
    elif _WERTFEHLER.search(art):
        yield _wert(meldung, element, bundle)
    else:
        yield _unerklaert(element)


def _fremdes(element: etree._Element) -> Befund:
    name = gekuerzt(lokal(str(element.tag)))
    return fundstelle(element).befund(
        "XSD-NACHRICHT" if element.getparent() is None else "XSD-UNBEKANNT", name=name
    )


def _unerklaert(element: etree._Element) -> Befund:
    return fundstelle(element).befund("XSD-INHALT")


def _element(meldung: etree._LogEntry, wurzel: etree._Element) -> etree._Element:
    """The element an error speaks of: libxml2's path is followed step by step.

    As an XPath it would need every prefix bound, and a message may bind them further down.
    """
    knoten = wurzel
    for schritt in (meldung.path or "").strip("/").split("/")[1:]:
        name, _, rest = schritt.partition("[")
        kinder = [kind for kind in knoten.iterchildren("*") if name in {"*", _angezeigt(kind)}]
        nummer = int(rest.rstrip("]")) if rest else 1
        if nummer > len(kinder):
            break
        knoten = kinder[nummer - 1]
    return knoten


def _angezeigt(element: etree._Element) -> str:
    name = lokal(str(element.tag))
    return f"{element.prefix}:{name}" if element.prefix else name


def _aufbau(meldung: etree._LogEntry, element: etree._Element, bundle: Bundle) -> Iterator[Befund]:
    """Which child is missing, foreign, too many; if none is, one stands in the wrong place."""
    unvollstaendig = "Missing child" in meldung.message
    eltern = element if unvollstaendig else element.getparent()
    if eltern is None:
        eltern = element
    plaetze = bauplan.kinder(eltern, bundle)
    vorhanden = Counter(str(kind.tag) for kind in eltern.iterchildren("*"))
    befunde = [
        *_fremde(eltern, {platz.tag for platz in plaetze}),
        *_falsche_anzahl(eltern, plaetze, vorhanden),
    ]
    yield from islice(befunde, HOECHSTENS)
    if befunde:
        return
    if not unvollstaendig:
        yield fundstelle(element).befund("XSD-REIHENFOLGE")
    elif namen := ", ".join(platz.name for platz in plaetze):
        yield fundstelle(element).befund("XSD-FEHLT.wahl", namen=namen)
    else:
        yield fundstelle(element).befund("XSD-FEHLT.element")


def _fremde(eltern: etree._Element, bekannt: set[str]) -> Iterator[Befund]:
    for kind in eltern.iterchildren("*"):
        if kind.tag not in bekannt:
            yield fundstelle(kind).befund("XSD-UNBEKANNT", name=gekuerzt(lokal(str(kind.tag))))


def _falsche_anzahl(
    eltern: etree._Element, plaetze: tuple[bauplan.Platz, ...], vorhanden: Counter[str]
) -> Iterator[Befund]:
    for platz in plaetze:
        if vorhanden[platz.tag] < platz.wenigstens:
            yield fundstelle(eltern, platz.name).befund("XSD-FEHLT")
        elif platz.hoechstens is not None and vorhanden[platz.tag] > platz.hoechstens:
            yield fundstelle(eltern, platz.name).befund("XSD-ZUOFT")


def _attribute(element: etree._Element, bundle: Bundle) -> Iterator[Befund]:
    ort = fundstelle(element)
    vorgesehen = bauplan.attribute(element, bundle)
    for name, (pflicht, _) in vorgesehen.items():
        if pflicht and name not in element.attrib:
            yield ort.befund("XSD-ATTRIBUT-FEHLT", name=name)
    for name in map(str, element.attrib):
        if name not in vorgesehen and name not in _XSI_NAMEN:
            yield ort.befund("XSD-ATTRIBUT-UNBEKANNT", name=gekuerzt(lokal(name)))


def _wert(meldung: etree._LogEntry, element: etree._Element, bundle: Bundle) -> Befund:
    formen = _formen()
    ort = fundstelle(element)
    treffer = _ATTRIBUT.search(meldung.message)
    if treffer is None:
        wert = gekuerzt(element.text or "")
        typ = bauplan.typname(element, bundle).removeprefix("Schluessel.").removeprefix("Code")
        form = bauplan.fester_wert(element, bundle) or formen.get(typ, formen["sonst"])
        return ort.befund("XSD-WERT", form=form, wert=wert) if wert else ort.befund("XSD-LEER")
    name, wert = gekuerzt(treffer[1]), gekuerzt(str(element.get(treffer[1], "")))
    if not wert:
        return ort.befund("XSD-LEER.attribut", name=name)
    _, fest = bauplan.attribute(element, bundle).get(treffer[1], (False, None))
    # Of the attributes of a release only the fixed ones are known.
    form = fest or formen["Text" if bundle.eigen else "sonst"]
    return ort.befund("XSD-WERT.attribut", name=name, form=form, wert=wert)


@cache
def _formen() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FORMEN.read_text(encoding="utf-8"))
