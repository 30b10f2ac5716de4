"""Routing from the AGS: every Gemeinde, every body, nothing left open."""

import csv
from collections import Counter

import pytest

from app.mandanten.zustaendig import (
    UnbekannteGemeinde,
    UnbekannteStelle,
    alle_gemeinden,
    gemeinde,
    gemeinde_nach_name,
    stelle,
    stelle_fuer,
    zustaendige_stellen,
)
from tests.conftest import shared

ARTEN_DES_ORTES = {
    "ihk",
    "hwk",
    "immissionsschutz",
    "arbeitsschutz",
    "eichamt",
    "bundesagentur",
    "dguv",
    "lebensmittel",
    "kbs",
    "auslaenderbehoerde",
    "finanzamt",
    "erlaubnisbehoerde",
    "statistik",
    "zoll",
}
PADERBORN, BIELEFELD = "05774032", "05711000"


def test_every_gemeinde_has_exactly_one_body_of_each_kind() -> None:
    for ort in alle_gemeinden():
        stellen = zustaendige_stellen(ort.ags)
        assert set(stellen) == ARTEN_DES_ORTES, ort
        assert all(stelle(eine.schluessel) == eine for eine in stellen.values()), ort


def test_counts_of_the_state() -> None:
    orte = alle_gemeinden()
    assert len(orte) == 396
    assert len({ort.kreis_ags for ort in orte}) == 53
    assert len({zustaendige_stellen(ort.ags)["ihk"].schluessel for ort in orte}) == 16
    assert len({zustaendige_stellen(ort.ags)["hwk"].schluessel for ort in orte}) == 7
    assert len({zustaendige_stellen(ort.ags)["arbeitsschutz"].schluessel for ort in orte}) == 5
    assert len({zustaendige_stellen(ort.ags)["lebensmittel"].schluessel for ort in orte}) == 53


def test_paderborn_and_bielefeld() -> None:
    paderborn = zustaendige_stellen(PADERBORN)
    assert paderborn["ihk"].schluessel == "ihk-ostwestfalen-zu-bielefeld"
    assert paderborn["hwk"].schluessel == "hwk-ostwestfalen-lippe-zu-bielefeld"
    assert paderborn["arbeitsschutz"].name == "Bezirksregierung Detmold, Arbeitsschutz"
    assert paderborn["auslaenderbehoerde"].name == "Kreis Paderborn, Ausländerbehörde"
    assert zustaendige_stellen(BIELEFELD)["auslaenderbehoerde"].name == "Stadt Bielefeld, Ausländerbehörde"


def test_ennepe_ruhr_kreis_is_split_between_two_chambers() -> None:
    kammern = {
        ort.name: zustaendige_stellen(ort.ags)["ihk"].schluessel
        for ort in alle_gemeinden()
        if ort.kreis_ags == "05954"
    }
    assert {name for name, kammer in kammern.items() if kammer == "ihk-mittleres-ruhrgebiet"} == {
        "Hattingen",
        "Witten",
    }
    assert Counter(kammern.values()) == {"ihk-zu-hagen": 7, "ihk-mittleres-ruhrgebiet": 2}


def test_districts_agree_with_the_published_table() -> None:
    with shared("data/nrw_gemeinden.csv").open(encoding="utf-8", newline="") as strom:
        for zeile in csv.DictReader(strom):
            stellen = zustaendige_stellen(zeile["ags"])
            assert gemeinde(zeile["ags"]).name == zeile["gemeinde"]
            assert stellen["ihk"].name == zeile["ihk"]
            assert stellen["hwk"].name == zeile["hwk"].replace("HWK", "Handwerkskammer")
            assert stellen["immissionsschutz"].name.startswith(
                f"Bezirksregierung {zeile['bezirksregierung']},"
            )


def test_kennungen_are_unique_and_placeholders_say_so() -> None:
    stellen = {
        eine.schluessel: eine for ort in alle_gemeinden() for eine in zustaendige_stellen(ort.ags).values()
    }
    kennungen = Counter(eine.kennung for eine in stellen.values())
    assert kennungen.most_common(1)[0][1] == 1
    assert all(eine.kennung_ist_platzhalter and eine.kennung.startswith("99") for eine in stellen.values())
    assert all(len(eine.kennung) == 12 for eine in stellen.values())


def test_register_court_follows_the_notice() -> None:
    gericht = stelle_fuer("registergericht", PADERBORN, gericht="R2809")
    assert (gericht.schluessel, gericht.name) == ("registergericht-r2809", "Amtsgericht Paderborn")
    assert stelle("registergericht-g1103").name == "Amtsgericht Cottbus"
    assert stelle_fuer("registergericht", PADERBORN).schluessel == "registergericht-ungeklaert"


@pytest.mark.parametrize("ort", ["Delbrück", "delbrück", " Delbrück "])
def test_previous_office_is_found_by_the_town(ort: str) -> None:
    amt = stelle_fuer("bisherige_gemeinde", PADERBORN, frueherer_ort=ort)
    assert (amt.schluessel, amt.praefix, amt.kennung) == ("gewerbeamt-05774020", "MELDID", "05774020")


def test_previous_office_outside_the_state_waits_for_a_person() -> None:
    amt = stelle_fuer("bisherige_gemeinde", PADERBORN, frueherer_ort="Cottbus")
    assert amt.schluessel == "gewerbeamt-ungeklaert"
    assert stelle(amt.schluessel) == amt


def test_previous_office_outside_the_state_is_reached_by_its_ags() -> None:
    amt = stelle_fuer("bisherige_gemeinde", PADERBORN, fruehere_gemeinde="12052000", frueherer_ort="Delbrück")
    assert (amt.schluessel, amt.kennung) == ("gewerbeamt-12052000", "12052000")
    assert stelle(amt.schluessel) == amt


def test_names_with_an_addition_are_found_without_it() -> None:
    assert gemeinde_nach_name("Wetter") == gemeinde_nach_name("Wetter (Ruhr)") == gemeinde("05954032")
    assert gemeinde_nach_name("Entenhausen") is None


def test_unknown_place_and_unknown_body_are_refused() -> None:
    with pytest.raises(UnbekannteGemeinde):
        zustaendige_stellen("12052000")
    with pytest.raises(UnbekannteStelle):
        stelle("ihk-entenhausen")
    with pytest.raises(UnbekannteStelle):
        stelle_fuer("wetteramt", PADERBORN)
