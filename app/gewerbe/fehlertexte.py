"""Turns pydantic's errors about a notice into findings a person understands, without repeating values."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from app.gewerbe.feld import Form
from app.gewerbe.formularschema import json_schema
from xoev.befund import Befund

HOECHSTZAHL = 100
"""Findings in one answer; who has more faults than this has sent something else."""
_HOECHSTLAENGE_NAME = 60

_Saetze = tuple[str, str, str]
"""German, English, Leichte Sprache."""
_Satz = Callable[[Mapping[str, Any], Mapping[str, Any]], _Saetze]


def befunde_aus(fehler: ValidationError, form: Form | None = None) -> tuple[Befund, ...]:
    """The findings of a failed validation, in the order of the notice, at most HOECHSTZAHL.

    `form` where a form's own model was validated, not the union of all three.
    """
    einzelne = fehler.errors(include_url=False, include_input=False)
    return tuple(_befund(einer, form) for einer in einzelne[:HOECHSTZAHL])


def zeiger(ort: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901) for a path; names longer than any of ours are cut."""
    teile = (str(teil)[:_HOECHSTLAENGE_NAME].replace("~", "~0").replace("/", "~1") for teil in ort)
    return "".join(f"/{teil}" for teil in teile)


def _befund(einer: Mapping[str, Any], form: Form | None) -> Befund:
    art, ort = einer["type"], list(einer["loc"])
    if art.startswith("union_tag"):
        return Befund("error", "JSON-FORM", _FORM_FEHLT, pointer="/form")
    if not ort:
        return Befund("error", "JSON-AUFBAU", _KEIN_OBJEKT)
    form = form or ort.pop(0)  # the union's tag
    knoten = _knoten(form, ort)
    kuerzel, satz = _SAETZE.get(art) or _nach_familie(art)
    saetze = satz(einer.get("ctx") or {}, knoten)
    vorn = f"{titel}: " if (titel := knoten.get("title")) else ""
    return Befund(
        "error",
        f"JSON-{kuerzel}",
        {sprache: vorn + satz for sprache, satz in zip(("de", "en", "leicht"), saetze, strict=True)},
        feld=_feld(form, knoten),
        pointer=zeiger(ort),
    )


def _nach_familie(art: str) -> tuple[str, _Satz]:
    for anfang, eintrag in _FAMILIEN.items():
        if art.startswith(anfang):
            return eintrag
    return "WERT", _fest("Die Angabe ist ungültig.", "This value is not valid.", "Das ist nicht richtig.")


def _feld(form: Form, knoten: Mapping[str, Any]) -> str | None:
    nummern = knoten.get("x-gewa-feld")
    if not nummern:
        return None
    return f"GewA {form[1]}, Feld {', '.join(str(nummer) for nummer in nummern)}"


@cache
def _schema(form: Form) -> Mapping[str, Any]:
    return json_schema(form)


def _knoten(form: Form, ort: Sequence[str | int]) -> Mapping[str, Any]:
    """What the JSON Schema says at this path; nothing where the path leaves the schema."""
    knoten = _schema(form)
    for teil in ort:
        knoten = (
            knoten.get("items", {}) if isinstance(teil, int) else knoten.get("properties", {}).get(teil, {})
        )
    return knoten if ort else {}


def _fest(de: str, en: str, leicht: str) -> _Satz:
    return lambda ctx, knoten: (de, en, leicht)


def _mit(de: str, en: str, leicht: str) -> _Satz:
    return lambda ctx, knoten: (de.format(**ctx), en.format(**ctx), leicht.format(**ctx))


def _form_erklaert(ctx: Mapping[str, Any], knoten: Mapping[str, Any]) -> _Saetze:
    de, en = "Die Angabe hat nicht die vorgesehene Form", "This value does not have the form that is expected"
    leicht = "So kann das nicht stimmen."
    if beispiele := knoten.get("examples"):
        de, en = f"{de}, zum Beispiel {beispiele[0]}", f"{en}, for example {beispiele[0]}"
        leicht = f"{leicht} Ein Beispiel: {beispiele[0]}."
    return f"{de}.", f"{en}.", leicht


_FORM_FEHLT = {
    "de": "Formular: Erwartet wird A1 (Anmeldung), A2 (Ummeldung) oder A3 (Abmeldung).",
    "en": "Form: expected is A1 (Anmeldung), A2 (Ummeldung) or A3 (Abmeldung).",
    "leicht": "Welches Formular ist das? Es gibt A1, A2 und A3.",
}
_KEIN_OBJEKT = {
    "de": "Erwartet wird ein JSON-Objekt.",
    "en": "Expected is a JSON object.",
    "leicht": "Das hat nicht die richtige Form.",
}
_TAG = _fest(
    "Erwartet wird ein Tag als JJJJ-MM-TT, von 1800 bis 2200.",
    "Expected is a day as YYYY-MM-DD, from 1800 to 2200.",
    "Das ist kein richtiger Tag.",
)

