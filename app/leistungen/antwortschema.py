"""JSON Schema (draft 2020-12) of a service's answers, made from its form, for who sends them by machine.

It describes answers as they count: those of questions that are not asked are gone. Conditions that JSON
Schema can say stand as ``if``/``then``; the others (a comparison with another answer or with today, a look
from an entry to the whole) stand as they are written, under ``x-wenn`` and ``x-pflicht``. What a schema
accepts is still checked by the form; what the form accepts is accepted by the schema.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.leistungen.baum import Knoten
from app.leistungen.bedingungsschema import als_schema, dort
from app.leistungen.definition import Bedingung, Definition, Schritt, Texte
from app.leistungen.feldarten import GROESSTE_ZAHL

Schema = dict[str, Any]

_MUSTER: Final[Mapping[str, Schema]] = {
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "telefon": {"type": "string", "pattern": r"^[0-9+(][0-9 ()/.+-]*$", "maxLength": 40},
    "plz": {"type": "string", "pattern": r"^[0-9]{5}$"},
    "iban": {"type": "string", "pattern": r"^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$"},
    "kennzeichen": {"type": "string", "pattern": r"^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[HE]?$"},
    "datum": {"type": "string", "format": "date"},
    "janein": {"type": "boolean"},
    "wz": {"type": "string", "pattern": r"^[0-9]{5}$", "x-codeliste": "wz"},
    "gemeinde": {"type": "string", "pattern": r"^[0-9]{8}$", "x-codeliste": "gemeinden"},
}


def json_schema(definition: Definition, je_schritt: Sequence[Sequence[Knoten]]) -> Schema:
    """The schema of the answers; `je_schritt`: the compiled questions."""
    wurzel = _objekt()
    wurzel = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": definition.titel.de,
        "description": definition.kurz.de,
        "x-text": _sprachen(definition.titel),
        **wurzel,
    }
    for schritt, alle in zip(definition.schritte, je_schritt, strict=True):
        if schritt.liste is None:
            for knoten in alle:
                _nimm_feld(wurzel, knoten, schritt.wenn)
            continue
        eintrag = _objekt()
        for knoten in alle:
            _nimm_feld(eintrag, knoten, None)
        _nimm_liste(wurzel, schritt, eintrag)
    return wurzel


def _objekt() -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _nimm_feld(wurzel: Schema, knoten: Knoten, schritt: Bedingung | None) -> None:
    if knoten.angabe.typ == "hinweis":
        return
    feld = _feldschema(knoten)
    gruppe = None if knoten.gruppe is None else knoten.gruppe.wenn
    wenn = [b for b in (schritt, gruppe, knoten.angabe.wenn) if b is not None]
    pflicht = knoten.angabe.pflicht
    if wenn:
        feld["x-wenn"] = [_als_dict(eine) for eine in wenn]
    if isinstance(pflicht, Bedingung):
        feld["x-pflicht"] = _als_dict(pflicht)
        wenn.append(pflicht)
    _stelle_ein(wurzel, knoten.teile, feld, immer=pflicht is True and not wenn)
    if wenn and pflicht is not False:
        _verlange(wurzel, wenn, dort(knoten.teile, {}), im_eintrag=knoten.liste is not None)


def _nimm_liste(wurzel: Schema, schritt: Schritt, eintrag: Schema) -> None:
    teile = (schritt.liste or "").split(".")
    liste: Schema = {
        "type": "array",
        "title": schritt.titel.de,
        "x-text": _sprachen(schritt.titel),
        "maxItems": schritt.hoechstens,
        "minItems": 1,
        "items": eintrag,
    }
    wenn = [] if schritt.wenn is None else [schritt.wenn]
    mindestens = schritt.mindestens
    if wenn:
        liste["x-wenn"] = [_als_dict(eine) for eine in wenn]
    if isinstance(mindestens, Bedingung):
        liste["x-pflicht"] = _als_dict(mindestens)
        wenn.append(mindestens)
        mindestens = 1
    else:
        liste["minItems"] = max(1, mindestens)
    _stelle_ein(wurzel, teile, liste, immer=not wenn and mindestens > 0)
    if wenn and mindestens > 0:
        _verlange(wurzel, wenn, dort(teile, {}), im_eintrag=False)


def _stelle_ein(wurzel: Schema, teile: Sequence[str], feld: Schema, *, immer: bool) -> None:
    for teil in teile[:-1]:
        if immer:
            _fordere(wurzel, teil)
        wurzel = wurzel["properties"].setdefault(teil, _objekt())
    wurzel["properties"][teile[-1]] = feld
    if immer:
        _fordere(wurzel, teile[-1])


def _fordere(objekt: Schema, name: str) -> None:
    gefordert = objekt.setdefault("required", [])
    if name not in gefordert:
        gefordert.append(name)


def _verlange(wurzel: Schema, wenn: Sequence[Bedingung], dann: Schema, *, im_eintrag: bool) -> None:
    """Under conditions more is needed; where one of them cannot be said, nothing is demanded."""
    falls = [als_schema(eine, im_eintrag) for eine in wenn]
    if None not in falls:
        wurzel.setdefault("allOf", []).append(
            {"if": falls[0] if len(falls) == 1 else {"allOf": falls}, "then": dann}
        )


def _feldschema(knoten: Knoten) -> Schema:
    angabe = knoten.angabe
    schema: Schema = {"title": angabe.label.de}
    if angabe.hilfe is not None:
        schema["description"] = angabe.hilfe.de
    schema |= _typ(knoten)
    schema["x-text"] = _sprachen(angabe.label)
    if angabe.fim is not None:
        schema["x-fim"] = angabe.fim
    if angabe.gewa:
        schema["x-gewa-feld"] = list(angabe.gewa)
    if angabe.besonders:
        schema["x-besonders"] = True
    return schema


def _typ(knoten: Knoten) -> Schema:
    angabe = knoten.angabe
    if angabe.typ in {"text", "mehrzeilig"}:
        return {"type": "string", "minLength": 1, "maxLength": knoten.hoechstlaenge}
    if angabe.typ in {"ganzzahl", "betrag"}:
        unten, oben = angabe.mindestens, angabe.hoechstens
        return {
            "type": "integer",
            "minimum": unten if isinstance(unten, int) else -GROESSTE_ZAHL,
            "maximum": oben if isinstance(oben, int) else GROESSTE_ZAHL,
            **({"x-einheit": "cent"} if angabe.typ == "betrag" else {}),
        }
    if angabe.typ == "auswahl":
        return _code(knoten)
    if angabe.typ == "mehrfachauswahl":
        return {"type": "array", "items": _code(knoten), "minItems": 1, "uniqueItems": True}
    if angabe.typ == "plz" and knoten.staat is not None:
        return {"type": "string", "minLength": 1, "maxLength": 15}
    return dict(_MUSTER[angabe.typ])


def _code(knoten: Knoten) -> Schema:
    if not knoten.wahl:
        return {"type": "string", "x-codeliste": knoten.codeliste}
    # Each value with its name, as machines that draw a form like to have it.
    return {
        "type": "string",
        "enum": [wert for wert, _ in knoten.wahl],
        "x-namen": {wahl.wert: _sprachen(wahl.text) for wahl in knoten.angabe.werte},
    }


def _sprachen(text: Texte) -> dict[str, str]:
    return {"de": text.de, "en": text.en, "leicht": text.leicht}


def _als_dict(bedingung: Bedingung) -> dict[str, Any]:
    return bedingung.model_dump(mode="json", by_alias=True, exclude_none=True)
