"""The check of completeness finds every delivery that is not as the law wants it, and nothing else."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, text, update

from app.akte.models import Journaleintrag
from app.db.rollen import Zugang
from app.db.sitzung import ALLE, transaktion
from app.gewerbe import tasks, vollstaendigkeit
from app.gewerbe.abgleich import Vollstaendigkeitsbefund
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Vollstaendigkeitslauf
from app.gewerbe.nachholen import hole_nach
from app.mandanten.models import Mandant
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.app.gewerbe.test_berichtigen import Haus
from tests.conftest import PgServer

WURZEL = Path(__file__).resolve().parents[3]
NACHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
async def haus(stadt: Stadt, melde_an: Anmelden) -> Haus:
    await stadt(PADERBORN)
    return Haus(await melde_an("einreichen"), await melde_an("sachbearbeitung", gemeinde=PADERBORN))


@pytest.fixture
async def eigner(datenbank: Zugang, testserver: PgServer) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do what the program may not."""
    verbindung = await asyncpg.connect(testserver.als_verwaltung(datenbank))
    # Not even the triggers stand in its way.
    await verbindung.execute("SET session_replication_role = replica")
    yield verbindung
    await verbindung.close()


async def pruefe(**wie: Any) -> list[tuple[str, str]]:
    befunde: list[Vollstaendigkeitsbefund] = []
    nach = None
    while True:
        async with transaktion(gemeinde=ALLE) as session:
            teil = await vollstaendigkeit.pruefe_teil(session, nach, **wie)
        befunde += teil.befunde
        nach = teil.nach
        if nach is None:
            return [(befund.mangel, befund.stelle) for befund in befunde]


