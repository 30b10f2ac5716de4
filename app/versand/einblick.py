"""A message as whoever has submitted it may see it: what was sent about her, and about nobody else."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand.models import Sendung
from app.versand.nachricht import entpackt


async def nachricht(session: AsyncSession, sendung_id: UUID, vorgang_id: UUID) -> bytes | None:
    """The message of this delivery of this case, with the keys in force.

    None before it was made, and for one that tells of others, too: a bundle.
    """
    komprimiert = await session.scalar(
        select(Sendung.nachricht).where(
            Sendung.id == sendung_id,
            Sendung.vorgang_id == vorgang_id,
            Sendung.buendel_id.is_(None),
            Sendung.saetze == 1,
        )
    )
    return entpackt(komprimiert) if komprimiert else None
