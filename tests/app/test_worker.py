"""The worker as a process lives it: woken, stopped, cut off from its database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import update
from structlog.testing import capture_logs

from app import worker as modul
from app.db.rollen import Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion, verwende
from app.settings import Settings
from app.vorgaenge.models import Vorgang
from app.worker import Worker, arbeite_einmal
from tests.app.versand import conftest as versand
from tests.app.versand.conftest import Probebau, Stelle_ein, nummern, versuche

bau_probe = versand.bau_probe
stelle_ein = versand.stelle_ein

# Polling alone would take far longer than any test waits: what arrives was called for.
NUR_GERUFEN = Settings(worker_abfrage=3600)
# A bound, not an expectation: it fails a worker that sleeps, not a machine that is busy.
BALD = 20.0


@asynccontextmanager
async def _laufend(einstellungen: Settings = NUR_GERUFEN) -> AsyncIterator[Worker]:
    worker = Worker(einstellungen)
    aufgabe = asyncio.create_task(worker.laufe())
    try:
        yield worker
    finally:
        worker.halte_an()
        async with asyncio.timeout(BALD):
            await aufgabe


async def _bis(bedingung: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(BALD):
        while not await bedingung():  # noqa: ASYNC110 the database sets no event
            await asyncio.sleep(0.02)


async def _sichtbar(anzahl: int) -> None:
    async def so_viele() -> bool:
        return len(await nummern()) >= anzahl

    await _bis(so_viele)


async def _lauscht(datenbank: Zugang, *, ausser: frozenset[int] = frozenset()) -> int:
    """The backend on which the worker listens, once it is there."""
    verbindung = await asyncpg.connect(datenbank.anwendung)
    gefunden: list[int] = []

    async def da() -> bool:
        # The listener is the one idle connection whose last statement was LISTEN.
        pids = await verbindung.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'"
        )
        gefunden[:] = [zeile["pid"] for zeile in pids if zeile["pid"] not in ausser]
        return bool(gefunden)

    try:
        await _bis(da)
    finally:
        await verbindung.close()
    return gefunden[0]


async def test_a_commit_wakes_the_worker(stelle_ein: Stelle_ein, datenbank: Zugang) -> None:
    async with _laufend():
        await _lauscht(datenbank)
        await stelle_ein(3)
        await _sichtbar(3)
    assert await nummern() == [1, 2, 3]


async def test_without_a_call_the_worker_looks_by_itself(
    stelle_ein: Stelle_ein, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taub(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(modul, "horche", taub)
    async with _laufend(Settings(worker_abfrage=0.1)):
        await stelle_ein(2)
        await _sichtbar(2)
        await stelle_ein(1)
        await _sichtbar(3)


async def test_two_workers_share(stelle_ein: Stelle_ein) -> None:
    async with _laufend(), _laufend():
        bezuege = await stelle_ein(30)
        await _sichtbar(30)
    assert await nummern() == list(range(1, 31))
    assert [await versuche(bezug) for bezug in bezuege] == [[(1, "bereitgestellt", None)]] * 30


async def test_stopping_finishes_what_was_begun(stelle_ein: Stelle_ein, bau_probe: Probebau) -> None:
    bezuege = await stelle_ein(4)
    bau_probe.dauer = dict.fromkeys(bezuege, 0.3)
    async with _laufend() as worker:

        async def begonnen() -> bool:
            return bool(bau_probe.gebaut)

        await _bis(begonnen)
        worker.halte_an()
    assert await nummern() == [1, 2, 3, 4]


async def test_a_worker_survives_the_loss_of_every_connection(
    stelle_ein: Stelle_ein, datenbank: Zugang, bau_probe: Probebau
) -> None:
    [langsame] = await stelle_ein()
    bau_probe.dauer[langsame] = 0.5
    async with _laufend(Settings(worker_abfrage=0.2)):
        lauscher = await _lauscht(datenbank)

        async def begonnen() -> bool:
            return bool(bau_probe.gebaut)

        await _bis(begonnen)
        bau_probe.dauer.clear()
        await _wirf_alle_hinaus(datenbank)
        await _lauscht(datenbank, ausser=frozenset({lauscher}))
        await stelle_ein(2)
        await _sichtbar(3)
    assert await nummern() == [1, 2, 3]
    ergebnisse = [ergebnis for _, ergebnis, _ in await versuche(langsame)]
    assert ergebnisse.count("bereitgestellt") == 1


async def test_a_worker_waits_for_a_database_that_is_gone(
    stelle_ein: Stelle_ein, datenbank: Zugang, verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modul, "LAENGSTE_PAUSE", 0.2)
    await stelle_ein(2)
    vorher = _gescheiterte()
    fort = Datenbank("postgresql://niemand@127.0.0.1:1/nichts")
    verwende(fort)
    try:
        async with _laufend(Settings(worker_abfrage=0.2)):
            async with asyncio.timeout(BALD):
                # Until the worker has missed its database the test shows nothing.
                while _gescheiterte() <= vorher:  # noqa: ASYNC110 a counter calls nobody
                    await asyncio.sleep(0.05)
            verwende(verbunden)
            await _sichtbar(2)
    finally:
        verwende(verbunden)
        await fort.schliesse()


async def test_certificates_give_way_under_load_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modul, "RUHE", 0.02)
    monkeypatch.setattr(modul, "VORTRITT", 0.1)
    monkeypatch.setattr(modul, "VORTRITT_HOECHSTENS", 0.5)
    eigener, gesetzt = Worker(), list[int]()

    async def setze(anzahl: int) -> int:
        gesetzt.append(anzahl)
        return 0

    async def rufe() -> None:
        while True:
            eigener._gerufen.set()
            await asyncio.sleep(0.001)

    monkeypatch.setattr(modul, "_rendere_stapel", setze)
    await eigener._rendere()
    monkeypatch.setattr(modul, "RUHE", 3600.0)
    await eigener._rendere()
    assert gesetzt == [modul.PDF_STAPEL] * 2, "what is quiet stays so until somebody calls"
    monkeypatch.setattr(modul, "RUHE", 0.02)
    last = asyncio.create_task(rufe())
    await asyncio.sleep(0.01)
    try:
        gesetzt.clear()
        beginn = monotonic()
        await eigener._rendere()
        assert (gesetzt, monotonic() - beginn >= 0.1) == ([1], True)
        eigener._unruhe_seit = beginn - 0.5
        await eigener._rendere()
        assert gesetzt == [1, modul.PDF_STAPEL]
    finally:
        last.cancel()
    await asyncio.gather(last, return_exceptions=True)


async def test_cases_past_their_date_are_reported(verbunden: Datenbank) -> None:
    vorgang_id = await versand.vorgang_anlegen()
    worker = Worker(NUR_GERUFEN)
    await worker._beaufsichtige()
    assert REGISTRY.get_sample_value("amt_vorgaenge_ueberfaellig") == 0
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Vorgang)
            .where(Vorgang.id == vorgang_id)
            .values(zustand="in_pruefung", naechster_termin=datetime.now(UTC) - timedelta(minutes=1))
        )
    with capture_logs() as meldungen:
        await worker._beaufsichtige()
        await worker._beaufsichtige()
    assert REGISTRY.get_sample_value("amt_vorgaenge_ueberfaellig") == 1
    assert [meldung["event"] for meldung in meldungen] == ["vorgaenge_ueberfaellig"]


async def test_all_that_is_due_in_one_go(stelle_ein: Stelle_ein, bau_probe: Probebau) -> None:
    giftig, *_ = await stelle_ein(60)
    bau_probe.fehler[giftig] = RuntimeError()
    await arbeite_einmal()
    assert await nummern() == list(range(1, 60))
    async with transaktion(gemeinde=ALLE) as session:
        unversiegelt = await session.connection()
        assert not (
            await unversiegelt.exec_driver_sql("SELECT count(*) FROM journal_unversiegelt")
        ).scalar_one()


async def _wirf_alle_hinaus(datenbank: Zugang) -> None:
    verbindung = await asyncpg.connect(datenbank.anwendung)
    try:
        await verbindung.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        )
    finally:
        await verbindung.close()


def _gescheiterte() -> float:
    return REGISTRY.get_sample_value("amt_aufgaben_gescheitert_total", {"aufgabe": "zustellen"}) or 0
