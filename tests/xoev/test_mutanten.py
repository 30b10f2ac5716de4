"""Two judges of each kind agree over mutated messages, and nobody's raw words reach the reader.

Two thousand mutants for each pair of judges always; twenty thousand with AMT_LANG=1.
"""

import re
from functools import cache
from typing import Any

import pytest
import xmlschema
from lxml import etree

from tests.xoev.mutanten import GRUPPEN, JE_GRUPPE, LANG, amtliche, mutanten, vorlagen
from xoev import katalog
from xoev.bundles import Bundle, bundle_fuer_namespace, kanonisch
from xoev.pruefen import pruefe_wurzel
from xoev.schema import pruefe_schema
from xoev.schematron import Regelwerk

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
Urteil = set[tuple[str, str]]
"""Rule and place: the position among its siblings, level by level."""


def bundle_von(wurzel: etree._Element) -> Bundle:
    bundle = bundle_fuer_namespace(etree.QName(wurzel).namespace or "")
    assert bundle is not None
    return bundle


def platz(element: etree._Element) -> str:
    weg = [element, *element.iterancestors()][::-1]
    return "/".join(str(1 + sum(1 for _ in teil.itersiblings("*", preceding=True))) for teil in weg)


def nach_lxml(wurzel: etree._Element) -> Urteil:
    return {
        (verstoss.rule, platz(verstoss.knoten)) for verstoss in _regelwerk(bundle_von(wurzel)).pruefe(wurzel)
    }


@cache
def _regelwerk(bundle: Bundle) -> Regelwerk:
    assert bundle.regeln is not None
    return Regelwerk(bundle.regeln, {"xga": bundle.namespace})


class Saxon:
    """The same rules by Saxon's XPath: each pattern's contexts in order, the first match counts."""

    def __init__(self) -> None:
        saxonche = pytest.importorskip("saxonche")
        self._prozessor = saxonche.PySaxonProcessor(license=False)
        self._prozessor.set_configuration_property(
            "http://saxon.sf.net/feature/allow-external-functions", "false"
        )
        datei = kanonisch().regeln
        assert datei is not None
        schema = etree.parse(datei).getroot()
        global_ = self._lets(schema)
        self._muster: list[list[tuple[str, list[str]]]] = []
        for muster in schema.iter(f"{_SCH}pattern"):
            self._muster.append([self._regel(regel, global_) for regel in muster.iter(f"{_SCH}rule")])

    @staticmethod
    def _lets(element: etree._Element) -> str:
        return "".join(
            f"let ${let.get('name')} := ({let.get('value')}) return " for let in element.findall(f"{_SCH}let")
        )

    def _regel(self, regel: etree._Element, global_: str) -> tuple[str, list[str]]:
        """One expression: for each node of the context its place and the outcome of each test."""
        kontext = " | ".join(
            teil.strip() if teil.strip().startswith("/") else f"//{teil.strip()}"
            for teil in str(regel.get("context")).split("|")
        )
        zusicherungen = regel.findall(f"{_SCH}assert")
        tests = ", ".join(f"string(boolean({eine.get('test')}))" for eine in zusicherungen)
        ort = "string-join(ancestor-or-self::*/string(1 + count(preceding-sibling::*)), '/')"
        return (
            f"{global_}({kontext}) ! ({self._lets(regel)}string-join(({ort}, {tests}), ' '))",
            [str(eine.get("id")) for eine in zusicherungen],
        )

    def pruefe(self, wurzel: etree._Element) -> Urteil:
        knoten = self._prozessor.parse_xml(xml_text=etree.tostring(wurzel, encoding="unicode"))
        xpath: Any = self._prozessor.new_xpath_processor()
        xpath.set_backwards_compatible(True)
        xpath.declare_namespace("xga", etree.QName(wurzel).namespace)
        xpath.set_context(xdm_item=knoten)
        urteil: Urteil = set()
        for muster in self._muster:
            vergeben: set[str] = set()
            for ausdruck, kennungen in muster:
                neu = set()
                for zeile in xpath.evaluate(ausdruck) or ():
                    ort, *ergebnisse = str(zeile).split(" ")
                    neu.add(ort)
                    if ort not in vergeben:
                        paare = zip(kennungen, ergebnisse, strict=True)
                        urteil |= {(kennung, ort) for kennung, ergebnis in paare if ergebnis == "false"}
                vergeben |= neu
        return urteil


