"""What is filed of each service is XML that meets the schema its form gives, for lxml and for xmllint."""

import shutil
import subprocess
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from app.leistungen.dokument import Kopf, lies_xml, schreibe_xml, xsd
from app.leistungen.service import bestand
from tests.app.web.antrag import gaenge

KOPF = Kopf("05774032", "EB-7K3M-9QX2-04TD-VH2W", datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "de")
GAENGE = [
    gaenge.GBR,
    gaenge.UMMELDUNG,
    gaenge.ABMELDUNG,
    gaenge.MELDEBESCHEINIGUNG,
    gaenge.PARKAUSWEIS,
    gaenge.SCHUELERTICKET,
    gaenge.TEILHABE,
]


def test_every_shipped_service_is_here() -> None:
    ausgeliefert = {datei.name for datei in files("forms").iterdir() if datei.name.endswith(".yaml")}
    assert {f"{gang.leistung}.yaml" for gang in GAENGE} == ausgeliefert


@pytest.mark.parametrize("gang", GAENGE, ids=lambda gang: gang.leistung)
def test_the_document_meets_its_schema(gang: gaenge.Gang, tmp_path: Path) -> None:
    formular = bestand()[gang.leistung]
    antworten = formular.bereinige(gang.antworten())
    dokument = schreibe_xml(formular, antworten, KOPF)
    assert etree.XMLSchema(etree.fromstring(xsd(formular))).validate(etree.fromstring(dokument))
    assert lies_xml(formular, dokument) == antworten
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint is not installed: Debian package libxml2-utils")
    (tmp_path / "antrag.xsd").write_bytes(xsd(formular))
    (tmp_path / "antrag.xml").write_bytes(dokument)
    befehl = ["xmllint", "--nonet", "--noout", "--schema", "antrag.xsd", "antrag.xml"]
    ergebnis = subprocess.run(befehl, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ergebnis.returncode == 0, ergebnis.stderr
