"""Conditions: what each comparison means, and that nothing possible is called impossible."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.leistungen.bedingung import Lage, uebersetze
from app.leistungen.definition import Bedingung
from app.leistungen.erreichbarkeit import Erreichbarkeit
from app.leistungen.maengel import feldstellen
from app.leistungen.pfade import arten
from tests.app.leistungen.hilfe import HEUTE, beispiel

_ARTEN = {
    "t": "text",
    "z": "ganzzahl",
    "z2": "ganzzahl",
    "d": "datum",
    "d2": "datum",
    "j": "janein",
    "m": "mehrfachauswahl",
    "l": "liste",
    ".t": "text",
    "g": "gemeinde",
}


def _gilt(bedingung: dict[str, Any], werte: dict[str, Any], eintrag: dict[str, Any] | None = None) -> bool:
    return uebersetze(Bedingung.model_validate(bedingung), _ARTEN)(Lage(werte, HEUTE, eintrag))


@pytest.mark.parametrize(
    ("bedingung", "ja", "nein"),
    [
        ({"feld": "t", "ist": "a"}, ["a"], ["b", 1, True]),
        ({"feld": "t", "nicht": "a"}, ["b"], ["a"]),
        ({"feld": "t", "in": ["a", "b"]}, ["a", "b"], ["c", ["a"]]),
        ({"feld": "t", "nicht_in": ["a", "b"]}, ["c"], ["a"]),
        ({"feld": "t", "beginnt_mit": ["ab", "c"]}, ["abx", "c"], ["a", "xab", 7]),
        ({"feld": "t", "vorhanden": True}, ["a", 0, False], []),
        ({"feld": "t", "vorhanden": False}, [], ["a", 0, False]),
        ({"feld": "g", "in_liste": "gemeinden"}, ["05774032"], ["09162000", 5774032]),
        ({"feld": "j", "ist": True}, [True], [False, 1, "ja"]),
        ({"feld": "z", "ist": 1}, [1], [True, "1", 2]),
        ({"feld": "z", "in": [1, 2]}, [1], [True, 3]),
        ({"feld": "z", "kleiner": 5}, [4, -1], [5, "4", True, 4.0]),
        ({"feld": "z", "hoechstens": 5}, [5], [6]),
        ({"feld": "z", "groesser": 5}, [6], [5]),
        ({"feld": "z", "mindestens": 5}, [5], [4]),
        ({"feld": "m", "enthaelt": "a"}, [["a", "b"]], [["b"], "a"]),
        ({"feld": "m", "anzahl_mindestens": 2}, [["a", "b"]], [["a"], "ab"]),
        ({"feld": "m", "anzahl_hoechstens": 1}, [["a"]], [["a", "b"]]),
        ({"feld": "d", "alter_mindestens": 18}, ["2008-11-22", "1950-01-01"], ["2008-11-23", "bald", 18]),
        ({"feld": "d", "alter_unter": 18}, ["2008-11-23", "2030-01-01"], ["2008-11-22", "bald"]),
        ({"feld": "d", "groesser": "2026-01-31"}, ["2026-02-01"], ["2026-01-31", "31.12.2026"]),
        ({"feld": "d", "mindestens": {"heute": -1}}, ["2026-11-21"], ["2026-11-20"]),
        ({"feld": "d", "kleiner": {"heute": 0}}, ["2026-11-21"], ["2026-11-22"]),
    ],
)
def test_what_a_comparison_means(bedingung: dict[str, Any], ja: list[Any], nein: list[Any]) -> None:
    feld = bedingung["feld"]
    assert [wert for wert in ja if not _gilt(bedingung, {feld: wert})] == []
    assert [wert for wert in nein if _gilt(bedingung, {feld: wert})] == []
    # An answer that is not there fails everything but the question whether it is there.
    assert _gilt(bedingung, {}) is (bedingung.get("vorhanden") is False)


def test_answers_are_compared_with_answers() -> None:
    assert _gilt({"feld": "d", "groesser": {"feld": "d2"}}, {"d": "2026-01-02", "d2": "2026-01-01"})
    assert not _gilt({"feld": "d", "groesser": {"feld": "d2"}}, {"d": "2026-01-02"})
    assert _gilt({"feld": "z", "kleiner": {"feld": "z2"}}, {"z": 9, "z2": 10})


def test_conditions_are_joined() -> None:
    a, b = {"feld": "t", "ist": "a"}, {"feld": "z", "ist": 1}
    for werte, alle, eine, keine in (
        ({"t": "a", "z": 1}, True, True, False),
        ({"t": "a", "z": 2}, False, True, False),
        ({"t": "b"}, False, False, True),
        ({}, False, False, True),
    ):
        assert _gilt({"alle": [a, b]}, werte) is alle
        assert _gilt({"eine": [a, b]}, werte) is eine
        assert _gilt({"keine": [a, b]}, werte) is keine


def test_an_entry_has_answers_of_its_own() -> None:
    assert _gilt({"feld": ".t", "ist": "a"}, {"t": "b"}, {"t": "a"})
    assert not _gilt({"feld": ".t", "ist": "a"}, {"t": "a"})


def test_an_age_is_counted_in_full_years() -> None:
    def alter(geboren: str, heute: date, jahre: int) -> bool:
        bedingung = Bedingung.model_validate({"feld": "d", "alter_mindestens": jahre})
        return uebersetze(bedingung, _ARTEN)(Lage({"d": geboren}, heute))

    assert not alter("2008-02-29", date(2026, 2, 28), 18)
    assert alter("2008-02-29", date(2026, 3, 1), 18)


# --- what can never be ---

_FORMULAR = beispiel().definition
_FELDER = {feld.pfad: feld for feld in feldstellen(_FORMULAR)}

_VERGLEICHE = st.one_of(
    st.builds(
        lambda wie, wert: {"feld": "stand.art", wie: wert},
        st.sampled_from(["ist", "nicht"]),
        st.sampled_from(["obst", "kaese", "tiere"]),
    ),
    st.builds(
        lambda wie, wert: {"feld": "stand.art", wie: wert},
        st.sampled_from(["in", "nicht_in"]),
        st.lists(st.sampled_from(["obst", "kaese", "tiere"]), min_size=1, max_size=3),
    ),
    st.builds(
        lambda wie, wert: {"feld": "stand.laenge", wie: wert},
        st.sampled_from(["kleiner", "hoechstens", "groesser", "mindestens", "ist", "nicht"]),
        st.integers(-1, 14),
    ),
    st.builds(lambda wert: {"feld": "stand.wagen", "ist": wert}, st.booleans()),
    st.builds(
        lambda feld, wert: {"feld": feld, "vorhanden": wert},
        st.sampled_from(["stand.art", "stand.sorten", "stand.kennzeichen", "stand.laenge", "helfer"]),
        st.booleans(),
    ),
    st.builds(lambda wert: {"feld": "stand.sorten", "enthaelt": wert}, st.sampled_from(["apfel", "gouda"])),
)
_BEDINGUNGEN = st.recursive(
    _VERGLEICHE,
    lambda innen: st.builds(
        lambda wie, teile: {wie: teile},
        st.sampled_from(["alle", "eine", "keine"]),
        st.lists(innen, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
_ANTWORTEN = st.fixed_dictionaries(
    {},
    optional={
        "art": st.sampled_from(["obst", "kaese", "tiere"]),
        "sorten": st.lists(st.sampled_from(["apfel", "gouda"]), max_size=2),
        "laenge": st.integers(1, 12),
        "wagen": st.booleans(),
        "kennzeichen": st.just("PB-AB 123"),
    },
)


@settings(max_examples=100, deadline=None)
@given(_BEDINGUNGEN, st.lists(_ANTWORTEN, min_size=5, max_size=20), st.booleans())
def test_nothing_possible_is_called_impossible(
    roh: dict[str, Any], viele: list[dict[str, Any]], helfer: bool
) -> None:
    bedingung = Bedingung.model_validate(roh)
    gilt = uebersetze(bedingung, arten(_FORMULAR))
    # With the condition in the form, so that its values are among those told apart.
    regel = _FORMULAR.regeln[0].model_copy(update={"wenn": bedingung})
    moeglich = Erreichbarkeit(_FORMULAR.model_copy(update={"regeln": (regel,)}), _FELDER).moeglich(
        [bedingung]
    )
    for stand in viele:
        antworten: dict[str, Any] = {"stand": stand} | ({"helfer": [{}]} if helfer else {})
        bereinigt = beispiel().bereinige(antworten)
        werte = {f"stand.{name}": wert for name, wert in bereinigt.get("stand", {}).items()}
        if "helfer" in bereinigt:
            werte["helfer"] = bereinigt["helfer"]
        assert moeglich or not gilt(Lage(werte, HEUTE)), antworten
