"""A condition as JSON Schema, where JSON Schema can say it."""

import re
from collections.abc import Sequence
from typing import Any

from app.leistungen.definition import Bedingung

Schema = dict[str, Any]


def als_schema(bedingung: Bedingung, im_eintrag: bool) -> Schema | None:
    """What the answers (`im_eintrag`: those of an entry) meet where it holds; None: cannot be said."""
    for wort, teile in (("allOf", bedingung.alle), ("anyOf", bedingung.eine), ("anyOf", bedingung.keine)):
        if teile is not None:
            alle = [als_schema(teil, im_eintrag) for teil in teile]
            if None in alle:
                return None
            return {"not": {wort: alle}} if bedingung.keine is not None else {wort: alle}
    bezug = bedingung.feld or ""
    if bezug.startswith(".") is not im_eintrag:
        return None
    return _an_der_stelle(bedingung, bezug.removeprefix(".").split("."))


def _an_der_stelle(bedingung: Bedingung, teile: Sequence[str]) -> Schema | None:
    if bedingung.vorhanden is not None:
        return dort(teile, {}) if bedingung.vorhanden else {"not": dort(teile, {})}
    wert = _vergleich(bedingung)
    return None if wert is None else dort(teile, wert)


def dort(teile: Sequence[str], schema: Schema) -> Schema:
    """There is a value at the end of the path, and it meets the schema."""
    for teil in reversed(teile):
        schema = {"type": "object", "required": [teil], "properties": {teil: schema}}
    return schema


def _vergleich(bedingung: Bedingung) -> Schema | None:  # noqa: PLR0911 one each
    art = bedingung.art
    soll = getattr(bedingung, art)
    match art:
        case "ist":
            return {"const": soll}
        case "nicht":
            return {"not": {"const": soll}}
        case "in_":
            return {"enum": list(soll)}
        case "nicht_in":
            return {"not": {"enum": list(soll)}}
        case "beginnt_mit":
            return {"type": "string", "pattern": f"^(?:{'|'.join(map(_woertlich, soll))})"}
        case "enthaelt":
            return {"type": "array", "contains": {"const": soll}}
        case "anzahl_mindestens" | "anzahl_hoechstens":
            return {"type": "array", "minItems" if art == "anzahl_mindestens" else "maxItems": soll}
        case "kleiner" | "hoechstens" | "groesser" | "mindestens" if type(soll) is int:
            wort = {
                "kleiner": "exclusiveMaximum",
                "hoechstens": "maximum",
                "groesser": "exclusiveMinimum",
                "mindestens": "minimum",
            }[art]
            return {"type": "integer", wort: soll}
    return None


def _woertlich(text: str) -> str:
    """For a pattern of ECMA 262: what has a meaning there is written with a backslash, nothing else is."""
    return re.sub(r"([\\^$.|?*+(){}\[\]/])", r"\\\1", text)
