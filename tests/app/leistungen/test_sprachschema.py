"""openapi/formular.schema.json is what the code says, and it takes what the code takes."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from app.leistungen.sprachschema import als_text, json_schema
from app.leistungen.yamlquelle import lies_yaml
from tests.app.leistungen.hilfe import DATEI, geaenderter_text

_WURZEL = Path(__file__).resolve().parents[3]


def test_the_published_schema_is_the_current_one() -> None:
    if als_text() != (_WURZEL / "openapi" / "formular.schema.json").read_text("utf-8"):
        pytest.fail("openapi/formular.schema.json is out of date: run `amt formular schema`")


def _fehler(text: str) -> list[Any]:
    pruefer = jsonschema_rs.validator_for(json.loads(als_text()))
    return list(pruefer.iter_errors(lies_yaml(text)))


@pytest.mark.parametrize("datei", [DATEI, *sorted((_WURZEL / "forms").glob("*.yaml"))], ids=lambda d: d.stem)
def test_every_form_is_written_in_the_language(datei: Path) -> None:
    assert _fehler(datei.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("alt", "neu"),
    [
        ("dauer_minuten: 10", "dauer_minuten: 0"),
        ("archetyp: B", "archetyp: F"),
        ("wenn: {feld: stand.wagen, ist: true}", "wenn: {feld: stand.wagen}"),
        ("wenn: {feld: stand.wagen, ist: true}", "wenn: {feld: stand.wagen, ist: true, nicht: false}"),
        ("wenn: {feld: stand.wagen, ist: true}", "wenn: {feld: stand.wagen, alle: [{feld: a, ist: 1}]}"),
        ("wenn: {feld: stand.wagen, ist: true}", "wenn: {ausdruck: 'stand.wagen == true'}"),
        ("typ: iban", "typ: konto"),
        (
            "      - schluessel: stand.iban",
            "      - {baustein: x, unsinn: 1}\n      - schluessel: stand.iban",
        ),
    ],
)
def test_what_is_not_in_the_language_is_refused(alt: str, neu: str) -> None:
    assert _fehler(geaenderter_text((alt, neu)))


def test_the_schema_is_a_schema() -> None:
    jsonschema_rs.meta.validate(json_schema())
