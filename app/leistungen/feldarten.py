"""The kinds of answers: how each is smoothed and what it has to be. One function for page and interface."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from app.leistungen.definition import Feldart, Texte
from app.leistungen.iban import ist_iban
from app.leistungen.werte import FRUEHESTER_TAG, SPAETESTER_TAG, als_tag, glatt, glatt_mehrzeilig
from xoev.befund import gekuerzt
from xoev.zeichensatz import FREMD, pruefe_text

HOECHSTLAENGEN: Final[Mapping[str, int]] = {
    "text": 200,
    "mehrzeilig": 2000,
    "email": 254,
    "telefon": 40,
    "plz": 15,
    "iban": 34,
    "kennzeichen": 12,
}
GROESSTE_ZAHL: Final = 10**12
LISTEN: Final[Mapping[str, str]] = {"wz": "wz", "gemeinde": "gemeinden"}
"""Kinds that are codes of a list of their own."""

TEXTARTEN: Final = frozenset({"text", "mehrzeilig", "email", "telefon", "plz", "iban", "kennzeichen"})
ZAHLARTEN: Final = frozenset({"ganzzahl", "betrag"})


class Fehler(NamedTuple):
    """What is wrong with a value: name of the sentence, what is put into it."""

    name: str
    angaben: Mapping[str, Any] = {}


_KENNZEICHEN: Final = re.compile(
    r"([A-ZÄÖÜ]{1,3})(?: ?- ?| )([A-Z]{1,2}) ?([1-9][0-9]{0,3})([HE]?)", re.ASCII
)
_PLZ: Final = re.compile(r"[0-9]{5}", re.ASCII)
_PLZ_AUSLAND: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z -]{0,13}[0-9A-Za-z])?", re.ASCII)
_TELEFON: Final = re.compile(r"[0-9+(][0-9 ()/.+-]*", re.ASCII)


def geglaettet(art: Feldart) -> Callable[[Any], Any]:
    """How an answer of this kind is smoothed before anything looks at it; no value is made another."""
    if art == "mehrzeilig":
        return lambda wert: glatt_mehrzeilig(wert) if isinstance(wert, str) else wert
    if art == "iban":
        return lambda wert: glatt(wert).replace(" ", "").upper() if isinstance(wert, str) else wert
    if art == "kennzeichen":
        return lambda wert: kennzeichen(glatt(wert)) if isinstance(wert, str) else wert
    if art == "mehrfachauswahl":
        return lambda wert: (
            # Each once, in the order given.
            list(dict.fromkeys(wert))
            if isinstance(wert, list) and all(isinstance(eines, str) for eines in wert)
            else wert
        )
    return lambda wert: glatt(wert) if isinstance(wert, str) else wert


def kennzeichen(text: str) -> str:
    """A number plate as it is written, ``PB-AB 123``; anything else as it is."""
    if len(text) > HOECHSTLAENGEN["kennzeichen"] + 4:
        return text
    treffer = _KENNZEICHEN.fullmatch(text.upper())
    if treffer is None:
        return text
    ort, buchstaben, zahl, zusatz = treffer.groups()
    return f"{ort}-{buchstaben} {zahl}{zusatz}"


def pruefe_art(  # noqa: PLR0911 one each
    art: Feldart, wert: Any, hoechstlaenge: int, ausland: bool = False
) -> Fehler | None:
    """The first thing wrong with an answer of this kind; codes of lists are looked up elsewhere.

    `ausland`: a postcode of another country.
    """
    if art in TEXTARTEN:
        if not isinstance(wert, str):
            return Fehler("typ")
        return _pruefe_text(art, wert, hoechstlaenge, ausland)
    if art == "datum":
        tag = als_tag(wert)
        if tag is None:
            return Fehler("datum", {"wert": _gezeigt(wert)})
        return tag_im_rahmen(tag)
    if art in ZAHLARTEN:
        if type(wert) is not int:
            return Fehler("betrag" if art == "betrag" else "zahl", {"wert": _gezeigt(wert)})
        if abs(wert) > GROESSTE_ZAHL:
            return Fehler("typ")
        return None
    if art == "janein":
        return None if type(wert) is bool else Fehler("auswahl")
    if art == "mehrfachauswahl":
        return (
            None
            if isinstance(wert, list) and all(isinstance(eines, str) for eines in wert)
            else Fehler("auswahl")
        )
    return None if isinstance(wert, str) else Fehler("auswahl")


def tag_im_rahmen(tag: Any) -> Fehler | None:
    """No day before 1900 or after 2199 is meant."""
    if tag < FRUEHESTER_TAG:
        return Fehler("tag_mindestens", {"grenze": FRUEHESTER_TAG.strftime("%d.%m.%Y")})
    if tag > SPAETESTER_TAG:
        return Fehler("tag_hoechstens", {"grenze": SPAETESTER_TAG.strftime("%d.%m.%Y")})
    return None


def _gezeigt(wert: Any) -> str:
    return gekuerzt(wert) if isinstance(wert, str) else type(wert).__name__


def _pruefe_text(art: Feldart, wert: str, hoechstlaenge: int, ausland: bool) -> Fehler | None:
    if len(wert) > hoechstlaenge:
        return Fehler("laenge", {"hoechstens": hoechstlaenge, "anzahl": len(wert)})
    if not wert.isascii() or not wert.isprintable():
        fehler = zeichenfehler(wert)
        if fehler is not None:
            return fehler
    if art in _MUSTER and not _MUSTER[art](wert, ausland):
        if art == "plz":
            return Fehler("plz_ausland" if ausland else "plz")
        return Fehler(art, {"wert": gekuerzt(wert)})
    return None


_SCHRIFTEN: Final = {
    "ARABIC": ("Arabisch", "Arabic"),
    "ARMENIAN": ("Armenisch", "Armenian"),
    "BENGALI": ("Bengalisch", "Bengali"),
    "CJK": ("Chinesisch", "Chinese"),
    "CYRILLIC": ("Kyrillisch", "Cyrillic"),
    "DEVANAGARI": ("Devanagari", "Devanagari"),
    "ETHIOPIC": ("Äthiopisch", "Ethiopic"),
    "GEORGIAN": ("Georgisch", "Georgian"),
    "GREEK": ("Griechisch", "Greek"),
    "GUJARATI": ("Gujarati", "Gujarati"),
    "HANGUL": ("Koreanisch", "Korean"),
    "HEBREW": ("Hebräisch", "Hebrew"),
    "HIRAGANA": ("Japanisch", "Japanese"),
    "KATAKANA": ("Japanisch", "Japanese"),
    "SYRIAC": ("Syrisch", "Syriac"),
    "TAMIL": ("Tamil", "Tamil"),
    "THAI": ("Thai", "Thai"),
    "TIFINAGH": ("Tifinagh", "Tifinagh"),
}
"""German and English, by the first word of the names of a script's letters in Unicode."""


