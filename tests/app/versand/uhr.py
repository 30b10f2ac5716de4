"""A clock for the whole database that a test turns: shows too that no other clock decides anything.

Every time that the deliveries go by comes from `now()` and `clock_timestamp()` of the database. In front of
the server's own functions the test puts some that are ahead of them by as much as it says.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg

from app.db.rollen import ANWENDUNG, Zugang, sql_name

_EINBAU = f"""
    CREATE SCHEMA uhr;
    CREATE TABLE uhr.stand (vor interval NOT NULL);
    INSERT INTO uhr.stand VALUES ('0');
    CREATE FUNCTION uhr.now() RETURNS timestamptz STABLE LANGUAGE sql AS
        'SELECT pg_catalog.now() + (SELECT vor FROM uhr.stand)';
    CREATE FUNCTION uhr.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS
        'SELECT pg_catalog.clock_timestamp() + (SELECT vor FROM uhr.stand)';
    GRANT USAGE ON SCHEMA uhr TO {ANWENDUNG};
    GRANT SELECT ON uhr.stand TO {ANWENDUNG};
    ALTER TABLE sendung ALTER erstellt_am SET DEFAULT uhr.now();
    ALTER TABLE sendung ALTER naechster_versuch_am SET DEFAULT uhr.now();
"""


class Uhr:
    """The database's clock, ahead of the real one."""

    def __init__(self, verbindung: asyncpg.Connection) -> None:
        self._verbindung = verbindung
        self.vor = timedelta()

    async def stelle(self, vor: timedelta) -> None:
        """Set how far the clock is ahead; may go back too."""
        self.vor = vor
        await self._verbindung.execute("UPDATE uhr.stand SET vor = $1", vor)

    async def weiter(self, um: timedelta) -> None:
        """Let time pass."""
        await self.stelle(self.vor + um)


@asynccontextmanager
async def gestellte_uhr(datenbank: Zugang) -> AsyncIterator[Uhr]:
    """To be entered before the process opens its connections."""
    verbindung = await asyncpg.connect(datenbank.eigentuemer)
    await verbindung.execute(_EINBAU)
    name = sql_name(await verbindung.fetchval("SELECT current_database()"))
    await verbindung.execute(f"ALTER DATABASE {name} SET search_path = uhr, public, pg_catalog")
    try:
        yield Uhr(verbindung)
    finally:
        await verbindung.close()
