"""The worker: delivers, renders certificates, seals the journal, watches deadlines.

Any number of them run at once, on any number of machines; they share the work through the database
alone. One that is killed loses nothing, one that loses the database waits for it.
"""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import SystemRandom
from time import monotonic

import structlog
from prometheus_client import Counter, Gauge, start_http_server

from app.akte import service as akte
from app.akte import tasks as aktentasks
from app.antraege import leistungsverfahren
from app.antraege import tasks as entwuerfe
from app.betriebsfehler import Betriebsfehler
from app.db.bruchstelle import bruchstelle
from app.db.rollen import Zugang
from app.db.sitzung import ALLE, transaktion
from app.db.weckruf import NICHT_ERREICHBAR, horche
from app.db.zugang import geoeffnet
from app.einsicht import tasks as einsicht
from app.gewerbe import service as gewerbe
from app.gewerbe import tasks as nachtdienst
from app.gewerbe.bescheinigung import service as bescheinigung
from app.konto import tasks as konto
from app.rueckmeldung import tasks as rueckmeldung
from app.settings import Settings, settings
from app.versand import tasks as versand
from app.verwaltung import service as verwaltung
from app.verwaltung import tasks as tagesdienst
from app.vorgaenge import service as vorgaenge

log = structlog.get_logger(__name__)

GESCHEITERT = Counter(
    "amt_aufgaben_gescheitert_total", "Rounds of a task that failed as a whole", ["aufgabe"]
)
UEBERFAELLIG = Gauge("amt_vorgaenge_ueberfaellig", "Open cases past their next date")

# Longest pause after repeated failure, in seconds: a database that is back finds its workers soon.
LAENGSTE_PAUSE = 30.0
# Seconds between looks whether the journal has its anchor of the day.
ANKER_ABSTAND = 300.0
# Seconds between looks into the exchange folders.
DMS_ABSTAND = 15.0
# Seconds between looks whether tonight's check of completeness is done.
NACHTDIENST_ABSTAND = 300.0
# Seconds between clearing away logins that were not finished.
ANMELDUNGEN_ABSTAND = 300.0
# Seconds between looks for drafts past their date.
ENTWUERFE_ABSTAND = 300.0
# Seconds for which calls are gathered: each submission calls, and each look costs.
SAMMELN = 0.2
# Seconds between rounds through the log of readings, which keeps each for six months and no day longer.
EINSICHT_ABSTAND = 3600.0
# Certificates of one transaction.
PDF_STAPEL = 5
# Certificates give way to what is urgent: under load one is set after so many seconds, and all of them once
# so many seconds have passed without a call or a delivery ...
VORTRITT = 1.0
RUHE = 0.25
# ... but nobody waits for a quiet moment longer than this: then they are worked off beside everything else.
VORTRITT_HOECHSTENS = 900.0

_zufall = SystemRandom()


@dataclass(frozen=True)
class Aufgabe:
    """Something to be done again and again: when woken, at the latest every `abstand` seconds.

    Calls that come within `sammeln` seconds are one.
    """

    name: str
    abstand: float
    verb: Callable[[], Awaitable[None]]
    sammeln: float = 0.0
    geweckt: asyncio.Event = field(default_factory=asyncio.Event)


