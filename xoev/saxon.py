"""XSLT 2 and 3 by saxonche, locked down: no protocol, no extension function, no result document.

Saxon would read external entities, so it is only ever given text that lxml has read and written again.
One thread owns the processor and every compiled stylesheet.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lxml import etree

from xoev.xslt import SaxonFehlt, Stylesheet, StylesheetGescheitert, saxon_vorhanden

_MERKMAL = "http://saxon.sf.net/feature/"
_GESPERRT = {"allowedProtocols": "none", "allow-external-functions": "false", "disableXslEvaluate": "true"}
_FADEN = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saxon")
_PARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


@cache
def _prozessor() -> Any:
    prozessor = import_module("saxonche").PySaxonProcessor(license=False)
    for merkmal, wert in _GESPERRT.items():
        prozessor.set_configuration_property(_MERKMAL + merkmal, wert)
    return prozessor


@cache
def _uebersetzt(datei: Path) -> Any:
    text = etree.tostring(etree.parse(datei, _PARSER).getroot(), encoding="unicode")
    try:
        return _prozessor().new_xslt30_processor().compile_stylesheet(stylesheet_text=text)
    except Exception as fehler:
        raise StylesheetGescheitert(datei.name) from fehler


def _wende_an(datei: Path, text: str) -> str:
    programm = _uebersetzt(datei)
    try:
        return str(programm.transform_to_string(xdm_node=_prozessor().parse_xml(xml_text=text)))
    except Exception as fehler:
        raise StylesheetGescheitert(datei.name) from fehler


def saxon_stylesheet(datei: Path) -> Stylesheet:
    """A stylesheet run by Saxon; raises SaxonFehlt, StylesheetGescheitert."""
    if not saxon_vorhanden():
        raise SaxonFehlt(datei.name)
    _FADEN.submit(_uebersetzt, datei).result()

    def wende_an(wurzel: etree._Element) -> etree._Element:
        text = etree.tostring(wurzel, encoding="unicode", with_tail=False)
        ergebnis = _FADEN.submit(_wende_an, datei, text).result()
        try:
            return etree.fromstring(ergebnis.encode(), _PARSER)
        except etree.XMLSyntaxError:
            raise StylesheetGescheitert(datei.name) from None

    return wende_an
