"""The worker's side of the outbox: claim a batch, deliver each, record every attempt.

A claim is a lease: it is committed before any work begins, and whoever delivers proves under a row
lock that the lease is still his. A worker that dies leaves its leases to run out; a worker that only
seemed dead finds them gone and changes nothing.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import ALLE, transaktion
from app.versand import (
    aufsicht,
    buendel,
    empfaenger,
    hinweis,
    leases,
    metrik,
    pausen,
    repository,
    stapel,
    verbund,
)
from app.versand.bau import Gruppe, Sendungsbild, bau_fuer
from app.versand.channels import kanal_namens
from app.versand.channels.basis import ExternerKanal, InternerKanal, NachrichtAbgewiesen, Zustellfehler
from app.versand.eintrag import eintrag
from app.versand.fehler import UNTERBROCHEN, beschreibe, unerreichbar
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
    pause_ab: int = 5
    """Failures of one receiver in a row after which it is paused."""

    async def arbeite(self) -> int:
        """Claim and deliver one batch; 0 if there was nothing to do.

        Faults of a delivery are recorded with it. Raises what the database raises when it is gone.
        """
        async with transaktion(gemeinde=ALLE) as session:
            sendungen = await leases.beanspruche(
                session, inhaber=self.inhaber, dauer=self.lease, anzahl=self.stapel
            )
            bruchstelle("zustellung.beansprucht")
            # One that tries alone may take its lease twice: to be built, and to be sent.
            erlaubte = await pausen.halte_zurueck(session, sendungen, probefrist=2 * self.lease)
            frei = await pausen.gib_frei(session) if len(sendungen) < self.stapel else 0
            gruppen = await buendel.sammle(session, erlaubte, inhaber=self.inhaber, dauer=self.lease)
            bruchstelle("zustellung.gruppiert")
        bruchstelle("zustellung.lease_steht")
        uebrige = [
            eine for gruppe in await self._stapelweise(gruppen) for eine in await self._verbunden(gruppe)
        ]
        reihe = iter(uebrige)
        async with asyncio.TaskGroup() as gruppe:
            for _ in range(min(self.gleichzeitig, len(uebrige))):
                gruppe.create_task(self._arbeite_ab(reihe))
        dazu = sum(map(len, gruppen)) - len(erlaubte)
        return len(sendungen) + dazu + frei

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
        return len(reste) + await self._gib_geparkte_auf()

    async def _gib_geparkte_auf(self) -> int:
        """Hand over to a person what has waited for a paused receiver until its time was over."""
        async with transaktion(gemeinde=ALLE) as session:
            alte = await pausen.abgelaufene(session, frist=self.frist, grenze=AUFRAEUMGRENZE)
            letzte = await pausen.letzte_fehler(session, {eine.stelle for eine in alte})
            gruende = {eine.id: unerreichbar(letzte.get(eine.stelle)) for eine in alte}
            for eine in alte:
                await self._verschiebe(session, eine, gruende[eine.id], GEWOEHNLICH, timedelta())
        for eine in alte:
            _melde_fehlschlag(eine, gruende[eine.id], aufgegeben=True)
        return len(alte)

    async def _stapelweise(self, gruppen: Sequence[Gruppe]) -> list[Gruppe]:
        """Deliver together what can be; returns what is left."""
        moegliche = [gruppe for gruppe in gruppen if stapel.ist_moeglich(gruppe)]
        fertige: set[UUID] = set()
        for ab in range(0, len(moegliche), stapel.GROESSE):
            try:
                async with asyncio.timeout(self.lease.total_seconds() / 2):
                    fertige |= await stapel.stelle_bereit(moegliche[ab : ab + stapel.GROESSE], self.inhaber)
            except Exception as fehler:
                log.info("stapel_gescheitert", fehler=type(fehler).__name__)
        uebrige = [[eine for eine in gruppe if eine.id not in fertige] for gruppe in gruppen]
        return [gruppe for gruppe in uebrige if gruppe]

    async def _verbunden(self, gruppe: Gruppe) -> Gruppe:
        """Tie what goes to another machine in one message; returns what is to be sent one by one."""
        if len(gruppe) == 1 or isinstance(kanal_namens(gruppe[0].kanal), InternerKanal):
            return gruppe
        try:
            async with asyncio.timeout(self.lease.total_seconds() / 2), transaktion(gemeinde=ALLE) as session:
                gehalten = await stapel.halte(session, gruppe, self.inhaber)
                eigene = [eine for eine in gruppe if eine.id in gehalten]
                for ganze, nachricht in await stapel.baue(session, [eigene] if eigene else []):
                    await verbund.knuepfe(session, ganze, nachricht)
                    eigene = [ganze[0]]
                bruchstelle("verbund.geknuepft")
            bruchstelle("verbund.steht")
        except Exception as fehler:
            log.info("buendel_zerfaellt", fehler=type(fehler).__name__)
            return gruppe
        return eigene

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
            await hinweis.sage_bescheid(session, sendung)
            await stapel.vermerke(session, [([gehalten], nachricht)], "bereitgestellt", _seit(beginn))
            bruchstelle("zustellung.vermerkt")
            if not await kanal.bereitstellen(session, sendung, self.inhaber, nachricht):
                raise LeaseVerloren
            bruchstelle("zustellung.bereitgestellt")
        bruchstelle("zustellung.nach_commit")
        metrik.VERSUCHE.labels(sendung.kanal, "bereitgestellt").inc()

    async def _extern(self, kanal: ExternerKanal[Any], sendung: Sendungsbild, beginn: float) -> None:
        """Build and keep the message, hand it over without a session, record."""
        async with transaktion(gemeinde=ALLE) as session:
            gehalten = await self._halte(session, sendung)
            if await pausen.parke_bei_pause(session, sendung):
                return
            optionen = await empfaenger.optionen_fuer(session, sendung)
            if optionen is None:
                raise Zustellfehler("nicht_eingerichtet", "Für den Empfänger ist kein Kanal eingerichtet.")
            nachricht = await leases.bewahrte(session, sendung.id)
            if nachricht is None:
                nachricht = await _baue(session, sendung)
                await leases.bewahre(session, sendung.id, nachricht)
            await leases.verlaengere(session, sendung.id, self.lease)
            bruchstelle("uebergabe.bewahrt")
        bruchstelle("uebergabe.bereit")
        await kanal.zustellen(sendung, nachricht, kanal.optionen(optionen), gehalten.jetzt)
        bruchstelle("uebergabe.bestaetigt")
        async with transaktion(gemeinde=ALLE) as session:
            gehalten = await self._halte(session, sendung)
            alle = await verbund.alle(session, gehalten)
            await stapel.vermerke(session, [(alle, nachricht)], "zugestellt", _seit(beginn))
            await verbund.uebergeben(session, gehalten)
            await pausen.melde_erfolg(session, sendung.stelle, sendung.kanal)
            bruchstelle("uebergabe.vermerkt")
        bruchstelle("uebergabe.nach_commit")
        metrik.VERSUCHE.labels(sendung.kanal, "zugestellt").inc(len(alle))

    async def _scheitere(self, sendung: Sendungsbild, fehler: Exception, beginn: float) -> None:
        beschreibung, takt = beschreibe(fehler)
        async with transaktion(gemeinde=ALLE) as session:
            gehalten = await leases.halte(session, sendung.id, self.inhaber)
            if gehalten is None:
                # The commit had gone through before its answer was lost, or the lease had run out.
                return
            erst_nach = fehler.erst_nach if isinstance(fehler, Zustellfehler) else None
            aufgegeben = await self._verschiebe(
                session, gehalten, beschreibung, takt, _seit(beginn), erst_nach=erst_nach
            )
            pause = await self._melde_empfaenger(session, gehalten, fehler, beschreibung)
        _melde_fehlschlag(gehalten, beschreibung, aufgegeben=aufgegeben)
        if pause is not None:
            log.warning("empfaenger_pausiert", stelle=gehalten.stelle, bis=pause.isoformat())

    async def _melde_empfaenger(
        self, session: AsyncSession, gehalten: leases.Gehalten, fehler: Exception, beschreibung: str
    ) -> datetime | None:
        match fehler:
            case NachrichtAbgewiesen():
                # Whoever refuses one message is there for the others.
                await pausen.melde_erfolg(session, gehalten.stelle, gehalten.kanal)
            case Zustellfehler():
                return await pausen.melde_fehlschlag(
                    session, gehalten, beschreibung, pause_ab=self.pause_ab, mindestens=fehler.erst_nach
                )
        return None

    async def _halte(self, session: AsyncSession, sendung: Sendungsbild) -> leases.Gehalten:
        gehalten = await leases.halte(session, sendung.id, self.inhaber)
        if gehalten is None:
            raise LeaseVerloren
        return gehalten

    async def _verschiebe(
        self,
        session: AsyncSession,
        gehalten: leases.Gehalten,
        fehler: str,
        takt: Takt,
        dauer: timedelta,
        *,
        erst_nach: timedelta | None = None,
    ) -> bool:
        """Record a failed attempt and plan the next; True if there will be none."""
        auf = naechster_versuch(
            gehalten.jetzt,
            seit=gehalten.seit,
            versuch=gehalten.versuche,
            takt=takt,
            frist=self.frist,
            mindestens=erst_nach,
        )
        alle = await verbund.alle(session, gehalten)
        await verbund.verschiebe(session, gehalten, auf)
        for eine in alle:
            await leases.vermerke_versuch(
                session,
                ags=eine.ags,
                sendung_id=eine.id,
                nr=eine.versuche,
                ergebnis="gescheitert",
                dauer=dauer,
                fehler=fehler,
            )
        if auf is None:
            await akte.eintragen_alle(
                session,
                [eintrag(eine, "sendung_aufgegeben", versuche=eine.versuche, fehler=fehler) for eine in alle],
            )
        return auf is None


async def messe() -> None:
    """Bring the gauges of the outbox up to date."""
    async with transaktion(gemeinde=ALLE) as session:
        anzahl, alter = await repository.offene(session)
        pausierte = await pausen.zaehle_pausierte(session)
        aufgegebene = await aufsicht.zaehle_aufgegebene(session)
    metrik.PAUSIERT.set(pausierte)
    metrik.TOTE.set(aufgegebene)
    metrik.OFFEN.set(anzahl)
    metrik.AELTESTE.set(alter)


async def _baue(session: AsyncSession, sendung: Sendungsbild) -> Nachricht:
    inhalt = await bau_fuer(sendung.art).bauen(session, sendung)
    return await asyncio.to_thread(Nachricht.packe, inhalt)


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