class Worker:
    """The tasks of one process and how they end."""

    def __init__(self, einstellungen: Settings | None = None) -> None:
        """Works with `einstellungen`, by default those of the process."""
        _verdrahte()
        einstellungen = einstellungen or settings()
        self._halt = asyncio.Event()
        self._zusteller = versand.Zusteller(
            lease=timedelta(seconds=einstellungen.worker_lease),
            stapel=einstellungen.worker_stapel,
            # Each of the other tasks needs a connection too.
            gleichzeitig=max(1, min(einstellungen.worker_gleichzeitig, einstellungen.db_pool - 3)),
            frist=timedelta(days=einstellungen.versand_frist_tage),
            pause_ab=einstellungen.versand_pause_ab,
        )
        self._aufgeraeumt = 0.0
        self._gerufen = asyncio.Event()
        self._ruhe = False
        self._unruhe_seit: float | None = None
        abfrage = einstellungen.worker_abfrage
        self._aufgaben = (
            Aufgabe("zustellen", abfrage, self._stelle_zu, SAMMELN),
            Aufgabe("bescheinigungen", abfrage, self._rendere, SAMMELN),
            Aufgabe("versiegeln", 1.0, _versiegle),
            Aufgabe("aufsicht", 15.0, self._beaufsichtige),
            Aufgabe("vollstaendigkeit", NACHTDIENST_ABSTAND, self._pruefe_vollstaendigkeit),
            Aufgabe("anmeldungen", ANMELDUNGEN_ABSTAND, konto.raeume_auf),
            Aufgabe("entwuerfe", ENTWUERFE_ABSTAND, entwuerfe.loesche_verfallene),
            Aufgabe("einsicht", EINSICHT_ABSTAND, einsicht.pflege),
            Aufgabe("rueckmeldungen", EINSICHT_ABSTAND, rueckmeldung.pflege),
            *_ankeraufgabe(einstellungen),
            Aufgabe("tagesberichte", NACHTDIENST_ABSTAND, self._berichte),
            *_dmsaufgabe(einstellungen),
        )
        self._ueberfaellig = 0

    @property
    def haelt_an(self) -> bool:
        """True after `halte_an`."""
        return self._halt.is_set()

    def halte_an(self) -> None:
        """Finish what has been begun, then `laufe` returns."""
        self._halt.set()
        for aufgabe in self._aufgaben:
            aufgabe.geweckt.set()

    async def laufe(self) -> None:
        """Work until `halte_an`."""
        # What is loaded stays: the garbage collector need not look through it again and again.
        gc.freeze()
        log.info("worker_begonnen", inhaber=str(self._zusteller.inhaber))
        # Certificates arise in the same commits as deliveries: one call wakes both.
        wecken = [aufgabe.geweckt for aufgabe in self._aufgaben[:2]]
        weckruf = asyncio.create_task(horche(versand.WECKRUF, *wecken, self._gerufen))
        try:
            async with asyncio.TaskGroup() as gruppe:
                for aufgabe in self._aufgaben:
                    gruppe.create_task(self._wiederhole(aufgabe))
        finally:
            weckruf.cancel()
            with suppress(asyncio.CancelledError):
                await weckruf
            log.info("worker_beendet", inhaber=str(self._zusteller.inhaber))

    async def _wiederhole(self, aufgabe: Aufgabe) -> None:
        fehlschlaege = 0
        while not self._halt.is_set():
            aufgabe.geweckt.clear()
            try:
                await aufgabe.verb()
            except Exception as fehler:
                fehlschlaege += 1
                GESCHEITERT.labels(aufgabe.name).inc()
                log.warning("aufgabe_gescheitert", aufgabe=aufgabe.name, fehler=_namen(fehler))
                pause = min(LAENGSTE_PAUSE, 2.0 ** min(fehlschlaege, 10)) * (0.5 + _zufall.random() / 2)
                await _warte(self._halt, pause)
            else:
                fehlschlaege = 0
                if not self._halt.is_set():
                    await _warte(aufgabe.geweckt, aufgabe.abstand)
                    await _warte(self._halt, aufgabe.sammeln)

    async def _stelle_zu(self) -> None:
        try:
            while not self._halt.is_set():
                if monotonic() >= self._aufgeraeumt:
                    await self._zusteller.raeume_auf()
                    self._aufgeraeumt = monotonic() + self._zusteller.lease.total_seconds() / 4
                if not await self._zusteller.arbeite():
                    return
                self._gerufen.set()
        except Exception:
            # What this round has leased is to be taken back as soon as the database answers.
            self._aufgeraeumt = 0.0
            raise

    async def _rendere(self) -> None:
        while not self._halt.is_set():
            if not await _rendere_stapel(PDF_STAPEL if await self._hat_ruhe() else 1):
                self._unruhe_seit = None
                return

    async def _hat_ruhe(self) -> bool:
        """True once nothing is more urgent than a certificate, or has been for too long; False under load."""
        if self._ruhe and not self._gerufen.is_set():
            return True
        self._ruhe = False
        ende = monotonic() + VORTRITT
        while monotonic() < ende and not self._halt.is_set():
            self._gerufen.clear()
            await _warte(self._gerufen, RUHE)
            if not self._gerufen.is_set():
                self._ruhe, self._unruhe_seit = True, None
                return True
            self._unruhe_seit = self._unruhe_seit or monotonic()
            if monotonic() - self._unruhe_seit > VORTRITT_HOECHSTENS:
                return True
            await _warte(self._halt, RUHE)
        return False

    async def _pruefe_vollstaendigkeit(self) -> None:
        await nachtdienst.pruefe_vollstaendigkeit(self._halt.is_set)

    async def _berichte(self) -> None:
        await tagesdienst.berichte(self._halt.is_set)

    async def _beaufsichtige(self) -> None:
        await versand.messe()
        await nachtdienst.messe()
        async with transaktion(gemeinde=ALLE) as session:
            anzahl = await vorgaenge.ueberfaellige(session)
        UEBERFAELLIG.set(anzahl)
        if anzahl > self._ueberfaellig:
            log.warning("vorgaenge_ueberfaellig", anzahl=anzahl)
        self._ueberfaellig = anzahl


