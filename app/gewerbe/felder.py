"""Field numbers of a notice: walk its parts, cut out what a body may have, name the fields of the forms.

A part is passed on only if every number it carries is permitted. One exception: the box group "Grund der
Aufgabe/der Übergabe" of GewA 3 is printed over the two numbers 25 and 26 and is one part, so either number
permits it (the regulation names the two only together).
"""

import tomllib
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
    """Name of a numbered field in German and English."""

    de: str
    en: str


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


# The messages to a dozen bodies are cut from the same notice, one after the other.
@lru_cache(maxsize=16)
def blaetter(anzeige: Gewerbeanzeige) -> tuple[Blatt, ...]:
    """Every filled part of the notice with its field numbers, in the order of the model."""
    return tuple(_gehe(anzeige, anzeige.model_dump(mode="json"), "", frozenset(), anzeige.form))


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
    behalten = [blatt for blatt in blaetter(anzeige) if ist_erlaubt(anzeige.form, blatt.felder, erlaubt)]
    bewohnt = {""}
    for ort in {_eltern(blatt.pointer) for blatt in behalten if blatt.felder}:
        bewohnt.update((ort, *_vorfahren(ort)))
    baum: dict[str, Any] = {}
    for blatt in behalten:
        if _eltern(blatt.pointer) in bewohnt:
            _setze(baum, blatt.pointer.split("/")[1:], blatt.wert)
    return {name: _listen(wert) for name, wert in baum.items()}


def _eltern(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _vorfahren(pointer: str) -> Iterator[str]:
    while pointer := _eltern(pointer):
        yield pointer


def _setze(baum: dict[str, Any], weg: list[str], wert: Any) -> None:
    for schritt in weg[:-1]:
        baum = baum.setdefault(schritt, {})
    baum[weg[-1]] = wert


def _listen(wert: Any) -> Any:
    """Number keys mean a list; gaps close (order stays)."""
    if not isinstance(wert, dict):
        return wert
    if all(schluessel.isdigit() for schluessel in wert):
        return [_listen(eintrag) for eintrag in wert.values()]
    return {name: _listen(eintrag) for name, eintrag in wert.items()}
