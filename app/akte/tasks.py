"""The worker's side of the file: anchors of the journal, packages for the DMS and its answers."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import func, select

from app.akte import dms
from app.akte.ankerdatei import Anker, Ankerdatei, Zeitstempel
from app.akte.dms_eingang import hole_antworten
from app.akte.models import Journalblock
from app.akte.zeitstempel import ZeitstempelFehler, Zeitstempelstelle
from app.db.sitzung import ALLE, transaktion
from app.versand.service import AKTE, registriere_bau

__all__ = ["Ankerwerk", "hole_antworten", "verdrahte"]

log = structlog.get_logger(__name__)

ZEITPUNKT = Gauge("amt_journal_anker_zeitpunkt", "When the newest anchor was noted (seconds since 1970)")
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

        A journal that contradicts its newest anchor gets no further ones. Raises `OSError` where the file
        cannot be written; a missing time stamp raises nothing and is asked for again next time.
        """
        try:
            bestand = await asyncio.to_thread(self.datei.lies)
        except FileNotFoundError:
            bestand = None
        letzter = bestand.anker[-1] if bestand and bestand.anker else None
        async with transaktion(gemeinde=ALLE) as session:
            neuester = (
                await session.execute(
                    select(Journalblock.nr, Journalblock.hash, func.now().label("jetzt"))
                    .order_by(Journalblock.nr.desc())
                    .limit(1)
                )
            ).one_or_none()
            belegt = letzter is None or letzter.hash == (
                await session.scalar(
                    select(func.encode(Journalblock.hash, "hex")).where(Journalblock.nr == letzter.block)
                )
            )
        WIDERSPRUCH.set(0 if belegt else 1)
        if not belegt:
            log.error("journal_widerspricht_anker", block=letzter and letzter.block)
            return
        if neuester is None:
            return
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
