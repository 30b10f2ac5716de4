"""Migrations: they make what the models say, once, whoever starts them, as a role that may little."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from app.db.migration import ist_aktuell, migrieren, pruefe_schema, sollstand
from app.db.rollen import ANWENDUNG, RollenFehler, Zugang, pruefe_rolle, sql_name
from app.db.sitzung import Datenbank
from tests.conftest import PgServer


async def test_models_and_migrations_agree(datenbank: Zugang) -> None:
    await pruefe_schema(datenbank.eigentuemer)


async def test_a_migrated_database_is_current(verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sollstand()
    async with verbunden.maschine.connect() as verbindung:
        assert await ist_aktuell(verbindung)
        monkeypatch.setattr("app.db.migration.sollstand", lambda: "andere")
        assert not await ist_aktuell(verbindung)


async def _leer(verwaltung: asyncpg.Connection, testserver: PgServer) -> Zugang:
    name = f"amt_test_{uuid4().hex[:12]}"
    await verwaltung.execute(
        f"CREATE DATABASE {name} OWNER {sql_name(testserver.besitzer)} TEMPLATE template0"
    )
    return testserver.zugang(name)


async def test_many_may_migrate_at_once(testserver: PgServer, verwaltung: asyncpg.Connection) -> None:
    zugang = await _leer(verwaltung, testserver)
    await asyncio.gather(*(migrieren(zugang) for _ in range(3)))
    await pruefe_schema(zugang.eigentuemer)


async def test_an_empty_database_is_not_current(testserver: PgServer, verwaltung: asyncpg.Connection) -> None:
    leer = Datenbank((await _leer(verwaltung, testserver)).anwendung)
    async with leer.maschine.connect() as verbindung:
        assert not await ist_aktuell(verbindung)
    await leer.schliesse()


async def test_a_login_that_is_only_a_member_can_run_the_application(
    testserver: PgServer, verwaltung: asyncpg.Connection, datenbank: Zugang
) -> None:
    """What docs/operations.md asks for on a managed cluster."""
    name, kennwort = f"amt_probe_{uuid4().hex[:8]}", uuid4().hex
    await verwaltung.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{kennwort}' IN ROLE {ANWENDUNG}")
    try:
        offen = Datenbank(testserver.als(name, kennwort, datenbank))
        await offen.pruefe_rolle()
        async with offen.maschine.connect() as verbindung:
            namen = (await verbindung.execute(text("SELECT session_user, current_user"))).one()
            assert tuple(namen) == (name, ANWENDUNG)
        await offen.schliesse()
    finally:
        await verwaltung.execute(f"DROP ROLE {name}")


async def test_a_powerful_login_lays_its_power_down(testserver: PgServer, datenbank: Zugang) -> None:
    """`DATABASE_URL` with an administrator's login: fit for trying out, and bound by row security."""
    offen = Datenbank(testserver.als_verwaltung(datenbank))
    await offen.pruefe_rolle()
    async with offen.maschine.connect() as verbindung:
        assert await verbindung.scalar(text("SELECT current_user")) == ANWENDUNG
        assert await verbindung.scalar(text("SELECT current_setting('is_superuser')")) == "off"
    await offen.schliesse()


async def test_a_login_without_the_role_cannot_connect(
    testserver: PgServer, verwaltung: asyncpg.Connection, datenbank: Zugang
) -> None:
    name, kennwort = f"amt_probe_{uuid4().hex[:8]}", uuid4().hex
    await verwaltung.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{kennwort}'")
    await verwaltung.execute(f"GRANT CONNECT ON DATABASE {testserver.name(datenbank)} TO {name}")
    try:
        with pytest.raises(RollenFehler, match=ANWENDUNG):
            await Datenbank(testserver.als(name, kennwort, datenbank)).pruefe_rolle()
    finally:
        await verwaltung.execute(f"REVOKE ALL ON DATABASE {testserver.name(datenbank)} FROM {name}")
        await verwaltung.execute(f"DROP ROLE {name}")


async def test_an_old_server_is_refused(verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.db.rollen.MINDESTVERSION", 99)
    verbindung = await verbunden.verbinde()
    try:
        with pytest.raises(RollenFehler, match="PostgreSQL 99"):
            await pruefe_rolle(verbindung)
    finally:
        await verbindung.close()
