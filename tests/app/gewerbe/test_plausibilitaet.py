"""What refuses a notice, what brings it to a desk, what is a hint."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.felder import FELDNAMEN
from app.gewerbe.plausibilitaet import VERSPAETET_TAGE, WEIT_VORAUS_TAGE, pruefe_plausibilitaet
from app.gewerbe.plausibilitaet_regel import Treffer, _saetze, befund
from app.leichte_sprache import zu_lange_saetze
from tests.app.gewerbe.conftest import BEISPIELE, beispiel

HEUTE = date(2026, 11, 20)


def _befunde(name: str, aenderungen: dict[str, Any], heute: date = HEUTE) -> dict[str, str]:
    """Rule -> severity for an example with changes ("personen.0.geburtsdatum": value; "-" removes)."""
    daten = beispiel(name).model_dump(mode="json")
    for pfad, wert in aenderungen.items():
        ziel: Any = daten
        *weg, letzter = pfad.split(".")
        for schritt in weg:
            ziel = ziel[int(schritt)] if schritt.isdigit() else ziel[schritt]
        ziel[letzter] = wert
    anzeige = GEWERBEANZEIGE.validate_python(daten)
    return {einer.rule: einer.severity for einer in pruefe_plausibilitaet(anzeige, heute, streng=True)}


@pytest.mark.parametrize("datei", sorted(BEISPIELE.glob("*.json")), ids=lambda datei: datei.stem)
def test_die_beispiele_sind_ohne_fehl(datei: Any) -> None:
    befunde = pruefe_plausibilitaet(beispiel(datei.stem), HEUTE, streng=True)
    assert [einer.als_dict() for einer in befunde if einer.severity != "info"] == []


EINZELN, GMBH, GBR = "anmeldung-einzelunternehmen", "anmeldung-gmbh", "anmeldung-gbr"
AUSLAND, AG, UM, AB = (
    "anmeldung-aufenthaltstitel",
    "anmeldung-ag-zweigniederlassung",
    "ummeldung-verlegung",
    "abmeldung-aufgabe",
)
ORT = {"strasse": "Straße", "hausnummer": "1", "plz": "33129", "ort": "Delbrück"}


@pytest.mark.parametrize(
    ("name", "aenderungen", "regel", "severity"),
    [
        (EINZELN, {"personen": []}, "PLA-PERSON-FEHLT", "error"),
        (EINZELN, {"personen.0.geburtsdatum": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"personen.0.anschrift": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"personen.0.staatsangehoerigkeiten": []}, "PLA-FEHLT", "error"),
        (EINZELN, {"personen.0.geburtsdatum": "2026-11-21"}, "PLA-GEBURTSDATUM", "error"),
        (EINZELN, {"personen.0.geburtsdatum": "1899-12-31"}, "PLA-GEBURTSDATUM", "error"),
        (EINZELN, {"personen.0.geburtsdatum": "2009-01-01"}, "PLA-MINDERJAEHRIG", "warning"),
        (EINZELN, {"personen.0.staatsangehoerigkeiten": ["999"]}, "PLA-AUFENTHALTSTITEL", "warning"),
        (EINZELN, {"personen.0.staatsangehoerigkeiten": ["001"]}, "PLA-STAATSANGEHOERIGKEIT", "warning"),
        (EINZELN, {"betriebsstaette.anschrift.plz": "3309"}, "PLA-PLZ", "error"),
        (EINZELN, {"betriebsstaette.anschrift.plz": None}, "PLA-PLZ", "error"),
        (EINZELN, {"betriebsstaette.anschrift.hausnummer": None}, "PLA-HAUSNUMMER", "error"),
        (EINZELN, {"personen.0.anschrift.nation": "001"}, "PLA-STAAT", "warning"),
        (EINZELN, {"betriebsart": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"betriebsart.sonstiges": False}, "PLA-BETRIEBSART", "error"),
        (EINZELN, {"taetigkeit.schwerpunkt.wz": "00000"}, "PLA-WZ", "warning"),
        (EINZELN, {"taetigkeit.schwerpunkt.wz": "56301"}, "PLA-ERLAUBNIS", "warning"),
        (EINZELN, {"grund": "42"}, "PLA-CODE", "warning"),
        (EINZELN, {"grund": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"datum": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"datum": "2026-11-21"}, "PLA-DATUM-ZUKUNFT", "error"),
        (EINZELN, {"beginn": "2027-06-01"}, "PLA-WEIT-VORAUS", "warning"),
        (EINZELN, {"beginn": "2026-01-01"}, "PLA-VERSPAETET", "info"),
        (EINZELN, {"niederlassungsart": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"niederlassungsart": "zweig"}, "PLA-HAUPTNIEDERLASSUNG", "error"),
        (EINZELN, {"hauptniederlassung": {"anschrift": ORT}}, "PLA-HAUPTNIEDERLASSUNG-UNNOETIG", "info"),
        (EINZELN, {"beschaeftigte": None}, "PLA-FEHLT", "error"),
        (EINZELN, {"frueherer_gewerbetreibender": "Alt"}, "PLA-NEUGRUENDUNG", "error"),
        (EINZELN, {"unfallversicherung": {"nicht_bekannt": True}}, "PLA-NEUGRUENDUNG", "error"),
        (EINZELN, {"fruehere_betriebsstaette": {"anschrift": ORT}}, "PLA-FRUEHERE-UNPASSEND", "warning"),
        (EINZELN, {"grund": "verlegung_aus_anderem_meldebezirk"}, "PLA-FRUEHERE-BETRIEBSSTAETTE", "error"),
        (EINZELN, {"grund": "uebernahme"}, "PLA-FRUEHERER-GEWERBETREIBENDER", "warning"),
        (EINZELN, {"grund": "uebernahme"}, "PLA-UNFALLVERSICHERUNG", "warning"),
        (
            "anmeldung-verlegung",
            {"fruehere_betriebsstaette.gemeinde": None},
            "PLA-FRUEHERE-GEMEINDE",
            "warning",
        ),
        (EINZELN, {"betrieb.anzahl_beteiligte": 1}, "PLA-ANZAHL-UNPASSEND", "warning"),
        (EINZELN, {"betrieb.eingetragener_name": "X e.K."}, "PLA-REGISTER-UNPASSEND", "warning"),
        (EINZELN, {"betrieb.weitere_gesellschafter": ["Mia"]}, "PLA-GESELLSCHAFTER-UNPASSEND", "warning"),
        (EINZELN, {"handwerkskarte": {"vorhanden": True}}, "PLA-HANDWERKSKARTE-UNPASSEND", "warning"),
        (EINZELN, {"handwerkskarte": {"vorhanden": True}}, "PLA-NACHWEIS-UNVOLLSTAENDIG", "warning"),
        (
            EINZELN,
            {"vertretungsberechtigte_person": {"familienname": "A", "vornamen": "B"}},
            "PLA-VERTRETUNG-UNNOETIG",
            "info",
        ),
        (
            EINZELN,
            {"personen.0.aufenthaltstitel": {"vorhanden": True}},
            "PLA-AUFENTHALTSTITEL-UNNOETIG",
            "warning",
        ),
        (GMBH, {"betrieb.registereintrag": None}, "PLA-REGISTER-FEHLT", "warning"),
        (GMBH, {"betrieb.registereintrag.nummer": None}, "PLA-REGISTER-UNVOLLSTAENDIG", "warning"),
        (GMBH, {"betrieb.registereintrag": {"art": "X"}}, "PLA-REGISTER-UNVOLLSTAENDIG", "warning"),
        (GMBH, {"betrieb.registereintrag.art": "S"}, "PLA-REGISTER-GERICHT", "warning"),
        (GMBH, {"betrieb.anzahl_beteiligte": None}, "PLA-ANZAHL", "warning"),
        (GMBH, {"betrieb.anzahl_beteiligte": 1}, "PLA-ANZAHL-ZU-KLEIN", "warning"),
        (GMBH, {"betrieb.rechtsform": "180"}, "PLA-EINE-PERSON", "error"),
        (GMBH, {"betrieb.rechtsform": "210"}, "PLA-EINE-ANZEIGE-JE-GESELLSCHAFTER", "error"),
        (GBR, {"betrieb.weitere_gesellschafter": []}, "PLA-GESELLSCHAFTER", "warning"),
        (AG, {"vertretungsberechtigte_person": None}, "PLA-VERTRETUNG", "warning"),
        (AG, {"betrieb.rechtsform": "350"}, "PLA-PERSON-FEHLT", "error"),
        (AUSLAND, {"personen.0.aufenthaltstitel": None}, "PLA-AUFENTHALTSTITEL", "warning"),
        (AUSLAND, {"personen.0.aufenthaltstitel.vorhanden": False}, "PLA-AUFENTHALTSTITEL", "warning"),
        (
            AUSLAND,
            {"personen.0.aufenthaltstitel.behoerde": None},
            "PLA-AUFENTHALTSTITEL-UNVOLLSTAENDIG",
            "warning",
        ),
        (AUSLAND, {"personen.0.aufenthaltstitel.auflage.vorhanden": True}, "PLA-AUFLAGE", "warning"),
        (AUSLAND, {"handwerkskarte": None}, "PLA-HANDWERKSKARTE", "warning"),
        (UM, {"gruende": [], "taetigkeit.weitere": []}, "PLA-UMMELDUNG-OHNE-GRUND", "error"),
        (UM, {"fruehere_betriebsstaette": None}, "PLA-FRUEHERE-BETRIEBSSTAETTE", "warning"),
        (AB, {"grund": None}, "PLA-FEHLT", "error"),
        (AB, {"ursachen": None}, "PLA-URSACHE", "error"),
        (AB, {"grund": "verlegung_in_anderen_meldebezirk"}, "PLA-VERLEGUNG-NEUE-GEMEINDE", "warning"),
        (AB, {"grund": "verlegung_in_anderen_meldebezirk"}, "PLA-KUENFTIGE-BETRIEBSSTAETTE", "warning"),
        (AB, {"grund": "uebergabe"}, "PLA-KUENFTIGER-GEWERBETREIBENDER", "warning"),
        (AB, {"kuenftiger_gewerbetreibender": "Neu"}, "PLA-KUENFTIGER-UNPASSEND", "warning"),
    ],
)
def test_regel(name: str, aenderungen: dict[str, Any], regel: str, severity: str) -> None:
    assert _befunde(name, aenderungen).get(regel) == severity


def test_jede_regel_hat_einen_satz_und_wird_geprueft() -> None:
    geprueft = {argumente[2] for argumente in test_regel.pytestmark[0].args[1]}
    assert set(_saetze()) == geprueft


def test_saetze_in_allen_sprachen() -> None:
    for regel in _saetze():
        angaben = {"tage": "1", "gewerk": "x", "vorschrift": "y"}
        ergebnis = befund(Treffer("info", regel, 8, "", angaben), "A1", streng=True)
        assert set(ergebnis.text) == {"de", "en", "leicht"}
        assert zu_lange_saetze(ergebnis.text["leicht"]) == []
        assert all(satz and "{" not in satz for satz in ergebnis.text.values())


def test_luecken_sind_nur_streng_ein_fehler() -> None:
    daten = beispiel(EINZELN).model_dump(mode="json")
    daten["personen"][0]["geburtsdatum"] = None
    anzeige = GEWERBEANZEIGE.validate_python(daten)
    (luecke,) = pruefe_plausibilitaet(anzeige, HEUTE)
    assert (luecke.severity, luecke.feld, luecke.pointer) == (
        "warning",
        "GewA 1, Feld 8",
        "/personen/0/geburtsdatum",
    )
    assert luecke.text["de"] == f"{FELDNAMEN['A1'][8].de}: Die Angabe fehlt."


def test_freizuegige_brauchen_keinen_titel() -> None:
    for schluessel in ("000", "152", "158", "141"):  # German, Polish, Swiss, Liechtenstein
        befunde = _befunde(EINZELN, {"personen.0.staatsangehoerigkeiten": [schluessel, "332"]})
        assert "PLA-AUFENTHALTSTITEL" not in befunde


def test_auslaendische_anschrift_braucht_weder_plz_noch_hausnummer() -> None:
    anschrift = {"strasse": "PO Box 12", "ort": "Valparaíso", "nation": "152"}
    assert _befunde(EINZELN, {"personen.0.anschrift": anschrift}) == {}


def test_grenzen_der_tage() -> None:
    weit, spaet = timedelta(WEIT_VORAUS_TAGE), timedelta(VERSPAETET_TAGE)
    for beginn in (HEUTE + weit, HEUTE - spaet):
        assert _befunde(EINZELN, {"beginn": beginn.isoformat()}) == {}
    for beginn in (HEUTE + weit + timedelta(1), HEUTE - spaet - timedelta(1)):
        assert len(_befunde(EINZELN, {"beginn": beginn.isoformat()})) == 1


def test_achtzehnter_geburtstag() -> None:
    assert "PLA-MINDERJAEHRIG" in _befunde(EINZELN, {"personen.0.geburtsdatum": "2008-11-21"})
    assert "PLA-MINDERJAEHRIG" not in _befunde(EINZELN, {"personen.0.geburtsdatum": "2008-11-20"})
