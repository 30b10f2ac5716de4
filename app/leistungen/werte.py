"""Answers as values: absent or not, days, ages, the smooth form of what was typed."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

FRUEHESTER_TAG: Final = date(1900, 1, 1)
SPAETESTER_TAG: Final = date(2199, 12, 31)

_ORTSZEIT: Final = ZoneInfo("Europe/Berlin")
_LEERRAUM: Final = re.compile(r"\s+")
_ZEILENENDE: Final = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_IN_DER_ZEILE: Final = re.compile(r"[^\S\n ]")
_HALBE: Final = re.compile(r"[\ud800-\udfff]")


def heute() -> date:
    """The day in Germany."""
    return datetime.now(_ORTSZEIT).date()


def fehlt(wert: Any) -> bool:
    """Whether nothing was answered: None, an empty text, an empty list."""
    return wert is None or wert == "" or (isinstance(wert, list | dict) and not wert)


def ist_antwort(wert: Any) -> bool:
    """Whether it can be an answer, right or wrong: a text, a whole number, yes or no, a list of texts."""
    if isinstance(wert, list):
        return all(isinstance(eines, str) for eines in wert)
    return isinstance(wert, str | int)


def als_tag(wert: Any) -> date | None:
    """The day of an ISO 8601 date (JJJJ-MM-TT); None of anything else."""
    if not isinstance(wert, str) or len(wert) != 10 or wert[4] != "-" or not wert.isascii():
        return None
    try:
        return date.fromisoformat(wert)
    except ValueError:
        return None


def verschoben(tag: date, tage: int) -> date:
    """So many days later; at the ends of the calendar its last day."""
    try:
        return tag + timedelta(days=tage)
    except OverflowError:
        return date.max if tage > 0 else date.min


def volle_jahre(seit: date, bis: date) -> int:
    """Full years between two days, as § 187 (2), § 188 (2) BGB count an age."""
    return bis.year - seit.year - ((bis.month, bis.day) < (seit.month, seit.day))


def glatt(text: str) -> str:
    """A line of text: normal form C, no white space around it, one space where there was more."""
    # Most are so already. What is no plain space (line ends, no-break spaces) is not printable.
    if (
        text.isprintable()
        and "  " not in text
        and text[:1] != " " != text[-1:]
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    ):
        return text
    return _ganz(_LEERRAUM.sub(" ", text)).strip(" ")


def glatt_mehrzeilig(text: str) -> str:
    """Lines of text: normal form C, line feeds alone, no white space but spaces, nothing around it."""
    zeilen = _IN_DER_ZEILE.sub(" ", _ZEILENENDE.sub("\n", text))
    return _ganz("\n".join(zeile.rstrip(" ") for zeile in zeilen.split("\n"))).strip(" \n")


def _ganz(text: str) -> str:
    """Normal form C; half characters, which JSON can hold and no file can, become a mark that is found."""
    return unicodedata.normalize("NFC", _HALBE.sub("\ufffd", text))


def hole(antworten: Any, teile: Sequence[str]) -> Any:
    """The value at the end of a path through objects; None where it breaks off."""
    for teil in teile:
        # Objects of JSON are dicts; asking for any mapping takes several times as long.
        if not isinstance(antworten, dict):
            return None
        antworten = antworten.get(teil)
    return antworten


def setze(antworten: dict[str, Any], teile: Sequence[str], wert: Any) -> None:
    """Put a value at the end of a path; what stands in the way and is no object gives way."""
    for teil in teile[:-1]:
        naechste = antworten.get(teil)
        if not isinstance(naechste, dict):
            naechste = antworten[teil] = {}
        antworten = naechste
    antworten[teile[-1]] = wert


def entferne(antworten: dict[str, Any], teile: Sequence[str]) -> None:
    """Take the value at the end of a path away, and objects that are empty without it."""
    kette = [antworten]
    for teil in teile[:-1]:
        naechste = kette[-1].get(teil)
        if not isinstance(naechste, dict):
            return
        kette.append(naechste)
    kette[-1].pop(teile[-1], None)
    for oben, teil in zip(reversed(kette[:-1]), reversed(teile[:-1]), strict=True):
        if not oben[teil]:
            del oben[teil]
