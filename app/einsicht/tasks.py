"""What the worker does for the log of readings."""

from app.db.sitzung import transaktion
from app.einsicht import service


async def pflege() -> None:
    """Make room for the months to come, forget what is over six months old."""
    async with transaktion() as session:
        await service.pflege(session)
