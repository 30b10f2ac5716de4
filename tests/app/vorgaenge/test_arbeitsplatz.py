"""The desk: a town's own cases, decided once."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from app.akte import service as akte
from app.db.sitzung import transaktion
from app.konto import service as konto
from app.vorgaenge.service import ORTSZEIT
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung, zu_pruefen
from tests.app.gewerbe.test_einreichen import anzahl

VORGAENGE = "/api/v1/vorgaenge"
ANZEIGEN = "/api/v1/gewerbeanzeigen"


@pytest.fixture
async def portal(stadt: Stadt, melde_an: Anmelden) -> httpx.AsyncClient:
    """A client that submits to Paderborn and Bielefeld."""
    await stadt(PADERBORN)
    await stadt(BIELEFELD)
    return await melde_an("einreichen")


@pytest.fixture
async def amt(melde_an: Anmelden) -> httpx.AsyncClient:
    """The desk of Paderborn."""
    return await melde_an("sachbearbeitung", gemeinde=PADERBORN)


async def _offener_fall(portal: httpx.AsyncClient) -> str:
    antwort = await portal.post(ANZEIGEN, json=zu_pruefen())
    assert antwort.status_code == 201, antwort.text
    return str(antwort.json()["anzeigen"][0]["vorgang_id"])


async def test_worklist_has_no_gap_and_no_double(portal: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    faelle = [await _offener_fall(portal) for _ in range(5)]
    await portal.post(ANZEIGEN, json=anmeldung())
    await portal.post(ANZEIGEN, json=zu_pruefen(gemeinde=BIELEFELD))
    gesehen: list[str] = []
    nach: dict[str, str] = {}
    while True:
        seite = (await amt.get(VORGAENGE, params={"anzahl": 2, **nach})).json()
        gesehen += [fall["id"] for fall in seite["vorgaenge"]]
        if seite["weiter"] is None:
            break
        nach = {"nach": seite["weiter"]}
    assert gesehen == faelle
    [erledigt] = (await amt.get(VORGAENGE, params={"zustand": "erledigt"})).json()["vorgaenge"]
    assert erledigt["naechster_termin"] is None


async def test_open_case_has_owner_findings_and_three_days(
    portal: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    fall = (await amt.get(f"{VORGAENGE}/{await _offener_fall(portal)}")).json()
    assert fall["zustaendig"]
    assert fall["befunde"]
    termin = datetime.fromisoformat(fall["naechster_termin"]).astimezone(ORTSZEIT)
    angelegt = datetime.fromisoformat(fall["angelegt_am"]).astimezone(ORTSZEIT)
    assert termin.date() - angelegt.date() == timedelta(days=3)
    assert termin.time().isoformat() == "23:59:59"
    assert fall["gegenstand"]["form"] == "A1"
    assert fall["gegenstand"]["anzeige"]["personen"][0]["familienname"] == "Musterfrau"


async def test_ten_clerks_certify_once(portal: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    fall = await _offener_fall(portal)
    antworten = await asyncio.gather(*(amt.post(f"{VORGAENGE}/{fall}/bescheinigen") for _ in range(10)))
    assert [antwort.status_code for antwort in antworten] == [200] * 10
    assert len({antwort.text for antwort in antworten}) == 1
    assert antworten[0].json()["zustand"] == "erledigt"
    assert await anzahl("bescheinigung") == await anzahl("registereintrag") == 1
    assert await anzahl("sendung") > 5
    async with transaktion(gemeinde=PADERBORN) as session:
        eintraege = await akte.historie(session, UUID(fall))
        [amt_klient] = [k.id for k in await konto.klienten(session) if k.gemeinde == PADERBORN]
    assert [eintrag.ereignis for eintrag in eintraege] == [
        "vorgang_eroeffnet",
        "vorgang_erledigt",
        "gewerbeanzeige_bescheinigt",
        "vorgang_entschieden",
    ]
    assert eintraege[-1].angaben["durch"] == str(amt_klient)


async def test_certified_case_cannot_be_rejected(portal: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    fall = await _offener_fall(portal)
    await amt.post(f"{VORGAENGE}/{fall}/bescheinigen")
    antwort = await amt.post(f"{VORGAENGE}/{fall}/zurueckweisen", json={"grund": "doch nicht"})
    assert (antwort.status_code, antwort.json()["code"]) == (409, "vorgang_erledigt")


async def test_rejection_has_a_reason_and_is_final(portal: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    angenommen = (await portal.post(ANZEIGEN, json=zu_pruefen())).json()
    fall = angenommen["anzeigen"][0]["vorgang_id"]
    ort, grund = f"{VORGAENGE}/{fall}/zurueckweisen", {"grund": "Die Vollmacht fehlt."}
    assert (await amt.post(ort, json={})).status_code == 422
    assert (await amt.post(ort, json={"grund": " "})).status_code == 422
    assert (await amt.post(ort, json={"grund": "a\u0000b"})).status_code == 422
    erste = await amt.post(ort, json=grund)
    assert erste.status_code == 200
    assert erste.json()["zustand"] == "zurueckgewiesen"
    assert (await amt.post(ort, json=grund)).json() == erste.json()
    assert (await amt.post(ort, json={"grund": "Anderes"})).status_code == 409
    spaet = await amt.post(f"{VORGAENGE}/{fall}/bescheinigen")
    assert (spaet.status_code, spaet.json()["code"]) == (409, "vorgang_zurueckgewiesen")
    assert await anzahl("sendung") == 0
    stand = (await portal.get(f"{ANZEIGEN}/{angenommen['id']}")).json()
    assert stand["zustand"] == "zurueckgewiesen"
    assert stand["anzeigen"][0]["entscheidung"] == "Die Vollmacht fehlt."


async def test_rejecting_and_certifying_at_once_is_decided_one_way(
    portal: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    fall = await _offener_fall(portal)
    antworten = await asyncio.gather(
        *(
            amt.post(f"{VORGAENGE}/{fall}/{was}", json={"grund": "Nein."} if was == "zurueckweisen" else None)
            for was in ("bescheinigen", "zurueckweisen") * 4
        )
    )
    erfolge = {antwort.json()["zustand"] for antwort in antworten if antwort.status_code == 200}
    assert len(erfolge) == 1
    assert {antwort.status_code for antwort in antworten} == {200, 409}
    assert (await anzahl("bescheinigung") == 1) == (erfolge == {"erledigt"})


async def test_case_of_another_town_is_not_there(portal: httpx.AsyncClient, melde_an: Anmelden) -> None:
    fall = await _offener_fall(portal)
    fremd = await melde_an("sachbearbeitung", gemeinde=BIELEFELD)
    for antwort in (
        await fremd.get(f"{VORGAENGE}/{fall}"),
        await fremd.post(f"{VORGAENGE}/{fall}/bescheinigen"),
        await fremd.post(f"{VORGAENGE}/{fall}/zurueckweisen", json={"grund": "x"}),
        await fremd.get(f"{VORGAENGE}/{uuid4()}"),
    ):
        assert (antwort.status_code, antwort.json()["code"]) == (404, "vorgang_unbekannt")
    assert (await fremd.get(VORGAENGE)).json()["vorgaenge"] == []


async def test_submitters_have_no_desk(portal: httpx.AsyncClient) -> None:
    fall = await _offener_fall(portal)
    assert (await portal.get(VORGAENGE)).status_code == 403
    assert (await portal.post(f"{VORGAENGE}/{fall}/bescheinigen")).status_code == 403
