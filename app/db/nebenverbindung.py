"""Single statements beside a transaction, on a connection of their own: each is committed by itself, at once.

For what nobody else may have to wait for, what may stay where the transaction fails, and what may be lost
in a crash that loses the transaction: it reaches the disk with the next commit, not by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg

# The log of changes is written in one order: whoever has committed what rests on such a statement has written
# that statement, too.
_STELLEN = "SELECT set_config('amt.gemeinde', $1, false), set_config('synchronous_commit', 'off', false)"
# Seconds for a polite end; then the line is dropped.
_ABSCHIED = 5.0


class Nebenverbindung:
    """One connection that everybody of the process shares; who asks takes it for one statement."""

    def __init__(self, verbinde: Callable[[], Awaitable[asyncpg.Connection]], frist: float) -> None:
        """`verbinde` opens the connection when it is first needed; `frist`: seconds to wait for an answer."""
        self._verbinde = verbinde
        self._frist = frist
        self._schloss = asyncio.Lock()
        self._verbindung: asyncpg.Connection | None = None
        self._gestellt: str | None = None

    async def wert(self, gemeinde: str, anweisung: str, *werte: Any) -> Any:
        """The first value that the statement gives, which sees what the town may see.

        Raises TimeoutError, NichtErreichbar, and what asyncpg raises.
        """
        async with asyncio.timeout(self._frist), self._schloss:
            verbindung = self._verbindung
            if verbindung is None or verbindung.is_closed():
                verbindung = self._verbindung = await self._verbinde()
                self._gestellt = None
            try:
                if self._gestellt != gemeinde:
                    self._gestellt = None
                    await verbindung.execute(_STELLEN, gemeinde)
                    self._gestellt = gemeinde
                return await verbindung.fetchval(anweisung, *werte)
            except asyncio.CancelledError:
                # Given up by its time or by its caller. Whether the line is dead only its answer would tell,
                # and everybody behind would wait for that.
                verbindung.terminate()
                raise

    async def schliesse(self) -> None:
        """Close the connection, if there is one."""
        if self._verbindung is not None:
            with suppress(TimeoutError):
                await self._verbindung.close(timeout=_ABSCHIED)
            self._verbindung = None
