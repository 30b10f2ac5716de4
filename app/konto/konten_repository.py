"""Every query about accounts of people, and for whom they act."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.konto.models import Nutzerkonto, Vertretung


async def merke(session: AsyncSession, *, issuer: str, subjekt: str, **angaben: Any) -> UUID:
    """Make the account of a login, or bring the one that is there up to date; its id."""
    werte = angaben | {"angemeldet_am": func.now()}
    anweisung = insert(Nutzerkonto).values(id=neue_id(), issuer=issuer, subjekt=subjekt, **werte)
    gemerkt: UUID = (
        await session.scalars(
            anweisung.on_conflict_do_update(index_elements=["issuer", "subjekt"], set_=werte).returning(
                Nutzerkonto.id
            )
        )
    ).one()
    return gemerkt


async def konto(session: AsyncSession, konto_id: UUID) -> Nutzerkonto | None:
    """The account, unless it was deleted."""
    return await session.scalar(
        select(Nutzerkonto).where(Nutzerkonto.id == konto_id, Nutzerkonto.geloescht_am.is_(None))
    )


async def leere(session: AsyncSession, konto_id: UUID) -> bool:
    """Take every personal datum out of the account's row; False if there is none to delete."""
    geleert = await session.scalar(
        update(Nutzerkonto)
        .where(Nutzerkonto.id == konto_id, Nutzerkonto.geloescht_am.is_(None))
        .values(geloescht_am=func.now(), angaben={}, subjekt=f"geloescht:{konto_id}")
        .returning(Nutzerkonto.id)
    )
    return geleert is not None


async def vertretungen(session: AsyncSession, konto_id: UUID) -> Sequence[Vertretung]:
    """For whom the account may act now or later, oldest first."""
    zeilen = await session.scalars(
        select(Vertretung)
        .where(
            Vertretung.konto_id == konto_id,
            Vertretung.beendet_am.is_(None),
            or_(Vertretung.gilt_bis.is_(None), Vertretung.gilt_bis > func.now()),
        )
        .order_by(Vertretung.id)
    )
    return zeilen.all()


async def lege_vertretung_an(
    session: AsyncSession,
    *,
    konto_id: UUID,
    vertreten: dict[str, Any],
    grundlage: str,
    gilt_bis: datetime | None,
) -> Vertretung:
    """Store for whom the account may act from now on."""
    neu = Vertretung(konto_id=konto_id, vertreten=vertreten, grundlage=grundlage, gilt_bis=gilt_bis)
    session.add(neu)
    await session.flush()
    return neu


async def beende_vertretung(session: AsyncSession, konto_id: UUID, vertretung_id: UUID) -> bool:
    """End one power of the account; False if there is none to end."""
    beendet = await session.scalar(
        update(Vertretung)
        .where(
            Vertretung.id == vertretung_id, Vertretung.konto_id == konto_id, Vertretung.beendet_am.is_(None)
        )
        .values(beendet_am=func.now())
        .returning(Vertretung.id)
    )
    return beendet is not None


async def leere_vertretungen(session: AsyncSession, konto_id: UUID) -> None:
    """End every power of the account and forget whom it named."""
    await session.execute(
        update(Vertretung)
        .where(Vertretung.konto_id == konto_id)
        .values(
            vertreten={"art": "geloescht", "name": ""},
            beendet_am=func.coalesce(Vertretung.beendet_am, func.now()),
        )
    )
