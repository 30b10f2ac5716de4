"""The example form and answers for the tests of this room."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.konto.niveau import Niveau
from app.leistungen.formular import Formular, Kontext
from app.leistungen.laden import lade, lies

DATEI = Path(__file__).parent / "beispiel.yaml"
HEUTE = date(2026, 11, 22)


@cache
def beispiel() -> Formular:
    """A small service that uses the whole language."""
    return lade(DATEI)


def geaendert(*ersetzungen: tuple[str, str]) -> Formular:
    """The example with other text in it; every text to replace is there exactly once."""
    return lies(geaenderter_text(*ersetzungen))


def geaenderter_text(*ersetzungen: tuple[str, str]) -> str:
    """The example's text with other text in it."""
    text = DATEI.read_text("utf-8")
    for alt, neu in ersetzungen:
        assert text.count(alt) == 1, (alt, text.count(alt))
        text = text.replace(alt, neu)
    return text


def kontext(niveau: Niveau | None = Niveau.BASIS, quellen: Mapping[str, str] | None = None) -> Kontext:
    """A login in Paderborn on the day of the tests."""
    return Kontext("05774032", HEUTE, niveau, quellen or {})


def vollstaendig() -> dict[str, Any]:
    """Answers without a mistake."""
    return {
        "person": {
            "familienname": "Muster",
            "geburtsdatum": "1985-04-17",
            "email": "erika@example.org",
            "anschrift": {"nation": "276", "plz": "33098", "gemeinde": "05774032"},
        },
        "stand": {
            "art": "obst",
            "sorten": ["apfel"],
            "laenge": 4,
            "umsatz": 123450,
            "beginn": "2026-12-05",
            "wagen": True,
            "kennzeichen": "PB-AB 123",
            "iban": "DE89370400440532013000",
        },
        "helfer": [{"vorname": "Jo", "familienname": "Beispiel", "geburtsdatum": "1990-01-01"}],
    }
