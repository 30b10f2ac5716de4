"""The whole login with a small provider: what it gives, and that it counts once and here only."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text

from app.db.sitzung import Datenbank, transaktion
from app.konto import anmeldung, tasks
from app.konto.anmeldung import AnmeldungGescheitert
from app.konto.identitaet import Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.oidc import repository
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.kleiner_anbieter import CLIENT_ID, KleinerAnbieter

BROWSER = "ein-geheimnis-dieses-browsers"


async def beginne(niveau: Niveau = Niveau.BASIS, ziel: str = "/konto?x=1", **mehr: Any) -> str:
    return await anmeldung.beginne("probe", ziel=ziel, niveau=niveau, browser=BROWSER, **mehr)


async def melde_an(kleiner: KleinerAnbieter, **anders: str | None) -> Anmeldung:
    antwort = kleiner.gib_code(await beginne()) | anders
    parameter = {name: wert for name, wert in antwort.items() if wert is not None}
    ergebnis, _ = await anmeldung.schliesse_ab("probe", parameter, BROWSER)
    return ergebnis


async def gescheitert(kleiner: KleinerAnbieter, **anders: str | None) -> AnmeldungGescheitert:
    with pytest.raises(AnmeldungGescheitert) as fehler:
        await melde_an(kleiner, **anders)
    return fehler.value


def frage(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


async def test_a_login_gives_person_level_and_path(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    url = await beginne()
    ergebnis, ziel = await anmeldung.schliesse_ab("probe", kleiner.gib_code(url), BROWSER)
    assert ziel == "/konto?x=1"
    assert (ergebnis.issuer, ergebnis.subjekt, ergebnis.art) == (kleiner.issuer, "konto-1", Kontoart.PERSON)
    assert ergebnis.niveau is Niveau.SUBSTANTIELL
    assert ergebnis.sid == "sitzung-1"
    assert ergebnis.angaben.name == "Zoë Ångström-Nuñez"
    assert timedelta() < datetime.now(UTC) - ergebnis.authentifiziert_am < timedelta(seconds=60)


async def test_the_request_carries_what_protects_the_answer(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    erste, zweite = frage(await beginne()), frage(await beginne(Niveau.HOCH, sprache="en", erneut=True))
    assert erste["response_type"] == "code"
    assert erste["redirect_uri"] == "http://127.0.0.1:8000/anmelden/probe/rueckkehr"
    assert erste["code_challenge_method"] == "S256"
    assert erste["acr_values"].split() == [
        "integrated",
        "http://eidas.europa.eu/LoA/substantial",
        "http://eidas.europa.eu/LoA/high",
    ]
    assert zweite["acr_values"] == "http://eidas.europa.eu/LoA/high"
    assert ("prompt" in erste, zweite["prompt"]) == (False, "login")
    assert (erste["ui_locales"], zweite["ui_locales"]) == ("de en", "en de")
    for name in ("state", "nonce", "code_challenge"):
        assert erste[name] != zweite[name]
        assert len(erste[name]) == 43


async def test_what_is_kept_of_an_attempt_does_not_finish_it(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    parameter = frage(await beginne())
    async with transaktion() as sitzung:
        zeile = (await sitzung.execute(text("SELECT * FROM anmeldeversuch"))).one()
    assert zeile.state_sha256 == hashlib.sha256(parameter["state"].encode()).digest()
    assert zeile.browser_sha256 == hashlib.sha256(BROWSER.encode()).digest()
    challenge = hashlib.sha256(zeile.pkce_verifier.encode()).digest()
    assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == parameter["code_challenge"]


@pytest.mark.parametrize("ziel", ["//boese.example", "https://boese.example", "/\\boese.example"])
async def test_the_way_on_stays_on_this_host(
    verbunden: Datenbank, kleiner: KleinerAnbieter, ziel: str
) -> None:
    antwort = kleiner.gib_code(await beginne(ziel=ziel))
    assert (await anmeldung.schliesse_ab("probe", antwort, BROWSER))[1] == "/"


async def test_an_answer_counts_once(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    antwort = kleiner.gib_code(await beginne())
    await anmeldung.schliesse_ab("probe", antwort, BROWSER)
    with pytest.raises(AnmeldungGescheitert, match="versuch_unbekannt"):
        await anmeldung.schliesse_ab("probe", antwort, BROWSER)
    assert kleiner.gezaehlt("/token") == 1


async def test_a_failed_answer_has_counted_too(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    antwort = kleiner.gib_code(await beginne())
    with pytest.raises(AnmeldungGescheitert, match="aussteller_falsch"):
        await anmeldung.schliesse_ab("probe", antwort | {"iss": "https://boese.example"}, BROWSER)
    with pytest.raises(AnmeldungGescheitert, match="versuch_unbekannt"):
        await anmeldung.schliesse_ab("probe", antwort, BROWSER)


async def test_another_browser_cannot_be_logged_in(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    """Login CSRF: somebody's own answer, handed to another person's browser."""
    antwort = kleiner.gib_code(await beginne())
    for browser in ("der-browser-des-opfers", ""):
        with pytest.raises(AnmeldungGescheitert, match=r"anderer_browser|versuch_unbekannt") as fehler:
            await anmeldung.schliesse_ab("probe", antwort, browser)
    assert fehler.value.ziel is None
    assert kleiner.gezaehlt("/token") == 0


async def test_no_browser_is_not_the_same_browser(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    url = await anmeldung.beginne("probe", ziel="/", niveau=Niveau.BASIS, browser="")
    with pytest.raises(AnmeldungGescheitert, match="anderer_browser"):
        await anmeldung.schliesse_ab("probe", kleiner.gib_code(url), "")


@pytest.mark.parametrize("state", ["", "erfunden", "x" * 5000, "\x00", "\ud800"])
async def test_an_unknown_state_is_refused(
    verbunden: Datenbank, kleiner: KleinerAnbieter, state: str
) -> None:
    with pytest.raises(AnmeldungGescheitert, match="versuch_unbekannt"):
        await anmeldung.schliesse_ab("probe", {"code": "c", "state": state, "iss": kleiner.issuer}, BROWSER)


async def test_an_attempt_expires(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    antwort = kleiner.gib_code(await beginne())
    async with transaktion() as sitzung:
        frist = "verfaellt_am - now() BETWEEN interval '9 minutes' AND interval '10 minutes'"
        assert (await sitzung.execute(text(f"SELECT {frist} FROM anmeldeversuch"))).scalar_one()
        await sitzung.execute(text("UPDATE anmeldeversuch SET verfaellt_am = now() - interval '1 second'"))
    with pytest.raises(AnmeldungGescheitert, match="versuch_unbekannt"):
        await anmeldung.schliesse_ab("probe", antwort, BROWSER)


async def test_an_answer_for_one_provider_is_none_for_another(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer), zweiter=angaben(kleiner.issuer))
    antwort = kleiner.gib_code(await beginne())
    with pytest.raises(AnmeldungGescheitert, match="versuch_unbekannt"):
        await anmeldung.schliesse_ab("zweiter", antwort, BROWSER)


async def test_an_unknown_provider_is_said(konfiguriere: Konfiguriere) -> None:
    konfiguriere()
    for versuch in (
        beginne(),
        anmeldung.schliesse_ab("probe", {"state": "s"}, BROWSER),
        anmeldung.pruefe_abmeldetoken("probe", "t"),
    ):
        with pytest.raises(AnmeldungGescheitert, match="anbieter_unbekannt"):
            await versuch
    assert await anmeldung.abmelde_url("probe", zurueck="/") is None


@pytest.mark.parametrize("iss", [None, "https://boese.example", ""])
async def test_the_answer_names_its_issuer(
    verbunden: Datenbank, kleiner: KleinerAnbieter, iss: str | None
) -> None:
    """RFC 9207, against answers of one provider given out as those of another."""
    assert (await gescheitert(kleiner, iss=iss)).code == "aussteller_falsch"
    assert kleiner.gezaehlt("/token") == 0


async def test_a_provider_that_never_names_its_issuer_need_not(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    kleiner.verzeichnis = {"authorization_response_iss_parameter_supported": None}
    await melde_an(kleiner, iss=None)
    assert (await gescheitert(kleiner, iss="https://boese.example")).code == "aussteller_falsch"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "abgebrochen"),
        ("temporarily_unavailable", "anbieter_nicht_erreichbar"),
        ("unmet_authentication_requirements", "niveau_zu_niedrig"),
        ("invalid_scope", "anbieter_einstellung"),
        ("<script>", "anbieter_lehnt_ab"),
    ],
)
async def test_a_refusal_is_told_in_our_words(
    verbunden: Datenbank, kleiner: KleinerAnbieter, error: str, code: str
) -> None:
    fehler = await gescheitert(kleiner, error=error, error_description="Erika Musterfrau")
    assert (fehler.code, fehler.ziel, fehler.niveau) == (code, "/konto?x=1", Niveau.BASIS)
    assert "Erika" not in f"{fehler} {fehler.text}"
    assert "<script>" not in f"{fehler} {fehler.text}"
    assert kleiner.gezaehlt("/token") == 0


@pytest.mark.parametrize("code", [None, "", "x" * 5000])
async def test_an_answer_without_a_code_is_none(
    verbunden: Datenbank, kleiner: KleinerAnbieter, code: str | None
) -> None:
    assert (await gescheitert(kleiner, code=code)).grund == "code"


async def test_a_code_that_the_provider_does_not_know(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    assert (await gescheitert(kleiner, code="erraten")).code == "code_abgelehnt"


async def test_the_verifier_goes_with_the_code(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    """The small provider checks PKCE: a stolen code is worth nothing in another attempt."""
    gestohlen = kleiner.gib_code(await beginne())["code"]
    assert (await gescheitert(kleiner, code=gestohlen)).code == "code_abgelehnt"


@pytest.mark.parametrize(
    ("acr", "code"),
    [
        ("integrated", "niveau_zu_niedrig"),
        ("http://eidas.europa.eu/LoA/low", "niveau_zu_niedrig"),
        ("http://eidas.europa.eu/LoA/HIGH", "niveau_unbekannt"),
        ("99", "niveau_unbekannt"),
        ("", "niveau_unbekannt"),
        (None, "niveau_unbekannt"),
        (4, "niveau_unbekannt"),
        (["http://eidas.europa.eu/LoA/high"], "niveau_unbekannt"),
    ],
)
async def test_what_was_asked_for_is_not_what_was_reached(
    verbunden: Datenbank, kleiner: KleinerAnbieter, acr: object, code: str
) -> None:
    kleiner.claims = {"acr": acr}
    antwort = kleiner.gib_code(await beginne(Niveau.SUBSTANTIELL))
    with pytest.raises(AnmeldungGescheitert) as fehler:
        await anmeldung.schliesse_ab("probe", antwort, BROWSER)
    assert (fehler.value.code, fehler.value.niveau) == (code, Niveau.SUBSTANTIELL)


async def test_a_provider_states_no_more_than_it_may(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, niveaus=["basis", "substantiell"]))
    kleiner.claims = {"acr": "http://eidas.europa.eu/LoA/high"}
    assert (await melde_an(kleiner)).niveau is Niveau.SUBSTANTIELL
    with pytest.raises(AnmeldungGescheitert, match="niveau_zu_niedrig"):
        await beginne(Niveau.HOCH)


async def test_without_a_lasting_identifier_nobody_gets_in(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, karte="bundid-keycloak"))
    kleiner.claims = {"trust_level_authentication": "STORK-QAA-Level-4"}
    assert (await gescheitert(kleiner)).code == "kennung_fehlt"
    for falsch in ("", " ", 7, "a\nb", "x" * 300):
        kleiner.claims["bPK2"] = falsch
        assert (await gescheitert(kleiner)).code == "kennung_fehlt"
    kleiner.claims["bPK2"] = "AbC=="
    ergebnis = await melde_an(kleiner)
    assert (ergebnis.subjekt, ergebnis.niveau) == ("bPK2:AbC==", Niveau.HOCH)


async def test_an_organisation_has_a_name(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, art="unternehmen", karte="muk-keycloak"))
    kleiner.claims = {
        "trust_level_identification": "HOCH",
        "trust_level_authentication": "SUBSTANZIELL",
        "org_city": "Paderborn",
    }
    assert (await gescheitert(kleiner)).code == "organisation_fehlt"
    kleiner.claims["org_company_name"] = "Beispiel e. K."
    assert (await melde_an(kleiner)).niveau is Niveau.SUBSTANTIELL
    del kleiner.claims["trust_level_identification"]
    assert (await gescheitert(kleiner)).code == "niveau_unbekannt"


async def test_logout_at_the_provider_says_where_to_return(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    url = await anmeldung.abmelde_url("probe", zurueck="//boese.example", sid="s-1", sprache="en")
    assert url
    assert url.startswith(f"{kleiner.issuer}/logout?x=1&")
    assert frage(url) == {
        "x": "1",
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": "http://127.0.0.1:8000/",
        "logout_hint": "s-1",
        "ui_locales": "en de",
    }


async def test_who_cannot_log_out_there_can_log_out_here(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    kleiner.verzeichnis = {"end_session_endpoint": None}
    assert await anmeldung.abmelde_url("probe", zurueck="/") is None


async def test_a_silent_provider_keeps_nobody_logged_in(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    kleiner.antworten["/.well-known/openid-configuration"] = (503, {}, b"{}")
    assert await anmeldung.abmelde_url("probe", zurueck="/") is None


async def test_the_worker_deletes_what_is_over_and_only_that(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    await beginne()
    await beginne()
    bald = datetime.now(UTC) + timedelta(minutes=1)
    async with transaktion() as sitzung:
        for jti, bis in (("alt", bald - timedelta(minutes=2)), ("neu", bald)):
            assert await repository.verbrauche(sitzung, "i", jti, bis)
        await sitzung.execute(
            text(
                "UPDATE anmeldeversuch SET verfaellt_am = now() WHERE state_sha256 = "
                "(SELECT min(state_sha256) FROM anmeldeversuch)"
            )
        )
    await tasks.raeume_auf()
    async with transaktion() as sitzung:
        assert (await sitzung.execute(text("SELECT count(*) FROM anmeldeversuch"))).scalar_one() == 1
        assert (await sitzung.execute(text("SELECT jti FROM verbrauchte_kennung"))).scalars().all() == ["neu"]
