"""Check codes: unguessable, forgiving to read, and a typing error is not another code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gewerbe.bescheinigung.pruefcode import gruppiert, neuer_pruefcode, normalisiert

CODES = st.builds(neuer_pruefcode)
ZEICHEN = st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_codes_are_new_each_time_and_long_enough() -> None:
    codes = {neuer_pruefcode() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 28 for code in codes)
    # 27 characters of 5 bits; were one position fixed, it would show among a thousand.
    assert all(len({code[stelle] for code in codes}) == 32 for stelle in range(28))


@given(CODES)
@settings(max_examples=50)
def test_reading_forgives(code: str) -> None:
    assert normalisiert(code) == code
    assert normalisiert(gruppiert(code)) == code
    vertippt = gruppiert(code).lower().replace("0", "o").replace("1", "l").replace("-", " – ")
    assert normalisiert(f" {vertippt}\n") == code
    assert normalisiert(code.replace("1", "I")) == code


@given(CODES, st.integers(0, 27), ZEICHEN)
@settings(max_examples=100)
def test_one_wrong_character_is_noticed(code: str, stelle: int, zeichen: str) -> None:
    falsch = code[:stelle] + zeichen + code[stelle + 1 :]
    assert (normalisiert(falsch) is None) == (falsch != code)


@given(CODES, st.integers(0, 25))
@settings(max_examples=100)
def test_swapped_neighbours_are_noticed(code: str, stelle: int) -> None:
    falsch = code[:stelle] + code[stelle + 1] + code[stelle] + code[stelle + 2 :]
    assert (normalisiert(falsch) is None) == (falsch != code)


@pytest.mark.parametrize(
    "eingabe", ["", "-", "ABC", "U" * 28, "ß" * 28, "٣" * 28, "\x00" * 28, "0" * 29, "0" * 9999]
)
def test_what_is_no_code_is_none(eingabe: str) -> None:
    assert normalisiert(eingabe) is None
