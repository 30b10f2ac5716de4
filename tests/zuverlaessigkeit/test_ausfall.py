"""The database stops, freezes, or fails over in the middle of a commit; everything recovers by itself."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.zuverlaessigkeit.bericht import ersetze
from tests.zuverlaessigkeit.haus import Haus, haus
from tests.zuverlaessigkeit.leitung import Leitung, Schnitt
from tests.zuverlaessigkeit.postgres import bis

_LANG = os.environ.get("AMT_LANG") == "1"
_AUSFALL = 30.0 if _LANG else 4.0
"""Seconds without a database."""
_EINREICHER = 4
_PAUSE = 0.5
"""Seconds between two submissions of one client."""
# A statement's bound that lets a frozen server be noticed within the outage.
_FRIST = {"AMT_DB_ANWEISUNGSFRIST": "1", "AMT_DB_POOL": "5"}


@pytest.fixture(scope="module")
async def laufendes_haus() -> AsyncIterator[Haus]:
    """One house for all outages."""
    async with haus() as offen:
        for art in ("api", "worker"):
            await offen.toete(art)
            offen.starte(art, **_FRIST)
        yield offen


async def _reiche_ein_bis(haus: Haus, ende: asyncio.Event) -> int:
    anzahl = 0
    while not ende.is_set():
        await haus.portal.reiche_ein()
        anzahl += 1
        await asyncio.sleep(_PAUSE)
    return anzahl


@pytest.mark.parametrize("art", ["stopped", "frozen"])
async def test_database_gone(laufendes_haus: Haus, art: str) -> None:
    """Clients keep submitting while it is gone: they are told to come again, and find everything once."""
    haus = laufendes_haus
    haus.portal.antworten.clear()
    ende = asyncio.Event()
    async with asyncio.TaskGroup() as gruppe:
        einreicher = [gruppe.create_task(_reiche_ein_bis(haus, ende)) for _ in range(_EINREICHER)]
        await bis(_angenommen(haus, 5), 20, "five submissions before the outage")
        if art == "stopped":
            haus.postgres.toeten()
            await asyncio.sleep(_AUSFALL)
            await haus.postgres.starten()
        else:
            haus.postgres.einfrieren()
            # Longer than the client side waits for a silent server, with room for a busy machine.
            await asyncio.sleep(max(_AUSFALL, 10.0))
            haus.postgres.auftauen()
        wieder_da = time.monotonic()
        vorher = haus.portal.antworten.count(201)
        await bis(_angenommen(haus, vorher + 5), 60, "five submissions after the outage")
        erholt = time.monotonic() - wieder_da
        ende.set()
    assert set(haus.portal.antworten) == {201, 503}
    abgleich = await haus.vollende()
    assert abgleich.einwandfrei, abgleich
    if _LANG:
        angenommen = sum(einer.result() for einer in einreicher)
        ersetze(
            f"database-{art}",
            f"{_AUSFALL:.0f} s {art} under {_EINREICHER} submitting clients: {angenommen} submissions "
            f"accepted before and after, {haus.portal.antworten.count(503)} answers 503 with `Retry-After` "
            f"in between, no other answer; five more accepted within {erholt:.1f} s of its return; "
            f"lost {abgleich.verloren.total()}, doubled {abgleich.doppelt.total()}.\n",
        )


def _angenommen(haus: Haus, anzahl: int) -> Callable[[], Awaitable[bool]]:
    async def so_viele() -> bool:
        return haus.portal.antworten.count(201) >= anzahl

    return so_viele


@pytest.mark.parametrize("wann", ["before", "after"])
async def test_failover_in_the_middle_of_a_commit(laufendes_haus: Haus, wann: Schnitt) -> None:
    """The line is cut at COMMIT: the client's repetition finds its notice, or makes it."""
    haus = laufendes_haus
    async with Leitung(haus.postgres.port).offen() as leitung:
        await haus.toete("api")
        haus.datenbank_adresse = haus.postgres.dsn().replace(str(haus.postgres.port), str(leitung.port))
        haus.starte("api", **_FRIST)
        try:
            vorher = await haus.frage("SELECT count(*) FROM antrag")
            haus.portal.antworten.clear()
            leitung.schneide(wann)
            zusage = await haus.portal.reiche_ein(schluessel=f"failover-{wann}")
            assert leitung.geschnitten.is_set()
            assert haus.portal.antworten == [503, 201]
            assert await haus.frage("SELECT count(*) FROM antrag") == vorher + 1
            assert await haus.portal.reiche_ein(schluessel=f"failover-{wann}") == zusage
        finally:
            await haus.toete("api")
            haus.datenbank_adresse = None
            haus.starte("api", **_FRIST)
    assert (await haus.vollende()).einwandfrei


@pytest.mark.parametrize("wann", ["before", "after"])
async def test_worker_survives_a_failover_in_its_commit(laufendes_haus: Haus, wann: Schnitt) -> None:
    """Claim, delivery, certificate, seal: each of the worker's next commits may be the one that is cut."""
    haus = laufendes_haus
    async with Leitung(haus.postgres.port).offen() as leitung:
        await haus.toete("worker")
        haus.datenbank_adresse = haus.postgres.dsn().replace(str(haus.postgres.port), str(leitung.port))
        haus.starte("worker", **_FRIST)
        try:
            for _ in range(6 if _LANG else 1):
                leitung.schneide(wann)
                await haus.portal.reiche_ein()
                async with asyncio.timeout(30):
                    await leitung.geschnitten.wait()
            assert (await haus.vollende()).einwandfrei
        finally:
            await haus.toete("worker")
            haus.datenbank_adresse = None
            haus.starte("worker", **_FRIST)
