"""From claims to what is known about an account, for people from anywhere."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.konto.identitaet import Angaben
from app.konto.niveau import Niveau
from app.konto.oidc.karten import karte, text_aus, wert_aus
from app.konto.oidc.niveaus import anfrage, niveau_aus

ALLE = ["bundid-keycloak", "muk-keycloak", "servicekonto-nrw", "keycloak-behoerde"]
BUNDID = karte("bundid-keycloak")


def test_a_person_from_abroad_is_taken_as_told() -> None:
    angaben = BUNDID.angaben_aus(
        {
            "given_name": "  Þóra\u00a0 Björk ",
            "family_name": "Jónsdóttir",
            "date_of_birth": "1990-02-28",
            "nationality": "IS",
            "street_and_building": "Laugavegur 10",
            "zip_code": "101",
            "city": "Reykjavík",
            "country": "IS",
            "assertion_proved_by": "eIDAS",
        }
    )
    assert angaben.name == "Þóra Björk Jónsdóttir"
    assert angaben.geburtsdatum == date(1990, 2, 28)
    assert angaben.anschrift
    assert (angaben.anschrift.hausnummer, angaben.anschrift.plz, angaben.anschrift.staat) == (
        None,
        "101",
        "IS",
    )


def test_decomposed_letters_are_composed() -> None:
    assert BUNDID.angaben_aus({"family_name": "Mu\u0308ller"}).familienname == "Müller"


def test_an_organisation_without_a_name_is_none() -> None:
    muk = karte("muk-keycloak")
    assert muk.angaben_aus({"org_city": "Paderborn"}).organisation is None
    firma = muk.angaben_aus({"org_company_name": "Probe GmbH", "org_street": "Weg"}).organisation
    assert firma
    assert firma.anschrift
    assert (firma.name, firma.anschrift.strasse, firma.register_art) == ("Probe GmbH", "Weg", None)


@pytest.mark.parametrize("wert", ["1964-00-00", "31.02.2000", "gestern", "", "1964"])
def test_an_incomplete_date_is_left_out(wert: str) -> None:
    assert BUNDID.angaben_aus({"date_of_birth": wert}).geburtsdatum is None


def test_dates_have_the_form_that_the_map_says() -> None:
    assert karte("muk-keycloak").angaben_aus({"date_of_birth": "01.12.1980"}).geburtsdatum == date(
        1980, 12, 1
    )
    assert BUNDID.angaben_aus({"date_of_birth": "01.12.1980"}).geburtsdatum is None


@pytest.mark.parametrize(
    "wert", [7, None, True, {}, [], ["a", "b"], "x" * 501, "a\x00b", "a\u202eb", "\ud800", "a\x1bb", "\u200b"]
)
def test_odd_values_are_left_out(wert: Any) -> None:
    assert BUNDID.angaben_aus({"family_name": wert, "given_name": "Bo"}).name == "Bo"


def test_a_list_of_one_is_that_one() -> None:
    assert text_aus({"a": ["x"]}, "a") == "x"


def test_paths_go_into_objects_only() -> None:
    claims = {"a": {"b": "x"}, "c": "text", "a.b": "daneben"}
    assert wert_aus(claims, "a.b") == "x"
    assert wert_aus(claims, "c.laenge") is None
    assert wert_aus(claims, "a.{client_id}", "b") == "x"


json_werte = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda innen: st.lists(innen, max_size=3) | st.dictionaries(st.text(max_size=5), innen, max_size=3),
    max_leaves=8,
)
NAMEN = [
    "given_name",
    "family_name",
    "date_of_birth",
    "birthdate",
    "address",
    "org_company_name",
    "title",
    "acr",
]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(NAMEN), json_werte))
def test_no_claims_break_a_map(claims: dict[str, Any]) -> None:
    for name in ALLE:
        eine = karte(name)
        assert isinstance(eine.angaben_aus(claims), Angaben)
        assert niveau_aus(eine.niveau, claims) in {None, *Niveau}


@pytest.mark.parametrize(
    ("name", "claims", "niveau"),
    [
        ("bundid-keycloak", {"trust_level_authentication": "STORK-QAA-Level-1"}, Niveau.BASIS),
        ("bundid-keycloak", {"trust_level_authentication": "STORK-QAA-Level-2"}, Niveau.BASIS),
        ("bundid-keycloak", {"trust_level_authentication": "STORK-QAA-Level-3"}, Niveau.SUBSTANTIELL),
        ("bundid-keycloak", {"trust_level_authentication": "STORK-QAA-Level-4"}, Niveau.HOCH),
        # Keycloak's own acr says nothing about what BundID has seen.
        ("bundid-keycloak", {"acr": "STORK-QAA-Level-4"}, None),
        ("keycloak-behoerde", {"acr": "1"}, Niveau.BASIS),
        ("keycloak-behoerde", {"acr": "2"}, None),
        ("keycloak-behoerde", {"acr": "http://bsi.bund.de/eID/LoA/hoch"}, Niveau.HOCH),
        ("servicekonto-nrw", {"acr": "http://bsi.bund.de/eID/LoA/substanziell"}, Niveau.SUBSTANTIELL),
        ("servicekonto-nrw", {"acr": "http://eidas.europa.eu/LoA/low"}, Niveau.BASIS),
        ("servicekonto-nrw", {"acr": "http://eidas.europa.eu/LoA/high "}, None),
    ],
)
def test_levels_become_one_scale(name: str, claims: dict[str, Any], niveau: Niveau | None) -> None:
    assert niveau_aus(karte(name).niveau, claims) == niveau


def test_at_least_a_level_is_asked_for() -> None:
    regel = BUNDID.niveau
    assert anfrage(regel, Niveau.SUBSTANTIELL) == ("STORK-QAA-Level-3", "STORK-QAA-Level-4")
    for niveau in Niveau:
        assert all(
            (niveau_aus(regel, {"trust_level_authentication": w}) or 0) >= niveau
            for w in anfrage(regel, niveau)
        )
