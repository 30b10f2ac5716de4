"""Into the outbox: once, and only with the commit."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.db.basis import neue_id
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.versand import service
from app.versand.models import Sendung
from app.versand.tasks import WECKRUF
from tests.app.versand.conftest import ART, HWK, IHK, PADERBORN, Stelle_ein, vorgang_anlegen, zeile


async def _ein(vorgang_id: UUID, bezug_id: UUID, stelle: str = IHK, fehler: Exception | None = None) -> UUID:
    async with transaktion(gemeinde=PADERBORN) as session:
        sendung_id = await service.einstellen(
            session,
            ags=PADERBORN,
            vorgang_id=vorgang_id,
            art=ART,
            bezug_id=bezug_id,
            stelle=stelle,
            stellenart="ihk",
            grundlage={"paragraph": "§ 3 Abs. 1 Nr. 1 GewAnzV"},
        )
        if fehler is not None:
            raise fehler
    return sendung_id


async def test_the_same_message_to_the_same_body_is_one_delivery(verbunden: Datenbank) -> None:
    vorgang_id, bezug_id = await vorgang_anlegen(), neue_id()
    ids = await asyncio.gather(*(_ein(vorgang_id, bezug_id) for _ in range(5)))
    assert len(set(ids)) == 1
    assert await _ein(vorgang_id, bezug_id, HWK) not in ids
    assert (await zeile_anzahl()) == 2


async def test_many_at_once_keep_their_order_and_find_those_already_there(verbunden: Datenbank) -> None:
    vorgang_id, bezug_id = await vorgang_anlegen(), neue_id()
    alte = await _ein(vorgang_id, bezug_id, HWK)
    async with transaktion(gemeinde=PADERBORN) as session:
        ids = await service.einstellen_alle(
            session,
            [
                service.Auftrag(
                    ags=PADERBORN,
                    vorgang_id=vorgang_id,
                    art=ART,
                    bezug_id=bezug_id,
                    stelle=stelle,
                    stellenart="ihk",
                    grundlage={},
                )
                for stelle in (IHK, HWK)
            ],
        )
        assert await service.einstellen_alle(session, []) == []
    assert ids[1] == alte
    assert ids[0] != alte
    async with transaktion(gemeinde=PADERBORN) as session:
        stand = {eine.stelle: eine for eine in await service.stand(session, [vorgang_id])}
    assert stand[IHK].id == ids[0]
    assert stand[HWK].grundlage == {"paragraph": "§ 3 Abs. 1 Nr. 1 GewAnzV"}
    assert (stand[IHK].zustand, stand[IHK].mensch_noetig, stand[IHK].versuche) == ("wartet", False, 0)


async def test_the_call_to_the_workers_comes_with_the_commit(verbunden: Datenbank) -> None:
    vorgang_id = await vorgang_anlegen()
    gerufen = asyncio.Event()
    lauscher = await verbunden.verbinde()
    await lauscher.add_listener(WECKRUF, lambda *_: gerufen.set())
    try:
        with pytest.raises(RuntimeError):
            await _ein(vorgang_id, neue_id(), fehler=RuntimeError())
        await lauscher.fetchval("SELECT 1")
        assert not gerufen.is_set(), "called for something that is not there"
        await _ein(vorgang_id, neue_id())
        async with asyncio.timeout(10):
            await gerufen.wait()
    finally:
        await lauscher.close()
    assert await zeile_anzahl() == 1


async def test_a_town_does_not_see_the_deliveries_of_another(stelle_ein: Stelle_ein) -> None:
    [bezug] = await stelle_ein(ags=PADERBORN)
    sendung = await zeile(bezug)
    async with transaktion(gemeinde="05711000") as session:
        assert await service.stand(session, [sendung.vorgang_id]) == []
    async with transaktion(gemeinde=PADERBORN) as session:
        assert len(await service.stand(session, [sendung.vorgang_id])) == 1


async def zeile_anzahl() -> int:
    async with transaktion(gemeinde=ALLE) as session:
        return await session.scalar(select(func.count()).select_from(Sendung)) or 0
