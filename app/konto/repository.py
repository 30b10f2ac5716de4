"""Every query about machine clients."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.konto.models import Klient


async def klient(sitzung: AsyncSession, client_id: str) -> Klient | None:
    """The client of this name, blocked or not."""
    return await sitzung.scalar(select(Klient).where(Klient.client_id == client_id))


async def alle(sitzung: AsyncSession) -> Sequence[Klient]:
    """All clients by name."""
    return (await sitzung.scalars(select(Klient).order_by(Klient.client_id))).all()


async def lege_an(sitzung: AsyncSession, neu: Klient) -> None:
    """Store a new client."""
    sitzung.add(neu)
    await sitzung.flush()


async def sperre(sitzung: AsyncSession, client_id: str) -> bool:
    """Block a client; False if there is none that is not blocked."""
    ergebnis = await sitzung.execute(
        update(Klient)
        .where(Klient.client_id == client_id, Klient.gesperrt_am.is_(None))
        .values(gesperrt_am=datetime.now(UTC))
        .returning(Klient.id)
    )
    return ergebnis.first() is not None


async def setze_geheimnis(sitzung: AsyncSession, client_id: str, sha256: bytes) -> bool:
    """Replace the stored hash; False if there is no such client."""
    ergebnis = await sitzung.execute(
        update(Klient).where(Klient.client_id == client_id).values(secret_sha256=sha256).returning(Klient.id)
    )
    return ergebnis.first() is not None
