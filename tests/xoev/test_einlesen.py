"""Hostile documents are refused at once, with a finding and without touching disk or network."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xoev.einlesen import MAX_BYTES, MAX_KINDER, MAX_TEXT, MAX_TIEFE, NichtLesbar, einlesen

DOCTYPE = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LACHEN = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><l>&j;</l>"
)
FEINDE = {
    "xxe": (b"<?xml version='1.0'?>" + DOCTYPE + b"<a>&e;</a>", "XML-DTD"),
    "doctype after comment": (b"<!-- > <a/> -->\n" + DOCTYPE + b"<a/>", "XML-DTD"),
    "doctype after instruction": (b"<?p <a/> ?>" + DOCTYPE + b"<a/>", "XML-DTD"),
    "doctype after mark": (b"\xef\xbb\xbf" + DOCTYPE + b"<a/>", "XML-DTD"),
    "external subset": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "XML-DTD"),
    "billion laughs": (LACHEN, "XML-DTD"),
    "quadratic blowup": (
        b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 100_000 + b'">]><a>' + b"&x;" * 100_000 + b"</a>",
        "XML-DTD",
    ),
    "entity without declaration": (b"<a>&e;</a>", "XML-FORM"),
    "utf-16": ("<a>\u00fc</a>".encode("utf-16"), "XML-ZEICHENKODIERUNG"),
    "utf-16-be without mark": ("<a/>".encode("utf-16-be"), "XML-ZEICHENKODIERUNG"),
    "utf-16-le without mark": ("<a/>".encode("utf-16-le"), "XML-ZEICHENKODIERUNG"),
    "utf-32": ("<a/>".encode("utf-32"), "XML-ZEICHENKODIERUNG"),
    "utf-16 with doctype": (b"\xff\xfe" + DOCTYPE.decode().encode("utf-16-le"), "XML-ZEICHENKODIERUNG"),
    "utf-7": (
        b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a+AD4-<a/>",
        "XML-ZEICHENKODIERUNG",
    ),
    "utf-7 behind a tab": (b"<?xml\tversion='1.0'\tencoding = \"UTF-7\"?><a/>", "XML-ZEICHENKODIERUNG"),
    "latin-1": (
        "<?xml version='1.0' encoding='ISO-8859-1'?><a>ü</a>".encode("latin-1"),
        "XML-ZEICHENKODIERUNG",
    ),
    "latin-1 in disguise": ("<?xml version='1.0'?><a>ü</a>".encode("latin-1"), "XML-ZEICHENKODIERUNG"),
    "overlong utf-8": (b"<a>\xc0\xbc</a>", "XML-ZEICHENKODIERUNG"),
    "nul": (b"<a>\x00</a>", "XML-NUL"),
    "nul at the end": (b"<a/>\x00", "XML-NUL"),
    "nul as reference": (b"<a>&#0;</a>", "XML-FORM"),
    "10^5 levels": (b"<a>" * 100_000 + b"</a>" * 100_000, "XML-TIEFE"),
    "one level too deep": (b"<a>" * (MAX_TIEFE + 1) + b"</a>" * (MAX_TIEFE + 1), "XML-TIEFE"),
    "one byte too many": (b"<a>" + b"x" * (MAX_BYTES - 6) + b"</a>", "XML-GROESSE"),
    "huge text": (b"<a>" + b"x" * (MAX_TEXT + 1) + b"</a>", "XML-TEXT"),
    "huge attribute": (b'<a b="' + b"x" * (MAX_TEXT + 1) + b'"/>', "XML-TEXT"),
    "huge text of signs that begin elements": (
        b"<a><![CDATA[" + b"<" * (MAX_TEXT + 1) + b"]]></a>",
        "XML-TEXT",
    ),
    "one child too many, further down": (
        b"<a><b/><c>" + b"<b/>" * (MAX_KINDER + 1) + b"</c></a>",
        "XML-BREITE",
    ),
    "one child too many": (b"<a>" + b"<b/>" * (MAX_KINDER + 1) + b"</a>", "XML-BREITE"),
    "huge name": (b"<" + b"x" * 9_000_000 + b"/>", "XML-TEXT"),
    "empty": (b"", "XML-LEER"),
    "only spaces": (b" \r\n\t", "XML-LEER"),
    "no xml": (b"hallo", "XML-FORM"),
    "json": (b'{"form": "A1"}', "XML-FORM"),
    "unclosed": (b"<a><b></a>", "XML-FORM"),
    "open comments": (b"<!--" * 1_000_000, "XML-FORM"),
    "two roots": (b"<a/><b/>", "XML-FORM"),
    "doctype inside": (b"<a><!DOCTYPE a></a>", "XML-FORM"),
    "same attribute twice": (b'<a b="1" b="2"/>', "XML-FORM"),
    "unbound prefix": (b"<x:a/>", "XML-FORM"),
}


@pytest.mark.parametrize("name", FEINDE)
def test_hostile_documents_are_refused_fast_and_by_name(name: str) -> None:
    daten, rule = FEINDE[name]
    begonnen = time.perf_counter()
    with pytest.raises(NichtLesbar) as gefangen:
        einlesen(daten)
    assert [befund.rule for befund in gefangen.value.befunde] == [rule]
    assert time.perf_counter() - begonnen < 2


@pytest.mark.parametrize("name", FEINDE)
def test_a_refusal_speaks_both_languages_and_quotes_nothing(name: str) -> None:
    with pytest.raises(NichtLesbar) as gefangen:
        einlesen(FEINDE[name][0])
    befund = gefangen.value.befunde[0]
    assert befund.text["de"].endswith(".")
    assert befund.text["en"].endswith(".")
    assert "hostname" not in str(befund.text)


@pytest.mark.parametrize(
    "daten",
    [
        b"<a/>",
        b"\xef\xbb\xbf<a/>",
        b"<?xml version='1.0' encoding=\"utf-8\" standalone='yes'?>\n<a/>",
        b"<?xml version='1.0' encoding='US-ASCII'?><a/>",
        b"<!-- <!DOCTYPE a> --><?p <!DOCTYPE a> ?><a><!-- <!DOCTYPE a> --></a>",
        b"<a><![CDATA[<!DOCTYPE a>]]></a>",
        b"<a>" * MAX_TIEFE + b"</a>" * MAX_TIEFE,
        b"<a>" + b"x" * MAX_TEXT + b"</a>",
        b"<a>" + b"<b/>" * MAX_KINDER + b"</a>",
        "<a>\u00fc\U0001f680</a>".encode(),
    ],
)
def test_harmless_documents_are_read(daten: bytes) -> None:
    assert einlesen(daten).tag == "a"


def test_a_place_is_named() -> None:
    with pytest.raises(NichtLesbar) as gefangen:
        einlesen(b"<a>\n\n<b></a>")
    assert gefangen.value.befunde[0].line == 3


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<a>{text}</a>".encode()))
def test_any_bytes_are_read_or_refused(daten: bytes) -> None:
    with suppress(NichtLesbar):
        einlesen(daten)


@pytest.mark.parametrize("davor", [0, 1, MAX_TEXT // 2 - 4, MAX_TEXT // 2, MAX_TEXT - 4, 2 * MAX_TEXT + 7])
@pytest.mark.parametrize("art", ["<a>{davor}<b>{text}</b></a>", "<a>{davor}<b c='{text}'/></a>"])
def test_a_text_one_character_too_long_is_found_wherever_it_stands(davor: int, art: str) -> None:
    stuecke = "<c>" + "y" * 996 + "</c>"
    vorher = stuecke * (davor // len(stuecke)) + "<c>" + "y" * (davor % len(stuecke)) + "</c>"
    einlesen(art.format(davor=vorher, text="x" * MAX_TEXT).encode())
    with pytest.raises(NichtLesbar, match="XML-TEXT"):
        einlesen(art.format(davor=vorher, text="x" * (MAX_TEXT + 1)).encode())
