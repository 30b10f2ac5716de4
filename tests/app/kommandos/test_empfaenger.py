"""`amt empfaenger` as a shell sees it: output, files, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from lxml import etree
from typer.testing import CliRunner, Result

from app.gewerbe.anzeige import Form
from app.kommandos import empfaenger
from tests.app.gewerbe.recht.anzeigen import vollstaendig
from tests.conftest import shared
from xoev.pruefen import pruefe


def aufruf(*argumente: str | Path) -> Result:
    amt = typer.Typer()
    amt.callback()(lambda: None)
    empfaenger.registrieren(amt)
    return CliRunner().invoke(amt, ["empfaenger", *map(str, argumente)], env={"COLUMNS": "200"})


def anzeige(ordner: Path, form: Form, **abweichend: Any) -> Path:
    datei = ordner / f"{form}.json"
    datei.write_text(vollstaendig(form, **abweichend).model_dump_json(exclude_none=True), "utf-8")
    return datei


def test_every_body_with_reason_paragraph_and_fields(tmp_path: Path) -> None:
    ergebnis = aufruf(anzeige(tmp_path, "A1"), "--json")
    assert ergebnis.exit_code == 0
    antwort = json.loads(ergebnis.stdout)
    zeilen = {zeile["schluessel"]: zeile for zeile in antwort["empfaenger"]}
    assert len(zeilen) == 16
    ihk = zeilen["ihk"]
    assert ihk["berechtigt"]
    assert ihk["zurueckgehalten"] == [13, 27, 29, 30, 31, 33]
    assert sorted(ihk["felder"] + ihk["zurueckgehalten"]) == list(range(1, 34))
    assert ihk["paragraph"] == "§ 3 Abs. 1 S. 1 Nr. 1 GewAnzV, § 14 Abs. 8 S. 1 Nr. 1 GewO"
    assert ihk["nachrichtentyp"] == "0200"
    assert ihk["adressat"]["schluessel"] == "ihk-ostwestfalen-zu-bielefeld"
    assert not zeilen["zoll"]["berechtigt"]
    assert zeilen["zoll"]["felder"] == []
    assert set(zeilen["zoll"]["grund"]) == {"de", "en", "leicht"}
    assert zeilen["bisherige_gemeinde"]["adressat"]["name"] == "Gewerbeamt Delbrück"
    assert antwort["felder"]["A1"]["8"] == {
        "de": "Geburtsdatum",
        "en": "Date of birth",
        "leicht": "Geburts·tag",
    }


def test_people_read_names_of_the_fields_that_are_withheld(tmp_path: Path) -> None:
    ergebnis = aufruf(anzeige(tmp_path, "A3"))
    assert ergebnis.exit_code == 0
    for text in (
        "Registergericht",
        "ja / yes",
        "nein / no",
        "13 Beteiligung der öffentlichen Hand",
        "§ 3 Abs. 2",
    ):
        assert text in ergebnis.stdout


@pytest.mark.parametrize("form", ["A1", "A2", "A3"])
def test_messages_are_written_and_valid(tmp_path: Path, form: Form) -> None:
    ordner = tmp_path / "aus" / "gang"
    ergebnis = aufruf(anzeige(tmp_path, form), "--xml", ordner, "--json", "--zoll-anhaltspunkte")
    assert ergebnis.exit_code == 0
    geschrieben = {
        zeile["datei"] for zeile in json.loads(ergebnis.stdout)["empfaenger"] if zeile["berechtigt"]
    }
    assert geschrieben == {str(datei) for datei in ordner.iterdir()}
    for datei in ordner.iterdir():
        assert pruefe(datei.read_bytes()).status == "gueltig", datei.name
    assert etree.parse(ordner / "ihk.xml").getroot().get("test") == "100"


def test_the_form_may_come_from_the_command_line(tmp_path: Path) -> None:
    datei = anzeige(tmp_path, "A2")
    roh = json.loads(datei.read_text("utf-8"))
    del roh["form"]
    datei.write_text(json.dumps(roh), "utf-8")
    assert aufruf(datei).exit_code == 1
    assert aufruf(datei, "--form", "A2").exit_code == 0
    assert aufruf(anzeige(tmp_path, "A1"), "--form", "A2").exit_code == 2


def test_findings_in_the_notice(tmp_path: Path) -> None:
    datei = tmp_path / "anzeige.json"
    datei.write_text('{"form": "A1"}', "utf-8")
    ergebnis = aufruf(datei, "--json")
    assert ergebnis.exit_code == 1
    assert "/taetigkeit" in {befund["pointer"] for befund in json.loads(ergebnis.stdout)["befunde"]}
    assert "JSON-PFLICHT" in aufruf(datei).stderr


@pytest.mark.parametrize(
    "inhalt", [b"", b"kein json", b"[1]", b"<a/>", b"<a>", b"\xff\xfe<\x00", b'{"a":' * 9999]
)
def test_input_that_cannot_be_used(tmp_path: Path, inhalt: bytes) -> None:
    datei = tmp_path / "eingabe"
    datei.write_bytes(inhalt)
    for optionen in ((), ("--json",)):
        ergebnis = aufruf(datei, *optionen)
        assert ergebnis.exit_code == 2
        assert "Traceback" not in ergebnis.output


def test_no_file_no_law_no_such_body(tmp_path: Path) -> None:
    datei = anzeige(tmp_path, "A1")
    assert aufruf().exit_code == 2
    assert aufruf(tmp_path / "fehlt.json").exit_code == 2
    assert aufruf(tmp_path).exit_code == 2
    assert aufruf(datei, "--tag", "2019-01-01").exit_code == 2
    assert aufruf(datei, "--verzicht", "entenhausen").exit_code == 2
    assert aufruf(datei, "--xml", datei).exit_code == 2


def test_waiver_and_filter(tmp_path: Path) -> None:
    handel = {"industrie": False, "handwerk": False, "handel": True, "sonstiges": False}
    datei = anzeige(tmp_path, "A1", betriebsart=handel, handwerkskarte=None)
    ergebnis = aufruf(datei, "--json", "--verzicht", "kbs", "--verzicht", "dguv", "--filter", "hwk")
    nicht = {
        zeile["schluessel"] for zeile in json.loads(ergebnis.stdout)["empfaenger"] if not zeile["berechtigt"]
    }
    assert {"kbs", "dguv", "hwk"} <= nicht


def test_json_schema_of_the_input() -> None:
    ergebnis = aufruf("--schema", "A1")
    assert ergebnis.exit_code == 0
    assert json.loads(ergebnis.stdout)["properties"]["beginn"]["x-gewa-feld"] == [20]


def test_an_official_message_from_another_state(tmp_path: Path) -> None:
    datei = shared("data/xgewerbeanzeige/examples/xgwa2.2-valid.xml")
    ergebnis = aufruf(datei, "--json", "--xml", tmp_path / "aus")
    assert ergebnis.exit_code == 0
    zeilen = {zeile["schluessel"]: zeile for zeile in json.loads(ergebnis.stdout)["empfaenger"]}
    assert zeilen["auslaenderbehoerde"]["berechtigt"]
    assert zeilen["ihk"]["adressat"] is None
    assert pruefe((tmp_path / "aus" / "hwk.xml").read_bytes()).status == "gueltig"


def test_an_official_message_that_is_not_valid() -> None:
    assert aufruf(shared("data/xgewerbeanzeige/examples/xgwa2.2-invalid.xml"), "--json").exit_code == 1
