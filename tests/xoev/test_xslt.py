"""The second wall: a stylesheet that got past the scan still reads and writes nothing."""

from pathlib import Path

import pytest
from lxml import etree

from xoev import saxon, svrl
from xoev.saxon_kind import SPEICHER
from xoev.xslt import StylesheetGescheitert, stylesheet

_XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
GEHEIM = "GEHEIM-4711"


def wende_an(ordner: Path, rumpf: str, version: str = "1.0") -> etree._Element:
    datei = ordner / f"blatt-{abs(hash(rumpf))}.xsl"
    datei.write_text(
        f'<xsl:stylesheet version="{version}" {_XSL}><xsl:template match="/"><r>{rumpf}</r></xsl:template>'
        "</xsl:stylesheet>"
    )
    return stylesheet(datei)(etree.fromstring("<a><b/></a>"))


@pytest.fixture
def geheim(tmp_path: Path) -> Path:
    datei = tmp_path / "geheim.xml"
    datei.write_text(f"<g>{GEHEIM}</g>")
    return datei


@pytest.mark.parametrize(
    ("rumpf", "version"),
    [
        ("<xsl:copy-of select=\"document('{}')\"/>", "1.0"),
        ("<xsl:copy-of select=\"document('http://127.0.0.1:9/')\"/>", "1.0"),
        ("<xsl:document href='{}.neu'>x</xsl:document>", "1.0"),
        (
            "<e:document xmlns:e='http://exslt.org/common' href='{}.neu' "
            "xsl:extension-element-prefixes='e'>x</e:document>",
            "1.0",
        ),
        ("<xsl:copy-of select=\"doc('{}')\"/>", "2.0"),
        ("<xsl:value-of select=\"unparsed-text('{}')\"/>", "3.0"),
        ("<xsl:value-of select=\"collection('file:///tmp')\"/>", "3.0"),
        ("<xsl:result-document href='{}.neu'>x</xsl:result-document>", "3.0"),
        ("<xsl:evaluate xpath=\"'1+1'\"/>", "3.0"),
    ],
)
def test_no_file_is_read_or_written(tmp_path: Path, geheim: Path, rumpf: str, version: str) -> None:
    if version != "1.0":
        pytest.importorskip("saxonche")
    ergebnis = ""
    try:
        ergebnis = etree.tostring(wende_an(tmp_path, rumpf.format(geheim), version), encoding="unicode")
    except StylesheetGescheitert as fehler:
        assert GEHEIM not in str(fehler)  # noqa: PT017 either outcome is fine, a leak is not
    assert GEHEIM not in ergebnis
    assert not (tmp_path / "geheim.xml.neu").exists()


@pytest.mark.parametrize("version", ["1.0", "3.0"])
@pytest.mark.parametrize("art", ["import", "include"])
@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_no_other_stylesheet_is_loaded(tmp_path: Path, version: str, art: str, form: str) -> None:
    if version != "1.0":
        pytest.importorskip("saxonche")
    fremd, datei = tmp_path / "fremd.xsl", tmp_path / "eigen.xsl"
    kopf = f'<xsl:stylesheet version="{version}" {_XSL}>'
    fremd.write_text(f"{kopf}<xsl:template match='/'><r>{GEHEIM}</r></xsl:template></xsl:stylesheet>")
    datei.write_text(f"{kopf}<xsl:{art} href='{form.format(fremd)}'/></xsl:stylesheet>")
    with pytest.raises(StylesheetGescheitert):
        stylesheet(datei)


@pytest.mark.parametrize("inhalt", [None, "<x"])
def test_a_stylesheet_that_is_gone_is_an_error_of_ours(tmp_path: Path, inhalt: str | None) -> None:
    datei = tmp_path / "weg.xsl"
    if inhalt:
        datei.write_text(inhalt)
    with pytest.raises(StylesheetGescheitert):
        stylesheet(datei)


@pytest.mark.parametrize("kodierung", ["iso-8859-1", "utf-16"])
def test_rules_may_want_any_encoding_of_their_report(tmp_path: Path, kodierung: str) -> None:
    pytest.importorskip("saxonche")
    datei = tmp_path / "blatt.xsl"
    datei.write_text(
        f'<xsl:stylesheet version="2.0" {_XSL}><xsl:output encoding="{kodierung}"/>'
        '<xsl:template match="/"><r>Straße – ő</r></xsl:template></xsl:stylesheet>'
    )
    assert stylesheet(datei)(etree.fromstring("<a/>")).text == "Straße – ő"


