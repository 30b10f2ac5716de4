"""Every query about what was sent after a session had ended. All times are the database's."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.konto.models import Eingabeablage

_GILT: Final = timedelta(hours=2)


async def lege_ab(session: AsyncSession, kennung: bytes, inhalt: bytes) -> None:
    """Keeps it in the place of what was there before."""
    werte = {"inhalt": inhalt, "verfaellt_am": func.now() + _GILT}
    await session.execute(
        insert(Eingabeablage)
        .values(kennung=kennung, **werte)
        .on_conflict_do_update(index_elements=["kennung"], set_=werte)
    )


async def lies(session: AsyncSession, kennung: bytes) -> bytes | None:
    """What is there and has not lapsed."""
    inhalt: bytes | None = await session.scalar(
        select(Eingabeablage.inhalt).where(
            Eingabeablage.kennung == kennung, Eingabeablage.verfaellt_am > func.now()
        )
    )
    return inhalt


async def loesche(session: AsyncSession, kennung: bytes) -> None:
    """Deletes it."""
    await session.execute(delete(Eingabeablage).where(Eingabeablage.kennung == kennung))


async def loesche_verfallene(session: AsyncSession) -> int:
    """Deletes what has lapsed. How many it were."""
    geloescht = await session.scalars(
        delete(Eingabeablage).where(Eingabeablage.verfaellt_am < func.now()).returning(Eingabeablage.kennung)
    )
    return len(geloescht.all())
