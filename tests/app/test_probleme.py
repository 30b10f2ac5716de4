"""Every problem that a person may meet says what is wrong in Leichte Sprache too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app import problems
from app.konto.oidc.fehler import TEXTE
from app.leichte_sprache import zu_lange_saetze
from app.problems import Problem

# What only programs meet: they are told in German and English.
NUR_PROGRAMME = {
    "fremde_gemeinde",
    "idempotency_key_ungueltig",
    "idempotency_key_vergeben",
    "json_nicht_lesbar",
    "kammer_unzustaendig",
    "kammereingang_ungueltig",
    "keine_stelle",
    "klient_ungueltig",
    "medientyp_unbekannt",
    "migration_fehlt",
    "nicht_zu_wiederholen",
    "nur_fuer_menschen",
    "quittung_widerspricht",
    "schluessel_fehlt",
    "schluessel_noetig",
    "scope_fehlt",
    "sendung_unbekannt",
    "zu_viele_versuche",
}


def _eigene_saetze() -> Iterator[str]:
    """Codes of problems that are raised with a sentence of their own."""
    [ordner] = app.__path__
    for datei in Path(ordner).rglob("*.py"):
        for knoten in ast.walk(ast.parse(datei.read_text("utf-8"))):
            if isinstance(knoten, ast.ClassDef):
                if any(isinstance(basis, ast.Name) and basis.id == "Problem" for basis in knoten.bases):
                    yield from _codes(knoten, "super().__init__")
            elif isinstance(knoten, ast.Call):
                yield from _codes(knoten, "Problem")


def _codes(wo: ast.AST, ruf: str) -> Iterator[str]:
    for knoten in ast.walk(wo) if isinstance(wo, ast.ClassDef) else (wo,):
        if isinstance(knoten, ast.Call) and ast.unparse(knoten.func) == ruf and len(knoten.args) > 2:
            code = knoten.args[1]
            if isinstance(code, ast.Constant):
                yield str(code.value)


def test_every_problem_with_a_sentence_of_its_own_is_easy_to_read_or_for_programs() -> None:
    codes = set(_eigene_saetze())
    assert "csrf" in codes
    assert codes - set(problems._leicht()) == NUR_PROGRAMME


def test_every_status_has_its_sentence() -> None:
    assert set(problems._TEXTE) <= set(problems._leicht())


def test_sentences_are_short() -> None:
    leicht = [*problems._leicht().values(), *(drei[2] for drei in TEXTE.values())]
    assert [zu_lange_saetze(satz) for satz in leicht if zu_lange_saetze(satz)] == []


@pytest.mark.parametrize(
    ("problem", "leicht"),
    [
        (Problem(404, "nicht_gefunden"), "Das gibt es hier nicht."),
        (Problem(403, "csrf", "Veraltet.", "Outdated."), problems._leicht()["csrf"]),
        (Problem(422, "schluessel_noetig", "Ein Schlüssel fehlt.", "A key is missing."), None),
        (Problem(418, "teekanne"), None),
    ],
)
def test_which_sentence_a_problem_says(problem: Problem, leicht: str | None) -> None:
    assert problem.text.get("leicht") == leicht