def zeichenfehler(text: str) -> Fehler | None:
    """The first character that no office can process (DIN 91379), said so that people find it."""
    if FREMD.search(text) is None:
        return None
    fehler = pruefe_text(text, 1)
    if not fehler:
        return None
    zeichen, codepoint, position = fehler[0]
    angaben: dict[str, Any] = {"zeichen": zeichen, "codepoint": codepoint, "stelle": position + 1}
    name = _satz_ueber(text[position])
    if name == "zeichen_schrift":
        wort = unicodedata.name(text[position]).partition(" ")[0]
        de, en = _SCHRIFTEN.get(wort, (wort.title(), wort.title()))
        angaben["schrift"] = Texte.model_construct(de=de, en=en, leicht=de)
    return Fehler(name, angaben)


def _satz_ueber(zeichen: str) -> str:
    """Which sentence is said of a character."""
    art = unicodedata.category(zeichen)
    if zeichen == "\ufffd" or art in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}:
        return "zeichen_steuer"
    if art == "Cn":
        # Not in this Python's tables: from here on mostly new emojis.
        return "zeichen_emoji" if ord(zeichen) >= 0x1F000 else "zeichen_steuer"
    if art in {"So", "Sk"}:
        return "zeichen_emoji"
    fremd = art[0] == "L" and art != "Lm" and not unicodedata.name(zeichen, "LATIN").startswith("LATIN")
    return "zeichen_schrift" if fremd else "zeichen"


def ist_email(text: str) -> bool:
    """An address that mail can go to: local part of plain characters, a domain of labels with a dot.

    Counted and split, without a pattern that could go back and forth over a long text.
    """
    name, at, domain = text.rpartition("@")
    if not at or not 1 <= len(name) <= 64 or not 4 <= len(domain) <= 253:
        return False
    if not name.isascii() or name[0] == "." or name[-1] == "." or ".." in name:
        return False
    if not all(zeichen.isalnum() or zeichen in "!#$%&'*+-/=?^_`{|}~." for zeichen in name):
        return False
    marken = domain.split(".")
    return (
        len(marken) > 1
        and len(marken[-1]) > 1
        and not marken[-1].isdigit()
        and all(
            1 <= len(marke) <= 63
            and marke[0] != "-"
            and marke[-1] != "-"
            and all(zeichen.isalnum() or zeichen == "-" for zeichen in marke)
            for marke in marken
        )
    )


def _ist_telefon(text: str) -> bool:
    return (
        _TELEFON.fullmatch(text) is not None
        and 3 <= sum(map(str.isdigit, text)) <= 20
        and "+" not in text.removeprefix("(")[1:]
    )


_MUSTER: Final[Mapping[str, Callable[[str, bool], bool]]] = {
    "email": lambda text, _: ist_email(text),
    "telefon": lambda text, _: _ist_telefon(text),
    "plz": lambda text, ausland: (_PLZ_AUSLAND if ausland else _PLZ).fullmatch(text) is not None,
    "iban": lambda text, _: ist_iban(text),
    "kennzeichen": lambda text, _: _KENNZEICHEN.fullmatch(text) is not None,
}
