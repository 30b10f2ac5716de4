"""The file of providers: one that contradicts itself does not start the house."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.konto import anmeldung
from app.konto.anmeldung import AnbieterFehler
from app.konto.identitaet import Kontoart
from app.konto.niveau import Niveau
from app.konto.oidc.fehler import TEXTE, AnmeldungGescheitert
from app.konto.oidc.karten import karte
from app.konto.oidc.rollen import rollen_aus
from app.konto.rollen import Rolle, Rollenzuweisung
from app.settings import settings
from tests.app.konto.oidc.conftest import Konfiguriere, angaben

ECHT = "https://idp.example/realms/amt"
PADERBORN, BIELEFELD, IHK = "05774032", "05711000", "ihk-ostwestfalen-zu-bielefeld"


def echt(**anders: Any) -> dict[str, Any]:
    return angaben(anders.pop("issuer", ECHT), **({"demo": None} | anders))


def stadt(**anders: Any) -> dict[str, Any]:
    usual = {"art": "beschaeftigte", "karte": "keycloak-behoerde", "gemeinden": [PADERBORN]}
    return echt(**(usual | anders))


def test_without_a_file_nobody_logs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert anmeldung.anbieter() == {}


def test_providers_stand_in_the_order_of_the_file(konfiguriere: Konfiguriere) -> None:
    konfiguriere(zuletzt=echt(), anfang=stadt(issuer="https://sso.example"), demo=False)
    datei = settings().anbieter
    assert datei
    assert list(anmeldung.anbieter()) == list(yaml.safe_load(datei.read_text("utf-8"))["anbieter"])
    eine = anmeldung.anbieter()["anfang"]
    assert (eine.kontoart, eine.fuer_personal, eine.hoechstens) == (Kontoart.BESCHAEFTIGT, True, Niveau.HOCH)
    assert eine.rueckkehr == "http://127.0.0.1:8000/anmelden/anfang/rueckkehr"


@pytest.mark.parametrize(
    ("anders", "wort"),
    [
        ({"issuer": "http://idp.example"}, "https"),
        ({"issuer": "http://127.0.0.1:9000"}, "https"),
        ({"issuer": "https://idp.example?x=1"}, "issuer"),
        ({"issuer": "https://idp.example#x"}, "Fragment"),
        ({"issuer": "https://a@idp.example"}, "Benutzer"),
        ({"issuer": "idp.example"}, "https"),
        ({"client_id": None}, "client_id"),
        ({"client_id": ""}, "client_id"),
        ({"karte": "gibt-es-nicht"}, "mitgeliefert"),
        ({"karte": "../../../etc/passwd"}, "mitgeliefert"),
        ({"karte": None}, "mitgeliefert"),
        ({"niveaus": []}, "niveaus"),
        ({"niveaus": ["mittel"]}, "niveaus"),
        ({"niveaus": None}, "niveaus"),
        ({"name": {"de": "Nur deutsch"}}, "name"),
        ({"art": "verein"}, "art"),
        ({"scopes": ["profile"]}, "openid"),
        ({"zusatz": {"redirect_uri": "https://boese.example"}}, "redirect_uri"),
        ({"zusatz": {"claims": "{}"}}, "claims"),
        ({"algorithmen": ["HS256"]}, "algorithmen"),
        ({"algorithmen": ["none"]}, "algorithmen"),
        ({"algorithmen": []}, "algorithmen"),
        ({"authentisierung": "none"}, "authentisierung"),
        ({"authentisierung": "private_key_jwt"}, "schluesseldatei"),
        ({"schluesseldatei": "a.pem"}, "schluesseldatei"),
        ({"max_age": -1}, "max_age"),
        ({"geheimnis": "steht hier"}, "geheimnis"),
        ({"abweichend": {"angaben": {"schuhgroesse": "shoe"}}}, "schuhgroesse"),
        ({"abweichend": {"angaben": {"vornamen": 7}}}, "vornamen"),
        ({"abweichend": {"angaben": {"anschrift": "address"}}}, "anschrift"),
        ({"abweichend": {"niveau": {"werte": {"x": "sehr hoch"}}}}, "werte"),
        ({"abweichend": {"niveau": {"claims": []}}}, "claims"),
        ({"gemeinden": [PADERBORN]}, "gibt keine Rollen"),
        ({"stellen": [IHK]}, "gibt keine Rollen"),
    ],
)
def test_a_contradiction_is_named(konfiguriere: Konfiguriere, anders: dict[str, Any], wort: str) -> None:
    konfiguriere(probe=echt(**anders), demo=False)
    with pytest.raises(AnbieterFehler, match=wort):
        anmeldung.anbieter()


@pytest.mark.parametrize(
    ("anders", "wort"),
    [
        ({"gemeinden": []}, "gemeinden oder stellen"),
        ({"gemeinden": ["09162000"]}, "keine Gemeinde"),
        ({"stellen": ["ihk-atlantis"]}, "keine bekannte Stelle"),
        ({"karte": "servicekonto-nrw"}, "rollen"),
    ],
)
def test_staff_belong_to_places_that_exist(
    konfiguriere: Konfiguriere, anders: dict[str, Any], wort: str
) -> None:
    konfiguriere(probe=stadt(**anders), demo=False)
    with pytest.raises(AnbieterFehler, match=wort):
        anmeldung.anbieter()


@pytest.mark.parametrize("name", ["Probe", "a", "x/y", "-a", "ä" * 3])
def test_a_key_fits_into_a_path(konfiguriere: Konfiguriere, name: str) -> None:
    konfiguriere(**{name: echt()}, demo=False)
    with pytest.raises(AnbieterFehler, match="schluessel"):
        anmeldung.anbieter()


def test_providers_of_the_demo_count_in_the_demo_only(konfiguriere: Konfiguriere) -> None:
    konfiguriere(probe=echt(demo=True), demo=True)
    assert anmeldung.anbieter()["probe"].demo
    konfiguriere(probe=echt(demo=True), demo=False)
    with pytest.raises(AnbieterFehler, match="Demo"):
        anmeldung.anbieter()


def test_one_account_has_one_kind(konfiguriere: Konfiguriere) -> None:
    konfiguriere(buerger=echt(), amt=stadt(), demo=False)
    with pytest.raises(AnbieterFehler, match="denselben issuer"):
        anmeldung.anbieter()
    konfiguriere(buerger=echt(karte="bundid-keycloak", abweichend=None), amt=stadt(), demo=False)
    assert len(anmeldung.anbieter()) == 2
    konfiguriere(buerger=echt(), amt=stadt(issuer="https://anders.example"), demo=False)
    assert len(anmeldung.anbieter()) == 2


@pytest.mark.parametrize(
    ("adresse", "geht"),
    [
        ("https://amt.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://amt.example", False),
        ("http://0.0.0.0:8000", False),
    ],
)
def test_people_log_in_over_tls(
    konfiguriere: Konfiguriere, monkeypatch: pytest.MonkeyPatch, adresse: str, geht: bool
) -> None:
    monkeypatch.setenv("AMT_BASIS_URL", adresse)
    konfiguriere(probe=echt(), demo=False)
    if geht:
        assert anmeldung.anbieter()["probe"].rueckkehr == f"{adresse}/anmelden/probe/rueckkehr"
    else:
        with pytest.raises(AnbieterFehler, match="AMT_BASIS_URL"):
            anmeldung.anbieter()


def test_a_missing_secret_is_missed_at_once(
    konfiguriere: Konfiguriere, monkeypatch: pytest.MonkeyPatch
) -> None:
    konfiguriere(ein_anbieter=echt(), demo=False)
    assert anmeldung.anbieter()["ein-anbieter"].geheimnis() == "streng-geheim"
    monkeypatch.delenv("AMT_ANBIETER_EIN_ANBIETER_SECRET")
    anmeldung.anbieter.cache_clear()
    with pytest.raises(AnbieterFehler, match="AMT_ANBIETER_EIN_ANBIETER_SECRET"):
        anmeldung.anbieter()


@pytest.mark.parametrize(
    "inhalt", ["[", "", "anbieter: 7", "andere: {}", "- a", "!!python/object:os.system {}"]
)
def test_a_file_that_is_none_is_said(konfiguriere: Konfiguriere, tmp_path: Path, inhalt: str) -> None:
    konfiguriere(demo=False)
    (tmp_path / "anbieter.yaml").write_text(inhalt)
    with pytest.raises(AnbieterFehler, match=r"anbieter\.yaml"):
        anmeldung.anbieter()
    (tmp_path / "anbieter.yaml").unlink()
    with pytest.raises(AnbieterFehler, match="nicht lesbar"):
        anmeldung.anbieter()


@pytest.mark.parametrize("name", ["bundid-keycloak", "muk-keycloak", "servicekonto-nrw", "keycloak-behoerde"])
def test_each_map_names_its_sources_and_what_is_assumed(name: str) -> None:
    eine = karte(name)
    assert eine.quellen
    assert eine.angenommen
    assert eine.niveau.anfrage
    assert (eine.rollen is not None) == (name == "keycloak-behoerde")


def test_a_map_can_be_changed_in_part() -> None:
    anders = karte("bundid-keycloak", {"niveau": {"claims": ["acr"], "werte": {"2": "substantiell"}}})
    assert anders.niveau.claims == ("acr",)
    assert anders.niveau.werte == {"2": Niveau.SUBSTANTIELL}
    assert anders.niveau.anfrage == karte("bundid-keycloak").niveau.anfrage
    assert karte("bundid-keycloak").niveau.claims == ("trust_level_authentication",)


@pytest.mark.parametrize(
    ("werte", "rollen"),
    [
        (["amt:sachbearbeitung"], [Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde=PADERBORN)]),
        (["amt:leitung:05774032"], [Rollenzuweisung(Rolle.LEITUNG, gemeinde=PADERBORN)]),
        (["amt:leitung:05711000"], []),
        (["amt:leitung:*"], []),
        (["amt:leitung:05774032:05711000"], []),
        (["leitung", "AMT:leitung", "amt:Leitung", "amt:", "amt:chef", "offline_access"], []),
        (["amt:kammer", f"amt:kammer:{IHK}", "amt:bezirksregierung:x"], []),
        (["amt:leitung", "amt:leitung:05774032"], [Rollenzuweisung(Rolle.LEITUNG, gemeinde=PADERBORN)]),
        ([7, None, ["amt:leitung"], {"amt:leitung": 1}], []),
        ("amt:leitung", []),
    ],
)
def test_roles_stay_within_what_is_configured(
    konfiguriere: Konfiguriere, werte: object, rollen: list[Rollenzuweisung]
) -> None:
    konfiguriere(probe=stadt(), demo=False)
    anbieter = anmeldung.anbieter()["probe"]
    for claims in (
        {"roles": werte},
        {"realm_access": {"roles": werte}},
        {"resource_access": {"gewerbeamt": {"roles": werte}}},
    ):
        assert list(rollen_aus(anbieter, claims)) == rollen
    assert rollen_aus(anbieter, {"resource_access": {"account": {"roles": ["amt:leitung"]}}}) == ()


def test_a_role_without_a_place_is_none_where_there_are_several(konfiguriere: Konfiguriere) -> None:
    konfiguriere(probe=stadt(gemeinden=[PADERBORN, BIELEFELD], stellen=[IHK]), demo=False)
    anbieter = anmeldung.anbieter()["probe"]
    werte = ["amt:leitung", "amt:sachbearbeitung:05711000", "amt:kammer"]
    assert rollen_aus(anbieter, {"roles": werte}) == (
        Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde=BIELEFELD),
        Rollenzuweisung(Rolle.KAMMER, stelle=IHK),
    )


def test_citizens_get_no_roles_whatever_their_provider_says(konfiguriere: Konfiguriere) -> None:
    konfiguriere(probe=echt(karte="keycloak-behoerde", abweichend=None), demo=False)
    assert rollen_aus(anmeldung.anbieter()["probe"], {"roles": ["amt:leitung:05774032"]}) == ()


def test_every_reason_has_its_languages() -> None:
    for code, (de, en, leicht) in TEXTE.items():
        assert len({de, en, leicht}) == 3
        assert AnmeldungGescheitert(code).text == {"de": de, "en": en, "leicht": leicht}


def test_the_example_of_the_handbook_is_valid(
    konfiguriere: Konfiguriere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handbuch = (Path(__file__).parents[4] / "docs" / "operations.md").read_text("utf-8")
    beispiel = handbuch.partition("```yaml\nanbieter:")[2].partition("```")[0]
    konfiguriere(bundid={}, rathaus={}, demo=False)
    (tmp_path / "anbieter.yaml").write_text(f"anbieter:{beispiel}")
    gelesen = anmeldung.anbieter()
    assert list(gelesen) == ["bundid", "rathaus"]
    for einer in gelesen.values():
        assert f"AMT_BASIS_URL/anmelden/{einer.schluessel}" in handbuch or einer.fuer_personal
