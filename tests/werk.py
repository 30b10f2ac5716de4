"""A test that does what the house does: its process works on a database that others use, too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.db.rollen import WERK
from app.db.sitzung import Datenbank, verwende


@asynccontextmanager
async def am_werk(dsn: str) -> AsyncIterator[None]:
    """Inside the block this process works on the database in the worker's role; one such block at a time."""
    offen = Datenbank(dsn, rolle=WERK, pool=2)
    verwende(offen)
    try:
        yield
    finally:
        verwende(None)
        await offen.schliesse()
