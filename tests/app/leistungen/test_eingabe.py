"""What people type: days, numbers, sums, and where it is put."""

from datetime import date
from typing import Any

import pytest

from app.leistungen.definition import Feldangabe, Texte
from app.leistungen.eingabe import lies_eingabe, zeige
from app.leistungen.eingabe_formen import lies_betrag, lies_ganzzahl, lies_tag
from tests.app.leistungen.hilfe import beispiel, kontext, vollstaendig

_HEUTE = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("getippt", "tag"),
    [
        ("1.4.85", "1985-04-01"),
        ("01.04.1985", "1985-04-01"),
        ("1985-04-01", "1985-04-01"),
        (" 1. 4. 1985 ", "1985-04-01"),
        ("1/4/1985", "1985-04-01"),
        ("1-4-1985", "1985-04-01"),
        ("1 4 1985", "1985-04-01"),
        ("1. April 1985", "1985-04-01"),
        ("1 april 85", "1985-04-01"),
        ("1. März 1985", "1985-03-01"),
        ("3 October 1990", "1990-10-03"),
        ("1.4.27", "2027-04-01"),
        ("1.4.36", "2036-04-01"),
        ("1.4.37", "1937-04-01"),
        ("29.02.2024", "2024-02-29"),
        ("29.02.2023", None),
        ("31.04.1985", None),
        ("0.4.1985", None),
        ("1.13.1985", None),
        ("01041985", None),
        ("1.4.", None),
        ("1. Foo 1985", None),
        ("heute", None),
        ("", None),
        ("٠١.٠٤.١٩٨٥", None),
        ("1" * 10_000, None),
        ("01.01.0000", None),
    ],
)
def test_days_as_people_write_them(getippt: str, tag: str | None) -> None:
    assert lies_tag(getippt, _HEUTE) == tag


def test_two_digits_of_a_birth_year_are_never_in_the_future() -> None:
    assert lies_tag("1.4.30", _HEUTE, _HEUTE) == "1930-04-01"
    assert lies_tag("1.4.26", _HEUTE, _HEUTE) == "2026-04-01"
    assert lies_tag("23.11.26", _HEUTE, _HEUTE) == "1926-11-23"
    assert lies_tag("29.2.28", _HEUTE, _HEUTE) == "1928-02-29"


@pytest.mark.parametrize(
    ("getippt", "zahl"),
    [
        ("12", 12),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1 234 567", 1234567),
        ("1'234", 1234),
        ("-5", -5),
        ("007", 7),
        ("1.23", None),
        ("1.2345", None),
        ("1.234,567", None),
        ("12,5", None),
        ("zwölf", None),
        ("1e3", None),
        ("١٢", None),
        ("9" * 31, None),
    ],
)
def test_whole_numbers_as_people_write_them(getippt: str, zahl: int | None) -> None:
    assert lies_ganzzahl(getippt) == zahl


@pytest.mark.parametrize(
    ("getippt", "cent"),
    [
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1234,5", 123450),
        ("1234.5", 123450),
        ("1.234", 123400),
        ("12", 1200),
        ("12,-", 1200),
        ("12,--", 1200),
        ("12 €", 1200),
        ("EUR 12,50", 1250),
        ("0,05", 5),
        ("-3,20", -320),
        ("-0,50", -50),
        ("1.234.50", None),
        ("1,23,45", None),
        ("12,345,6", None),
        (",50", None),
        ("12 Dollar", None),
        ("", None),
    ],
)
def test_sums_as_people_write_them(getippt: str, cent: int | None) -> None:
    assert lies_betrag(getippt) == cent


