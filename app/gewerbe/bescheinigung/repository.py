"""Every query of the certificates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Widerruf


@dataclass(frozen=True, slots=True)
class OhnePdf:
    """A certificate that waits for its PDF, and the case it belongs to."""

    id: UUID
    ags: str
    inhalt: dict[str, Any]
    ausgestellt_am: datetime
    antrag_id: UUID
    vorgang_id: UUID


async def beanspruche_ohne_pdf(
    session: AsyncSession, grenze: int, ausser: Collection[UUID]
) -> Sequence[OhnePdf]:
    """The oldest certificates without PDF, locked; those that another worker holds are passed over."""
    zeilen = await session.execute(
        select(
            Bescheinigung.id,
            Bescheinigung.ags,
            Bescheinigung.inhalt,
            Bescheinigung.ausgestellt_am,
            Gewerbeanzeige.antrag_id,
            Gewerbeanzeige.vorgang_id,
        )
        .join(Gewerbeanzeige, Gewerbeanzeige.id == Bescheinigung.gewerbeanzeige_id)
        .where(Bescheinigung.dokument_id.is_(None), Bescheinigung.id.not_in(ausser))
        .order_by(Bescheinigung.ausgestellt_am)
        .limit(grenze)
        .with_for_update(of=Bescheinigung, skip_locked=True)
    )
    return [OhnePdf(*zeile) for zeile in zeilen]


async def alter_ohne_pdf(session: AsyncSession) -> float:
    """Seconds since the oldest certificate without PDF was issued; 0 if there is none."""
    alter = func.extract("epoch", func.now() - func.min(Bescheinigung.ausgestellt_am))
    gefunden = await session.scalar(select(alter).where(Bescheinigung.dokument_id.is_(None)))
    return float(gefunden or 0)


async def verbinde(session: AsyncSession, bescheinigung_id: UUID, dokument_id: UUID) -> None:
    """Note which document is the certificate's PDF."""
    await session.execute(
        update(Bescheinigung).where(Bescheinigung.id == bescheinigung_id).values(dokument_id=dokument_id)
    )


@dataclass(frozen=True, slots=True)
class Gefunden:
    """A certificate that was found by its code, and what has become of it since."""

    inhalt: dict[str, Any]
    dokument_id: UUID | None
    ersetzt_am: datetime | None
    widerrufen_am: datetime | None


async def gemeinde_des_pruefcodes(session: AsyncSession, pruefcode: str) -> str | None:
    """AGS of the town that issued the certificate with this code, whatever the transaction may see."""
    return await session.scalar(select(func.gemeinde_des_pruefcodes(pruefcode)))


async def zu_pruefcode(session: AsyncSession, pruefcode: str) -> Gefunden | None:
    """The certificate with this code."""
    spaeter, spaeterer_schein = aliased(Gewerbeanzeige), aliased(Bescheinigung)
    ersetzt_am = (
        select(func.min(spaeterer_schein.ausgestellt_am))
        .join(spaeter, spaeter.id == spaeterer_schein.gewerbeanzeige_id)
        .where(spaeter.vorgang_id == Gewerbeanzeige.vorgang_id, spaeter.fassung > Gewerbeanzeige.fassung)
        .scalar_subquery()
    )
    ergebnis = await session.execute(
        select(Bescheinigung.inhalt, Bescheinigung.dokument_id, ersetzt_am, Widerruf.widerrufen_am)
        .join(Gewerbeanzeige, Gewerbeanzeige.id == Bescheinigung.gewerbeanzeige_id)
        .outerjoin(Widerruf, Widerruf.vorgang_id == Gewerbeanzeige.vorgang_id)
        .where(Bescheinigung.pruefcode == pruefcode)
    )
    zeile = ergebnis.one_or_none()
    return None if zeile is None else Gefunden(*zeile)
