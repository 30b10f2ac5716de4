"""Broken and hostile ZIPs: refused with a reason, nothing half-installed, nothing touched outside."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import pytest

from tests.xoev.nachrichten import friseur
from tests.xoev.release import fabrik
from xoev import bundles
from xoev.release import archiv
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.einrichten import installiere
from xoev.release.stylesheets import pruefe_stylesheet

_XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
GEHEIM = "GEHEIM-4711"


@pytest.fixture
def ordner(tmp_path: Path) -> Iterator[Path]:
    """An empty folder of releases beside a secret."""
    (tmp_path / "geheim.txt").write_text(GEHEIM)
    bundles.verwende(tmp_path / "standards")
    yield tmp_path / "standards"
    bundles.verwende(None)


def lehnt_ab(zip_: Path, ordner: Path) -> Abgelehnt:
    """The reason; whatever it is, nothing stays behind and nothing shows."""
    vorher = sorted(ordner.parent.iterdir()) if ordner.exists() else []
    with pytest.raises(Abgelehnt) as grund:
        installiere(zip_, ordner)
    assert [pfad.name for pfad in ordner.iterdir()] == [".sperre"]
    assert not vorher or vorher == sorted(ordner.parent.iterdir())
    assert all(bundle.eigen for bundle in bundles.alle())
    for satz in grund.value.text.values():
        assert GEHEIM not in satz
        assert "\n" not in satz
        assert len(satz) < 400
    return grund.value


Bau = Callable[[zipfile.ZipFile], object]


def eintrag(name: str, daten: bytes = b"x", *, modus: int = stat.S_IFREG | 0o644) -> Bau:
    def baue(zip_: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.filename = info.orig_filename = name
        info.external_attr = modus << 16
        info.create_system, info.compress_type = 3, zipfile.ZIP_DEFLATED
        zip_.writestr(info, daten)

    return baue


def doppelt(erster: str, zweiter: str) -> Bau:
    def baue(zip_: zipfile.ZipFile) -> None:
        eintrag(erster)(zip_)
        eintrag(zweiter)(zip_)

    return baue


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("bau", "rule"),
    [
        (eintrag("../geheim.toml"), "ZIP-NAME"),
        (eintrag("a/../../geheim.toml"), "ZIP-NAME"),
        (eintrag("/etc/amt.toml"), "ZIP-NAME"),
        (eintrag("C:/amt.toml"), "ZIP-NAME"),
        (eintrag("a\\..\\b.toml"), "ZIP-NAME"),
        (eintrag("./a.toml"), "ZIP-NAME"),
        (eintrag("a//b.toml"), "ZIP-NAME"),
        (eintrag("NUL.xsd"), "ZIP-NAME"),
        (eintrag("ordner/com1"), "ZIP-NAME"),
        (eintrag("a.xsd."), "ZIP-NAME"),
        (eintrag("a\x1b[2J.xsd"), "ZIP-NAME"),
        (eintrag("a" * 300 + ".xsd"), "ZIP-NAME"),
        (eintrag("/".join("a" * 20) + ".xsd"), "ZIP-NAME"),
        (eintrag("a\u202etsd.xsd"), "ZIP-NAME"),
        (doppelt("a.xsd", "a.xsd"), "ZIP-DOPPELT"),
        (doppelt("a.xsd", "A.XSD"), "ZIP-DOPPELT"),
        (doppelt("a\u0308.xsd", "\u00e4.xsd"), "ZIP-DOPPELT"),
        (doppelt("a.xsd", "a.xsd/b.xsd"), "ZIP-DOPPELT"),
        (doppelt("a.xsd/b.xsd", "a.xsd"), "ZIP-DOPPELT"),
        (eintrag("link.xsd", b"/etc/passwd", modus=stat.S_IFLNK | 0o777), "ZIP-VERWEIS"),
        (eintrag("rohr.xsd", modus=stat.S_IFIFO | 0o644), "ZIP-VERWEIS"),
        (eintrag("geraet.xsd", modus=stat.S_IFBLK | 0o644), "ZIP-VERWEIS"),
        (eintrag("bombe.xsd", b" " * 5_000_000), "ZIP-GROESSE"),
    ],
)
def test_hostile_entries(ordner: Path, tmp_path: Path, bau: Bau, rule: str) -> None:
    zip_ = fabrik.packe(tmp_path / "feind.zip", fabrik.dateien())
    with zipfile.ZipFile(zip_, "a", zipfile.ZIP_DEFLATED) as offen:
        bau(offen)
    assert lehnt_ab(zip_, ordner).rule == rule


def test_a_name_behind_a_nul_byte(ordner: Path, tmp_path: Path) -> None:
    zip_ = fabrik.packe(tmp_path / "feind.zip", fabrik.dateien() | {"aXb.xsd": b"x"})
    zip_.write_bytes(zip_.read_bytes().replace(b"aXb.xsd", b"a\0b.xsd"))
    assert lehnt_ab(zip_, ordner).rule == "ZIP-NAME"


def test_an_encrypted_entry(ordner: Path, tmp_path: Path) -> None:
    zip_ = fabrik.packe(tmp_path / "feind.zip", fabrik.dateien())
    daten = bytearray(zip_.read_bytes())
    stelle = daten.index(b"PK\x01\x02")
    daten[stelle + 8] |= 1
    zip_.write_bytes(daten)
    assert lehnt_ab(zip_, ordner).rule == "ZIP-VERSCHLUESSELT"


def test_a_size_that_is_a_lie(ordner: Path, tmp_path: Path) -> None:
    zip_ = fabrik.packe(tmp_path / "feind.zip", fabrik.dateien() | {"zz.xml": b"<a/>" * 1000})
    daten = bytearray(zip_.read_bytes())
    stelle = daten.rindex(b"PK\x01\x02")
    daten[stelle + 24 : stelle + 28] = struct.pack("<I", 10)
    zip_.write_bytes(daten)
    assert lehnt_ab(zip_, ordner).rule in {"ZIP-KAPUTT", "ZIP-GROESSE"}


def test_too_many_entries_and_too_much_in_all(
    ordner: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viele = fabrik.dateien() | {f"x/{nr}.txt": b"" for nr in range(archiv.MAX_EINTRAEGE)}
    assert lehnt_ab(fabrik.packe(tmp_path / "viele.zip", viele), ordner).rule == "ZIP-ANZAHL"
    kleine = fabrik.dateien() | {f"x/{nr}.xml": b" " * 900_000 for nr in range(20)}
    assert lehnt_ab(fabrik.packe(tmp_path / "kleine.zip", kleine), ordner).rule == "ZIP-GROESSE"
    monkeypatch.setattr(archiv, "MAX_GESAMT", 10_000)
    assert lehnt_ab(fabrik.packe(tmp_path / "gross.zip", fabrik.dateien()), ordner).rule == "ZIP-GROESSE"
    monkeypatch.setattr(archiv, "MAX_ARCHIV", 1_000)
    assert lehnt_ab(fabrik.packe(tmp_path / "gross.zip", fabrik.dateien()), ordner).rule == "ZIP-GROESSE"


@pytest.mark.parametrize("anteil", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_half_a_zip(ordner: Path, tmp_path: Path, anteil: float) -> None:
    zip_ = fabrik.packe(tmp_path / "halb.zip", fabrik.dateien())
    daten = zip_.read_bytes()
    zip_.write_bytes(daten[: int(len(daten) * anteil)])
    assert lehnt_ab(zip_, ordner).rule == "ZIP-KAPUTT"


def test_flipped_bytes_never_crash(ordner: Path, tmp_path: Path) -> None:
    daten = fabrik.packe(
        tmp_path / "gut.zip", {"bundle.toml": b"x" * 500, "a.xsd": b"<a/>" * 50}
    ).read_bytes()
    for stelle in range(0, len(daten), 3):
        zip_ = tmp_path / "kipp.zip"
        zip_.write_bytes(daten[:stelle] + bytes([daten[stelle] ^ 0xFF]) + daten[stelle + 1 :])
        lehnt_ab(zip_, ordner)


def test_no_zip_at_all(ordner: Path, tmp_path: Path) -> None:
    for nr, daten in enumerate((b"", b"PK\x03\x04", b"<xml/>", b"PK\x05\x06" + bytes(18))):
        datei = tmp_path / f"{nr}.zip"
        datei.write_bytes(daten)
        assert lehnt_ab(datei, ordner).rule in {"ZIP-KAPUTT", "RELEASE-MANIFEST"}


@pytest.mark.parametrize(
    "anders",
    [
        {"standard": ""},
        {"standard": "7"},
        {"version": '""'},
        {"gueltig_ab": '"2026-01-01"'},
        {"gueltig_ab": "2026-01-01T00:00:00"},
        {"gueltig_bis": "2025-01-01"},
        {"schema": '"fehlt.xsd"'},
        {"schema": '"../geheim.xsd"'},
        {"schema": '"regeln.xsl"'},
        {"schema": '"/etc/passwd.xsd"'},
        {"abbildung": '{nach_kanonisch = "hin.xsl"}'},
        {"abbildung": '{nach_kanonisch = "hin.xsl", aus_kanonisch = "janein.gc"}'},
        {"regeln": "[1]"},
        {"codeliste": '[{uri = "urn:x"}]'},
        {"codeliste": '["janein.gc"]'},
        {"senden": "true"},
        {"schema": f'"{"a" * 300}.xsd"'},
        {"regeln": '[{a = "regeln.xsl"}]'},
        {"codeliste": '[{datei = "janein.gc", elemente = [{a = 1}]}]'},
        {"gueltig_bis": "2026-12-31"},
        {"senden_ab": "2025-12-31"},
        {"standard": f'"XGewerbe" # {"x" * 300_000}'},
    ],
)
def test_bad_manifests(ordner: Path, tmp_path: Path, anders: dict[str, str]) -> None:
    zip_ = fabrik.packe(tmp_path / "feind.zip", fabrik.dateien(**anders))
    assert lehnt_ab(zip_, ordner).rule == "RELEASE-MANIFEST"


def test_rules_as_schematron_only(ordner: Path, tmp_path: Path) -> None:
    dateien = fabrik.dateien(regeln='["regeln.sch"]') | {"regeln.sch": b"<schema/>"}
    grund = lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner)
    assert (grund.rule, ".sch" in grund.text["de"]) == ("RELEASE-SCH", True)
    ohne = fabrik.dateien(regeln="") | {"regeln/Regeln.SCH": b"<schema/>"}
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", ohne), ordner).rule == "RELEASE-SCH"
    bewusst = fabrik.dateien(regeln="[]") | {"regeln/Regeln.SCH": b"<schema/>"}
    assert installiere(fabrik.packe(tmp_path / "gut.zip", bewusst), ordner).stylesheets == ()


@pytest.mark.parametrize("name", ["schema/werte.xsd", "regeln.xsl", "hin.xsl", "janein.gc"])
@pytest.mark.parametrize(
    "dtd",
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd">', '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]>'],
)
def test_a_dtd_anywhere(ordner: Path, tmp_path: Path, name: str, dtd: str) -> None:
    dateien = fabrik.dateien()
    text = dateien[name].decode()
    kopf, _, rest = text.rpartition("?>") if text.startswith("<?xml") else ("", "", text)
    dateien[name] = f"{kopf}{'?>' if kopf else ''}{dtd}{rest}".encode()
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner).rule == "RELEASE-DTD"


@pytest.mark.parametrize(
    "ort",
    [
        "http://127.0.0.1:9/x.xsd",
        "//127.0.0.1/x.xsd",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../geheim.txt",
        "..%2f..%2fgeheim.txt",
        "fehlt.xsd",
        "../janein.gc",
        "werte.xsd?x",
        "",
        "a" * 300 + ".xsd",
    ],
)
@pytest.mark.parametrize("art", ["import", "include", "redefine", "override"])
def test_a_schema_leads_nowhere(ordner: Path, tmp_path: Path, ort: str, art: str) -> None:
    dateien = fabrik.dateien()
    dateien["schema/gemeinsam.xsd"] = dateien["schema/gemeinsam.xsd"].replace(
        b'<xs:include schemaLocation="werte.xsd"/>',
        f'<xs:include schemaLocation="werte.xsd"/><xs:{art} schemaLocation="{ort}"/>'.encode(),
    )
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner).rule == "RELEASE-VERWEIS"


@pytest.mark.parametrize(
    "schema",
    [
        b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
        b"<xs:element type='fehlt' name='a'/></xs:schema>",
        b"<html/>",
        b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:anders'>"
        b"<xs:element name='a'/></xs:schema>",
    ],
)
def test_no_usable_schema(ordner: Path, tmp_path: Path, schema: bytes) -> None:
    dateien = fabrik.dateien() | {"schema/xgewerbe.xsd": schema}
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner).rule == "RELEASE-SCHEMA"


BOESE = {
    "document": "<xsl:value-of select=\"document('/etc/passwd')\"/>",
    "document in a pattern": "<xsl:apply-templates select=\"a[document ('x')]\"/>",
    "doc": "<xsl:value-of select=\"doc('file:///etc/passwd')\"/>",
    "fn:doc": '<x xmlns:fn="http://www.w3.org/2005/xpath-functions" y="{fn:doc(1)}"/>',
    "doc behind quotes": "<xsl:value-of select=\"(: ' :) doc('x') (: ' :)\"/>",
    "doc as a reference": '<xsl:value-of select="doc#1"/>',
    "eqname": '<xsl:value-of select="Q{http://www.w3.org/2005/xpath-functions}doc(1)"/>',
    "doc in text": "<xsl:text expand-text=\"yes\">{doc('x')}</xsl:text>",
    "unparsed-text": "<xsl:value-of select=\"unparsed-text('/etc/passwd')\"/>",
    "collection": "<xsl:value-of select=\"collection('/etc')\"/>",
    "environment": "<xsl:value-of select=\"environment-variable('HOME')\"/>",
    "transform": '<xsl:value-of select="transform(map{})"/>',
    "result-document": '<xsl:result-document href="/tmp/x">x</xsl:result-document>',
    "include": '<xsl:include href="http://127.0.0.1:9/x.xsl"/>',
    "import": '<xsl:import href="janein.xsl"/>',
    "evaluate": "<xsl:evaluate xpath=\"'doc'\"/>",
    "shadow": "<xsl:value-of _select=\"{'docu'}ment('x')\"/>",
    "exslt document": '<e:document xmlns:e="http://exslt.org/common" xsl:extension-element-prefixes="e"/>',
    "dyn": '<xsl:value-of xmlns:d="http://exslt.org/dynamic" select="d:map(., 1)"/>',
    "java": '<xsl:value-of xmlns:j="java:java.lang.Runtime" select="j:getRuntime()"/>',
    "saxon": '<xsl:value-of xmlns:s="http://saxon.sf.net/" select="s:parse(1)"/>',
    "behind a minus": "<xsl:value-of select=\"1-document('/etc/passwd')\"/>",
    "behind half a number": "<xsl:value-of select=\"1e--document('/etc/passwd')\"/>",
    "java behind a number": '<xsl:value-of xmlns:j="java:java.lang.Runtime" select="1e-j:getRuntime()"/>',
    "text with a comment in it": "<xsl:text expand-text=\"yes\">{<!-- -->doc('x')}</xsl:text>",
    "a word with a comment in it": "<xsl:text expand-text=\"yes\">{do<!-- -->c('x')}</xsl:text>",
    "text with an instruction in it": "<xsl:text expand-text=\"yes\">{<?x y?>doc('x')}</xsl:text>",
    "parse-xml": "<xsl:copy-of select=\"parse-xml('&lt;!DOCTYPE a SYSTEM &quot;/etc/passwd&quot;>')\"/>",
    "merge-source": "<xsl:merge><xsl:merge-source for-each-source=\"'/etc/passwd'\"/></xsl:merge>",
}


@pytest.mark.parametrize("was", BOESE)
@pytest.mark.parametrize("name", ["regeln.xsl", "hin.xsl"])
def test_a_stylesheet_reads_the_message_and_nothing_else(
    ordner: Path, tmp_path: Path, was: str, name: str
) -> None:
    stelle = "</xsl:stylesheet>"
    inhalt = (
        BOESE[was] if was in {"include", "import"} else f'<xsl:template match="q">{BOESE[was]}</xsl:template>'
    )
    dateien = fabrik.dateien()
    dateien[name] = dateien[name].replace(stelle.encode(), (inhalt + stelle).encode())
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner).rule == "RELEASE-STYLESHEET"


@pytest.mark.parametrize("anfang", ["a", "a-", "a:", "Q{", "1e-a-", "a ", "a (", "ä"])
def test_a_long_value_is_scanned_in_time(tmp_path: Path, anfang: str) -> None:
    datei = tmp_path / "lang.xsl"
    datei.write_text(f'<x xsl:version="1.0" {_XSL} y="{anfang * 100_000}"/>')
    beginn = perf_counter()
    pruefe_stylesheet(datei)
    assert perf_counter() - beginn < 10


@pytest.mark.parametrize("text", ["f:mein-doc(1)", "§ 3a (2)", "document-uri(/)", "a/doc", "3 - count(b)"])
def test_what_only_looks_like_it_passes(tmp_path: Path, text: str) -> None:
    datei = tmp_path / "gut.xsl"
    eigene = '<xsl:function name="f:mein-doc" xmlns:f="urn:f"/>'
    datei.write_text(
        f'<xsl:stylesheet version="3.0" {_XSL} xmlns:f="urn:f">{eigene}'
        f'<xsl:template match="/"><xsl:value-of select="{text}"/></xsl:template></xsl:stylesheet>'
    )
    pruefe_stylesheet(datei)


def test_a_stylesheet_that_does_not_compile_and_a_mapping_in_xslt_2(ordner: Path, tmp_path: Path) -> None:
    kaputt = f'<xsl:stylesheet version="1.0" {_XSL}><xsl:template match="[["/></xsl:stylesheet>'.encode()
    for name in ("regeln.xsl", "hin.xsl"):
        zip_ = fabrik.packe(tmp_path / "feind.zip", fabrik.dateien() | {name: kaputt})
        assert lehnt_ab(zip_, ordner).rule == "RELEASE-STYLESHEET"
    dateien = fabrik.dateien()
    dateien["her.xsl"] = dateien["her.xsl"].replace(b'version="1.0"', b'version="2.0"', 1)
    zip_ = fabrik.packe(tmp_path / "feind.zip", dateien)
    assert lehnt_ab(zip_, ordner).rule == "RELEASE-ABBILDUNG"


def test_no_code_list(ordner: Path, tmp_path: Path) -> None:
    dateien = fabrik.dateien() | {"janein.gc": b"<leer/>"}
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner).rule == "RELEASE-CODELISTE"


def test_an_example_that_computes_for_ever(
    ordner: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endlos = (
        f'<xsl:stylesheet version="1.0" {_XSL}><xsl:template match="/" name="a">'
        '<xsl:param name="n" select="0"/>'
        '<xsl:if test="$n &lt; 200"><xsl:call-template name="a"><xsl:with-param name="n" select="$n+1"/>'
        '</xsl:call-template><xsl:call-template name="a"><xsl:with-param name="n" select="$n+1"/>'
        "</xsl:call-template></xsl:if></xsl:template></xsl:stylesheet>"
    )
    monkeypatch.setattr("xoev.release.probelauf.FRIST", 2)
    dateien = fabrik.dateien(probe='[{datei = "gut.xml"}]')
    dateien |= {"regeln.xsl": endlos.encode(), "gut.xml": fabrik.als_neue(friseur())}
    assert lehnt_ab(fabrik.packe(tmp_path / "feind.zip", dateien), ordner).rule == "RELEASE-AUFWAND"


def test_twice_the_same_and_a_namespace_that_is_taken(ordner: Path, tmp_path: Path) -> None:
    installiere(fabrik.packe(tmp_path / "a.zip", fabrik.dateien()), ordner)
    for anders, rule in (
        ({}, "RELEASE-VORHANDEN"),
        ({"version": '"9.1"'}, "RELEASE-NAMENSRAUM"),
        ({"namespace": f'"{fabrik.ALT}"'}, "RELEASE-NAMENSRAUM"),
        ({"standard": '"XGewerbeanzeige"', "version": '"2.2"'}, "RELEASE-NAMENSRAUM"),
    ):
        with pytest.raises(Abgelehnt) as grund:
            installiere(fabrik.packe(tmp_path / "b.zip", fabrik.dateien(**anders)), ordner)
        assert grund.value.rule == rule
        assert len(bundles.alle()) == 3


def test_what_a_killed_installation_left_is_ignored_and_removed(ordner: Path, tmp_path: Path) -> None:
    rest = ordner / ".neu-abgebrochen"
    rest.mkdir(parents=True)
    (rest / "bundle.toml").write_text(fabrik.manifest())
    bundles.verwende(ordner)
    assert all(bundle.eigen for bundle in bundles.alle())
    installiere(fabrik.packe(tmp_path / "a.zip", fabrik.dateien()), ordner)
    assert not rest.exists()


def test_other_files_of_the_archive_are_not_unpacked(ordner: Path, tmp_path: Path) -> None:
    neu = installiere(fabrik.packe(tmp_path / "a.zip", fabrik.dateien()), ordner)
    assert not list(neu.verzeichnis.rglob("*.pdf"))
    assert {pfad.stat().st_mode & 0o777 for pfad in neu.verzeichnis.rglob("*")} == {0o644, 0o755}


def test_zip64_and_stored_are_fine(ordner: Path, tmp_path: Path) -> None:
    puffer = io.BytesIO()
    with zipfile.ZipFile(puffer, "w", zipfile.ZIP_STORED) as zip_:
        for name, daten in fabrik.dateien().items():
            with zip_.open(name, "w", force_zip64=True) as senke:
                senke.write(daten)
    datei = tmp_path / "a.zip"
    datei.write_bytes(puffer.getvalue())
    assert installiere(datei, ordner).name == "XGewerbe 9.0"
