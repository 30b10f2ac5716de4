"""Every kind of fault that libxml2 knows has a sentence of ours, in schemas of any make."""

from datetime import date

import pytest
from lxml import etree

from xoev.bundles import Bundle
from xoev.schema import pruefe_schema

_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x" xmlns="urn:x"
  elementFormDefault="qualified">
<xs:element name="w"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">
 <xs:element name="leer"><xs:complexType/></xs:element>
 <xs:element name="text"><xs:complexType><xs:simpleContent><xs:extension base="xs:int">
   <xs:attribute name="a" type="xs:int"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
 <xs:element name="einfach" type="xs:int"/>
 <xs:element name="fest" type="xs:string" fixed="ja"/>
 <xs:element name="nil" type="xs:int" nillable="true"/>
 <xs:element name="id"><xs:complexType><xs:attribute name="i" type="xs:ID"/></xs:complexType></xs:element>
 <xs:element name="ref" type="xs:IDREF"/>
 <xs:element name="key"><xs:complexType><xs:attribute name="k"/></xs:complexType></xs:element>
 <xs:element name="kref"><xs:complexType><xs:attribute name="k"/></xs:complexType></xs:element>
 <xs:element name="abst" type="A"/>
 <xs:element ref="kopf"/>
 <xs:element name="alles"><xs:complexType><xs:all><xs:element name="a" type="xs:int"/>
   <xs:element name="b" type="xs:int"/></xs:all></xs:complexType></xs:element>
 <xs:element name="any"><xs:complexType><xs:sequence><xs:any namespace="##other"/></xs:sequence>
   </xs:complexType></xs:element>
 <xs:element name="liste"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>
 <xs:element name="un"><xs:simpleType><xs:union memberTypes="xs:int xs:date"/></xs:simpleType></xs:element>
 <xs:element name="zahl"><xs:simpleType><xs:restriction base="xs:decimal"><xs:maxInclusive value="9"/>
   <xs:fractionDigits value="1"/></xs:restriction></xs:simpleType></xs:element>
 <xs:element name="lang"><xs:simpleType><xs:restriction base="xs:string"><xs:length value="2"/>
   </xs:restriction></xs:simpleType></xs:element>
 <xs:element name="attr"><xs:complexType><xs:attribute name="f" fixed="1"/>
   <xs:attribute name="p" use="required"/><xs:attribute name="d" type="xs:date"/></xs:complexType>
   </xs:element>
</xs:choice></xs:complexType>
<xs:key name="K"><xs:selector xpath="key" xmlns:x="urn:x"/><xs:field xpath="@k"/></xs:key>
<xs:unique name="U"><xs:selector xpath="x:key" xmlns:x="urn:x"/><xs:field xpath="@k"/></xs:unique>
<xs:key name="K2"><xs:selector xpath="x:key" xmlns:x="urn:x"/><xs:field xpath="@k"/></xs:key>
<xs:keyref name="R" refer="K2"><xs:selector xpath="x:kref" xmlns:x="urn:x"/><xs:field xpath="@k"/>
   </xs:keyref>
</xs:element>
<xs:complexType name="A" abstract="true"><xs:sequence/></xs:complexType>
<xs:complexType name="B"><xs:complexContent><xs:extension base="A"><xs:sequence>
   <xs:element name="z" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:element name="kopf" abstract="true" type="xs:string"/>
</xs:schema>"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A release with one of each kind of type."""
    ordner = tmp_path_factory.mktemp("release")
    (ordner / "s.xsd").write_text(_SCHEMA)
    return Bundle("X", "1", "urn:x", ordner, ordner / "s.xsd", date(2020, 1, 1), eigen=False)


