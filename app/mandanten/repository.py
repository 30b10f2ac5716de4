"""Every query of the room mandanten."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.mandanten.models import Mandant


async def mandant(session: AsyncSession, ags: str) -> Mandant | None:
    """The town as it has been set up."""
    return await session.get(Mandant, ags)


async def alle(session: AsyncSession) -> list[Mandant]:
    """Every town of the installation by AGS."""
    return list(await session.scalars(select(Mandant).order_by(Mandant.ags)))


async def anlegen(session: AsyncSession, werte: Mapping[str, Any]) -> None:
    """Sets the town up unless it is there: two processes may start at once."""
    await session.execute(insert(Mandant).values(**werte).on_conflict_do_nothing())
