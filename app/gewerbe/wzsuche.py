"""Search in WZ 2008 by what people call their work: German or English words, in any spelling.

The words of a subclass are those of its own titles, German and English, then those of the classes above it,
then everyday words (daten/wz_alltag.tsv). Pure, no database.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import Final, NamedTuple

from app.gewerbe.wz import titel_aller
from app.mandanten.ortssuche import gefaltet

HOECHSTENS_ZEICHEN: Final = 200
HOECHSTENS_WORTE: Final = 8
KUERZESTES_INNERES: Final = 4
"""Shorter pieces inside a compound are chance ("bau" in "Anbau")."""
KUERZESTER_STAMM: Final = 5
"""So many letters, and more than half of both words: "herstellen" and "Herstellung"."""

_EIGENES, _ALLTAG, _OBERBEGRIFF = 4, 5, 1
_GANZ, _ANFANG, _INNEN, _STAMM = 12, 6, 2, 1
_FUELLWORTE: Final = frozenset(
    (
        *("am", "an", "auch", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine"),
        *("einem", "einen", "einer", "fuer", "ich", "im", "in", "ist", "mein", "meine", "mit", "und", "vom"),
        *("von", "zu", "zum", "zur", "and", "for", "from", "is", "my", "of", "on", "or", "the", "to", "with"),
    )
)


class _Verzeichnis(NamedTuple):
    """Which subclasses have a word, and how much it says about them."""

    worte: Mapping[str, Mapping[str, int]]
    laenge: Mapping[str, int]
    """Of the German title: of two that fit alike the shorter one is meant more often."""


def suche(worte: str, hoechstens: int = 20) -> list[str]:
    """5-digit codes that fit, the surest first; a code or its beginning ("56.10") finds itself.

    Every word has to fit; where no subclass has them all, those with most of them are offered.
    """
    eingabe = worte[:HOECHSTENS_ZEICHEN]
    ziffern = eingabe.replace(".", "").replace(" ", "")
    if ziffern.isascii() and ziffern.isdigit() and len(ziffern) > 1:
        return [code for code in titel_aller() if code.startswith(ziffern)][:hoechstens]
    gesucht = _worte(" ".join(_ohne_ausnahmen(eingabe)))[:HOECHSTENS_WORTE]
    punkte = [_punkte(wort) for wort in gesucht]
    summen: defaultdict[str, int] = defaultdict(int)
    passend: defaultdict[str, int] = defaultdict(int)
    for je_wort in punkte:
        for code, zahl in je_wort.items():
            summen[code] += zahl
            passend[code] += 1
    meiste = max(passend.values(), default=0)
    laenge = _verzeichnis().laenge
    treffer = [code for code, zahl in passend.items() if zahl == meiste]
    treffer.sort(key=lambda code: (-summen[code], laenge[code], code))
    return treffer[:hoechstens]


def _worte(text: str) -> list[str]:
    return [wort for wort in gefaltet(text).split() if len(wort) > 1 and wort not in _FUELLWORTE]


@lru_cache(maxsize=2048)
def _punkte(gesucht: str) -> Mapping[str, int]:
    """How well each subclass fits one word."""
    punkte: dict[str, int] = {}
    for wort, zweige in _verzeichnis().worte.items():
        passt = _passt(gesucht, wort)
        if passt:
            for code, gewicht in zweige.items():
                punkte[code] = max(punkte.get(code, 0), passt * gewicht)
    return punkte


def _passt(gesucht: str, wort: str) -> int:
    if wort.startswith(gesucht):
        return _GANZ if wort == gesucht else _ANFANG
    if len(gesucht) >= KUERZESTES_INNERES and gesucht in wort:
        return _INNEN
    stamm = _gemeinsam(gesucht, wort) if gesucht[:3] == wort[:3] else 0
    return _STAMM if stamm >= KUERZESTER_STAMM and 2 * stamm > max(len(gesucht), len(wort)) - 1 else 0


def _gemeinsam(eines: str, anderes: str) -> int:
    """How many letters both begin with."""
    return sum(1 for _ in takewhile(lambda paar: paar[0] == paar[1], zip(eines, anderes, strict=False)))


@cache
def _verzeichnis() -> _Verzeichnis:
    deutsch, englisch = titel_aller(), titel_aller("en")
    ueber, alltag = _tafel("wz2008_gruppen.tsv"), _tafel("wz_alltag.tsv")
    worte: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for code, titel in deutsch.items():
        texte = [(_EIGENES, titel), (_EIGENES, englisch[code]), (_ALLTAG, alltag.get(code, ""))]
        texte += [(_OBERBEGRIFF, ueber.get(code[:stellen], "")) for stellen in (2, 3, 4)]
        for gewicht, text in texte:
            for wort in _worte(" ".join(_ohne_ausnahmen(text))):
                worte[wort][code] = max(gewicht, worte[wort].get(code, 0))
    return _Verzeichnis(dict(worte), {code: len(titel) for code, titel in deutsch.items()})


def _tafel(datei: str) -> dict[str, str]:
    text = files("app.gewerbe").joinpath(f"daten/{datei}").read_text("utf-8")
    zeilen = (zeile.partition("\t") for zeile in text.splitlines() if not zeile.startswith("#"))
    return {code: rest.replace("\t", " ") for code, _, rest in zeilen}


def _ohne_ausnahmen(titel: str) -> Iterator[str]:
    """What a class does not contain ("ohne Taxis", "except taxis") must not be found in it."""
    rest = titel
    while "(" in rest:
        davor, _, danach = rest.partition("(")
        innen, _, rest = danach.partition(")")
        yield davor
        if not innen.startswith(("ohne ", "except ", "excluding ", "not ")):
            yield innen
    yield rest
