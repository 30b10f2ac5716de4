"""The JSON Schema of a service's answers: what the form accepts it accepts, and it finds what it can."""

import copy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gewerbe import service as gewerbe
from app.leistungen.laden import lade
from tests.app.leistungen.hilfe import beispiel, kontext, vollstaendig

_WURZEL = Path(__file__).resolve().parents[3]
_PRUEFER = jsonschema_rs.validator_for(beispiel().json_schema(), validate_formats=True)


@pytest.mark.parametrize("datei", sorted((_WURZEL / "forms").glob("*.yaml")), ids=lambda d: d.stem)
def test_every_form_has_a_schema(datei: Path) -> None:
    gewerbe.verdrahte()
    jsonschema_rs.meta.validate(lade(datei).json_schema())


def test_complete_answers_meet_it() -> None:
    assert list(_PRUEFER.iter_errors(vollstaendig())) == []


def _mit(**stand: Any) -> dict[str, Any]:
    antworten = copy.deepcopy(vollstaendig())
    antworten["stand"] |= stand
    antworten["stand"] = {name: wert for name, wert in antworten["stand"].items() if wert is not None}
    return antworten


@pytest.mark.parametrize(
    "antworten",
    [
        {},
        _mit(art="wurst"),
        _mit(art=None),
        _mit(laenge=13),
        _mit(laenge="4"),
        _mit(kennzeichen=None),
        _mit(beginn="1.4.27"),
        _mit(sorten=["wurst"]),
        _mit(iban="DE89 3704"),
        _mit(bemerkung="x" * 501),
        _mit(unbekannt=1),
        vollstaendig() | {"helfer": [{"vorname": "Jo"}]},
        vollstaendig() | {"helfer": [{}] * 5},
        _mit(laenge=6) | {"helfer": []},
        {name: wert for name, wert in _mit(laenge=6).items() if name != "helfer"},
        vollstaendig() | {"person": {"familienname": "Muster"}},
    ],
)
def test_it_finds_what_it_can(antworten: dict[str, Any]) -> None:
    assert list(_PRUEFER.iter_errors(antworten))
    assert beispiel().pruefe(antworten, kontext()).befunde


def test_what_it_cannot_say_stands_in_it() -> None:
    schema = beispiel().json_schema()
    schule = schema["properties"]["helfer"]["items"]["properties"]["schule"]
    assert schule["x-wenn"] == [{"feld": ".geburtsdatum", "alter_unter": 18}]
    # Neither an age nor a look at the whole can be said of an entry.
    assert "allOf" not in schema["properties"]["helfer"]["items"]
    assert "schule" not in schema["properties"]["helfer"]["items"].get("required", [])
    telefon = schema["properties"]["person"]["properties"]["telefon"]
    assert telefon["x-pflicht"] == {"feld": "person.email", "vorhanden": False}
    assert schema["properties"]["person"]["properties"]["familienname"]["x-fim"] == "F60000000227"


_STAND = st.fixed_dictionaries(
    {},
    optional={
        "art": st.sampled_from(["obst", "kaese", "tiere"]),
        "sorten": st.lists(st.sampled_from(["apfel", "gouda"]), max_size=2),
        "laenge": st.integers(1, 12),
        "umsatz": st.integers(0, 10**6),
        "beginn": st.sampled_from(["2026-12-05", "2027-01-01"]),
        "wagen": st.booleans(),
        "kennzeichen": st.just("PB-AB 123"),
        "iban": st.just("DE89370400440532013000"),
    },
)


@settings(max_examples=100, deadline=None)
@given(_STAND, st.lists(st.just(vollstaendig()["helfer"][0]), max_size=2))
def test_what_the_form_accepts_it_accepts(stand: dict[str, Any], helfer: list[Any]) -> None:
    antworten = vollstaendig() | {"stand": vollstaendig()["stand"] | stand, "helfer": helfer}
    geprueft = beispiel().pruefe(antworten, kontext())
    if geprueft.in_ordnung:
        assert list(_PRUEFER.iter_errors(geprueft.antworten)) == []
