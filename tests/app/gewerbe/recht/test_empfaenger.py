"""Entitled or not, and why: the conditions beside the field table."""

import json
from datetime import date
from typing import Any

import pytest

from app.gewerbe.anzeige import FORMEN, Form, Gewerbeanzeige
from app.gewerbe.recht.bedingungen import BEDINGUNGEN
from app.gewerbe.recht.empfaenger import Anspruch, empfaenger_von
from app.gewerbe.recht.rechtsstand import KeinRechtsstand, rechtsstand
from app.leichte_sprache import zu_lange_saetze
from tests.app.gewerbe.recht.anzeigen import abmeldung, anmeldung, ummeldung, vollstaendig

HEUTE = date(2026, 10, 12)
IMMER = {
    "ihk",
    "hwk",
    "immissionsschutz",
    "arbeitsschutz",
    "eichamt",
    "bundesagentur",
    "dguv",
    "lebensmittel",
    "kbs",
    "finanzamt",
    "erlaubnisbehoerde",
}


def anspruch(stelle: str, anzeige: Gewerbeanzeige, **umstaende: Any) -> Anspruch:
    (einer,) = (einer for einer in empfaenger_von(anzeige, HEUTE, **umstaende) if einer.stelle == stelle)
    return einer


def berechtigte(anzeige: Gewerbeanzeige, **umstaende: Any) -> set[str]:
    return {einer.stelle for einer in empfaenger_von(anzeige, HEUTE, **umstaende) if einer.berechtigt}


def person(*staatsangehoerigkeiten: str, **mehr: Any) -> dict[str, Any]:
    return {
        "funktion": "inhaber",
        "familienname": "Muster",
        "vornamen": "Kim",
        "staatsangehoerigkeiten": list(staatsangehoerigkeiten),
        **mehr,
    }


@pytest.mark.parametrize("form", FORMEN)
def test_every_body_is_answered_with_a_reason(form: Form) -> None:
    ansprueche = empfaenger_von(vollstaendig(form), HEUTE)
    assert [einer.stelle for einer in ansprueche] == [z.schluessel for z in rechtsstand(HEUTE).zeilen]
    alle = rechtsstand(HEUTE).vordrucke[form]
    for einer in ansprueche:
        assert einer.grund["de"].endswith((".", ")."))
        assert einer.grund["en"]
        assert einer.grund["leicht"]
        assert not zu_lange_saetze(einer.grund["leicht"])
        assert "GewAnzV" in einer.paragraph
        assert "GewO" in einer.paragraph
        assert einer.felder | einer.zurueckgehalten == alle
        assert not einer.felder & einer.zurueckgehalten
        assert bool(einer.felder) == einer.berechtigt


@pytest.mark.parametrize("form", ["A1", "A2", "A3"])
def test_an_anspruch_is_kept_with_its_delivery_in_the_languages_of_the_record(form: Form) -> None:
    for einer in empfaenger_von(vollstaendig(form), HEUTE):
        gelesen = json.loads(json.dumps(einer.als_grundlage() | {"merkmale": {}}))
        assert Anspruch.aus_grundlage(gelesen) == einer._replace(
            name={"de": einer.name["de"], "en": einer.name["en"]},
            grund={"de": einer.grund["de"], "en": einer.grund["en"]},
        )


def test_what_was_kept_with_more_words_is_read_as_before() -> None:
    for einer in empfaenger_von(anmeldung(), HEUTE):
        assert Anspruch.aus_grundlage(json.loads(json.dumps(einer.als_dict()))) == einer


def test_named_conditions_exist() -> None:
    genannt = {name for zeile in rechtsstand(HEUTE).zeilen for name in zeile.voraussetzungen}
    assert genannt == set(BEDINGUNGEN)


def test_an_ordinary_founding_goes_to_the_bodies_by_law_and_to_statistics() -> None:
    gruendung = anmeldung(grund="neugruendung", personen=[person("000")])
    assert berechtigte(gruendung) == IMMER | {"statistik"}


def test_register_court_only_of_a_registered_office_given_up() -> None:
    assert anspruch("registergericht", abmeldung()).berechtigt
    assert not anspruch("registergericht", anmeldung()).berechtigt
    assert not anspruch("registergericht", ummeldung()).berechtigt


@pytest.mark.parametrize(
    ("art", "berechtigt"),
    [
        ("A", True),
        ("B", True),
        ("G", True),
        ("V", False),
        ("P", False),
        ("GesR", False),
        ("S", False),
        ("X", False),
    ],
)
def test_register_court_only_of_the_two_registers(art: str, berechtigt: bool) -> None:
    betrieb = {"rechtsform": "350", "registereintrag": {"art": art, "nummer": "1"}}
    assert anspruch("registergericht", abmeldung(betrieb=betrieb)).berechtigt == berechtigt


@pytest.mark.parametrize(
    ("niederlassungsart", "berechtigt"), [("haupt", True), ("zweig", True), ("unselbstaendig", False)]
)
def test_register_court_not_of_a_dependent_branch(niederlassungsart: str, berechtigt: bool) -> None:
    ergebnis = anspruch("registergericht", abmeldung(niederlassungsart=niederlassungsart))
    assert ergebnis.berechtigt == berechtigt