_SAETZE: Mapping[str, tuple[str, _Satz]] = {
    "missing": ("PFLICHT", _fest("Die Angabe fehlt.", "This information is missing.", "Das fehlt noch.")),
    "extra_forbidden": (
        "UNBEKANNT",
        _fest(
            "Diese Angabe gibt es in diesem Formular nicht.",
            "This form does not know this information.",
            "Danach fragen wir hier nicht.",
        ),
    ),
    "string_type": (
        "TEXT",
        _fest("Erwartet wird ein Text.", "Expected is a text.", "Schreiben Sie hier bitte Wörter."),
    ),
    "string_unicode": (
        "TEXT",
        _fest(
            "Der Text ist kein gültiges Unicode.",
            "The text is not valid Unicode.",
            "Ein Zeichen können wir nicht lesen.",
        ),
    ),
    "string_too_short": (
        "LEER",
        _fest("Die Angabe ist leer.", "This information is empty.", "Hier steht noch nichts."),
    ),
    "string_too_long": (
        "LAENGE",
        _mit(
            "Erlaubt sind höchstens {max_length} Zeichen.",
            "At most {max_length} characters are allowed.",
            "Das ist zu lang. Es dürfen {max_length} Zeichen sein.",
        ),
    ),
    "string_pattern_mismatch": ("MUSTER", _form_erklaert),
    "too_long": (
        "ANZAHL",
        _mit(
            "Erlaubt sind höchstens {max_length} Einträge.",
            "At most {max_length} entries are allowed.",
            "Das ist zu viel. Es dürfen {max_length} sein.",
        ),
    ),
    "greater_than_equal": (
        "BEREICH",
        _mit("Erwartet wird mindestens {ge}.", "Expected is at least {ge}.", "Die kleinste Zahl ist {ge}."),
    ),
    "less_than_equal": (
        "BEREICH",
        _mit("Erwartet wird höchstens {le}.", "Expected is at most {le}.", "Die größte Zahl ist {le}."),
    ),
    "model_type": ("AUFBAU", _fest(**_KEIN_OBJEKT)),
    "zeichensatz": (
        "ZEICHENSATZ",
        _mit(
            "Das Zeichen „{zeichen}“ ({codepunkt}) an Stelle {stelle} gehört nicht zur DIN 91379.",
            "The character “{zeichen}” ({codepunkt}) at position {stelle} is not in the set of DIN 91379.",
            "Das Zeichen „{zeichen}“ ist hier nicht erlaubt. Das ist Zeichen Nummer {stelle}.",
        ),
    ),
    "leer": (
        "LEER",
        _fest("Hier fehlt jede Angabe.", "Here all information is missing.", "Hier steht noch nichts."),
    ),
    "wz_fehlt": (
        "WZ-FEHLT",
        _fest(
            "Zu Stichwort und „neu ausgeübt“ gehört der Wirtschaftszweig (wz).",
            "A keyword or “newly carried on” needs its economic activity code (wz).",
            "Es fehlt die Nummer für Ihre Arbeit (WZ 2008).",
        ),
    ),
    "doppelt": (
        "DOPPELT",
        _fest("Eine Angabe steht zweimal da.", "An entry is given twice.", "Etwas steht 2-mal da."),
    ),
    "datum": ("DATUM", _TAG),
}
_FAMILIEN: Mapping[str, tuple[str, _Satz]] = {
    "date": ("DATUM", _TAG),
    "bool": (
        "JA-NEIN",
        _fest(
            "Erwartet wird true oder false.", "Expected is true or false.", "Sagen Sie bitte Ja oder Nein."
        ),
    ),
    "int": (
        "ZAHL",
        _fest(
            "Erwartet wird eine ganze Zahl.", "Expected is a whole number.", "Schreiben Sie bitte eine Zahl."
        ),
    ),
    "uuid": ("UUID", _fest("Erwartet wird eine UUID.", "Expected is a UUID.", "Das ist keine UUID.")),
    "tuple": (
        "AUFBAU",
        _fest("Erwartet wird eine Liste.", "Expected is a list.", "Hier kann mehr als eine Angabe stehen."),
    ),
}
