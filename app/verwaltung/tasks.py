"""The worker's daily look at every town: who is responsible is told when something is wrong.

Any number of workers share the towns through the database. A worker that dies leaves its town to another;
a letter that was sent just before goes out again with the same Message-ID, so that mail programs see one.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from app.db.sitzung import ALLE, transaktion
from app.mandanten import service as mandanten
from app.settings import settings
from app.versand import verwaltung as versand
from app.verwaltung import bericht
from app.verwaltung.pruefung import pruefe

_log = structlog.get_logger()

BEGINN = 6
"""Hour of the day (local time) from which the day's reports are made."""
LEASE = timedelta(minutes=10)

_ORTSZEIT = ZoneInfo("Europe/Berlin")


async def berichte(haelt_an: Callable[[], bool] = lambda: False, *, jetzt: datetime | None = None) -> int:
    """Make the reports of the day that nobody has made yet; how many there were."""
    ortszeit = (jetzt or datetime.now(UTC)).astimezone(_ORTSZEIT)
    if ortszeit.hour < BEGINN:
        return 0
    anzahl = 0
    while not haelt_an():
        async with transaktion(gemeinde=ALLE) as session:
            ags = await mandanten.beginne_bericht(session, ortszeit.date(), lease=LEASE)
        if ags is None:
            return anzahl
        await _berichte(ags, ortszeit)
        anzahl += 1
    return anzahl


async def _berichte(ags: str, ortszeit: datetime) -> None:
    tag = ortszeit.date()
    async with transaktion(gemeinde=ALLE) as session:
        an = (await mandanten.einstellungen(session, ags)).bericht_an
        zuletzt = await mandanten.letzter_versand(session, ags)
    if an is None or settings().smtp_url is None:
        # Nobody is to be told: the machines of others are left in peace.
        async with transaktion(gemeinde=ALLE) as session:
            await mandanten.beende_bericht(session, ags, tag, fehler=None, gesendet_am=None)
        return
    stand = await pruefe(ags)
    gesendet_am = None
    if bericht.faellig(stand, tag, zuletzt):
        try:
            await versand.schreibe(
                an,
                betreff=bericht.betreff(stand),
                text=bericht.brief(stand, tag, settings().adresse),
                kennung=f"bericht-{ags}-{tag:%Y%m%d}",
                jetzt=ortszeit,
            )
        except versand.Zustellfehler as fehler:
            # The lease runs out and somebody tries again, as long as the day lasts.
            _log.warning("tagesbericht_nicht_gesendet", ags=ags, fehler=fehler.code)
            return
        gesendet_am = datetime.now(UTC)
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.beende_bericht(session, ags, tag, fehler=len(stand.fehler), gesendet_am=gesendet_am)
