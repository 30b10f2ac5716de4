"""Waking up on PostgreSQL's NOTIFY, over a connection of its own that comes back by itself."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import structlog

from app.db.sitzung import datenbank

log = structlog.get_logger(__name__)

NICHT_ERREICHBAR = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What asyncpg raises when the server is gone, starting or shutting down."""


async def horche(kanal: str, *geweckt: asyncio.Event, pause: float = 1.0) -> None:
    """Set the events at every NOTIFY on `kanal`, until cancelled.

    They are also set after each (re)connection, because nobody listened before. A call can still be
    lost with its connection: whoever waits has to look by himself from time to time as well. `pause`
    in seconds, between two attempts to connect.
    """
    while True:
        try:
            await _horche_einmal(kanal, geweckt)
        except NICHT_ERREICHBAR as fehler:
            log.warning("weckruf_getrennt", kanal=kanal, fehler=type(fehler).__name__)
        await asyncio.sleep(pause)


async def _horche_einmal(kanal: str, geweckt: Sequence[asyncio.Event]) -> None:
    verbindung = await datenbank().verbinde()
    try:
        getrennt = asyncio.Event()
        verbindung.add_termination_listener(lambda _: getrennt.set())
        await verbindung.add_listener(kanal, lambda *_: _wecke(geweckt))
        _wecke(geweckt)
        await getrennt.wait()
    finally:
        with suppress(*NICHT_ERREICHBAR):
            await verbindung.close(timeout=1)


def _wecke(geweckt: Sequence[asyncio.Event]) -> None:
    for ereignis in geweckt:
        ereignis.set()
