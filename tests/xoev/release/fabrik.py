"""An invented release: another namespace, one element renamed, one moved, one more rule. And hostile ones.

It is made from the project's own schema and rules, as a publisher would make the next version.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from xoev.bundles import kanonisch

NAMENSRAUM = "urn:beispiel:xgewerbe:9"
ALT = "http://www.xgewerbeanzeige.de/spezifikation/2.2"
_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'


def manifest(**anders: str) -> str:
    """A bundle.toml; values are TOML, an empty one leaves the line out."""
    zeilen = {
        "standard": '"XGewerbe"',
        "version": '"9.0"',
        "namespace": f'"{NAMENSRAUM}"',
        "ersetzt": '"XGewerbeanzeige"',
        "gueltig_ab": "2026-01-01",
        "senden_ab": "2027-05-01",
        "schema": '"schema/xgewerbe.xsd"',
        "regeln": '["regeln.xsl"]',
        "abbildung": '{nach_kanonisch = "hin.xsl", aus_kanonisch = "her.xsl"}',
        "codeliste": '[{datei = "janein.gc", uri = "urn:xoev-de:xgewerbeanzeige:codeliste:janein", '
        'version = "1", elemente = ["istReisegewerbe"]}]',
    } | anders
    return "".join(f"{name} = {wert}\n" for name, wert in zeilen.items() if wert)


def dateien(**anders: str) -> dict[str, bytes]:
    """The files of the invented release; `anders` changes its manifest."""
    ordner = kanonisch().verzeichnis / "schema"
    schema = (ordner / "xgewerbeanzeige-2.2.xsd").read_text().replace(ALT, NAMENSRAUM)
    gemeinsam = (ordner / "gemeinsam.xsd").read_text()
    gemeinsam = gemeinsam.replace(
        '<xs:element name="familienname" type="Text"/>', '<xs:element name="nachname" type="Text"/>'
    ).replace('fixed="XGewerbeanzeige"', 'fixed="XGewerbe"')
    verschoben = '<xs:element name="datumMeldung" type="Datum" minOccurs="0"/>'
    gemeinsam = gemeinsam.replace(verschoben, "").replace(
        '<xs:complexType name="Gewerbe">\n    <xs:sequence>',
        f'<xs:complexType name="Gewerbe">\n    <xs:sequence>{verschoben}',
    )
    return {
        "bundle.toml": manifest(**anders).encode(),
        "schema/xgewerbe.xsd": schema.encode(),
        "schema/gemeinsam.xsd": gemeinsam.encode(),
        "schema/werte.xsd": (ordner / "werte.xsd").read_bytes(),
        "regeln.xsl": regeln().encode(),
        "hin.xsl": abbildung(NAMENSRAUM, ALT, HIN, 'standard="XGewerbeanzeige" version="2.2"').encode(),
        "her.xsl": abbildung(ALT, NAMENSRAUM, HER, 'standard="XGewerbe" version="9.0"').encode(),
        "janein.gc": codeliste("0", "1").encode(),
        "Spezifikation.pdf": b"%PDF-1.4",
    }


def codeliste(*schluessel: str) -> str:
    zeilen = "".join(
        f'<Row><Value ColumnRef="k"><SimpleValue>{wert}</SimpleValue></Value></Row>' for wert in schluessel
    )
    return (
        '<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"><ColumnSet>'
        '<Column Id="k" Use="required"/><Key Id="K"><ColumnRef Ref="k"/></Key></ColumnSet>'
        f"<SimpleCodeList>{zeilen}</SimpleCodeList></gc:CodeList>"
    )


HIN = """
<xsl:template match="n:nachname"><xsl:element name="familienname" namespace="{nach}">
  <xsl:apply-templates select="node()"/></xsl:element></xsl:template>
<xsl:template match="n:gewerbe/n:datumMeldung"/>
<xsl:template match="n:satz/*/n:gueltigAb"><xsl:call-template name="gleich"/>
  <xsl:for-each select="../n:gewerbe/n:datumMeldung"><xsl:call-template name="gleich"/></xsl:for-each>
</xsl:template>"""
HER = """
<xsl:template match="n:familienname"><xsl:element name="nachname" namespace="{nach}">
  <xsl:apply-templates select="node()"/></xsl:element></xsl:template>
<xsl:template match="n:satz/*/n:datumMeldung"/>
<xsl:template match="n:satz/*/n:gewerbe"><xsl:element name="gewerbe" namespace="{nach}">
  <xsl:for-each select="../n:datumMeldung"><xsl:call-template name="gleich"/></xsl:for-each>
  <xsl:apply-templates select="node()"/></xsl:element></xsl:template>"""


def abbildung(von: str, nach: str, besonders: str, kopf: str) -> str:
    """Everything the same in the other namespace, but for the templates `besonders`."""
    attribute = "".join(
        f'<xsl:attribute name="{name}">{wert}</xsl:attribute>'
        for name, wert in re.findall(r'(\w+)="([^"]*)"', kopf)
    )
    return f"""<xsl:stylesheet version="1.0" {_XSL} xmlns:n="{von}" exclude-result-prefixes="n">
<xsl:template match="/*"><xsl:element name="{{local-name()}}" namespace="{nach}">
  <xsl:copy-of select="@*"/>{attribute}<xsl:apply-templates select="node()"/></xsl:element></xsl:template>
<xsl:template match="n:*" name="gleich"><xsl:element name="{{local-name()}}" namespace="{nach}">
  <xsl:copy-of select="@*"/><xsl:apply-templates select="node()"/></xsl:element></xsl:template>
