"""A receiver is away for a day, clocks jump: everything arrives, nothing twice, the oldest first."""

import ast
import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import sitzung as db
from app.db.rollen import WERK, Zugang
from app.db.sitzung import ALLE, transaktion
from app.versand import channels, pausen
from app.versand.models import Sendung, Zustellversuch
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import IHK, Stelle_ein, empfaenger, sprich_an
from tests.app.versand.leitung import FERN, Leitung
from tests.app.versand.uhr import Uhr, gestellte_uhr

SCHRITT = timedelta(hours=1)
STAPEL = 50
SENDUNGEN = 20_000 if os.environ.get("AMT_LANG") == "1" else 240


@pytest.fixture
async def uhr(datenbank: Zugang) -> AsyncIterator[Uhr]:
    async with gestellte_uhr(datenbank) as eine:
        yield eine


@pytest.fixture
async def verbunden(uhr: Uhr, datenbank: Zugang) -> AsyncIterator[db.Datenbank]:
    """As in tests/conftest.py, but only once the clock is in its place."""
    offen = db.Datenbank(datenbank.werk, rolle=WERK, pool=12)
    db.verwende(offen)
    yield offen
    db.verwende(None)
    await offen.schliesse()


@pytest.fixture
async def leitung(verbunden: db.Datenbank, monkeypatch: pytest.MonkeyPatch) -> Leitung:
    kanal = Leitung()
    monkeypatch.setitem(channels._kanaele, kanal.name, kanal)
    await sprich_an(IHK, kanal.name)
    return kanal


async def bis_nichts_mehr_geht(*zusteller: Zusteller) -> None:
    """As the worker's loop does, for all of them at once."""

    async def eine_schleife(einer: Zusteller) -> None:
        await einer.raeume_auf()
        while await einer.arbeite():
            pass

    await asyncio.gather(*(eine_schleife(einer) for einer in zusteller))


async def test_a_day_without_the_receiver(stelle_ein: Stelle_ein, leitung: Leitung, uhr: Uhr) -> None:
    arbeiter = [Zusteller(stapel=STAPEL, gleichzeitig=4) for _ in range(2)]
    schritte = 24
    leitung.fehler = FERN
    bezuege: list[str] = []
    for schritt in range(schritte):
        anzahl = SENDUNGEN * (schritt + 1) // schritte - len(bezuege)
        bezuege += [str(bezug) for bezug in await stelle_ein(anzahl)]
        await bis_nichts_mehr_geht(*arbeiter)
        await uhr.weiter(SCHRITT)
    assert leitung.angekommen == []
    assert len(leitung.angeklopft) < 60, "a receiver that is away is knocked at now and then"
    assert (await empfaenger()).pausiert_bis is not None

    leitung.fehler = None
    for _ in range(4):
        await bis_nichts_mehr_geht(*arbeiter)
        if len(leitung.angekommen) == SENDUNGEN:
            break
        await uhr.weiter(SCHRITT)
    assert sorted(leitung.angekommen) == sorted(bezuege), "all, and none twice"
    rang = {bezug: nr for nr, bezug in enumerate(bezuege)}
    # Two workers with a batch each: none is further ahead than their two batches and one release.
    grenze = 2 * STAPEL + pausen.REIHUM
    assert all(abs(rang[bezug] - nr) <= grenze for nr, bezug in enumerate(leitung.angekommen))
    async with transaktion(gemeinde=ALLE) as session:
        offen = await session.scalar(select(func.count()).where(Sendung.naechster_versuch_am.is_not(None)))
        erfolge = await session.scalar(select(func.count()).where(Zustellversuch.ergebnis == "zugestellt"))
    assert (offen, erfolge) == (0, SENDUNGEN)


async def test_after_fourteen_days_all_are_with_a_person(
    stelle_ein: Stelle_ein, leitung: Leitung, uhr: Uhr
) -> None:
    leitung.fehler = FERN
    await stelle_ein(60)
    arbeiter = Zusteller()
    for _ in range(15):
        await bis_nichts_mehr_geht(arbeiter)
        await uhr.weiter(timedelta(days=1))
    await bis_nichts_mehr_geht(arbeiter)
    async with transaktion(gemeinde=ALLE) as session:
        zustaende = await session.execute(
            select(
                Sendung.aufgegeben_am.is_not(None), Sendung.naechster_versuch_am.is_(None), func.count()
            ).group_by(Sendung.aufgegeben_am.is_not(None), Sendung.naechster_versuch_am.is_(None))
        )
        assert [tuple(zeile) for zeile in zustaende] == [(True, True, 60)]


@pytest.mark.parametrize("sprung", [timedelta(hours=3), timedelta(hours=-3), timedelta(days=400)])
async def test_when_the_clock_jumps_nothing_is_lost_or_doubled(
    sprung: timedelta, stelle_ein: Stelle_ein, leitung: Leitung, uhr: Uhr
) -> None:
    """The database's clock: NTP after a long drift, or a fail-over to a machine with another time."""
    await uhr.stelle(timedelta(days=500))
    arbeiter = [Zusteller(stapel=5, gleichzeitig=2) for _ in range(2)]
    vorher = [str(bezug) for bezug in await stelle_ein(20)]
    leitung.dauer = 0.02
    mitten = asyncio.create_task(bis_nichts_mehr_geht(*arbeiter))
    while len(leitung.angeklopft) < 4:  # noqa: ASYNC110 the channel knows nothing of its test
        await asyncio.sleep(0.005)
    await uhr.weiter(sprung)
    await mitten
    nachher = [str(bezug) for bezug in await stelle_ein(5)]
    # What was due before the jump back is due again when its time has come.
    for _ in range(2):
        await bis_nichts_mehr_geht(*arbeiter)
        await uhr.weiter(timedelta(hours=4))
    await bis_nichts_mehr_geht(*arbeiter)
    assert sorted(leitung.angekommen) == sorted(vorher + nachher)


async def test_workers_whose_clocks_are_wrong_do_the_same(
    stelle_ein: Stelle_ein, leitung: Leitung, uhr: Uhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This machine is three days ahead of the database: leases and pauses are as long as ever."""
    echt = time.time
    monkeypatch.setattr(time, "time", lambda: echt() + 3 * 86400)
    bezuege = [str(bezug) for bezug in await stelle_ein(12)]
    leitung.fehler = FERN
    einer, anderer = Zusteller(pause_ab=3), Zusteller(pause_ab=3)
    await bis_nichts_mehr_geht(einer, anderer)
    angeklopft = len(leitung.angeklopft)
    await bis_nichts_mehr_geht(einer, anderer)
    assert len(leitung.angeklopft) == angeklopft, "the pause is the database's, not over because of our clock"
    leitung.fehler = None
    await uhr.weiter(timedelta(minutes=10))
    await bis_nichts_mehr_geht(einer, anderer)
    assert sorted(leitung.angekommen) == sorted(bezuege)


def test_nothing_in_the_worker_asks_this_machine_for_the_time() -> None:
    """`check_config` may: it signs a question that decides nothing."""
    ordner = Path(channels.__file__).parent.parent
    uhren = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}
    fragen = [
        (datei.name, ast.unparse(knoten))
        for datei in sorted(ordner.rglob("*.py"))
        for knoten in ast.walk(ast.parse(datei.read_text("utf-8")))
        if isinstance(knoten, ast.Attribute)
        and isinstance(knoten.value, ast.Name)
        and (knoten.value.id, knoten.attr) in uhren
    ]
    assert fragen == [("http.py", "datetime.now")]
