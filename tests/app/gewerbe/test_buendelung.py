"""Several notices in one message: complete or waited long enough, each traced to its own case."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from lxml import etree
from sqlalchemy import select, text, update

from app.akte import service as akte
from app.akte.models import Journaleintrag
from app.db.sitzung import ALLE, transaktion
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.recht.ausgangspruefung import pruefe_ausgang_alle
from app.gewerbe.recht.empfaenger import Anspruch, empfaenger_von
from app.gewerbe.recht.nachricht import Teil, baue_buendel
from app.versand import service as versand
from app.versand.models import Sendung, Zustellversuch
from app.versand.tasks import Zusteller
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.app.gewerbe.recht.test_beliebig import HEUTE, KOPF, SATZKOPF
from tests.app.gewerbe.test_berichtigen import Haus
from xoev.pruefen import pruefe

IHK = "ihk-ostwestfalen-zu-bielefeld"
STUNDE = timedelta(hours=1)


@pytest.fixture
async def haus(stadt: Stadt, melde_an: Anmelden) -> Haus:
    await stadt(PADERBORN)
    return Haus(await melde_an("einreichen"), await melde_an("sachbearbeitung", gemeinde=PADERBORN))


@pytest.fixture
async def ihk(melde_an: Anmelden) -> httpx.AsyncClient:
    return await melde_an("postfach", stelle=IHK)


async def buendele(hoechstens: int, warten: timedelta = STUNDE) -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await versand.richte_buendelung_ein(session, IHK, hoechstens=hoechstens, warten=warten)


async def sendungen(stelle: str = IHK) -> list[Sendung]:
    async with transaktion(gemeinde=ALLE) as session:
        return list(await session.scalars(select(Sendung).filter_by(stelle=stelle).order_by(Sendung.id)))


async def postfach(ihk: httpx.AsyncClient) -> list[dict[str, Any]]:
    liste: list[dict[str, Any]] = (await ihk.get("/api/v1/postfach/sendungen")).json()["sendungen"]
    return liste


async def nachricht(ihk: httpx.AsyncClient, sendung_id: str) -> etree._Element:
    return etree.fromstring((await ihk.get(f"/api/v1/postfach/sendungen/{sendung_id}/nachricht")).content)


async def test_a_full_bundle_is_one_message(haus: Haus, ihk: httpx.AsyncClient) -> None:
    await buendele(3)
    anzeigen = [await haus.reiche_ein(anmeldung(nebenerwerb=bool(nummer % 2))) for nummer in range(4)]
    await arbeite_einmal()
    [zeile] = await postfach(ihk)
    assert (zeile["nummer"], zeile["saetze"]) == (1, 3)
    wurzel = await nachricht(ihk, zeile["id"])
    assert pruefe(etree.tostring(wurzel)).status == "gueltig"
    assert [uuid.text for uuid in wurzel.iterfind("{*}satz/{*}anmeldung/{*}uuid")] == [
        eine["uuid"] for eine in anzeigen[:3]
    ]
    erste, zweite, dritte, vierte = await sendungen()
    assert [eine.buendel_id for eine in (erste, zweite, dritte)] == [None, erste.id, erste.id]
    assert (vierte.bereitgestellt_am, vierte.versuche, vierte.lease_inhaber) == (None, 0, None)
    async with transaktion(gemeinde=ALLE) as session:
        versuche = list(
            await session.scalars(
                select(Zustellversuch.sendung_id).where(
                    Zustellversuch.sendung_id.in_([eine.id for eine in (erste, zweite, dritte, vierte)])
                )
            )
        )
    assert sorted(versuche) == [erste.id, zweite.id, dritte.id]
    # All others got a message for each notice.
    assert all(eine.saetze == 1 and eine.nummer for eine in await sendungen("finanzamt-paderborn"))

    await arbeite_einmal()
    assert len(await postfach(ihk)) == 1


async def test_what_has_waited_long_enough_goes(haus: Haus, ihk: httpx.AsyncClient) -> None:
    await buendele(10)
    for _ in range(2):
        await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    assert await postfach(ihk) == []
    async with transaktion(gemeinde=ALLE) as session:
        # As if the first had been made an hour ago.
        erste = (await sendungen())[0].id
        await session.execute(
            update(Sendung)
            .where(Sendung.id == erste)
            .values(erstellt_am=text("now() - interval '1 hour'"), naechster_versuch_am=text("now()"))
        )
    await arbeite_einmal()
    [zeile] = await postfach(ihk)
    assert zeile["saetze"] == 2


@pytest.mark.parametrize("ergebnis", ["angenommen", "abgelehnt"])
async def test_an_answer_counts_for_each_notice(haus: Haus, ihk: httpx.AsyncClient, ergebnis: str) -> None:
    await buendele(2)
    staende = []
    for _ in range(2):
        await haus.reiche_ein(anmeldung())
        staende.append(haus.einreichung)
    await arbeite_einmal()
    [zeile] = await postfach(ihk)
    await nachricht(ihk, zeile["id"])
    ort = f"/api/v1/postfach/sendungen/{zeile['id']}/quittung"
    quittung = {"ergebnis": ergebnis} | ({"grund": "Doppelt"} if ergebnis == "abgelehnt" else {})
    assert (await ihk.post(ort, json=quittung)).status_code == 200
    assert (await ihk.post(ort, json=quittung)).status_code == 200
    buendel = []
    for stand in staende:
        empfaenger = (await haus.portal.get(stand)).json()["empfaenger"]
        [eine] = [eine for eine in empfaenger if eine["stelle"] == IHK]
        assert (eine["zustand"], eine["abgeholt_am"] is not None) == (ergebnis, True)
        assert eine["ablehnungsgrund"] == quittung.get("grund")
        buendel.append(eine["buendel"])
    assert buendel == [None, zeile["id"]]
    async with transaktion(gemeinde=ALLE) as session:
        ereignisse = list(
            await session.scalars(
                select(Journaleintrag.bezug_id).where(Journaleintrag.ereignis == f"sendung_{ergebnis}")
            )
        )
    assert [str(eines) for eines in ereignisse] == [zeile["id"]]


async def test_what_happens_to_a_bundle_stands_once_and_in_the_history_of_each_case(
    haus: Haus, ihk: httpx.AsyncClient
) -> None:
    await buendele(3)
    for _ in range(4):
        await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    [zeile] = await postfach(ihk)
    await nachricht(ihk, zeile["id"])
    await ihk.post(f"/api/v1/postfach/sendungen/{zeile['id']}/quittung", json={"ergebnis": "angenommen"})
    *getragene, andere = await sendungen()
    for eine in getragene:
        assert await geschichte(eine) == [
            ("sendung_bereitgestellt", getragene[0].id),
            ("sendung_abgeholt", getragene[0].id),
            ("sendung_angenommen", getragene[0].id),
        ]
    assert await geschichte(andere) == []


async def geschichte(sendung: Sendung) -> list[tuple[str, UUID]]:
    """What the history of the case says of its delivery to the chamber, and of which message."""
    async with transaktion(gemeinde=sendung.ags) as session:
        eintraege = await akte.historie(session, sendung.vorgang_id)
    assert {eintrag.angaben.get("vorgang", str(sendung.vorgang_id)) for eintrag in eintraege} == {
        str(sendung.vorgang_id)
    }
    return [
        (eintrag.ereignis, eintrag.bezug_id) for eintrag in eintraege if eintrag.angaben.get("stelle") == IHK
    ]


async def test_a_bad_notice_makes_the_bundle_fall_apart(haus: Haus, ihk: httpx.AsyncClient) -> None:
    await buendele(3)
    for _ in range(3):
        await haus.reiche_ein(anmeldung())
    boese = (await sendungen())[1]
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung)
            .where(Sendung.id == boese.id)
            .values(grundlage=dict(boese.grundlage) | {"berechtigt": False})
        )
    await arbeite_einmal()
    assert [zeile["saetze"] for zeile in await postfach(ihk)] == [1, 1]
    danach = (await sendungen())[1]
    assert (danach.nummer, danach.versuche, danach.buendel_id) == (None, 1, None)


def test_each_record_is_held_against_its_own_law() -> None:
    eine, andere = (
        GEWERBEANZEIGE.validate_python(anmeldung(nebenerwerb=nebenerwerb)) for nebenerwerb in (False, True)
    )
    [anspruch] = [einer for einer in empfaenger_von(eine, HEUTE.date()) if einer.stelle == "ihk"]
    weniger = anspruch._replace(felder=anspruch.felder - {5})
    nachricht = baue_buendel([Teil(eine, anspruch, SATZKOPF), Teil(andere, anspruch, SATZKOPF)], kopf=KOPF)
    wurzel = etree.fromstring(nachricht)

    def regeln(*teile: tuple[Anzeige, Anspruch]) -> list[str]:
        return [befund.rule for befund in pruefe_ausgang_alle(wurzel, teile)]

    assert regeln((eine, anspruch), (andere, anspruch)) == []
    assert regeln((eine, weniger), (andere, anspruch)) == ["AUSGANG-ZURUECKGEHALTEN"]
    assert regeln((eine, anspruch), (andere, weniger)) == ["AUSGANG-ZURUECKGEHALTEN"]
    assert regeln((eine, anspruch), (andere, anspruch), (andere, anspruch)) == ["AUSGANG-SATZ"]
    entzogen = anspruch._replace(berechtigt=False)
    assert regeln((eine, anspruch), (andere, entzogen)) == ["AUSGANG-NICHT-BERECHTIGT"]
    wurzel[0].append(etree.Comment("for nobody"))
    assert regeln((eine, anspruch), (andere, anspruch)) == ["AUSGANG-ANMERKUNG"]


async def test_many_workers_lose_and_double_nothing(haus: Haus, ihk: httpx.AsyncClient) -> None:
    await buendele(4, timedelta())
    uuids = [(await haus.reiche_ein(anmeldung()))["uuid"] for _ in range(10)]

    async def arbeite() -> None:
        zusteller = Zusteller(stapel=5)
        while await zusteller.arbeite():
            pass

    await asyncio.gather(*(arbeite() for _ in range(3)))
    angekommen = [
        uuid.text
        for zeile in await postfach(ihk)
        for uuid in (await nachricht(ihk, zeile["id"])).iterfind("{*}satz/{*}anmeldung/{*}uuid")
    ]
    assert sorted(filter(None, angekommen)) == sorted(uuids)
    assert [zeile["nummer"] for zeile in await postfach(ihk)] == list(range(1, len(await postfach(ihk)) + 1))


async def test_a_withdrawal_names_the_message_of_the_bundle(haus: Haus, ihk: httpx.AsyncClient) -> None:
    await buendele(2)
    for _ in range(2):
        eine = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    await haus.widerrufe(eine["id"])
    await arbeite_einmal()
    buendel, ruecknahme = [await nachricht(ihk, zeile["id"]) for zeile in await postfach(ihk)]
    assert ruecknahme.findtext("{*}satzUUID") == eine["uuid"]
    assert ruecknahme.findtext("{*}zurueckgenommen") == buendel.findtext(".//{*}nachrichtenUUID")


async def test_what_waits_is_stopped_by_a_withdrawal(haus: Haus, ihk: httpx.AsyncClient) -> None:
    await buendele(2)
    eine = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    await haus.widerrufe(eine["id"])
    await haus.reiche_ein(anmeldung())
    await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    [zeile] = await postfach(ihk)
    assert eine["uuid"] not in etree.tostring(await nachricht(ihk, zeile["id"]), encoding="unicode")


@pytest.mark.parametrize(("hoechstens", "warten"), [(0, STUNDE), (501, STUNDE), (2, 25 * STUNDE)])
async def test_bounds(app: object, hoechstens: int, warten: timedelta) -> None:
    with pytest.raises(versand.UngueltigeBuendelung):
        await buendele(hoechstens, warten)
