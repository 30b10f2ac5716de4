"""Names of uploaded files are shown, printed and filed: one line, no path, nothing invisible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.antraege.dateiname import Dateiname
from xoev.zeichensatz import ist_nfc, pruefe_text


@pytest.mark.parametrize(
    ("gesendet", "name"),
    [
        ("Vollmacht.pdf", "Vollmacht.pdf"),
        ("Führungszeugnis Jürgen Müller.PDF", "Führungszeugnis Jürgen Müller.pdf"),
        ("Ru\u0308ckseite.pdf", "Rückseite.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Dokumente\\Scan 1.pdf", "Scan 1.pdf"),
        ("/", "Anlage"),
        ("..", "Anlage"),
        (".htaccess", "Anlage.htaccess"),
        (".pdf", "Anlage.pdf"),
        ("", "Anlage"),
        ("证件.pdf", "Anlage.pdf"),
        ("证件 Müller.pdf", "_ Müller.pdf"),
        ("Foto 🙂.jpg", "Foto _.jpg"),
        ("gnp\u202egpj.exe.pdf", "gnpgpj.exe.pdf"),
        ("Zeile 1\nZeile 2.pdf", "Zeile 1 Zeile 2.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("con.pdf", "_con.pdf"),
        ('<script>"x".pdf', "_script_x_.pdf"),
        ("Vollmacht.pdf ", "Vollmacht.pdf"),
        ("Scan Nr. 5", "Scan Nr. 5"),
    ],
)
def test_a_name_is_cleaned(gesendet: str, name: str) -> None:
    gereinigt = Dateiname.aus(gesendet)
    assert gereinigt.stamm + gereinigt.endung == name


@given(st.text(max_size=300))
def test_whatever_is_sent_can_be_shown_and_filed(gesendet: str) -> None:
    gereinigt = Dateiname.aus(gesendet)
    name = gereinigt.stamm + gereinigt.endung
    assert gereinigt.stamm
    assert not set('/\\<>:"|?*\n\r\t\0') & set(name)
    assert pruefe_text(name) == []
    assert ist_nfc(name)
    assert len(name) <= 110
    assert Dateiname.aus(name) == gereinigt
