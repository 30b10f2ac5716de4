"""What an acknowledgement writes: the answer everywhere, an index once; nothing disappears from a mailbox."""

from uuid import uuid4

import asyncpg
import pytest
from alembic import command
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from app.db.migration import migrieren
from app.db.rollen import Zugang, sql_name
from app.db.sitzung import ALLE, transaktion
from app.versand import postfach_repository as repository
from app.versand import service
from app.versand.models import Sendung
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import HWK, IHK, Stelle_ein, aendere, zeile
from tests.conftest import PgServer

_GESCHRIEBEN = text(
    "SELECT pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_hot_updated(oid) "
    "FROM pg_class WHERE relname = 'sendung'"
)
_ALT = """
    INSERT INTO sendung (id, ags, vorgang_id, art, bezug_id, stelle, stellenart, kanal, grundlage,
        naechster_versuch_am, nummer, angenommen_am)
    VALUES (gen_random_uuid(), '05774032', gen_random_uuid(), 'probe', gen_random_uuid(), 'ihk-probe', 'ihk',
        'postfach', '{}', $1, $2, $3)
"""


async def test_an_answer_to_a_bundle_goes_into_the_indexes_once(stelle_ein: Stelle_ein) -> None:
    bezuege = await stelle_ein(6)
    await Zusteller().arbeite()
    erste = await zeile(bezuege[0])
    for bezug in bezuege[1:]:
        await aendere(bezug, buendel_id=erste.id, nummer=None)
    async with transaktion(gemeinde=ALLE) as session:
        vorher = (await session.execute(_GESCHRIEBEN)).one()
        quittiert = await repository.quittiere(session, [(erste.id, True, None, None)])
        nachher = (await session.execute(_GESCHRIEBEN)).one()
        assert (nachher[0] - vorher[0], nachher[1] - vorher[1]) == (6, 5)
    assert [eine.id for eine, _ in quittiert] == [erste.id]
    zeilen = [await zeile(bezug) for bezug in bezuege]
    assert all(eine.angenommen_am for eine in zeilen)
    assert [eine.beantwortet for eine in zeilen] == [True] + [False] * 5


async def test_the_list_of_what_is_open_goes_by_the_times(stelle_ein: Stelle_ein) -> None:
    """A program of the version before, still running, notes an answer without the mark."""
    erste, zweite = await stelle_ein(2)
    await Zusteller().arbeite()
    async with transaktion(gemeinde=ALLE) as session:
        antwort = update(Sendung).where(Sendung.bezug_id == erste).values(angenommen_am=text("now()"))
        await session.execute(antwort)
    async with transaktion() as session:
        [offene] = await service.lies_postfach(session, IHK)
        assert offene.id == (await zeile(zweite)).id
        assert len(await service.lies_postfach(session, IHK, alle=True)) == 2


async def test_a_number_is_given_once(stelle_ein: Stelle_ein) -> None:
    bezuege = await stelle_ein(2) + await stelle_ein(1, stelle=HWK)
    await Zusteller().arbeite()
    assert sorted([(await zeile(bezug)).nummer or 0 for bezug in bezuege]) == [1, 1, 2]
    with pytest.raises(IntegrityError, match="uq_sendung_nummer"):
        await aendere(bezuege[0], nummer=1 if (await zeile(bezuege[1])).nummer == 1 else 2)


async def test_a_filled_database_keeps_its_mailboxes(
    testserver: PgServer, verwaltung: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    zugang = await _bis("0023", testserver, verwaltung, monkeypatch)
    # As administrator without parents: only these rows matter.
    verbindung = await asyncpg.connect(testserver.als_verwaltung(zugang))
    await verbindung.execute("SET session_replication_role = replica")
    jetzt = await verbindung.fetchval("SELECT now()")
    for werte in ((None, 1, jetzt), (None, 2, None), (jetzt, None, None)):
        await verbindung.execute(_ALT, *werte)
    await migrieren(zugang)
    await verbindung.execute(_ALT, None, 3, None)
    zeilen = await verbindung.fetch("SELECT nummer, beantwortet FROM sendung ORDER BY nummer NULLS LAST")
    assert [tuple(eine) for eine in zeilen] == [(1, True), (2, False), (3, False), (None, False)]
    await verbindung.close()


async def _bis(
    stand: str, testserver: PgServer, verwaltung: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> Zugang:
    """A database of an earlier version of the program."""
    name = f"amt_test_{uuid4().hex[:12]}"
    await verwaltung.execute(
        f"CREATE DATABASE {name} OWNER {sql_name(testserver.besitzer)} TEMPLATE template0"
    )
    zugang, ganz = testserver.zugang(name), command.upgrade
    with monkeypatch.context() as frueher:
        frueher.setattr(command, "upgrade", lambda config, _: ganz(config, stand))
        await migrieren(zugang)
    return zugang
