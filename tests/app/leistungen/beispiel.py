"""The example form, answers that it takes, and ways to change it."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from app.leistungen.definition import Definition
from app.leistungen.formular import Formular
from app.leistungen.laden import lies

_DATEI = Path(__file__).with_name("beispiel.yaml")


@cache
def formular() -> Formular:
    """The form of beispiel.yaml."""
    return lies(_DATEI.read_text("utf-8"))


def antworten() -> dict[str, Any]:
    """A complete set of answers."""
    return {
        "person": {
            "familienname": "Łęcka-Müller",
            "geburtsdatum": "1985-04-17",
            "email": "zofia@example.org",
            "anschrift": {"nation": "276", "plz": "33098", "gemeinde": "05774032"},
        },
        "stand": {
            "art": "obst",
            "sorten": ["apfel", "birne"],
            "laenge": 6,
            "umsatz": 1234550,
            "beginn": "2027-03-06",
            "wagen": True,
            "kennzeichen": "PB-AB 123",
            "iban": "DE02120300000000202051",
            "bemerkung": "Zwei Zeilen:\n<Obst> & Gemüse",
        },
        "helfer": [
            {"vorname": "Ada", "familienname": "Ö", "geburtsdatum": "2012-01-02", "schule": "Am Berg"},
            {"vorname": "Bo", "familienname": "Li", "geburtsdatum": "1990-01-02"},
        ],
    }


def geaendert(aendere: Any) -> Formular:
    """The form after `aendere` has worked on its content."""
    inhalt = deepcopy(dict(formular().inhalt))
    aendere(inhalt)
    return Formular(Definition.model_validate(inhalt))