@pytest.mark.parametrize(
    ("inhalt", "rules"),
    [
        ("<leer>x</leer>", {"XSD-INHALT"}),
        ("<leer><a/></leer>", {"XSD-INHALT"}),
        ("<text>x</text>", {"XSD-WERT"}),
        ("<text><a/></text>", {"XSD-INHALT", "XSD-LEER"}),
        ('<text a="x">1</text>', {"XSD-WERT"}),
        ('<text b="x">1</text>', {"XSD-ATTRIBUT-UNBEKANNT"}),
        ('<einfach b="1">1</einfach>', {"XSD-ATTRIBUT-UNBEKANNT"}),
        ('<einfach xsi:foo="x">1</einfach>', {"XSD-ATTRIBUT-UNBEKANNT"}),
        ('<einfach xsi:nil="true">1</einfach>', {"XSD-XSI"}),
        ('<einfach xsi:nil="x">1</einfach>', {"XSD-XSI"}),
        ('<einfach xsi:type="foo">1</einfach>', {"XSD-XSI"}),
        ('<einfach xsi:type="p:foo">1</einfach>', {"XSD-XSI"}),
        ('<einfach xsi:type="B">1</einfach>', {"XSD-XSI"}),
        ("<einfach><b/></einfach>", {"XSD-INHALT", "XSD-LEER"}),
        ("<fest>nein</fest>", {"XSD-WERT"}),
        ('<nil xsi:nil="true">1</nil>', {"XSD-XSI"}),
        ('<id i="1"/>', {"XSD-WERT"}),
        ('<id i="a"/><id i="a"/>', {"XSD-WERT"}),
        ('<key k="1"/><key k="1"/>', {"XSD-SCHLUESSEL"}),
        ("<key/>", {"XSD-SCHLUESSEL"}),
        ('<kref k="9"/>', {"XSD-SCHLUESSEL"}),
        ("<abst/>", {"XSD-XSI"}),
        ('<abst xsi:type="B"/>', {"XSD-FEHLT"}),
        ('<abst xsi:type="B"><z>x</z></abst>', {"XSD-WERT"}),
        ("<alles><a>1</a></alles>", {"XSD-FEHLT"}),
        ("<alles><a>1</a><a>1</a><b>1</b></alles>", {"XSD-ZUOFT"}),
        ("<any/>", {"XSD-FEHLT"}),
        ("<any><einfach>1</einfach></any>", {"XSD-UNBEKANNT"}),
        ("<any><q xmlns='urn:q'/></any>", {"XSD-UNBEKANNT"}),
        ("<liste>1 x</liste>", {"XSD-WERT"}),
        ("<un>x</un>", {"XSD-WERT"}),
        ("<zahl>10</zahl>", {"XSD-WERT"}),
        ("<zahl>1.11</zahl>", {"XSD-WERT"}),
        ("<lang>x</lang>", {"XSD-WERT"}),
        ('<attr f="2" p=""/>', {"XSD-WERT"}),
        ("<attr/>", {"XSD-ATTRIBUT-FEHLT"}),
        ("text", {"XSD-TEXT"}),
        ("<fremd/>", {"XSD-UNBEKANNT"}),
    ],
)
def test_each_kind_is_told(bundle: Bundle, inhalt: str, rules: set[str]) -> None:
    kopf = 'xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    befunde = pruefe_schema(etree.fromstring(f"<w {kopf}>{inhalt}</w>"), bundle)
    assert {befund.rule for befund in befunde} == rules
    for befund in befunde:
        for satz in befund.text.values():
            assert "http" not in satz
            assert "ein Text, gefunden" not in satz
            assert not satz.endswith((" .", "dem Schema.", "to the schema."))


def test_a_root_nobody_knows(bundle: Bundle) -> None:
    (befund,) = pruefe_schema(etree.fromstring('<v xmlns="urn:x"/>'), bundle)
    assert (befund.rule, "Eine Nachricht v gibt es" in befund.text["de"]) == ("XSD-NACHRICHT", True)


def test_the_fixed_value_is_named(bundle: Bundle) -> None:
    (befund,) = pruefe_schema(etree.fromstring('<w xmlns="urn:x"><fest>nein</fest></w>'), bundle)
    assert "erwartet ja, gefunden „nein“" in befund.text["de"]
