"""The catalogues: every language has every sentence, every sentence is used, no page asks for another."""

import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

from app.leichte_sprache import woerter, zu_lange_saetze
from app.web import texte
from app.web.texte import DEUTSCH, in_sprache, katalog, sprachen, uebersetze, zeilen

WEB = Path(texte.__file__).parent
QUELLEN = [*WEB.glob("vorlagen/**/*.html"), *WEB.glob("**/*.py")]
# t("a.b") and besuch.text("a.b"); t("a." ~ x) and text(f"a.{x}") name all that begins so.
RUF = re.compile(r"""\b(?:t|text|uebersetze)\((?:sprache\.schluessel, )?f?["']([a-z0-9_.]+)(["'{])( ~)?""")


def _gerufen() -> tuple[set[str], set[str]]:
    ganz: set[str] = set()
    anfaenge: set[str] = {"fehler."}  # app.web.fehlerseiten chooses among them by what the catalogue has
    for quelle in QUELLEN:
        for schluessel, ende, verkettet in RUF.findall(quelle.read_text("utf-8")):
            (anfaenge if verkettet or ende == "{" else ganz).add(schluessel)
    return ganz, anfaenge


def _plaetze(satz: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(satz) if name is not None}


def test_there_are_three_languages_german_first() -> None:
    assert list(sprachen()) == ["de", "en", "leicht"]


@pytest.mark.parametrize("sprache", sprachen())
def test_every_language_has_every_sentence(sprache: str) -> None:
    assert set(katalog(sprache)) == set(katalog("de"))


@pytest.mark.parametrize("sprache", sprachen())
def test_every_sentence_has_words_and_the_same_places(sprache: str) -> None:
    for schluessel, satz in katalog(sprache).items():
        assert satz.strip() == satz != "", schluessel
        assert _plaetze(satz) == _plaetze(katalog("de")[schluessel]), schluessel


def test_every_sentence_is_used() -> None:
    ganz, anfaenge = _gerufen()
    assert [s for s in katalog("de") if s not in ganz and not s.startswith(tuple(anfaenge))] == []


def test_no_page_asks_for_a_sentence_that_is_not_there() -> None:
    ganz, anfaenge = _gerufen()
    assert len(ganz) > 100
    assert ganz - set(katalog("de")) == set()
    assert [anfang for anfang in anfaenge if not any(s.startswith(anfang) for s in katalog("de"))] == []


@pytest.mark.parametrize("sprache", [s for s in sprachen() if s != "de"])
def test_few_sentences_say_the_same_in_both_languages(sprache: str) -> None:
    """What was copied and never translated. A few words of German may be as easy as can be."""
    kurz, hoechstens = (3, 0.1) if sprache == "leicht" else (0, 0.05)
    gleich = Counter(katalog(sprache)[s] == satz for s, satz in katalog("de").items() if woerter(satz) > kurz)
    assert gleich[True] < hoechstens * gleich.total()


def test_sentences_of_leichte_sprache_are_short() -> None:
    lang = {schluessel: zu_lange_saetze(satz) for schluessel, satz in katalog("leicht").items()}
    assert {schluessel: saetze for schluessel, saetze in lang.items() if saetze} == {}


def test_long_words_of_leichte_sprache_are_divided() -> None:
    """By Mediopunkt or hyphen; these few are one word, or the name of something."""
    lang = {wort for satz in katalog("leicht").values() for wort in re.findall(r"\w{13,}", satz)}
    assert lang <= {
        "Bescheinigung",
        "Einstellungen",
        "Programmierer",
        "angehörigkeit",
        "aufgeschrieben",
        "client_credentials",
        "herunterladen",
        "schwierigkeiten",
    }


def test_leichte_sprache_has_a_line_for_each_sentence() -> None:
    assert katalog("leicht")["stufe.titel"].count("\n") == 0
    assert katalog("leicht")["loeschen.bleibt_warum"].count("\n") == 4
    assert in_sprache({"de": "Nein.", "leicht": "Das geht nicht. Fragen Sie."}, "leicht") == (
        "Das geht nicht.\nFragen Sie."
    )
    assert zeilen("leicht", "Zum Beispiel: ein Laden. Oder:\n- eine Werkstatt") == (
        "Zum Beispiel: ein Laden.\nOder:\n- eine Werkstatt"
    )
    assert zeilen("de", "Eins. Zwei.") == "Eins. Zwei."


def test_a_problem_without_the_language_is_told_in_german() -> None:
    assert in_sprache({"de": "Nein.", "en": "No."}, "leicht") == "Nein."
    assert in_sprache({"de": "Nein.", "en": "No."}, "en") == "No."


def test_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        uebersetze(DEUTSCH.schluessel, "gibt.es.nicht")
