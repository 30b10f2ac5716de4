"""POST /api/v1/oauth/token as RFC 6749 describes it, and what a token opens."""

import base64
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote_plus

import httpx
import pytest
from sqlalchemy import text

from app.db.sitzung import Datenbank, Sitzung, transaktion
from app.konto import service
from app.konto.service import NeuerKlient
from app.konto.zugriff import Recht, Scope, Wer, erfordert
from app.main import create_app
from tests.conftest import Klientbau, vor

PFAD = "/api/v1/oauth/token"
FORM = {"grant_type": "client_credentials"}


@pytest.fixture
async def neu(verbunden: Datenbank) -> NeuerKlient:
    async with transaktion() as sitzung:
        return await service.anlegen_klient(
            sitzung, name="Probe", scopes=["einreichen", "postfach"], stelle="ihk-probe"
        )


def _als_formular(neu: NeuerKlient, **mehr: str) -> dict[str, str]:
    return FORM | {"client_id": neu.klient.client_id, "client_secret": neu.geheimnis} | mehr


async def test_the_form_body_gets_a_token(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    antwort = await client.post(PFAD, data=_als_formular(neu))
    assert antwort.status_code == 200
    inhalt = antwort.json()
    assert inhalt["token_type"] == "Bearer"
    assert inhalt["expires_in"] == 600
    assert inhalt["scope"] == "einreichen postfach"
    assert inhalt["access_token"].count(".") == 2
    assert antwort.headers["cache-control"] == "no-store"


async def test_basic_authentication_gets_a_token(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    ausweis = f"{quote_plus(neu.klient.client_id)}:{quote_plus(neu.geheimnis)}"
    kopf = {"Authorization": "Basic " + base64.b64encode(ausweis.encode()).decode()}
    antwort = await client.post(PFAD, data=FORM | {"scope": "postfach"}, headers=kopf)
    assert antwort.status_code == 200
    assert antwort.json()["scope"] == "postfach"


async def test_unknown_and_wrong_get_the_same_answer(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    falsch = await client.post(PFAD, data=_als_formular(neu, client_secret="falsch"))
    unbekannt = await client.post(PFAD, data=_als_formular(neu, client_id="niemand"))
    async with transaktion() as sitzung:
        assert await service.sperre_klient(sitzung, neu.klient.client_id)
    gesperrt = await client.post(PFAD, data=_als_formular(neu))
    for antwort in (falsch, unbekannt, gesperrt):
        assert antwort.status_code == 401
        assert antwort.content == falsch.content
        assert antwort.headers["www-authenticate"].startswith("Basic")
    assert falsch.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("formular", "fehler"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        (FORM | {"scope": "sachbearbeitung"}, "invalid_scope"),
        (FORM | {"scope": "alles"}, "invalid_scope"),
    ],
)
async def test_errors_have_the_form_of_the_rfc(
    client: httpx.AsyncClient, neu: NeuerKlient, formular: dict[str, str], fehler: str
) -> None:
    ausweis = {"client_id": neu.klient.client_id, "client_secret": neu.geheimnis}
    antwort = await client.post(PFAD, data=ausweis | formular)
    assert antwort.status_code == 400
    assert antwort.json()["error"] == fehler
    assert set(antwort.json()) == {"error", "error_description"}


@pytest.mark.parametrize(
    ("koerper", "art"),
    [
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % nummer for nummer in range(50)), "application/x-www-form-urlencoded"),
    ],
)
async def test_bad_forms_are_bad_requests(client: httpx.AsyncClient, koerper: bytes, art: str) -> None:
    antwort = await client.post(PFAD, content=koerper, headers={"Content-Type": art})
    assert antwort.status_code == 400
    assert antwort.json()["error"] == "invalid_request"


@pytest.mark.parametrize("client_id", ["\x00", "ä" * 100, "'; DROP TABLE klient; --", "", "x" * 9000])
async def test_strange_names_are_unknown_clients(client: httpx.AsyncClient, client_id: str) -> None:
    antwort = await client.post(PFAD, data=FORM | {"client_id": client_id, "client_secret": "\x00"})
    assert antwort.status_code == 401


@pytest.mark.parametrize("wert", ["Basic", "Basic !!!", "Basic YQ==", "Bearer abc", "Basic /w=="])
async def test_bad_basic_is_an_unknown_client(client: httpx.AsyncClient, wert: str) -> None:
    antwort = await client.post(PFAD, data=FORM, headers={"Authorization": wert})
    assert antwort.status_code == 401


