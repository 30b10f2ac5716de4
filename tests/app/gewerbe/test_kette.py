"""From submission to the messages in the bodies' mailboxes: what goes out is valid and lawful."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from lxml import etree
from sqlalchemy import select, update

from app.db.sitzung import ALLE, transaktion
from app.gewerbe.bescheinigen import SENDUNGSART
from app.gewerbe.versandbau import Gewerbenachricht
from app.mandanten import service as mandanten
from app.mandanten.models import Mandant
from app.versand import service as versand
from app.versand.models import Sendung
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.app.gewerbe.test_einreichen import PFAD
from tests.conftest import shared
from xoev.pruefen import pruefe


@pytest.fixture
async def portal(stadt: Stadt, melde_an: Anmelden) -> httpx.AsyncClient:
    """A client that submits to Paderborn."""
    await stadt(PADERBORN)
    return await melde_an("einreichen")


async def _sendungen() -> list[Sendung]:
    async with transaktion(gemeinde=ALLE) as session:
        return list(await session.scalars(select(Sendung)))


def _bild(sendung: Sendung, **anders: Any) -> versand.Sendungsbild:
    felder = {name: getattr(sendung, name) for name in versand.Sendungsbild.__slots__}
    return versand.Sendungsbild(**(felder | anders))


async def test_every_recipient_finds_its_message(portal: httpx.AsyncClient) -> None:
    antwort = await portal.post(PFAD, json=anmeldung())
    await arbeite_einmal()
    stand = (await portal.get(antwort.headers["location"])).json()
    assert {zeile["zustand"] for zeile in stand["empfaenger"]} == {"bereit"}
    assert (await portal.post(PFAD, json=anmeldung())).status_code == 201

    pdf = stand["anzeigen"][0]["bescheinigung"]["pdf"]
    datei = await portal.get(pdf)
    assert datei.headers["content-type"] == "application/pdf"
    assert datei.content.startswith(b"%PDF")


async def test_pdf_is_in_the_making_until_the_worker_has_come(
    portal: httpx.AsyncClient, melde_an: Anmelden
) -> None:
    inhalt = (await portal.post(PFAD, json=anmeldung())).json()
    ort = f"{PFAD}/{inhalt['id']}/bescheinigungen/{inhalt['anzeigen'][0]['id']}"
    antwort = await portal.get(ort)
    assert (antwort.status_code, antwort.json()["code"]) == (404, "bescheinigung_in_arbeit")
    assert (await (await melde_an("einreichen")).get(ort)).json()["code"] == "einreichung_unbekannt"


async def test_repetition_has_the_first_answer_even_after_delivery(
    portal: httpx.AsyncClient,
) -> None:
    kopf = {"Idempotency-Key": "x"}
    anzeige = anmeldung()
    erste = await portal.post(PFAD, json=anzeige, headers=kopf)
    await arbeite_einmal()
    assert (await portal.post(PFAD, json=anzeige, headers=kopf)).text == erste.text


async def test_message_is_the_same_one_when_built_again(portal: httpx.AsyncClient) -> None:
    await portal.post(PFAD, json=anmeldung())
    sendung = next(eine for eine in await _sendungen() if eine.stellenart == "ihk")
    async with transaktion(gemeinde=ALLE) as session:
        eine, andere = [await Gewerbenachricht().bauen(session, _bild(sendung)) for _ in range(2)]
    assert pruefe(eine).status == "gueltig"
    wurzeln = [etree.fromstring(xml) for xml in (eine, andere)]
    kennungen = {wurzel.findtext(".//{*}nachrichtenUUID") for wurzel in wurzeln}
    assert len(kennungen) == 1
    assert UUID(kennungen.pop()).version == 5
    assert wurzeln[0].findtext(".//{*}leser/{*}behoerdenname") == "IHK Ostwestfalen zu Bielefeld"
    assert b"Aufenthalt" not in eine


async def test_town_with_address_stands_as_sender(app: object, melde_an: Anmelden) -> None:
    async with transaktion() as session:
        await mandanten.einrichten(
            session,
            PADERBORN,
            behoerdenname="Stadt Paderborn",
            anschrift={"strasse": "Am Abdinghof", "hausnummer": "11", "plz": "33098", "ort": "Paderborn"},
            erreichbarkeit=[{"kanal": "telefon", "kennung": "+49 5251 880"}],
        )
    await (await melde_an("einreichen")).post(PFAD, json=anmeldung())
    [sendung, *_] = await _sendungen()
    async with transaktion(gemeinde=ALLE) as session:
        wurzel = etree.fromstring(await Gewerbenachricht().bauen(session, _bild(sendung)))
    autor = wurzel.find("{*}nachrichtenkopf/{*}autor")
    assert autor is not None
    assert autor.findtext("{*}anschrift/{*}strasse") == "Am Abdinghof"
    assert autor.findtext("{*}behoerdenkennung/{*}kennung/code") == PADERBORN


async def test_what_the_law_withholds_is_not_built(portal: httpx.AsyncClient) -> None:
    await portal.post(PFAD, json=anmeldung())
    sendung = next(eine for eine in await _sendungen() if eine.stellenart == "ihk")
    unberechtigt = dict(sendung.grundlage) | {"berechtigt": False}
    async with transaktion(gemeinde=ALLE) as session:
        with pytest.raises(versand.NichtBaubar) as fehler:
            await Gewerbenachricht().bauen(session, _bild(sendung, grundlage=unberechtigt))
        with pytest.raises(versand.NichtBaubar):
            await Gewerbenachricht().bauen(session, _bild(sendung, stelle="niemand"))
        with pytest.raises(versand.NichtBaubar):
            await Gewerbenachricht().bauen(session, _bild(sendung, bezug_id=sendung.id))
    assert fehler.value.befunde[0].rule == "BAU-NICHTBERECHTIGT"
    assert sendung.art == SENDUNGSART


async def test_waivers_and_filters_of_the_town_count(
    portal: httpx.AsyncClient,
) -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(update(Mandant).values(verzichte=["dguv"], filter=["hwk", "eichamt"]))
    inhalt = (await portal.post(PFAD, json=anmeldung())).json()
    arten = {zeile["art"] for zeile in inhalt["empfaenger"]}
    assert not arten & {"dguv", "hwk"}
    assert {"ihk", "finanzamt", "statistik"} <= arten


async def test_official_message_with_gaps_reaches_everybody(
    portal: httpx.AsyncClient, melde_an: Anmelden
) -> None:
    xml = shared("data/xgewerbeanzeige/examples/xgwa2.1-valid.xml").read_bytes()
    antwort = await portal.post(
        PFAD,
        content=xml.replace(b"12052000", PADERBORN.encode()),
        headers={"Content-Type": "application/xml"},
    )
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    vorgang = antwort.json()["anzeigen"][0]["vorgang_id"]
    assert (await amt.post(f"/api/v1/vorgaenge/{vorgang}/bescheinigen")).status_code == 200
    await arbeite_einmal()
    stand = (await portal.get(antwort.headers["location"])).json()
    assert stand["empfaenger"]
    assert {zeile["zustand"] for zeile in stand["empfaenger"]} == {"bereit"}
