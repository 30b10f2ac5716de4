"""What the outbox holds for some cases, without messages: for checks of its completeness."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand.models import Sendung


@dataclass(frozen=True, slots=True)
class Bestandszeile:
    """One delivery; `angehalten`: stopped before it left, `da`: its receiver has it."""

    id: UUID
    vorgang_id: UUID
    art: str
    bezug_id: UUID
    stelle: str
    stellenart: str
    grundlage: dict[str, Any]
    angehalten: bool
    da: bool


async def bestand(
    session: AsyncSession, vorgang_ids: Collection[UUID], arten: Collection[str]
) -> dict[UUID, list[Bestandszeile]]:
    """The deliveries of these kinds by case, each list in the order they were made."""
    ergebnis = await session.execute(
        select(
            Sendung.id,
            Sendung.vorgang_id,
            Sendung.art,
            Sendung.bezug_id,
            Sendung.stelle,
            Sendung.stellenart,
            Sendung.grundlage,
            Sendung.angehalten_am.is_not(None),
            Sendung.bereitgestellt_am.is_not(None),
        )
        .where(Sendung.vorgang_id.in_(vorgang_ids), Sendung.art.in_(arten))
        .order_by(Sendung.id)
    )
    zeilen: dict[UUID, list[Bestandszeile]] = {vorgang_id: [] for vorgang_id in vorgang_ids}
    for zeile in ergebnis:
        zeilen[zeile.vorgang_id].append(Bestandszeile(*zeile))
    return zeilen
