"""What a plausibility rule reports, and how it becomes a finding."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from app.gewerbe.feld import Form
from app.gewerbe.felder import FELDNAMEN, feld_bezug
from xoev.befund import Befund, Severity

Gewicht = Literal["error", "warning", "info", "streng"]
"""`streng`: an error where the sender can mend it at once, a warning for messages of other offices."""


@dataclass(frozen=True, slots=True)
class Treffer:
    """One rule has something to say about one field of the notice."""

    gewicht: Gewicht
    regel: str
    feld: int
    pointer: str
    angaben: Mapping[str, str] = field(default_factory=dict)


@cache
def _saetze() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("app.gewerbe").joinpath("daten/plausibilitaet.toml").read_text("utf-8"))


def _severity(gewicht: Gewicht, streng: bool) -> Severity:
    if gewicht != "streng":
        return gewicht
    return "error" if streng else "warning"


def befund(treffer: Treffer, form: Form, *, streng: bool) -> Befund:
    """The finding with its sentences; `{de}`, `{en}` and `{leicht}` stand for the name of the field."""
    name = FELDNAMEN[form][treffer.feld]
    angaben = {**name._asdict(), **treffer.angaben}
    return Befund(
        _severity(treffer.gewicht, streng),
        treffer.regel,
        {sprache: satz.format(**angaben) for sprache, satz in _saetze()[treffer.regel].items()},
        feld=feld_bezug(form, treffer.feld),
        pointer=treffer.pointer,
    )


@cache
def praefixe(datei: str) -> tuple[tuple[str, str], ...]:
    """Pairs (beginning of a WZ code, meaning) of a data file."""
    text = files("app.gewerbe").joinpath(f"daten/{datei}").read_text("utf-8")
    zeilen = (zeile.partition("\t") for zeile in text.splitlines() if not zeile.startswith("#"))
    return tuple((anfang, bedeutung) for anfang, _, bedeutung in zeilen)


def bedeutung(datei: str, wz: str) -> str | None:
    """What a data file says about a WZ code."""
    return next((wert for anfang, wert in praefixe(datei) if wz.startswith(anfang)), None)
