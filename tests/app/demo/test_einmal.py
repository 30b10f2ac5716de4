"""The main job in one command, over the public API."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.demo.beispiele import Beispiel, beispiele
from app.demo.einmal import Bericht, Gang
from app.demo.einrichtung import Zugaenge
from app.worker import arbeite_einmal
from tests.conftest import shared

ALLE = beispiele(datetime.now(UTC).date())


async def _gehe(
    client: httpx.AsyncClient, ordner: Path, daten: bytes, gemeinde: str | None = None
) -> Bericht:
    return await Gang(client, Zugaenge(ordner), arbeite_einmal, "anzeige").gehe(daten, gemeinde)


@pytest.mark.parametrize("beispiel", ALLE[::3], ids=lambda b: b.name)
async def test_demo_notices_reach_everybody(
    client: httpx.AsyncClient, tmp_path: Path, beispiel: Beispiel
) -> None:
    bericht = await _gehe(client, tmp_path, beispiel.als_bytes())
    assert bericht.gelungen, bericht.als_dict()
    assert len(bericht.empfaenger) >= 10


@pytest.mark.parametrize("name", ["xgwa2.1-valid.xml", "xgwa2.2-valid.xml"])
async def test_official_messages_reach_everybody(
    client: httpx.AsyncClient, tmp_path: Path, name: str
) -> None:
    daten = shared(f"data/xgewerbeanzeige/examples/{name}").read_bytes()
    bericht = await _gehe(client, tmp_path, daten)
    assert bericht.gelungen, bericht.als_dict()
    assert "Umadressiert an die Gemeinde 05774032 statt 12052000" in bericht.schritte[0].was
    # Once more is the same notice, and everybody has it already.
    noch_einmal = await _gehe(client, tmp_path, daten)
    assert noch_einmal.gelungen
    assert noch_einmal.stand["eingangsnummer"] == bericht.stand["eingangsnummer"]


async def test_official_invalid_message_is_explained(client: httpx.AsyncClient, tmp_path: Path) -> None:
    daten = shared("data/xgewerbeanzeige/examples/xgwa2.2-invalid.xml").read_bytes()
    bericht = await _gehe(client, tmp_path, daten)
    assert not bericht.gelungen
    assert bericht.befunde


async def test_any_town_of_the_state_can_be_named(client: httpx.AsyncClient, tmp_path: Path) -> None:
    bericht = await _gehe(client, tmp_path, ALLE[0].als_bytes(), "05315000")
    assert bericht.gelungen
    assert "IHK Köln" in {empfang.name for empfang in bericht.empfaenger}


def _amt(ordner: Path, *argumente: str) -> subprocess.CompletedProcess[str]:
    umgebung = {name: wert for name, wert in os.environ.items() if not name.startswith("AMT_")}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "demo", *argumente],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=umgebung | {"AMT_DATENORDNER": str(ordner)},
    )


def test_command_line(tmp_path: Path, datenordner: Path) -> None:
    anzeige = tmp_path / "anzeige.json"
    anzeige.write_bytes(ALLE[0].als_bytes())
    ziel = tmp_path / "xml"
    fertig = _amt(datenordner, "--einmal", str(anzeige), "--json", "--xml", str(ziel))
    assert fertig.returncode == 0, fertig.stderr
    bericht = json.loads(fertig.stdout)
    assert bericht["gelungen"]
    assert len(list(ziel.glob("*.xml"))) == len(bericht["empfaenger"])


@pytest.mark.parametrize(
    "argumente", [("--einmal", "gibt-es-nicht.xml"), ("--einmal", __file__, "--gemeinde", "12052000")]
)
def test_unusable_input_ends_with_2(datenordner: Path, argumente: tuple[str, ...]) -> None:
    assert _amt(datenordner, *argumente).returncode == 2
