"""Code lists by name: closed lists of values with names for people. Rooms register what they know."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Protocol, runtime_checkable

from app.mandanten import ortssuche
from app.mandanten.ortssuche import gefaltet
from app.mandanten.zustaendig import UnbekannteGemeinde, alle_gemeinden, bild, gemeinde

__all__ = ["Codeliste", "Suchbar", "UnbekannteListe", "bekannte", "codeliste", "registriere", "suche"]


class UnbekannteListe(LookupError):
    """No list of this name is registered."""


class Codeliste(Protocol):
    """A list. `gross`: too long to be shown at once, people search in it."""

    @property
    def name(self) -> str:
        """Under which forms name it."""

    @property
    def gross(self) -> bool:
        """Too long for a selection."""

    def __hash__(self) -> int:
        """What is made of a list is kept."""

    def enthaelt(self, code: str) -> bool:
        """Whether it is one of the list."""

    def bezeichnung(self, code: str, sprache: str) -> str:
        """What people read; the code itself where it is unknown."""

    def eintraege(self, sprache: str) -> Sequence[tuple[str, str]]:
        """Codes and names, in the order in which they are offered."""


class _Gemeinden:
    """The towns of NRW by AGS, as of today."""

    name = "gemeinden"
    gross = True

    def enthaelt(self, code: str) -> bool:
        try:
            gemeinde(code)
        except UnbekannteGemeinde:
            return False
        return True

    def bezeichnung(self, code: str, sprache: str) -> str:
        try:
            return gemeinde(code).name
        except UnbekannteGemeinde:
            return code

    def eintraege(self, sprache: str) -> Sequence[tuple[str, str]]:
        return sorted(((ort.ags, ort.name) for ort in alle_gemeinden()), key=lambda paar: paar[1])

    def suche(self, worte: str, sprache: str, hoechstens: int) -> Sequence[tuple[str, str]]:
        treffer = ortssuche.suche(bild(), worte).treffer[:hoechstens]
        return [(einer.gemeinde.ags, einer.gemeinde.name) for einer in treffer]


class _Verzeichnis:
    @cached_property
    def listen(self) -> dict[str, Codeliste]:
        return {_Gemeinden.name: _Gemeinden()}


_VERZEICHNIS = _Verzeichnis()


@runtime_checkable
class Suchbar(Protocol):
    """A list that knows better how people search in it."""

    def suche(self, worte: str, sprache: str, hoechstens: int) -> Sequence[tuple[str, str]]:
        """Codes and names that fit, the surest first."""


def suche(liste: Codeliste, worte: str, sprache: str, hoechstens: int = 20) -> Sequence[tuple[str, str]]:
    """Codes and names in which every word occurs, however it is spelt; a code itself comes first."""
    if isinstance(liste, Suchbar):
        return liste.suche(worte, sprache, hoechstens)
    gesucht = gefaltet(worte[:200]).split()
    if not gesucht:
        return []
    treffer = [
        (code, name)
        for code, name, text in _gefaltete(liste, sprache)
        if all(wort in text for wort in gesucht)
    ]
    ganz = worte.strip()
    treffer.sort(key=lambda paar: (paar[0] != ganz, not gefaltet(paar[1]).startswith(gesucht[0])))
    return treffer[:hoechstens]


@lru_cache(maxsize=64)
def _gefaltete(liste: Codeliste, sprache: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((code, name, f"{gefaltet(name)} {code}") for code, name in liste.eintraege(sprache))


def registriere(liste: Codeliste) -> None:
    """Make a list known; one of the same name takes its place."""
    _VERZEICHNIS.listen[liste.name] = liste


def codeliste(name: str) -> Codeliste:
    """The list of this name; raises UnbekannteListe."""
    try:
        return _VERZEICHNIS.listen[name]
    except KeyError:
        raise UnbekannteListe(name) from None


def bekannte() -> frozenset[str]:
    """Names of all lists."""
    return frozenset(_VERZEICHNIS.listen)
