"""YAML as people write it and as strangers send it."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.leistungen.formularfehler import Formularfehler, FormularUngueltig
from app.leistungen.laden import lade, lies
from app.leistungen.yamlquelle import lies_yaml, zeile_von
from tests.app.leistungen.hilfe import DATEI


def test_things_are_what_they_look_like() -> None:
    text = """
    a: true
    b: ja
    c: no
    d: 05774032
    e: 42
    f: 2026-01-01
    g: 1.5
    h: "42"
    i:
    j: [1, -2, ~]
    k: >-
      zwei
      Zeilen
    l: 0x10
    m: 1e3
    """
    assert lies_yaml(text) == {
        "a": True,
        "b": "ja",
        "c": "no",
        "d": "05774032",
        "e": 42,
        "f": "2026-01-01",
        "g": "1.5",
        "h": "42",
        "i": None,
        "j": [1, -2, None],
        "k": "zwei Zeilen",
        "l": "0x10",
        "m": "1e3",
    }


def test_a_key_is_a_word_whatever_it_looks_like() -> None:
    assert lies_yaml("{1: a, true: b, null: c, 007: d, 1.5: e}") == {
        "1": "a",
        "true": "b",
        "null": "c",
        "007": "d",
        "1.5": "e",
    }


def test_every_part_knows_its_line() -> None:
    wurzel = lies_yaml("a:\n  - x: 1\n    y: 2\n  - {z: 3}\n")
    assert zeile_von(wurzel, ("a", 0, "y")) == (3, None)
    assert zeile_von(wurzel, ("a", 1, "z")) == (4, None)
    assert zeile_von(wurzel, ("a", 1, "fehlt")) == (4, None)
    assert zeile_von(None, ("a",)) == (None, None)


_LACHEN = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (_LACHEN, "alias"),
        ("a: &x 1\nb: *x", "alias"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: !!binary aGFsbG8=", "tag"),
        ("a: 1\na: 2", "doppelt"),
        ("{a: {b: 1, b: 2}}", "doppelt"),
        ("[" * 5000, "gross"),
        ("{a: " * 40 + "1" + "}" * 40, "gross"),
        ("- " * 200 + "x", "gross"),
        ("a: 1\n---\nb: 2", "yaml"),
        ("? [a, b]\n: 1", "yaml"),
        ("a: [1, 2", "yaml"),
        ("a: 'x", "yaml"),
        ("a:\tb:\n\t- c", "yaml"),
        ("a: \x00", "yaml"),
        ("x" * 1_000_001, "gross"),
        ("- x\n" * 100_001, "gross"),
    ],
    ids=range(17),
)
def test_hostile_text_is_refused_with_a_reason(text: str, code: str) -> None:
    beginn = time.process_time()
    with pytest.raises(FormularUngueltig) as fehler:
        lies_yaml(text)
    assert fehler.value.befunde[0].code == code
    assert time.process_time() - beginn < 2


@pytest.mark.parametrize("text", ["", "[]", "eins", "1", "null", "# nichts", "- a"])
def test_what_is_no_mapping_is_no_form(text: str) -> None:
    with pytest.raises(FormularUngueltig) as fehler:
        lies(text)
    assert [b.code for b in fehler.value.befunde] == ["leer"]


_ZEILEN = DATEI.read_text("utf-8").splitlines(keepends=True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(_ZEILEN) - 1),
            st.sampled_from(["weg", "doppelt", "kuerzer", "tausch", "einruecken"]),
            st.integers(0, 40),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_spoilt_form_crashes_the_reader(aenderungen: list[tuple[int, str, int]]) -> None:
    zeilen = list(_ZEILEN)
    for wo, wie, zahl in aenderungen:
        zeile = zeilen[wo]
        zeilen[wo] = {
            "weg": "",
            "doppelt": zeile * 2,
            "kuerzer": zeile[:zahl] + "\n",
            "tausch": zeilen[zahl],
            "einruecken": "  " + zeile,
        }[wie]
    befunde: tuple[Formularfehler, ...] | None = None
    try:
        lies("".join(zeilen))
    except FormularUngueltig as fehler:
        befunde = fehler.befunde
    assert befunde is None or (befunde and all(map(str, befunde)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.text(":-[]{}&*!|>'\"#\n a1,?%@", max_size=40))
def test_no_text_crashes_the_reader(text: str) -> None:
    with pytest.raises(FormularUngueltig):
        lies(text)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    datei = tmp_path / "beispiel.yaml"
    datei.write_bytes("formular: 1\n# Straße\n".encode("latin-1"))
    with pytest.raises(FormularUngueltig) as fehler:
        lade(datei)
    assert [(b.code, b.zeile) for b in fehler.value.befunde] == [("zeichen", 2)]


def test_the_file_is_called_as_its_service(tmp_path: Path) -> None:
    datei = tmp_path / "anders.yaml"
    datei.write_text(DATEI.read_text("utf-8"), "utf-8")
    with pytest.raises(FormularUngueltig) as fehler:
        lade(datei)
    assert [b.code for b in fehler.value.befunde] == ["dateiname"]
