"""`amt gemeinde` as a shell sees it."""

import asyncio
import os
import sys
from pathlib import Path

from app.db.rollen import Zugang

WURZEL = Path(__file__).resolve().parents[3]


async def rufe(datenbank: Zugang, *argumente: str) -> tuple[int | None, str]:
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "gemeinde", *argumente),
        cwd=WURZEL,
        env={**os.environ, "DATABASE_URL": datenbank.anwendung},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    ausgabe, _ = await prozess.communicate()
    return prozess.returncode, ausgabe.decode()


async def test_town_is_set_up_changed_and_listed(datenbank: Zugang) -> None:
    neu = ("einrichten", "05774020", "--name", "Stadt Delbrück", "--aktenzeichen", "GA {jahr}/{nummer}")
    assert (await rufe(datenbank, *neu))[0] == 0
    code, ausgabe = await rufe(
        datenbank, "aendern", "05774020", "--von-hand", "--verzicht", "dguv", "--filter", "hwk"
    )
    assert code == 0, ausgabe
    assert (await rufe(datenbank, "liste"))[1] == ausgabe
    for teil in ("05774020", "Stadt Delbrück", "GA {jahr}/{nummer}", "von Hand", "dguv", "hwk"):
        assert teil in ausgabe


async def test_what_cannot_be_is_refused(datenbank: Zugang) -> None:
    for falsch in (
        ("einrichten", "12052000"),
        ("einrichten", "05774020", "--aktenzeichen", "immer gleich"),
        ("aendern", "05774020", "--von-hand"),
        ("aendern", "05774020", "--filter", "alle"),
    ):
        code, ausgabe = await rufe(datenbank, *falsch)
        assert code == 2, ausgabe
        assert "Traceback" not in ausgabe
    assert await rufe(datenbank, "liste") == (0, "")
