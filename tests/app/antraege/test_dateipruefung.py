"""An uploaded file is what its bytes are; what could harm is refused with a sentence that helps."""

import contextlib
import shutil
import subprocess
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.antraege.dateiarten import ARTEN
from app.antraege.dateifehler import DateiAbgelehnt, saetze
from app.antraege.dateipruefung import Datei, pruefe_datei
from app.leichte_sprache import zu_lange_saetze
from tests.app.antraege.dateien import jpeg, objektstrom, pdf, pdf_aus, png, tiff

MIB = 1024 * 1024


def pruefe(inhalt: bytes, dateiname: str = "Datei", **anderes: Any) -> Datei:
    werte: dict[str, Any] = {"erklaert": None, "erlaubt": ARTEN.keys(), "hoechstens": 10 * MIB}
    return pruefe_datei(inhalt, dateiname=dateiname, **werte | anderes)


def abgelehnt(inhalt: bytes, dateiname: str = "Datei", **anderes: Any) -> str:
    with pytest.raises(DateiAbgelehnt) as fehler:
        pruefe(inhalt, dateiname, **anderes)
    assert fehler.value.befund.code == fehler.value.code
    assert set(fehler.value.befund.text) == {"de", "en", "leicht"}
    return fehler.value.code


def zip_mit(*namen: str) -> bytes:
    ausgabe = BytesIO()
    with zipfile.ZipFile(ausgabe, "w") as archiv:
        for name in namen:
            archiv.writestr(name, "Inhalt")
    return ausgabe.getvalue()


@pytest.mark.parametrize(
    ("inhalt", "name", "erklaert", "medientyp"),
    [
        (pdf(), "Vollmacht.pdf", "application/pdf", "application/pdf"),
        (pdf(), "Vollmacht.PDF", "application/octet-stream", "application/pdf"),
        (pdf_aus(b"<< /Type /Catalog >>"), "alt.pdf", "application/x-pdf", "application/pdf"),
        (jpeg(), "Foto.jpeg", "image/jpeg; charset=binary", "image/jpeg"),
        (jpeg(), "Foto.JPG", "image/jpg", "image/jpeg"),
        (jpeg() + b"\x00\x00\x00\x18ftypmp42" + bytes(100), "Bewegtes Foto.jpg", "image/jpeg", "image/jpeg"),
        (png(), "Scan.png", None, "image/png"),
        (tiff(), "Fax.tif", "image/tiff", "image/tiff"),
        (tiff(folge=">"), "Fax.tiff", "", "image/tiff"),
    ],
)
def test_what_people_have_is_taken(inhalt: bytes, name: str, erklaert: str | None, medientyp: str) -> None:
    datei = pruefe(inhalt, name, erklaert=erklaert)
    assert (datei.medientyp, datei.inhalt) == (medientyp, inhalt)
    assert datei.name.lower() == name.lower()


