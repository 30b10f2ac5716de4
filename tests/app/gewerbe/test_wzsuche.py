"""What people call their work leads to the class of WZ 2008."""

import os
import time
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gewerbe.formularlisten import Wirtschaftszweige
from app.gewerbe.wz import titel, titel_aller
from app.gewerbe.wzsuche import suche


@pytest.mark.parametrize(
    ("worte", "code"),
    [
        ("Café", "56104"),
        ("cafe", "56104"),
        ("coffee shop", "56104"),
        ("Friseurin", "96021"),
        ("HAIRDRESSER", "96021"),
        ("Webdesign", "62011"),
        ("Onlineshop für Kleidung", "47911"),
        ("ich möchte putzen", "81210"),
        ("Döner", "56103"),
        ("Taxi", "49320"),
        ("Software entwickeln", "62019"),
        ("Herstellung von Möbeln", "31099"),
        ("Fußbodenleger", "43330"),
        ("56.10.4", "56104"),
        ("56104", "56104"),
    ],
)
def test_the_first_that_is_found(worte: str, code: str) -> None:
    assert suche(worte)[0] == code


def test_what_a_class_does_not_contain_is_not_found_in_it() -> None:
    assert titel("49310") == "Personenbeförderung im Nahverkehr zu Lande (ohne Taxis)"
    assert "49310" not in suche("Taxis", 100)


def test_beginnings_of_words_and_of_codes_find() -> None:
    assert "56104" in suche("caf")
    assert set(suche("56.10")) == {"56101", "56102", "56103", "56104", "56105"}
    assert suche("Bau", 5)[0].startswith(("41", "42"))


def test_a_title_finds_its_class_in_both_languages() -> None:
    for sprache in ("de", "en"):
        for code, name in list(titel_aller(sprache).items())[:: 1 if os.environ.get("AMT_LANG") else 5]:
            assert code in suche(name, 40), (sprache, code, name)


def test_everyday_words_belong_to_classes_that_exist() -> None:
    zeilen = files("app.gewerbe").joinpath("daten/wz_alltag.tsv").read_text("utf-8").splitlines()
    codes = [zeile.partition("\t")[0] for zeile in zeilen if not zeile.startswith("#")]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(titel_aller())


def test_german_and_english_titles_are_of_the_same_classes() -> None:
    assert set(titel_aller()) == set(titel_aller("en"))


@given(st.text(max_size=300))
def test_any_text_finds_classes_or_none(worte: str) -> None:
    gefunden = suche(worte)
    assert len(gefunden) <= 20
    assert len(gefunden) == len(set(gefunden))
    assert all(titel(code) for code in gefunden)


def test_a_search_takes_a_moment() -> None:
    suche("vorab")
    anfang = time.perf_counter()
    for _ in range(20):
        suche("Einzelhandel mit Bekleidung und Schuhen")
    assert (time.perf_counter() - anfang) / 20 < 0.05


def test_the_list_of_forms_searches_the_same_way() -> None:
    assert Wirtschaftszweige().suche("coffee", "en", 3)[0] == ("56104", "Cafés")
    assert Wirtschaftszweige().suche("Fotograf", "en", 3)[0] == ("74201", "Activities of photographers")
