"""Every query of the room leistungen."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.leistungen.models import Formularfassung, Leistungsangebot

_INHALT = select(Formularfassung.inhalt).where(Formularfassung.hash == bindparam("hash"))


async def inhalt(session: AsyncSession, hash_: str) -> Mapping[str, Any] | None:
    """The content of a version."""
    wert: Mapping[str, Any] | None = await session.scalar(_INHALT, {"hash": hash_})
    return wert


async def halte_fest(session: AsyncSession, *, hash_: str, leistung: str, inhalt: Mapping[str, Any]) -> None:
    """Writes a version unless it is there."""
    await session.execute(
        insert(Formularfassung).values(hash=hash_, leistung=leistung, inhalt=inhalt).on_conflict_do_nothing()
    )


async def angebote(session: AsyncSession, ags: str) -> Sequence[Leistungsangebot]:
    """What the town has settled about its services."""
    return (await session.scalars(select(Leistungsangebot).where(Leistungsangebot.ags == ags))).all()


async def angebot(session: AsyncSession, ags: str, leistung: str) -> Leistungsangebot | None:
    """What the town has settled about one service."""
    return await session.get(Leistungsangebot, (ags, leistung), populate_existing=True)


async def setze_angebot(session: AsyncSession, ags: str, leistung: str, werte: Mapping[str, Any]) -> None:
    """Settles something about a service of the town; what is not given stays."""
    zeile = {**werte, "geaendert_am": func.now()}
    await session.execute(
        insert(Leistungsangebot)
        .values(ags=ags, leistung=leistung, **{"zustand": "angeboten", **zeile})
        .on_conflict_do_update(index_elements=["ags", "leistung"], set_=zeile)
    )
