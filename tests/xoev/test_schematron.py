"""The evaluator: first rule wins, reports, variables, sentences, and what it refuses."""

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from xoev.bundles import KeinBundle, alle, bundle_fuer_namespace, sendebundle
from xoev.schematron import Forderung, RegelnUngueltig, Regelwerk, Verstoss

KOPF = (
    '<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" '
    'xmlns:amt="urn:digitales-gewerbeamt:regeln"><sch:ns prefix="p" uri="urn:falsch"/>'
)
FUSS = (
    '<sch:diagnostics><sch:diagnostic id="en">Wrong: <sch:value-of select="."/>!</sch:diagnostic>'
    "</sch:diagnostics></sch:schema>"
)


def werk(ordner: Path, rumpf: str) -> Regelwerk:
    datei = ordner / "regeln.sch"
    datei.write_text(KOPF + rumpf + FUSS, encoding="utf-8")
    return Regelwerk(datei, {"p": "urn:x"})


def pruefe(regelwerk: Regelwerk, xml: str) -> list[Verstoss]:
    return list(regelwerk.pruefe(etree.fromstring(xml)))


def test_the_first_rule_whose_context_matches_is_the_only_one(tmp_path: Path) -> None:
    regelwerk = werk(
        tmp_path,
        '<sch:pattern><sch:rule context="p:a[@frei]"><sch:assert id="R1" diagnostics="en" test="true()">x'
        '</sch:assert></sch:rule><sch:rule context="p:a"><sch:assert id="R2" diagnostics="en" test="@b">y'
        "</sch:assert></sch:rule></sch:pattern>",
    )
    gefunden = pruefe(regelwerk, '<w xmlns="urn:x"><a frei="1"/><a/><a b="1"/></w>')
    assert [(v.rule, v.knoten.getroottree().getpath(v.knoten)) for v in gefunden] == [("R2", "/*/*[2]")]


def test_patterns_are_independent_of_each_other(tmp_path: Path) -> None:
    muster = (
        '<sch:pattern><sch:rule context="p:a"><sch:assert id="{}" diagnostics="en" test="false()">x'
        "</sch:assert></sch:rule></sch:pattern>"
    )
    regelwerk = werk(tmp_path, muster.format("R1") + muster.format("R2"))
    assert [v.rule for v in pruefe(regelwerk, '<a xmlns="urn:x"/>')] == ["R1", "R2"]


def test_a_report_speaks_when_its_test_holds(tmp_path: Path) -> None:
    regelwerk = werk(
        tmp_path,
        '<sch:pattern><sch:rule context="/p:a"><sch:report id="R" role="warning" diagnostics="en" '
        'amt:pfad="b" test="p:b">Falsch: <sch:value-of select="p:b"/></sch:report></sch:rule></sch:pattern>',
    )
    assert pruefe(regelwerk, '<a xmlns="urn:x"/>') == []
    (verstoss,) = pruefe(regelwerk, f'<a xmlns="urn:x"><b> {"lang " * 20}</b></a>')
    assert (verstoss.severity, verstoss.pfad) == ("warning", "b")
    assert verstoss.de == "Falsch: lang lang lang lang lang lang lang lang…"
    assert verstoss.en.startswith("Wrong: lang")


def test_variables_of_schema_and_rule(tmp_path: Path) -> None:
    regelwerk = werk(
        tmp_path,
        '<sch:let name="grenze" value="number(/*/@grenze)"/><sch:pattern><sch:rule context="p:a">'
        '<sch:let name="x" value="number(.)"/><sch:let name="y" value="$x * 2"/>'
        '<sch:assert id="R" diagnostics="en" test="$y &lt;= $grenze"><sch:value-of select="$y"/> zu groß'
        "</sch:assert></sch:rule></sch:pattern>",
    )
    gefunden = pruefe(regelwerk, '<w xmlns="urn:x" grenze="10"><a>5</a><a>6</a></w>')
    assert [v.de for v in gefunden] == ["12 zu groß"]


