"""Field numbers of a notice: walk its parts, cut out what a body may have, name the fields of the forms.

A part is passed on only if every number it carries is permitted. One exception: the box group "Grund der
Aufgabe/der Übergabe" of GewA 3 is printed over the two numbers 25 and 26 and is one part, so either number
permits it (the regulation names the two only together).
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from importlib.resources import files
from operator import or_
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from app.gewerbe.anzeige import Gewerbeanzeige
from app.gewerbe.feld import Form, feld_in
from app.gewerbe.selbes import Selbes

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


class _Ast:
    """A part of a notice that has parts itself. What is cut from it for one body serves the next."""

    __slots__ = ("geschnitten", "liste", "nummern", "teile")

    def __init__(self, teile: Mapping[str, Any], platz: Mapping[frozenset[int], int]) -> None:
        """`teile` are parts or mappings of such by name; names that are numbers mean a list."""
        self.liste = next(iter(teile), "").isdigit()
        self.teile: list[tuple[str, Blatt | _Ast, int]] = []
        for name, teil in teile.items():
            kind = teil if isinstance(teil, Blatt) else _Ast(teil, platz)
            self.teile.append((name, kind, platz[kind.felder] if isinstance(kind, Blatt) else kind.nummern))
        self.nummern: int = reduce(or_, (nummern for _, _, nummern in self.teile), 0)
        self.geschnitten: dict[int, Any] = {}

    def schnitt(self, frei: int) -> Any:
        """What of it is left; None where that is technical throughout, or nothing."""
        frei &= self.nummern
        if frei not in self.geschnitten:
            bewohnt, werte = self.rest(frei)
            self.geschnitten[frei] = (list(werte.values()) if self.liste else werte) if bewohnt else None
        return self.geschnitten[frei]

    def rest(self, frei: int) -> tuple[bool, dict[str, Any]]:
        """What is left of its parts, and whether more than technical ones."""
        bewohnt, werte = False, {}
        for name, teil, nummern in self.teile:
            if not nummern & frei:
                continue
            if isinstance(teil, Blatt):
                werte[name], bewohnt = teil.wert, bewohnt or bool(teil.felder)
            elif (wert := teil.schnitt(frei)) is not None:
                werte[name], bewohnt = wert, True
        return bewohnt, werte


class _Zerlegt(NamedTuple):
    """A notice taken apart: its parts, how many have which numbers, and all of it as a tree."""

    blaetter: tuple[Blatt, ...]
    zahlen: Mapping[frozenset[int], int]
    platz: Mapping[frozenset[int], int]
    """For each set of numbers a bit of its own."""
    stamm: _Ast


# The messages to a dozen bodies are cut from the same notice, one after the other.
@lru_cache(maxsize=64)
def _zerlegt(selbe: Selbes[Gewerbeanzeige]) -> _Zerlegt:
    anzeige = selbe.ding
    alle = tuple(_gehe(anzeige, anzeige.model_dump(mode="json"), "", frozenset(), anzeige.form))
    zahlen = Counter(blatt.felder for blatt in alle)
    platz = {felder: 1 << nummer for nummer, felder in enumerate(zahlen)}
    teile: dict[str, dict[str, Any]] = {"": {}}
    for blatt in alle:
        eltern, _, name = blatt.pointer.rpartition("/")
        _teil(teile, eltern)[name] = blatt
    return _Zerlegt(alle, zahlen, platz, _Ast(teile[""], platz))


def blaetter(anzeige: Gewerbeanzeige) -> tuple[Blatt, ...]:
    """Every filled part of the notice with its field numbers, in the order of the model."""
    return _zerlegt(Selbes(anzeige)).blaetter


def zahl_der_blaetter(anzeige: Gewerbeanzeige) -> Mapping[frozenset[int], int]:
    """How many filled parts carry the same field numbers."""
    return _zerlegt(Selbes(anzeige)).zahlen


def ist_erlaubt(form: Form, felder: frozenset[int], erlaubt: frozenset[int]) -> bool:
    """May a part with these numbers be passed on, if `erlaubt` are the permitted ones?"""
    if felder and felder == EINE_GRUPPE[form]:
        return bool(felder & erlaubt)
    return felder <= erlaubt


def auszug(anzeige: Gewerbeanzeige, erlaubt: frozenset[int]) -> Auszug:
    """The notice without every part that is not permitted.

    Technical parts stay, except where all that they belong to is gone: a person of whom only the
    function is left is nobody's business. Extracts share what is alike in them: it is not to be changed.
    """
    zerlegt, form = _zerlegt(Selbes(anzeige)), anzeige.form
    frei = sum(bit for felder, bit in zerlegt.platz.items() if ist_erlaubt(form, felder, erlaubt))
    return zerlegt.stamm.rest(frei)[1]


def _teil(teile: dict[str, dict[str, Any]], pointer: str) -> dict[str, Any]:
    """What `pointer` means in the tree that grows below teile[""]; what is not there yet is added."""
    if pointer not in teile:
        eltern, _, name = pointer.rpartition("/")
        teile[pointer] = _teil(teile, eltern)[name] = {}
    return teile[pointer]
