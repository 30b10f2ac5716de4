"""A service is handed from town to town by the command line; taken over only from a key that is trusted."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

import pytest

from app.db.rollen import Zugang

WURZEL = Path(__file__).resolve().parents[3]
PADERBORN, BIELEFELD = "05774032", "05711000"


async def rufe(datenbank: Zugang, ordner: Path, *argumente: str) -> tuple[int | None, str, str]:
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", *argumente),
        cwd=WURZEL,
        env={**os.environ, "DATABASE_URL": datenbank.anwendung, "AMT_DATENORDNER": str(ordner)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    ausgabe, fehler = await prozess.communicate()
    return prozess.returncode, ausgabe.decode(), fehler.decode()


@pytest.fixture
async def staedte(datenbank: Zugang, tmp_path: Path) -> None:
    for ags in (PADERBORN, BIELEFELD):
        code, _, fehler = await rufe(datenbank, tmp_path, "gemeinde", "einrichten", ags)
        assert code == 0, fehler


@pytest.mark.usefixtures("staedte")
async def test_from_town_to_town(datenbank: Zugang, tmp_path: Path) -> None:
    archiv = tmp_path / "parken.zip"
    ausgeben = ("formular", "export", "bewohnerparkausweis", "--ags", PADERBORN, "--datei", str(archiv))
    code, ausgabe, fehler = await rufe(datenbank, tmp_path, *ausgeben)
    assert code == 0, fehler
    abdruck = re.search(r"(?:[0-9a-f]{4} ){7}[0-9a-f]{4}", ausgabe)
    assert abdruck is not None

    uebernehmen = ("formular", "import", str(archiv), "--ags", BIELEFELD)
    code, _, fehler = await rufe(datenbank, tmp_path, *uebernehmen)
    assert code == 1
    assert "Nicht übernommen" in fehler
    assert abdruck[0] in fehler

    zeigen = ("formular", "angebot", BIELEFELD, "bewohnerparkausweis", "--json")
    code, ausgabe, fehler = await rufe(datenbank, tmp_path, *zeigen)
    assert json.loads(ausgabe)[0]["herkunft"] is None, fehler
    code, ausgabe, fehler = await rufe(
        datenbank, tmp_path, *uebernehmen, "--probe", "--vertraue", abdruck[0], "--json"
    )
    assert (code, json.loads(ausgabe)) == (0, []), fehler
    code, _, fehler = await rufe(datenbank, tmp_path, *uebernehmen, "--vertraue", abdruck[0])
    assert code == 0, fehler
    _, ausgabe, _ = await rufe(datenbank, tmp_path, *zeigen)
    assert json.loads(ausgabe)[0]["herkunft"]["gemeinde"] == "Paderborn"


@pytest.mark.usefixtures("staedte")
async def test_a_service_is_suspended(datenbank: Zugang, tmp_path: Path) -> None:
    aussetzen = ("formular", "angebot", PADERBORN, "teilhabe", "--aussetzen")
    code, ausgabe, fehler = await rufe(datenbank, tmp_path, *aussetzen)
    assert code == 0, fehler
    assert "ausgesetzt" in ausgabe
    _, ausgabe, _ = await rufe(datenbank, tmp_path, "formular", "angebot", PADERBORN, "--json")
    zustaende = {eine["leistung"]: eine["zustand"] for eine in json.loads(ausgabe)}
    assert zustaende.pop("teilhabe") == "ausgesetzt"
    assert set(zustaende.values()) == {"angeboten"}
    assert len(zustaende) == 6


async def test_what_cannot_be_read(datenbank: Zugang, tmp_path: Path) -> None:
    kaputt = tmp_path / "kaputt.zip"
    kaputt.write_bytes(b"PK\x03\x04 nichts")
    for datei in (kaputt, tmp_path / "fehlt.zip"):
        code, _, _ = await rufe(datenbank, tmp_path, "formular", "import", str(datei), "--ags", PADERBORN)
        assert code == 2
    code, _, _ = await rufe(datenbank, tmp_path, "formular", "export", "teilhabe", "--ags", "05758012")
    assert code == 2


@pytest.mark.parametrize(
    ("neu", "erwartet"), [("bewohnerparkausweis", 0), ("meldebescheinigung", 1), ("gibt_es_nicht", 2)]
)
async def test_compared(datenbank: Zugang, tmp_path: Path, neu: str, erwartet: int) -> None:
    code, _, fehler = await rufe(
        datenbank, tmp_path, "formular", "vergleich", "bewohnerparkausweis", neu, "--json"
    )
    assert code == erwartet, fehler
