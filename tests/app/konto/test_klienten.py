"""Machine clients in time: two secrets, expiry, last use, limits; a town's own by its Administration."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import text

from app.db.sitzung import Datenbank, transaktion
from app.konto import service
from app.konto.rollen import Rolle
from app.konto.service import NeuerKlient
from tests.app.conftest import Anmelden, Einloggen, rolle
from tests.conftest import Klientbau

TOKEN = "/api/v1/oauth/token"
KLIENTEN = "/api/v1/verwaltung/klienten"
PADERBORN, BIELEFELD = "05774032", "05711000"
JWKS = {"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}


@pytest.fixture
async def neu(verbunden: Datenbank) -> NeuerKlient:
    async with transaktion() as session:
        return await service.anlegen_klient(session, name="Probe", scopes=["einreichen"])


async def _kommt_hinein(client: httpx.AsyncClient, client_id: str, geheimnis: str) -> bool:
    antwort = await client.post(TOKEN, data={"grant_type": "client_credentials"}, auth=(client_id, geheimnis))
    return antwort.status_code == 200


async def test_two_secrets_count_until_the_overlap_ends(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    name, alt = neu.klient.client_id, neu.geheimnis
    async with transaktion() as session:
        frisch = await service.rotiere_geheimnis(session, name, ueberlappung=timedelta(hours=1))
    assert frisch is not None
    assert await _kommt_hinein(client, name, alt)
    assert await _kommt_hinein(client, name, frisch)
    async with transaktion() as session:
        await session.execute(text("UPDATE klient SET vorheriges_bis = now() - interval '1 second'"))
    assert not await _kommt_hinein(client, name, alt)
    assert await _kommt_hinein(client, name, frisch)


async def test_a_third_secret_ends_the_first(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    name = neu.klient.client_id
    stunde = timedelta(hours=1)
    async with transaktion() as session:
        zweites = await service.rotiere_geheimnis(session, name, ueberlappung=stunde)
        drittes = await service.rotiere_geheimnis(session, name, ueberlappung=stunde)
    assert zweites is not None
    assert drittes is not None
    assert not await _kommt_hinein(client, name, neu.geheimnis)
    assert await _kommt_hinein(client, name, zweites)
    async with transaktion() as session:
        letztes = await service.rotiere_geheimnis(session, name)
    assert letztes is not None
    assert not await _kommt_hinein(client, name, drittes)
    assert await _kommt_hinein(client, name, letztes)


async def test_a_client_ends_in_time_and_its_tokens_with_it(
    client: httpx.AsyncClient, klient_kopf: Klientbau
) -> None:
    kopf = await klient_kopf("sachbearbeitung", gemeinde=PADERBORN)
    assert (await client.get("/api/v1/vorgaenge", headers=kopf)).status_code == 200
    async with transaktion() as session:
        await session.execute(text("UPDATE klient SET laeuft_ab_am = now()"))
    assert (await client.get("/api/v1/vorgaenge", headers=kopf)).status_code == 401


async def test_an_expired_client_gets_no_token(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    assert await _kommt_hinein(client, neu.klient.client_id, neu.geheimnis)
    async with transaktion() as session:
        await session.execute(text("UPDATE klient SET laeuft_ab_am = now()"))
    assert not await _kommt_hinein(client, neu.klient.client_id, neu.geheimnis)


async def test_last_use_is_when_a_token_was_fetched(client: httpx.AsyncClient, neu: NeuerKlient) -> None:
    assert neu.klient.zuletzt_am is None
    await _kommt_hinein(client, neu.klient.client_id, "falsch")
    async with transaktion() as session:
        [vorher] = await service.klienten(session)
    await _kommt_hinein(client, neu.klient.client_id, neu.geheimnis)
    async with transaktion() as session:
        [nachher] = await service.klienten(session)
    assert vorher.zuletzt_am is None
    assert nachher.zuletzt_am is not None


async def test_one_request_too_many_waits_and_others_do_not(
    client: httpx.AsyncClient, neu: NeuerKlient, melde_an: Anmelden
) -> None:
    async with transaktion() as session:
        enger = await service.anlegen_klient(session, name="Eng", scopes=["einreichen"], je_minute=3)
    antwort = await client.post(
        TOKEN, data={"grant_type": "client_credentials"}, auth=(enger.klient.client_id, enger.geheimnis)
    )
    kopf = {"Authorization": f"Bearer {antwort.json()['access_token']}"}
    pfad = f"/api/v1/gewerbeanzeigen/{neu.klient.id}"
    for _ in range(2):
        assert (await client.get(pfad, headers=kopf)).status_code == 404
    zu_viel = await client.get(pfad, headers=kopf)
    assert (zu_viel.status_code, zu_viel.json()["code"]) == (429, "zu_viele_anfragen")
    assert 1 <= int(zu_viel.headers["retry-after"]) <= 60
    assert (await (await melde_an("einreichen")).get(pfad)).status_code == 404


@pytest.mark.parametrize(
    "wunsch",
    [
        {"laeuft_ab_am": datetime(2020, 1, 1, tzinfo=UTC)},
        {"je_minute": 0},
        {"scopes": ["verwaltung"], "stelle": "ihk-probe"},
    ],
)
async def test_contradictions_are_refused(verbunden: Datenbank, wunsch: dict[str, object]) -> None:
    async with transaktion() as session:
        with pytest.raises(service.KlientUngueltig):
            await service.anlegen_klient(session, **({"name": "x", "scopes": ["einreichen"]} | wunsch))  # type: ignore[arg-type]


async def test_the_administration_looks_after_its_own_clients(
    logge_ein: Einloggen, client: httpx.AsyncClient
) -> None:
    paderborn = await logge_ein(rolle(Rolle.ADMINISTRATION))
    bielefeld = await logge_ein(rolle(Rolle.ADMINISTRATION, gemeinde=BIELEFELD))
    antwort = await paderborn.post(KLIENTEN, json={"name": "Überwachung", "scopes": ["verwaltung"]})
    assert antwort.status_code == 201, antwort.text
    name, geheimnis = antwort.json()["klient"]["client_id"], antwort.json()["client_secret"]
    assert await _kommt_hinein(client, name, geheimnis)
    assert [k["client_id"] for k in (await paderborn.get(KLIENTEN)).json()["klienten"]] == [name]
    assert (await bielefeld.get(KLIENTEN)).json() == {"klienten": []}
    for pfad, inhalt in (("rotieren", {}), ("sperren", None)):
        fremd = await bielefeld.post(f"{KLIENTEN}/{name}/{pfad}", json=inhalt)
        assert (fremd.status_code, fremd.json()["code"]) == (404, "klient_unbekannt")
    gedreht = await paderborn.post(f"{KLIENTEN}/{name}/rotieren", json={"ueberlappung_stunden": 24})
    assert gedreht.json()["klient"]["vorheriges_bis"]
    assert await _kommt_hinein(client, name, geheimnis)
    assert await _kommt_hinein(client, name, gedreht.json()["client_secret"])
    for _ in range(2):
        assert (await paderborn.post(f"{KLIENTEN}/{name}/sperren")).json()["gesperrt"] is True
    assert not await _kommt_hinein(client, name, geheimnis)
    async with transaktion(gemeinde=PADERBORN) as session:
        eintraege = (
            await session.execute(
                text("SELECT ereignis, angaben FROM journaleintrag WHERE bezug_art = 'klient' ORDER BY id")
            )
        ).all()
    assert [eintrag.ereignis for eintrag in eintraege] == [
        "klient_angelegt",
        "klient_rotiert",
        "klient_gesperrt",
    ]
    assert {eintrag.angaben["client_id"] for eintrag in eintraege} == {name}
    # A person, by the id of her account.
    assert {len(eintrag.angaben["durch"]) for eintrag in eintraege} == {36}


async def test_no_secret_that_reads_cases_passes_through_the_administration(logge_ein: Einloggen) -> None:
    amt = await logge_ein(rolle(Rolle.ADMINISTRATION))
    wunsch = {"name": "Fachverfahren", "scopes": ["sachbearbeitung"]}
    ohne = await amt.post(KLIENTEN, json=wunsch)
    assert (ohne.status_code, ohne.json()["code"]) == (422, "schluessel_noetig")
    mit = await amt.post(KLIENTEN, json=wunsch | {"jwks": JWKS})
    assert mit.status_code == 201, mit.text
    assert mit.json()["client_secret"] is None
    assert mit.json()["klient"]["mit_schluessel"] is True
    name = mit.json()["klient"]["client_id"]
    gedreht = await amt.post(f"{KLIENTEN}/{name}/rotieren", json={})
    assert (gedreht.status_code, gedreht.json()["code"]) == (422, "schluessel_noetig")


async def test_a_town_cannot_make_clients_for_others(logge_ein: Einloggen) -> None:
    amt = await logge_ein(rolle(Rolle.ADMINISTRATION))
    wuensche: list[dict[str, object]] = [
        {"scopes": ["einreichen"]},
        {"scopes": ["postfach"]},
        {"scopes": ["verwaltung"], "gemeinde": BIELEFELD},
        {"scopes": ["verwaltung"], "stelle": "ihk-probe"},
        {"scopes": []},
        {"scopes": ["verwaltung"], "laeuft_ab_am": "2020-01-01T00:00:00Z"},
    ]
    for wunsch in wuensche:
        assert (await amt.post(KLIENTEN, json={"name": "x"} | wunsch)).status_code == 422
