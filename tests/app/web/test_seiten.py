"""The pages: what they show to whom; every file they load is there, nothing comes from elsewhere."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from app.demo.beispiele import beispiele
from app.demo.einrichtung import Zugaenge, richte_staedte_ein
from app.demo.kunde import Kunde
from app.settings import settings
from app.vorgaenge.service import ORTSZEIT


@pytest.fixture
def _demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AMT_DEMO", "true")
    settings.cache_clear()
    yield
    settings.cache_clear()


async def _reiche_ein(client: httpx.AsyncClient, ordner: Path) -> None:
    await richte_staedte_ein()
    portal = Kunde(client, await Zugaenge(ordner).portal())
    for beispiel in beispiele(datetime.now(ORTSZEIT).date())[:6]:
        antwort = await portal.reiche_ein(beispiel.als_bytes(), medientyp="application/json")
        assert antwort.status_code == 201, antwort.text


@pytest.mark.usefixtures("_demo")
async def test_demo_shows_who_has_received_what(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await _reiche_ein(client, tmp_path)
    seite = (await client.get("/")).text
    assert "Café Paderquell" in seite
    assert "IHK Ostwestfalen zu Bielefeld: wartet" in seite
    # Delbrück looks at every notice itself.
    assert "in Prüfung" in seite


async def test_without_demo_no_case_is_shown(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await _reiche_ein(client, tmp_path)
    seite = (await client.get("/")).text
    assert "Digitales Gewerbeamt" in seite
    assert "Café" not in seite
    assert "32.30" not in seite


@pytest.mark.parametrize("pfad", ["/", "/api/docs"])
async def test_pages_load_only_files_of_their_own(client: httpx.AsyncClient, pfad: str) -> None:
    antwort = await client.get(pfad)
    assert antwort.status_code == 200
    assert "default-src 'none'" in antwort.headers["Content-Security-Policy"]
    verweise = set(re.findall(r'(?:href|src)="([^"]+)"', antwort.text))
    assert [v for v in verweise if v.startswith(("http", "//"))] == []
    statisch = [v for v in verweise if v.startswith("/static/")]
    assert statisch
    for verweis in statisch:
        assert (await client.get(verweis)).status_code == 200, verweis


async def test_docs_name_every_route_of_the_interface(client: httpx.AsyncClient) -> None:
    seite = (await client.get("/api/docs")).text
    openapi = (await client.get("/api/openapi.json")).json()
    assert [pfad for pfad in openapi["paths"] if pfad not in seite] == []


@pytest.mark.parametrize(
    "pfad", ["../settings.py", "kern/../../package.json", "%2e%2e/router.py", "web.css/"]
)
async def test_no_other_file_is_served(client: httpx.AsyncClient, pfad: str) -> None:
    assert (await client.get(f"/static/{pfad}")).status_code == 404
