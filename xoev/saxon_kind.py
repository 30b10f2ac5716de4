"""The process behind xoev.saxon: one question a line, one answer a line, until the asker is gone.

Saxon is locked down: no protocol, no extension function, no result document, no xsl:evaluate. It would read
external entities, so it only ever gets text that lxml has read and written again.
"""

import json
import resource
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lxml import etree

_MERKMAL = "http://saxon.sf.net/feature/"
_GESPERRT = {"allowedProtocols": "none", "allow-external-functions": "false", "disableXslEvaluate": "true"}
SPEICHER = 2 * 1024**3
"""Bytes of memory; a message that takes more costs this process and is answered by the next one."""
_PARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


@cache
def _prozessor() -> Any:
    prozessor = import_module("saxonche").PySaxonProcessor(license=False)
    for merkmal, wert in _GESPERRT.items():
        prozessor.set_configuration_property(_MERKMAL + merkmal, wert)
    return prozessor


@cache
def _uebersetzt(datei: str) -> Any:
    text = etree.tostring(etree.parse(Path(datei), _PARSER).getroot(), encoding="unicode")
    programm = _prozessor().new_xslt30_processor().compile_stylesheet(stylesheet_text=text)
    # saxonche reads the answer as UTF-8, whatever xsl:output says.
    programm.set_property("!encoding", "UTF-8")
    return programm


def _antworte(frage: dict[str, str | None]) -> str | None:
    """The result's XML, empty if nothing was to be transformed; None if Saxon refuses."""
    try:
        programm = _uebersetzt(str(frage["datei"]))
        if frage["text"] is None:
            return ""
        return str(programm.transform_to_string(xdm_node=_prozessor().parse_xml(xml_text=frage["text"])))
    except Exception:
        return None


def _haupt() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (SPEICHER, SPEICHER))
    # Saxon's runtime reserves far more addresses than it uses.
    resource.setrlimit(resource.RLIMIT_AS, (resource.getrlimit(resource.RLIMIT_AS)[1],) * 2)
    for zeile in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_antworte(json.loads(zeile))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _haupt()