async def test_two_ways_at_once_are_refused(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    kopf = {"Authorization": "Basic " + base64.b64encode(b"a:b").decode()}
    antwort = await client.post(PFAD, data=_als_formular(neu), headers=kopf)
    assert antwort.status_code == 400


async def test_secrets_are_stored_as_hashes(neu: NeuerKlient) -> None:
    async with transaktion() as sitzung:
        zeile = (await sitzung.execute(text("SELECT klient::text FROM klient"))).scalar_one()
    assert neu.geheimnis not in zeile
    assert len(neu.geheimnis) >= 43


async def test_a_renewed_secret_replaces_the_old(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    async with transaktion() as sitzung:
        frisch = await service.rotiere_geheimnis(sitzung, neu.klient.client_id)
    assert frisch
    assert (await client.post(PFAD, data=_als_formular(neu))).status_code == 401
    assert (await client.post(PFAD, data=_als_formular(neu, client_secret=frisch))).status_code == 200


@pytest.mark.parametrize(
    "wunsch",
    [
        {"scopes": []},
        {"scopes": ["alles"]},
        {"scopes": ["postfach"]},
        {"scopes": ["sachbearbeitung"]},
        {"scopes": ["einreichen"], "gemeinde": "05774032"},
        {"scopes": ["einreichen"], "client_id": "Groß"},
    ],
)
async def test_contradictory_clients_are_refused(verbunden: Datenbank, wunsch: dict[str, object]) -> None:
    async with transaktion() as sitzung:
        with pytest.raises(service.KlientUngueltig):
            await service.anlegen_klient(sitzung, name="x", **wunsch)  # type: ignore[arg-type]


@pytest.fixture
async def probe(verbunden: Datenbank) -> AsyncIterator[httpx.AsyncClient]:
    """The app with routes that tell what their declaration gave them."""
    app = create_app()

    async def schluessel(sitzung: Sitzung) -> list[str]:
        namen = ("gemeinde", "person", "stelle")
        zeile = await sitzung.execute(
            text("SELECT " + ", ".join(f"current_setting('amt.{name}', true)" for name in namen))
        )
        return list(zeile.one())

    @app.get("/probe/einreichen")
    async def einreichen(
        wer: Annotated[Wer, erfordert(Recht.ANZEIGE_EINREICHEN)], sitzung: Sitzung
    ) -> list[str]:
        assert wer.traeger == {Scope.EINREICHEN}
        return await schluessel(sitzung)

    @app.get("/probe/postfach")
    async def postfach(wer: Annotated[Wer, erfordert(Recht.POSTFACH_LESEN)], sitzung: Sitzung) -> list[str]:
        return await schluessel(sitzung)

    @app.get("/probe/sachbearbeitung")
    async def sachbearbeitung(
        wer: Annotated[Wer, erfordert(Recht.VORGANG_LESEN)], sitzung: Sitzung
    ) -> list[str]:
        return await schluessel(sitzung)

    @app.get("/probe/eines-von-beiden")
    async def eines(wer: Annotated[Wer, erfordert(Recht.ANZEIGE_SEHEN)], sitzung: Sitzung) -> list[str]:
        return await schluessel(sitzung)

    async with vor(app) as client:
        yield client


async def test_the_declared_scope_decides_what_the_transaction_sees(
    probe: httpx.AsyncClient, klient_kopf: Klientbau
) -> None:
    alles = await klient_kopf(
        "einreichen", "postfach", "sachbearbeitung", gemeinde="05774032", stelle="ihk-probe"
    )
    gemeinde, person, stelle = (await probe.get("/probe/einreichen", headers=alles)).json()
    assert not gemeinde
    assert len(person) == 36
    assert not stelle
    assert (await probe.get("/probe/postfach", headers=alles)).json() == ["", "", "ihk-probe"]
    assert (await probe.get("/probe/sachbearbeitung", headers=alles)).json() == ["05774032", "", ""]
    beide = (await probe.get("/probe/eines-von-beiden", headers=alles)).json()
    assert beide == ["05774032", person, ""]


async def test_a_missing_scope_is_forbidden(probe: httpx.AsyncClient, klient_kopf: Klientbau) -> None:
    kopf = await klient_kopf("einreichen")
    assert (await probe.get("/probe/eines-von-beiden", headers=kopf)).status_code == 200
    antwort = await probe.get("/probe/postfach", headers=kopf)
    assert antwort.status_code == 403
    assert antwort.json()["code"] == "scope_fehlt"
    assert 'error="insufficient_scope"' in antwort.headers["www-authenticate"]


@pytest.mark.parametrize("wert", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer ä"])
async def test_without_a_valid_token_it_is_unauthorized(probe: httpx.AsyncClient, wert: str | None) -> None:
    kopf = [] if wert is None else [(b"Authorization", wert.encode("latin-1"))]
    antwort = await probe.get("/probe/einreichen", headers=kopf)
    assert antwort.status_code == 401
    assert antwort.headers["content-type"] == "application/problem+json"
    assert antwort.headers["www-authenticate"].startswith("Bearer")


async def test_a_blocked_client_is_out_at_once(probe: httpx.AsyncClient, neu: NeuerKlient) -> None:
    token = (await probe.post(PFAD, data=_als_formular(neu))).json()["access_token"]
    kopf = {"Authorization": f"Bearer {token}"}
    assert (await probe.get("/probe/einreichen", headers=kopf)).status_code == 200
    async with transaktion() as sitzung:
        await service.sperre_klient(sitzung, neu.klient.client_id)
    assert (await probe.get("/probe/einreichen", headers=kopf)).status_code == 401