def test_a_variable_of_the_schema_is_evaluated_at_the_root(tmp_path: Path) -> None:
    regelwerk = werk(
        tmp_path,
        '<sch:let name="zahl" value="count(p:a)"/><sch:let name="name" value="local-name(/*)"/>'
        '<sch:pattern><sch:rule context="p:a"><sch:let name="name" value="string(@name)"/>'
        '<sch:assert id="R1" diagnostics="en" test="$zahl = 2 and $name">x</sch:assert></sch:rule>'
        "</sch:pattern>"
        '<sch:pattern><sch:rule context="p:a"><sch:assert id="R2" diagnostics="en" test="$name = \'w\'">y'
        "</sch:assert></sch:rule></sch:pattern>",
    )
    assert pruefe(regelwerk, '<w xmlns="urn:x"><a name="b"/><a name="b"/></w>') == []
    assert [v.rule for v in pruefe(regelwerk, '<w xmlns="urn:x"><a/><a name="b"/></w>')] == ["R1"]
    assert [v.rule for v in pruefe(regelwerk, '<v xmlns="urn:x"><a name="b"/></v>')] == ["R1", "R2"]


def test_a_rule_that_does_not_say_what_satisfies_it_makes_no_strict_schema(tmp_path: Path) -> None:
    rumpf = (
        '<sch:ns prefix="xga" uri="urn:x"/><sch:pattern><sch:rule context="/*/xga:satz/*">'
        '<sch:assert id="R1" diagnostics="en" amt:typ="T" amt:verlangt="a b" '
        'test="xga:a and xga:b or self::xga:frei">x</sch:assert>{}</sch:rule></sch:pattern>'
    )
    regelwerk = werk(tmp_path, rumpf.format(""))
    gefordert = regelwerk.forderungen("nachricht", "anmeldung")
    assert gefordert == (Forderung("T", "a", True, ""), Forderung("T", "b", True, ""))
    assert regelwerk.forderungen("nachricht", "frei") == ()
    stumm = '<sch:assert id="R2" diagnostics="en" test="xga:c">y</sch:assert>'
    assert werk(tmp_path, rumpf.format(stumm)).forderungen("nachricht", "anmeldung") is None
    anderswo = rumpf.format("").replace("/*/xga:satz/*", "xga:a[1]")
    assert werk(tmp_path, anderswo).forderungen("nachricht", "anmeldung") is None


@pytest.mark.parametrize(
    "rumpf",
    [
        '<sch:pattern><sch:rule context="p:a"><sch:assert id="R" diagnostics="en" test="p:b[">x</sch:assert>'
        "</sch:rule></sch:pattern>",
        '<sch:pattern><sch:rule context="p:a"><sch:assert id="R" test="true()">x</sch:assert></sch:rule>'
        "</sch:pattern>",
        '<sch:pattern><sch:rule context="p:a"><sch:extends rule="r"/></sch:rule></sch:pattern>',
        '<sch:pattern><sch:rule abstract="true"/></sch:pattern>',
        '<sch:pattern><sch:rule context="q:a"><sch:assert id="R" diagnostics="en" test="1">x</sch:assert>'
        "</sch:rule></sch:pattern>",
        '<sch:pattern><sch:rule context="p:a"><sch:assert id="R" role="laut" diagnostics="en" test="1">x'
        "</sch:assert></sch:rule></sch:pattern>",
        '<sch:pattern><sch:rule context="p:a"><sch:assert id="R" diagnostics="en" test="1">x<sch:name/>'
        "</sch:assert></sch:rule></sch:pattern>",
        '<sch:pattern is-a="p"/>',
    ],
)
def test_what_it_does_not_understand_it_refuses(tmp_path: Path, rumpf: str) -> None:
    with pytest.raises(RegelnUngueltig):
        werk(tmp_path, rumpf)


def test_bundles_are_found_by_namespace_and_by_day() -> None:
    assert [bundle.version for bundle in alle()] == ["2.1", "2.2"]
    gefunden = bundle_fuer_namespace("http://www.xgewerbeanzeige.de/spezifikation/2.1")
    assert gefunden is not None
    assert not gefunden.senden
    assert gefunden.gilt_am(date(2026, 11, 21))
    assert bundle_fuer_namespace("urn:x") is None
    assert sendebundle("XGewerbeanzeige", date(2026, 11, 21)).version == "2.2"
    with pytest.raises(KeinBundle):
        sendebundle("XGewerbeanzeige", date(2018, 1, 1))
    with pytest.raises(KeinBundle):
        sendebundle("XGewerbeordnung", date(2026, 11, 21))
