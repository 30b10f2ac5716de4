"""`amt formular`: every mistake with line and reason, the schema of the language."""

import json
from pathlib import Path

from typer.testing import CliRunner

from app.cli import amt
from tests.app.leistungen.hilfe import DATEI, geaenderter_text

_WURZEL = Path(__file__).resolve().parents[3]


def _rufe(*worte: str | Path) -> tuple[int, str]:
    ergebnis = CliRunner().invoke(amt, ["formular", *map(str, worte)])
    return ergebnis.exit_code, ergebnis.stdout


def _falsch(ordner: Path) -> Path:
    datei = ordner / "beispiel.yaml"
    text = geaenderter_text(
        ("wenn: {feld: stand.wagen, ist: true}", "wenn: {feld: stand.waggon, ist: true}"),
        ("aufbewahrung: zahlung", "aufbewahrung: ewig"),
    )
    datei.write_text(text, "utf-8")
    return datei


def test_a_form_in_order() -> None:
    assert _rufe("pruefen", DATEI) == (0, f"{DATEI}: in Ordnung\n")


def test_every_shipped_form_is_in_order() -> None:
    code, text = _rufe("pruefen", _WURZEL / "forms")
    assert code == 0, text
    assert text.count("in Ordnung") == len(list((_WURZEL / "forms").glob("*.yaml")))


def test_mistakes_are_told_with_line_and_reason(tmp_path: Path) -> None:
    datei = _falsch(tmp_path)
    zeile = datei.read_text("utf-8")[: datei.read_text("utf-8").index("waggon")].count("\n") + 1
    code, text = _rufe("pruefen", datei)
    assert code == 1
    assert "2 Befunde" in text
    assert f"Fehler unbekanntes_feld: Zeile {zeile} (schritte/1/felder/8/wenn/feld)" in text
    assert "Das Feld „stand.waggon“ gibt es nicht." in text
    assert "There is no field “stand.waggon”." in text


def test_the_same_for_machines(tmp_path: Path) -> None:
    code, text = _rufe("pruefen", "--json", DATEI, _falsch(tmp_path))
    gut, schlecht = json.loads(text)
    assert code == 1
    assert (gut["code"], gut["leistung"], len(gut["hash"])) == (0, "beispiel", 64)
    assert [befund["code"] for befund in schlecht["befunde"]] == ["unbekanntes_feld", "aufbewahrung"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, text = _rufe("pruefen", tmp_path / "fehlt.yaml", DATEI)
    assert code == 2
    assert "nicht lesbar" in text


def test_the_schema_is_written(tmp_path: Path) -> None:
    datei = tmp_path / "schema.json"
    assert _rufe("schema", datei)[0] == 0
    assert json.loads(datei.read_text("utf-8"))["$schema"].endswith("2020-12/schema")