<xsl:template match="*" priority="-1"><xsl:element name="{{local-name()}}">
  <xsl:copy-of select="@*"/><xsl:apply-templates select="node()"/></xsl:element></xsl:template>
{besonders.replace("{nach}", nach)}
</xsl:stylesheet>"""


NEUE_REGEL = (
    "<sch:pattern xmlns:sch='http://purl.oclc.org/dsdl/schematron'>"
    "<sch:rule context='//xga:beteiligtePerson'><sch:assert id='NEU-001' "
    "test='normalize-space(xga:nachname) != normalize-space(xga:vorname)'>"
    "Nachname und Vorname sind gleich.</sch:assert></sch:rule></sch:pattern>"
)


def regeln(version: str = "1.0") -> str:
    """The project's rules for the invented tree and one more, compiled to XSLT."""
    datei = kanonisch().regeln
    assert datei is not None
    text = datei.read_text().replace('test="xga:datumMeldung', 'test="xga:gewerbe/xga:datumMeldung')
    schema = etree.fromstring(text.replace(ALT, NAMENSRAUM).encode())
    # The invented namespace does not hold its version: the rule about it does not apply.
    for regel in schema.xpath("//*[@id='AMT-002']"):
        regel.getparent().remove(regel)
    schema.insert(
        -1, etree.fromstring(NEUE_REGEL.replace("<sch:rule", f"<sch:rule xmlns:xga='{NAMENSRAUM}'"))
    )
    return uebersetze(schema, {"xga": NAMENSRAUM}, version)


def uebersetze(schema: etree._Element, namensraeume: Mapping[str, str], version: str = "1.0") -> str:
    """Schematron to XSLT: as much of it as the project's own rules use."""
    praefixe = " ".join(f'xmlns:{name}="{uri}"' for name, uri in namensraeume.items())
    teile = [_variablen(schema)]
    muster = schema.findall(f"{_SCH}pattern")
    aufrufe = "".join(f'<xsl:apply-templates select="/" mode="m{nr}"/>' for nr in range(len(muster)))
    for nr, eines in enumerate(muster):
        for rang, regel in enumerate(eines.findall(f"{_SCH}rule")):
            teile.append(_vorlage(regel, nr, 1000 - rang))
        teile.append(f'<xsl:template match="text()|@*" mode="m{nr}"/>')
    return f"""<xsl:stylesheet version="{version}" {_XSL} {praefixe}
  xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
<xsl:template match="/"><svrl:schematron-output>{aufrufe}</svrl:schematron-output></xsl:template>
<xsl:template match="*" mode="pfad"><xsl:apply-templates select="parent::*" mode="pfad"/>
<xsl:text>/*[local-name()='</xsl:text><xsl:value-of select="local-name()"/><xsl:text>'][</xsl:text>
<xsl:value-of select="1+count(preceding-sibling::*[local-name()=local-name(current())])"/>
<xsl:text>]</xsl:text></xsl:template>{"".join(teile)}</xsl:stylesheet>"""


def _variablen(element: etree._Element) -> str:
    return "".join(
        f'<xsl:variable name="{let.get("name")}" select={quoteattr(str(let.get("value")))}/>'
        for let in element.findall(f"{_SCH}let")
    )


def _vorlage(regel: etree._Element, nr: int, rang: int) -> str:
    kontext = str(regel.get("context")).replace("/descendant::", "//")
    zusicherungen = "".join(_zusicherung(eine) for eine in regel.findall(f"{_SCH}assert"))
    return (
        f'<xsl:template match={quoteattr(kontext)} mode="m{nr}" priority="{rang}">{_variablen(regel)}'
        f'{zusicherungen}<xsl:apply-templates select="@*|*" mode="m{nr}"/></xsl:template>'
    )


def _zusicherung(eine: etree._Element) -> str:
    satz = escape(eine.text or "")
    for wert in eine:
        satz += f"<xsl:value-of select={quoteattr(str(wert.get('select')))}/>{escape(wert.tail or '')}"
    return (
        f"<xsl:if test={quoteattr('not(' + str(eine.get('test')) + ')')}>"
        f'<svrl:failed-assert id="{eine.get("id")}" role="{eine.get("role", "error")}">'
        '<xsl:attribute name="location"><xsl:apply-templates select="." mode="pfad"/></xsl:attribute>'
        f"<svrl:text>{satz}</svrl:text></svrl:failed-assert></xsl:if>"
    )


def packe(ziel: Path, inhalt: Mapping[str, bytes]) -> Path:
    """A ZIP with these files."""
    with zipfile.ZipFile(ziel, "w", zipfile.ZIP_DEFLATED) as zip_:
        for name, daten in inhalt.items():
            zip_.writestr(name, daten)
    return ziel


def als_neue(nachricht: bytes) -> bytes:
    """A valid message of 2.2, written as the invented release wants it (not by its mapping)."""
    text = nachricht.decode().replace(ALT, NAMENSRAUM).replace("familienname>", "nachname>")
    text = text.replace('standard="XGewerbeanzeige"', 'standard="XGewerbe"')
    text = re.sub(r'(<xga:[^>]*?) version="2.2"', r'\1 version="9.0"', text)

    def verschiebe(satz: re.Match[str]) -> str:
        datum = re.search(r"<xga:datumMeldung>[^<]*</xga:datumMeldung>", satz[0])
        if datum is None:
            return satz[0]
        return satz[0].replace(datum[0], "").replace("<xga:gewerbe>", f"<xga:gewerbe>{datum[0]}", 1)

    return re.sub(r"<xga:satz>.*?</xga:satz>", verschiebe, text, flags=re.S).encode()
