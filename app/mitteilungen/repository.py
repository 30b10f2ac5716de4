"""Every query of the room mitteilungen."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import vormerken
from app.mitteilungen.models import Mitteilung, Mitteilungsanhang


def schreibe(session: AsyncSession, mitteilung: Mitteilung, anhaenge: Sequence[Mitteilungsanhang]) -> None:
    """Writes a message with what is attached."""
    vormerken(session, mitteilung, *anhaenge)


async def seite(
    session: AsyncSession, antrag_id: UUID, *, nach: UUID | None, grenze: int
) -> Sequence[Mitteilung]:
    """Messages about the application, oldest first."""
    abfrage = select(Mitteilung).where(Mitteilung.antrag_id == antrag_id).order_by(Mitteilung.id)
    if nach is not None:
        abfrage = abfrage.where(Mitteilung.id > nach)
    return (await session.scalars(abfrage.limit(grenze))).all()


async def sperre(session: AsyncSession, antrag_id: UUID) -> None:
    """Messages about one application are written one after the other, until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(antrag_id), 0))))


async def letzte(
    session: AsyncSession, antrag_id: UUID, verfasser_id: UUID, *, seit: datetime
) -> Mitteilung | None:
    """What this author has last written about the application since then."""
    return await session.scalar(
        select(Mitteilung)
        .where(
            Mitteilung.antrag_id == antrag_id,
            Mitteilung.verfasser_id == verfasser_id,
            Mitteilung.erstellt_am >= seit,
        )
        .order_by(Mitteilung.id.desc())
        .limit(1)
    )


async def anhaenge(session: AsyncSession, mitteilungen: Collection[UUID]) -> Sequence[Mitteilungsanhang]:
    """What is attached to these messages."""
    if not mitteilungen:
        return ()
    return (
        await session.scalars(
            select(Mitteilungsanhang)
            .where(Mitteilungsanhang.mitteilung_id.in_(mitteilungen))
            .order_by(Mitteilungsanhang.dokument_id)
        )
    ).all()


async def anhang(session: AsyncSession, antrag_id: UUID, dokument_id: UUID) -> Mitteilungsanhang | None:
    """An attachment of a message about this application."""
    return await session.scalar(
        select(Mitteilungsanhang)
        .join(Mitteilung, Mitteilung.id == Mitteilungsanhang.mitteilung_id)
        .where(Mitteilung.antrag_id == antrag_id, Mitteilungsanhang.dokument_id == dokument_id)
    )


async def vermerke_gelesen(session: AsyncSession, antrag_id: UUID, *, von: str) -> None:
    """Notes that what one side has written was seen by the other; the first time counts."""
    await session.execute(
        update(Mitteilung)
        .where(Mitteilung.antrag_id == antrag_id, Mitteilung.von == von, Mitteilung.gelesen_am.is_(None))
        .values(gelesen_am=func.now())
        .execution_options(synchronize_session=False)
    )


async def ungelesene(session: AsyncSession, einreicher_id: UUID) -> dict[UUID, int]:
    """How many messages of the office an applicant has not seen, by application."""
    zeilen = await session.execute(
        select(Mitteilung.antrag_id, func.count().label("zahl"))
        .where(
            Mitteilung.einreicher_id == einreicher_id,
            Mitteilung.gelesen_am.is_(None),
            Mitteilung.von == "amt",
        )
        .group_by(Mitteilung.antrag_id)
    )
    return {zeile.antrag_id: zeile.zahl for zeile in zeilen}
