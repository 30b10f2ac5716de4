"""Logout tokens: only the provider's own, only now, only once."""

from datetime import timedelta
from typing import Any

import pytest

from app.db.sitzung import Datenbank
from app.konto import anmeldung
from app.konto.anmeldung import Abmeldung, AnmeldungGescheitert
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.kleiner_anbieter import ABMELDUNG, KleinerAnbieter
from tests.app.konto.oidc.test_anmeldung import beginne


def token(kleiner: KleinerAnbieter, **anders: Any) -> str:
    return kleiner.abmeldetoken(**({"sub": "konto-1"} | anders))


async def grund(kleiner: KleinerAnbieter, **anders: Any) -> str:
    with pytest.raises(AnmeldungGescheitert) as fehler:
        await anmeldung.pruefe_abmeldetoken("probe", token(kleiner, **anders))
    assert fehler.value.code == "abmeldetoken_ungueltig"
    return fehler.value.grund


@pytest.mark.parametrize("typ", [None, "logout+jwt", "JWT"])
async def test_a_logout_token_names_session_and_account(
    verbunden: Datenbank, kleiner: KleinerAnbieter, typ: str | None
) -> None:
    kleiner.kopf = {"typ": typ}
    ende = await anmeldung.pruefe_abmeldetoken("probe", token(kleiner))
    assert ende == Abmeldung(kleiner.issuer, "sitzung-1", "konto-1")


async def test_it_counts_once(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    await anmeldung.pruefe_abmeldetoken("probe", token(kleiner))
    assert await grund(kleiner) == "jti"
    await anmeldung.pruefe_abmeldetoken("probe", token(kleiner, jti="zwei"))


@pytest.mark.parametrize(
    ("anders", "erwartet"),
    [
        ({"events": None}, "events"),
        ({"events": {}}, "events"),
        ({"events": [*ABMELDUNG]}, "events"),
        ({"events": {"http://schemas.openid.net/event/backchannel-logout": True}}, "events"),
        ({"nonce": "x"}, "nonce"),
        ({"sub": None, "sid": None}, "sub"),
        ({"sub": "", "sid": 7}, "sub"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"iss": "https://boese.example"}, "iss"),
        ({"aud": "anderer"}, "aud"),
        ({"iat": None}, "iat"),
        ({"iat": timedelta(seconds=-1000)}, "iat"),
        ({"exp": timedelta(seconds=-100)}, "exp"),
        ({"exp": None}, "exp"),
    ],
)
async def test_each_claim_is_checked(
    verbunden: Datenbank, kleiner: KleinerAnbieter, anders: dict[str, Any], erwartet: str
) -> None:
    assert await grund(kleiner, **anders) == erwartet


async def test_an_id_token_logs_nobody_out(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    antwort = kleiner.gib_code(await beginne())
    nonce = kleiner.codes[antwort["code"]]["nonce"]
    with pytest.raises(AnmeldungGescheitert, match="events"):
        await anmeldung.pruefe_abmeldetoken("probe", kleiner.id_token(**kleiner.usual(nonce)))


async def test_a_refused_token_uses_up_nothing(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    assert await grund(kleiner, events=None) == "events"
    await anmeldung.pruefe_abmeldetoken("probe", token(kleiner))


async def test_accounts_known_by_another_claim_are_found_by_session(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, karte="bundid-keycloak"))
    ende = await anmeldung.pruefe_abmeldetoken("probe", token(kleiner))
    assert (ende.sid, ende.subjekt) == ("sitzung-1", None)
    assert await grund(kleiner, jti="zwei", sid=None) == "sid"


@pytest.mark.parametrize("unsinn", ["", "x", "a.b.c", "x" * 100_000])
async def test_nonsense_is_refused(verbunden: Datenbank, kleiner: KleinerAnbieter, unsinn: str) -> None:
    with pytest.raises(AnmeldungGescheitert, match="form"):
        await anmeldung.pruefe_abmeldetoken("probe", unsinn)
    assert kleiner.anfragen == []
