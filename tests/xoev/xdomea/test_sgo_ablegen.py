"""The package for the DMS: valid by the official schema, sound where the schema is weak, always the same."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from lxml import etree

from tests.conftest import shared
from xoev.xdomea.dateien import dateiformat, primaername
from xoev.xdomea.paket import packe
from xoev.xdomea.pruefen import pruefe_paket
from xoev.xdomea.schriftgut import Ablage, Datei, Dokument, Ereignis, Vorgang
from xoev.xdomea.sgo_ablegen import Version, schreibe

UM = datetime(2026, 11, 21, 8, 15, 30, 123456, UTC)
UUID_FORM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def dokument(nummer: int, name: str, medientyp: str, inhalt: bytes) -> Dokument:
    return Dokument(
        id=UUID(int=nummer),
        betreff=f"Dokument {nummer}",
        typ="anzeige",
        datei=Datei(name, medientyp, inhalt, UM, sha256(inhalt).digest()),
        eingang=date(2026, 11, 21) if nummer == 1 else None,
        historie=(Ereignis(UM, "System", "dokument_abgelegt", "sha256: 00"),),
    )


ABLAGE = Ablage(
    behoerde="Gewerbeamt Delbrück & Söhne <x>",
    produkt="Digitales Gewerbeamt",
    produktversion="0.1.0",
    stand=UM,
    vorgang=Vorgang(
        id=UUID("0193f3a0-0000-7000-8000-000000000001"),
        kennzeichen="32.30-2026-000001",
        betreff="Gewerbeanzeige 32.30-2026-000001",
        typ="gewerbeanzeige",
        beginn=date(2026, 11, 21),
        ende=date(2026, 11, 22),
        aktenplan="32.30",
        dokumente=(
            dokument(1, "anzeige.xml", "application/xml", b"<a/>"),
            dokument(2, "Empfangsbestätigung ü.pdf", "application/pdf", b"%PDF-1.7\n<pdfaid:part>2"),
            dokument(3, "../../etc/passwd\x00\n", "application/json; charset=utf-8", b"{}"),
        ),
        historie=(Ereignis(UM, "System", "vorgang_eroeffnet"), Ereignis(UM, "System", "vorgang_erledigt")),
    ),
)


def wurzel(ablage: Ablage = ABLAGE) -> etree._Element:
    return etree.fromstring(schreibe(ablage))


def texte(element: etree._Element, name: str) -> list[str]:
    return [e.text or "" for e in element.iter(f"{{urn:xoev-de:xdomea:schema:3.0.0}}{name}")]


@pytest.mark.parametrize("version", ["3.0.0", "3.1.0"])
def test_official_schema_accepts_it(version: Version) -> None:
    pfad = shared(f"data/xdomea/{version}/xdomea-Nachrichten-FachverfahrensdatenAustauschen.xsd")
    schema = etree.XMLSchema(etree.parse(str(pfad)))
    leer = replace(
        ABLAGE, vorgang=replace(ABLAGE.vorgang, ende=None, aktenplan=None, dokumente=(), historie=())
    )
    for ablage in (ABLAGE, leer):
        schema.assertValid(etree.fromstring(schreibe(ablage, version)))


def test_head_is_what_format_detection_expects() -> None:
    xml = schreibe(ABLAGE)
    assert xml.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<xdomea:FVDaten.SGOAblegen.0605 xmlns:xdomea="urn:xoev-de:xdomea:schema:3.0.0"'
    )
    assert b'xsi:schemaLocation="urn:xoev-de:xdomea:schema:3.0.0 xdomea-Nachrichten-Fach' in xml
    assert texte(wurzel(), "Importbestaetigung") == ["1"]
    assert wurzel().xpath("//code/text()")[0] == "0605"


def test_uuids_are_uuids_and_each_is_used_once() -> None:
    kennungen = texte(wurzel(), "ID") + texte(wurzel(), "ProzessID")
    dateien = [name.partition("_")[0] for name in texte(wurzel(), "Dateiname")]
    assert all(UUID_FORM.fullmatch(kennung) for kennung in kennungen + dateien)
    assert Counter(kennungen + dateien).most_common(1)[0][1] == 1


def test_zip_holds_the_message_and_exactly_the_files_it_names() -> None:
    paket = packe(ABLAGE)
    assert paket.dateiname == f"{ABLAGE.prozess_id}_FVDaten.SGOAblegen.0605.zip"
    with ZipFile(BytesIO(paket.inhalt)) as archiv:
        assert archiv.testzip() is None
        inhalte = {name: archiv.read(name) for name in archiv.namelist()}
    xml = inhalte.pop(paket.dateiname.replace(".zip", ".xml"))
    namen = texte(etree.fromstring(xml), "Dateiname")
    assert [inhalte[name] for name in namen] == [d.datei.inhalt for d in ABLAGE.vorgang.dokumente]
    assert sorted(namen) == sorted(inhalte)
    assert not any("/" in name or "\\" in name for name in namen)


def test_same_case_gives_same_bytes_and_a_changed_one_another_transfer() -> None:
    anderswo = replace(ABLAGE, stand=UM.astimezone(timezone(timedelta(hours=2))))
    assert packe(anderswo) == packe(ABLAGE)
    spaeter = replace(ABLAGE, stand=UM + timedelta(seconds=1))
    weniger = replace(ABLAGE, vorgang=replace(ABLAGE.vorgang, dokumente=ABLAGE.vorgang.dokumente[:2]))
    # An entry that was committed late changes the content, not the time as of which it stands.
    nachtrag = replace(
        ABLAGE, vorgang=replace(ABLAGE.vorgang, historie=(*ABLAGE.vorgang.historie, Ereignis(UM, "a", "b")))
    )
    namen = [packe(ablage).dateiname for ablage in (ABLAGE, spaeter, weniger, nachtrag)]
    assert len(set(namen)) == 4


def test_case_is_described() -> None:
    x = wurzel()
    assert "32.30-2026-000001" in texte(x, "Kennzeichen")
    assert texte(x, "Aktion")[:2] == ["vorgang_eroeffnet", "vorgang_erledigt"]
    assert texte(x, "Posteingangsdatum") == ["2026-11-21"]
    assert texte(x, "DateinameOriginal")[1] == "Empfangsbestätigung ü.pdf"
    assert texte(x, "Federfuehrung") == ["Gewerbeamt Delbrück & Söhne <x>"]


@pytest.mark.parametrize(
    ("name", "medientyp", "inhalt", "code", "sonstiger"),
    [
        ("a.pdf", "application/pdf", b"%PDF-1.4", "018", None),
        ("a", "application/pdf", b"%PDF-1.7 pdfaid:part", "044", None),
        ("a.bin", "text/xml; charset=utf-8", b"", "030", None),
        ("a.DOCX", "application/octet-stream", b"", "035", None),
        ("a.json", "application/json", b"", "100", "JSON"),
        ("a", "application/x-fremd", b"", "100", "application/x-fremd"),
    ],
)
def test_formats_have_the_codes_of_the_list(
    name: str, medientyp: str, inhalt: bytes, code: str, sonstiger: str | None
) -> None:
    format_ = dateiformat(Datei(name, medientyp, inhalt, UM))
    assert (format_.code, format_.sonstiger_name) == (code, sonstiger)


def test_codes_are_in_the_official_list() -> None:
    liste = etree.parse(str(shared("data/xdomea/codelists-3.0.0/Dateiformat_1.0.xml")))
    werte = liste.xpath("//*[local-name()='SimpleValue']/text()")
    eintraege = dict(zip(werte[::2], werte[1::2], strict=True))
    for endung in ("csv", "docx", "jpg", "jpeg", "odt", "pdf", "png", "tiff", "txt", "xlsx", "xml"):
        code = dateiformat(Datei(f"a.{endung}", "application/octet-stream", b"", UM)).code
        assert eintraege[code].startswith(endung)


@pytest.mark.parametrize(
    ("original", "erwartet"),
    [
        ("Anzeige Müller.xml", "Anzeige_Müller.xml"),
        ("..\\..\\CON.xml", "CON.xml"),
        (".xml", "datei.xml"),
        ("a/b/c.xml", "c.xml"),
        ("x" * 300 + ".xml", "x" * 80 + ".xml"),
        ("NUL", "NUL.xml"),
        ("a" * 79 + ". b.xml", "a" * 79 + ".xml"),
        ("Gewerbe\u202efdp.xml", "Gewerbe_fdp.xml"),
        ('a:b*c?"d<e>f|g.xml', "a_b_c_d_e_f_g.xml"),
        ("U\u0308ber C\u0306.xml", "Über_C\u0306.xml"),
    ],
)
def test_names_of_files_are_safe(original: str, erwartet: str) -> None:
    kennung = UUID(int=1)
    assert primaername(kennung, Datei(original, "application/xml", b"", UM)) == f"{kennung}_{erwartet}"


@pytest.mark.parametrize("zeichen", ["ü", "Ạ", "\U00020000", "C\u0306", "."])
@pytest.mark.parametrize("endung", ["", ".xml", ".ganzlangeendung"])
def test_long_names_fit_every_file_system(zeichen: str, endung: str) -> None:
    """255 bytes at most, no dot at the end, which Windows would drop, and no half letter."""
    original = "a" + zeichen * 200 + endung
    name = primaername(UUID(int=1), Datei(original, "application/octet-stream", b"", UM))
    assert len(name.encode()) <= 255
    assert not name.endswith((".", " "))
    ablage = replace(
        ABLAGE,
        vorgang=replace(
            ABLAGE.vorgang, dokumente=(dokument(1, original, "application/octet-stream", b""),) * 1
        ),
    )
    paket = packe(ablage)
    assert pruefe_paket(paket.dateiname, paket.inhalt) == ()


def test_documents_of_the_same_name_are_files_of_their_own() -> None:
    """Also on a file system that does not tell capitals from small letters."""
    namen = ("Ausweis.pdf", "ausweis.PDF", "AUSWEIS.pdf", "Ausweis.pdf")
    ablage = replace(
        ABLAGE,
        vorgang=replace(
            ABLAGE.vorgang,
            dokumente=tuple(
                dokument(nr, name, "application/pdf", str(nr).encode()) for nr, name in enumerate(namen, 1)
            ),
        ),
    )
    paket = packe(ablage)
    assert pruefe_paket(paket.dateiname, paket.inhalt) == ()
    with ZipFile(BytesIO(paket.inhalt)) as archiv:
        assert len({name.casefold() for name in archiv.namelist()}) == 5
        assert sorted(archiv.read(name) for name in archiv.namelist()[1:]) == [b"1", b"2", b"3", b"4"]


def test_case_handed_over_again_has_the_same_objects() -> None:
    """What the DMS has stored as foreign ids must not change when the case has grown."""
    gewachsen = replace(
        ABLAGE,
        stand=UM + timedelta(days=1),
        vorgang=replace(
            ABLAGE.vorgang,
            dokumente=(
                *ABLAGE.vorgang.dokumente,
                dokument(4, "berichtigung.json", "application/json", b"{}"),
            ),
        ),
    )
    vorher, nachher = wurzel(), wurzel(gewachsen)
    assert texte(vorher, "ProzessID") != texte(nachher, "ProzessID")
    for name in ("ID", "Dateiname", "FachverfahrenObjektID"):
        assert texte(nachher, name)[: len(texte(vorher, name))] == texte(vorher, name)
    assert len(texte(nachher, "ID")) == len(texte(vorher, "ID")) + 1
