"""What the worker does for what people have said."""

from app.db.sitzung import ALLE, transaktion
from app.rueckmeldung import service


async def pflege() -> None:
    """Forget what is older than half a year."""
    async with transaktion(gemeinde=ALLE) as session:
        await service.pflege(session)
