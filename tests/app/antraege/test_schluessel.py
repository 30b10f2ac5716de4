"""`amt datenschluessel erneuern`: afterwards nothing hangs on the old key, and everything opens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.db import tresor
from app.db.rollen import Zugang
from tests.app.antraege.conftest import (
    ANTRAEGE,
    ENTWUERFE,
    PNG,
    Person,
    abgeschickt,
    antworten,
    begonnen,
    fertiger,
)

WURZEL = Path(__file__).resolve().parents[3]


def _erneuere(datenbank: Zugang, schluessel: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "datenschluessel", "erneuern"],
        env={**os.environ, "DATABASE_URL": datenbank.anwendung, "AMT_DATENSCHLUESSEL": schluessel},
        cwd=WURZEL,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_everything_opens_with_the_new_key_alone(
    person: Person, datenbank: Zugang, monkeypatch: pytest.MonkeyPatch
) -> None:
    wer = await person()
    gesendet = (await abgeschickt(wer, await fertiger(wer))).json()
    offen = await fertiger(wer)
    neu = tresor.neuer_schluessel()
    lauf = _erneuere(datenbank, f"{neu},{os.environ['AMT_DATENSCHLUESSEL']}")
    assert lauf.returncode == 0, lauf.stderr
    zahlen = dict(zeile.split(": ") for zeile in lauf.stdout.splitlines() if ": " in zeile)
    assert {zahlen[name] for name in ("entwurf.inhalt", "anlage.inhalt", "antragsinhalt.inhalt")} == {"1"}
    monkeypatch.setattr(tresor, "tresor", lambda: tresor.Tresor(neu))
    pfad = f"{ENTWUERFE}/{offen['id']}"
    assert (await wer.get(pfad)).json()["antworten"] == antworten()
    [anlage] = (await wer.get(f"{pfad}/anlagen")).json()["anlagen"]
    assert (await wer.get(f"{pfad}/anlagen/{anlage['id']}")).content == PNG.read_bytes()
    assert (await wer.get(f"{ANTRAEGE}/{gesendet['id']}")).json()["antworten"] == gesendet["antworten"]


async def test_without_the_old_key_it_stops_and_says_so(person: Person, datenbank: Zugang) -> None:
    await begonnen(await person())
    lauf = _erneuere(datenbank, tresor.neuer_schluessel())
    assert lauf.returncode == 2
    assert "AMT_DATENSCHLUESSEL" in lauf.stderr
    assert "Traceback" not in lauf.stderr


def test_a_new_key_is_a_new_key() -> None:
    gedruckt = {
        subprocess.run(
            [sys.executable, "-m", "app.cli", "datenschluessel", "neu"],
            cwd=WURZEL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    }
    assert len(gedruckt) == 2
    for einer in gedruckt:
        tresor.Tresor(einer)
