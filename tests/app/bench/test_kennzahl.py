"""Figures say honestly whether a target is met, and the benchmark's message is what it claims to be."""

from datetime import date

import pytest

from app.bench.kennzahl import Kennzahl
from app.bench.pruefung import beispielnachricht
from app.bench.seite import als_tabelle
from xoev.pruefen import pruefe


@pytest.mark.parametrize(
    ("wert", "verhaeltnis", "ziel", "mehr_ist_besser", "erreicht"),
    [
        (0.6, 2.0, 3.0, False, True),
        (0.6, 3.1, 3.0, False, False),
        (19.9, None, 20.0, True, False),
        (20.0, None, 20.0, True, True),
    ],
)
def test_target(
    wert: float, verhaeltnis: float | None, ziel: float, mehr_ist_besser: bool, erreicht: bool
) -> None:
    eine = Kennzahl("x", wert, "ms", 0.3, verhaeltnis, ziel, mehr_ist_besser)
    assert eine.als_dict()["met"] is erreicht


def test_a_figure_without_target_only_tells() -> None:
    eine = Kennzahl("x", 1.0, "ms", None, None, None, False)
    assert (eine.als_dict()["met"], eine.ziel_text) == (None, "")
    assert als_tabelle([eine], date(2026, 11, 22), "2 cores").endswith("| `x` | 1 ms |  |  |  |  |\n")


def test_message_is_valid_and_about_10_kb() -> None:
    nachricht = beispielnachricht()
    assert pruefe(nachricht).status == "gueltig"
    assert 9_000 < len(nachricht) < 14_000