async def betreibe(zugang: Zugang, einstellungen: Settings) -> None:
    """A whole worker process: until SIGTERM or Ctrl-C, waiting for a database that is not there yet."""
    worker = Worker(einstellungen)
    schleife = asyncio.get_running_loop()
    for nummer in (signal.SIGTERM, signal.SIGINT):
        schleife.add_signal_handler(nummer, worker.halte_an)
    if einstellungen.worker_metrik_port:
        start_http_server(einstellungen.worker_metrik_port, einstellungen.host)
    async with AsyncExitStack() as offen:
        while not worker.haelt_an:
            try:
                await offen.enter_async_context(geoeffnet(zugang, einstellungen, name=verwaltung.WERKNAME))
            except NICHT_ERREICHBAR as fehler:
                log.warning("datenbank_nicht_erreichbar", fehler=type(fehler).__name__)
                await asyncio.sleep(1.0)
            else:
                await worker.laufe()


def _verdrahte() -> None:
    gewerbe.verdrahte()
    leistungsverfahren.verdrahte()
    aktentasks.verdrahte()


def _dmsaufgabe(einstellungen: Settings) -> tuple[Aufgabe, ...]:
    if einstellungen.austausch_ordner is None:
        return ()
    return (Aufgabe("dms_antworten", DMS_ABSTAND, aktentasks.hole_antworten),)


def _ankeraufgabe(einstellungen: Settings) -> tuple[Aufgabe, ...]:
    if einstellungen.ankerdatei is None:
        return ()
    stelle = None
    if einstellungen.tsa_url and einstellungen.tsa_zertifikate:
        try:
            vertrauen = akte.Vertrauen.lies(einstellungen.tsa_zertifikate)
        except akte.ZeitstempelFehler as fehler:
            raise Betriebsfehler(f"AMT_TSA_ZERTIFIKATE: {fehler}") from fehler
        stelle = akte.Zeitstempelstelle(einstellungen.tsa_url, vertrauen)
    werk = aktentasks.Ankerwerk(akte.Ankerdatei(einstellungen.ankerdatei), stelle)
    return (Aufgabe("ankern", ANKER_ABSTAND, werk.arbeite),)


async def arbeite_einmal() -> None:
    """Everything that is due now, in this process: for the demo and for tests."""
    _verdrahte()
    zusteller = versand.Zusteller()
    while await zusteller.arbeite():
        pass
    while await _rendere_stapel(PDF_STAPEL):
        pass
    await _versiegle()


async def _rendere_stapel(anzahl: int) -> int:
    async with transaktion(gemeinde=ALLE) as session:
        fertig = await bescheinigung.rendern(session, grenze=anzahl)
    if fertig:
        bruchstelle("pdf.nach_commit")
    return fertig


async def _versiegle() -> None:
    while await _versiegle_block() == akte.HOECHSTZAHL:
        pass


async def _versiegle_block() -> int:
    async with transaktion(gemeinde=ALLE) as session:
        versiegelt = await akte.versiegeln(session)
    if versiegelt:
        bruchstelle("siegel.nach_commit")
    return versiegelt


async def _warte(ereignis: asyncio.Event, hoechstens: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(hoechstens):
            await ereignis.wait()


def _namen(fehler: BaseException) -> str:
    """Types of the faults, without their texts: those may quote data."""
    if isinstance(fehler, BaseExceptionGroup):
        return ", ".join(sorted({_namen(einer) for einer in fehler.exceptions}))
    return type(fehler).__name__
