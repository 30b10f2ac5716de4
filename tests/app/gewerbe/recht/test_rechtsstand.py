"""The table says what the law says: checked against its paragraphs and against a second reading."""

import json
import re
from datetime import date
from typing import Any

import pytest

from app.gewerbe.feld import FORMEN, Form
from app.gewerbe.recht.rechtsstand import KeinRechtsstand, Rechtsstand, feldnummern, rechtsstand
from tests.conftest import shared

HEUTE = date(2026, 8, 1)
ANLAGEN: dict[str, Form] = {"1": "A1", "2": "A2", "3": "A3"}
STATUTE_NUMBERS = {
    "ihk": "1",
    "hwk": "2",
    "immissionsschutz": "3",
    "arbeitsschutz": "4",
    "eichamt": "5",
    "bundesagentur": "6",
    "dguv": "7",
    "registergericht": "8",
    "lebensmittel": "9",
    "kbs": "10",
    "auslaenderbehoerde": "11",
    "finanzamt": "12",
    "erlaubnisbehoerde": "13",
}


@pytest.fixture(scope="module")
def stand() -> Rechtsstand:
    return rechtsstand(HEUTE)


@pytest.fixture(scope="module")
def absaetze() -> dict[str, str]:
    """The Absätze of § 3 GewAnzV, by number, from the text of the law."""
    gesetz = shared("data/law/GewAnzV_2026.md").read_text("utf-8")
    paragraph = re.search(r"^# § 3 .*?(?=^# § 4)", gesetz, re.M | re.S)
    assert paragraph
    teile = re.split(r"^\((\d+a?)\) ", paragraph[0], flags=re.M)
    return dict(zip(teile[1::2], teile[2::2], strict=True))


def numbers_by_form(text: str, alle: dict[Form, frozenset[int]]) -> dict[Form, frozenset[int]]:
    """What a passage sends of each Anlage: "mit Ausnahme" turns its lists into exceptions."""
    listen = re.findall(r"(?:in den Feldern|in Feld) ([\d, bisund]+) der Anlage (\d)", text)
    return {
        ANLAGEN[anlage]: alle[ANLAGEN[anlage]] - feldnummern(liste)
        if "mit Ausnahme" in text
        else feldnummern(liste)
        for liste, anlage in listen
    }


def test_absatz_1_is_the_table(stand: Rechtsstand, absaetze: dict[str, str]) -> None:
    nummern = re.split(r"^(\d+)\. ", absaetze["1"].partition("Die Daten sind nicht")[0], flags=re.M)
    wortlaut = dict(zip(nummern[1::2], nummern[2::2], strict=True))
    assert set(wortlaut) == set(STATUTE_NUMBERS.values())
    zeilen = {zeile.schluessel: zeile for zeile in stand.zeilen}
    for schluessel, nummer in STATUTE_NUMBERS.items():
        zeile = zeilen[schluessel]
        assert dict(zeile.felder) == numbers_by_form(wortlaut[nummer], dict(stand.vordrucke)), schluessel
        gewo = re.search(r"§ 14 Absatz 8 Satz 1 Nummer (\d+a?)", wortlaut[nummer])
        assert gewo
        satz = f"§ 3 Abs. 1 S. 1 Nr. {nummer} GewAnzV, § 14 Abs. 8 S. 1 Nr. {gewo[1]} GewO"
        assert zeile.paragraph == satz
        assert zeile.verzichtbar


def test_absatz_2_is_what_statistics_get(stand: Rechtsstand, absaetze: dict[str, str]) -> None:
    hilfsmerkmale = [
        feldnummern(liste)
        for liste in re.findall(r"Feldern ([\d, bisund]+) als Hilfsmerkmale", absaetze["2"])
    ]
    assert len(hilfsmerkmale) == 2
    erhebung = re.findall(r"in den Feldern ([\d, bisund]+) der Anlage (\d) als Erhebung", absaetze["2"])
    erwartet = {ANLAGEN[anlage]: feldnummern(liste).union(*hilfsmerkmale) for liste, anlage in erhebung}
    (zeile,) = (zeile for zeile in stand.zeilen if zeile.schluessel == "statistik")
    assert dict(zeile.felder) == erwartet


def test_absatz_3_is_what_customs_get(stand: Rechtsstand, absaetze: dict[str, str]) -> None:
    (zeile,) = (zeile for zeile in stand.zeilen if zeile.schluessel == "zoll")
    assert dict(zeile.felder) == numbers_by_form(absaetze["3"], dict(stand.vordrucke))


def test_previous_office_gets_the_whole_of_form_1_but_the_signature(stand: Rechtsstand) -> None:
    (zeile,) = (zeile for zeile in stand.zeilen if zeile.schluessel == "bisherige_gemeinde")
    assert dict(zeile.felder) == {"A1": frozenset(range(1, 33))}
    assert not zeile.verzichtbar


def test_every_row_names_its_paragraphs_and_its_deadline(stand: Rechtsstand) -> None:
    schluessel = [zeile.schluessel for zeile in stand.zeilen]
    assert len(set(schluessel)) == len(schluessel) == 16
    for zeile in stand.zeilen:
        assert re.match(r"§ 3 Abs\. .+ GewAnzV, § 14 Abs\. .+ GewO$", zeile.paragraph)
        assert zeile.frist.startswith("unverzüglich")
        assert set(zeile.name) == {"de", "en", "leicht"}


def test_a_second_reading_of_the_law_agrees(stand: Rechtsstand) -> None:
    zweite: dict[str, Any] = json.loads(shared("data/gewanzv_empfaenger_felder.json").read_text("utf-8"))
    for eintrag in zweite["empfaenger"]:
        (zeile,) = (zeile for zeile in stand.zeilen if zeile.schluessel == eintrag["key"])
        for form in FORMEN:
            gelesen = eintrag["felder"][form]
            erwartet = frozenset(gelesen["uebermitteln"]) if gelesen else None
            assert zeile.felder.get(form) == erwartet, (zeile.schluessel, form)


@pytest.mark.parametrize(
    ("wortlaut", "nummern"),
    [
        ("13, 27, 29 bis 31 und 33", {13, 27, 29, 30, 31, 33}),
        ("13 und 30", {13, 30}),
        ("33", {33}),
        ("1 bis 3; 12 und 15", {1, 2, 3, 12, 15}),
    ],
)
def test_lists_are_read_as_the_law_writes_them(wortlaut: str, nummern: set[int]) -> None:
    assert feldnummern(wortlaut) == nummern


def test_the_table_has_dates() -> None:
    assert rechtsstand(date(2025, 1, 1)).gilt_ab == date(2025, 1, 1)
    with pytest.raises(KeinRechtsstand):
        rechtsstand(date(2024, 12, 31))
