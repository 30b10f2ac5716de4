"""A base backup of the running embedded server is a whole server again, somewhere else."""

import asyncio
import json
import os
import subprocess
from pathlib import Path

from sqlalchemy import text

from app.akte.service import Anker, eintragen, journal_pruefen, versiegeln
from app.db.basis import neue_id
from app.db.embedded import EingebetteterServer
from app.db.migration import migrieren
from app.db.programme import Nutzer, bin_ordner
from app.db.rollen import VERWALTUNG, WERK, Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion, verwende


async def schreibe(zugang: Zugang, *, migriere: bool = False) -> Anker:
    """One sealed entry more; returns the newest block."""
    if migriere:
        await migrieren(zugang)
    offen = Datenbank(zugang.werk, rolle=WERK, pool=1)
    verwende(offen)
    try:
        async with transaktion(gemeinde=ALLE) as session:
            await eintragen(session, ags=None, ereignis="x", bezug_art="y", bezug_id=neue_id())
        async with transaktion(gemeinde=ALLE) as session:
            assert await versiegeln(session) == 1
        async with transaktion(gemeinde=ALLE) as session:
            bericht = await journal_pruefen(session)
            assert bericht.heil
            assert bericht.anker
            return bericht.anker
    finally:
        verwende(None)
        await offen.schliesse()


async def pruefe(zugang: Zugang, anker: Anker) -> tuple[int, str | None]:
    """How many blocks there are, and the first fault."""
    offen = Datenbank(zugang.werk, rolle=WERK, pool=1)
    verwende(offen)
    try:
        async with transaktion(gemeinde=ALLE) as session:
            assert await session.scalar(text("SHOW fsync")) == "on"
            bericht = await journal_pruefen(session, [anker])
            return bericht.bloecke, bericht.bruch.art if bericht.bruch else None
    finally:
        verwende(None)
        await offen.schliesse()


def test_base_backup_of_a_running_server_is_a_whole_server(datenordner: Path) -> None:
    kopie = datenordner.with_name("kopie")
    kopie.mkdir()
    kopie.chmod(0o711)
    with EingebetteterServer(datenordner) as server:
        anker = asyncio.run(schreibe(server.zugang(), migriere=True))
        programm = bin_ordner(Nutzer(os.getuid(), os.getgid())) / "pg_basebackup"
        subprocess.run(
            [
                *(programm, "--pgdata", kopie / "postgres", "--wal-method", "stream"),
                *("--checkpoint", "fast", "--dbname", server.dsn(VERWALTUNG, "postgres")),
            ],
            check=True,
            capture_output=True,
        )
        spaeter = asyncio.run(schreibe(server.zugang()))
        eigner = (datenordner / "postgres").stat()
    # The copy belongs to whoever the server runs as, and says where it lies.
    for pfad in (kopie / "postgres", *(kopie / "postgres").rglob("*")):
        os.chown(pfad, eigner.st_uid, eigner.st_gid)
    zustand = json.loads((datenordner / "postgres.json").read_text())
    (kopie / "postgres.json").write_text(json.dumps(zustand | {"cluster": str(kopie / "postgres")}))
    with EingebetteterServer(kopie) as server:
        assert asyncio.run(pruefe(server.zugang(), anker)) == (1, None)
        # Sealed after the backup was made: an anchor shows what is missing.
        assert asyncio.run(pruefe(server.zugang(), spaeter)) == (1, "anker_fehlt")
        assert asyncio.run(schreibe(server.zugang())).block == 2
