"""Text types of the notice: trimmed, NFC, only characters of DIN 91379 (what every office must render).

White space runs become one space: the forms know lines, the messages do not, and so a text is the same
before and after it travels.
"""

import re
import unicodedata
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from xoev.zeichensatz import pruefe_text

_LEERRAUM: Final = re.compile(r"[ \t\r\n]+")


def glaetten(text: str) -> str:
    """A text as the notice holds it: NFC, trimmed, one space where white space was."""
    return unicodedata.normalize("NFC", _LEERRAUM.sub(" ", text).strip(" "))


def _glaetten(wert: object) -> object:
    return glaetten(wert) if isinstance(wert, str) else wert


def _zeichen_pruefen(wert: str) -> str:
    verstoesse = pruefe_text(wert)
    if verstoesse:
        zeichen, codepunkt, stelle = verstoesse[0]
        raise PydanticCustomError(
            "zeichensatz",
            "Das Zeichen „{zeichen}“ ({codepunkt}) an Stelle {stelle} gehört nicht zu DIN 91379.",
            {"zeichen": zeichen, "codepunkt": codepunkt, "stelle": stelle + 1},
        )
    return wert


_GLAETTEN: Final = BeforeValidator(_glaetten)
_ZEICHEN: Final = AfterValidator(_zeichen_pruefen)

Kurztext = Annotated[str, StringConstraints(min_length=1, max_length=50), _GLAETTEN, _ZEICHEN]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), _GLAETTEN, _ZEICHEN]
Zeile = Annotated[str, StringConstraints(min_length=1, max_length=255), _GLAETTEN, _ZEICHEN]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000), _GLAETTEN, _ZEICHEN]


def _nur_tag(wert: object) -> object:
    if isinstance(wert, str) and not _TAG.match(wert):
        raise PydanticCustomError("datum", "Erwartet wird ein Tag als JJJJ-MM-TT.")
    if isinstance(wert, (int, float)):
        raise PydanticCustomError("datum", "Erwartet wird ein Tag als JJJJ-MM-TT.")
    return wert


def _glaubhafter_tag(wert: date) -> date:
    if not FRUEHESTER_TAG <= wert <= SPAETESTER_TAG:
        raise PydanticCustomError("datum", "Das Datum liegt außerhalb der Jahre 1800 bis 2200.")
    return wert


_TAG: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
FRUEHESTER_TAG: Final = date(1800, 1, 1)
SPAETESTER_TAG: Final = date(2200, 12, 31)
Datum = Annotated[date, BeforeValidator(_nur_tag), AfterValidator(_glaubhafter_tag)]
