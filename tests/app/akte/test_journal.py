"""Whatever is done to the sealed journal behind the program's back is found and named."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.ankerdatei import Anker
from app.akte.journalpruefung import Pruefbericht
from app.akte.service import eintragen, journal_pruefen, versiegeln
from app.akte.siegel import ANFANG, blockhash, wurzel
from app.db.basis import neue_id
from app.db.sitzung import ALLE

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
AGS = "05774032"


async def schreibe(transaktion: Transaktion, anzahl: int) -> list[UUID]:
    """`anzahl` entries, each about another thing; returns what they are about."""
    bezuege = [neue_id() for _ in range(anzahl)]
    async with transaktion(gemeinde=AGS) as session:
        for nummer, bezug in enumerate(bezuege):
            await eintragen(
                session,
                ags=AGS,
                ereignis="geprueft",
                bezug_art="vorgang",
                bezug_id=bezug,
                angaben={"nummer": nummer, "zeichen": "äß€\U0001f600", "liste": ["b", "a"]},
            )
    return bezuege


async def siegle(transaktion: Transaktion, hoechstzahl: int = 1000) -> int:
    async with transaktion(gemeinde=ALLE) as session:
        return await versiegeln(session, hoechstzahl)


async def pruefe(transaktion: Transaktion, anker: Anker | None = None) -> Pruefbericht:
    async with transaktion(gemeinde=ALLE) as session:
        return await journal_pruefen(session, [anker] if anker else [])


@pytest.fixture
async def drei_bloecke(transaktion: Transaktion) -> list[UUID]:
    """Nine entries in three blocks; returns their ids in order."""
    await schreibe(transaktion, 9)
    for _ in range(3):
        assert await siegle(transaktion, 3) == 3
    async with transaktion(gemeinde=ALLE) as session:
        return list(await session.scalars(text("SELECT id FROM journaleintrag ORDER BY id")))


async def test_whole_journal_is_sealed_and_sound(transaktion: Transaktion, drei_bloecke: list[UUID]) -> None:
    await schreibe(transaktion, 2)
    bericht = await pruefe(transaktion)
    assert bericht.bruch is None
    assert (bericht.bloecke, bericht.eintraege, bericht.unversiegelt) == (3, 9, 2)
    assert bericht.anker is not None
    assert bericht.anker.block == 3
    assert (await pruefe(transaktion, bericht.anker)).heil


async def test_empty_journal_is_sound(transaktion: Transaktion) -> None:
    assert await siegle(transaktion) == 0
    bericht = await pruefe(transaktion)
    assert bericht.heil
    assert bericht.anker is None


async def test_sealers_at_once_make_one_chain(transaktion: Transaktion) -> None:
    await schreibe(transaktion, 40)
    gesiegelt = 0
    while gesiegelt < 40:
        gesiegelt += sum(await asyncio.gather(*(siegle(transaktion, 7) for _ in range(4))))
    bericht = await pruefe(transaktion)
    assert bericht.heil
    assert bericht.eintraege == gesiegelt == 40


async def test_late_commit_is_sealed_later(transaktion: Transaktion) -> None:
    async with transaktion(gemeinde=AGS) as langsam:
        await eintragen(langsam, ags=AGS, ereignis="frueh", bezug_art="vorgang", bezug_id=neue_id())
        await schreibe(transaktion, 1)
        assert await siegle(transaktion) == 1
    assert await siegle(transaktion) == 1
    assert (await pruefe(transaktion)).heil


async def test_program_may_not_change_or_delete(transaktion: Transaktion, drei_bloecke: list[UUID]) -> None:
    for befehl in (
        "UPDATE journaleintrag SET ereignis = 'x'",
        "DELETE FROM journaleintrag",
        "TRUNCATE journaleintrag CASCADE",
        "UPDATE journalblock SET nr = nr + 1",
        "DELETE FROM journalblock",
    ):
        with pytest.raises(DBAPIError):
            async with transaktion(gemeinde=ALLE) as session:
                await session.execute(text(befehl))


@pytest.mark.parametrize(
    "aenderung",
    [
        "ereignis = 'anderes'",
        "angaben = '{\"nummer\": 99}'",
        "zeitpunkt = zeitpunkt + interval '1 microsecond'",
        "ags = '05711000'",
        "ags = NULL",
        "bezug_id = gen_random_uuid()",
        "bezug_art = 'antrag'",
    ],
)
async def test_changed_entry_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID], aenderung: str
) -> None:
    await angreifer.execute(f"UPDATE journaleintrag SET {aenderung} WHERE id = ANY($1)", drei_bloecke[4:6])
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block, bruch.eintrag) == ("eintrag_geaendert", 2, drei_bloecke[4])


@pytest.mark.parametrize("zweiter", [4, 8])
async def test_entries_that_were_swapped_are_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID], zweiter: int
) -> None:
    """Each says what the other said, within a block and across two."""
    paar = [drei_bloecke[3], drei_bloecke[zweiter]]
    await angreifer.execute(
        "UPDATE journaleintrag a SET bezug_id = b.bezug_id, angaben = b.angaben, zeitpunkt = b.zeitpunkt"
        " FROM journaleintrag b WHERE a.id = ANY($1) AND b.id = ANY($1) AND a.id <> b.id",
        paar,
    )
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block, bruch.eintrag) == ("eintrag_geaendert", 2, drei_bloecke[3])


async def test_entries_whose_ids_were_swapped_are_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    erster, zweiter, frei = drei_bloecke[0], drei_bloecke[8], UUID(int=1)
    for von, nach in ((erster, frei), (zweiter, erster), (frei, zweiter)):
        await angreifer.execute("UPDATE journaleintrag SET id = $2 WHERE id = $1", von, nach)
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block, bruch.eintrag) == ("eintrag_geaendert", 1, erster)


async def test_blocks_that_were_swapped_are_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    for von, nach in ((2, 99), (3, 2), (99, 3)):
        await angreifer.execute("UPDATE journalblock SET nr = $2 WHERE nr = $1", von, nach)
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("block_geaendert", 2)


async def test_block_removed_with_its_entries_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    await angreifer.execute("DELETE FROM journaleintrag WHERE id = ANY($1)", drei_bloecke[:3])
    await angreifer.execute("DELETE FROM journalblock WHERE nr = 1")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("block_fehlt", 1)


async def test_truncated_blocks_are_seen(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    await angreifer.execute("TRUNCATE journalblock")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.eintrag) == ("eintrag_eingefuegt", drei_bloecke[0])


async def test_what_is_done_before_the_seal_cannot_be_seen_and_after_it_is(
    transaktion: Transaktion, angreifer: asyncpg.Connection
) -> None:
    """The limit that docs/operations.md names: a second, in which the worker seals."""
    await schreibe(transaktion, 1)
    aendere = "UPDATE journaleintrag SET ereignis = ereignis || 'x'"
    await angreifer.execute(aendere)
    assert (await pruefe(transaktion)).heil
    assert await siegle(transaktion) == 1
    assert (await pruefe(transaktion)).heil
    await angreifer.execute(aendere)
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert bruch.art == "eintrag_geaendert"


async def test_deleted_entry_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    await angreifer.execute("DELETE FROM journaleintrag WHERE id = $1", drei_bloecke[8])
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block, bruch.eintrag) == ("eintrag_geloescht", 3, drei_bloecke[8])


async def test_emptied_journal_is_seen(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    await angreifer.execute("TRUNCATE journaleintrag CASCADE")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.eintrag) == ("eintrag_geloescht", drei_bloecke[0])


async def test_inserted_entry_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    fremd = UUID(int=drei_bloecke[3].int + 1)
    await angreifer.execute(
        "INSERT INTO journaleintrag (id, ags, ereignis, bezug_art, bezug_id) "
        "SELECT $1, ags, ereignis, bezug_art, bezug_id FROM journaleintrag WHERE id = $2",
        fremd,
        drei_bloecke[3],
    )
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.eintrag) == ("eintrag_eingefuegt", fremd)


@pytest.mark.parametrize("versatz", ["-2 days", "2 days"])
async def test_entry_inserted_with_another_days_time_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID], versatz: str
) -> None:
    """Written like the program writes, with all triggers: the seal takes it, but cannot be told its time."""
    fremd = neue_id()
    await angreifer.execute("SET session_replication_role = origin")
    await angreifer.execute(
        "INSERT INTO journaleintrag (id, ereignis, bezug_art, bezug_id, zeitpunkt) "
        f"VALUES ($1, 'bescheinigt', 'vorgang', $1, now() + interval '{versatz}')",
        fremd,
    )
    assert await siegle(transaktion) == 1
    await schreibe(transaktion, 1)
    assert await siegle(transaktion) == 1
    bericht = await pruefe(transaktion)
    assert bericht.bruch is None
    assert bericht.unzeit is not None
    assert (bericht.unzeit.art, bericht.unzeit.block, bericht.unzeit.eintrag) == ("eintrag_unzeit", 4, fremd)


async def test_entries_that_waited_for_days_are_in_time(
    transaktion: Transaktion, angreifer: asyncpg.Connection
) -> None:
    """No worker for three days, more entries than one block takes."""
    await schreibe(transaktion, 9)
    await angreifer.execute("UPDATE journaleintrag SET zeitpunkt = zeitpunkt - interval '3 days'")
    await schreibe(transaktion, 1)
    while await siegle(transaktion, 3):
        pass
    bericht = await pruefe(transaktion)
    assert (bericht.heil, bericht.bloecke, bericht.unzeit) == (True, 4, None)


async def test_entry_that_no_longer_waits_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection
) -> None:
    await schreibe(transaktion, 1)
    await angreifer.execute("DELETE FROM journal_unversiegelt")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert bruch.art == "eintrag_eingefuegt"


async def test_entry_that_waits_but_is_gone_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection
) -> None:
    await schreibe(transaktion, 1)
    await angreifer.execute("DELETE FROM journaleintrag")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert bruch.art == "eintrag_geloescht"


async def test_entry_sealed_and_waiting_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    await angreifer.execute("INSERT INTO journal_unversiegelt VALUES ($1)", drei_bloecke[5])
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block, bruch.eintrag) == ("eintrag_doppelt", 2, drei_bloecke[5])


async def test_missing_block_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    await angreifer.execute("DELETE FROM journalblock WHERE nr = 2")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("block_fehlt", 2)


@pytest.mark.parametrize(
    "aenderung",
    [
        "gesiegelt_am = gesiegelt_am - interval '1 day'",
        "vorgaenger = wurzel",
        "wurzel = vorgaenger",
        "hash = wurzel",
        "eintraege = eintraege[1:2]",
        "blaetter = substr(blaetter, 1, 64)",
        "nr = 0",
    ],
)
async def test_changed_block_is_named(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID], aenderung: str
) -> None:
    await angreifer.execute(f"UPDATE journalblock SET {aenderung} WHERE nr = 2")
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    nr = 0 if aenderung == "nr = 0" else 2
    assert (bruch.art, bruch.block) == ("block_geaendert", nr)


async def test_block_sealed_anew_breaks_the_chain(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    """Who can compute hashes may repair block 2, but then block 3 does not follow it."""
    block = await angreifer.fetchrow("SELECT * FROM journalblock WHERE nr = 2")
    blaetter = block["blaetter"][:64]
    neu = blockhash(
        nr=2,
        vorgaenger=block["vorgaenger"],
        wurzel=wurzel(blaetter),
        anzahl=2,
        gesiegelt_am=block["gesiegelt_am"],
    )
    await angreifer.execute("DELETE FROM journaleintrag WHERE id = $1", drei_bloecke[5])
    await angreifer.execute(
        "UPDATE journalblock SET eintraege = eintraege[1:2], blaetter = $1, wurzel = $2, hash = $3"
        " WHERE nr = 2",
        blaetter,
        wurzel(blaetter),
        neu,
    )
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("block_geaendert", 3)


async def test_only_an_anchor_shows_a_cut_off_end(
    transaktion: Transaktion, angreifer: asyncpg.Connection, drei_bloecke: list[UUID]
) -> None:
    vorher = await pruefe(transaktion)
    await angreifer.execute("DELETE FROM journalblock WHERE nr = 3")
    await angreifer.execute("DELETE FROM journaleintrag WHERE id = ANY($1)", drei_bloecke[6:])
    assert (await pruefe(transaktion)).heil
    bruch = (await pruefe(transaktion, vorher.anker)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_fehlt", 3)


async def test_an_anchor_shows_a_journal_written_anew(
    transaktion: Transaktion, drei_bloecke: list[UUID]
) -> None:
    bruch = (await pruefe(transaktion, Anker(2, ANFANG.hex()))).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_weicht_ab", 2)
    assert "2" in bruch.satz()["de"]
