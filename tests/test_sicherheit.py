"""docs/security.md names every requirement of its chapters, and files and tests that are there."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

WURZEL = Path(__file__).resolve().parent.parent
SEITE = (WURZEL / "docs/security.md").read_text("utf-8")

# Requirements of OWASP ASVS 5.0.0 at levels 1 and 2, as in its own list: section, and first to last of each.
STUFE_2 = {
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
}  # fmt: skip
OHNE_NACHWEIS = ("not applicable", "the provider's", "gap ")


def _nummern(abschnitt: str, von: int, bis: int) -> list[str]:
    return [f"{abschnitt}.{nummer}" for nummer in range(von, bis + 1)]


def _zeilen() -> dict[str, list[str]]:
    """Cells of each row that begins with an id."""
    zeilen = [
        [zelle.strip() for zelle in zeile.strip("|").split("|")]
        for zeile in SEITE.splitlines()
        if re.match(r"\| \d+\.\d+\.\d+", zeile)
    ]
    return {zeile[0]: zeile for zeile in zeilen}


def _genannt(kennung: str) -> list[str]:
    abschnitt, von, bis = re.fullmatch(r"(\d+\.\d+)\.(\d+)(?: to \1\.(\d+))?", kennung).groups()  # type: ignore[union-attr]
    return _nummern(abschnitt, int(von), int(bis or von))


@cache
def _tests_in(datei: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", datei.read_text("utf-8"), re.MULTILINE))


def _tests(text: str) -> list[tuple[str, str]]:
    """Files and tests in the order in which they are named; a test alone is in the file before it."""
    gefunden, datei = [], ""
    for genannt, test in re.findall(r"`([\w/]*(?:\.py)?)::(\w+)`", text):
        datei = genannt or datei
        gefunden.append((datei, test))
    return gefunden


def test_every_requirement_is_there_once() -> None:
    verlangt = [
        nummer
        for abschnitt, spanne in STUFE_2.items()
        for nummer in _nummern(abschnitt, *(int(zahl) for zahl in spanne.split("-")))
    ]
    genannt = Counter(nummer for kennung in _zeilen() for nummer in _genannt(kennung))
    assert genannt == Counter(verlangt)
    assert list(genannt) == verlangt


@pytest.mark.parametrize("kennung", _zeilen())
def test_each_is_shown_or_says_why_not(kennung: str) -> None:
    _, kurz, wo, gezeigt = _zeilen()[kennung]
    assert kurz
    assert wo or gezeigt.startswith(OHNE_NACHWEIS[:2])
    assert _tests(gezeigt) or any(wort in gezeigt for wort in OHNE_NACHWEIS)


def test_every_test_that_is_named_is_there() -> None:
    genannt = _tests(SEITE)
    assert len(genannt) > 80
    fehlend = []
    for datei, test in genannt:
        pfad = WURZEL / ("" if datei.startswith("tests/") else "tests/app") / datei
        if not pfad.is_file() or test not in _tests_in(pfad):
            fehlend.append(f"{datei}::{test}")
    assert fehlend == []


def test_every_file_that_is_named_is_there() -> None:
    genannt = re.findall(r"`((?:[\w]+/)*[\w.]+\.(?:py|html|json))`", SEITE)
    assert len(genannt) > 40
    assert [
        datei
        for datei in genannt
        if not (WURZEL / "app" / datei).is_file() and not (WURZEL / datei).is_file()
    ] == []


def test_gaps_are_told_where_they_are_and_listed() -> None:
    tabelle, _, luecken = SEITE.partition("\n## Gaps\n")
    gelistet = re.findall(r"^\| (\d+) \|", luecken, re.MULTILINE)
    assert gelistet == sorted(set(re.findall(r"\bgap (\d+)", tabelle)))


def test_headings_that_are_linked_are_there() -> None:
    for datei, anker in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", SEITE):
        ziel = (WURZEL / "docs" / datei).read_text("utf-8") if datei else SEITE
        ueberschriften = {
            zeile.lstrip("# ").lower().replace(" ", "-") for zeile in ziel.splitlines() if zeile[:1] == "#"
        }
        assert anker in ueberschriften, (datei, anker)
