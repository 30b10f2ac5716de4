"""Logout: here, at the provider, and by the provider's own message, of one session among several."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from app.konto import sitzungen
from app.konto.oidc import gegenstelle
from app.konto.rechteangabe import erfordernisse
from app.konto.rollen import Rolle
from app.web.zugang import Seitenerfordernis
from tests.app.conftest import Einloggen, rolle
from tests.app.konto.oidc.fluss.conftest import Aufbau
from tests.app.konto.oidc.kleiner_anbieter import ABMELDUNG, CLIENT_ID, KleinerAnbieter
from tests.browser import Haus
from tests.conftest import vor
from tests.mensch import HTML, Besucher, Mensch, weiter

FREMD = RSAKey.import_key(rsa.generate_private_key(public_exponent=65537, key_size=2048), {"kid": "fremd"})


@pytest.fixture
async def zwei(aufbau: Aufbau, app: FastAPI) -> AsyncIterator[tuple[Aufbau, Aufbau]]:
    """The same person in two browsers, which are two sessions at the provider."""
    async with vor(app) as hier:
        zweiter = Aufbau(Besucher(hier), aufbau.kleiner, aufbau.capsys)
        for sid, einer in (("sitzung-1", aufbau), ("sitzung-2", zweiter)):
            aufbau.kleiner.claims = {"sid": sid}
            assert (await einer.meldet_sich_an()).status_code == 303
        aufbau.kleiner.claims = {}
        yield aufbau, zweiter


async def angemeldet(zwei: tuple[Aufbau, Aufbau]) -> tuple[bool, ...]:
    return tuple([await einer.besucher.ist_angemeldet() for einer in zwei])


async def sende(client: httpx.AsyncClient, token: str, **mehr: Any) -> httpx.Response:
    return await client.post("/anmelden/probe/abmeldung", data={"logout_token": token}, **mehr)


async def test_the_provider_ends_one_of_two_sessions_once(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient
) -> None:
    kleiner = zwei[0].kleiner
    token = kleiner.abmeldetoken()
    assert (await sende(client, token)).status_code == 200
    assert await angemeldet(zwei) == (False, True)
    # Whoever has listened cannot end the next session with it.
    kleiner.claims = {"sid": "sitzung-1"}
    await zwei[0].meldet_sich_an()
    kleiner.claims = {}
    noch_einmal = await sende(client, token)
    assert (noch_einmal.status_code, noch_einmal.headers["cache-control"]) == (400, "no-store")
    assert await angemeldet(zwei) == (True, True)


async def test_a_token_that_names_the_person_ends_every_session(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient
) -> None:
    assert (await sende(client, zwei[0].kleiner.abmeldetoken(sid=None, sub="konto-1"))).status_code == 200
    assert await angemeldet(zwei) == (False, False)


def _mit_schluessel(kleiner: KleinerAnbieter, **kopf: Any) -> str:
    claims = {"iss": kleiner.issuer, "aud": CLIENT_ID, "jti": "eins", "sid": "sitzung-1", "events": ABMELDUNG}
    jetzt = int(time.time())
    return jwt.encode(
        {"alg": "RS256", "kid": "fremd", **kopf}, claims | {"iat": jetzt, "exp": jetzt + 60}, FREMD
    )


def _unsigniert(kleiner: KleinerAnbieter) -> str:
    inhalt = kleiner.abmeldetoken().split(".")[1]
    kopf = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "logout+jwt"}).encode()).rstrip(b"=")
    return f"{kopf.decode()}.{inhalt}."


FALSCHE: dict[str, Callable[[KleinerAnbieter], str]] = {
    "no event": lambda kleiner: kleiner.abmeldetoken(events=None),
    "another event": lambda kleiner: kleiner.abmeldetoken(
        events={"http://schemas.openid.net/secevent/x": {}}
    ),
    "event of another shape": lambda kleiner: kleiner.abmeldetoken(events=[*ABMELDUNG]),
    "with a nonce": lambda kleiner: kleiner.abmeldetoken(nonce="n"),
    "an ID token": lambda kleiner: kleiner.id_token(**kleiner.usual("n")),
    "without a number": lambda kleiner: kleiner.abmeldetoken(jti=None),
    "naming nobody": lambda kleiner: kleiner.abmeldetoken(sid=None),
    "another issuer": lambda kleiner: kleiner.abmeldetoken(iss="https://boese.example"),
    "for somebody else": lambda kleiner: kleiner.abmeldetoken(aud="anderer"),
    "expired": lambda kleiner: kleiner.abmeldetoken(exp=timedelta(seconds=-100)),
    "old": lambda kleiner: kleiner.abmeldetoken(iat=timedelta(hours=-1)),
    "unsigned": _unsigniert,
    "key not in the JWKS": _mit_schluessel,
    "another key under a known name": lambda kleiner: _mit_schluessel(kleiner, kid="rsa-1"),
    "made for something else": lambda kleiner: _mit_schluessel(kleiner, kid="rsa-1", typ="at+jwt"),
    "nonsense": lambda _: "eyJ.eyJ.x",
    "nothing": lambda _: "",
}


@pytest.mark.parametrize("fall", FALSCHE)
async def test_a_logout_message_that_does_not_hold_ends_nothing(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient, fall: str
) -> None:
    token = FALSCHE[fall](zwei[0].kleiner)
    with capture_logs() as zeilen:
        antwort = await sende(client, token)
    assert (antwort.status_code, antwort.json()) == (
        400,
        {"error": "invalid_request", "error_description": "abmeldetoken_ungueltig"},
    )
    zwei[0].verraet_nichts(str(zeilen) + "".join(zwei[0].capsys.readouterr()))
    assert await angemeldet(zwei) == (True, True)
    # And it has used nothing up.
    assert (await sende(client, zwei[0].kleiner.abmeldetoken())).status_code == 200


async def test_another_providers_message_ends_nothing_here(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient
) -> None:
    token = zwei[0].kleiner.abmeldetoken()
    antwort = await client.post("/anmelden/gibtsnicht/abmeldung", data={"logout_token": token})
    assert antwort.status_code == 400
    assert (await client.get("/anmelden/probe/abmeldung", params={"logout_token": token})).status_code == 405
    assert (await client.post("/anmelden/probe/abmeldung", json={"logout_token": token})).status_code == 400
    assert await angemeldet(zwei) == (True, True)


async def test_the_message_counts_when_keys_have_changed_since(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gegenstelle, "NACHFRAGE_ABSTAND", 0.0)
    kleiner = zwei[0].kleiner
    kleiner.signierend, kleiner.schluessel = FREMD, [{**FREMD.as_dict(private=False), "use": "sig"}]
    assert (await sende(client, kleiner.abmeldetoken())).status_code == 200
    assert await angemeldet(zwei) == (False, True)


async def test_every_page_has_the_way_out(
    app: FastAPI, stadt: Callable[..., Awaitable[str]], logge_ein: Einloggen
) -> None:
    ags = await stadt()
    beschaeftigt = await logge_ein(rolle(Rolle.REVISION, gemeinde=ags))
    privat = await logge_ein()
    gesehen = 0
    for methode, pfad, einer in erfordernisse(app.routes):
        if methode != "get" or not isinstance(einer, Seitenerfordernis):
            continue
        browser = beschaeftigt if pfad.startswith("/amt") else privat
        antwort = await browser.get(pfad.replace("{amt}", ags), headers=HTML)
        if antwort.status_code == 200 and antwort.headers["content-type"].startswith("text/html"):
            assert 'action="/abmelden"' in antwort.text, pfad
            gesehen += 1
    assert gesehen >= 8


async def test_a_logout_that_could_not_be_carried_out_may_come_again(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = zwei[0].kleiner.abmeldetoken()

    async def faellt_aus(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as gestoert:
        gestoert.setattr(sitzungen, "beende_vom_anbieter", faellt_aus)
        assert (await sende(client, token)).status_code >= 500
    assert (await sende(client, token)).status_code == 200
    assert await angemeldet(zwei) == (False, True)


@pytest.mark.parametrize("art", ["multipart/form-data", "application/x-www-form-urlencoded; charset=x", "x"])
async def test_bodies_of_another_shape_break_nothing(
    zwei: tuple[Aufbau, Aufbau], client: httpx.AsyncClient, art: str
) -> None:
    for inhalt in (b"", b"\xff\x00", b"--x\r\n", b"a=1&" * 50):
        kopf = {"Content-Type": art}
        antwort = await client.post("/anmelden/probe/abmeldung", content=inhalt, headers=kopf)
        assert antwort.status_code == 400
        for pfad in ("/anmelden/probe", "/abmelden"):
            assert (await client.post(pfad, content=inhalt, headers=kopf)).status_code in {400, 403}
    assert await angemeldet(zwei) == (True, True)


@pytest.fixture
async def am_haus(haus: Haus) -> AsyncIterator[Callable[[], Mensch]]:
    """Makes people in front of a house that listens, as its provider does: everything goes over sockets."""
    offen: list[Callable[[], Awaitable[None]]] = []

    def neu() -> Mensch:
        hier, dort = httpx.AsyncClient(base_url=haus.adresse, trust_env=False, timeout=20), haus.idp.browser()
        offen.extend((hier.aclose, dort.schliesse))
        return Mensch(hier, dort)

    yield neu
    for schliesse in offen:
        await schliesse()


async def bis_abgemeldet(mensch: Mensch) -> None:
    """The provider tells the house on its own; a moment may pass."""
    for _ in range(100):
        if not await mensch.ist_angemeldet():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("still signed in")


async def test_signing_out_here_signs_out_there_and_leaves_the_other_browser(
    am_haus: Callable[[], Mensch], haus: Haus
) -> None:
    mensch, anderer = am_haus(), am_haus()
    for einer in (mensch, anderer):
        assert (await einer.meldet_sich_an("paderborn", "p-leitung", ziel="/amt")).status_code == 303
    ziel = weiter((await mensch.meldet_sich_ab()).text)
    assert mensch.geheimnis is None
    assert await mensch.dort.melde_ab(ziel) == f"{haus.adresse}/abgemeldet"
    assert not await mensch.ist_angemeldet()
    assert await anderer.ist_angemeldet()
    # The provider asks again: it has forgotten the person, too.
    seite = await mensch.dort.http.get(await mensch.beginnt("paderborn"), follow_redirects=True)
    assert 'name="person"' in seite.text


async def test_signing_out_at_the_provider_ends_the_session_here(
    am_haus: Callable[[], Mensch], haus: Haus
) -> None:
    mensch, anderer = am_haus(), am_haus()
    for einer in (mensch, anderer):
        await einer.meldet_sich_an("bundid", "can-yilmaz")
    assert await anderer.ist_angemeldet()
    ende = f"{haus.idp.issuer('bundid')}/session/end?client_id=gewerbeamt"
    await mensch.dort.melde_ab(f"{ende}&post_logout_redirect_uri={haus.adresse}/abgemeldet")
    await bis_abgemeldet(mensch)
    assert await anderer.ist_angemeldet()
