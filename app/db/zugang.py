"""From the settings to an open database: the given one, or the server the program brings along."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.db import embedded
from app.db.migration import migrieren
from app.db.programme import EmbeddedFehler
from app.db.rollen import ANWENDUNG, WERK, Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion, verwende
from app.settings import Settings

_Ergebnis = TypeVar("_Ergebnis")


@contextmanager
def bereitgestellt(einstellungen: Settings, *, allein: bool = False) -> Iterator[Zugang]:
    """The database of this installation, while the block runs.

    The embedded server is started if no other process runs it, and brought to this version's schema.
    `allein`: raise DatenordnerBelegt instead of sharing the server of another process.
    """
    if einstellungen.database_url is not None:
        yield _gegeben(einstellungen)
        return
    ordner, nutzer = einstellungen.datenordner, einstellungen.postgres_nutzer
    starte = embedded.EingebetteterServer if allein else embedded.server
    with starte(ordner, nutzer=nutzer) as server:
        zugang = server.zugang()
        asyncio.run(migrieren(zugang))
        yield zugang


def vorhanden(einstellungen: Settings) -> Zugang:
    """The database of this installation, without starting anything; for processes beside others."""
    if einstellungen.database_url is not None:
        return _gegeben(einstellungen)
    server = embedded.laufender(einstellungen.datenordner)
    if server is None:
        raise EmbeddedFehler(
            f"In {einstellungen.datenordner} läuft kein PostgreSQL. / No PostgreSQL runs in this data folder."
        )
    return server.zugang()


@asynccontextmanager
async def geoeffnet(
    zugang: Zugang, einstellungen: Settings, *, werk: bool = True, name: str = "gewerbeamt"
) -> AsyncIterator[Datenbank]:
    """Make this process work on the database: `app.db.sitzung.transaktion()` goes there.

    `werk`: as the role of worker and commands, else as the API's; `name`: of its connections. Raises
        RollenFehler where the server is too old or the role may do too much.
    """
    offen = Datenbank(
        zugang.werk if werk else zugang.anwendung,
        rolle=WERK if werk else ANWENDUNG,
        name=name,
        pool=einstellungen.db_pool,
        anweisungsfrist=einstellungen.db_anweisungsfrist,
    )
    try:
        await offen.pruefe_rolle()
        verwende(offen)
        yield offen
    finally:
        verwende(None)
        await offen.schliesse()


def in_transaktion(
    einstellungen: Settings, verb: Callable[[AsyncSession], Awaitable[_Ergebnis]], *, gemeinde: str = ALLE
) -> _Ergebnis:
    """Run `verb` in one transaction and commit it: all that most commands do."""

    async def laufe(zugang: Zugang) -> _Ergebnis:
        async with geoeffnet(zugang, einstellungen), transaktion(gemeinde=gemeinde) as sitzung:
            return await verb(sitzung)

    with bereitgestellt(einstellungen) as zugang:
        return asyncio.run(laufe(zugang))


def _gegeben(einstellungen: Settings) -> Zugang:
    assert einstellungen.database_url is not None  # noqa: S101 asked by both callers
    anwendung = einstellungen.database_url.get_secret_value()
    werk, eigentuemer = einstellungen.werk_database_url, einstellungen.migration_database_url
    return Zugang(
        anwendung,
        werk.get_secret_value() if werk else anwendung,
        eigentuemer.get_secret_value() if eigentuemer else anwendung,
    )
