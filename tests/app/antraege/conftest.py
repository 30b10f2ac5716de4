"""A small service on a shelf of its own, people who apply for it, and their browsers."""

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import text

from app.db.sitzung import transaktion
from app.settings import settings
from tests.app.conftest import Einloggen, Stadt
from tests.app.leistungen import beispiel

PADERBORN = "05774032"
ENTWUERFE, ANTRAEGE = "/api/v1/entwuerfe", "/api/v1/antraege"
PNG = Path(__file__).with_name("punkt.png")
_DATEI = Path(beispiel.__file__).with_name("beispiel.yaml")

Person = Einloggen
Regal = Callable[[Callable[[dict[str, Any]], None]], None]


@pytest.fixture(autouse=True)
def regal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Regal]:
    """The installation's own folder of forms with the example in it; changes it."""
    ordner = tmp_path / "formulare"
    ordner.mkdir()
    shutil.copy(_DATEI, ordner)
    monkeypatch.setenv("AMT_FORMULARE", str(ordner))
    settings.cache_clear()
    staende = iter(range(1, 100))

    def aendere(womit: Callable[[dict[str, Any]], None]) -> None:
        inhalt = deepcopy(dict(beispiel.formular().inhalt))
        womit(inhalt)
        # Another folder: files that were read are kept.
        neu = tmp_path / f"formulare-{next(staende)}"
        neu.mkdir()
        (neu / _DATEI.name).write_text(yaml.safe_dump(inhalt, allow_unicode=True), "utf-8")
        monkeypatch.setenv("AMT_FORMULARE", str(neu))
        settings.cache_clear()

    yield aendere
    monkeypatch.undo()
    settings.cache_clear()


def antworten(**anders: Any) -> dict[str, Any]:
    """Answers that can be sent from any day on."""
    werte = deepcopy(beispiel.antworten())
    werte["stand"]["beginn"] = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    for pfad, wert in anders.items():
        *eltern, name = pfad.split("__")
        ort = werte
        for teil in eltern:
            ort = ort[teil]
        ort[name] = wert
    return werte


@pytest.fixture
async def person(stadt: Stadt, logge_ein: Einloggen) -> Person:
    """Somebody who is logged in, in a town that takes applications."""
    await stadt(PADERBORN)
    return logge_ein


async def begonnen(wer: httpx.AsyncClient, leistung: str = "beispiel") -> dict[str, Any]:
    """A new draft."""
    antwort = await wer.post(ENTWUERFE, json={"leistung": leistung, "ags": PADERBORN})
    assert antwort.status_code == 201, antwort.text
    entwurf: dict[str, Any] = antwort.json()
    return entwurf


async def gespeichert(
    wer: httpx.AsyncClient, entwurf: dict[str, Any], werte: dict[str, Any]
) -> httpx.Response:
    """The answer to saving."""
    return await wer.put(
        f"{ENTWUERFE}/{entwurf['id']}", json={"antworten": werte, "fassung": entwurf["fassung"]}
    )


async def hochgeladen(
    wer: httpx.AsyncClient, entwurf: dict[str, Any], nachweis: str = "versicherung", **anders: Any
) -> httpx.Response:
    """The answer to an upload."""
    datei = (
        anders.get("name", "police.png"),
        anders.get("inhalt", PNG.read_bytes()),
        anders.get("art", "image/png"),
    )
    return await wer.post(
        f"{ENTWUERFE}/{entwurf['id']}/anlagen", data={"nachweis": nachweis}, files={"datei": datei}
    )


async def fertiger(wer: httpx.AsyncClient, **anders: Any) -> dict[str, Any]:
    """A draft with everything that it needs to be sent."""
    entwurf = await begonnen(wer)
    antwort = await gespeichert(wer, entwurf, antworten(**anders))
    assert antwort.status_code == 200, antwort.text
    hoch = await hochgeladen(wer, entwurf)
    assert hoch.status_code == 201, hoch.text
    fertig: dict[str, Any] = antwort.json()
    return fertig


async def abgeschickt(wer: httpx.AsyncClient, entwurf: dict[str, Any], **anders: Any) -> httpx.Response:
    """The answer to sending it."""
    return await wer.post(
        f"{ENTWUERFE}/{entwurf['id']}/einreichung", json={"kenntnis": True, "sprache": "de", **anders}
    )


async def zahl(tabelle: str) -> int:
    """How many rows a table has, whoever's they are."""
    async with transaktion(gemeinde="*") as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {tabelle}")) or 0)
