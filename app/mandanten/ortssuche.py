"""Finding a town by what people type: name or part of it, postcode, AGS. It never guesses.

Spellings are folded into keys: case, umlauts (ü, ue and u), ß and ss, hyphens, "St." and the usual
abbreviations of additions do not matter. Where no name fits, one wrong, missing, doubled or swapped letter
is forgiven, and the towns are then offered as a question. Everything is in memory and takes well below a
millisecond.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.mandanten.bild import Bild, Gemeinde

HOECHSTENS = 50
"""So many towns are named at most; more are counted."""

_UMLAUTE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_KURZ = {"st": "sankt", "rhld": "rheinland", "westf": "westfalen", "sauerl": "sauerland"}
_UNTERSCHIEDSLOS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s"))
_WORT = re.compile(r"[a-z0-9]+")
_POSTLEITZAHL = re.compile(r"(?<!\d)\d{5}(?!\d)")
_ZIFFERN = re.compile(r"\d{2,8}")
_KUERZESTER_TEIL, _KUERZESTER_TIPPFEHLER = 3, 5


class Grund(StrEnum):
    """Why a town was found, the surest first."""

    AGS = "ags"
    NAME = "name"
    POSTLEITZAHL = "postleitzahl"
    NAMENSTEIL = "namensteil"
    AEHNLICH = "aehnlich"


_SICHER = (Grund.AGS, Grund.NAME, Grund.POSTLEITZAHL)


@dataclass(frozen=True, slots=True)
class Treffer:
    """A town that fits."""

    gemeinde: Gemeinde
    grund: Grund


@dataclass(frozen=True, slots=True)
class Suchergebnis:
    """What fits, the surest first."""

    treffer: tuple[Treffer, ...]
    weitere: int = 0
    """How many more fit."""

    @property
    def eindeutig(self) -> Gemeinde | None:
        """The town that is meant: the only one that fits, by its whole name, its AGS or its postcode."""
        if len(self.treffer) == 1 and self.treffer[0].grund in _SICHER:
            return self.treffer[0].gemeinde
        return None


def suche(bild: Bild, eingabe: str) -> Suchergebnis:
    """The towns of the day that fit what somebody has typed; nothing fits a single letter."""
    return _verzeichnis(bild).suche(eingabe[:200])


def gefaltet(text: str) -> str:
    """Words in small letters of the Latin alphabet, umlauts as ae, oe, ue, abbreviations written out.

    >>> gefaltet("St. Augustin"), gefaltet("Fröndenberg/Ruhr")
    ('sankt augustin', 'froendenberg ruhr')
    """
    # Umlauts may come as letter and dots; what remains of accents after that does not matter.
    klein = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTE)
    schlicht = unicodedata.normalize("NFKD", klein)
    return " ".join(_KURZ.get(wort, wort) for wort in _WORT.findall(_ohne_akzente(schlicht)))


def _ohne_akzente(text: str) -> str:
    return "".join(zeichen for zeichen in text if not unicodedata.combining(zeichen))


def _schluessel(wort: str) -> str:
    """The folded name without gaps and without what people leave out: "munster" for Münster."""
    ohne = wort.replace(" ", "")
    for lang, kurz in _UNTERSCHIEDSLOS:
        ohne = ohne.replace(lang, kurz)
    return ohne


class _Verzeichnis:
    def __init__(self, bild: Bild) -> None:
        self._orte = {ort.ags: ort for ort in bild.gemeinden()}
        self._plz = bild.postleitzahlen()
        self._worte = {ags: tuple(_worte(ort)) for ags, ort in self._orte.items()}
        self._namen: defaultdict[str, set[str]] = defaultdict(set)
        self._genau: defaultdict[str, set[str]] = defaultdict(set)
        self._ohne_eins: defaultdict[str, set[str]] = defaultdict(set)
        for ags, ort in self._orte.items():
            for name in _namen(ort):
                self._genau[name].add(ags)
                for schluessel in (_schluessel(name), name.replace(" ", "")):
                    self._namen[schluessel].add(ags)
        for schluessel in self._namen:
            for rest in _ohne_eins(schluessel):
                self._ohne_eins[rest].add(schluessel)

    def suche(self, eingabe: str) -> Suchergebnis:
        plz = set(_POSTLEITZAHL.findall(eingabe))
        worte = gefaltet(_POSTLEITZAHL.sub(" ", eingabe)) if plz else gefaltet(eingabe)
        if plz:
            return self._mit_postleitzahl(plz, worte)
        if _ZIFFERN.fullmatch(worte):
            return self._nach_ziffern(worte)
        return self._ergebnis(self._nach_name(worte))

    def _mit_postleitzahl(self, plz: set[str], worte: str) -> Suchergebnis:
        orte = {ags for eine in plz for ags in self._plz.get(eine, ())}
        benannt = self._nach_name(worte)
        if beides := {ags: grund for ags, grund in benannt.items() if ags in orte}:
            # The postcode confirms even a name that was typed in part.
            return self._ergebnis(dict.fromkeys(beides, Grund.POSTLEITZAHL))
        # They contradict each other, or one of them says nothing: whoever typed it decides.
        return self._ergebnis(dict.fromkeys(orte, Grund.POSTLEITZAHL) | benannt)

    def _nach_ziffern(self, ziffern: str) -> Suchergebnis:
        if ziffern in self._orte:
            return self._ergebnis({ziffern: Grund.AGS})
        if len(ziffern) > 4:
            return Suchergebnis(())
        orte = {ags for plz, alle in self._plz.items() if plz.startswith(ziffern) for ags in alle}
        return self._ergebnis(dict.fromkeys(orte, Grund.NAMENSTEIL))

    def _nach_name(self, worte: str) -> dict[str, Grund]:
        schluessel = _schluessel(worte)
        if len(worte) < 2:
            return {}
        # As it is written if there is such a town (Neuenkirchen, Neunkirchen), else however it is spelt.
        genannt = self._genau.get(worte) or self._namen.get(schluessel, set())
        gefunden = dict.fromkeys(genannt, Grund.NAME)
        if gefunden:
            # "Neunkirchen" may be meant for Neunkirchen-Seelscheid: whole words that go on are named, too.
            teile = worte.split()
            laenger = (
                ags
                for ags, name in self._worte.items()
                if len(name) > len(teile) and list(name[: len(teile)]) == teile
            )
            return {ags: Grund.NAMENSTEIL for ags in laenger if ags not in gefunden} | gefunden
        if len(worte) >= _KUERZESTER_TEIL:
            gefunden = dict.fromkeys(self._mit_teil(schluessel), Grund.NAMENSTEIL)
        # "Arsberg" is a part of Marsberg, but more likely Arnsberg with a letter missing: both are named.
        aehnliche = self._aehnliche(schluessel) | self._aehnliche(worte.replace(" ", ""))
        return dict.fromkeys(aehnliche, Grund.AEHNLICH) | gefunden

    def _mit_teil(self, schluessel: str) -> Iterator[str]:
        for name, orte in self._namen.items():
            if schluessel in name:
                yield from orte

    def _aehnliche(self, schluessel: str) -> set[str]:
        if len(schluessel) < _KUERZESTER_TIPPFEHLER:
            return set()
        reste = {schluessel, *_ohne_eins(schluessel)}
        nahe = {name for rest in reste for name in self._ohne_eins.get(rest, ())}
        nahe |= {rest for rest in reste if rest in self._namen}
        return {ags for name in nahe if _ein_fehler(name, schluessel) for ags in self._namen[name]}

    def _ergebnis(self, orte: dict[str, Grund]) -> Suchergebnis:
        treffer = sorted(
            (Treffer(self._orte[ags], grund) for ags, grund in orte.items()),
            key=lambda einer: (_RANG[einer.grund], einer.gemeinde.name, einer.gemeinde.ags),
        )
        return Suchergebnis(tuple(treffer[:HOECHSTENS]), max(0, len(treffer) - HOECHSTENS))


_RANG = {grund: rang for rang, grund in enumerate(Grund)}


@lru_cache(maxsize=2)
def _verzeichnis(bild: Bild) -> _Verzeichnis:
    return _Verzeichnis(bild)


def _namen(ort: Gemeinde) -> Iterable[str]:
    """The names by which the whole town is meant."""
    for name in {gefaltet(ort.name), gefaltet(ort.kurzname)}:
        yield name
        yield name.removeprefix("bad ")


def _worte(ort: Gemeinde) -> list[str]:
    return gefaltet(ort.kurzname).split()


def _ohne_eins(wort: str) -> Iterator[str]:
    for stelle in range(len(wort)):
        yield wort[:stelle] + wort[stelle + 1 :]


def _ein_fehler(a: str, b: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    ab = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[ab:], b[ab:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
