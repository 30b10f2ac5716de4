"""A service is found by what people call it."""

from typing import Any

import pytest

from app.leistungen.suche import suche
from tests.app.leistungen.beispiel import formular, geaendert


def _anderes(inhalt: dict[str, Any]) -> None:
    inhalt["leistung"] = "anders"
    inhalt["titel"] = {"de": "Führungszeugnis", "en": "Certificate of conduct", "leicht": "Führungs·zeugnis"}
    inhalt["kurz"] = {"de": "Für den Beruf.", "en": "For your job.", "leicht": "Für die Arbeit."}
    inhalt["suchworte"] = ["Beruf", "polizeilich"]


ANDERES = geaendert(_anderes)
ALLE = [formular(), ANDERES]


@pytest.mark.parametrize(
    "worte",
    ["Markt", "markt stand", "MARKT", "stall", "Wochenmarkt", "wochnmarkt", "wochen", "auf dem Markt"],
)
def test_the_stall_is_found(worte: str) -> None:
    assert [eines.definition.leistung for eines in suche(ALLE, worte)] == ["beispiel"]


@pytest.mark.parametrize("worte", ["fuehrungszeugnis", "Fuhrungszeugnis", "führungs", "certificate", "Beruf"])
def test_the_certificate_is_found(worte: str) -> None:
    assert [eines.definition.leistung for eines in suche(ALLE, worte)] == ["anders"]


@pytest.mark.parametrize("worte", ["", "  ", "!?"])
def test_who_asks_nothing_sees_all(worte: str) -> None:
    assert len(suche(ALLE, worte)) == 2


@pytest.mark.parametrize("worte", ["Hund", "markt hund", "x" * 200])
def test_nothing_is_guessed(worte: str) -> None:
    assert suche(ALLE, worte) == []


def test_the_title_goes_before_a_word_beside_it() -> None:
    def nebenbei(inhalt: dict[str, Any]) -> None:
        _anderes(inhalt)
        inhalt["kurz"]["de"] = "Nicht für den Markt."

    gefunden = suche([geaendert(nebenbei), formular()], "Markt")
    assert [eines.definition.leistung for eines in gefunden] == ["beispiel", "anders"]
