"""Faults of a JSON notice as sentences: every kind has one, none repeats what was sent."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import app.gewerbe
from app.gewerbe import fehlertexte
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.fehlertexte import HOECHSTZAHL, befunde_aus
from app.leichte_sprache import zu_lange_saetze
from tests.app.gewerbe.anzeigen import anmeldung
from xoev.befund import Befund

EIGENE = re.compile(r'PydanticCustomError\(\s*"(\w+)"')


def befunde(daten: Any) -> tuple[Befund, ...]:
    with pytest.raises(ValidationError) as fehler:
        GEWERBEANZEIGE.validate_python(daten)
    return befunde_aus(fehler.value)


def test_every_check_of_our_own_has_its_sentence() -> None:
    [ordner] = app.gewerbe.__path__
    quellen = [datei.read_text("utf-8") for datei in Path(ordner).rglob("*.py")]
    arten = {art for quelle in quellen for art in EIGENE.findall(quelle)}
    assert "zeichensatz" in arten
    assert arten <= fehlertexte._SAETZE.keys()


@pytest.mark.parametrize(
    ("pfad", "wert", "regel", "pointer"),
    [
        ("gemeinde", "Paderborn", "JSON-MUSTER", "/gemeinde"),
        ("uuid", "geheim", "JSON-UUID", "/uuid"),
        ("nebenerwerb", "geheim", "JSON-JA-NEIN", "/nebenerwerb"),
        ("beginn", 20261201, "JSON-DATUM", "/beginn"),
        ("beginn", "2026-02-30", "JSON-DATUM", "/beginn"),
        ("taetigkeit", "geheim", "JSON-AUFBAU", "/taetigkeit"),
        ("personen", "geheim", "JSON-AUFBAU", "/personen"),
        ("personen", anmeldung()["personen"] * 201, "JSON-ANZAHL", "/personen"),
        ("beschaeftigte", {"vollzeit": -1, "teilzeit": 0}, "JSON-BEREICH", "/beschaeftigte/vollzeit"),
        ("beschaeftigte", {"vollzeit": 0}, "JSON-PFLICHT", "/beschaeftigte/teilzeit"),
        ("geheim/~" + "x" * 99, 1, "JSON-UNBEKANNT", "/geheim~1~0" + "x" * 52),
    ],
)
def test_kinds_of_faults(pfad: str, wert: Any, regel: str, pointer: str) -> None:
    [befund] = befunde(anmeldung() | {pfad: wert})
    assert (befund.rule, befund.pointer) == (regel, pointer)
    assert befund.text["de"] != befund.text["en"]
    assert "geheim" not in befund.text["de"] + befund.text["en"]


def test_field_numbers_come_from_the_form() -> None:
    anzeige = anmeldung()
    anzeige["personen"][0]["vornamen"] = ""
    [befund] = befunde(anzeige)
    assert befund.feld == "GewA 1, Feld 5"
    assert befund.text["de"] == "Vornamen: Die Angabe ist leer."


def test_what_is_no_notice_at_all() -> None:
    assert [b.rule for b in befunde([])] == ["JSON-AUFBAU"]
    assert [b.pointer for b in befunde({"form": "A4"})] == ["/form"]
    assert [b.pointer for b in befunde({})] == ["/form"]


def test_no_more_findings_than_anybody_reads() -> None:
    assert len(befunde(anmeldung() | {f"x{nummer}": 1 for nummer in range(500)})) == HOECHSTZAHL


def test_every_fault_is_told_in_easy_words() -> None:
    werte = dict.fromkeys(("max_length", "ge", "le", "zeichen", "codepunkt", "stelle"), "7")
    for _, satz in [*fehlertexte._SAETZE.values(), *fehlertexte._FAMILIEN.values()]:
        de, _en, leicht = satz(werte, {})
        assert leicht != de
        assert zu_lange_saetze(leicht) == []
