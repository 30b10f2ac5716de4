"""What the worker does for logins."""

import structlog

from app.db.sitzung import transaktion
from app.konto import ablage, sitzungen
from app.konto.oidc import repository

log = structlog.get_logger(__name__)


async def raeume_auf() -> None:
    """Delete logins that nobody finished, sessions long ended, identifiers too old to come again, and
    what was typed in a session that ended and that nobody came back for.
    """
    async with transaktion() as sitzung:
        anzahl = await repository.loesche_verfallene(sitzung) + await sitzungen.raeume_auf(sitzung)
        anzahl += await ablage.loesche_verfallene(sitzung)
    if anzahl:
        log.debug("anmeldungen_aufgeraeumt", anzahl=anzahl)
