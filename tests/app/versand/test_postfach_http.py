"""The mailbox over HTTP, as a chamber uses it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from app.db.sitzung import ALLE, transaktion
from app.versand import service
from app.versand.models import Sendung
from app.versand.tasks import Zusteller
from tests.app.conftest import Anmelden
from tests.app.versand.conftest import HWK, IHK, Stelle_ein, journal, zeile

SENDUNGEN = "/api/v1/postfach/sendungen"

Kammer = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def kammer(melde_an: Anmelden) -> Kammer:
    """Logs a body's client in."""
    return lambda stelle: melde_an("postfach", stelle=stelle)


async def _liste(kammer: httpx.AsyncClient, **parameter: Any) -> dict[str, Any]:
    antwort = await kammer.get(SENDUNGEN, params=parameter)
    assert antwort.status_code == 200, antwort.text
    assert isinstance(antwort.json(), dict)
    return dict(antwort.json())


async def test_list_fetch_acknowledge(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    [bezug] = await stelle_ein()
    await Zusteller().arbeite()
    ihk = await kammer(IHK)

    seite = await _liste(ihk)
    [eine] = seite["sendungen"]
    assert seite["naechste"] == eine["nummer"] == 1
    assert eine["gemeinde"] == {"ags": "05774032", "name": "Paderborn"}
    assert eine["merkmale"] == {"form": "A1"}
    assert (eine["stelle"], eine["art"], eine["zustand"]) == (IHK, "probe", "bereit")
    assert datetime.fromisoformat(eine["bereitgestellt_am"]).tzinfo is not None

    nachricht = await ihk.get(f"{SENDUNGEN}/{eine['id']}/nachricht")
    assert nachricht.status_code == 200
    assert nachricht.headers["content-type"] == "application/xml"
    assert nachricht.headers["cache-control"] == "no-store"
    assert nachricht.headers["etag"] == f'"{eine["sha256"]}"'
    assert hashlib.sha256(nachricht.content).hexdigest() == eine["sha256"]
    assert len(nachricht.content) == eine["groesse"]
    assert (await _liste(ihk))["sendungen"][0]["zustand"] == "abgeholt"

    quittung = await ihk.post(f"{SENDUNGEN}/{eine['id']}/quittung", json={"ergebnis": "angenommen"})
    assert (quittung.status_code, quittung.json()) == (200, {"id": eine["id"], "zustand": "angenommen"})
    assert (await _liste(ihk))["sendungen"] == []
    assert [zeile["zustand"] for zeile in (await _liste(ihk, alle=True))["sendungen"]] == ["angenommen"]
    assert (await ihk.get(f"{SENDUNGEN}/{eine['id']}/nachricht")).content == nachricht.content
    assert await journal(bezug) == ["sendung_bereitgestellt", "sendung_abgeholt", "sendung_angenommen"]


async def test_the_cursor_goes_through_everything_once(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    await stelle_ein(7)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    gesehen, nach = [], 0
    while (seite := await _liste(ihk, nach=nach, anzahl=3))["sendungen"]:
        gesehen += [eine["nummer"] for eine in seite["sendungen"]]
        nach = seite["naechste"]
    assert gesehen == [1, 2, 3, 4, 5, 6, 7]
    assert seite["naechste"] == 7
    await stelle_ein(1)
    await Zusteller().arbeite()
    assert [eine["nummer"] for eine in (await _liste(ihk, nach=nach))["sendungen"]] == [8]


async def test_what_is_not_acknowledged_stays(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    await stelle_ein(3)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    zweite = (await _liste(ihk))["sendungen"][1]
    await ihk.post(f"{SENDUNGEN}/{zweite['id']}/quittung", json={"ergebnis": "angenommen"})
    assert [eine["nummer"] for eine in (await _liste(ihk))["sendungen"]] == [1, 3]


async def test_a_chamber_sees_only_its_own(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    await stelle_ein(1, stelle=IHK)
    await stelle_ein(1, stelle=IHK, ags="05711000")
    await Zusteller().arbeite()
    ihk, hwk = await kammer(IHK), await kammer(HWK)
    assert (await _liste(hwk, alle=True))["sendungen"] == []
    seite = (await _liste(ihk))["sendungen"]
    assert {eine["gemeinde"]["name"] for eine in seite} == {"Paderborn", "Bielefeld"}
    fremde = seite[0]["id"]
    assert (await hwk.get(f"{SENDUNGEN}/{fremde}/nachricht")).status_code == 404
    quittung = await hwk.post(f"{SENDUNGEN}/{fremde}/quittung", json={"ergebnis": "angenommen"})
    assert (quittung.status_code, quittung.json()["code"]) == (404, "sendung_unbekannt")
    assert (await _liste(ihk))["sendungen"] == seite


async def test_the_database_hides_a_foreign_mailbox_even_without_the_query(stelle_ein: Stelle_ein) -> None:
    [bezug] = await stelle_ein(1, stelle=IHK)
    await Zusteller().arbeite()
    sendung = await zeile(bezug)
    async with transaktion(stelle=HWK) as session:
        with pytest.raises(service.UnbekannteSendung):
            await service.lies_nachricht(session, HWK, sendung.id)
    async with transaktion(stelle=HWK) as session:
        assert await session.scalar(select(func.count()).select_from(Sendung)) == 0


async def test_what_is_not_ready_is_not_there(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    [bezug] = await stelle_ein()
    ihk = await kammer(IHK)
    assert (await _liste(ihk, alle=True))["sendungen"] == []
    sendung = await zeile(bezug)
    assert (await ihk.get(f"{SENDUNGEN}/{sendung.id}/nachricht")).status_code == 404
    assert (await ihk.get(f"{SENDUNGEN}/{uuid4()}/nachricht")).status_code == 404


async def test_an_acknowledgement_is_repeated_but_not_turned_round(
    stelle_ein: Stelle_ein, kammer: Kammer
) -> None:
    [bezug] = await stelle_ein()
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    [eine] = (await _liste(ihk))["sendungen"]
    ziel = f"{SENDUNGEN}/{eine['id']}/quittung"
    ablehnung = {"ergebnis": "abgelehnt", "grund": "Betrieb liegt nicht in unserem Bezirk.", "code": "IHK-17"}
    antworten = await asyncio.gather(*(ihk.post(ziel, json=ablehnung) for _ in range(5)))
    assert [antwort.status_code for antwort in antworten] == [200] * 5
    for andere in ({"ergebnis": "angenommen"}, {**ablehnung, "grund": "Anders."}, {**ablehnung, "code": "x"}):
        antwort = await ihk.post(ziel, json=andere)
        assert (antwort.status_code, antwort.json()["code"]) == (409, "quittung_widerspricht")
    assert (await journal(bezug)).count("sendung_abgelehnt") == 1

    sendung = await zeile(bezug)
    async with transaktion(gemeinde=ALLE) as session:
        [stand] = await service.stand(session, [sendung.vorgang_id])
    assert (stand.zustand, stand.mensch_noetig) == ("abgelehnt", True)
    assert (stand.ablehnungsgrund, stand.ablehnungscode) == (ablehnung["grund"], ablehnung["code"])


@pytest.mark.parametrize(
    ("eingabe", "code"),
    [
        ({}, "missing"),
        ({"ergebnis": "vielleicht"}, "literal_error"),
        ({"ergebnis": "abgelehnt"}, "grund_fehlt"),
        ({"ergebnis": "abgelehnt", "grund": "   "}, "string_pattern_mismatch"),
        ({"ergebnis": "abgelehnt", "grund": "a\x00b"}, "string_pattern_mismatch"),
        ({"ergebnis": "abgelehnt", "grund": "x" * 2001}, "string_too_long"),
        ({"ergebnis": "abgelehnt", "grund": "x", "code": "a b"}, "string_pattern_mismatch"),
        ({"ergebnis": "angenommen", "grund": "x"}, "grund_ohne_ablehnung"),
        ({"ergebnis": "angenommen", "fremd": 1}, "extra_forbidden"),
    ],
)
async def test_an_acknowledgement_has_to_make_sense(
    stelle_ein: Stelle_ein, kammer: Kammer, eingabe: dict[str, object], code: str
) -> None:
    await stelle_ein()
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    [eine] = (await _liste(ihk))["sendungen"]
    antwort = await ihk.post(f"{SENDUNGEN}/{eine['id']}/quittung", json=eingabe)
    assert antwort.status_code == 422
    assert [fehler["code"] for fehler in antwort.json()["errors"]] == [code]
    assert (await _liste(ihk))["sendungen"][0]["zustand"] == "bereit"


@pytest.mark.parametrize(
    "parameter", [{"nach": -1}, {"nach": 2**63}, {"anzahl": 0}, {"anzahl": 1001}, {"nach": "x"}]
)
async def test_a_page_out_of_range_is_refused(kammer: Kammer, parameter: dict[str, Any]) -> None:
    ihk = await kammer(IHK)
    assert (await ihk.get(SENDUNGEN, params=parameter)).status_code == 422


async def test_only_the_scope_postfach_gets_in(client: httpx.AsyncClient, melde_an: Anmelden) -> None:
    assert (await client.get(SENDUNGEN)).status_code == 401
    einreicher = await melde_an("einreichen")
    assert (await einreicher.get(SENDUNGEN)).status_code == 403
