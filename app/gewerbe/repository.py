"""Every query of the room gewerbe about notices, the register and certificates."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Registereintrag


async def anlegen(session: AsyncSession, *zeilen: Gewerbeanzeige | Registereintrag | Bescheinigung) -> None:
    """Writes new rows."""
    session.add_all(zeilen)
    await session.flush()


async def anzeige(session: AsyncSession, anzeige_id: UUID) -> Gewerbeanzeige | None:
    """The notice with this id."""
    return await session.get(Gewerbeanzeige, anzeige_id)


async def anzeige_zu_vorgang(session: AsyncSession, vorgang_id: UUID) -> Gewerbeanzeige:
    """The notice that the case is about; every case of the trade has one."""
    return (
        await session.scalars(select(Gewerbeanzeige).where(Gewerbeanzeige.vorgang_id == vorgang_id))
    ).one()


async def anzeigen_zu_antrag(
    session: AsyncSession, antrag_id: UUID
) -> Sequence[tuple[Gewerbeanzeige, Bescheinigung | None]]:
    """The notices of a submission in their order, each with its certificate, if it has one."""
    ergebnis = await session.execute(
        select(Gewerbeanzeige, Bescheinigung)
        .outerjoin(Bescheinigung, Bescheinigung.gewerbeanzeige_id == Gewerbeanzeige.id)
        .where(Gewerbeanzeige.antrag_id == antrag_id)
        .order_by(Gewerbeanzeige.satz)
    )
    return [(zeile[0], zeile[1]) for zeile in ergebnis]


async def bescheinigung_zu_anzeige(
    session: AsyncSession, *, antrag_id: UUID, anzeige_id: UUID
) -> Bescheinigung | None:
    """The certificate of a notice of this submission."""
    return await session.scalar(
        select(Bescheinigung)
        .join(Gewerbeanzeige, Gewerbeanzeige.id == Bescheinigung.gewerbeanzeige_id)
        .where(Gewerbeanzeige.id == anzeige_id, Gewerbeanzeige.antrag_id == antrag_id)
    )
