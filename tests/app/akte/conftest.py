"""Somebody who gets past everything the database forbids the program."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.db.rollen import Zugang
from tests.conftest import PgServer


@pytest.fixture
async def angreifer(datenbank: Zugang, testserver: PgServer) -> AsyncIterator[asyncpg.Connection]:
    """A superuser for whom triggers and foreign keys do not work."""
    name = datenbank.anwendung.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
    dsn = testserver.verwaltung.replace("%7B%7D", name).replace("{}", name)
    verbindung = await asyncpg.connect(dsn)
    await verbindung.execute("SET session_replication_role = replica")
    yield verbindung
    await verbindung.close()
