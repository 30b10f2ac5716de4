"""The model: closed, immutable, tidy texts, and a schema that knows the official forms."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from app.gewerbe.anzeige import FORMEN, GEWERBEANZEIGE, Anmeldung, Ummeldung
from app.gewerbe.codes import code_von, codeworte, wort_von
from app.gewerbe.feld import Form
from app.gewerbe.formularschema import json_schema
from tests.app.gewerbe.conftest import BEISPIELE


def _geaendert(anmeldung: Anmeldung, pfad: str, wert: Any) -> dict[str, Any]:
    daten = anmeldung.model_dump(mode="json")
    ziel: Any = daten
    *weg, letzter = pfad.split(".")
    for schritt in weg:
        ziel = ziel[int(schritt)] if schritt.isdigit() else ziel[schritt]
    ziel[letzter] = wert
    return daten


def test_unveraenderlich(anmeldung: Anmeldung) -> None:
    with pytest.raises(ValidationError):
        anmeldung.gemeinde = "05711000"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("pfad", "wert"),
    [
        ("unterschrift", "x"),
        ("gemeinde", "5774032"),
        ("gemeinde", "٠٥٧٧٤٠٣٢"),
        ("personen.0.familienname", ""),
        ("personen.0.familienname", " \t "),
        ("personen.0.familienname", "x" * 201),
        ("personen.0.familienname", "Иванов"),
        ("personen.0.familienname", "a\x00b"),
        ("personen.0.geburtsdatum", "17.04.1985"),
        ("personen.0.geburtsdatum", 482544000),
        ("personen.0.geburtsdatum", "1985-02-30"),
        ("personen.0.geschlecht", "männlich"),
        ("personen.0.geschlecht", "0"),
        ("niederlassungsart", "4"),
        ("personen.0.staatsangehoerigkeiten", ["DE"]),
        ("personen", [{}]),
        ("nebenerwerb", "nein"),
        ("nebenerwerb", 0),
        ("beschaeftigte.vollzeit", -1),
        ("beschaeftigte.vollzeit", "2"),
        ("beschaeftigte.vollzeit", True),
        ("beginn", "2999-01-01"),
        ("grund", "weil"),
        ("betrieb.rechtsform", "GmbH"),
        ("betrieb.registereintrag", {}),
        ("unfallversicherung", {}),
        ("taetigkeit.weitere", [{"beschreibung": "a|b"}]),
        ("taetigkeit.weitere", [{"beschreibung": "a"}, {"beschreibung": " a "}]),
        ("taetigkeit.weitere", [{"beschreibung": "a", "stichwort": "b"}]),
        ("taetigkeit.schwerpunkt.neu_ausgeuebt", True),
    ],
)
def test_abgewiesen(anmeldung: Anmeldung, pfad: str, wert: Any) -> None:
    with pytest.raises(ValidationError):
        GEWERBEANZEIGE.validate_python(_geaendert(anmeldung, pfad, wert))


def test_hoechstens_zweihundert_personen(anmeldung: Anmeldung) -> None:
    person = anmeldung.personen[0].model_dump(mode="json")
    assert (
        len(GEWERBEANZEIGE.validate_python(_geaendert(anmeldung, "personen", [person] * 200)).personen) == 200
    )
    with pytest.raises(ValidationError):
        GEWERBEANZEIGE.validate_python(_geaendert(anmeldung, "personen", [person] * 201))


def test_texte_werden_geglaettet(anmeldung: Anmeldung) -> None:
    anzeige = GEWERBEANZEIGE.validate_python(
        _geaendert(anmeldung, "personen.0.familienname", "  Mu\u0308ller \r\n Lu\u0308denscheid ")
    )
    assert anzeige.personen[0].familienname == "Müller Lüdenscheid"


def test_aus_dem_schluessel_wird_das_wort(anmeldung: Anmeldung) -> None:
    anzeige = GEWERBEANZEIGE.validate_python(_geaendert(anmeldung, "grund", "01"))
    assert anzeige.grund == "neugruendung"
    unbekannt = GEWERBEANZEIGE.validate_python(_geaendert(anmeldung, "grund", "42"))
    assert unbekannt.grund == "42"


def test_das_stichwort_kommt_vom_schluessel(anmeldung: Anmeldung) -> None:
    assert anmeldung.taetigkeit.schwerpunkt.stichwort == "Cafés"


def test_sonstiger_grund_zum_freien_text(ummeldung: Ummeldung) -> None:
    daten = ummeldung.model_dump(mode="json") | {"gruende": [], "sonstige_gruende": "Umfirmierung"}
    assert GEWERBEANZEIGE.validate_python(daten).gruende == ("sonstiger_grund",)


def test_form_2_kennt_keine_betriebsart_form_3_keinen_titel(ummeldung: Ummeldung) -> None:
    assert not {"betriebsart", "unfallversicherung", "frueherer_gewerbetreibender"} & set(
        Ummeldung.model_fields
    )
    abmeldung = json_schema("A3")["properties"]
    assert not {"erlaubnis", "handwerkskarte"} & set(abmeldung)
    assert "aufenthaltstitel" not in abmeldung["personen"]["items"]["properties"]


@pytest.mark.parametrize(
    "liste", ["grund_anmeldung", "grund_ummeldung", "grund_abmeldung", "funktion", "geschlecht", "kanal"]
)
def test_worte_und_schluessel_sind_umkehrbar(liste: str) -> None:
    for wort, eintrag in codeworte(liste).items():
        assert wort_von(liste, code_von(liste, wort)) == wort
        assert eintrag.belegt in {"F", "I"}
    assert len({eintrag.code for eintrag in codeworte(liste).values()}) == len(codeworte(liste))


def _blaetter(schema: dict[str, Any], ort: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if "properties" in schema:
        for name, teil in schema["properties"].items():
            yield from _blaetter(teil, f"{ort}/{name}")
    elif "items" in schema:
        yield from _blaetter(schema["items"], f"{ort}/*")
    else:
        yield ort, schema


@pytest.mark.parametrize("form", FORMEN)
def test_jedes_blatt_des_schemas_traegt_seine_felder(form: Form) -> None:
    blaetter = dict(_blaetter(json_schema(form)))
    assert all(isinstance(blatt["x-gewa-feld"], list) for blatt in blaetter.values())
    assert all(blatt["title"] for blatt in blaetter.values())
    technisch = {ort for ort, blatt in blaetter.items() if not blatt["x-gewa-feld"]}
    assert technisch == {"/form", "/gemeinde", "/uuid", "/gewerbebetrieb_id", "/personen/*/funktion"}
    nummern = {nummer for blatt in blaetter.values() for nummer in blatt["x-gewa-feld"]}
    # The signature falls away in an electronic notice (§ 2 Abs. 1 Satz 2 GewAnzV).
    assert nummern == set(range(1, 33 if form == "A1" else 30))


def test_stichproben_der_nummern() -> None:
    """Read from the pictures of the forms, not from the code."""
    erwartet = {
        "A1": {
            "/beginn": [20],
            "/datum": [32],
            "/handwerkskarte/hwk": [29],
            "/personen/*/aufenthaltstitel/auflage/text": [31],
            "/unfallversicherung/mitgliedsnummer": [27],
            "/fruehere_betriebsstaette/gemeinde": [17],
            "/betriebsart/handwerk": [21],
        },
        "A2": {
            "/aenderung": [21],
            "/datum": [29],
            "/nebenerwerb": [20],
            "/gruende/*": [20],
            "/taetigkeit/schwerpunkt/wz": [18, 19],
            "/handwerkskarte/hwk": [26],
            "/personen/*/aufenthaltstitel/vorhanden": [27],
            "/personen/*/aufenthaltstitel/auflage/vorhanden": [28],
        },
        "A3": {
            "/aufgabe": [20],
            "/grund": [25, 26],
            "/kuenftiger_gewerbetreibender": [27],
            "/kuenftige_betriebsstaette/anschrift/ort": [17],
            "/ursachen": [28],
            "/datum": [29],
        },
    }
    for form in FORMEN:
        blaetter = dict(_blaetter(json_schema(form)))
        for ort, nummern in erwartet[form].items():
            assert blaetter[ort]["x-gewa-feld"] == nummern, (form, ort)


def test_dieselbe_anschrift_steht_in_verschiedenen_feldern() -> None:
    blaetter = dict(_blaetter(json_schema("A1")))
    nummern = [
        blaetter[f"/{ort}/anschrift/plz"]["x-gewa-feld"]
        for ort in ("personen/*", "betriebsstaette", "hauptniederlassung", "fruehere_betriebsstaette")
    ]
    assert nummern == [[11], [15], [16], [17]]


def test_fim() -> None:
    assert dict(_blaetter(json_schema("A1")))["/personen/*/familienname"]["x-fim"] == "F60000000227"
    # F05... stand in the published schema of the Gewerbeabmeldung only.
    assert dict(_blaetter(json_schema("A3")))["/grund"]["x-fim"] == "F05000017437"
    assert "x-fim" not in dict(_blaetter(json_schema("A1")))["/betriebsart/handel"]


@pytest.mark.parametrize("form", FORMEN)
def test_schema_steht_fuer_sich(form: Form) -> None:
    text = json.dumps(json_schema(form))
    assert "$ref" not in text
    assert "x-feld-roh" not in text
    assert '"form"' in text
    assert "form" in json_schema(form)["required"]


@pytest.mark.parametrize("datei", sorted(BEISPIELE.glob("*.json")), ids=lambda datei: datei.stem)
def test_beispiele_gelten_und_bleiben_gleich(datei: Any) -> None:
    anzeige = GEWERBEANZEIGE.validate_json(datei.read_bytes())
    assert GEWERBEANZEIGE.validate_json(anzeige.model_dump_json()) == anzeige
