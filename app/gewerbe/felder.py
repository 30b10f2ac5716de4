"""Field numbers of a notice: walk its parts, cut out what a body may have, name the fields of the forms.

A part is passed on only if every number it carries is permitted. One exception: the box group "Grund der
Aufgabe/der Übergabe" of GewA 3 is printed over the two numbers 25 and 26 and is one part, so either number
permits it (the regulation names the two only together).
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from app.gewerbe.anzeige import Gewerbeanzeige
from app.gewerbe.feld import Form, feld_in

Auszug = dict[str, Any]
"""A notice as JSON value (`model_dump(mode="json")`), without what is empty or withheld."""

EINE_GRUPPE: Final[Mapping[Form, frozenset[int]]] = {
    "A1": frozenset(),
    "A2": frozenset(),
    "A3": frozenset({25, 26}),
}


class Feldname(NamedTuple):
    """Name of a numbered field in German, English and Leichte Sprache."""

    de: str
    en: str
    leicht: str


@cache
def _feldnamen() -> dict[Form, dict[int, Feldname]]:
    roh = tomllib.loads(files("app.gewerbe").joinpath("daten/feldnamen.toml").read_text("utf-8"))
    gemeinsam = roh["gemeinsam"]
    formen: tuple[Form, ...] = ("A1", "A2", "A3")
    return {
        form: {int(n): Feldname(*namen) for n, namen in {**gemeinsam, **roh[form]}.items()} for form in formen
    }


FELDNAMEN: Final = _feldnamen()
"""Names of all numbered fields per form: 33 of GewA 1, 30 each of GewA 2 and 3."""


def alle_felder(form: Form) -> frozenset[int]:
    """Every number of the form."""
    return frozenset(FELDNAMEN[form])


def feld_bezug(form: Form, nummer: int) -> str:
    """How people cite a field: "GewA 1, Feld 8"."""
    return f"GewA {form[1]}, Feld {nummer}"


@dataclass(frozen=True, slots=True)
class Blatt:
    """One filled part of a notice: where it is, its JSON value, its fields (none: technical)."""

    pointer: str
    wert: str | int | bool
    felder: frozenset[int]


def _eigene_nummern(teil: BaseModel, geerbt: frozenset[int], form: Form) -> frozenset[int]:
    """GewA 2 has two fields for activities; which one an activity is in, it says itself."""
    neu = getattr(teil, "neu_ausgeuebt", None)
    if form != "A2" or neu is None:
        return geerbt
    return frozenset({18 if neu else 19})


@cache
def _felder_der(klasse: type[BaseModel], form: Form) -> tuple[tuple[str, frozenset[int] | None], ...]:
    """The fields of a model with the numbers they declare; None: those of what holds them."""
    felder = ((name, feld_in(info.metadata)) for name, info in klasse.model_fields.items())
    return tuple((name, None if feld is None else feld.nummern(form)) for name, feld in felder)


def _gehe(
    teil: BaseModel, roh: Mapping[str, Any], ort: str, geerbt: frozenset[int], form: Form
) -> Iterator[Blatt]:
    geerbt = _eigene_nummern(teil, geerbt, form)
    for name, eigene in _felder_der(type(teil), form):
        wert = getattr(teil, name)
        if wert is not None:
            nummern = geerbt if eigene is None else eigene
            yield from _gehe_wert(wert, roh[name], f"{ort}/{name}", nummern, form)


def _gehe_wert(wert: Any, roh: Any, ort: str, nummern: frozenset[int], form: Form) -> Iterator[Blatt]:
    if isinstance(wert, BaseModel):
        yield from _gehe(wert, roh, ort, nummern, form)
    elif isinstance(wert, tuple):
        for i, (eintrag, roher) in enumerate(zip(wert, roh, strict=True)):
            yield from _gehe_wert(eintrag, roher, f"{ort}/{i}", nummern, form)
    else:
        yield Blatt(ort, roh, nummern)


class _Selbe:
    """A notice as key of a cache: the very object, without a look at all of its parts."""

    __slots__ = ("anzeige",)

    def __init__(self, anzeige: Gewerbeanzeige) -> None:
        self.anzeige = anzeige

    def __hash__(self) -> int:
        return id(self.anzeige)

    def __eq__(self, anderer: object) -> bool:
        return isinstance(anderer, _Selbe) and self.anzeige is anderer.anzeige


class _Zerlegt(NamedTuple):
    """A notice taken apart: its parts; each with its parent, its name and all it stands in; their numbers."""

    blaetter: tuple[Blatt, ...]
    orte: tuple[tuple[Blatt, str, str, tuple[str, ...]], ...]
    zahlen: Mapping[frozenset[int], int]


# The messages to a dozen bodies are cut from the same notice, one after the other.
@lru_cache(maxsize=64)
def _zerlegt(selbe: _Selbe) -> _Zerlegt:
    anzeige = selbe.anzeige
    alle = tuple(_gehe(anzeige, anzeige.model_dump(mode="json"), "", frozenset(), anzeige.form))
    orte = []
    for blatt in alle:
        eltern, _, name = blatt.pointer.rpartition("/")
        orte.append((blatt, eltern, name, (eltern, *_vorfahren(eltern))))
    return _Zerlegt(alle, tuple(orte), Counter(blatt.felder for blatt in alle))


def blaetter(anzeige: Gewerbeanzeige) -> tuple[Blatt, ...]:
    """Every filled part of the notice with its field numbers, in the order of the model."""
    return _zerlegt(_Selbe(anzeige)).blaetter


def zahl_der_blaetter(anzeige: Gewerbeanzeige) -> Mapping[frozenset[int], int]:
    """How many filled parts carry the same field numbers."""
    return _zerlegt(_Selbe(anzeige)).zahlen


def ist_erlaubt(form: Form, felder: frozenset[int], erlaubt: frozenset[int]) -> bool:
    """May a part with these numbers be passed on, if `erlaubt` are the permitted ones?"""
    if felder and felder == EINE_GRUPPE[form]:
        return bool(felder & erlaubt)
    return felder <= erlaubt


def auszug(anzeige: Gewerbeanzeige, erlaubt: frozenset[int]) -> Auszug:
    """The notice without every part that is not permitted.

    Technical parts stay, except where all that they belong to is gone: a person of whom only the
    function is left is nobody's business.
    """
    zerlegt, form = _zerlegt(_Selbe(anzeige)), anzeige.form
    frei = {felder for felder in zerlegt.zahlen if ist_erlaubt(form, felder, erlaubt)}
    behalten = [ort for ort in zerlegt.orte if ort[0].felder in frei]
    bewohnt = {""}.union(*(stehen_in for blatt, _, _, stehen_in in behalten if blatt.felder))
    teile: dict[str, dict[str, Any]] = {"": {}}
    for blatt, eltern, name, _ in behalten:
        if eltern in bewohnt:
            _teil(teile, eltern)[name] = blatt.wert
    return {name: _listen(wert) for name, wert in teile[""].items()}


def _vorfahren(pointer: str) -> Iterator[str]:
    while pointer := pointer.rpartition("/")[0]:
        yield pointer


def _teil(teile: dict[str, dict[str, Any]], pointer: str) -> dict[str, Any]:
    """What `pointer` means in the tree that grows below teile[""]; what is not there yet is added."""
    if pointer not in teile:
        eltern, _, name = pointer.rpartition("/")
        teile[pointer] = _teil(teile, eltern)[name] = {}
    return teile[pointer]


def _listen(wert: Any) -> Any:
    """Number keys mean a list; gaps close (order stays)."""
    if not isinstance(wert, dict):
        return wert
    if next(iter(wert)).isdigit():
        return [_listen(eintrag) for eintrag in wert.values()]
    return {name: _listen(eintrag) for name, eintrag in wert.items()}
