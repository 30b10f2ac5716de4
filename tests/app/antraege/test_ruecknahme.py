"""What nobody has decided yet can be withdrawn by who has applied for it, once, and by nobody else."""

import asyncio

import httpx
import pytest

from app.konto.rollen import Rolle
from tests.app.antraege.conftest import ANTRAEGE, PADERBORN, Person, abgeschickt, fertiger
from tests.app.conftest import Anmelden, Einloggen, rolle
from tests.app.gewerbe.anzeigen import anmeldung, zu_pruefen

ANZEIGEN, VORGAENGE = "/api/v1/gewerbeanzeigen", "/api/v1/vorgaenge"


async def _zurueck(wer: httpx.AsyncClient, antrag_id: str, grund: str | None = None) -> httpx.Response:
    return await wer.post(f"{ANTRAEGE}/{antrag_id}/ruecknahme", json={"grund": grund} if grund else {})


async def test_an_application_is_withdrawn_once(person: Person, logge_ein: Einloggen) -> None:
    wer = await person()
    antrag = (await abgeschickt(wer, await fertiger(wer))).json()
    erste = await _zurueck(wer, antrag["id"], "Der Markt ist verlegt.")
    assert erste.status_code == 200, erste.text
    [fall] = erste.json()["faelle"]
    assert (fall["zustand"], fall["entscheidung"]) == ("zurueckgezogen", "Der Markt ist verlegt.")
    assert fall["naechster_termin"] is None
    assert (await _zurueck(wer, antrag["id"], "Anders.")).json() == erste.json()
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    liste = await amt.get(VORGAENGE, params={"zustand": "zurueckgezogen"})
    assert [eine["id"] for eine in liste.json()["vorgaenge"]] == [fall["id"]]
    assert (await amt.get(VORGAENGE)).json()["vorgaenge"] == []


async def test_nobody_else_withdraws_it(person: Person, logge_ein: Einloggen) -> None:
    wer, andere = await person(), await person()
    antrag = (await abgeschickt(wer, await fertiger(wer))).json()
    fremd = await _zurueck(andere, antrag["id"])
    assert (fremd.status_code, fremd.json()["code"]) == (404, "antrag_unbekannt")
    assert (await andere.get(f"{ANTRAEGE}/{antrag['id']}")).status_code == 404
    assert (await andere.get(f"{ANTRAEGE}/{antrag['id']}/kopie")).status_code == 404
    amt = await logge_ein(rolle(Rolle.LEITUNG))
    assert (await _zurueck(amt, antrag["id"])).status_code == 403
    assert (await wer.get(f"{ANTRAEGE}/{antrag['id']}")).json()["faelle"][0]["zustand"] == "in_pruefung"


@pytest.fixture
async def portal(person: Person, melde_an: Anmelden) -> httpx.AsyncClient:
    await person()
    return await melde_an("einreichen")


@pytest.fixture
async def amt(person: Person, melde_an: Anmelden) -> httpx.AsyncClient:
    return await melde_an("sachbearbeitung", gemeinde=PADERBORN)


async def test_a_withdrawn_notice_is_never_certified(
    portal: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    anzeige = (await portal.post(ANZEIGEN, json=zu_pruefen())).json()
    assert (await _zurueck(portal, anzeige["id"])).status_code == 200
    stand = (await portal.get(f"{ANZEIGEN}/{anzeige['id']}")).json()
    assert (stand["zustand"], stand["anzeigen"][0]["zustand"]) == ("zurueckgezogen", "zurueckgezogen")
    vorgang = f"{VORGAENGE}/{anzeige['anzeigen'][0]['vorgang_id']}"
    for antwort in (
        await amt.post(f"{vorgang}/bescheinigen"),
        await amt.post(f"{vorgang}/zurueckweisen", json={"grund": "Angaben fehlen."}),
    ):
        assert (antwort.status_code, antwort.json()["code"]) == (409, "vorgang_zurueckgezogen")
    assert (await portal.get(f"{ANZEIGEN}/{anzeige['id']}")).json() == stand


async def test_a_certified_notice_is_not_withdrawn_here(portal: httpx.AsyncClient) -> None:
    anzeige = (await portal.post(ANZEIGEN, json=anmeldung())).json()
    antwort = await _zurueck(portal, anzeige["id"])
    assert (antwort.status_code, antwort.json()["code"]) == (409, "ruecknahme_zu_spaet")
    assert (await portal.get(f"{ANZEIGEN}/{anzeige['id']}")).json()["zustand"] == "bescheinigt"


async def test_of_both_at_the_same_time_one_wins(portal: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    for _ in range(5):
        anzeige = (await portal.post(ANZEIGEN, json=zu_pruefen())).json()
        vorgang = f"{VORGAENGE}/{anzeige['anzeigen'][0]['vorgang_id']}"
        zurueck, bescheinigt = await asyncio.gather(
            _zurueck(portal, anzeige["id"]), amt.post(f"{vorgang}/bescheinigen")
        )
        assert {zurueck.status_code, bescheinigt.status_code} == {200, 409}
        zustand = (await portal.get(f"{ANZEIGEN}/{anzeige['id']}")).json()["zustand"]
        assert zustand == ("zurueckgezogen" if zurueck.status_code == 200 else "bescheinigt")
