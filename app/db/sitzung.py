"""One transaction per request or task, committed at the edge; its keys for row-level security, its new rows.

`transaktion()` is the edge of commands and worker tasks, `Sitzung` that of HTTP routes. Services and
repositories get the session handed in and never commit.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

import asyncpg
from fastapi import Depends
from pydantic_core import from_json
from sqlalchemy import Row, Select, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app.db.arbeit import Arbeit, Geltung
from app.db.basis import Base, als_json
from app.db.bruchstelle import bruchstelle
from app.db.nebenverbindung import Nebenverbindung
from app.db.rollen import ANWENDUNG, pruefe_rolle, verbinde

# Value of the key `gemeinde` for tasks of the house itself, which serve every town. It opens the tables
# for the worker's role; for the API's, only what docs/adr/0008 lists.
ALLE = "*"

# The server ends an overlong statement itself. One that is silent for so many seconds longer is frozen, or
# cut off without a word.
_STILLE = 5.0

_Zeile = TypeVar("_Zeile", bound=Base)


class NichtVerbunden(RuntimeError):
    """The process has not opened its database."""


class Datenbank:
    """The connection pool of one process to one database."""

    def __init__(
        self,
        dsn: str,
        *,
        rolle: str = ANWENDUNG,
        name: str = "gewerbeamt",
        pool: int = 10,
        anweisungsfrist: float = 30.0,
    ) -> None:
        """`dsn` is a libpq connection string of a login that may take on `rolle`.

        `name`: how its connections are called in the database; `anweisungsfrist` in seconds.
        """
        self._dsn = dsn
        self._name = name
        self.rolle = rolle
        self._frist = anweisungsfrist
        self.maschine = self._maschine(pool)
        # Outside the pool: who waits for it may hold every connection of that.
        self.daneben = Nebenverbindung(self.verbinde, anweisungsfrist)
        self.sitzungen = async_sessionmaker(
            self.maschine, sync_session_class=Arbeit, expire_on_commit=False, autoflush=True
        )

    def _maschine(self, pool: int) -> AsyncEngine:
        maschine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self.verbinde,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=self._frist,
            json_serializer=als_json,
            json_deserializer=from_json,
        )
        event.listen(maschine.sync_engine, "checkout", _nur_lebende)
        return maschine

    async def verbinde(self) -> asyncpg.Connection:
        """A connection of its own outside the pool, as LISTEN needs it; the caller closes it."""
        return await verbinde(
            self._dsn,
            self._frist + _STILLE,
            application_name=self._name,
            timezone="UTC",
            role=self.rolle,
            statement_timeout=str(int(self._frist * 1000)),
            idle_in_transaction_session_timeout=str(int(self._frist * 2000)),
        )

    async def pruefe_rolle(self) -> None:
        """Raises RollenFehler where the server is too old or the role may do too much."""
        verbindung = await self.verbinde()
        try:
            await pruefe_rolle(verbindung)
        finally:
            await verbindung.close()

    async def schliesse(self) -> None:
        """Close every connection of the pool."""
        await self.maschine.dispose()
        await self.daneben.schliesse()


def _nur_lebende(verbindung: DBAPIConnection, *_: object) -> None:
    # asyncpg notices by itself when the server hangs up: no need to ask it before every transaction.
    if verbindung.driver_connection.is_closed():
        raise DisconnectionError


class _Prozess:
    datenbank: Datenbank | None = None


_im_auftrag: ContextVar[Datenbank | None] = ContextVar("datenbank", default=None)


def verwende(datenbank: Datenbank | None) -> None:
    """Make `datenbank` the one this process works on."""
    _Prozess.datenbank = datenbank


def datenbank() -> Datenbank:
    """The database this process works on; raises NichtVerbunden before `verwende`."""
    offen = _im_auftrag.get() or _Prozess.datenbank
    if offen is None:
        raise NichtVerbunden("app.db.sitzung.verwende() was not called")
    return offen


@contextmanager
def im_auftrag(datenbank: Datenbank) -> Iterator[None]:
    """Inside the block this task works on `datenbank`: an API that shares its process with a worker."""
    vorher = _im_auftrag.set(datenbank)
    try:
        yield
    finally:
        _im_auftrag.reset(vorher)


async def gelten(
    sitzung: AsyncSession,
    *,
    gemeinde: str | None = None,
    person: str | None = None,
    stelle: str | None = None,
) -> None:
    """Set all three keys of row-level security until the end of the transaction.

    What is not given is cleared, and a policy then shows nothing: a key never survives from a wider scope.
    """
    arbeit, neu = _arbeit(sitzung), Geltung(gemeinde or "", person or "", stelle or "")
    if arbeit.vormerkung and neu != arbeit.verlangt:
        await schreibe(sitzung)
    arbeit.verlangt = neu


def vormerken(sitzung: AsyncSession, *zeilen: Base) -> None:
    """Note new rows, to be written together before the next statement or the commit (app.db.vormerkung).

    What the database would refuse it refuses then. A row that is written and read again is another object.
    """
    for zeile in zeilen:
        _arbeit(sitzung).vormerkung.nimm(zeile)


def vormerken_werte(sitzung: AsyncSession, modell: type[Base], zeilen: Iterable[dict[str, Any]]) -> None:
    """As `vormerken`, for many rows that nobody needs as objects; what the model makes in Python is added."""
    for werte in zeilen:
        _arbeit(sitzung).vormerkung.nimm_werte(modell, werte)


def vorgemerkt(sitzung: AsyncSession, modell: type[_Zeile], id_: UUID) -> _Zeile | None:
    """The noted row with this id, which may still be changed; None for one that is written, or unknown."""
    return _arbeit(sitzung).vormerkung.finde(modell, id_)


async def eine_zeile(sitzung: AsyncSession, frage: Select[Any], werte: Mapping[str, Any]) -> Row[Any] | None:
    """The row that a question made by `mit_schluesseln` finds; keys need no statement of their own."""
    return await sitzung.run_sync(lambda _: _arbeit(sitzung).frage_zugleich(frage, werte))


async def schreibe(sitzung: AsyncSession) -> None:
    """Write the noted rows now."""
    await sitzung.run_sync(lambda _: _arbeit(sitzung).schreibe())


async def schliesse_ab(sitzung: AsyncSession) -> None:
    """Commit the request's transaction before its route asks another machine: no connection waits for that.

    For routes only, in place of the commit at their end. Whoever asks the session again gets an error.
    """
    await schreibe(sitzung)
    await sitzung.commit()


async def zeitpunkt(sitzung: AsyncSession) -> datetime:
    """When the transaction began: `now()` in PostgreSQL, the same for all that it writes."""
    arbeit = _arbeit(sitzung)
    if arbeit.beginn is None:
        await sitzung.run_sync(lambda _: arbeit.stelle())
    return cast(datetime, arbeit.beginn)


def _arbeit(sitzung: AsyncSession) -> Arbeit:
    return cast(Arbeit, sitzung.sync_session)


@asynccontextmanager
async def transaktion(
    *, gemeinde: str | None = None, person: str | None = None, stelle: str | None = None
) -> AsyncIterator[AsyncSession]:
    """One transaction: committed at the end of the block, rolled back by any exception."""
    async with datenbank().sitzungen.begin() as sitzung:
        if gemeinde or person or stelle:
            await gelten(sitzung, gemeinde=gemeinde, person=person, stelle=stelle)
        yield sitzung


async def daneben(gemeinde: str, anweisung: str, *werte: Any) -> Any:
    """The first value that a statement gives which is committed by itself, for one town (Nebenverbindung)."""
    return await datenbank().daneben.wert(gemeinde, anweisung, *werte)


async def _sitzung() -> AsyncIterator[AsyncSession]:
    async with transaktion() as sitzung:
        yield sitzung
        await schreibe(sitzung)
        bruchstelle("anfrage.vor_commit")
    bruchstelle("anfrage.nach_commit")


# scope="function": the commit happens before the response is sent. With the default scope a client
# could hold a 201 for something that then fails to be stored.
Sitzung = Annotated[AsyncSession, Depends(_sitzung, scope="function")]
