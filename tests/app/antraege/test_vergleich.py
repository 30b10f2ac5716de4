"""Two versions of answers are told apart by answer, and only what both have touched is a conflict."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.antraege.vergleich import blaetter, vergleiche

_WERTE = st.none() | st.booleans() | st.integers(0, 3) | st.text("ab/~", max_size=3)
_NAMEN = st.text("ab/~0", min_size=1, max_size=3)
_ANTWORTEN = st.dictionaries(
    _NAMEN,
    _WERTE
    | st.lists(st.text("xy", max_size=2), max_size=2)
    | st.lists(st.dictionaries(_NAMEN, _WERTE, max_size=2), max_size=3)
    | st.dictionaries(_NAMEN, _WERTE, max_size=3),
    max_size=4,
)


def _hole(antworten: Any, pointer: str) -> Any:
    """RFC 6901, written anew."""
    for teil in pointer.split("/")[1:]:
        name = teil.replace("~1", "/").replace("~0", "~")
        antworten = antworten[int(name)] if isinstance(antworten, list) else antworten[name]
    return antworten


@given(_ANTWORTEN)
def test_each_leaf_is_found_at_its_pointer(antworten: dict[str, Any]) -> None:
    for pointer, wert in blaetter(antworten).items():
        assert _hole(antworten, pointer) == wert


@given(_ANTWORTEN, st.integers(0, 5))
def test_the_same_is_never_a_conflict(antworten: dict[str, Any], fassung: int) -> None:
    zuletzt = dict.fromkeys(blaetter(antworten), 9)
    vergleich = vergleiche(antworten, antworten, zuletzt=zuletzt, fassung=fassung)
    assert not vergleich.geaendert
    assert not vergleich.konflikte


@given(_ANTWORTEN, _ANTWORTEN)
def test_what_nobody_else_has_touched_is_never_a_conflict(alt: dict[str, Any], neu: dict[str, Any]) -> None:
    alle = {*blaetter(alt), *blaetter(neu)}
    vergleich = vergleiche(alt, neu, zuletzt=dict.fromkeys(alle, 3), fassung=3)
    assert not vergleich.konflikte
    assert vergleich.geaendert == {
        pointer
        for pointer in alle
        if repr(blaetter(alt).get(pointer, ...)) != repr(blaetter(neu).get(pointer, ...))
    }
    # Had somebody else touched all of them since, each would be one.
    alles = vergleiche(alt, neu, zuletzt=dict.fromkeys(alle, 4), fassung=3)
    assert set(alles.konflikte) == vergleich.geaendert


def test_what_was_taken_out_by_the_other_is_a_conflict() -> None:
    vergleich = vergleiche({"a": 1}, {"a": 1, "b": 2}, zuletzt={"/b": 2}, fassung=1)
    assert vergleich.konflikte == ("/b",)


def test_true_is_not_one() -> None:
    assert vergleiche({"a": True}, {"a": 1}, zuletzt={}, fassung=1).geaendert == {"/a"}
