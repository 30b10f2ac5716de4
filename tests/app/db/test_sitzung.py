"""Transactions: committed at the edge, before the answer leaves; keys of row-level security."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, HTTPException
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Journaleintrag
from app.db.arbeit import OFFEN, mit_schluesseln
from app.db.basis import neue_id
from app.db.rollen import RollenFehler, Zugang
from app.db.sitzung import (
    ALLE,
    Datenbank,
    NichtVerbunden,
    Sitzung,
    eine_zeile,
    gelten,
    transaktion,
    vormerken,
    zeitpunkt,
)
from app.db.sitzung import (
    datenbank as aktuelle,
)
from app.mandanten.models import Mandant
from app.mandanten.service import richte_ein

PADERBORN, BIELEFELD = "05774032", "05711000"

_EINTRAG = text(
    "INSERT INTO journaleintrag (id, ags, ereignis, bezug_art, bezug_id) "
    "VALUES (gen_random_uuid(), :ags, 'probe', 'probe', gen_random_uuid())"
)


async def _eintraege(**schluessel: str) -> int:
    async with transaktion(**schluessel) as sitzung:
        return int(await sitzung.scalar(text("SELECT count(*) FROM journaleintrag")) or 0)


async def test_a_block_commits_at_its_end(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN) as sitzung:
        await sitzung.execute(_EINTRAG, {"ags": PADERBORN})
        assert await _eintraege(gemeinde=PADERBORN) == 0
    assert await _eintraege(gemeinde=PADERBORN) == 1


async def test_an_exception_rolls_back(verbunden: Datenbank) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 the block is what is tested
        async with transaktion(gemeinde=PADERBORN) as sitzung:
            await sitzung.execute(_EINTRAG, {"ags": PADERBORN})
            raise RuntimeError
    assert await _eintraege(gemeinde=PADERBORN) == 0


async def test_towns_do_not_meet(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN) as sitzung:
        await sitzung.execute(_EINTRAG, {"ags": PADERBORN})
    assert await _eintraege(gemeinde=BIELEFELD) == 0
    assert await _eintraege() == 0, "without a key nothing is visible"
    assert await _eintraege(gemeinde=ALLE) == 1
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaktion(gemeinde=BIELEFELD) as sitzung:
            await sitzung.execute(_EINTRAG, {"ags": PADERBORN})


async def test_keys_end_with_their_transaction(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=ALLE, person="p", stelle="s"):
        pass
    async with transaktion() as sitzung:
        zeile = (
            await sitzung.execute(
                text("SELECT current_setting('amt.gemeinde', true), current_setting('amt.stelle', true)")
            )
        ).one()
    assert not any(zeile)


async def test_gelten_clears_what_it_does_not_name(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN, stelle="ihk") as sitzung:
        await gelten(sitzung, stelle="hwk")
        zeile = (
            await sitzung.execute(
                text("SELECT current_setting('amt.gemeinde'), current_setting('amt.stelle')")
            )
        ).one()
    assert tuple(zeile) == ("", "hwk")


_TOWN = mit_schluesseln(select(Mandant.__table__.c.ags).where(Mandant.__table__.c.ags == bindparam("ags")))


async def test_keys_are_told_with_the_first_question(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=ALLE) as sitzung:
        await richte_ein(sitzung, BIELEFELD)
    async with transaktion(gemeinde=PADERBORN) as sitzung:
        with gezaehlt(sitzung) as anweisungen:
            zeile = await eine_zeile(sitzung, _TOWN, {"ags": BIELEFELD})
            assert zeile is not None
            assert zeile.ags == BIELEFELD
            await sitzung.execute(_EINTRAG, {"ags": PADERBORN})
            assert await zeitpunkt(sitzung) == await sitzung.scalar(text("SELECT now()"))
        assert len(anweisungen) == 3
        with pytest.raises(DBAPIError, match="row-level security"):
            await sitzung.execute(_EINTRAG, {"ags": BIELEFELD})


async def test_a_question_that_finds_nothing_has_told_no_keys(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN) as sitzung:
        assert await eine_zeile(sitzung, _TOWN, {"ags": "00000000"}) is None
        await sitzung.execute(_EINTRAG, {"ags": PADERBORN})
    assert await _eintraege(gemeinde=PADERBORN) == 1


async def test_what_was_noted_is_written_before_the_question(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=ALLE) as sitzung:
        await richte_ein(sitzung, PADERBORN)
    async with transaktion(gemeinde=PADERBORN) as sitzung:
        vormerken(sitzung, Journaleintrag(ags=PADERBORN, ereignis="probe", bezug_art="x", bezug_id=neue_id()))
        with gezaehlt(sitzung) as anweisungen:
            assert await eine_zeile(sitzung, _TOWN, {"ags": PADERBORN})
        assert [anweisung.split()[0] for anweisung in anweisungen] == ["SELECT", "INSERT", "SELECT"]
        await gelten(sitzung, gemeinde=BIELEFELD)
    assert await _eintraege(gemeinde=PADERBORN) == 1


async def test_keys_go_only_with_tables_that_are_open_to_everybody(verbunden: Datenbank) -> None:
    with pytest.raises(ValueError, match="journaleintrag"):
        mit_schluesseln(select(Journaleintrag.id))
    async with transaktion() as sitzung:
        zu = await sitzung.scalars(
            text(
                "SELECT t.name || ' ' || r.name FROM unnest(CAST(:tabellen AS text[])) AS t (name) "
                "CROSS JOIN unnest(ARRAY['amt_anwendung', 'amt_werk']) AS r (name) "
                "WHERE NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = t.name "
                "AND r.name = ANY (p.roles) AND p.cmd IN ('SELECT', 'ALL') AND p.qual = 'true')"
            ),
            {"tabellen": list(OFFEN)},
        )
        assert zu.all() == []


@contextmanager
def gezaehlt(sitzung: AsyncSession) -> Iterator[list[str]]:
    """The statements that go to the server meanwhile."""
    anweisungen: list[str] = []

    def merke(verbindung: object, zeiger: object, anweisung: str, *_: object) -> None:
        anweisungen.append(anweisung)

    maschine = sitzung.get_bind().engine
    event.listen(maschine, "before_cursor_execute", merke)
    try:
        yield anweisungen
    finally:
        event.remove(maschine, "before_cursor_execute", merke)


async def test_every_table_with_a_town_separates_towns(sitzung: AsyncSession) -> None:
    offen = await sitzung.scalars(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relkind = 'r' AND a.attname = 'ags' AND NOT c.relrowsecurity AND c.relname <> 'mandant'"
        )
    )
    assert offen.all() == []


async def test_the_application_is_no_superuser_and_owns_nothing(verbunden: Datenbank) -> None:
    await verbunden.pruefe_rolle()
    async with transaktion() as sitzung:
        for verboten in ("CREATE TABLE x (a int)", "DROP TABLE vorgang", "TRUNCATE journaleintrag"):
            with pytest.raises(DBAPIError):
                async with sitzung.begin_nested():
                    await sitzung.execute(text(verboten))


async def test_the_owner_is_refused_as_application(
    datenbank: Zugang, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def als_eigentuemer(_: Datenbank) -> asyncpg.Connection:
        return await asyncpg.connect(datenbank.eigentuemer)

    monkeypatch.setattr(Datenbank, "verbinde", als_eigentuemer)
    with pytest.raises(RollenFehler):
        await Datenbank(datenbank.anwendung).pruefe_rolle()


def test_a_process_without_database_says_so() -> None:
    with pytest.raises(NichtVerbunden):
        aktuelle()


@pytest.fixture
async def kleine_app(verbunden: Datenbank) -> AsyncIterator[tuple[httpx.AsyncClient, list[int]]]:
    """An app that notes, when its response begins to leave, what another transaction can see."""
    gesehen: list[int] = []
    innen = FastAPI()

    @innen.post("/ja", status_code=201)
    async def ja(sitzung: Sitzung) -> None:
        await gelten(sitzung, gemeinde=PADERBORN)
        await sitzung.execute(_EINTRAG, {"ags": PADERBORN})

    @innen.post("/nein")
    async def nein(sitzung: Sitzung) -> None:
        await gelten(sitzung, gemeinde=PADERBORN)
        await sitzung.execute(_EINTRAG, {"ags": PADERBORN})
        raise HTTPException(409)

    async def aussen(scope: Any, receive: Any, send: Any) -> None:
        async def senden(nachricht: Any) -> None:
            if nachricht["type"] == "http.response.start":
                gesehen.append(await _eintraege(gemeinde=PADERBORN))
            await send(nachricht)

        await innen(scope, receive, senden)

    transport = httpx.ASGITransport(aussen)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client, gesehen


async def test_the_commit_comes_before_the_response(kleine_app: tuple[httpx.AsyncClient, list[int]]) -> None:
    client, gesehen = kleine_app
    assert (await client.post("/ja")).status_code == 201
    assert gesehen == [1]


async def test_an_error_response_means_nothing_was_stored(
    kleine_app: tuple[httpx.AsyncClient, list[int]],
) -> None:
    client, gesehen = kleine_app
    assert (await client.post("/nein")).status_code == 409
    assert gesehen == [0]


async def test_a_connection_the_server_ended_is_replaced_unnoticed(
    verbunden: Datenbank, verwaltung: asyncpg.Connection
) -> None:
    async with transaktion() as sitzung:
        nummer = await sitzung.scalar(text("SELECT pg_backend_pid()"))
    await verwaltung.fetchval("SELECT pg_terminate_backend($1, 5000)", nummer)
    async with transaktion() as sitzung:
        assert await sitzung.scalar(text("SELECT pg_backend_pid()")) != nummer