def test_customs_only_with_signs_of_a_breach_and_only_of_a_registration() -> None:
    assert not anspruch("zoll", anmeldung()).berechtigt
    assert anspruch("zoll", anmeldung(), zoll_anhaltspunkte=True).berechtigt
    assert not anspruch("zoll", ummeldung(), zoll_anhaltspunkte=True).berechtigt
    assert not anspruch("zoll", abmeldung(), zoll_anhaltspunkte=True).berechtigt


@pytest.mark.parametrize("form", FORMEN)
def test_no_statistics_of_itinerant_trade(form: Form) -> None:
    assert anspruch("statistik", vollstaendig(form)).berechtigt
    ohne = anspruch("statistik", vollstaendig(form, reisegewerbe=True))
    assert not ohne.berechtigt
    assert "§ 55c" in ohne.grund["de"]


@pytest.mark.parametrize(
    ("gruende", "neu_ausgeuebt", "berechtigt"),
    [
        (["namensaenderung"], False, False),
        (["namensaenderung"], None, False),
        (["namensaenderung", "nebenerwerb"], False, False),
        (["namensaenderung"], True, True),
        (["namensaenderung", "taetigkeitswechsel"], False, True),
        (["verlegung_innerhalb_der_gemeinde"], False, True),
        ([], None, True),
    ],
)
def test_no_statistics_of_a_mere_change_of_name(
    gruende: list[str], neu_ausgeuebt: bool | None, berechtigt: bool
) -> None:
    taetigkeit = {"schwerpunkt": {"beschreibung": "Friseur", "wz": "96021", "neu_ausgeuebt": neu_ausgeuebt}}
    anzeige = ummeldung(gruende=gruende, sonstige_gruende=None, taetigkeit=taetigkeit)
    assert anspruch("statistik", anzeige).berechtigt == berechtigt


@pytest.mark.parametrize(
    ("staatsangehoerigkeiten", "berechtigt"),
    [
        (["000"], False),
        (["129"], False),  # France
        (["149"], False),  # Norway
        (["158"], False),  # Switzerland
        (["332"], True),  # Chile
        (["168"], True),  # United Kingdom
        (["332", "000"], False),
        (["332", "436"], True),
        (["997"], True),  # stateless
        (["998"], True),  # unsettled
        (["999"], False),  # not stated
        ([], False),
    ],
)
def test_foreigners_authority_only_where_a_title_is_needed(
    staatsangehoerigkeiten: list[str], berechtigt: bool
) -> None:
    anzeige = anmeldung(personen=[person(*staatsangehoerigkeiten)])
    assert anspruch("auslaenderbehoerde", anzeige).berechtigt == berechtigt
    assert anspruch("auslaenderbehoerde", anzeige, filter_auslaenderbehoerde=False).berechtigt


def test_foreigners_authority_if_one_of_several_persons_needs_a_title() -> None:
    assert anspruch("auslaenderbehoerde", anmeldung(personen=[person("000"), person("332")])).berechtigt


def test_a_stated_title_speaks_where_the_nationality_is_missing() -> None:
    mit_titel = person(aufenthaltstitel={"vorhanden": True})
    assert anspruch("auslaenderbehoerde", anmeldung(personen=[mit_titel])).berechtigt


def test_relocation_goes_to_the_previous_office_as_a_whole() -> None:
    rueckmeldung = anspruch("bisherige_gemeinde", anmeldung(), verzichte={"bisherige_gemeinde"})
    assert rueckmeldung.berechtigt
    assert rueckmeldung.zurueckgehalten == {33}
    assert rueckmeldung.paragraph == "§ 3 Abs. 2a GewAnzV, § 14 Abs. 1 S. 3 GewO"
    assert not anspruch("bisherige_gemeinde", anmeldung(grund="neugruendung")).berechtigt
    assert not anspruch("bisherige_gemeinde", abmeldung()).berechtigt


def test_a_waiver_is_respected() -> None:
    verzicht = anspruch("ihk", anmeldung(), verzichte={"ihk"})
    assert not verzicht.berechtigt
    assert "verzichtet" in verzicht.grund["de"]
    assert berechtigte(anmeldung()) - berechtigte(anmeldung(), verzichte={"ihk", "kbs"}) == {"ihk", "kbs"}


def test_craft_filter_is_off_by_default() -> None:
    handel = {"industrie": False, "handwerk": False, "handel": True, "sonstiges": False}
    ohne_karte = anmeldung(betriebsart=handel, handwerkskarte=None)
    assert anspruch("hwk", ohne_karte).berechtigt
    assert not anspruch("hwk", ohne_karte, filter_hwk=True).berechtigt
    assert anspruch("hwk", anmeldung(betriebsart=handel), filter_hwk=True).berechtigt
    assert anspruch("hwk", anmeldung(), filter_hwk=True).berechtigt
    assert anspruch("hwk", ummeldung(), filter_hwk=True).berechtigt


def test_measuring_filter_is_off_by_default() -> None:
    beratung = anmeldung(taetigkeit={"schwerpunkt": {"beschreibung": "Beratung", "wz": "70220"}})
    assert anspruch("eichamt", beratung).berechtigt
    assert not anspruch("eichamt", beratung, filter_eichamt=True).berechtigt
    assert anspruch("eichamt", anmeldung(), filter_eichamt=True).berechtigt


def test_the_law_of_the_day_counts() -> None:
    with pytest.raises(KeinRechtsstand):
        empfaenger_von(anmeldung(), date(2019, 1, 1))
