"""The fuzzer's targets over what it has found and over fresh recipes; `make fuzz` goes on from here."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.haerte.rezept import backe_json, backe_xml, json_saaten, xml_saaten
from tests.haerte.ziele import REZEPT, ziel_json, ziel_xml

KORPUS = Path(__file__).parent / "korpus"
ZIELE: dict[str, Callable[[bytes], str]] = {"json": ziel_json, "xml": ziel_xml}
_SEKUNDEN = 1.0


@pytest.mark.parametrize("art", ZIELE)
def test_nothing_that_was_found_breaks_the_intake_again(art: str) -> None:
    dateien = sorted((KORPUS / art).iterdir())
    assert len(dateien) > 20
    for datei in dateien:
        begonnen = time.perf_counter()
        ZIELE[art](datei.read_bytes())
        assert time.perf_counter() - begonnen < _SEKUNDEN, datei.name


@pytest.mark.parametrize("art", ZIELE)
@settings(deadline=None)
@given(rezept=st.binary(min_size=4, max_size=60))
def test_almost_valid_input_is_refused_or_taken(art: str, rezept: bytes) -> None:
    ZIELE[art](bytes([REZEPT]) + rezept)


def test_the_seeds_are_taken() -> None:
    assert {ziel_json(backe_json(bytes([nummer, 5]) + bytes(40))) for nummer in range(len(json_saaten()))}
    assert {ziel_xml(etree.tostring(saat)) for saat in xml_saaten()} == {"angenommen"}


def test_recipes_reach_everything() -> None:
    """A recipe that always ended at the parser would prove nothing."""
    rezepte = [bytes([REZEPT, nummer, 0, nummer // 7, nummer % 9, nummer]) * 3 for nummer in range(200)]
    assert {ziel_json(rezept) for rezept in rezepte} >= {"angenommen", "unplausibel", "anzeige_fehlerhaft"}
    assert {ziel_xml(rezept) for rezept in rezepte} >= {"angenommen", "anzeige_fehlerhaft"}
    assert len({backe_xml(rezept) for rezept in rezepte}) > 150


def test_the_corpus_stays_small() -> None:
    assert sum(datei.stat().st_size for datei in KORPUS.rglob("*") if datei.is_file()) < 200_000
