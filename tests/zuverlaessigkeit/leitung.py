"""A line between the processes and their database that a test cuts at a word of the protocol."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Literal

from tests.zuverlaessigkeit.postgres import freier_port

Schnitt = Literal["before", "after"]

# Simple query (PostgreSQL, chapter "Message Formats"): as asyncpg ends a transaction.
_COMMIT = b"COMMIT;\x00"


class Leitung:
    """Forwards TCP to the database; the next COMMIT can be its last word."""

    def __init__(self, zielport: int) -> None:
        """`zielport`: where PostgreSQL listens."""
        self.port = freier_port()
        self._ziel = zielport
        self._schnitt: Schnitt | None = None
        self.geschnitten = asyncio.Event()

    def schneide(self, wann: Schnitt) -> None:
        """Cut at the next COMMIT: "before" it is passed on, or "after" it was done, before the answer."""
        self.geschnitten.clear()
        self._schnitt = wann

    @contextlib.asynccontextmanager
    async def offen(self) -> AsyncIterator["Leitung"]:
        """Listen while the block runs."""
        server = await asyncio.start_server(self._verbinde, "127.0.0.1", self.port)
        async with server:
            yield self
            server.close()

    async def _verbinde(self, klient: asyncio.StreamReader, zum_klienten: asyncio.StreamWriter) -> None:
        try:
            server, zum_server = await asyncio.open_connection("127.0.0.1", self._ziel)
        except OSError:
            zum_klienten.close()
            return
        stumm = asyncio.Event()
        richtungen = {
            asyncio.create_task(self._vom_klienten(klient, zum_server, stumm)),
            asyncio.create_task(_vom_server(server, zum_klienten, stumm)),
        }
        try:
            # Whichever side ends, the line is gone.
            await asyncio.wait(richtungen, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for richtung in richtungen:
                richtung.cancel()
            zum_server.close()
            # A reset, not a polite end: as when a machine has vanished.
            zum_klienten.transport.abort()

    async def _vom_klienten(
        self, klient: asyncio.StreamReader, zum_server: asyncio.StreamWriter, stumm: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while daten := await klient.read(65536):
                if self._schnitt is not None and _COMMIT in daten:
                    wann, self._schnitt = self._schnitt, None
                    self.geschnitten.set()
                    if wann == "before":
                        return
                    stumm.set()
                zum_server.write(daten)
                await zum_server.drain()


async def _vom_server(
    server: asyncio.StreamReader, zum_klienten: asyncio.StreamWriter, stumm: asyncio.Event
) -> None:
    with contextlib.suppress(OSError):
        while daten := await server.read(65536):
            if stumm.is_set():
                # The answer to COMMIT: it is done, and nobody learns of it.
                return
            zum_klienten.write(daten)
            await zum_klienten.drain()
