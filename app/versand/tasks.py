"""The worker's side of the outbox: claim a batch, deliver each, record every attempt.

A claim is a lease: it is committed before any work begins, and whoever delivers proves under a row
lock that the lease is still his. A worker that dies leaves its leases to run out; a worker that only
seemed dead finds them gone and changes nothing.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import ALLE, transaktion
from app.versand import leases, metrik, repository
from app.versand.bau import Sendungsbild, bau_fuer
from app.versand.channels import kanal_namens
from app.versand.channels.basis import ExternerKanal, InternerKanal
from app.versand.fehler import UNTERBROCHEN, beschreibe
from app.versand.nachricht import Nachricht
from app.versand.wiederholung import GEWOEHNLICH, Takt, naechster_versuch

WECKRUF = repository.WECKRUF
"""Channel of NOTIFY on which every commit that brings deliveries calls."""

log = structlog.get_logger(__name__)

# How many abandoned deliveries one round takes back.
AUFRAEUMGRENZE = 500


class LeaseVerloren(Exception):
    """Somebody else has the delivery now: leave everything as it is."""


@dataclass(frozen=True)
class Zusteller:
    """One worker's deliveries. Any number of them share the outbox, on any number of machines."""

    inhaber: UUID = field(default_factory=neue_id)
    lease: timedelta = timedelta(seconds=60)
    stapel: int = 50
    gleichzeitig: int = 4
    frist: timedelta = timedelta(days=14)
    """After this time an undelivered message is given up, and a person has to look."""

    async def arbeite(self) -> int:
        """Claim and deliver one batch; how many deliveries it held.

        Faults of a delivery are recorded with it. Raises what the database raises when it is gone.
        """
        async with transaktion(gemeinde=ALLE) as session:
            sendungen = await leases.beanspruche(
                session, inhaber=self.inhaber, dauer=self.lease, anzahl=self.stapel
            )
            bruchstelle("zustellung.beansprucht")
        bruchstelle("zustellung.lease_steht")
        reihe = iter(sendungen)
        async with asyncio.TaskGroup() as gruppe:
            for _ in range(min(self.gleichzeitig, len(sendungen))):
                gruppe.create_task(self._arbeite_ab(reihe))
        return len(sendungen)

    async def raeume_auf(self) -> int:
        """Take back what vanished workers have left, and what this one left when it lost the database.

        Never while this worker is delivering: its own leases count as left behind.
        """
        async with transaktion(gemeinde=ALLE) as session:
            reste = await leases.unterbrochene(session, inhaber=self.inhaber, grenze=AUFRAEUMGRENZE)
            aufgegeben = []
            for rest in reste:
                dauer = max(rest.jetzt - (rest.lease_bis - self.lease), timedelta())
                if await self._verschiebe(session, rest, UNTERBROCHEN, GEWOEHNLICH, dauer):
                    aufgegeben.append(rest)
        for rest in reste:
            _melde_fehlschlag(rest, UNTERBROCHEN, aufgegeben=rest in aufgegeben)
        return len(reste)

    async def _arbeite_ab(self, reihe: Iterator[Sendungsbild]) -> None:
        for sendung in reihe:
            await self._liefere(sendung)

    async def _liefere(self, sendung: Sendungsbild) -> None:
        beginn = monotonic()
        try:
            async with asyncio.timeout(self.lease.total_seconds()):
                kanal = kanal_namens(sendung.kanal)
                if isinstance(kanal, InternerKanal):
                    await self._intern(kanal, sendung, beginn)
                else:
                    await self._extern(kanal, sendung, beginn)
        except LeaseVerloren:
            metrik.VERSUCHE.labels(sendung.kanal, "lease_verloren").inc()
            log.info("lease_verloren", sendung=str(sendung.id))
        except Exception as fehler:
            await self._scheitere(sendung, fehler, beginn)

    async def _intern(self, kanal: InternerKanal[Any], sendung: Sendungsbild, beginn: float) -> None:
        """Build, hand over and record in one transaction."""
        async with transaktion(gemeinde=ALLE) as session:
            gehalten = await self._halte(session, sendung)
            nachricht = await _baue(session, sendung)
            bruchstelle("zustellung.gebaut")
            await _vermerke_erfolg(session, gehalten, nachricht, "bereitgestellt", beginn)
            bruchstelle("zustellung.vermerkt")
            if not await kanal.bereitstellen(session, sendung, self.inhaber, nachricht):
                raise LeaseVerloren
            bruchstelle("zustellung.bereitgestellt")
        bruchstelle("zustellung.nach_commit")
        metrik.VERSUCHE.labels(sendung.kanal, "bereitgestellt").inc()

    async def _extern(self, kanal: ExternerKanal[Any], sendung: Sendungsbild, beginn: float) -> None:
        """Build and keep the message, hand it over without a session, record."""
        async with transaktion(gemeinde=ALLE) as session:
            await self._halte(session, sendung)
            nachricht = await leases.bewahrte(session, sendung.id)
            if nachricht is None:
                nachricht = await _baue(session, sendung)
                await leases.bewahre(session, sendung.id, nachricht)
            await leases.verlaengere(session, sendung.id, self.lease)
        await kanal.zustellen(sendung, nachricht)
        async with transaktion(gemeinde=ALLE) as session:
            gehalten = await self._halte(session, sendung)
            await _vermerke_erfolg(session, gehalten, nachricht, "zugestellt", beginn)
            await leases.uebergeben(session, sendung.id)
        metrik.VERSUCHE.labels(sendung.kanal, "zugestellt").inc()

    async def _scheitere(self, sendung: Sendungsbild, fehler: Exception, beginn: float) -> None:
        beschreibung, takt = beschreibe(fehler)
        async with transaktion(gemeinde=ALLE) as session:
            gehalten = await leases.halte(session, sendung.id, self.inhaber)
            if gehalten is None:
                # The commit had gone through before its answer was lost, or the lease had run out.
                return
            aufgegeben = await self._verschiebe(session, gehalten, beschreibung, takt, _seit(beginn))
        _melde_fehlschlag(gehalten, beschreibung, aufgegeben=aufgegeben)

    async def _halte(self, session: AsyncSession, sendung: Sendungsbild) -> leases.Gehalten:
        gehalten = await leases.halte(session, sendung.id, self.inhaber)
        if gehalten is None:
            raise LeaseVerloren
        return gehalten

    async def _verschiebe(
        self, session: AsyncSession, gehalten: leases.Gehalten, fehler: str, takt: Takt, dauer: timedelta
    ) -> bool:
        """Record a failed attempt and plan the next; True if there will be none."""
        auf = naechster_versuch(
            gehalten.jetzt,
            erstellt_am=gehalten.erstellt_am,
            versuch=gehalten.versuche,
            takt=takt,
            frist=self.frist,
        )
        await leases.verschiebe(session, gehalten.id, auf)
        await leases.vermerke_versuch(
            session,
            ags=gehalten.ags,
            sendung_id=gehalten.id,
            nr=gehalten.versuche,
            ergebnis="gescheitert",
            dauer=dauer,
            fehler=fehler,
        )
        if auf is None:
            await akte.eintragen(
                session,
                ags=gehalten.ags,
                ereignis="sendung_aufgegeben",
                bezug_art="sendung",
                bezug_id=gehalten.id,
                angaben={
                    "vorgang": str(gehalten.vorgang_id),
                    "stelle": gehalten.stelle,
                    "versuche": gehalten.versuche,
                    "fehler": fehler,
                },
            )
        return auf is None