def test_saxon_has_no_more_memory_than_is_good(tmp_path: Path) -> None:
    pytest.importorskip("saxonche")
    assert wende_an(tmp_path, "gut", "2.0").text == "gut"
    assert saxon._kind._prozess is not None
    grenzen = Path(f"/proc/{saxon._kind._prozess.pid}/limits").read_text()
    (zeile,) = [eine for eine in grenzen.splitlines() if eine.startswith("Max data size")]
    assert str(SPEICHER) in zeile


@pytest.mark.parametrize("version", ["1.0", "3.0"])
def test_an_end_by_the_stylesheet_is_an_error_of_ours(tmp_path: Path, version: str) -> None:
    if version != "1.0":
        pytest.importorskip("saxonche")
    assert wende_an(tmp_path, "<xsl:copy-of select='//b'/>", version).find("b") is not None
    with pytest.raises(StylesheetGescheitert):
        wende_an(tmp_path, "<xsl:message terminate='yes'>Ende</xsl:message>", version)


def test_what_saxon_says_of_a_message_is_heard_by_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("saxonche")
    with pytest.raises(StylesheetGescheitert) as fehler:
        wende_an(
            tmp_path,
            f"<xsl:message select=\"'{GEHEIM}'\"/><xsl:value-of select=\"number('{GEHEIM}') idiv 1\"/>",
            "3.0",
        )
    assert GEHEIM not in "".join([str(fehler.value), *capfd.readouterr()])


def test_saxon_gone_or_endless_costs_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("saxonche")
    assert wende_an(tmp_path, "gut", "2.0").text == "gut"
    assert saxon._kind._prozess is not None
    saxon._kind._prozess.kill()
    saxon._kind._prozess.wait()
    assert wende_an(tmp_path, "gut", "2.0").text == "gut"
    monkeypatch.setattr(saxon, "FRIST", 0.5)
    endlos = "<xsl:iterate select='1 to 1000000000'><xsl:if test='. = -1'>x</xsl:if></xsl:iterate>"
    with pytest.raises(StylesheetGescheitert):
        wende_an(tmp_path, endlos, "3.0")
    monkeypatch.setattr(saxon, "FRIST", 60.0)
    assert wende_an(tmp_path, "gut", "2.0").text == "gut"


@pytest.mark.parametrize(
    "pfad",
    [
        "/*[local-name()='w' and namespace-uri()='urn:x']/*[local-name()='b'][2]",
        "/*:w[namespace-uri()='urn:x'][1]/*:b[namespace-uri()='urn:x'][2]",
        "/Q{urn:x/y}w[1]/Q{urn:x/y}b[2]",
        "/x:w/x:b[2]",
        "/x:w[1]/x:b[2]/@c",
        "/w/b[2]/fehlt[1]",
    ],
)
def test_locations_of_every_compiler_are_understood(pfad: str) -> None:
    wurzel = etree.fromstring("<w xmlns='urn:x'><a/><b/><b/></w>")
    assert svrl.element_am(pfad, wurzel) is wurzel[2]


def test_a_report_becomes_findings() -> None:
    wurzel = etree.fromstring("<w><b/></w>")
    bericht = etree.fromstring(
        "<s:schematron-output xmlns:s='http://purl.oclc.org/dsdl/svrl'>"
        "<s:failed-assert location='/w/b' flag='warning'><s:text xml:lang='en'>Kind is missing</s:text>"
        "<s:text>SCH-0036_NE-1: <s:emph>Art</s:emph>\n fehlt</s:text>"
        "<s:diagnostic-reference xml:lang='en'>Kind is missing</s:diagnostic-reference></s:failed-assert>"
        f"<s:successful-report location='' id='x y'><s:text>{'lang ' * 200}</s:text></s:successful-report>"
        "<s:failed-assert id='R-1' location='??'/></s:schematron-output>"
    )
    erster, zweiter, dritter = svrl.befunde(bericht, wurzel)
    assert (erster.rule, erster.severity, erster.xpath) == ("SCH-0036_NE-1", "warning", "/w/b")
    assert dict(erster.text) == {"de": "SCH-0036_NE-1: Art fehlt", "en": "Kind is missing"}
    assert (zweiter.rule, len(zweiter.text["de"])) == ("SCH-OHNE-NUMMER", 300)
    assert "breaks the rule SCH-OHNE-NUMMER" in zweiter.text["en"]
    assert dritter.text["de"] == "Nachricht: Die Nachricht verletzt die Regel R-1 ihres Standards."
