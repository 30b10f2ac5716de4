"""Notices come in as XGewerbeanzeige: any message type, one Satz or many, all or none."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from app.akte import service as akte
from app.db.sitzung import ALLE, transaktion
from app.gewerbe.models import Gewerbeanzeige
from app.vorgaenge import service as vorgaenge
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung
from tests.app.gewerbe.lieferungen import GESCHEHEN, nachricht
from tests.app.gewerbe.test_einreichen import PFAD, anzahl, leer
from tests.conftest import shared

XML = {"Content-Type": "application/xml"}


@pytest.fixture
async def portal(stadt: Stadt, melde_an: Anmelden) -> httpx.AsyncClient:
    """A client that submits to Paderborn."""
    await stadt(PADERBORN)
    return await melde_an("einreichen")


def eindeutig(**anders: Any) -> dict[str, Any]:
    """A notice with its own UUIDs, as a message carries them."""
    return anmeldung(uuid=str(uuid4()), gewerbebetrieb_id=str(uuid4()), **anders)


async def sende(portal: httpx.AsyncClient, xml: bytes, **kopf: str) -> httpx.Response:
    """Submits a message."""
    return await portal.post(PFAD, content=xml, headers=XML | kopf)


async def test_many_notices_are_one_submission(portal: httpx.AsyncClient) -> None:
    xml = nachricht([eindeutig(), eindeutig(), eindeutig()])
    antwort = await sende(portal, xml)
    assert antwort.status_code == 201, antwort.text
    inhalt = antwort.json()
    assert len(inhalt["anzeigen"]) == 3
    assert len({eine["aktenzeichen"] for eine in inhalt["anzeigen"]}) == 3
    assert inhalt["zustand"] == "bescheinigt", inhalt["anzeigen"][0]["befunde"]
    assert len(inhalt["empfaenger"]) == sum(len(eine["empfaenger"]) for eine in inhalt["anzeigen"])
    async with transaktion(gemeinde=ALLE) as session:
        zeilen = (await session.scalars(select(Gewerbeanzeige).order_by(Gewerbeanzeige.satz))).all()
        assert {zeile.ereigniszeitpunkt for zeile in zeilen} == {GESCHEHEN}
        [fall, *_] = await vorgaenge.faelle(session, zeilen[0].antrag_id)
        [original] = await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.id)
        assert await akte.dokument_inhalt(session, original.id) == xml


async def test_one_bad_notice_refuses_all(portal: httpx.AsyncClient) -> None:
    gut, schlecht = eindeutig(), eindeutig()
    xml = nachricht([gut, schlecht, eindeutig()])
    ohne_namen = xml.replace(b"Musterfrau", "Muster₿".encode(), 1)
    antwort = await sende(portal, ohne_namen)
    assert antwort.status_code == 422
    assert antwort.json()["errors"]
    assert await leer()
    widerspruch = nachricht([gut, eindeutig(datum="2026-11-20", beginn="1810-01-01", betriebsart=None)])
    assert (await sende(portal, widerspruch)).status_code == 422
    assert await leer()


async def test_same_notices_in_a_new_head_are_the_same_submission(portal: httpx.AsyncClient) -> None:
    anzeigen = [eindeutig(), eindeutig()]
    antworten = await asyncio.gather(*(sende(portal, nachricht(anzeigen)) for _ in range(10)))
    assert {antwort.status_code for antwort in antworten} == {201}
    assert len({antwort.text for antwort in antworten}) == 1
    eingerueckt = (
        nachricht(anzeigen)
        .replace(b"><", b">\n  <")
        .replace(b"xga:", b"x:")
        .replace(b"xmlns:xga", b"xmlns:x")
    )
    wieder = await sende(portal, eingerueckt, **{"Content-Type": "text/xml; charset=utf-8"})
    assert wieder.headers["idempotent-replayed"] == "true"
    kennung = anzeigen[0]["uuid"]
    gross = await sende(portal, eingerueckt.replace(kennung.encode(), kennung.upper().encode()))
    assert gross.text == wieder.text
    assert await anzahl("antrag") == 1


async def test_uuid_with_other_content_or_in_another_bundle_is_a_conflict(portal: httpx.AsyncClient) -> None:
    erste, zweite = eindeutig(), eindeutig()
    assert (await sende(portal, nachricht([erste]))).status_code == 201
    for anzeigen in ([erste | {"nebenerwerb": True}], [erste, zweite]):
        antwort = await sende(portal, nachricht(anzeigen))
        assert antwort.status_code == 409
    assert await anzahl("antrag") == 1


async def test_overlapping_bundles_at_once_do_not_lock_each_other_out(portal: httpx.AsyncClient) -> None:
    a, b, c = eindeutig(), eindeutig(), eindeutig()
    buendel = [[a, b], [b, c], [c, a]] * 3
    antworten = await asyncio.gather(*(sende(portal, nachricht(eines)) for eines in buendel))
    assert {antwort.status_code for antwort in antworten} == {201, 409}
    angenommen = {antwort.json()["id"] for antwort in antworten if antwort.status_code == 201}
    assert len(angenommen) == 1
    assert await anzahl("gewerbeanzeige") == 2


async def test_notices_for_two_towns_are_refused(portal: httpx.AsyncClient, stadt: Stadt) -> None:
    await stadt(BIELEFELD)
    antwort = await sende(portal, nachricht([eindeutig(), eindeutig(gemeinde=BIELEFELD)]))
    assert antwort.status_code == 422
    assert antwort.json()["errors"][0]["rule"] == "GEMEINDE-MEHRERE"
    assert await leer()


async def test_a_correction_waits_for_a_person(portal: httpx.AsyncClient) -> None:
    inhalt = (await sende(portal, nachricht([eindeutig()], ist_korrektur=True))).json()
    assert inhalt["zustand"] == "in_pruefung"
    assert [b["rule"] for b in inhalt["anzeigen"][0]["befunde"]] == ["MELDUNG-KORREKTUR"]


@pytest.mark.parametrize(("datei", "zustand"), [("2.2-valid", "bescheinigt"), ("2.1-valid", "in_pruefung")])
async def test_official_messages_are_taken(portal: httpx.AsyncClient, datei: str, zustand: str) -> None:
    xml = shared(f"data/xgewerbeanzeige/examples/xgwa{datei}.xml").read_bytes()
    assert (await sende(portal, xml)).json()["code"] == "gemeinde_unbekannt"
    antwort = await sende(portal, xml.replace(b"12052000", PADERBORN.encode()))
    assert antwort.status_code == 201, antwort.text
    assert antwort.json()["zustand"] == zustand


async def test_official_invalid_message_is_refused_with_findings(portal: httpx.AsyncClient) -> None:
    xml = shared("data/xgewerbeanzeige/examples/xgwa2.2-invalid.xml").read_bytes()
    antwort = await sende(portal, xml.replace(b"12052000", PADERBORN.encode()))
    assert antwort.status_code == 422
    assert {befund["rule"] for befund in antwort.json()["errors"]} >= {"XSD-FEHLT", "SCH-0036"}
    assert await leer()
