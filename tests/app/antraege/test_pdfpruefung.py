"""A PDF that does more than show pages is refused, however it hides it; one that speaks of it is taken."""

import zlib

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from app.antraege import pdfpruefung
from app.antraege.dateifehler import DateiAbgelehnt
from app.antraege.pdfpruefung import pruefe_pdf
from tests.app.antraege.dateien import objektstrom, pdf, pdf_aus, schreibe, strom

KATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
SKRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def code(inhalt: bytes) -> str | None:
    try:
        pruefe_pdf(inhalt)
    except DateiAbgelehnt as fehler:
        return fehler.code
    return None


def schreiber() -> PdfWriter:
    neu = PdfWriter()
    neu.add_blank_page(200, 200)
    return neu


def mit_skript() -> bytes:
    neu = schreiber()
    skript = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.beep();")}
    neu.root_object[NameObject("/OpenAction")] = neu._add_object(DictionaryObject(skript))
    return schreibe(neu)


def mit_start() -> bytes:
    neu = schreiber()
    neu.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    )
    return schreibe(neu)


def mit_anhang() -> bytes:
    neu = schreiber()
    neu.add_attachment("rechnung.xml", b"<x/>")
    return schreibe(neu)


def mit_passwort(algorithmus: str) -> bytes:
    neu = schreiber()
    neu.encrypt("", "geheim", algorithm=algorithmus)
    return schreibe(neu)


@pytest.mark.parametrize(
    ("inhalt", "erwartet"),
    [
        (mit_skript(), "pdf_aktiv"),
        (mit_start(), "pdf_aktiv"),
        (mit_anhang(), "pdf_eingebettet"),
        (mit_passwort("AES-256"), "pdf_verschluesselt"),
        (mit_passwort("RC4-128"), "pdf_verschluesselt"),
    ],
)
def test_what_programs_put_into_pdfs_is_found(inhalt: bytes, erwartet: str) -> None:
    assert code(inhalt) == erwartet


@pytest.mark.parametrize(
    "objekt",
    [
        SKRIPT,
        b"<</S/JavaScript/JS(x)>>",
        b"<< /S /J#61vaScript /JS (x) >>",
        b"<< /S /#4a#61#76#61#53#63#72#69#70#74 /JS (x) >>",
        b"<< /S % Kommentar ( \n /JavaScript /JS (x) >>",
        b"<< /X (\\() /S /JavaScript /JS (x) >>",
        b"<< /X ((()) /Title (a) ) /S /JavaScript /JS (x) >>",
        b"<< /A << /Length 0 >> stream\nendstream /S /JavaScript /JS (x) >>",
        b"<< /AcroForm << /XFA 5 0 R >> >>",
        b"<< /S /SubmitForm /F (http://boese.test) >>",
        b"<< /Subtype /RichMedia >>",
        b"<< /OpenAction << /S /GoToR /F (\\\\\\\\boese.test\\\\x.pdf) >> >>",
    ],
)
def test_it_is_found_however_it_is_written(objekt: bytes) -> None:
    assert code(pdf_aus(KATALOG, objekt)) == "pdf_aktiv"


@pytest.mark.parametrize("davor", range(65_400, 65_560, 7))
def test_it_is_found_where_two_pieces_meet(davor: int) -> None:
    assert code(pdf_aus(KATALOG, b" " * davor + SKRIPT)) == "pdf_aktiv"


@pytest.mark.parametrize(
    "eintraege", [b"/Type /ObjStm /N 1 /First 5", b"/N 1 /First 5", b"/Type /#4fbjStm /N 1 /First 5"]
)
def test_it_is_found_in_an_object_stream(eintraege: bytes) -> None:
    assert code(pdf_aus(KATALOG, objektstrom(SKRIPT, eintraege))) == "pdf_aktiv"
    assert code(pdf_aus(KATALOG, objektstrom(b"<< /Type /Font >>", eintraege))) is None


def test_an_object_stream_that_breaks_off_is_refused() -> None:
    ganz = zlib.compress(b"9 0  " + SKRIPT + bytes(range(256)) * 50)
    for ende in (40, 100, len(ganz) - 1):
        objekt = strom(b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", ganz[:ende])
        assert code(pdf_aus(KATALOG, objekt)) == "pdf_nicht_pruefbar"


@pytest.mark.parametrize(
    "objekt",
    [
        strom(b"/Type /ObjStm /N 1 /First 5 /Filter [/ASCIIHexDecode /FlateDecode]", b"789c"),
        strom(b"/Type /ObjStm /N 1 /First 5 /Filter /LZWDecode", b"\x80\x0b"),
        strom(
            b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
            zlib.compress(b"\x029 0  " + SKRIPT),
        ),
    ],
)
def test_what_cannot_be_unpacked_here_is_refused(objekt: bytes) -> None:
    assert code(pdf_aus(KATALOG, objekt)) == "pdf_nicht_pruefbar"


def test_little_that_unpacks_to_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfpruefung, "HOECHSTENS_ENTPACKT", 1_000_000)
    halb = objektstrom(b" " * 600_000)
    assert code(pdf_aus(KATALOG, halb)) is None
    assert code(pdf_aus(KATALOG, halb, halb)) == "pdf_nicht_pruefbar"
    assert len(halb) < 1000


def test_a_curriculum_vitae_may_speak_of_it() -> None:
    seite = zlib.compress(b"BT /F1 12 Tf (HTML/CSS /JavaScript /Launch) Tj ET")
    angaben = b"<< /Title (Kurs HTML/JavaScript) /Subject (/Launch) >>"
    inhalt = pdf_aus(
        KATALOG, strom(b"/Filter /FlateDecode", seite), angaben, objektstrom(b"<< /Type /Font >>")
    )
    assert code(inhalt) is None
    assert code(pdf("JavaScript /JavaScript /EmbeddedFile")) is None


def test_nothing_stands_behind_the_end() -> None:
    assert code(pdf() + b"\r\n\x00 ") is None
    assert code(pdf() + b"MZ\x90\x00") == "datei_versteckt"


def test_a_signed_or_linked_document_is_taken() -> None:
    verweis = b"<< /Type /Annot /A << /S /URI /URI (https://paderborn.test) >> >>"
    unterschrift = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached >>"
    ziel = b"<< /OpenAction [3 0 R /FitH 800] >>"
    assert code(pdf_aus(KATALOG, verweis, unterschrift, ziel)) is None
