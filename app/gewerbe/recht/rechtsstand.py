"""The law table of a day: which body may receive which fields of which form (§ 3 GewAnzV).

The tables are the files `gewanzv_<from>.toml` beside this module, one for each wording of the law. Only
`empfaenger.py` reads them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.gewerbe.feld import FORMEN, Form

_BEREICH = re.compile(r"(\d+)(?: bis (\d+))?")


class KeinRechtsstand(LookupError):
    """The project ships no law table for this day."""


@dataclass(frozen=True, slots=True)
class Zeile:
    """One body of the table. A form that is missing from `felder` is not sent to it at all."""

    schluessel: str
    name: Mapping[str, str]
    paragraph: str
    """Both provisions, as people cite them."""
    voraussetzungen: tuple[str, ...]
    verzichtbar: bool
    frist: str
    felder: Mapping[Form, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Rechtsstand:
    """The law as it is from `gilt_ab` on; `vordrucke` has all field numbers of each form."""

    gilt_ab: date
    quelle: str
    vordrucke: Mapping[Form, frozenset[int]]
    zeilen: tuple[Zeile, ...]


def rechtsstand(tag: date) -> Rechtsstand:
    """The table that holds on this day; raises KeinRechtsstand for a day before the first one."""
    for stand in _alle():
        if stand.gilt_ab <= tag:
            return stand
    raise KeinRechtsstand(tag.isoformat())


def feldnummern(wortlaut: str) -> frozenset[int]:
    """The numbers of a list as the law writes it: "13, 27, 29 bis 31 und 33"."""
    bereiche = [(int(von), int(bis or von)) for von, bis in _BEREICH.findall(wortlaut)]
    return frozenset(nummer for von, bis in bereiche for nummer in range(von, bis + 1))


@cache
def _alle() -> tuple[Rechtsstand, ...]:
    dateien = Path(__file__).parent.glob("gewanzv_*.toml")
    staende = [_lesen(tomllib.loads(datei.read_text("utf-8"))) for datei in dateien]
    return tuple(sorted(staende, key=lambda stand: stand.gilt_ab, reverse=True))


def _lesen(roh: dict[str, Any]) -> Rechtsstand:
    vordrucke = {form: frozenset(range(1, roh["vordrucke"][form]["felder"] + 1)) for form in FORMEN}
    return Rechtsstand(
        gilt_ab=roh["gilt_ab"],
        quelle=roh["quelle"],
        vordrucke=vordrucke,
        zeilen=tuple(_zeile(eine, vordrucke, roh["fristen"]) for eine in roh["stellen"]),
    )


def _zeile(roh: dict[str, Any], vordrucke: Mapping[Form, frozenset[int]], fristen: dict[str, str]) -> Zeile:
    return Zeile(
        schluessel=roh["schluessel"],
        name=roh["name"],
        paragraph=f"{roh['gewanzv']} GewAnzV, {roh['gewo']} GewO",
        voraussetzungen=tuple(roh.get("voraussetzungen", ())),
        verzichtbar=roh.get("verzichtbar", True),
        frist=fristen[roh.get("frist", "sofort")],
        felder={form: _felder(roh[form], vordrucke[form]) for form in FORMEN if form in roh},
    )


def _felder(roh: dict[str, str], alle: frozenset[int]) -> frozenset[int]:
    return feldnummern(roh["nur"]) if "nur" in roh else alle - feldnummern(roh["ausser"])
