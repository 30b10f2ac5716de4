"""Every query about drafts, their uploads and the answers of submissions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.antraege.models import Anlage, Antragsinhalt, Entwurf
from app.db.sitzung import vormerken


async def entwurf(session: AsyncSession, entwurf_id: UUID, einreicher_id: UUID) -> Entwurf | None:
    """The draft, if it is this account's."""
    return await session.scalar(
        select(Entwurf).where(Entwurf.id == entwurf_id, Entwurf.einreicher_id == einreicher_id)
    )


async def gesperrter(session: AsyncSession, entwurf_id: UUID, einreicher_id: UUID) -> Entwurf | None:
    """The same as it stands now, held until the transaction ends; waits for whoever holds it."""
    return await session.scalar(
        select(Entwurf)
        .where(Entwurf.id == entwurf_id, Entwurf.einreicher_id == einreicher_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def eigene(session: AsyncSession, einreicher_id: UUID) -> Sequence[Entwurf]:
    """All drafts of the account, the one changed last first."""
    zeilen = await session.scalars(
        select(Entwurf)
        .where(Entwurf.einreicher_id == einreicher_id)
        .order_by(Entwurf.geaendert_am.desc(), Entwurf.id.desc())
    )
    return zeilen.all()


async def anzahl(session: AsyncSession, einreicher_id: UUID) -> int:
    """How many drafts the account has."""
    return (
        await session.scalar(
            select(func.count()).select_from(Entwurf).where(Entwurf.einreicher_id == einreicher_id)
        )
        or 0
    )


def lege_an(session: AsyncSession, *zeilen: Entwurf | Anlage | Antragsinhalt) -> None:
    """Writes new rows."""
    vormerken(session, *zeilen)


async def loesche(session: AsyncSession, entwurf_id: UUID, einreicher_id: UUID) -> bool:
    """Deletes the draft with its uploads; False if there is none."""
    weg = await session.execute(
        delete(Entwurf)
        .where(Entwurf.id == entwurf_id, Entwurf.einreicher_id == einreicher_id)
        .returning(Entwurf.id)
        .execution_options(synchronize_session=False)
    )
    return weg.first() is not None


async def loesche_alle(session: AsyncSession, einreicher_id: UUID) -> int:
    """Deletes every draft of the account."""
    weg = await session.execute(
        delete(Entwurf)
        .where(Entwurf.einreicher_id == einreicher_id)
        .returning(Entwurf.id)
        .execution_options(synchronize_session=False)
    )
    return len(weg.all())


async def loesche_verfallene(session: AsyncSession, grenze: int) -> int:
    """Deletes drafts past their date, so many at most; what somebody writes just now is left for later."""
    faellig = (
        select(Entwurf.id)
        .where(Entwurf.verfaellt_am <= func.now())
        .order_by(Entwurf.verfaellt_am)
        .limit(grenze)
        .with_for_update(skip_locked=True)
    )
    weg = await session.execute(
        delete(Entwurf)
        .where(Entwurf.id.in_(faellig))
        .returning(Entwurf.id)
        .execution_options(synchronize_session=False)
    )
    return len(weg.all())


async def anlagen(session: AsyncSession, entwurf_id: UUID, *, mit_inhalt: bool = False) -> Sequence[Anlage]:
    """The uploads of a draft, oldest first."""
    frage = select(Anlage).where(Anlage.entwurf_id == entwurf_id).order_by(Anlage.hochgeladen_am, Anlage.id)
    if mit_inhalt:
        frage = frage.options(undefer(Anlage.inhalt))
    return (await session.scalars(frage)).all()


async def anlage(session: AsyncSession, anlage_id: UUID, entwurf_id: UUID) -> Anlage | None:
    """One upload with its bytes."""
    return await session.scalar(
        select(Anlage)
        .where(Anlage.id == anlage_id, Anlage.entwurf_id == entwurf_id)
        .options(undefer(Anlage.inhalt))
    )


async def belegt(session: AsyncSession, einreicher_id: UUID) -> int:
    """Bytes of all uploads of the account."""
    return int(
        await session.scalar(select(func.sum(Anlage.groesse)).where(Anlage.einreicher_id == einreicher_id))
        or 0
    )


async def loesche_anlage(session: AsyncSession, anlage_id: UUID, entwurf_id: UUID) -> bool:
    """Deletes an upload; False if there is none."""
    weg = await session.execute(
        delete(Anlage)
        .where(Anlage.id == anlage_id, Anlage.entwurf_id == entwurf_id)
        .returning(Anlage.id)
        .execution_options(synchronize_session=False)
    )
    return weg.first() is not None


async def inhalt(session: AsyncSession, antrag_id: UUID) -> Antragsinhalt | None:
    """The answers of a submission, for whoever's keys are in force."""
    return await session.get(Antragsinhalt, antrag_id)


async def inhalte(session: AsyncSession, antraege: Sequence[UUID]) -> Sequence[Row[UUID, str, str]]:
    """Of each submission: id, service, version of the form."""
    ergebnis = await session.execute(
        select(Antragsinhalt.antrag_id, Antragsinhalt.leistung, Antragsinhalt.formular_hash).where(
            Antragsinhalt.antrag_id.in_(antraege)
        )
    )
    return ergebnis.all()


async def formulare(session: AsyncSession, einreicher_id: UUID) -> Sequence[Row[UUID, str]]:
    """Each submission of a person that was made with a form, and the version of that form."""
    return (
        await session.execute(
            select(Antragsinhalt.antrag_id, Antragsinhalt.formular_hash).where(
                Antragsinhalt.einreicher_id == einreicher_id
            )
        )
    ).all()
