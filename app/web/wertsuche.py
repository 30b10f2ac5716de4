"""Finding a value of a long list by what people type: towns, activities, states."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol, runtime_checkable

from app.leistungen.codelisten import Codeliste
from app.mandanten.ortssuche import gefaltet, suche
from app.mandanten.zustaendig import bild
from app.web.feldbild import Suchlage, Wahl

HOECHSTENS: Final = 15
_GEMEINDEN: Final = "gemeinden"


@runtime_checkable
class Durchsuchbar(Protocol):
    """A list that knows better how people call its values."""

    def suche(self, worte: str, sprache: str, hoechstens: int) -> Sequence[tuple[str, str]]:
        """Codes and names, the best first."""


def finde(liste: Codeliste, eingabe: str, sprache: str) -> Suchlage:
    """The values that fit, the best first; nothing fits an empty word."""
    wort = eingabe.strip()[:100]
    if liste.name == _GEMEINDEN:
        orte = [treffer.gemeinde for treffer in suche(bild(), wort).treffer[:HOECHSTENS]]
        return Suchlage(wort, tuple(Wahl(ort.ags, ort.name, ort.kreis) for ort in orte))
    if isinstance(liste, Durchsuchbar):
        return Suchlage(wort, tuple(Wahl(*paar) for paar in liste.suche(wort, sprache, HOECHSTENS)))
    gefragt = gefaltet(wort).split()
    if not gefragt:
        return Suchlage(wort, ())
    passend = [
        (rang, nummer, code, text)
        for nummer, (code, text, gefaltete) in enumerate(_gefaltet(liste, sprache))
        if (rang := _rang(gefragt, gefaltete)) is not None
    ]
    return Suchlage(wort, tuple(Wahl(code, text) for _, _, code, text in sorted(passend)[:HOECHSTENS]))


def _rang(gefragt: Sequence[str], gefaltete: Sequence[str]) -> int | None:
    """How well the words fit, 0 the best; None if one of them does not."""
    rang = 0
    for wort in gefragt:
        if wort in gefaltete:
            continue
        if any(eines.startswith(wort) for eines in gefaltete):
            rang += 1
        elif len(wort) > 2 and any(wort in eines for eines in gefaltete):
            rang += 2
        else:
            return None
    return rang


@lru_cache(maxsize=32)
def _gefaltet(liste: Codeliste, sprache: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((code, text, (code, *gefaltet(text).split())) for code, text in liste.eintraege(sprache))
