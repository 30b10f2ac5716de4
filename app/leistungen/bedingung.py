"""Conditions of a form, compiled: from data to functions of the answers, once for each form.

An answer that is absent, hidden or not readable fails every comparison but ``vorhanden: false``; ``keine``
holds where none of its conditions does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from operator import ge, gt, le, lt
from typing import Any, Final

from app.leistungen.codelisten import codeliste
from app.leistungen.definition import Bedingung, Feldart, Grenze, Vergleichswert
from app.leistungen.werte import als_tag, verschoben, volle_jahre

Art = Feldart | str
"""A kind of field, or ``liste`` for the entries of a step."""


class Lage:
    """The answers as conditions see them: those of visible fields, by path; of one entry beside them."""

    __slots__ = ("eintrag", "heute", "werte")

    def __init__(
        self, werte: Mapping[str, Any], heute: date, eintrag: Mapping[str, Any] | None = None
    ) -> None:
        self.werte = werte
        self.heute = heute
        self.eintrag: Mapping[str, Any] = {} if eintrag is None else eintrag

    def wert(self, bezug: str) -> Any:
        """The answer that a reference means; None where there is none."""
        return self.eintrag.get(bezug[1:]) if bezug[0] == "." else self.werte.get(bezug)


Pruefer = Callable[[Lage], bool]
_GROESSEN: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "kleiner": lt,
    "hoechstens": le,
    "groesser": gt,
    "mindestens": ge,
}


def bezuege(bedingung: Bedingung | None) -> Iterator[str]:
    """Every answer that a condition looks at."""
    if bedingung is None:
        return
    if bedingung.feld is not None:
        yield bedingung.feld
    for name in _GROESSEN:
        yield from grenzbezug(getattr(bedingung, name))
    for teile in (bedingung.alle, bedingung.eine, bedingung.keine):
        for teil in teile or ():
            yield from bezuege(teil)


def grenzbezug(grenze: Grenze | None) -> Iterator[str]:
    """The answer that a bound looks at."""
    if isinstance(grenze, Vergleichswert) and grenze.feld is not None:
        yield grenze.feld


def uebersetze(bedingung: Bedingung, arten: Mapping[str, Art]) -> Pruefer:
    """The condition as function; `arten` holds the kind of every reference in it."""
    if bedingung.alle is not None:
        teile = _alle(bedingung.alle, arten)
        return lambda lage: all(teil(lage) for teil in teile)
    if bedingung.eine is not None:
        teile = _alle(bedingung.eine, arten)
        return lambda lage: any(teil(lage) for teil in teile)
    if bedingung.keine is not None:
        teile = _alle(bedingung.keine, arten)
        return lambda lage: not any(teil(lage) for teil in teile)
    return _vergleich(bedingung, arten)


def _alle(bedingungen: Sequence[Bedingung], arten: Mapping[str, Art]) -> tuple[Pruefer, ...]:
    return tuple(uebersetze(eine, arten) for eine in bedingungen)


def uebersetze_grenze(grenze: Grenze, art: Art) -> Callable[[Lage], Any]:
    """A bound as function: a number, a day, or None where there is nothing to compare with."""
    if isinstance(grenze, Vergleichswert):
        if grenze.feld is None:
            tage = grenze.heute or 0
            return lambda lage: verschoben(lage.heute, tage)
        bezug = grenze.feld
        return lambda lage: groesse(lage.wert(bezug), art)
    fest = groesse(grenze, art)
    return lambda _: fest


def groesse(wert: Any, art: Art) -> Any:
    """What can be compared: numbers of numbers, days of dates; None of anything else."""
    if art == "datum":
        return als_tag(wert)
    return wert if type(wert) is int else None


def _gleich(wert: Any, anderer: Any) -> bool:
    # True is 1 to Python and not to people.
    return type(wert) is type(anderer) and wert == anderer


def _vergleich(bedingung: Bedingung, arten: Mapping[str, Art]) -> Pruefer:  # noqa: PLR0911, PLR0912 one each
    bezug = bedingung.feld or ""
    name = bezug.removeprefix(".")
    # Looked up for every answer of every form: the dictionary itself, without a call between.
    hole: Callable[[Lage], Any] = (
        (lambda lage: lage.eintrag.get(name)) if bezug[0] == "." else (lambda lage: lage.werte.get(name))
    )
    was = bedingung.art
    soll = getattr(bedingung, was)
    match was:
        case "ist":
            return lambda lage: _gleich(hole(lage), soll)
        case "nicht":
            return lambda lage: (wert := hole(lage)) is not None and not _gleich(wert, soll)
        case "in_":
            menge = _menge(soll)
            return lambda lage: _schluessel(hole(lage)) in menge
        case "nicht_in":
            menge = _menge(soll)
            return lambda lage: (wert := hole(lage)) is not None and _schluessel(wert) not in menge
        case "in_liste":
            return lambda lage: isinstance(wert := hole(lage), str) and codeliste(soll).enthaelt(wert)
        case "vorhanden":
            return lambda lage: (hole(lage) is not None) is soll
        case "beginnt_mit":
            return lambda lage: isinstance(wert := hole(lage), str) and wert.startswith(soll)
        case "enthaelt":
            return lambda lage: isinstance(wert := hole(lage), list) and soll in wert
        case "anzahl_mindestens":
            return lambda lage: isinstance(wert := hole(lage), list) and len(wert) >= soll
        case "anzahl_hoechstens":
            return lambda lage: isinstance(wert := hole(lage), list) and len(wert) <= soll
        case "alter_mindestens":
            return lambda lage: (
                (tag := als_tag(hole(lage))) is not None and volle_jahre(tag, lage.heute) >= soll
            )
        case "alter_unter":
            return lambda lage: (
                (tag := als_tag(hole(lage))) is not None and volle_jahre(tag, lage.heute) < soll
            )
        case _:
            return _groessenvergleich(_GROESSEN[was], soll, hole, arten[bezug])


def _groessenvergleich(
    vergleich: Callable[[Any, Any], bool], soll: Grenze, hole: Callable[[Lage], Any], art: Art
) -> Pruefer:
    grenze = uebersetze_grenze(soll, art)

    def pruefe(lage: Lage) -> bool:
        wert = groesse(hole(lage), art)
        mit = grenze(lage)
        return wert is not None and mit is not None and vergleich(wert, mit)

    return pruefe


def _schluessel(wert: Any) -> Any:
    """Apart by type, so that True is not found where 1 is meant; a list is no value."""
    return (type(wert), wert) if isinstance(wert, str | int) else None


def _menge(werte: Sequence[Any]) -> frozenset[Any]:
    return frozenset(_schluessel(wert) for wert in werte)
