"""The catalogue of findings: every sentence, German and English, in one file (befunde.toml).

No text of a library and no part of a message becomes a sentence of its own; values are filled in. Run as
`python -m xoev.katalog` it prints docs/befunde.md.
"""

import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lxml import etree

from xoev.bundles import kanonisch

_DATEI = Path(__file__).with_name("befunde.toml")
_LUECKE = re.compile(r"\{(\w+)\}")
_SCH = "{http://purl.oclc.org/dsdl/schematron}"
Wert = str | Mapping[str, str]


@cache
def _tabelle() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_DATEI.read_text(encoding="utf-8"))


def schluessel() -> tuple[str, ...]:
    """Every key: the code of a rule, with a part behind a dot where it has several sentences."""
    return tuple(_tabelle())


def regel(key: str) -> str:
    """The stable code that a finding with this sentence bears."""
    return key.partition(".")[0]


def satz(key: str, **werte: Wert) -> dict[str, str]:
    """Both sentences, filled in; a value that differs by language is a mapping. KeyError for a gap."""

    def gefuellt(sprache: str) -> str:
        def wert(luecke: re.Match[str]) -> str:
            eingesetzt = werte[luecke[1]]
            return eingesetzt if isinstance(eingesetzt, str) else eingesetzt[sprache]

        text = _LUECKE.sub(wert, _tabelle()[key][sprache])
        return text[:1].upper() + text[1:]

    return {"de": gefuellt("de"), "en": gefuellt("en")}


def muster(key: str, sprache: str) -> re.Pattern[str]:
    """What every sentence of this key looks like."""
    teile = _LUECKE.split(_tabelle()[key][sprache])
    text = "".join("(.*?)" if nr % 2 else re.escape(teil) for nr, teil in enumerate(teile))
    return re.compile(text, re.DOTALL)


def regeltexte() -> dict[str, tuple[str, str, str]]:
    """The project's own rules: code to severity, German and English sentence."""
    datei = kanonisch().regeln
    if datei is None:
        return {}
    wurzel = etree.parse(datei, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    englisch = {str(eine.get("id")): _flach(eine) for eine in wurzel.iter(f"{_SCH}diagnostic")}
    return {
        str(eine.get("id")): (
            eine.get("role", "error"),
            _flach(eine),
            englisch[str(eine.get("diagnostics"))],
        )
        for eine in wurzel.iter(f"{_SCH}assert", f"{_SCH}report")
    }


def _flach(element: etree._Element) -> str:
    text = element.text or ""
    for kind in element:
        text += f"{{wert}}{kind.tail or ''}"
    return " ".join(text.split())


def als_markdown() -> str:
    """docs/befunde.md."""
    zeilen = [_KOPF]
    for key, eintrag in _tabelle().items():
        zeilen.append(
            f"| `{regel(key)}` | {eintrag['wann']} {eintrag['when']} | {eintrag['de']} | {eintrag['en']} |"
        )
    zeilen.append(_REGELKOPF)
    for key, (stufe, de, en) in sorted(regeltexte().items()):
        zeilen.append(f"| `{key}` | {stufe} | {de} | {en} |")
    return "\n".join(zeilen) + "\n"


_KOPF = """\
# Findings

Every sentence that the check of a message can say, from one file (`xoev/befunde.toml`) and the rules
(`regeln/gewerbemeldung.sch`). `{wo}` is the place in the words of the official form, other braces are values;
a value out of a message is one line, cut to 40 characters, without control characters. No text of an XML
library reaches a reader (tests/xoev/test_mutanten.py). This page is made by `python -m xoev.katalog`.

Checks of a notice's content (`PLA-`, `JSON-`), of what leaves the house (`AUSGANG-`, `BAU-`) and refusals of
releases (`ZIP-`, `RELEASE-`) say their sentences where they are made; rules of an installed release speak for
themselves.

## Reading, characters, schema
| code | when | German | English |
| --- | --- | --- | --- |"""
_REGELKOPF = """
## Rules of the project
| code | severity | German | English |
| --- | --- | --- | --- |"""

if __name__ == "__main__":
    sys.stdout.write(als_markdown())
