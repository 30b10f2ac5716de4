"""Words of the model and codes of XGewerbeanzeige 2.x, both directions.

The official lists are only partly public, so each field takes a word of ours or, where no word is known,
the bare code in its right form. A code that has a word becomes the word: one meaning, one spelling, and
model -> XML -> model stays lossless. Source of the pairs, with their evidence: daten/codes.toml.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class Codewort:
    """One value of a list: our word, the code, its evidence ("F" found, "I" inferred), labels."""

    wort: str
    code: str
    belegt: str
    de: str
    en: str
    leicht: str


@cache
def _alle() -> dict[str, dict[str, Codewort]]:
    roh = tomllib.loads(files("app.gewerbe").joinpath("daten/codes.toml").read_text("utf-8"))
    return {
        liste: {wort: Codewort(wort=wort, **werte) for wort, werte in eintraege.items()}
        for liste, eintraege in roh.items()
    }


def codeworte(liste: str) -> dict[str, Codewort]:
    """All known values of a list, by word."""
    return _alle()[liste]


@cache
def _nach_code(liste: str) -> dict[str, str]:
    return {eintrag.code: wort for wort, eintrag in codeworte(liste).items()}


def code_von(liste: str, wort: str) -> str:
    """The XGewerbeanzeige code of a word; a bare code is returned as it is."""
    eintrag = codeworte(liste).get(wort)
    return eintrag.code if eintrag else wort


def wort_von(liste: str, code: str) -> str:
    """The word of a code; a code without a word is returned as it is."""
    return _nach_code(liste).get(code, code)


def bezeichnung(liste: str, wort: str, sprache: str = "de") -> str:
    """Label for people; a bare code is shown as "Code 07"."""
    eintrag = codeworte(liste).get(wort)
    if eintrag is None:
        return f"Code {wort}"
    return {"de": eintrag.de, "en": eintrag.en, "leicht": eintrag.leicht}[sprache]


@dataclass(frozen=True, slots=True)
class AusListe:
    """Annotation of a `str` field: a word of the list or a code in the list's form (`form`: regex)."""

    liste: str
    form: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        worte = "|".join(codeworte(self.liste))
        return core_schema.no_info_after_validator_function(
            lambda wert: wort_von(self.liste, wert),
            core_schema.str_schema(pattern=f"^(?:{worte}|{self.form})$", strict=True),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        worte = [
            {"const": wort, "title": eintrag.de, "x-title-en": eintrag.en}
            for wort, eintrag in codeworte(self.liste).items()
        ]
        return {
            "type": "string",
            "anyOf": [*worte, {"pattern": f"^{self.form}$", "title": "Code ohne eigenes Wort"}],
        }


ZWEISTELLIG: Final = "[0-9]{2}"
EINSTELLIG: Final = "[0-9]"
EIN_ODER_ZWEISTELLIG: Final = "[0-9]{1,2}"
