"""Every town is found however it is spelt, and none is taken for another."""

import time
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mandanten.ortssuche import Grund, gefaltet, suche
from app.mandanten.zustaendig import Gemeinde, alle_gemeinden, bild

ORTE = alle_gemeinden()


def gefunden(eingabe: str) -> list[str]:
    return [treffer.gemeinde.ags for treffer in suche(bild(), eingabe).treffer]


def schreibweisen(name: str) -> set[str]:
    """How people write the name."""
    ohne_umlaute = name.translate(str.maketrans("äöüÄÖÜ", "aouAOU"))
    umschrieben = "".join(
        {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}.get(zeichen, zeichen)
        for zeichen in name
    )
    return {
        name,
        name.upper(),
        name.lower(),
        f"  {name} ",
        umschrieben,
        ohne_umlaute,
        name.replace("ß", "ss"),
        name.replace("-", " "),
        name.replace("-", ""),
        name.replace("Sankt", "St."),
        name.removeprefix("Bad "),
        unicodedata.normalize("NFD", name),
    }


@pytest.mark.parametrize("ort", ORTE, ids=lambda ort: ort.ags)
def test_each_town_is_found_by_its_name_in_every_spelling(ort: Gemeinde) -> None:
    for name in (ort.name, ort.kurzname):
        for schreibweise in schreibweisen(name):
            ergebnis = suche(bild(), schreibweise)
            ags = [treffer.gemeinde.ags for treffer in ergebnis.treffer]
            assert ort.ags in ags, schreibweise
            assert ergebnis.eindeutig in {None, ort}, schreibweise
    assert suche(bild(), ort.ags).eindeutig == ort


def test_nearly_every_full_name_is_enough() -> None:
    offen = {ort.name for ort in ORTE if suche(bild(), ort.name).eindeutig is None}
    assert offen == {"Neunkirchen", "Bedburg"}


def test_each_town_is_found_by_each_of_its_postcodes() -> None:
    plz = bild().postleitzahlen()
    assert {ags for orte in plz.values() for ags in orte} == {ort.ags for ort in ORTE}
    for eine, orte in plz.items():
        assert sorted(gefunden(eine)) == sorted(orte)
        ergebnis = suche(bild(), eine)
        assert (ergebnis.eindeutig is None) == (len(orte) > 1)
        for ags in orte:
            name = next(ort.name for ort in ORTE if ort.ags == ags)
            assert suche(bild(), f"{eine} {name}").eindeutig == bild().gemeinde(ags)


def test_what_is_ambiguous_is_asked_back() -> None:
    for eingabe, namen in (
        ("Neunkirchen", ["Neunkirchen", "Neunkirchen-Seelscheid"]),
        ("Bedburg", ["Bedburg", "Bedburg-Hau"]),
    ):
        assert [treffer.gemeinde.name for treffer in suche(bild(), eingabe).treffer] == namen
    bad = suche(bild(), "Bad ")
    assert bad.eindeutig is None
    assert {"Bad Honnef", "Bad Driburg", "Bad Salzuflen"} <= {t.gemeinde.name for t in bad.treffer}
    # A postcode of one town with the name of another: both are shown.
    widerspruch = suche(bild(), "33098 Bielefeld")
    assert widerspruch.eindeutig is None
    assert {t.gemeinde.name for t in widerspruch.treffer} == {"Paderborn", "Bielefeld"}


@pytest.mark.parametrize(
    ("eingabe", "name"),
    [
        ("Padeborn", "Paderborn"),
        ("Paderbron", "Paderborn"),
        ("Paderborrn", "Paderborn"),
        ("Dellbrück", "Delbrück"),
        ("Recklinghasen", "Recklinghausen"),
        ("Gelsenkrichen", "Gelsenkirchen"),
    ],
)
def test_one_wrong_letter_makes_a_question(eingabe: str, name: str) -> None:
    ergebnis = suche(bild(), eingabe)
    assert ergebnis.eindeutig is None
    assert name in {treffer.gemeinde.name for treffer in ergebnis.treffer}
    assert {treffer.grund for treffer in ergebnis.treffer} == {Grund.AEHNLICH}


def test_a_typing_error_that_is_part_of_another_name_names_both() -> None:
    ergebnis = suche(bild(), "Arsberg")
    assert {treffer.gemeinde.name for treffer in ergebnis.treffer} == {"Arnsberg", "Marsberg"}
    assert ergebnis.eindeutig is None


@pytest.mark.parametrize("eingabe", ["", "x", "?", "00000", "Entenhausen", "12052000", "999", "\x00", "ß"])
def test_nothing_is_found_for_nothing(eingabe: str) -> None:
    assert suche(bild(), eingabe).treffer == ()


@given(st.sampled_from(ORTE), st.data())
@settings(max_examples=100, deadline=None)
def test_a_name_with_one_letter_dropped_still_offers_the_town(ort: Gemeinde, data: st.DataObject) -> None:
    name = ort.kurzname
    stelle = data.draw(st.integers(0, len(name) - 1))
    verschrieben = name[:stelle] + name[stelle + 1 :]
    if len(gefaltet(verschrieben)) >= 6:
        ergebnis = suche(bild(), verschrieben)
        # One letter less may be another town: Neuenkirchen, Neunkirchen.
        assert ort.ags in gefunden(verschrieben) or ergebnis.treffer[0].grund is Grund.NAME


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_has_an_answer(text: str) -> None:
    ergebnis = suche(bild(), text)
    assert len({treffer.gemeinde.ags for treffer in ergebnis.treffer}) == len(ergebnis.treffer)


def test_a_search_takes_less_than_a_millisecond() -> None:
    suche(bild(), "warm")
    eingaben = [*(ort.name for ort in ORTE), *(ort.name[:4] for ort in ORTE), *(ort.name[1:] for ort in ORTE)]
    beginn = time.process_time()
    for eingabe in eingaben:
        suche(bild(), eingabe)
    assert (time.process_time() - beginn) / len(eingaben) < 0.001


def test_the_names_that_are_alike_are_known() -> None:
    doppelt = [name for name, zahl in Counter(gefaltet(ort.kurzname) for ort in ORTE).items() if zahl > 1]
    assert doppelt == []
