"""Every query about what people say."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.rueckmeldung.models import Rueckmeldung


async def trage_ein(session: AsyncSession, werte: dict[str, Any]) -> None:
    """Append. Nothing is returned: who says something may not read it back."""
    await session.execute(insert(Rueckmeldung).values(werte))


async def seite(
    session: AsyncSession, ags: str | None, *, nach: UUID | None, grenze: int
) -> Sequence[Rueckmeldung]:
    """Newest first, older than `nach`; of one town, or of all and none."""
    frage = select(Rueckmeldung).order_by(Rueckmeldung.id.desc()).limit(grenze)
    if ags is not None:
        frage = frage.where(Rueckmeldung.ags == ags)
    if nach is not None:
        frage = frage.where(Rueckmeldung.id < nach)
    return (await session.scalars(frage)).all()


async def loesche(session: AsyncSession, aelter: timedelta) -> None:
    """Forget what is older."""
    await session.execute(delete(Rueckmeldung).where(Rueckmeldung.erstellt_am < func.now() - aelter))
