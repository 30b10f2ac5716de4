"""The deliveries of a worker and nothing else, until there are none: ``python -m app.bench.zusteller``."""

import asyncio

from app.db.zugang import geoeffnet, vorhanden
from app.gewerbe import service as gewerbe
from app.settings import settings
from app.versand.tasks import Zusteller


async def stelle_zu() -> None:
    """Claim, build, check and show messages as `app.worker` does, without its other tasks."""
    gewerbe.verdrahte()
    async with geoeffnet(vorhanden(settings()), settings()):
        zusteller = Zusteller(stapel=settings().worker_stapel)
        while await zusteller.arbeite():
            pass


if __name__ == "__main__":
    asyncio.run(stelle_zu())
