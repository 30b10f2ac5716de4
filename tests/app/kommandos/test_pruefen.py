"""`amt pruefen`: exit codes, folders, one JSON document, flat memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import amt
from tests.xoev.nachrichten import friseur, logistik, weinhandel


@pytest.fixture
def ordner(tmp_path: Path) -> Path:
    (tmp_path / "gut").mkdir()
    (tmp_path / "gut" / "a.xml").write_bytes(friseur())
    (tmp_path / "gut" / "b.xml").write_bytes(weinhandel())
    (tmp_path / "schlecht.xml").write_bytes(logistik(mit_satzerstellung=False))
    (tmp_path / "fremd.xml").write_bytes(b'<a xmlns="urn:fremd"/>')
    (tmp_path / "text.xml").write_bytes(b"hallo")
    return tmp_path


def amt_pruefen(*argumente: str | Path) -> Result:
    return CliRunner().invoke(amt, ["pruefen", *map(str, argumente)])


@pytest.mark.parametrize(
    ("namen", "code"),
    [
        (["gut/a.xml"], 0),
        (["gut"], 0),
        (["schlecht.xml"], 1),
        (["gut/a.xml", "schlecht.xml"], 1),
        (["fremd.xml"], 2),
        (["text.xml"], 2),
        (["gibt-es-nicht.xml"], 2),
        (["schlecht.xml", "gibt-es-nicht.xml", "gut/a.xml"], 2),
    ],
)
def test_the_worst_file_decides(ordner: Path, namen: list[str], code: int) -> None:
    angaben = [ordner / name for name in namen]
    assert amt_pruefen(*angaben).exit_code == code
    assert amt_pruefen("--json", *angaben).exit_code == code


def test_an_empty_folder_is_not_usable(tmp_path: Path) -> None:
    assert amt_pruefen(tmp_path).exit_code == 2


def test_people_read_what_where_and_which_field(ordner: Path) -> None:
    ausgabe = amt_pruefen(ordner).stdout
    assert "gut/a.xml: gültig (XGewerbeanzeige 2.2, Nachricht 0500)" in ausgabe
    assert "schlecht.xml: 1 Befund (XGewerbeanzeige 2.1, Nachricht 0300)" in ausgabe
    assert "Es fehlt: Erstellung des Datensatzes." in ausgabe
    assert "fremd.xml: nicht brauchbar" in ausgabe
    assert "5 Dateien: 2 gültig, 1 mit Befunden, 2 nicht brauchbar." in ausgabe


def test_json_is_one_document(ordner: Path) -> None:
    eintraege = json.loads(amt_pruefen("--json", ordner / "gut", ordner / "schlecht.xml").stdout)
    assert [eintrag["status"] for eintrag in eintraege] == ["gueltig", "gueltig", "befunde"]
    assert list(eintraege[0]) == ["datei", "status", "standard", "version", "nachrichtentyp", "befunde"]
    assert eintraege[2]["nachrichtentyp"] == "0300"
    (befund,) = eintraege[2]["befunde"]
    assert befund["severity"] == "error"
    assert befund["rule"] == "XSD-FEHLT"
    assert befund["xpath"].endswith("/xga:satz[1]/xga:anmeldung/xga:satzErstellung")
    assert befund["line"] > 1
    assert befund["text"]["de"] == "Es fehlt: Erstellung des Datensatzes."
    assert befund["text"]["en"] == "Missing: creation of the record."


MESSUNG = """
import resource, sys
from itertools import repeat
from pathlib import Path
import app.kommandos.pruefen as kommando
gut, schlecht = Path(sys.argv[1]), Path(sys.argv[2])
def lauf(anzahl):
    for _ in range(anzahl):
        kommando._ergebnis(gut); kommando._ergebnis(schlecht)
lauf(40)
vorher = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
lauf(300)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - vorher)
"""


def test_memory_stays_flat(ordner: Path) -> None:
    lauf = subprocess.run(
        [sys.executable, "-c", MESSUNG, str(ordner / "gut" / "a.xml"), str(ordner / "schlecht.xml")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(lauf.stdout) < 4096, "KiB more after 600 files"
