"""The XML of an application meets the schema that its form gives, for lxml and for xmllint."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.leistungen.dokument import Anlagenangabe, Kopf, NichtGueltig, lies_xml, namensraum, schreibe_xml, xsd
from tests.app.leistungen.beispiel import antworten, formular, geaendert

KOPF = Kopf("05774032", "EB-7K3M-9QX2-04TD-VH2W", datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "de")
POLICE = Anlagenangabe("versicherung", "police.pdf", "application/pdf", 12345, "ab" * 32)


def test_what_is_written_is_valid_and_reads_back() -> None:
    daten = schreibe_xml(formular(), antworten(), KOPF, [POLICE])
    schema = etree.XMLSchema(etree.fromstring(xsd(formular())))
    assert schema.validate(etree.fromstring(daten)), schema.error_log
    assert lies_xml(formular(), daten) == antworten()


def test_each_fim_field_is_an_element_of_its_id() -> None:
    wurzel = etree.fromstring(schreibe_xml(formular(), antworten(), KOPF))
    ns = {"f": namensraum(formular())}
    assert wurzel.findtext("f:angaben/f:person/f:F60000000227", namespaces=ns) == "Łęcka-Müller"
    assert wurzel.findtext("f:kopf/f:eingangsnummer", namespaces=ns) == KOPF.eingangsnummer
    assert len(wurzel.findall("f:angaben/f:helfer/f:eintrag", ns)) == 2


def test_xmllint_agrees(tmp_path: Path) -> None:
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint is not installed: Debian package libxml2-utils")
    schema, datei = tmp_path / "beispiel.xsd", tmp_path / "antrag.xml"
    schema.write_bytes(xsd(formular()))
    datei.write_bytes(schreibe_xml(formular(), antworten(), KOPF, [POLICE]))
    befehl = ["xmllint", "--nonet", "--noout", "--schema", str(schema), str(datei)]
    ergebnis = subprocess.run(befehl, capture_output=True, text=True, check=False)
    assert ergebnis.returncode == 0, ergebnis.stderr


@pytest.mark.parametrize(
    ("ort", "falsch"),
    [("art", "fisch"), ("beginn", "morgen"), ("laenge", "sechs"), ("bemerkung", "x" * 501)],
)
def test_the_schema_can_refuse(ort: str, falsch: str) -> None:
    schlechte = antworten()
    schlechte["stand"][ort] = falsch
    with pytest.raises(NichtGueltig) as grund:
        schreibe_xml(formular(), schlechte, KOPF)
    assert falsch not in str(grund.value)


def test_evidence_that_the_form_does_not_know_is_refused() -> None:
    fremd = Anlagenangabe("geheim", "a.pdf", "application/pdf", 1, "ab" * 32)
    with pytest.raises(NichtGueltig):
        schreibe_xml(formular(), antworten(), KOPF, [fremd])


def test_another_version_has_another_namespace() -> None:
    def kuerzer(inhalt: dict[str, Any]) -> None:
        inhalt["dauer_minuten"] = 5

    assert namensraum(geaendert(kuerzer)) != namensraum(formular())


def test_two_answers_of_one_fim_id_keep_their_keys() -> None:
    def doppelt(inhalt: dict[str, Any]) -> None:
        inhalt["schritte"][0]["felder"][2]["fim"] = "F60000000227"

    zweimal = geaendert(doppelt)
    wurzel = etree.fromstring(schreibe_xml(zweimal, antworten(), KOPF))
    ns = namensraum(zweimal)
    assert wurzel.findtext(f".//{{{ns}}}person/{{{ns}}}email") == "zofia@example.org"
    assert wurzel.findtext(f".//{{{ns}}}person/{{{ns}}}familienname") == "Łęcka-Müller"
