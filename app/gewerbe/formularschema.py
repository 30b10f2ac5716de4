"""JSON Schema (draft 2020-12) of each form, for portals and chambers that send notices as JSON.

Every leaf carries `x-gewa-feld` (numbers of the form's fields; empty: technical) and `x-fim` where the
FIM element is known. All parts stand in place, without `$ref`: an address is in another field for every
place it is used.
"""

from typing import Any, Final

from app.gewerbe.anzeige import klasse_von
from app.gewerbe.feld import SCHEMA_SCHLUESSEL, Form
from app.gewerbe.felder import FELDNAMEN, feld_bezug

Schema = dict[str, Any]
DIALEKT: Final = "https://json-schema.org/draft/2020-12/schema"
_ADRESSE: Final = "urn:digitales-gewerbeamt:gewerbeanzeige:"


def json_schema(form: Form) -> Schema:
    """The schema of one form, self-contained."""
    roh = klasse_von(form).model_json_schema(mode="validation")
    teile: Schema = roh.pop("$defs", {})
    schema = _baue(roh, teile, form, {"felder": [], "fim": None})
    schema.pop("x-gewa-feld", None)
    schema["required"] = sorted({*schema["required"], "form"})
    return {"$schema": DIALEKT, "$id": _ADRESSE + form, **schema}


def _baue(knoten: Schema, teile: Schema, form: Form, geerbt: Schema) -> Schema:
    knoten = dict(knoten)
    if "$ref" in knoten:
        ziel = teile[knoten.pop("$ref").removeprefix("#/$defs/")]
        knoten = {**ziel, **knoten}
    geerbt = knoten.pop(SCHEMA_SCHLUESSEL, {}).get(form, geerbt)
    if "properties" in knoten:
        # The docstrings of the classes speak to programmers.
        knoten.pop("description", None)
        knoten["properties"] = {
            name: _baue(teil, teile, form, geerbt) for name, teil in knoten["properties"].items()
        }
        return knoten
    if "items" in knoten:
        eintrag = _baue(knoten["items"], teile, form, geerbt)
        knoten["items"] = {**eintrag, "title": knoten["title"]} if "title" in knoten else eintrag
        return knoten
    alternativen = [teil for teil in knoten.get("anyOf", []) if teil.get("type") != "null"]
    if len(alternativen) == 1:
        return _optional(knoten, _baue(alternativen[0], teile, form, geerbt), form, geerbt)
    return _blatt(knoten, form, geerbt)


def _optional(knoten: Schema, teil: Schema, form: Form, geerbt: Schema) -> Schema:
    """`T | None`: what is left out and what is null mean the same."""
    rest = {name: wert for name, wert in knoten.items() if name != "anyOf"}
    ergebnis = {**teil, **rest}
    art = ergebnis.get("type")
    if isinstance(art, str):
        ergebnis["type"] = [art, "null"]
    if "anyOf" in teil:
        ergebnis["anyOf"] = [*teil["anyOf"], {"type": "null"}]
    if "properties" in ergebnis or "items" in ergebnis:
        return ergebnis
    return _blatt(ergebnis, form, geerbt)


def _blatt(knoten: Schema, form: Form, geerbt: Schema) -> Schema:
    nummern: list[int] = geerbt["felder"]
    knoten["x-gewa-feld"] = nummern
    if geerbt["fim"] and "x-fim" not in knoten:
        knoten["x-fim"] = geerbt["fim"]
    if nummern:
        bezug = "; ".join(
            f"{feld_bezug(form, nummer)}: {FELDNAMEN[form][nummer].de} / {FELDNAMEN[form][nummer].en}"
            for nummer in nummern
        )
        zusatz = knoten.get("description")
        knoten["description"] = bezug if not zusatz or zusatz.startswith("GewA ") else f"{bezug}. {zusatz}"
    return knoten
