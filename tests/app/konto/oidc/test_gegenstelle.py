"""What is known of a provider: checked, kept for a while, asked for once."""

import asyncio
from typing import Any

import pytest

from app.konto import anmeldung
from app.konto.anmeldung import AnmeldungGescheitert
from app.konto.oidc import gegenstelle as modul
from app.konto.oidc.gegenstelle import Gegenstelle, gegenstelle
from app.konto.oidc.schluesselbund import HOECHSTENS_SCHLUESSEL, Schluesselbund
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.kleiner_anbieter import KleinerAnbieter

ENTDECKUNG = "/.well-known/openid-configuration"


def dort() -> Gegenstelle:
    return Gegenstelle(anmeldung.anbieter()["probe"])


@pytest.mark.parametrize(
    ("verzeichnis", "grund"),
    [
        ({"issuer": "https://boese.example"}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"response_types_supported": ["token"]}, "response_type"),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce"),
        ({"token_endpoint": None}, "token_endpoint"),
        ({"jwks_uri": None}, "jwks_uri"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
        ({"token_endpoint": "http://boese.example/token"}, "token_endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri"),
        ({"jwks_uri": 7}, "jwks_uri"),
        ({"userinfo_endpoint": "http://169.254.169.254/"}, "userinfo_endpoint"),
        ({"end_session_endpoint": "https://a:b@boese.example"}, "end_session_endpoint"),
    ],
)
async def test_metadata_of_another_or_of_nobody_are_refused(
    kleiner: KleinerAnbieter, verzeichnis: dict[str, Any], grund: str
) -> None:
    kleiner.verzeichnis = verzeichnis
    with pytest.raises(AnmeldungGescheitert) as fehler:
        await dort().verzeichnis()
    assert (fehler.value.code, fehler.value.grund) == ("anbieter_antwort", grund)


async def test_an_issuer_with_a_slash_at_its_end_is_another(
    kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(f"{kleiner.issuer}/"))
    with pytest.raises(AnmeldungGescheitert, match="issuer"):
        await dort().verzeichnis()


async def test_many_who_wait_ask_once(kleiner: KleinerAnbieter) -> None:
    stelle = dort()
    await asyncio.gather(*(stelle.schluessel() for _ in range(20)))
    assert (kleiner.gezaehlt(ENTDECKUNG), kleiner.gezaehlt("/jwks")) == (1, 1)


async def test_a_failure_is_not_repeated_for_each_who_waits(kleiner: KleinerAnbieter) -> None:
    kleiner.antworten["/jwks"] = (503, {}, b"{}")
    stelle = dort()
    ergebnisse = await asyncio.gather(*(stelle.schluessel() for _ in range(20)), return_exceptions=True)
    assert {str(einer) for einer in ergebnisse} == {"anbieter_nicht_erreichbar:status"}
    assert kleiner.gezaehlt("/jwks") == 1


async def test_a_provider_that_is_back_is_found(
    kleiner: KleinerAnbieter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modul, "RUHE", 0.0)
    kleiner.antworten["/jwks"] = (503, {}, b"{}")
    stelle = dort()
    with pytest.raises(AnmeldungGescheitert):
        await stelle.schluessel()
    del kleiner.antworten["/jwks"]
    assert (await stelle.schluessel()).schluessel


async def test_keys_are_kept_and_fetched_anew_when_they_are_old(
    kleiner: KleinerAnbieter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stelle = dort()
    await stelle.schluessel()
    await stelle.schluessel()
    assert kleiner.gezaehlt("/jwks") == 1
    monkeypatch.setattr(modul, "SCHLUESSEL_GELTEN", 0.0)
    neue = dort()
    await neue.schluessel()
    await neue.schluessel()
    assert kleiner.gezaehlt("/jwks") == 3


async def test_asking_for_new_keys_is_bounded(
    kleiner: KleinerAnbieter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stelle = dort()
    for _ in range(5):
        await stelle.schluessel(neu=True)
    assert kleiner.gezaehlt("/jwks") == 1
    monkeypatch.setattr(modul, "NACHFRAGE_ABSTAND", 0.0)
    await stelle.schluessel(neu=True)
    assert kleiner.gezaehlt("/jwks") == 2


def test_one_knowledge_for_each_configuration(konfiguriere: Konfiguriere) -> None:
    konfiguriere(probe=angaben("http://127.0.0.1:1"))
    erste = gegenstelle(anmeldung.anbieter()["probe"])
    assert gegenstelle(anmeldung.anbieter()["probe"]) is erste
    konfiguriere(probe=angaben("http://127.0.0.1:2"))
    assert gegenstelle(anmeldung.anbieter()["probe"]) is not erste


@pytest.mark.parametrize("jwks", [{}, {"keys": {}}, {"keys": [{}] * (HOECHSTENS_SCHLUESSEL + 1)}])
def test_what_is_no_list_of_keys_is_refused(jwks: dict[str, Any]) -> None:
    with pytest.raises(AnmeldungGescheitert, match="jwks"):
        Schluesselbund.aus(jwks)


async def test_the_self_check_says_what_is_wrong(kleiner: KleinerAnbieter) -> None:
    assert await anmeldung.pruefe_anbieter("probe") is None
    kleiner.schluessel = [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]
    ergebnis = await anmeldung.pruefe_anbieter("probe")
    assert ergebnis
    assert ergebnis.grund == "jwks"
    kleiner.antworten[ENTDECKUNG] = (404, {}, b"{}")
    ergebnis = await anmeldung.pruefe_anbieter("probe")
    assert ergebnis
    assert ergebnis.code == "anbieter_nicht_erreichbar"


async def test_known_keys_do_not_wait_for_a_fetch(
    kleiner: KleinerAnbieter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens with invented key names must not hold up those whose key is known."""
    monkeypatch.setattr(modul, "NACHFRAGE_ABSTAND", 0.0)
    stelle = dort()
    await stelle.schluessel()
    kleiner.stumm = {"/jwks"}
    haengt = asyncio.create_task(stelle.schluessel(neu=True))
    for _ in range(500):
        if kleiner.gezaehlt("/jwks") == 2:
            break
        await asyncio.sleep(0.01)
    async with asyncio.timeout(1):
        assert (await stelle.schluessel()).schluessel
    haengt.cancel()
