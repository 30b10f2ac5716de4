"""What the worker does for the trade at night, and what it measures of it."""

from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import Gauge

from app.db.sitzung import ALLE, transaktion
from app.gewerbe import vollstaendigkeit
from app.gewerbe.bescheinigung import service as bescheinigung
from app.vorgaenge.service import ORTSZEIT

BEFUNDE = Gauge(
    "amt_vollstaendigkeit_befunde", "Deliveries that are not as the law wants them, found by the last check"
)
GEPRUEFT = Gauge("amt_vollstaendigkeit_zeitpunkt", "When the last check of completeness ended, Unix time")
OHNE_PDF = Gauge(
    "amt_bescheinigung_aelteste_sekunden", "Age of the oldest certificate without PDF in seconds"
)

BEGINN = 2
"""Hour (of Germany) from which on the check of the day is done."""


async def pruefe_vollstaendigkeit(
    halt: Callable[[], bool], uhr: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Tonight's check, in as many transactions as it takes; ends early when `halt` says so.

    Several workers share it: one at a time does a batch. What one leaves undone another goes on with.
    """
    while not halt() and uhr().astimezone(ORTSZEIT).hour >= BEGINN:
        async with transaktion(gemeinde=ALLE) as session:
            weiter = await vollstaendigkeit.pruefe_nachts(session, uhr())
        if not weiter:
            break


async def messe() -> None:
    """Bring the gauges up to date."""
    async with transaktion(gemeinde=ALLE) as session:
        letzte = await vollstaendigkeit.letzte_befunde(session)
        alter = await bescheinigung.alter_ohne_pdf(session)
    OHNE_PDF.set(alter)
    if letzte is not None:
        befunde, beendet_am = letzte
        BEFUNDE.set(befunde)
        GEPRUEFT.set(beendet_am.timestamp())
