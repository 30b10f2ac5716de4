"""The page of figures gets its table between the marks, and nothing else changes."""

from datetime import date
from pathlib import Path

import pytest

from app.bench.kennzahl import Kennzahl
from app.bench.seite import ANFANG, ENDE, schreibe_seite
from app.bench.umfang import KURZ, LANG, umfang
from app.bench.vergleich import abwechselnd

EINE = Kennzahl("pruefung", 2000.0, "1/s", 4000.0, 0.5, 0.8, True)


def test_table_replaces_the_old_one(tmp_path: Path) -> None:
    seite = tmp_path / "seite.md"
    seite.write_text(f"vorher\n{ANFANG}\nalt\n{ENDE}\nnachher\n", "utf-8")
    for _ in range(2):
        schreibe_seite(seite, [EINE], date(2026, 11, 22), "2 cores")
    text = seite.read_text("utf-8")
    assert text.startswith(f"vorher\n{ANFANG}\nMeasured on 2026-11-22: 2 cores.\n")
    assert text.endswith(f"{ENDE}\nnachher\n")
    assert text.count("| `pruefung` | 2000 1/s | 4000 1/s | 0.5 | >= 0.8 x | **no** |") == 1
    assert "alt" not in text


def test_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    seite = tmp_path / "seite.md"
    seite.write_text("nichts", "utf-8")
    with pytest.raises(ValueError, match="missing"):
        schreibe_seite(seite, [EINE], date(2026, 11, 22), "2 cores")
    assert seite.read_text("utf-8") == "nichts"


def test_neither_side_always_comes_first() -> None:
    folge: list[str] = []

    def misst(name: str, wert: float) -> float:
        folge.append(name)
        return wert

    ergebnis = abwechselnd(lambda: misst("a", 1.0), lambda: misst("b", 4.0), 3)
    assert "".join(folge) == "abbaab"
    assert ergebnis == (1.0, 4.0, 0.25)


def test_full_size_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMT_LANG", raising=False)
    assert umfang() is KURZ
    monkeypatch.setenv("AMT_LANG", "1")
    assert umfang() is LANG
