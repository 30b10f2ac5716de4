"""The four services of the Bürgerbüro: complete, in three languages, and what they say when."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.leistungen.formular import Formular, Kontext
from app.leistungen.laden import lade
from app.vorgaenge.service import ORTSZEIT
from tests.app.antraege.buergerbuero import (
    ALLE,
    bewohnerparkausweis,
    meldebescheinigung,
    schuelerticket,
    teilhabe,
)

FORMEN = Path(__file__).parents[2] / "forms"
HEUTE = datetime.now(ORTSZEIT).date()
KONTEXT = Kontext("05774032", HEUTE, None, {})


@pytest.fixture(scope="module")
def formulare() -> dict[str, Formular]:
    return {name: lade(FORMEN / f"{name}.yaml") for name in ALLE}


def _setze(antworten: dict[str, Any], **werte: Any) -> dict[str, Any]:
    for pfad, wert in werte.items():
        *davor, name = pfad.split("__")
        halter = antworten
        for teil in davor:
            halter = halter.setdefault(teil, {})
        halter[name] = wert
    return antworten


def _regeln(formular: Formular, antworten: dict[str, Any]) -> set[tuple[str, str]]:
    return {(befund.rule, befund.pointer) for befund in formular.pruefe(antworten, KONTEXT).befunde}


@pytest.mark.parametrize("name", ALLE)
def test_the_example_is_complete_and_nothing_is_left_to_say(
    name: str, formulare: dict[str, Formular]
) -> None:
    pruefung = formulare[name].pruefe(ALLE[name](), KONTEXT)
    assert pruefung.befunde == ()
    assert pruefung.antworten == ALLE[name]()
    assert formulare[name].hinweise == ()


@pytest.mark.parametrize("name", ALLE)
def test_what_is_assumed_says_so(name: str, formulare: dict[str, Formular]) -> None:
    definition = formulare[name].definition
    assert not definition.leika_belegt
    assert all(not eine.belegt for eine in definition.datenschutz.aufbewahrung.values())


def test_archetypes_are_the_four(formulare: dict[str, Formular]) -> None:
    assert {name: eines.definition.archetyp for name, eines in formulare.items()} == {
        "meldebescheinigung": "D",
        "bewohnerparkausweis": "B",
        "schuelerticket": "B",
        "teilhabe": "E",
    }


@pytest.mark.parametrize(
    ("verwendung", "cent"), [("rente", 0), ("kindergeld", 0), ("eheschliessung", 900), ("sonstiges", 900)]
)
def test_certificates_for_pension_and_child_benefit_are_free(
    verwendung: str, cent: int, formulare: dict[str, Formular]
) -> None:
    antworten = _setze(meldebescheinigung(), bescheinigung__verwendung=verwendung)
    assert formulare["meldebescheinigung"].gebuehr(antworten).betrag_cent == cent


def test_a_block_in_the_register_is_neither_asked_nor_offered(formulare: dict[str, Formular]) -> None:
    """Only a sentence says that it will not be on the certificate; no answer can carry it."""
    gefunden = [
        (pfad, angabe.typ)
        for _, angabe, pfad in formulare["meldebescheinigung"].felder()
        for text in (
            angabe.label.de,
            angabe.hilfe.de if angabe.hilfe else "",
            *(f"{wahl.wert} {wahl.text.de}" for wahl in angabe.werte),
        )
        if "sperr" in text.lower()
    ]
    assert gefunden == [("person.kein_vermerk", "hinweis")]


def test_more_than_the_simple_certificate_is_named_item_by_item(formulare: dict[str, Formular]) -> None:
    form = formulare["meldebescheinigung"]
    erweitert = _setze(meldebescheinigung(), bescheinigung__art="erweitert")
    assert _regeln(form, erweitert) == {("pflicht", "/bescheinigung/umfang")}
    _setze(erweitert, bescheinigung__umfang=["familienstand", "kinder"])
    assert _regeln(form, erweitert) == {("eintraege", "/kinder")}
    _setze(erweitert, kinder=[{"vornamen": "Mia", "familienname": "Probe", "geburtsdatum": "1999-01-01"}])
    assert _regeln(form, erweitert) == {("kind_volljaehrig", "/kinder/0/geburtsdatum")}


def test_nobody_gets_a_second_permit_or_one_before_moving_in(formulare: dict[str, Formular]) -> None:
    form = formulare["bewohnerparkausweis"]
    neu = _setze(
        bewohnerparkausweis(),
        antrag__art="neu",
        antrag__laufzeit="1",
        fahrzeug={"kennzeichen": "PB-AB 123", "art": "pkw", "halter": "firma", "haltername": "Muster GmbH"},
        stellplatz={"vorhanden": False, "weiterer_ausweis": True},
        person__wohnung_seit=HEUTE.isoformat(),
        antrag__beginn=HEUTE.isoformat(),
    )
    assert _regeln(form, neu) == {
        ("pflicht", "/fahrzeug/dauernde_nutzung"),
        ("nur_ein_ausweis", "/stellplatz/weiterer_ausweis"),
    }
    assert {eine.angabe.schluessel for eine in form.nachweise(neu) if eine.pflicht} == {
        "zulassung",
        "nutzung",
    }
    assert form.gebuehr(neu).bis_cent == 3070
    assert form.gebuehr(bewohnerparkausweis()).bis_cent is None


@pytest.mark.parametrize(
    ("aenderung", "ebene"),
    [
        ({}, "gemeinde"),
        ({"schule__traeger": "kreis"}, "kreis"),
        ({"schule__traeger": "landschaftsverband"}, "landschaftsverband"),
    ],
)
def test_who_runs_the_school_decides(
    aenderung: dict[str, str], ebene: str, formulare: dict[str, Formular]
) -> None:
    assert formulare["schuelerticket"].zustaendig(_setze(schuelerticket(), **aenderung)).ebene == ebene


def test_whoever_pays_no_share_is_not_asked_for_an_account(formulare: dict[str, Formular]) -> None:
    form = formulare["schuelerticket"]
    for aenderung in ({"eigenanteil__befreiung": "sgb2"}, {"schule__stufe": "primar"}):
        antworten = form.bereinige(_setze(schuelerticket(), **aenderung))
        assert "iban" not in antworten["eigenanteil"]
    assert form.bereinige(schuelerticket())["eigenanteil"]["iban"]


def test_the_school_sees_who_and_where_and_nothing_of_the_way(formulare: dict[str, Formular]) -> None:
    definition = formulare["schuelerticket"].definition
    assert definition.bestaetigung is not None
    besondere = {pfad for _, angabe, pfad in formulare["schuelerticket"].felder() if angabe.besonders}
    assert not besondere & set(definition.bestaetigung.zeigt)
    assert {pfad.partition(".")[0] for pfad in definition.bestaetigung.zeigt} == {
        "schueler",
        "schule",
        "antrag",
    }


def test_reasons_of_health_need_a_certificate_that_is_protected(formulare: dict[str, Formular]) -> None:
    form = formulare["schuelerticket"]
    krank = _setze(schuelerticket(), weg__grund="gesundheit", weg__gesundheit="Gehbehinderung")
    [arzt] = [eine for eine in form.nachweise(krank) if eine.angabe.schluessel == "arzt"]
    assert arzt.pflicht
    assert arzt.angabe.besonders
    assert arzt.angabe.aufbewahrung == "gesundheit"


def test_an_informal_application_needs_a_name_and_a_wish(formulare: dict[str, Formular]) -> None:
    form = formulare["teilhabe"]
    assert [schritt.schluessel for schritt in form.schritte(teilhabe())] == [
        "antrag",
        "wer",
        "person",
        "verstaendigung",
    ]
    assert not any(eine.pflicht for eine in form.nachweise(teilhabe()))


def test_who_is_competent_for_participation(formulare: dict[str, Formular]) -> None:
    form = formulare["teilhabe"]
    ausfuehrlich = _setze(teilhabe(), antrag__form="ausfuehrlich")
    assert form.zustaendig(teilhabe()).ebene == "gemeinde"
    assert form.zustaendig(ausfuehrlich).ebene == "landschaftsverband"
    _setze(ausfuehrlich, person__geburtsdatum=f"{HEUTE.year - 10}-01-01")
    assert form.zustaendig(ausfuehrlich).ebene == "kreis"


def test_everything_about_health_is_protected(formulare: dict[str, Formular]) -> None:
    form = formulare["teilhabe"]
    for schritt, angabe, pfad in form.felder():
        if schritt.schluessel in {"gesundheit", "aerzte", "leben", "leistungen"}:
            assert angabe.besonders, pfad
            assert angabe.aufbewahrung == "gesundheit", pfad
    assert form.definition.datenschutz.schutzklasse == "besonders"
