"""Every query of the room vorgaenge."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import vorgemerkt, vormerken, zeitpunkt
from app.vorgaenge.models import Entscheidung, Klaerung, Vorgang


def anlegen(session: AsyncSession, vorgang: Vorgang) -> None:
    """Writes a new case."""
    vormerken(session, vorgang)


async def vorgang(session: AsyncSession, vorgang_id: UUID) -> Vorgang | None:
    """The case, if it is one of the town in force."""
    return await session.get(Vorgang, vorgang_id)


async def gesperrter(session: AsyncSession, vorgang_id: UUID) -> Vorgang | None:
    """The case as it is now, locked until the transaction ends."""
    return await session.get(Vorgang, vorgang_id, with_for_update=True, populate_existing=True)


async def schliesse(
    session: AsyncSession, vorgang_id: UUID, *, zustand: str, entscheidung: str | None
) -> Vorgang | None:
    """Closes the case if it is open, in one step; None where there is no such open case."""
    neu = vorgemerkt(session, Vorgang, vorgang_id)
    if neu is not None and neu.zustand == "in_pruefung":
        neu.zustand, neu.entscheidung = zustand, entscheidung
        neu.naechster_termin, neu.abgeschlossen_am = None, await zeitpunkt(session)
        return neu
    return await session.scalar(
        update(Vorgang)
        .where(Vorgang.id == vorgang_id, Vorgang.zustand == "in_pruefung")
        .values(
            zustand=zustand, entscheidung=entscheidung, naechster_termin=None, abgeschlossen_am=func.now()
        )
        .returning(Vorgang)
        .execution_options(populate_existing=True, synchronize_session=False)
    )


async def zu_antrag(session: AsyncSession, antrag_id: UUID) -> Sequence[Vorgang]:
    """The cases of one submission, oldest first."""
    return (
        await session.scalars(select(Vorgang).where(Vorgang.antrag_id == antrag_id).order_by(Vorgang.id))
    ).all()


async def seite(
    session: AsyncSession, *, ags: str, zustand: str, nach: UUID | None, grenze: int
) -> Sequence[Vorgang]:
    """Cases of a town in one state, oldest first, from behind `nach` on."""
    # Written into the statement: with a parameter the planner takes all states to be alike frequent, and
    # walks every case of a large town to find that none is open.
    fest: ColumnElement[str] = bindparam("zustand", zustand, literal_execute=True)
    anfrage = select(Vorgang).where(Vorgang.ags == ags, Vorgang.zustand == fest)
    if nach is not None:
        anfrage = anfrage.where(Vorgang.id > nach)
    return (await session.scalars(anfrage.order_by(Vorgang.id).limit(grenze))).all()


async def neueste(session: AsyncSession, *, grenze: int) -> Sequence[Vorgang]:
    """The latest cases of the towns in force, newest first."""
    return (await session.scalars(select(Vorgang).order_by(Vorgang.id.desc()).limit(grenze))).all()


async def ueberfaellige(session: AsyncSession) -> int:
    """How many open cases are past their next date."""
    anfrage = select(func.count()).select_from(Vorgang).where(Vorgang.naechster_termin < func.now())
    return await session.scalar(anfrage) or 0


async def setze_termin(session: AsyncSession, vorgang_id: UUID, termin: datetime) -> Vorgang:
    """Gives an open case its next date."""
    gesetzt = await session.scalars(
        update(Vorgang)
        .where(Vorgang.id == vorgang_id, Vorgang.zustand == "in_pruefung")
        .values(naechster_termin=termin)
        .returning(Vorgang)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return gesetzt.one()


def lege_an(session: AsyncSession, zeile: Entscheidung | Klaerung) -> None:
    """Writes a decision, or who is competent."""
    vormerken(session, zeile)


async def entscheidung(session: AsyncSession, vorgang_id: UUID) -> Entscheidung | None:
    """How the case was decided."""
    return await session.get(Entscheidung, vorgang_id)


async def entscheidungen(session: AsyncSession, antrag_id: UUID) -> Sequence[Entscheidung]:
    """How the cases of one submission were decided, oldest first."""
    anfrage = select(Entscheidung).where(Entscheidung.antrag_id == antrag_id)
    return (await session.scalars(anfrage.order_by(Entscheidung.entschieden_am))).all()


async def klaerung(session: AsyncSession, vorgang_id: UUID) -> Klaerung | None:
    """Whether the town has settled who is competent."""
    return await session.get(Klaerung, vorgang_id)