@cache
def saxon() -> Saxon:
    return Saxon()


@pytest.mark.parametrize("gruppe", GRUPPEN)
def test_rules_give_the_same_verdict_in_lxml_and_in_saxon(gruppe: int) -> None:
    verletzt: set[str] = set()
    for nummer, wurzel in enumerate(mutanten(gruppe, JE_GRUPPE, vorlagen())):
        urteil = nach_lxml(wurzel)
        assert saxon().pruefe(wurzel) == urteil, (gruppe, nummer)
        verletzt |= {rule for rule, _ in urteil}
    # The mutants reach the rules: agreement is not that of two who say nothing.
    assert len(verletzt) > (20 if LANG else 15)


def test_official_messages_too_and_their_mutants() -> None:
    for wurzel in mutanten(99, JE_GRUPPE, amtliche()):
        assert saxon().pruefe(wurzel) == nach_lxml(wurzel)


@cache
def _zweites(bundle: Bundle) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(bundle.schema.as_uri(), allow="sandbox")


@pytest.mark.parametrize("gruppe", GRUPPEN)
def test_lxml_and_xmlschema_give_the_same_verdict(gruppe: int) -> None:
    urteile = {True: 0, False: 0}
    for nummer, wurzel in enumerate(mutanten(100 + gruppe, JE_GRUPPE, vorlagen())):
        befunde = pruefe_schema(wurzel, bundle_von(wurzel))
        quelle = xmlschema.XMLResource(wurzel, allow="none")  # type: ignore[arg-type]
        assert _zweites(bundle_von(wurzel)).is_valid(quelle) == (not befunde), (gruppe, nummer)
        urteile[not befunde] += 1
    assert min(urteile.values()) > 0


_ROH = re.compile(
    r"\{http://|Element '|xs:|facet|cvc|schemaLocation|not accepted|Tag '|This element|[Tt]raceback|lxml|"
    r"libxml|is not expected|None\b(?! is allowed)|\{wo\}|  "
)


@pytest.mark.parametrize("gruppe", GRUPPEN)
def test_no_raw_words_of_a_library_reach_the_reader(gruppe: int) -> None:
    befunde = [
        befund
        for wurzel in mutanten(200 + gruppe, JE_GRUPPE, vorlagen())
        for befund in pruefe_wurzel(wurzel).befunde
    ]
    assert len(befunde) > JE_GRUPPE
    for befund in befunde:
        for sprache in ("de", "en"):
            satz = befund.text[sprache]
            assert any(form.fullmatch(satz) for form in saetze(sprache)[befund.rule]), satz
            # What a message itself says may be quoted; quotations are between quotation marks.
            assert not _ROH.search(re.sub(r"„[^“]*“|“[^”]*”", "", satz)), satz
            assert satz.isprintable()
            assert len(satz) < 400
            assert satz.endswith(".")


@cache
def saetze(sprache: str) -> dict[str, list[re.Pattern[str]]]:
    """The catalogue: code to the forms its sentences have."""
    formen: dict[str, list[re.Pattern[str]]] = {}
    for key in katalog.schluessel():
        formen.setdefault(katalog.regel(key), []).append(katalog.muster(key, sprache))
    for rule, (_, de, en) in katalog.regeltexte().items():
        text = re.escape(de if sprache == "de" else en).replace(re.escape("{wert}"), "(.*?)")
        formen[rule] = [re.compile(text)]
    return formen
