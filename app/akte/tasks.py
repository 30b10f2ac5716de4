"""The worker's side of the file: anchors of the journal, packages for the DMS and its answers."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import nan

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import ARRAY, BigInteger, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import dms
from app.akte.ankerdatei import Anker, Ankerdatei, Bestand, Zeitstempel
from app.akte.dms_eingang import hole_antworten
from app.akte.models import Journalblock
from app.akte.zeitstempel import ZeitstempelFehler, Zeitstempelstelle
from app.db.sitzung import ALLE, transaktion
from app.versand.service import AKTE, registriere_bau

__all__ = ["Ankerwerk", "hole_antworten", "verdrahte"]

log = structlog.get_logger(__name__)

ZEITPUNKT = Gauge("amt_journal_anker_zeitpunkt", "When the newest anchor was noted (seconds since 1970)")
# No number where nothing is to be anchored: the alarm compares.
ZEITPUNKT.set(nan)
WIDERSPRUCH = Gauge("amt_journal_anker_widerspruch", "1: the journal is not the one that was anchored")
OHNE_ZEITSTEMPEL = Counter("amt_zeitstempel_gescheitert_total", "Time stamps that could not be got")


def verdrahte() -> None:
    """Make the builder of packages known to the deliveries."""
    registriere_bau(AKTE, dms.Aktenbau())


@dataclass(frozen=True)
class Ankerwerk:
    """Notes anchors into one file. Processes may share the file; several files are several witnesses."""

    datei: Ankerdatei
    stelle: Zeitstempelstelle | None = None

    async def arbeite(self) -> None:
        """Note today's anchor unless it is there, and get the newest one its time stamp.

        A journal that contradicts an anchor or a time stamp gets no further ones. Raises `OSError` where the
        file cannot be written; a missing time stamp raises nothing and is asked for again next time.
        """
        try:
            bestand = await asyncio.to_thread(self.datei.lies)
        except FileNotFoundError:
            bestand = Bestand()
        async with transaktion(gemeinde=ALLE) as session:
            neuester = (
                await session.execute(
                    select(Journalblock.nr, Journalblock.hash, func.now().label("jetzt"))
                    .order_by(Journalblock.nr.desc())
                    .limit(1)
                )
            ).one_or_none()
            widerspruch = await _widerspruch(session, bestand.bezeugt)
        WIDERSPRUCH.set(1 if widerspruch else 0)
        if widerspruch:
            log.error("journal_widerspricht_anker", block=widerspruch.block)
            return
        if neuester is None:
            return
        ZEITPUNKT.set(bestand.zuletzt_am.timestamp() if bestand.zuletzt_am else 0)
        anker = await asyncio.to_thread(
            self.datei.vermerke, Anker(neuester.nr, neuester.hash.hex()), neuester.jetzt
        )
        bestand = await asyncio.to_thread(self.datei.lies)
        if bestand.zuletzt_am:
            ZEITPUNKT.set(bestand.zuletzt_am.timestamp())
        if self.stelle is not None and not bestand.gestempelt(anker):
            await self._stemple(self.stelle, anker, neuester.jetzt)

    async def _stemple(self, stelle: Zeitstempelstelle, anker: Anker, jetzt: datetime) -> None:
        try:
            token = await stelle.stemple(str(anker).encode())
        except ZeitstempelFehler as fehler:
            OHNE_ZEITSTEMPEL.inc()
            log.warning("zeitstempel_gescheitert", block=anker.block, fehler=str(fehler))
            return
        await asyncio.to_thread(self.datei.vermerke_zeitstempel, Zeitstempel(anker, token), jetzt)


async def _widerspruch(session: AsyncSession, bezeugt: Collection[Anker]) -> Anker | None:
    """The first of these blocks that is gone or has another hash."""
    zeilen = await session.execute(
        select(Journalblock.nr, Journalblock.hash).where(
            Journalblock.nr == func.any(literal([anker.block for anker in bezeugt], ARRAY(BigInteger)))
        )
    )
    da = {zeile.nr: zeile.hash.hex() for zeile in zeilen}
    return next((anker for anker in bezeugt if da.get(anker.block) != anker.hash), None)