@pytest.mark.parametrize(("art", "endung"), [("-png", "png"), ("-jpeg", "jpg"), ("-tiff", "tif")])
def test_what_other_programs_write_is_taken(art: str, endung: str, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (Debian's package poppler-utils) is not installed")
    subprocess.run(
        ["pdftoppm", art, "-r", "30", "-singlefile", "-", tmp_path / "bild"], input=pdf(), check=True
    )
    datei = pruefe((tmp_path / f"bild.{endung}").read_bytes(), f"bild.{endung}")
    assert datei.medientyp.endswith(art[1:])


@pytest.mark.parametrize(
    ("inhalt", "code"),
    [
        (b"", "datei_leer"),
        (b"Nur Text", "datei_unbekannt"),
        (zip_mit("a.txt"), "datei_archiv"),
        (b"Rar!\x1a\x07\x01\x00", "datei_archiv"),
        (b"\x1f\x8b\x08\x00", "datei_archiv"),
        (zip_mit("[Content_Types].xml", "word/vbaProject.bin"), "datei_buerodokument"),
        (zip_mit("mimetype", "content.xml"), "datei_archiv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "datei_buerodokument"),
        (b"MZ\x90\x00", "datei_programm"),
        (b"\x7fELF\x02", "datei_programm"),
        (b"#!/bin/sh\n", "datei_programm"),
        (b"\xef\xbb\xbf <!DOCTYPE html><script>", "datei_programm"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()">', "datei_programm"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "datei_heic"),
        (b"\n" + pdf(), "datei_unbekannt"),
    ],
)
def test_other_kinds_are_refused_by_their_bytes(inhalt: bytes, code: str) -> None:
    assert abgelehnt(inhalt, "Vollmacht.pdf", erklaert="application/pdf") == code


def test_open_documents_are_told_apart_from_archives() -> None:
    ausgabe = BytesIO()
    with zipfile.ZipFile(ausgabe, "w") as archiv:
        archiv.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert abgelehnt(ausgabe.getvalue(), "Brief.odt") == "datei_buerodokument"


def test_only_what_the_caller_allows() -> None:
    with pytest.raises(DateiAbgelehnt) as fehler:
        pruefe(png(), "Scan.png", erlaubt={"application/pdf", "image/jpeg"})
    assert fehler.value.code == "datei_art_nicht_erlaubt"
    assert "Hier nehmen wir: PDF, JPEG." in fehler.value.text["de"]


@pytest.mark.parametrize(
    ("name", "erklaert", "code"),
    [
        ("Vollmacht.docx", None, "datei_endung_passt_nicht"),
        ("Vollmacht.png", "image/png", "datei_endung_passt_nicht"),
        ("Vollmacht.pdf.exe", "application/pdf", "datei_endung_passt_nicht"),
        ("Vollmacht.exe\u200f", "application/pdf", "datei_endung_passt_nicht"),
        ("Vollmacht.pdf", "image/png", "datei_typ_passt_nicht"),
        ("Vollmacht.pdf", "text/html", "datei_typ_passt_nicht"),
    ],
)
def test_name_extension_and_declared_type_agree(name: str, erklaert: str | None, code: str) -> None:
    assert abgelehnt(pdf(), name, erklaert=erklaert) == code


def test_size_is_bounded() -> None:
    assert abgelehnt(pdf(), hoechstens=len(pdf()) - 1) == "datei_zu_gross"
    pruefe(pdf(), hoechstens=len(pdf()))
    with pytest.raises(DateiAbgelehnt) as fehler:
        pruefe(bytes(3 * MIB), hoechstens=2 * MIB)
    assert fehler.value.status_code == 413
    assert "2 MB" in fehler.value.text["leicht"]


@pytest.mark.parametrize("bild", [jpeg, png, tiff])
def test_pixels_are_bounded_without_decoding(bild: Any) -> None:
    pruefe(bild(10_000, 10_000))
    assert abgelehnt(bild(10_001, 10_000)) == "bild_zu_gross"
    assert abgelehnt(bild(0, 10)) == "datei_beschaedigt"


def test_every_page_of_a_tiff_is_measured() -> None:
    zweite = tiff(40_000, 40_000)[8:]
    erste = tiff(naechstes=len(tiff()) + 1)
    assert abgelehnt(erste + zweite) == "bild_zu_gross"
    assert abgelehnt(tiff(naechstes=9)) == "datei_beschaedigt"  # a circle


@pytest.mark.parametrize("inhalt", [pdf(), jpeg(), png(), tiff()])
@pytest.mark.parametrize("anteil", [0.3, 0.6, 0.9])
def test_what_was_broken_off_is_refused(inhalt: bytes, anteil: float) -> None:
    assert abgelehnt(inhalt[: int(len(inhalt) * anteil)]) == "datei_beschaedigt"


@pytest.mark.parametrize("inhalt", [pdf(), jpeg(), png(), tiff()])
def test_no_archive_hides_behind_a_picture(inhalt: bytes) -> None:
    assert abgelehnt(inhalt + zip_mit("boese.exe")) == "datei_versteckt"


@given(st.sampled_from([pdf(), jpeg(), png(), tiff(), tiff(folge=">")]), st.data())
@settings(max_examples=100, deadline=None)
def test_damage_ends_in_a_sentence_never_in_an_error(inhalt: bytes, daten: st.DataObject) -> None:
    stelle = daten.draw(st.integers(0, len(inhalt) - 1))
    stueck = daten.draw(st.binary(max_size=8))
    kaputt = inhalt[:stelle] + stueck + inhalt[stelle + daten.draw(st.integers(0, 8)) :]
    with contextlib.suppress(DateiAbgelehnt):
        assert pruefe(kaputt).inhalt == kaputt


VIEL = 3 * MIB


@pytest.mark.parametrize(
    "inhalt",
    [
        pdf_aus(objektstrom(b"<<>>"), b"/A" * (VIEL // 2)),
        pdf_aus(objektstrom(b"<<>>"), b"/Title (" * (VIEL // 8)),
        pdf_aus(objektstrom(b"<<>>"), b"stream\nx\x9c" * (VIEL // 9)),
        pdf_aus(objektstrom(b" " * 60 * MIB)),
        b"\xff\xd8" + b"\xff" * VIEL,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * (VIEL // 4) + jpeg()[2:],
        jpeg()[:-2] + b"\xff\x00" * (VIEL // 2) + b"\xff\xd9",
        png()[:33] + b"\0\0\0\0tEXt\0\0\0\0" * (VIEL // 12) + png()[33:],
    ],
    ids=["names", "titles", "streams", "bomb", "fill", "segments", "scan", "chunks"],
)
def test_nothing_takes_long_to_judge(inhalt: bytes) -> None:
    anfang = time.process_time()
    with contextlib.suppress(DateiAbgelehnt):
        pruefe(inhalt)
    assert time.process_time() - anfang < 1


def test_every_sentence_is_there_in_each_language() -> None:
    assert len(saetze()) > 15
    for code, text in saetze().items():
        assert set(text) == {"de", "en", "leicht"}, code
        assert zu_lange_saetze(text["leicht"]) == [], code
