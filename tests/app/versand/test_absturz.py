"""kill -9 of a worker between any two of its effects: nothing lost, nothing doubled."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.db.rollen import Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.versand.models import Sendung
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import IHK, Stelle_ein, journal, nummern, versuche, zeile

WURZEL = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("punkt", "fertig", "verlorene_versuche"),
    [
        ("vor_dem_commit_des_claims", 0, 0),
        ("nach_dem_claim", 0, 3),
        ("beim_bauen", 0, 3),
        ("nach_der_nummer", 0, 3),
        ("nach_dem_commit", 1, 2),
    ],
)
async def test_kill_9(
    stelle_ein: Stelle_ein,
    datenbank: Zugang,
    verbunden: Datenbank,
    punkt: str,
    fertig: int,
    verlorene_versuche: int,
) -> None:
    bezuege = await stelle_ein(3)
    await _toete_am(punkt, datenbank.anwendung, verbunden)
    assert await nummern() == list(range(1, fertig + 1))

    erbe = Zusteller()
    if verlorene_versuche:
        assert await erbe.arbeite() == 0, "the dead worker's lease still holds"
        await _lass_leases_auslaufen()
    assert await erbe.raeume_auf() == verlorene_versuche
    await _mache_faellig()
    assert await erbe.arbeite() == 3 - fertig

    assert await nummern() == [1, 2, 3]
    assert len({(await zeile(bezug)).nummer for bezug in bezuege}) == 3
    for bezug in bezuege:
        ergebnisse = [ergebnis for _, ergebnis, _ in await versuche(bezug)]
        assert ergebnisse.count("bereitgestellt") == 1
        assert await journal(bezug) == ["sendung_bereitgestellt"]
    alle = [fehler for bezug in bezuege for _, _, fehler in await versuche(bezug) if fehler]
    assert len(alle) == verlorene_versuche
    assert all(fehler.startswith("unterbrochen:") for fehler in alle)


async def _toete_am(punkt: str, dsn: str, datenbank: Datenbank) -> None:
    opfer = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.app.versand.opfer",
        punkt,
        cwd=WURZEL,
        env={**os.environ, "PYTHONPATH": str(WURZEL), "DATABASE_URL": dsn},
        stdout=asyncio.subprocess.PIPE,
    )
    assert opfer.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert await opfer.stdout.readline() == b"hier\n"
    finally:
        opfer.send_signal(signal.SIGKILL)
        await opfer.wait()
    await _bis_nur_noch_wir_da_sind(datenbank)


async def _bis_nur_noch_wir_da_sind(datenbank: Datenbank) -> None:
    """The server needs a moment to see that its client is dead."""
    verbindung = await datenbank.verbinde()
    try:
        async with asyncio.timeout(10):
            while await verbindung.fetchval(  # noqa: ASYNC110 the database sets no event
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%'"
            ):
                await asyncio.sleep(0.02)
    finally:
        await verbindung.close()


async def _lass_leases_auslaufen() -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung)
            .where(Sendung.stelle == IHK, Sendung.lease_bis.is_not(None))
            .values(lease_bis=datetime.now(UTC) - timedelta(seconds=1))
        )


async def _mache_faellig() -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung)
            .where(Sendung.naechster_versuch_am.is_not(None))
            .values(naechster_versuch_am=datetime.now(UTC) - timedelta(seconds=1))
        )
