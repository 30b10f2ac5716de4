"""`amt journal pruefen` as a shell sees it: words and exit codes."""

import asyncio
import json
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from app.akte import siegel
from app.akte.service import Ankerdatei, eintragen, versiegeln
from app.akte.tasks import Ankerwerk
from app.db.basis import neue_id
from app.db.rollen import Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion
from tests.app.akte import conftest as akte

WURZEL = Path(__file__).resolve().parents[3]

angreifer = akte.angreifer


@pytest.fixture
async def gesiegelt(verbunden: Datenbank) -> None:
    """Three sealed entries."""
    async with transaktion(gemeinde=ALLE) as session:
        for _ in range(3):
            await eintragen(session, ags=None, ereignis="x", bezug_art="y", bezug_id=neue_id())
        assert await versiegeln(session) == 3


async def rufe(dsn: str, *argumente: str, umgebung: dict[str, str] | None = None) -> tuple[int | None, str]:
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "journal", "pruefen", *argumente),
        cwd=WURZEL,
        env={**os.environ, "DATABASE_URL": dsn, **(umgebung or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    ausgabe, _ = await prozess.communicate()
    return prozess.returncode, ausgabe.decode()


async def test_sound_journal_gives_its_anchor(
    gesiegelt: None, datenbank: Zugang, angreifer: asyncpg.Connection
) -> None:
    code, ausgabe = await rufe(datenbank.anwendung)
    assert code == 0
    assert "heil" in ausgabe
    anker = ausgabe.split("anchor: ")[1].strip()
    assert (await rufe(datenbank.anwendung, "--anker", anker))[0] == 0
    await angreifer.execute("DELETE FROM journalblock; DELETE FROM journaleintrag")
    code, ausgabe = await rufe(datenbank.anwendung, "--anker", anker)
    assert code == 1
    assert "abgeschnitten" in ausgabe


async def test_broken_journal_names_the_first_fault(
    gesiegelt: None, datenbank: Zugang, angreifer: asyncpg.Connection
) -> None:
    erster = await angreifer.fetchval("SELECT id FROM journaleintrag ORDER BY id LIMIT 1")
    await angreifer.execute("UPDATE journaleintrag SET ereignis = 'anders'")
    code, ausgabe = await rufe(datenbank.anwendung, "--json")
    assert code == 1
    bruch = json.loads(ausgabe)["bruch"]
    assert (bruch["art"], bruch["block"], bruch["eintrag"]) == ("eintrag_geaendert", 1, str(erster))
    assert set(bruch["text"]) == {"de", "en"}


@pytest.mark.parametrize("anker", ["x", "1:abc", "0:" + "0" * 64])
async def test_what_is_no_anchor_is_refused(datenbank: Zugang, anker: str) -> None:
    assert (await rufe(datenbank.anwendung, "--anker", anker))[0] == 2


async def test_without_database_it_cannot_tell(datenbank: Zugang) -> None:
    code, ausgabe = await rufe("postgresql://niemand@127.0.0.1:1/nichts")
    assert code == 2
    assert "Traceback" not in ausgabe


async def test_the_file_of_anchors_and_the_documents_are_checked(
    gesiegelt: None, datenbank: Zugang, angreifer: asyncpg.Connection, tmp_path: Path
) -> None:
    datei = tmp_path / "anker.jsonl"
    assert (await rufe(datenbank.anwendung, "--anker", str(datei)))[0] == 2
    await Ankerwerk(Ankerdatei(datei)).arbeite()
    code, ausgabe = await rufe(datenbank.anwendung, "--anker", str(datei), "--dokumente")
    assert code == 0
    assert "noted anchors: 1" in ausgabe
    assert "documents: 0" in ausgabe
    await angreifer.execute("DELETE FROM journalblock; DELETE FROM journaleintrag")
    assert (await rufe(datenbank.anwendung))[0] == 0
    code, ausgabe = await rufe(datenbank.anwendung, "--anker", str(datei), "--json")
    assert code == 1
    bericht = json.loads(ausgabe)
    assert (bericht["heil"], bericht["bruch"]["art"]) == (False, "anker_fehlt")


async def test_a_journal_that_nobody_anchors_any_more_is_told(
    verbunden: Datenbank, datenbank: Zugang, angreifer: asyncpg.Connection, tmp_path: Path
) -> None:
    """Without its file of anchors a journal that was cut off would look as sound as any."""
    datei = tmp_path / "anker.jsonl"
    eingestellt = {"AMT_ANKER_DATEI": str(datei)}
    async with transaktion(gemeinde=ALLE) as session:
        for _ in range(3):
            await eintragen(session, ags=None, ereignis="x", bezug_art="y", bezug_id=neue_id())
    await angreifer.execute("UPDATE journaleintrag SET zeitpunkt = zeitpunkt - interval '3 days'")
    async with transaktion(gemeinde=ALLE) as session:
        assert await versiegeln(session) == 3
    assert (await rufe(datenbank.anwendung, umgebung=eingestellt))[0] == 0
    await angreifer.execute("UPDATE journalblock SET gesiegelt_am = gesiegelt_am - interval '3 days'")
    block = await angreifer.fetchrow("SELECT * FROM journalblock")
    neu = siegel.blockhash(
        nr=1,
        vorgaenger=block["vorgaenger"],
        wurzel=block["wurzel"],
        anzahl=3,
        gesiegelt_am=block["gesiegelt_am"],
    )
    await angreifer.execute("UPDATE journalblock SET hash = $1", neu)
    code, ausgabe = await rufe(datenbank.anwendung, umgebung=eingestellt)
    assert (code, "nicht mehr verankert" in ausgabe) == (2, True)
    datei.write_text("kein Anker\n")
    code, ausgabe = await rufe(datenbank.anwendung, "--json", umgebung=eingestellt)
    bericht = json.loads(ausgabe)
    assert (code, bericht["heil"], bericht["ungeankert_seit"][:4]) == (
        2,
        True,
        str(block["gesiegelt_am"].year),
    )
    await Ankerwerk(Ankerdatei(datei)).arbeite()
    assert (await rufe(datenbank.anwendung, umgebung=eingestellt))[0] == 0
    # Who asks about one block asks about no file.
    assert (await rufe(datenbank.anwendung, "--anker", f"1:{neu.hex()}"))[0] == 0
