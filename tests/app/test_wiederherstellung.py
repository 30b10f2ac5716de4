"""Restore drill: what a dump brings back is whole, and the work goes on where the dump was made."""

import os
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import select, text

from app.akte.ankerdatei import Ankerdatei
from app.akte.service import dokumente_pruefen, journal_pruefen, versiegeln
from app.akte.tasks import Ankerwerk
from app.db.basis import neue_id
from app.db.programme import Nutzer, bin_ordner
from app.db.rollen import WERK, Zugang, sql_name
from app.db.sitzung import ALLE, Datenbank, transaktion, verwende
from app.gewerbe.bescheinigung import service as bescheinigung
from app.versand import leases
from app.versand.models import Sendung, Zustellversuch
from app.versand.tasks import Zusteller
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.app.gewerbe.test_einreichen import PFAD
from tests.conftest import PgServer

ANZEIGEN = 4


@pytest.fixture
async def zweite(testserver: PgServer, verwaltung: asyncpg.Connection) -> AsyncIterator[Zugang]:
    """A new, empty database."""
    name = f"amt_test_{uuid4().hex[:12]}"
    await verwaltung.execute(
        f"CREATE DATABASE {name} OWNER {sql_name(testserver.besitzer)} TEMPLATE template0"
    )
    yield testserver.zugang(name)
    await verwaltung.execute(f"DROP DATABASE {name} WITH (FORCE)")


def programm(name: str, zugang: Zugang, *argumente: str | Path) -> None:
    """Run `pg_dump` or `pg_restore` as the owner of the tables."""
    bins = bin_ordner(Nutzer(os.getuid(), os.getgid()))
    ergebnis = subprocess.run(
        [bins / name, *argumente, "--dbname", zugang.eigentuemer], capture_output=True, text=True, check=False
    )
    assert (ergebnis.returncode, ergebnis.stderr) == (0, "")


async def halb_erledigt() -> None:
    """Some deliveries done, some leased by a worker that dies, the rest waiting; one PDF, a sealed block."""
    async with transaktion(gemeinde=ALLE) as session:
        assert await bescheinigung.rendern(session, grenze=1) == 1
    async with transaktion(gemeinde=ALLE) as session:
        assert await versiegeln(session, hoechstzahl=10) == 10
    await Zusteller(stapel=7).arbeite()
    async with transaktion(gemeinde=ALLE) as session:
        verwaist = await leases.beanspruche(
            session, inhaber=neue_id(), dauer=timedelta(milliseconds=1), anzahl=3
        )
    assert len(verwaist) == 3


async def stand() -> dict[str, tuple[str, int | None]]:
    """Every delivery: to whom, and its number in the mailbox."""
    async with transaktion(gemeinde=ALLE) as session:
        zeilen = await session.execute(select(Sendung.id, Sendung.stelle, Sendung.nummer))
    return {str(zeile.id): (zeile.stelle, zeile.nummer) for zeile in zeilen}


async def arbeite_zu_ende() -> None:
    """As after hours: whatever was interrupted has been taken back and is due again."""
    await Zusteller().raeume_auf()
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            text("UPDATE sendung SET naechster_versuch_am = now() WHERE naechster_versuch_am IS NOT NULL")
        )
    await arbeite_einmal()


async def test_after_a_restore_the_work_goes_on_without_loss_or_double(
    stadt: Callable[..., Awaitable[str]],
    melde_an: Anmelden,
    datenbank: Zugang,
    zweite: Zugang,
    tmp_path: Path,
) -> None:
    await stadt(PADERBORN)
    portal = await melde_an("einreichen")
    for _ in range(ANZEIGEN):
        assert (await portal.post(PFAD, json=anmeldung())).status_code == 201
    await halb_erledigt()
    anker = Ankerdatei(tmp_path / "anker.jsonl")
    await Ankerwerk(anker).arbeite()
    vorher = await stand()
    zugestellt = {sendung: wo for sendung, wo in vorher.items() if wo[1] is not None}
    assert 0 < len(zugestellt) < len(vorher)

    datei = tmp_path / "sicherung.dump"
    programm("pg_dump", datenbank, "--format=custom", "--file", datei)
    programm("pg_restore", zweite, "--exit-on-error", datei)

    neu = Datenbank(zweite.werk, rolle=WERK, pool=8)
    try:
        verwende(neu)
        await neu.pruefe_rolle()
        assert await stand() == vorher
        async with transaktion(gemeinde=ALLE) as session:
            bericht = await journal_pruefen(session, anker.lies().anker)
            assert bericht.bruch is None
            assert bericht.unversiegelt > 0
            assert (await dokumente_pruefen(session)).bruch is None
        # Towns are kept apart there too, and the journal cannot be changed.
        async with transaktion(gemeinde="05711000") as session:
            assert await session.scalar(select(Sendung.id).limit(1)) is None
        with pytest.raises(Exception, match="permission denied"):
            async with transaktion(gemeinde=ALLE) as session:
                await session.execute(text("DELETE FROM journaleintrag"))

        await arbeite_zu_ende()

        nachher = await stand()
        assert nachher.keys() == vorher.keys()
        assert zugestellt.items() <= nachher.items()
        assert_luecken_und_doppeltes(nachher)
        async with transaktion(gemeinde=ALLE) as session:
            erfolge = await session.scalars(
                select(Zustellversuch.sendung_id).where(Zustellversuch.ergebnis == "bereitgestellt")
            )
            assert Counter(str(eine) for eine in erfolge) == Counter(vorher.keys())
            assert (await journal_pruefen(session, anker.lies().anker)).heil
            assert (await dokumente_pruefen(session)).dokumente == 2 * ANZEIGEN
        # And the house takes in what comes next.
        assert (await portal.post(PFAD, json=anmeldung())).status_code == 201
    finally:
        verwende(None)
        await neu.schliesse()


def assert_luecken_und_doppeltes(sendungen: dict[str, tuple[str, int | None]]) -> None:
    je_stelle: dict[str, list[int]] = {}
    for stelle, nummer in sendungen.values():
        assert nummer is not None
        je_stelle.setdefault(stelle, []).append(nummer)
    for stelle, nummern in je_stelle.items():
        assert sorted(nummern) == list(range(1, len(nummern) + 1)), stelle


@pytest.mark.parametrize(
    ("ohne", "grund"),
    [
        # The log of readings lies in months, and nobody but their owner opens a month by its name.
        ((), "permission denied for table einsicht_"),
        (("--exclude-table", "einsicht_*"), "row-level security"),
    ],
)
def test_the_dump_is_made_by_the_owner_alone(
    datenbank: Zugang, tmp_path: Path, ohne: tuple[str, ...], grund: str
) -> None:
    """The application's login sees one town at most: its dump would be empty, so it is refused."""
    datei = tmp_path / "leer.dump"
    bins = bin_ordner(Nutzer(os.getuid(), os.getgid()))
    befehl: list[str | Path] = [bins / "pg_dump", *ohne, "--file", datei, "--dbname", datenbank.anwendung]
    ergebnis = subprocess.run(befehl, capture_output=True, text=True, check=False)
    assert ergebnis.returncode != 0
    assert grund in ergebnis.stderr
