"""What the schema lets pass is found before it leaves; nothing of it needs the official files."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from lxml import etree

from tests.conftest import shared
from tests.xoev.xdomea.test_sgo_ablegen import ABLAGE
from xoev.xdomea.dateien import primaername
from xoev.xdomea.paket import packe, pruefsummen
from xoev.xdomea.pruefen import CODELISTEN, pruefe_paket
from xoev.xdomea.schriftgut import datei_uuid

PAKET = packe(ABLAGE)
NACHRICHT = PAKET.dateiname.replace(".zip", ".xml")
X = "{urn:xoev-de:xdomea:schema:3.0.0}"
Aenderung = Callable[[etree._Element], object]


def inhalte() -> dict[str, bytes]:
    with ZipFile(BytesIO(PAKET.inhalt)) as archiv:
        return {name: archiv.read(name) for name in archiv.namelist()}


def gepackt(dateien: dict[str, bytes]) -> bytes:
    puffer = BytesIO()
    with ZipFile(puffer, "w", ZIP_DEFLATED) as archiv:
        for name, inhalt in dateien.items():
            archiv.writestr(name, inhalt)
    return puffer.getvalue()


def regeln(dateien: dict[str, bytes]) -> set[str]:
    befunde = pruefe_paket(PAKET.dateiname, gepackt(dateien))
    for befund in befunde:
        assert befund.text["de"].endswith(".")
        assert befund.text["en"].endswith(".")
    return {befund.rule for befund in befunde}


def geaendert(aenderung: Aenderung) -> dict[str, bytes]:
    dateien = inhalte()
    wurzel = etree.fromstring(dateien[NACHRICHT])
    aenderung(wurzel)
    dateien[NACHRICHT] = etree.tostring(wurzel)
    return dateien


def eines(wurzel: etree._Element, name: str) -> etree._Element:
    element = wurzel.find(f".//{X}{name}")
    assert element is not None
    return element


def umbenannt(wurzel: etree._Element) -> None:
    wurzel.tag = f"{X}FVDaten.SGOErstellen.0604"


def ohne(name: str) -> Aenderung:
    def entferne(wurzel: etree._Element) -> None:
        element = eines(wurzel, name)
        eltern = element.getparent()
        assert eltern is not None
        eltern.remove(element)

    return entferne


def text(pfad: str, wert: str) -> Aenderung:
    def setze(wurzel: etree._Element) -> None:
        element = wurzel.find(
            ".//" + "/".join(teil if teil == "code" else X + teil for teil in pfad.split("/"))
        )
        assert element is not None
        element.text = wert

    return setze


@pytest.mark.parametrize("version", ["3.0.0", "3.1.0"])
def test_what_we_write_is_sound(version: str) -> None:
    paket = packe(ABLAGE, "3.1.0" if version == "3.1.0" else "3.0.0")
    assert pruefe_paket(paket.dateiname, paket.inhalt) == ()


def test_a_case_without_documents_is_sound() -> None:
    paket = packe(replace(ABLAGE, vorgang=replace(ABLAGE.vorgang, dokumente=(), historie=())))
    assert pruefe_paket(paket.dateiname, paket.inhalt) == ()


@pytest.mark.parametrize(
    ("aenderung", "regel"),
    [
        (text("Nachrichtentyp/code", "0604"), "XDO-TYP"),
        (text("Medium/code", "009"), "XDO-CODE"),
        (text("Vertraulichkeitsstufe/code", "3"), "XDO-CODE"),
        (text("Format/Name/code", "999"), "XDO-CODE"),
        (text("Betreff", "  "), "XDO-BETREFF"),
        (ohne("Betreff"), "XDO-BETREFF"),
        (ohne("AllgemeineMetadaten"), "XDO-BETREFF"),
        (ohne("Ablageort"), "XDO-ABLAGEORT"),
        (ohne("FachverfahrenObjektID"), "XDO-FACHVERFAHRENOBJEKTID"),
        (ohne("SchriftgutobjektZumAblegen"), "XDO-LEER"),
        (ohne("Version/{urn:xoev-de:xdomea:schema:3.0.0}Nummer/.."), "XDO-OHNE-DATEI"),
        (ohne("SonstigerName"), "XDO-FORMATNAME"),
        (text("Importbestaetigung", "true"), "XDO-IMPORTBESTAETIGUNG"),
        (text("ProzessID", "0193f3a0-0000-7000-8000-0000000000ff"), "XDO-DATEINAME"),
        (text("Dokument/Identifikation/ID", str(ABLAGE.vorgang.id)), "XDO-UUID-DOPPELT"),
        (text("Dokument/Identifikation/ID", "17"), "XDO-UUID"),
        (text("Dateiname", "anzeige.xml"), "XDO-DATEI-UUID"),
        (lambda wurzel: wurzel.find(f".//{X}Format/{X}Name").attrib.clear(), "XDO-LISTENFASSUNG"),
        (lambda wurzel: wurzel.attrib.clear(), "XDO-SCHEMAORT"),
        (umbenannt, "XDO-WURZEL"),
        (text("Aktenplaneinheit/Kennzeichen", " "), "XDO-AKTENPLAN"),
        (text("Aktenplaneinheit/Kennzeichen", "32.3"), "XDO-AKTENPLAN"),
        (text("Aktenplaneinheit/Kennzeichen", "70.10"), "XDO-AKTENPLAN"),
        (text("Laufzeit/Ende", "2026-11-20"), "XDO-LAUFZEIT"),
    ],
)  # fmt: skip
def test_what_the_schema_lets_pass_is_found(aenderung: Aenderung, regel: str) -> None:
    assert regel in regeln(geaendert(aenderung))


def test_files_and_their_names_must_match() -> None:
    erste = primaername(
        datei_uuid(ABLAGE.vorgang, ABLAGE.vorgang.dokumente[0]), ABLAGE.vorgang.dokumente[0].datei
    )
    dateien = inhalte()
    del dateien[erste]
    assert regeln(dateien) == {"XDO-DATEI-FEHLT"}
    assert regeln(inhalte() | {"fremd.txt": b""}) == {"XDO-DATEI-FREMD"}

    def alle_gleich(wurzel: etree._Element) -> None:
        for element in wurzel.iter(f"{X}Dateiname"):
            element.text = erste

    assert regeln(geaendert(alle_gleich)) == {
        "XDO-DATEI-DOPPELT",
        "XDO-DATEI-FREMD",
        "XDO-UUID-DOPPELT",
    }


def test_files_are_those_that_were_filed() -> None:
    assert pruefe_paket(PAKET.dateiname, PAKET.inhalt, pruefsummen(ABLAGE)) == ()
    summen = dict(pruefsummen(ABLAGE))
    assert len(summen) == 3
    name = next(iter(summen))
    for falsch in (gepackt(inhalte() | {name: b"<anders/>"}), gepackt(inhalte() | {name: b""})):
        befunde = pruefe_paket(PAKET.dateiname, falsch, summen)
        assert [befund.rule for befund in befunde] == ["XDO-DATEI-GEAENDERT"]
        assert name[:20] in befunde[0].text["de"]


def test_a_file_that_cannot_be_unpacked_is_found() -> None:
    """A byte of the packed content has changed, or the ZIP says what nobody can read."""
    name = next(iter(pruefsummen(ABLAGE)))
    stelle = PAKET.inhalt.index(name.encode()) + len(name) + 2
    kaputt = PAKET.inhalt[:stelle] + bytes([PAKET.inhalt[stelle] ^ 0xFF]) + PAKET.inhalt[stelle + 1 :]
    verschluesselt = bytearray(PAKET.inhalt)
    verzeichnis = PAKET.inhalt.index(b"PK\x01\x02")
    for beginn in (0, verzeichnis):
        verschluesselt[beginn + (6 if beginn == 0 else 8)] |= 1
    for paket in (kaputt, bytes(verschluesselt)):
        assert {b.rule for b in pruefe_paket(PAKET.dateiname, paket)} == {"XDO-ZIP"}


@pytest.mark.parametrize("name", ["../a", "a/b", "a\\b", "con:1", "a\x01", "a ", ".."])
def test_names_that_leave_the_folder_are_found(name: str) -> None:
    assert "XDO-ZIP-NAME" in regeln(inhalte() | {name: b""})


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_found() -> None:
    puffer = BytesIO(PAKET.inhalt)
    with ZipFile(puffer, "a") as archiv:
        archiv.writestr(NACHRICHT, b"<a/>")
    assert "XDO-ZIP-DOPPELT" in {b.rule for b in pruefe_paket(PAKET.dateiname, puffer.getvalue())}


def test_foreign_prefix_broken_xml_and_no_zip_are_found() -> None:
    dateien = inhalte()
    dateien[NACHRICHT] = (
        dateien[NACHRICHT].replace(b"xdomea:", b"ns2:").replace(b"xmlns:xdomea", b"xmlns:ns2")
    )
    assert "XDO-PRAEFIX" in regeln(dateien)
    assert regeln(inhalte() | {NACHRICHT: b"<!DOCTYPE a><a/>"}) == {"XML-DTD"}
    assert {b.rule for b in pruefe_paket("a.zip", b"PK")} == {"XDO-ZIP"}
    assert {b.rule for b in pruefe_paket("a.zip", PAKET.inhalt)} == {"XDO-NACHRICHT-FEHLT"}


@pytest.mark.parametrize(("liste", "codes"), CODELISTEN.items())
def test_codes_are_those_of_the_official_lists(liste: str, codes: frozenset[str]) -> None:
    baum = etree.parse(str(shared(f"data/xdomea/codelists-3.0.0/{liste}_1.0.xml")))
    werte = baum.xpath(
        "//*[local-name()='Row']/*[local-name()='Value'][1]/*[local-name()='SimpleValue']/text()"
    )
    assert codes == set(werte)
