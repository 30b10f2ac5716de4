"""A message as whoever has submitted it may see it: what was sent about her, and about nobody else."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand.models import Sendung
from app.versand.nachricht import Nachricht


async def nachricht(session: AsyncSession, sendung_id: UUID, vorgang_id: UUID) -> bytes | None:
    """The message of this delivery of this case, with the keys in force.

    None before it was made, and for one that tells of others, too: a bundle.
    """
    zeile = (
        await session.execute(
            select(Sendung.nachricht, Sendung.nachricht_sha256, Sendung.nachricht_groesse).where(
                Sendung.id == sendung_id,
                Sendung.vorgang_id == vorgang_id,
                Sendung.nachricht.is_not(None),
                Sendung.buendel_id.is_(None),
                Sendung.saetze == 1,
            )
        )
    ).one_or_none()
    return Nachricht(*zeile).inhalt() if zeile else None
