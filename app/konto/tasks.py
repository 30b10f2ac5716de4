"""What the worker does for logins."""

import structlog

from app.db.sitzung import transaktion
from app.konto.oidc import repository

log = structlog.get_logger(__name__)


async def raeume_auf() -> None:
    """Delete logins that nobody finished, and identifiers that would be refused for their age by now."""
    async with transaktion() as sitzung:
        anzahl = await repository.loesche_verfallene(sitzung)
    if anzahl:
        log.debug("anmeldungen_aufgeraeumt", anzahl=anzahl)
