"""Runs the stylesheets of a release: XSLT 1.0 by lxml, XSLT 2 and 3 by saxonche where it is installed.

A stylesheet sees the one message it is given. It reads and writes no file, opens no connection and calls
no extension.
"""

import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from lxml import etree

XSL = "{http://www.w3.org/1999/XSL/Transform}"
_PARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
# A libxslt stylesheet keeps the errors of its run, so every thread has its own.
_LOKAL = threading.local()


class StylesheetGescheitert(RuntimeError):
    """A stylesheet cannot be compiled or ended with an error; the engine's own words are not kept."""


class SaxonFehlt(StylesheetGescheitert):
    """The rules need XSLT 2 or 3, and the optional package for it is not installed."""


class Stylesheet(Protocol):
    """A compiled stylesheet."""

    def __call__(self, wurzel: etree._Element) -> etree._Element:
        """The result's root element; raises StylesheetGescheitert."""


def braucht_saxon(datei: Path) -> bool:
    """True if a stylesheet wants more than XSLT 1.0."""
    wurzel = etree.parse(datei, _PARSER).getroot()
    return str(wurzel.get("version", wurzel.get(f"{XSL}version", ""))).strip() != "1.0"


def saxon_vorhanden() -> bool:
    """True if XSLT 2 and 3 can be run here."""
    return find_spec("saxonche") is not None


def stylesheet(datei: Path) -> Stylesheet:
    """The compiled stylesheet of a file whose content never changes; raises StylesheetGescheitert."""
    if _ist_neuer(datei):
        from xoev.saxon import saxon_stylesheet  # noqa: PLC0415 an optional package

        return saxon_stylesheet(datei)
    uebersetzt: dict[Path, Stylesheet] = _LOKAL.__dict__.setdefault("stylesheets", {})
    if datei not in uebersetzt:
        uebersetzt[datei] = _Lxml(datei)
    return uebersetzt[datei]


@cache
def _ist_neuer(datei: Path) -> bool:
    try:
        return braucht_saxon(datei)
    except (OSError, etree.XMLSyntaxError):
        raise StylesheetGescheitert(datei.name) from None


class _Nichts(etree.Resolver):
    """What a stylesheet includes or imports: the access control of libxslt does not ask about it."""

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:
        raise ValueError("nothing is loaded")


class _Lxml:
    def __init__(self, datei: Path) -> None:
        parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
        parser.resolvers.add(_Nichts())
        try:
            blatt = etree.fromstring(datei.read_bytes(), parser)
            self._xslt = etree.XSLT(blatt, access_control=etree.XSLTAccessControl.DENY_ALL, regexp=False)
        except (OSError, ValueError, etree.LxmlError):
            raise StylesheetGescheitert(datei.name) from None

    def __call__(self, wurzel: etree._Element) -> etree._Element:
        try:
            # A bare tree: what stands before and after the root element is nobody's business.
            ergebnis = self._xslt(wurzel).getroot()
        except etree.LxmlError:
            raise StylesheetGescheitert from None
        if ergebnis is None:
            raise StylesheetGescheitert
        return ergebnis
