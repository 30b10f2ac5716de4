"""What is wrong with an input, as sentences for people: pydantic's findings in German and English."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

_SAETZE: Final[dict[str, tuple[str, str]]] = {
    "missing": ("Diese Angabe fehlt.", "This field is missing."),
    "extra_forbidden": ("Diese Angabe ist hier nicht vorgesehen.", "This field is not provided for here."),
    "json_invalid": ("Das ist kein gültiges JSON.", "This is not valid JSON."),
    "string_type": ("Erwartet wird Text.", "Text is expected."),
    "string_too_short": ("Mindestens {min_length} Zeichen.", "At least {min_length} characters."),
    "string_too_long": ("Höchstens {max_length} Zeichen.", "At most {max_length} characters."),
    "string_pattern_mismatch": ("Die Schreibweise stimmt nicht.", "The format is not right."),
    "int_type": ("Erwartet wird eine ganze Zahl.", "A whole number is expected."),
    "int_parsing": ("Erwartet wird eine ganze Zahl.", "A whole number is expected."),
    "int_from_float": ("Erwartet wird eine ganze Zahl.", "A whole number is expected."),
    "int_parsing_size": ("Die Zahl ist zu groß.", "The number is too large."),
    "bool_type": ("Erwartet wird true oder false.", "true or false is expected."),
    "bool_parsing": ("Erwartet wird true oder false.", "true or false is expected."),
    "date_type": ("Erwartet wird ein Datum (JJJJ-MM-TT).", "A date is expected (YYYY-MM-DD)."),
    "date_parsing": ("Erwartet wird ein Datum (JJJJ-MM-TT).", "A date is expected (YYYY-MM-DD)."),
    "date_from_datetime_parsing": (
        "Erwartet wird ein Datum (JJJJ-MM-TT).",
        "A date is expected (YYYY-MM-DD).",
    ),
    "uuid_type": ("Erwartet wird eine UUID.", "A UUID is expected."),
    "uuid_parsing": ("Erwartet wird eine UUID.", "A UUID is expected."),
    "literal_error": ("Erlaubt ist nur: {expected}.", "Only allowed: {expected}."),
    "enum": ("Erlaubt ist nur: {expected}.", "Only allowed: {expected}."),
    "union_tag_invalid": ("Erlaubt ist nur: {expected_tags}.", "Only allowed: {expected_tags}."),
    "union_tag_not_found": ("Es fehlt die Angabe {discriminator}.", "The field {discriminator} is missing."),
    "greater_than": ("Der Wert muss größer als {gt} sein.", "The value must be greater than {gt}."),
    "greater_than_equal": ("Der Wert muss mindestens {ge} sein.", "The value must be at least {ge}."),
    "less_than": ("Der Wert muss kleiner als {lt} sein.", "The value must be less than {lt}."),
    "less_than_equal": ("Der Wert darf höchstens {le} sein.", "The value must be at most {le}."),
    "list_type": ("Erwartet wird eine Liste.", "A list is expected."),
    "tuple_type": ("Erwartet wird eine Liste.", "A list is expected."),
    "too_short": ("Mindestens {min_length} Einträge.", "At least {min_length} entries."),
    "too_long": ("Höchstens {max_length} Einträge.", "At most {max_length} entries."),
    "dict_type": ("Erwartet wird ein Objekt.", "An object is expected."),
    "model_type": ("Erwartet wird ein Objekt.", "An object is expected."),
    "model_attributes_type": ("Erwartet wird ein Objekt.", "An object is expected."),
}
_SONST: Final = ("Diese Angabe ist nicht zulässig.", "This value is not allowed.")
HOECHSTENS: Final = 100
"""Entries of one answer: nobody reads more, and a small body can be wrong in thousands of places."""
_EINGEBAUT: Final = frozenset(get_args(ErrorType))


def fehler_aus_pydantic(fehler: Iterable[Mapping[str, Any]], eingabe: Any = None) -> list[dict[str, Any]]:
    """Entries for `Problem.errors` from `ValidationError.errors()`; `eingabe` is the parsed body.

    The first HOECHSTENS of them. No entry repeats what was sent.
    """
    return [_eintrag(einzelner, eingabe) for einzelner in islice(fehler, HOECHSTENS)]


def _eintrag(fehler: Mapping[str, Any], eingabe: Any) -> dict[str, Any]:
    eintrag: dict[str, Any] = {"code": fehler["type"], "text": _text(fehler)}
    ort, *pfad = fehler["loc"] or ("body",)
    if ort in ("query", "path", "header", "cookie"):
        eintrag["parameter"] = str(pfad[0]) if pfad else ort
    elif ort == "body":
        eintrag["pointer"] = zeiger(pfad, eingabe) if fehler["type"] != "json_invalid" else ""
    else:
        eintrag["pointer"] = zeiger(fehler["loc"], eingabe)
    return eintrag


def _text(fehler: Mapping[str, Any]) -> dict[str, str]:
    ctx = fehler.get("ctx") or {}
    if fehler["type"] not in _EINGEBAUT:
        # Our own checks speak German; where they bring an English sentence it is in the context.
        return {"de": fehler["msg"], "en": str(ctx.get("en", _SONST[1]))}
    de, en = _SAETZE.get(fehler["type"], _SONST)
    return {"de": de.format_map(ctx), "en": en.format_map(ctx)}


def zeiger(pfad: Sequence[int | str], eingabe: Any) -> str:
    """JSON pointer for pydantic's location.

    The location also names branches of unions, which are no part of the input: what the input does not
    hold is left out, except a missing field at the end.
    """
    teile: list[str] = []
    hier = eingabe
    for nummer, teil in enumerate(pfad):
        if _enthaelt(hier, teil):
            hier = hier[teil]
        elif nummer < len(pfad) - 1 or not isinstance(hier, Mapping):
            continue
        teile.append(str(teil).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{teil}" for teil in teile)


def _enthaelt(wert: Any, teil: int | str) -> bool:
    if isinstance(teil, int):
        return isinstance(wert, list | tuple) and teil < len(wert)
    return isinstance(wert, Mapping) and teil in wert
