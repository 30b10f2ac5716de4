"""The catalogue of findings: complete, in two languages, and the page about it is true."""

import re
from pathlib import Path

import pytest

from xoev import katalog

_WURZEL = Path(__file__).resolve().parents[2]


def test_the_page_is_made_from_the_catalogue() -> None:
    seite = (_WURZEL / "docs" / "befunde.md").read_text(encoding="utf-8")
    assert seite == katalog.als_markdown(), "make it anew: python -m xoev.katalog > docs/befunde.md"


@pytest.mark.parametrize("key", katalog.schluessel())
def test_both_languages_say_the_same_with_the_same_values(key: str) -> None:
    de, en = (katalog.muster(key, sprache).pattern for sprache in ("de", "en"))
    assert de != en
    gefuellt = katalog.satz(key, **dict.fromkeys(_WERTE, "WERT"))
    assert gefuellt["de"].count("WERT") == gefuellt["en"].count("WERT") == de.count("(.*?)")
    assert all(satz.endswith((".", "WERT")) and satz[0].isupper() for satz in gefuellt.values())


_WERTE = [
    *("wo", "name", "wert", "form", "grenze", "zeile", "spalte", "gefunden", "bekannt"),
    *("tag", "heute", "namen", "zeichen", "nummer", "stelle", "liste", "grund", "regel"),
]


def test_a_value_that_looks_like_a_gap_stays_a_value() -> None:
    assert (
        katalog.satz("XSD-WERT", wo="Ort", form="x", wert="{wo}")["de"] == "Ort: erwartet x, gefunden „{wo}“."
    )
    with pytest.raises(KeyError):
        katalog.satz("XSD-WERT", wo="Ort")


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    quelle = "".join(pfad.read_text(encoding="utf-8") for pfad in (_WURZEL / "xoev").glob("*.py"))
    benutzt = set(re.findall(r'"([A-Z]+-[A-Z0-9-]+(?:\.[a-z]+)?|ABBILDUNG)"', quelle))
    # The code of a finding whose rule has no number is no sentence.
    assert benutzt - {"SCH-OHNE-NUMMER", "UTF-8"} == set(katalog.schluessel())


def test_every_rule_of_the_project_has_both_sentences() -> None:
    texte = katalog.regeltexte()
    assert len(texte) > 20
    for stufe, de, en in texte.values():
        assert stufe in {"error", "warning"}
        assert de != en
        assert de.endswith(".")
        assert en.endswith(".")