def test_a_posted_page_becomes_answers() -> None:
    roh = {
        "stand.art": ["obst"],
        "stand.sorten": ["apfel", "birne", "apfel"],
        "stand.laenge": [" 4 "],
        "stand.umsatz": ["1.234,50"],
        "stand.beginn": ["1.4.27"],
        "stand.wagen": ["ja"],
        "stand.iban": ["de89 3704 0044 0532 0130 00"],
        "stand.kennzeichen": ["pb ab123"],
        "stand.bemerkung": ["eins\r\n zwei \r\n"],
        "stand.unsinn": ["x"],
        "_suche.stand.art": ["Ob"],
    }
    assert lies_eingabe(beispiel(), "stand", roh, {}, None, "de")["stand"] == {
        "art": "obst",
        "sorten": ["apfel", "birne"],
        "laenge": 4,
        "umsatz": 123450,
        "beginn": "2027-04-01",
        "wagen": True,
        "iban": "DE89370400440532013000",
        "kennzeichen": "PB-AB 123",
        "bemerkung": "eins\n zwei",
    }


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    antworten = lies_eingabe(beispiel(), "stand", {"stand.beginn": ["bald"], "stand.laenge": ["vier"]}, {})
    assert antworten == {"stand": {"beginn": "bald", "laenge": "vier"}}
    befunde = {b.pointer: b.rule for b in beispiel().pruefe(antworten, kontext(), schritt="stand").befunde}
    assert befunde["/stand/beginn"] == "datum"
    assert befunde["/stand/laenge"] == "zahl"
    assert beispiel().bereinige(antworten) == antworten
    assert zeige(_feld("datum"), "bald", "de") == "bald"


def test_what_was_shown_and_not_posted_loses_its_answer_and_what_was_not_keeps_it() -> None:
    antworten = vollstaendig()
    antworten["stand"]["wagen"] = False
    neu = lies_eingabe(beispiel(), "stand", {"stand.laenge": ["4"]}, antworten)
    # The plate was not shown: it may be asked again on the way back.
    assert neu["stand"] == {"laenge": 4, "kennzeichen": "PB-AB 123"}
    assert neu["person"] == antworten["person"]
    assert antworten["stand"]["art"] == "obst"


def test_an_empty_answer_is_none() -> None:
    neu = lies_eingabe(beispiel(), "person", {"person.email": ["  "]}, {"person": {"email": "a@b.de"}})
    assert neu == {}


def test_entries_are_changed_and_added() -> None:
    antworten = vollstaendig()
    neu = lies_eingabe(beispiel(), "helfer", {"vorname": ["Al"]}, antworten, 0)
    assert neu["helfer"] == [{"vorname": "Al"}]
    neu = lies_eingabe(beispiel(), "helfer", {"vorname": ["Al"], "geburtsdatum": ["1.4.30"]}, antworten, 1)
    assert neu["helfer"][1] == {"vorname": "Al", "geburtsdatum": "1930-04-01"}
    neu = lies_eingabe(beispiel(), "helfer", {"vorname": ["Al"]}, {}, 7)
    assert neu["helfer"] == [{"vorname": "Al"}]


def _feld(typ: Any) -> Feldangabe:
    return Feldangabe(schluessel="x", typ=typ, label=Texte(de="X", en="X", leicht="X"))


@pytest.mark.parametrize(
    ("typ", "wert", "sprache", "text"),
    [
        ("datum", "1985-04-01", "de", "01.04.1985"),
        ("datum", "1985-04-01", "en", "01.04.1985"),
        ("betrag", 123450, "de", "1.234,50"),
        ("betrag", 123450, "en", "1,234.50"),
        ("betrag", -5, "leicht", "-0,05"),
        ("ganzzahl", 1234, "de", "1234"),
        ("janein", False, "en", "nein"),
        ("iban", "DE89370400440532013000", "de", "DE89 3704 0044 0532 0130 00"),
        ("text", None, "de", ""),
        ("mehrfachauswahl", ["a", "b"], "de", "a, b"),
    ],
)
def test_answers_are_shown_as_they_can_be_typed(typ: str, wert: Any, sprache: str, text: str) -> None:
    assert zeige(_feld(typ), wert, sprache) == text
