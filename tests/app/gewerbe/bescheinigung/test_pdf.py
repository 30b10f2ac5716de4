"""The certificate's PDF: complete, accessible, archivable, always the same, and deaf to typst in names."""

import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import BooleanObject, DictionaryObject, StreamObject

from app.gewerbe.bescheinigung.inhalt import Bescheinigungsinhalt, Empfaenger
from app.gewerbe.bescheinigung.pdf import setze
from app.gewerbe.bescheinigung.pruefcode import gruppiert
from app.satz.pdf import NichtSetzbar
from tests.app.gewerbe.bescheinigung.conftest import AUSGESTELLT_AM, bescheinigung
from tests.verapdf import gelesen
from xoev.zeichensatz import din91379_zeichen

SICHTBAR = [zeichen for zeichen in din91379_zeichen() if zeichen.strip()]


def text_aus(pdf: bytes) -> str:
    return "\n".join(seite.extract_text() for seite in PdfReader(BytesIO(pdf)).pages)


def schriften(pdf: bytes) -> set[str]:
    namen: set[str] = set()
    for seite in PdfReader(BytesIO(pdf)).pages:
        for schrift in teil(teil(seite, "/Resources"), "/Font").values():
            namen.add(str(schrift.get_object()["/BaseFont"]).partition("+")[2])
    return namen


def teil(von: DictionaryObject, name: str) -> DictionaryObject:
    gefunden = von[name].get_object()
    assert isinstance(gefunden, DictionaryObject)
    return gefunden


def test_everything_is_shown(inhalt: Bescheinigungsinhalt) -> None:
    text = text_aus(setze(inhalt, AUSGESTELLT_AM))
    assert inhalt.pruefadresse in text.replace("\n", "")
    for stueck in (
        "Empfangsbescheinigung",
        *inhalt.behoerdenanschrift,
        inhalt.behoerde,
        inhalt.grundlage,
        inhalt.art,
        "20.11.2026",
        "21.11.2026",
        inhalt.aktenzeichen,
        inhalt.eingangsnummer,
        "Erika Musterfrau",
        inhalt.hinweis,
        "IHK Ostwestfalen",
        "§ 3 Abs. 1 Nr. 1 GewAnzV",
        gruppiert(inhalt.pruefcode),
        inhalt.entstehung,
    ):
        assert stueck in text


def test_it_is_tagged_archivable_and_accessible(inhalt: Bescheinigungsinhalt) -> None:
    pdf = setze(inhalt, AUSGESTELLT_AM)
    dokument = PdfReader(BytesIO(pdf))
    wurzel = teil(dokument.trailer, "/Root")
    assert teil(wurzel, "/MarkInfo")["/Marked"] == BooleanObject(True)
    assert str(wurzel["/Lang"]).startswith("de")
    assert teil(wurzel, "/ViewerPreferences")["/DisplayDocTitle"] == BooleanObject(True)
    assert dokument.metadata is not None
    assert inhalt.aktenzeichen in str(dokument.metadata.title)
    xmp = teil(wurzel, "/Metadata")
    assert isinstance(xmp, StreamObject)
    for kennzeichen in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert kennzeichen in xmp.get_data()
    assert len(dokument.pages) == 1
    assert schriften(pdf) == {"NotoSans-Regular", "NotoSans-Bold"}


def test_same_row_gives_same_bytes(inhalt: Bescheinigungsinhalt) -> None:
    erstes = setze(inhalt, AUSGESTELLT_AM)
    assert (
        setze(Bescheinigungsinhalt.model_validate(inhalt.model_dump(mode="json")), AUSGESTELLT_AM) == erstes
    )
    assert setze(inhalt, AUSGESTELLT_AM + timedelta(days=1)) != erstes


@pytest.mark.parametrize(
    "name",
    [
        "#panic() #strong[x]",
        '"; #read("/etc/passwd") "',
        "$ x^2 $ *fett* _kursiv_ `roh` = Titel - Punkt + eins / Wort: x",
        "\\u{41} \\ // weg /* weg */ @marke <marke> ~ --- ...",
        '\\", "behoerde": "Andere',
        "https://example.org",
    ],
)
def test_names_are_text_and_nothing_else(name: str) -> None:
    text = text_aus(setze(bescheinigung(name), AUSGESTELLT_AM)).replace("\n", " ")
    assert f"Inhaberin oder Inhaber: {name}" in text
    assert "Stadt Paderborn – Gewerbeamt" in text


def test_whole_din_91379_can_be_set() -> None:
    pdf = setze(bescheinigung(" ".join(SICHTBAR)), AUSGESTELLT_AM)
    text = text_aus(pdf)
    # pypdf takes a letter with combining marks apart; pdftotext, below, does not.
    assert [zeichen for zeichen in SICHTBAR if len(zeichen) == 1 and zeichen not in text] == []
    assert schriften(pdf) == {"NotoSans-Regular", "NotoSans-Bold", "DejaVuSansMono"}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_letters_with_combining_marks_can_be_copied(tmp_path: Path) -> None:
    datei = tmp_path / "alle.pdf"
    datei.write_bytes(setze(bescheinigung(" ".join(SICHTBAR)), AUSGESTELLT_AM))
    text = subprocess.run(["pdftotext", "-raw", datei, "-"], capture_output=True, check=True).stdout.decode()
    assert [zeichen for zeichen in SICHTBAR if zeichen not in text] == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_it_is_read_in_the_order_of_the_page(inhalt: Bescheinigungsinhalt, tmp_path: Path) -> None:
    datei = tmp_path / "bescheinigung.pdf"
    datei.write_bytes(setze(inhalt, AUSGESTELLT_AM))
    text = subprocess.run(["pdftotext", datei, "-"], capture_output=True, check=True).stdout.decode()
    stellen = [
        text.index(stueck)
        for stueck in (
            inhalt.behoerde,
            inhalt.behoerdenanschrift[0],
            "Empfangsbescheinigung",
            inhalt.art,
            inhalt.aktenzeichen,
            inhalt.eingangsnummer,
            "Erika Musterfrau",
            "IHK Ostwestfalen",
            gruppiert(inhalt.pruefcode),
        )
    ]
    assert stellen == sorted(stellen), text


@pytest.mark.parametrize(
    "name", ["Stelle {}", "Stelle {} mit einem Namen, der nicht in eine Zeile der Spalte passt"]
)
def test_who_is_informed_is_read_row_by_row(name: str) -> None:
    """A provision stands behind the body that it is about, not behind all bodies."""
    empfaenger = tuple(
        Empfaenger(name=name.format(nr), grundlage=f"§ 3 Abs. 1 Nr. {nr} GewAnzV") for nr in range(10, 40)
    )
    text = gelesen(setze(bescheinigung(empfaenger=empfaenger), AUSGESTELLT_AM))
    stellen = [
        text.index(stueck)
        for eine in empfaenger
        for stueck in (eine.name.partition(" mit")[0], eine.grundlage)
    ]
    assert stellen == sorted(stellen), text


def test_letter_without_glyph_is_refused_not_swallowed() -> None:
    with pytest.raises(NichtSetzbar):
        setze(bescheinigung("名前"), AUSGESTELLT_AM)


def test_long_certificates_take_more_pages() -> None:
    pdf = setze(bescheinigung("Sehr lange Tätigkeit. " * 300), AUSGESTELLT_AM)
    assert len(PdfReader(BytesIO(pdf)).pages) > 1
    assert "Seite 2 von" in text_aus(pdf)
