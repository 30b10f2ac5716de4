"""The repertoire of DIN 91379 and the naming of what is outside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xoev.zeichensatz import din91379_zeichen, ist_nfc, pruefe_text

REPERTOIRE = sorted(din91379_zeichen())
# Letters and sequences of DIN 91379 that only a full list has, and some non-letters.
AUS_DER_NORM = [
    *"ĲŉƏǮȧḗḯẞẶặỸʹʿ‡§€¾„“‰",
    *("K\u035fH", "k\u035fh", "\u1e62\u0304", "C\u0328\u0306", "R\u0325\u0304", "s\u031b\u0304"),
    *("\u014d\u030d", "\u017d\u0327", "\u1ee4\u0308", "\u00ff\u0301", "Z\u0327", "\u00db\u0304"),
]


@pytest.mark.parametrize("zeichen", AUS_DER_NORM)
def test_letters_of_the_norm_are_known(zeichen: str) -> None:
    assert zeichen in REPERTOIRE
    assert pruefe_text(zeichen) == []


def test_the_repertoire_is_whole_and_in_normal_form() -> None:
    sequenzen = [zeichen for zeichen in REPERTOIRE if len(zeichen) > 1]
    lateinisch = [z for z in REPERTOIRE if len(z) == 1 and unicodedata.name(z, "").startswith("LATIN")]
    assert len(sequenzen) == len(set(sequenzen)) == 149
    assert len(lateinisch) == 501
    assert all(ist_nfc(zeichen) for zeichen in REPERTOIRE)


@given(st.lists(st.sampled_from(REPERTOIRE), max_size=40).map(" ".join))
def test_texts_of_the_repertoire_pass(text: str) -> None:
    assert pruefe_text(text) == []


@pytest.mark.parametrize(
    ("text", "codepoint", "position"),
    [
        ("Невский", "U+041D", 0),
        ("Ερμού", "U+0395", 0),
        ("Gruß 🚀", "U+1F680", 5),
        ("a\u00adb", "U+00AD", 1),
        ("a\u200bb", "U+200B", 1),
        ("Preis \u2212 5", "U+2212", 6),
        ("Ab\u0304c", "U+0304", 2),
        ("\u0304", "U+0304", 0),
        ("S\u0304\u0304", "U+0304", 2),
        ("K\u035fx", "U+035F", 1),
        ("x" * 5000 + "中", "U+4E2D", 5000),
    ],
)
def test_the_offending_character_is_named(text: str, codepoint: str, position: int) -> None:
    fehler = pruefe_text(text)
    assert (fehler[0].codepoint, fehler[0].position) == (codepoint, position)


def test_a_mark_is_shown_with_its_letter() -> None:
    assert pruefe_text("Ab\u0304c")[0].zeichen == "b\u0304"


def test_not_more_findings_than_wanted() -> None:
    assert len(pruefe_text("中" * 1000, hoechstens=3)) == 3


def test_decomposed_text_is_not_in_normal_form() -> None:
    assert not ist_nfc("Mu\u0308ller")
    assert ist_nfc("M\u00fcller")
