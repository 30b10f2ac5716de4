"""A real browser in front of the real house: Debian's Chromium, driven by playwright, and axe-core.

`haus` listens on a port of its own with its own login provider beside it; `browser` opens windows. One
Chromium serves the whole run. `geprueft` is what every page and every state of a page has to pass.
"""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from app.db.sitzung import transaktion
from app.konto import anmeldung, sitzungen
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.rollen import Rollenzuweisung
from app.settings import settings
from tests.idp import Idp

AXE = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"
_REGELN = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SCHMAL: ViewportSize = {"width": 320, "height": 640}
"""320 CSS pixels: a small phone, and a window of 1280 pixels at 400 % zoom (WCAG 2.1, 1.4.10)."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals stay with pytest."""
        yield


@dataclass(frozen=True)
class Haus:
    """The application as a browser reaches it."""

    adresse: str
    idp: Idp


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of this run."""
    programm = shutil.which("chromium")
    if programm is None:
        pytest.skip("Debian's package chromium is not installed")
    if not AXE.is_file():
        pytest.skip("the npm package axe-core is missing: npm ci")
    async with async_playwright() as spieler:
        # As root there is no sandbox; pages are our own.
        gestartet = await spieler.chromium.launch(
            executable_path=programm, args=["--no-sandbox", "--disable-gpu", "--no-proxy-server"]
        )
        yield gestartet
        await gestartet.close()


@pytest.fixture(scope="session")
def _hausplatz() -> Iterator[tuple[int, Idp]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Idp.starte(f"http://127.0.0.1:{port}", sammle_abmeldungen=False) as idp:
        yield port, idp


@pytest.fixture
async def haus(
    app: FastAPI, _hausplatz: tuple[int, Idp], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Haus]:
    """The application on a port of this machine, on the test's database, with people who can log in."""
    port, idp = _hausplatz
    adresse = f"http://127.0.0.1:{port}"
    for name, wert in {**idp.umgebung, "AMT_BASIS_URL": adresse, "AMT_DEMO": "true"}.items():
        monkeypatch.setenv(name, wert)
    settings.cache_clear()
    anmeldung.anbieter.cache_clear()
    server = _Server(uvicorn.Config(app, port=port, lifespan="off", log_level="error", access_log=False))
    laeuft = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 uvicorn sets no event
        await asyncio.sleep(0.01)
    yield Haus(adresse, idp)
    server.should_exit = True
    await laeuft
    monkeypatch.undo()
    settings.cache_clear()
    anmeldung.anbieter.cache_clear()


Fenster = Callable[..., Awaitable[Page]]


@pytest.fixture
async def fenster(chromium: Browser, haus: Haus) -> AsyncIterator[Fenster]:
    """Opens a window of a browser of its own; keywords are those of playwright's `new_context`."""
    offen: list[BrowserContext] = []

    async def oeffne(**eigenschaften: Any) -> Page:
        gewohnt = {"base_url": haus.adresse, "locale": "de-DE", "viewport": {"width": 1280, "height": 900}}
        zusammenhang = await chromium.new_context(**(gewohnt | eigenschaften))
        zusammenhang.set_default_timeout(10_000)
        offen.append(zusammenhang)
        return await zusammenhang.new_page()

    yield oeffne
    for einer in offen:
        await einer.close()


async def als(
    seite: Page,
    *rollen: Rollenzuweisung,
    art: Kontoart = Kontoart.PERSON,
    niveau: Niveau = Niveau.BASIS,
    angaben: Angaben | None = None,
    subjekt: str = "probe",
) -> Page:
    """The same window, logged in as after a checked login at the provider `bundid`."""
    gelungen = Anmeldung(
        anbieter="bundid",
        issuer="https://idp.example",
        subjekt=subjekt,
        art=Kontoart.BESCHAEFTIGT if rollen else art,
        niveau=niveau,
        angaben=angaben or Angaben(vornamen="Petra", familienname="Probe"),
        authentifiziert_am=datetime.now(UTC),
        rollen=rollen,
    )
    async with transaktion() as session:
        geheimnis = await sitzungen.beginne(session, gelungen, geraet="Chrome, Linux", bisher=None)
    await seite.context.add_cookies([{"name": "amt", "value": geheimnis, "url": settings().adresse}])
    return seite


async def geprueft(seite: Page) -> Page:
    """The page passes axe-core and fits a narrow window."""
    befunde = await axe(seite)
    assert befunde == [], f"{seite.url}: {befunde}"
    groesse = seite.viewport_size or _SCHMAL
    await seite.set_viewport_size(_SCHMAL)
    zu_breit = await seite.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert zu_breit <= 0, f"{seite.url} scrolls sideways by {zu_breit} pixels"
    await seite.set_viewport_size(groesse)
    return seite


async def axe(seite: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    await seite.evaluate(AXE.read_text("utf-8"))
    ergebnis = await seite.evaluate(
        "regeln => axe.run(document, {runOnly: {type: 'tag', values: regeln}, resultTypes: ['violations']})",
        _REGELN,
    )
    return [
        f"{befund['id']}: {' '.join(map(str, knoten['target']))} {knoten['html'][:120]}"
        for befund in ergebnis["violations"]
        for knoten in befund["nodes"]
    ]
