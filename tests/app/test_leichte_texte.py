"""Whatever people are told stands in three languages, wherever it is kept, and the third one is easy."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from app import problems
from app.leichte_sprache import saetze, zu_lange_saetze
from app.web.texte import katalog

WURZEL = Path(__file__).resolve().parents[2]
SPRACHEN = {"de", "en", "leicht"}
_PASSIV = re.compile(
    r"\b(?:wird|werden|wurden?|worden)\b.*\b(?:\w*ge\w+(?:t|en)|\w+iert|(?:be|er|ver|ent|zer)\w+(?:t|en))\b",
    re.IGNORECASE,
)
# Sentences in code that only programs, auditors and technicians read: German and English.
NUR_FACHLEUTE = {
    "app/akte/journalpruefung.py": "the journal's auditor",
    "app/eingabefehler.py": "who writes JSON",
    "app/gewerbe/abgleich.py": "the journal's auditor",
    "app/gewerbe/berichtigen.py": "the office's system",
    "app/gewerbe/eingabe.py": "who writes XML",
    "app/gewerbe/errors.py": "who writes JSON or XML",
    "app/gewerbe/nachricht_lesen.py": "who writes XML",
    "app/gewerbe/recht/ausgangspruefung.py": "deliveries",
    "app/gewerbe/versandbau.py": "deliveries",
    "app/kommandos/empfaenger_antwort.py": "the command line",
    "app/konto/zugriff.py": "beside a problem that has its own page",
    "app/leistungen/eingabe_formen.py": "patterns, no sentences",
    "app/leistungen/formularfehler.py": "who writes forms",
    "app/mitteilungen/errors.py": "beside a problem that says it in all languages",
    "app/problems.py": "its third language is in probleme_leicht.yaml",
    "app/versand/channels/email.py": "technicians",
    "app/versand/channels/http.py": "technicians",
    "app/versand/channels/ordner.py": "technicians",
    "app/versand/channels/postfach.py": "technicians",
    "app/versand/verwaltung.py": "technicians",
    "app/verwaltung/klient_router.py": "technicians",
    "app/verwaltung/router.py": "technicians",
}


def _daten() -> Iterator[tuple[str, Any]]:
    for ordner in ("app", "forms"):
        for datei in sorted((WURZEL / ordner).rglob("*")):
            ort = str(datei.relative_to(WURZEL))
            if datei.suffix == ".yaml":
                yield ort, yaml.safe_load(datei.read_text("utf-8"))
            elif datei.suffix == ".toml":
                yield ort, tomllib.loads(datei.read_text("utf-8"))


def _texte(wert: Any) -> Iterator[dict[str, str]]:
    """Everything inside that is said in more than one language."""
    if isinstance(wert, dict):
        if isinstance(wert.get("de"), str) and isinstance(wert.get("en"), str):
            yield wert
        for kind in wert.values():
            yield from _texte(kind)
    elif isinstance(wert, list):
        for kind in wert:
            yield from _texte(kind)


def _plaetze(satz: str) -> set[str]:
    # The name of a field is called as its language is.
    return {name for _, name, _, _ in Formatter().parse(satz) if name} - SPRACHEN


def test_every_text_in_data_has_three_languages_and_the_same_places() -> None:
    zahl = 0
    for ort, inhalt in _daten():
        for text in _texte(inhalt):
            zahl += 1
            assert text.keys() >= SPRACHEN, f"{ort}: {text}"
            assert _plaetze(text["de"]) == _plaetze(text["en"]), f"{ort}: {text}"
            # What is easy may leave something out.
            assert _plaetze(text["leicht"]) <= _plaetze(text["de"]), f"{ort}: {text}"
    assert zahl > 500


def test_every_sentence_of_leichte_sprache_is_short() -> None:
    lang = [(ort, satz) for ort, inhalt in _daten() for text in _texte(inhalt) for satz in _lang(text)]
    assert lang == []


def test_no_sentence_of_leichte_sprache_is_passive() -> None:
    """As far as it can be told: an auxiliary and a participle in one sentence."""
    alle = [(ort, text["leicht"]) for ort, inhalt in _daten() for text in _texte(inhalt)]
    alle += [("problems", satz) for satz in problems._leicht().values()]
    alle += list(katalog("leicht").items())
    passiv = [(ort, satz) for ort, text in alle for satz in saetze(text) if _PASSIV.search(satz)]
    assert passiv == []
    assert _PASSIV.search("Ihre Daten werden nach 6 Monaten gelöscht.")
    assert not _PASSIV.search("Aus einem Laden wird eine GmbH.")


def _lang(text: dict[str, str]) -> list[str]:
    return zu_lange_saetze(text["leicht"])


def test_code_that_speaks_two_languages_speaks_to_experts() -> None:
    zweisprachig = set()
    for datei in (WURZEL / "app").rglob("*.py"):
        for knoten in ast.walk(ast.parse(datei.read_text("utf-8"))):
            if isinstance(knoten, ast.Dict):
                namen = {name.value for name in knoten.keys if isinstance(name, ast.Constant)}
                if {"de", "en"} <= namen and "leicht" not in namen:
                    zweisprachig.add(str(datei.relative_to(WURZEL)))
    assert zweisprachig == set(NUR_FACHLEUTE)
