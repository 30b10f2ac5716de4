"""The JSON Schema of the language of forms (draft 2020-12), for editors and for who writes a form elsewhere.

It says what a file may hold, building blocks included. What only a look at the whole form can tell (names
that do not exist, circles, what can never be true) is the checks' part (``amt formular pruefen``).
"""

import json
from typing import Any, Final

from app.leistungen.definition import Bedingung, Definition

_VERKNUEPFUNGEN: Final = ("alle", "eine", "keine")


def json_schema() -> dict[str, Any]:
    """The schema."""
    schema = Definition.model_json_schema(by_alias=True)
    teile = schema["$defs"]
    _genau_ein_sinn(teile["Bedingung"])
    teile["Bausteingebrauch"] = _gebrauch(
        pfad={"type": "string", "pattern": r"^([a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,5})?$"},
        titel={"$ref": "#/$defs/Texte"},
        hilfe={"$ref": "#/$defs/Texte"},
        gewa=teile["Feldangabe"]["properties"]["gewa"],
        vorbelegt={"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/Bedingung"}]},
    )
    teile["Bausteingebrauch"]["description"] = "Questions of forms/bausteine/NAME.yaml, put in here."
    teile["Seitenbaustein"] = _gebrauch()
    teile["Seitenbaustein"]["description"] = "Pages of forms/bausteine/NAME.yaml, put in here."
    for name in ("Schritt", "Gruppe", "Bestaetigung"):
        felder = teile[name]["properties"]["felder"]
        alt = felder["items"]
        moeglich = alt.get("oneOf", [alt])
        felder["items"] = {"anyOf": [*moeglich, {"$ref": "#/$defs/Bausteingebrauch"}]}
    schritte = schema["properties"]["schritte"]
    schritte["items"] = {"anyOf": [schritte["items"], {"$ref": "#/$defs/Seitenbaustein"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Formular einer Verwaltungsleistung",
    }


def als_text() -> str:
    """The schema as it is published."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _gebrauch(**eigene: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["baustein"],
        "additionalProperties": False,
        "properties": {
            "baustein": {"type": "string"},
            **eigene,
            "wenn": {"$ref": "#/$defs/Bedingung"},
            "ohne": {"type": "array", "items": {"type": "string"}},
            "aendern": {"type": "object", "additionalProperties": {"type": "object"}},
        },
    }


def _genau_ein_sinn(bedingung: dict[str, Any]) -> None:
    """A comparison of one answer, in one way, or conditions joined in one way."""
    woerter = [feld.alias or name for name, feld in Bedingung.model_fields.items() if name != "feld"]
    bedingung["oneOf"] = [
        {"required": [wort], "properties": {"feld": False}}
        if wort in _VERKNUEPFUNGEN
        else {"required": ["feld", wort]}
        for wort in woerter
    ]
