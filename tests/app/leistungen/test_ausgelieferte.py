"""Each shipped form can be filled in, whatever is chosen; each of its questions is asked of somebody."""

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from app.gewerbe import service as gewerbe
from app.konto.niveau import Niveau
from app.leistungen.formular import Formular
from app.leistungen.laden import lade
from app.leistungen.meldungen import TEXTE, regel
from tests.app.leistungen.ausfuellen import fuelle_aus
from tests.app.leistungen.hilfe import kontext

_DATEIEN = sorted((Path(__file__).resolve().parents[3] / "forms").glob("*.yaml"))
_KONTO = {
    "konto.familienname": "Muster",
    "konto.vornamen": "Erika",
    "konto.geburtsdatum": "1985-04-17",
    "konto.geburtsort": "Bielefeld",
    "konto.email": "erika@example.org",
    "konto.staatsangehoerigkeit": "000",
    "konto.anschrift.strasse": "Rathausplatz",
    "konto.anschrift.hausnummer": "1",
    "konto.anschrift.plz": "33098",
    "konto.anschrift.ort": "Paderborn",
}
_LAEUFE = 12
# What a form or its model says itself: a day that does not fit another, a person too young.
_EIGENE = {"grenze", "eintraege"}


@cache
def _formular(datei: Path) -> Formular:
    gewerbe.verdrahte()
    return lade(datei)


@cache
def _ausgefuellte(datei: Path) -> list[dict[str, Any]]:
    kontexte = (kontext(), kontext(Niveau.HOCH, _KONTO))
    return [fuelle_aus(_formular(datei), kontexte[lauf % 2], Random(lauf)) for lauf in range(_LAEUFE)]


@pytest.mark.parametrize("datei", _DATEIEN, ids=lambda datei: datei.stem)
def test_it_can_be_filled_in_whatever_is_chosen(datei: Path) -> None:
    formular = _formular(datei)
    der_pruefung = {regel(name) for name in TEXTE} - _EIGENE
    fertige = 0
    for lauf, antworten in enumerate(_ausgefuellte(datei)):
        geprueft = formular.pruefe(antworten, (kontext(), kontext(Niveau.HOCH, _KONTO))[lauf % 2])
        befunde = [(b.pointer, b.rule, b.text["de"]) for b in geprueft.befunde if b.severity == "error"]
        assert [befund for befund in befunde if befund[1] in der_pruefung] == []
        # Each finding can be shown where it can be mended.
        assert all(formular.ort(pointer) for pointer, _, _ in befunde), befunde
        fertige += geprueft.in_ordnung
    assert fertige


@pytest.mark.parametrize("datei", _DATEIEN, ids=lambda datei: datei.stem)
def test_its_schema_takes_what_it_takes(datei: Path) -> None:
    pruefer = jsonschema_rs.validator_for(_formular(datei).json_schema(), validate_formats=True)
    for antworten in _ausgefuellte(datei):
        geprueft = _formular(datei).pruefe(antworten, kontext())
        if geprueft.in_ordnung:
            fehler = [(f.instance_path, f.message) for f in pruefer.iter_errors(geprueft.antworten)]
            assert fehler == []


@pytest.mark.parametrize("datei", _DATEIEN, ids=lambda datei: datei.stem)
def test_most_questions_are_asked_of_somebody(datei: Path) -> None:
    formular = _formular(datei)
    gefragt: set[str] = set()
    for antworten in _ausgefuellte(datei):
        for schritt in formular.schritte(antworten):
            davor = f"{schritt.liste}." if schritt.liste else ""
            gefragt |= {davor + pfad for pfad in formular.sichtbare(schritt.schluessel, antworten, 0)}
    alle = {pfad for _, _, pfad in formular.felder()}
    assert len(gefragt & alle) > 0.7 * len(alle), alle - gefragt


@pytest.mark.parametrize("datei", _DATEIEN, ids=lambda datei: datei.stem)
def test_its_declaration_can_be_read_in_every_language(datei: Path) -> None:
    for antworten in _ausgefuellte(datei)[:3]:
        for sprache in ("de", "en", "leicht"):
            abschnitte = _formular(datei).abschnitte(antworten, sprache)
            assert [a.schritt for a in abschnitte] == [
                s.schluessel for s in _formular(datei).schritte(antworten)
            ]
            assert all(zeile.label and zeile.text for a in abschnitte for zeile in a.zeilen)
