"""The demo's notices must be worth showing: valid, plausible, and of every kind."""

from collections import Counter
from datetime import date, timedelta

import pytest

from app.demo.beispiele import Beispiel, beispiele
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet

HEUTE = date(2031, 2, 28)
ALLE = beispiele(HEUTE)


@pytest.mark.parametrize("beispiel", ALLE, ids=lambda b: b.name)
def test_each_notice_is_valid_and_plausible(beispiel: Beispiel) -> None:
    befunde = pruefe_plausibilitaet(GEWERBEANZEIGE.validate_python(beispiel.anzeige), HEUTE)
    assert [(befund.rule, befund.pointer) for befund in befunde if befund.severity == "error"] == []


def test_every_kind_is_there() -> None:
    assert Counter(b.anzeige["form"] for b in ALLE).keys() == {"A1", "A2", "A3"}
    assert {b.anzeige["gemeinde"] for b in ALLE} == {"05774032", "05711000", "05774020"}
    assert {b.anzeige["betrieb"]["rechtsform"] for b in ALLE} >= {"170", "180", "230", "270", "310", "350"}
    assert any(b.anzeige["reisegewerbe"] for b in ALLE)
    assert any("aufenthaltstitel" in person for b in ALLE for person in b.anzeige["personen"])
    assert any("handwerkskarte" in b.anzeige for b in ALLE)


def test_dates_follow_the_calendar() -> None:
    assert {b.anzeige["datum"] for b in ALLE} == {HEUTE.isoformat()}
    gestern, heute = beispiele(HEUTE - timedelta(days=1)), ALLE
    assert date.fromisoformat(heute[0].anzeige["beginn"]) - date.fromisoformat(
        gestern[0].anzeige["beginn"]
    ) == timedelta(days=1)
