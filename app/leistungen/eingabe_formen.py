"""Days, numbers and sums as people write them, and back."""

import re
from datetime import date
from typing import Final

_TAG: Final = re.compile(r"([0-9]{1,2})[./ -]{1,2}([0-9]{1,2})[./ -]{1,2}([0-9]{4}|[0-9]{2})", re.ASCII)
_TAG_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_TAG_WORT: Final = re.compile(
    r"([0-9]{1,2})\.? {0,2}([^\W\d_]{3,9})\.?,? {0,2}([0-9]{4}|[0-9]{2})", re.IGNORECASE
)
_MONATE: Final = (
    ("januar", "jänner", "january", "jan"),
    ("februar", "february", "feb"),
    ("märz", "maerz", "march", "mär", "mrz", "mar"),
    ("april", "apr"),
    ("mai", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("dezember", "december", "dez", "dec"),
)
_MONAT: Final = {wort: nummer for nummer, woerter in enumerate(_MONATE, 1) for wort in woerter}
_MONATSNAMEN: Final = {
    "de": tuple(woerter[0].capitalize() for woerter in _MONATE),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_ZAHL: Final = re.compile(r"([+-]?)([0-9]{1,3}(?:([., '\u202f])[0-9]{3}(?:\3[0-9]{3}){0,4})?|[0-9]{1,15})")
_BETRAG_ENDE: Final = re.compile(r"[.,]([0-9]{1,2}|--|-)$")
_LAENGSTE_ZAHL: Final = 30


def lies_tag(text: str, heute: date, nicht_nach: date | None = None) -> str | None:
    """ISO 8601 of a day: 1.4.85, 01.04.1985, 1985-04-01, 1/4/1985, 1. April 1985; the day first.

    Two digits of a year mean the century that brings the day nearest, at most ten years ahead; where the
    question wants no day after `nicht_nach`, none after it.
    """
    text = " ".join(text.split())
    if len(text) > _LAENGSTE_ZAHL:
        return None
    if treffer := _TAG_ISO.fullmatch(text):
        jahr, monat, tag = treffer.groups()
    elif treffer := _TAG.fullmatch(text):
        tag, monat, jahr = treffer.groups()
    elif treffer := _TAG_WORT.fullmatch(text):
        tag, wort, jahr = treffer.groups()
        monat = str(_MONAT.get(wort.casefold(), 0))
    else:
        return None
    try:
        if len(jahr) == 4:
            return date(int(jahr), int(monat), int(tag)).isoformat()
        return _im_jahrhundert(int(jahr), int(monat), int(tag), heute, nicht_nach)
    except ValueError:
        return None


def _im_jahrhundert(zweistellig: int, monat: int, tag: int, heute: date, nicht_nach: date | None) -> str:
    jahr = heute.year // 100 * 100 + zweistellig
    if jahr > heute.year + 10 or (nicht_nach is not None and date(jahr, monat, tag) > nicht_nach):
        jahr -= 100
    return date(jahr, monat, tag).isoformat()


def tag_als_text(tag: date, sprache: str) -> str:
    """A day to read: 1. April 1985, 1 April 1985."""
    if sprache == "en":
        return f"{tag.day} {_MONATSNAMEN['en'][tag.month - 1]} {tag.year}"
    return f"{tag.day}. {_MONATSNAMEN['de'][tag.month - 1]} {tag.year}"


def lies_ganzzahl(text: str) -> int | None:
    """A whole number: 1234, 1.234, 1 234, 1,234."""
    text = " ".join(text.split())
    if len(text) > _LAENGSTE_ZAHL:
        return None
    treffer = _ZAHL.fullmatch(text)
    if treffer is None:
        return None
    ziffern = "".join(zeichen for zeichen in treffer[2] if zeichen.isdigit())
    return int(treffer[1] + ziffern)


def lies_betrag(text: str) -> int | None:
    """Cents: 1.234,50, 1234,5, 1,234.50, 12, 12,-, 12 €, EUR 12. Three digits after a mark are thousands."""
    text = " ".join(text.split())
    if len(text) > _LAENGSTE_ZAHL:
        return None
    for wort in ("€", "EUR", "Euro", "euro", "eur"):
        text = text.removesuffix(wort).removeprefix(wort).strip()
    cent = 0
    if treffer := _BETRAG_ENDE.search(text):
        ganze = text[: treffer.start()]
        # 1.234.50 has the same mark twice in two meanings.
        if text[treffer.start()] in ganze:
            return None
        text = ganze
        if treffer[1].isdigit():
            cent = int(treffer[1].ljust(2, "0"))
    euro = lies_ganzzahl(text)
    if euro is None:
        return None
    return euro * 100 - cent if text.startswith("-") else euro * 100 + cent


def betrag_als_text(cent: int, sprache: str) -> str:
    """A sum as people write it: 1.234,50, in English 1,234.50."""
    vorzeichen = "-" if cent < 0 else ""
    euro, rest = divmod(abs(cent), 100)
    gruppen = f"{euro:,}" if sprache == "en" else f"{euro:,}".replace(",", ".")
    return f"{vorzeichen}{gruppen}{'.' if sprache == 'en' else ','}{rest:02d}"