async def messe() -> None:
    """Bring the gauges of the outbox up to date."""
    async with transaktion(gemeinde=ALLE) as session:
        anzahl, alter = await repository.offene(session)
    metrik.OFFEN.set(anzahl)
    metrik.AELTESTE.set(alter)


async def _baue(session: AsyncSession, sendung: Sendungsbild) -> Nachricht:
    inhalt = await bau_fuer(sendung.art).bauen(session, sendung)
    return await asyncio.to_thread(Nachricht.packe, inhalt)


async def _vermerke_erfolg(
    session: AsyncSession, gehalten: leases.Gehalten, nachricht: Nachricht, ergebnis: str, beginn: float
) -> None:
    await leases.vermerke_versuch(
        session,
        ags=gehalten.ags,
        sendung_id=gehalten.id,
        nr=gehalten.versuche,
        ergebnis=ergebnis,
        dauer=_seit(beginn),
    )
    await akte.eintragen(
        session,
        ags=gehalten.ags,
        ereignis=f"sendung_{ergebnis}",
        bezug_art="sendung",
        bezug_id=gehalten.id,
        angaben={
            "vorgang": str(gehalten.vorgang_id),
            "stelle": gehalten.stelle,
            "kanal": gehalten.kanal,
            "sha256": nachricht.sha256.hex(),
        },
    )


def _melde_fehlschlag(gehalten: leases.Gehalten, fehler: str, *, aufgegeben: bool) -> None:
    metrik.VERSUCHE.labels(gehalten.kanal, "gescheitert").inc()
    angaben = {
        "sendung": str(gehalten.id),
        "stelle": gehalten.stelle,
        "versuch": gehalten.versuche,
        "fehler": fehler,
    }
    if aufgegeben:
        metrik.AUFGEGEBEN.labels(gehalten.kanal).inc()
        log.error("sendung_aufgegeben", **angaben)
    else:
        log.warning("zustellung_gescheitert", **angaben)


def _seit(beginn: float) -> timedelta:
    return timedelta(seconds=monotonic() - beginn)
