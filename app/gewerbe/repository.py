"""Every query of the room gewerbe about notices, the register and certificates."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import vormerken
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Registereintrag, Widerruf

_ANZEIGEN = select(Gewerbeanzeige).where(Gewerbeanzeige.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))


def anlegen(
    session: AsyncSession, *zeilen: Gewerbeanzeige | Registereintrag | Bescheinigung | Widerruf
) -> None:
    """Writes new rows."""
    vormerken(session, *zeilen)


async def anzeige(session: AsyncSession, anzeige_id: UUID) -> Gewerbeanzeige | None:
    """The version of a notice with this id."""
    return await session.get(Gewerbeanzeige, anzeige_id)


async def anzeigen(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Gewerbeanzeige]:
    """The versions of notices with these ids, by id."""
    zeilen = await session.scalars(_ANZEIGEN, {"ids": list(ids)})
    return {zeile.id: zeile for zeile in zeilen}


async def anzeige_zu_vorgang(session: AsyncSession, vorgang_id: UUID) -> Gewerbeanzeige:
    """The notice that the case is about, in its latest version; every case of the trade has one."""
    return (
        await session.scalars(
            select(Gewerbeanzeige)
            .where(Gewerbeanzeige.vorgang_id == vorgang_id)
            .order_by(Gewerbeanzeige.fassung.desc())
            .limit(1)
        )
    ).one()


async def anzeigen_zu_antrag(
    session: AsyncSession, antrag_id: UUID
) -> Sequence[tuple[Gewerbeanzeige, Bescheinigung | None]]:
    """The notices of a submission in their order, in all versions, each with its certificate, if any."""
    ergebnis = await session.execute(
        select(Gewerbeanzeige, Bescheinigung)
        .outerjoin(Bescheinigung, Bescheinigung.gewerbeanzeige_id == Gewerbeanzeige.id)
        .where(Gewerbeanzeige.antrag_id == antrag_id)
        .order_by(Gewerbeanzeige.satz, Gewerbeanzeige.fassung)
    )
    return [(zeile[0], zeile[1]) for zeile in ergebnis]


async def widerruf(session: AsyncSession, vorgang_id: UUID) -> Widerruf | None:
    """The withdrawal of the notice that the case is about."""
    return await session.scalar(select(Widerruf).where(Widerruf.vorgang_id == vorgang_id))


async def widerrufe(session: AsyncSession, vorgang_ids: Collection[UUID]) -> dict[UUID, Widerruf]:
    """The withdrawals of these cases, by case."""
    zeilen = await session.scalars(select(Widerruf).where(Widerruf.vorgang_id.in_(vorgang_ids)))
    return {zeile.vorgang_id: zeile for zeile in zeilen}


async def beende_registereintraege(session: AsyncSession, vorgang_id: UUID) -> None:
    """Ends the register's entries that the case has caused so far."""
    fassungen = select(Gewerbeanzeige.id).where(Gewerbeanzeige.vorgang_id == vorgang_id)
    await session.execute(
        update(Registereintrag)
        .where(Registereintrag.gewerbeanzeige_id.in_(fassungen), Registereintrag.beendet_am.is_(None))
        .values(beendet_am=func.now())
        .execution_options(synchronize_session=False)
    )


async def bescheinigung_zu_anzeige(
    session: AsyncSession, *, antrag_id: UUID, anzeige_id: UUID
) -> Bescheinigung | None:
    """The certificate of a notice of this submission."""
    return await session.scalar(
        select(Bescheinigung)
        .join(Gewerbeanzeige, Gewerbeanzeige.id == Bescheinigung.gewerbeanzeige_id)
        .where(Gewerbeanzeige.id == anzeige_id, Gewerbeanzeige.antrag_id == antrag_id)
    )