async def test_whatever_happens_in_order_is_complete(haus: Haus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Certified, delivered or not, corrected before and after, withdrawn; in batches of two."""
    monkeypatch.setattr(vollstaendigkeit, "STAPEL", 2)
    brasilien = anmeldung()
    brasilien["personen"][0]["staatsangehoerigkeiten"] = ["327"]
    for schritte in ("", "w", "b", "zb", "zbz", "zw", "zbw", "zbzw", "bw", "zFzbzFzw"):
        eine = await haus.reiche_ein(anmeldung())
        for nummer, schritt in enumerate(schritte):
            if schritt == "z":
                await arbeite_einmal()
            elif schritt == "w":
                assert (await haus.widerrufe(eine["id"])).status_code == 200
            else:
                neu = brasilien if schritt == "F" else anmeldung(nebenerwerb=True)
                neu = neu | {"beschaeftigte": {"vollzeit": nummer, "teilzeit": 0}}
                assert (await haus.berichtige(eine["id"], neu)).status_code == 201
    assert await pruefe() == []


async def test_settings_changed_later_do_not_matter(haus: Haus) -> None:
    await haus.reiche_ein(anmeldung())
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(update(Mandant).values(verzichte=["ihk"], filter=["eichamt"]))
    assert await pruefe() == []
    await haus.reiche_ein(anmeldung())
    assert await pruefe() == []
    # Certificates from before the settings were kept are judged by those of today.
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(update(Bescheinigung).values(umstaende=None))
    assert "zuviel" in {mangel for mangel, _ in await pruefe()}


@pytest.mark.parametrize(
    ("eingriff", "mangel"),
    [
        ("DELETE FROM sendung WHERE stellenart = 'ihk'", "fehlt"),
        ("UPDATE sendung SET stelle = 'anderswo' WHERE stellenart = 'ihk'", "zuviel"),
        (
            "UPDATE sendung SET grundlage = jsonb_set(grundlage, '{felder}', '[1, 2, 27]') "
            "WHERE stellenart = 'ihk'",
            "andere_felder",
        ),
        ("UPDATE sendung SET angehalten_am = now() WHERE stellenart = 'ihk'", "angehalten"),
    ],
)
async def test_each_fault_is_found(
    haus: Haus, eigner: asyncpg.Connection, eingriff: str, mangel: str
) -> None:
    await haus.reiche_ein(anmeldung())
    await haus.reiche_ein(anmeldung())
    await eigner.execute(f"{eingriff} AND bezug_id = (SELECT min(bezug_id::text)::uuid FROM sendung)")
    befunde = await pruefe()
    assert mangel in {eines for eines, _ in befunde}
    assert len(befunde) == (2 if mangel == "zuviel" else 1)


@pytest.mark.parametrize("ende", ["b", "w"])
async def test_a_body_left_with_an_old_version_is_found(
    haus: Haus, eigner: asyncpg.Connection, ende: str
) -> None:
    brasilien = anmeldung()
    brasilien["personen"][0]["staatsangehoerigkeiten"] = ["327"]
    vorgang_id = (await haus.reiche_ein(brasilien))["vorgang_id"]
    await haus.amt.post(f"/api/v1/vorgaenge/{vorgang_id}/bescheinigen")
    await arbeite_einmal()
    eine = await haus.stand()
    if ende == "b":
        await haus.berichtige(eine["id"], anmeldung())
    else:
        await haus.widerrufe(eine["id"])
    assert await pruefe() == []
    await eigner.execute("DELETE FROM sendung WHERE art = 'ruecknahme' AND stellenart = 'auslaenderbehoerde'")
    [(mangel, stelle)] = await pruefe()
    assert (mangel, stelle.startswith("auslaenderbehoerde")) == ("ruecknahme_fehlt", True)


async def test_statistics_have_to_have_arrived(haus: Haus) -> None:
    await haus.reiche_ein(anmeldung())
    morgen = datetime.now(UTC).date() + timedelta(days=2)
    assert await pruefe() == []
    assert {mangel for mangel, _ in await pruefe(statistik_vor=morgen)} == {"statistik_offen"}
    assert await pruefe(statistik_vor=date(2020, 1, 1)) == []
    await arbeite_einmal()
    assert await pruefe(statistik_vor=morgen) == []


async def _nachts(zeit: datetime) -> None:
    await tasks.pruefe_vollstaendigkeit(lambda: False, lambda: zeit)


async def test_the_night_is_checked_once_and_told(
    haus: Haus, eigner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vollstaendigkeit, "STAPEL", 2)
    for _ in range(3):
        await haus.reiche_ein(anmeldung())
    await eigner.execute("DELETE FROM sendung WHERE stellenart IN ('ihk', 'statistik')")
    await _nachts(NACHT.replace(hour=0))
    async with transaktion(gemeinde=ALLE) as session:
        assert (await session.scalars(select(Vollstaendigkeitslauf))).all() == []
    await asyncio.gather(*(_nachts(NACHT) for _ in range(3)))
    await _nachts(NACHT + timedelta(hours=5))
    async with transaktion(gemeinde=ALLE) as session:
        [lauf] = await session.scalars(select(Vollstaendigkeitslauf))
        eintraege = list(
            await session.scalars(
                select(Journaleintrag).where(Journaleintrag.ereignis == "vollstaendigkeit_befund")
            )
        )
    assert (lauf.geprueft, lauf.befunde, lauf.beendet_am is not None) == (3, 6, True)
    assert len(eintraege) == 6
    assert {eintrag.angaben["mangel"] for eintrag in eintraege} == {"fehlt"}
    await tasks.messe()
    assert REGISTRY.get_sample_value("amt_vollstaendigkeit_befunde") == 6


async def test_a_run_that_was_broken_off_goes_on_where_it_was(
    haus: Haus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vollstaendigkeit, "STAPEL", 2)
    for _ in range(5):
        await haus.reiche_ein(anmeldung())
    halt = iter([False, True])
    await tasks.pruefe_vollstaendigkeit(lambda: next(halt), lambda: NACHT)
    await _nachts(NACHT)
    async with transaktion(gemeinde=ALLE) as session:
        [lauf] = await session.scalars(select(Vollstaendigkeitslauf))
    assert (lauf.geprueft, lauf.beendet_am is not None) == (5, True)


@pytest.mark.parametrize(
    ("tage", "offen"), [([1], [0]), ([2], [1]), ([1, 2, 3], [0, 1, 0]), ([1, 3, 4], [0, 1, 0]), ([30], [1])]
)
async def test_statistics_on_the_first_working_day(haus: Haus, tage: list[int], offen: list[int]) -> None:
    """1 November 2026 is a Sunday and a holiday. A house that stood still that day looks on the next."""
    await haus.reiche_ein(anmeldung())
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(update(Bescheinigung).values(ausgestellt_am=text("'2026-10-20T12:00Z'")))
    for tag in tage:
        await _nachts(datetime(2026, 11, tag, 3, 0, tzinfo=UTC))
    async with transaktion(gemeinde=ALLE) as session:
        laeufe = await session.scalars(select(Vollstaendigkeitslauf).order_by(Vollstaendigkeitslauf.tag))
        assert [lauf.befunde for lauf in laeufe] == offen


async def _rufe(dsn: str, *argumente: str, befehl: str = "pruefen") -> tuple[int | None, list[str]]:
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "vollstaendigkeit", befehl, *argumente),
        cwd=WURZEL,
        env={**os.environ, "DATABASE_URL": dsn},
        stdout=asyncio.subprocess.PIPE,
    )
    ausgabe, _ = await prozess.communicate()
    return prozess.returncode, ausgabe.decode().splitlines()


async def test_command_line(haus: Haus, datenbank: Zugang, eigner: asyncpg.Connection) -> None:
    eine = await haus.reiche_ein(anmeldung())
    code, zeilen = await _rufe(datenbank.anwendung)
    assert (code, zeilen) == (0, ["Geprüft / checked: 1; Befunde / findings: 0"])
    await eigner.execute("DELETE FROM sendung WHERE stellenart = 'ihk'")
    code, zeilen = await _rufe(datenbank.anwendung, "--json", "--monat", f"{datetime.now(UTC):%Y-%m}")
    befunde = [json.loads(zeile) for zeile in zeilen]
    assert code == 1
    assert befunde[-1] == {"geprueft": 1, "befunde": 2}
    assert {befund["mangel"] for befund in befunde[:-1]} == {"fehlt", "statistik_offen"}
    assert befunde[0]["gewerbeanzeige"] == eine["id"]
    assert "Musterfrau" not in "".join(zeilen)
    assert (await _rufe(datenbank.anwendung, "--monat", "2020-01"))[0] == 0
    assert (await _rufe(datenbank.anwendung, "--monat", "Mai"))[0] == 2


async def _nachgeholt() -> list[Journaleintrag]:
    async with transaktion(gemeinde=ALLE) as session:
        frage = select(Journaleintrag).where(Journaleintrag.ereignis == "sendung_nachgeholt")
        return list(await session.scalars(frage))


async def test_what_is_missing_is_shown_and_then_made_good(
    haus: Haus, datenbank: Zugang, eigner: asyncpg.Connection
) -> None:
    eine = await haus.reiche_ein(anmeldung())
    await eigner.execute("DELETE FROM sendung WHERE stellenart IN ('ihk', 'statistik')")
    code, zeilen = await _rufe(datenbank.anwendung, befehl="nachholen")
    assert (code, len(zeilen), zeilen[2]) == (1, 4, "Nachzuholen / missing: 2")
    assert all(zeile.startswith(f"{PADERBORN} {eine['id']} ") for zeile in zeilen[:2])
    assert len(await pruefe()) == 2
    assert await _nachgeholt() == []

    code, zeilen = await _rufe(datenbank.anwendung, "--ausfuehren", befehl="nachholen")
    assert (code, zeilen[-1]) == (0, "Nachgeholt / made: 2")
    assert await pruefe() == []
    assert {eintrag.angaben["gewerbeanzeige"] for eintrag in await _nachgeholt()} == {eine["id"]}
    assert await _rufe(datenbank.anwendung, "--ausfuehren", befehl="nachholen") == (
        0,
        ["Nachgeholt / made: 0"],
    )
    await arbeite_einmal()
    assert {zeile["zustand"] for zeile in (await haus.stand())["empfaenger"]} == {"bereit"}


@pytest.mark.parametrize(("ende", "erwartet"), [("b", ["ihk"]), ("w", [])])
async def test_nobody_is_told_what_no_longer_holds(
    haus: Haus, eigner: asyncpg.Connection, ende: str, erwartet: list[str]
) -> None:
    """The first version's delivery stays lost; the corrected one goes as correction to who has the first."""
    eine = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    if ende == "b":
        await haus.berichtige(eine["id"], anmeldung(nebenerwerb=True))
    else:
        await haus.widerrufe(eine["id"])
    await eigner.execute(
        "DELETE FROM sendung WHERE stellenart = 'ihk' AND art = 'xgewerbeanzeige'"
        + (" AND (grundlage->>'korrektur')::bool" if ende == "b" else "")
    )
    async with transaktion(gemeinde=ALLE) as session:
        auftraege = [
            auftrag
            for anzeige_id in await session.scalars(select(Gewerbeanzeige.id))
            for auftrag in await hole_nach(session, UUID(eine["vorgang_id"]), anzeige_id)
        ]
    assert [auftrag.stellenart for auftrag in auftraege] == erwartet
    assert [auftrag.grundlage["korrektur"] for auftrag in auftraege] == [True] * len(erwartet)
    assert [befund for befund in await pruefe() if befund[0] == "fehlt"] == (
        [] if erwartet else [("fehlt", "ihk-ostwestfalen-zu-bielefeld")]
    )
