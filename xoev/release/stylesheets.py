"""The stylesheets of a release touch nothing but the message they are given.

This is the first wall: whoever reads the reason knows which line to change. The second one is how they
are run (`xoev.xslt`, `xoev.saxon`).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from xoev.befund import gekuerzt
from xoev.namen import lokal
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.dateien import lies_xml
from xoev.xslt import XSL

_ELEMENTE = frozenset(
    {"include", "import", "import-schema", "use-package", "result-document", "document", "source-document"}
    | {"stream", "evaluate", "script", "merge-source"}
)
_FUNKTIONEN = frozenset(
    {"document", "doc", "doc-available", "unparsed-text", "unparsed-text-lines", "unparsed-text-available"}
    | {"unparsed-binary", "unparsed-entity-uri", "unparsed-entity-public-id", "collection", "uri-collection"}
    | {"environment-variable", "available-environment-variables", "json-doc", "load-xquery-module"}
    | {"transform", "function-lookup", "evaluate", "stream-available", "parse-xml", "parse-xml-fragment"}
)
_HARMLOS = frozenset(
    f"http://www.w3.org/{name}"
    for name in ("2005/xpath-functions", "2001/XMLSchema", "2005/xpath-functions/math")
) | {
    "http://www.w3.org/2005/xpath-functions/map",
    "http://www.w3.org/2005/xpath-functions/array",
    "http://exslt.org/common",
    "http://exslt.org/strings",
    "http://exslt.org/sets",
    "http://exslt.org/math",
}
# Strings and comments are not told apart from code: a name hidden between two quotes would slip through.
# Read from left to right, without going back: a long value costs no more than its length.
_NAME = r"[A-Za-z_\x80-\U0010ffff][\w.\x80-\U0010ffff-]*+"
_AUFRUF = re.compile(
    rf"(?P<zahl>[\d.])?+(?:(?P<praefix>{_NAME}):|Q\{{(?P<uri>[^{{}}]*+)\}})?+(?P<name>{_NAME})\s*+[(#]|{_NAME}"
)
_TRENNER = re.compile("[.-]")
_TEILE = 3
"""So many parts, with hyphens between them, has the longest name of a function at most."""
_EIGENE = re.compile(r"Q\{([^}]*)\}(.+)")


def pruefe_stylesheet(datei: Path) -> None:
    """Refuses what could reach a file, an address or foreign code; raises Abgelehnt."""
    wurzel = lies_xml(datei)
    # An engine reads text as if there were none of them in it.
    etree.strip_tags(wurzel, etree.Comment, etree.ProcessingInstruction)
    eigene = frozenset(_eigene_funktionen(wurzel))
    for element in wurzel.iter("*"):
        tag = str(element.tag)
        if tag.startswith(XSL) and lokal(tag) in _ELEMENTE:
            raise _verboten(datei, element, f"xsl:{lokal(tag)}")
        for name, wert in element.attrib.items():
            if str(name).endswith("extension-element-prefixes"):
                raise _verboten(datei, element, "extension-element-prefixes")
            if tag.startswith(XSL) and str(name).startswith("_"):
                raise _verboten(datei, element, str(name))
            _pruefe_ausdruck(datei, element, str(wert), eigene)
        # With expand-text the text holds expressions too.
        for text in (element.text, element.tail):
            if text and "{" in text:
                _pruefe_ausdruck(datei, element, text, eigene)
    if wurzel.getroottree().xpath("//processing-instruction('xml-stylesheet')"):
        raise _verboten(datei, wurzel, "xml-stylesheet")


def _eigene_funktionen(wurzel: etree._Element) -> Iterator[tuple[str, str]]:
    for element in wurzel.iter(f"{XSL}function"):
        name = str(element.get("name", ""))
        if treffer := _EIGENE.fullmatch(name):
            yield treffer[1], treffer[2]
        elif ":" in name:
            praefix, _, kurz = name.partition(":")
            yield _namensraum(element.nsmap, praefix), kurz


def _pruefe_ausdruck(
    datei: Path, element: etree._Element, ausdruck: str, eigene: frozenset[tuple[str, str]]
) -> None:
    for treffer in _AUFRUF.finditer(ausdruck):
        praefix, uri, name = treffer["praefix"], treffer["uri"], treffer["name"]
        if name is None:
            continue
        for verboten in _FUNKTIONEN.intersection(_lesarten(treffer)):
            raise _verboten(datei, element, f"{verboten}()")
        if praefix is not None:
            uri = _namensraum(element.nsmap, praefix, nach_zahl=treffer["zahl"] is not None)
        # A prefix that is bound to nothing is text, not a call.
        if uri and uri not in _HARMLOS and (uri, name) not in eigene:
            raise _verboten(datei, element, f"{praefix or uri}:{name}()")


def _lesarten(treffer: re.Match[str]) -> Iterator[str]:
    """The name that is called. Right behind a number (`1e-doc(...)`) its first part may belong to that."""
    name = treffer["name"]
    yield name
    if treffer["zahl"] is not None and treffer["praefix"] is None:
        teile = _TRENNER.split(name)[-_TEILE:]
        yield from ("-".join(teile[nr:]) for nr in range(len(teile)))


def _namensraum(nsmap: Mapping[str | None, str], praefix: str, *, nach_zahl: bool = False) -> str:
    if nach_zahl:
        enden = [name for name in nsmap if name and praefix.endswith((f"-{name}", f".{name}"))]
        praefix = max(enden, key=len, default=praefix)
    return nsmap.get(praefix, "")


def _verboten(datei: Path, element: etree._Element, was: str) -> Abgelehnt:
    name, kurz = gekuerzt(datei.name), gekuerzt(was)
    return Abgelehnt(
        "RELEASE-STYLESHEET",
        f"„{name}“, Zeile {element.sourceline}: {kurz} ist nicht erlaubt. Ein Stylesheet darf nur die "
        "Nachricht lesen, die es bekommt.",
        f"“{name}”, line {element.sourceline}: {kurz} is not allowed. A stylesheet may read the message it "
        "is given and nothing else.",
    )
