"""docs/formulare.md names everything that the language and its checks know."""

import re
from pathlib import Path
from typing import get_args

import pytest

from app.leistungen.definition import Bedingung, Feldart
from app.leistungen.laden import lies
from app.leistungen.meldungen import TEXTE, regel
from tests.app.leistungen.hilfe import geaenderter_text

_WURZEL = Path(__file__).resolve().parents[3]
_SEITE = (_WURZEL / "docs" / "formulare.md").read_text("utf-8")
_HANDBUCH = (_WURZEL / "docs" / "handbuch" / "formulare.md").read_text("utf-8")
_GENANNT = set(re.findall(r"`([a-z_]+)`", _SEITE))


def test_every_kind_and_every_comparison_is_described() -> None:
    vergleiche = {feld.alias or name for name, feld in Bedingung.model_fields.items()} - {"feld"}
    assert set(get_args(Feldart)) <= _GENANNT
    assert vergleiche <= _GENANNT


def test_every_code_is_described() -> None:
    pruefungen = "".join(
        datei.read_text("utf-8")
        for datei in (_WURZEL / "app" / "leistungen").glob("*.py")
        if "Mangel(" in datei.read_text("utf-8")
    )
    codes = set(re.findall(r'(?:Mangel|_mangel)\(\s*"([a-z_]+)"', pruefungen))
    assert len(codes) > 15
    assert codes <= _GENANNT
    assert {regel(name) for name in TEXTE} <= _GENANNT


@pytest.mark.parametrize(
    "bedingung", re.findall(r"^(?:wenn|pflicht): (\{.*?\})(?:\s+#.*)?$", _HANDBUCH, re.MULTILINE)
)
def test_the_conditions_of_the_handbook_are_conditions(bedingung: str) -> None:
    lies(geaenderter_text(("wenn: {feld: stand.wagen, ist: true}", f"wenn: {bedingung}")))


def test_the_question_of_the_handbook_is_a_question() -> None:
    (frage,) = re.findall(r"```yaml\n(- schluessel.*?)```", _HANDBUCH, re.DOTALL)
    neu = "".join(f"      {zeile}\n" for zeile in frage.splitlines()).replace("stand.laenge", "stand.breite")
    lies(geaenderter_text(("      - schluessel: stand.umsatz\n", f"{neu}      - schluessel: stand.umsatz\n")))
