"""Pictures of the main pages for docs/bilder, by `make bilder`: would you show them to a mayor?"""

import base64
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page

from app.konto.identitaet import Angaben, Anschrift
from app.konto.niveau import Niveau
from app.worker import arbeite_einmal
from tests.app.web.antrag import gaenge
from tests.app.web.antrag.ausfuellen import fuelle_aus, weiter
from tests.browser import Fenster, als

ORDNER = Path(__file__).resolve().parents[3] / "docs/bilder"
AGS = "05774032"
PETRA = Angaben(
    vornamen="Petra",
    familienname="Probe",
    geburtsdatum=None,
    anschrift=Anschrift(strasse="Rathausplatz", hausnummer="1", plz="33098", ort="Paderborn", staat="DE"),
    email="petra.probe@example.org",
)
SEITEN = {
    "07-taetigkeit": "taetigkeit",
    "08-liste": "gesellschafter",
    "09-nachweise": "nachweise",
    "10-pruefen": "pruefen",
}
_HOECHSTENS = 1600
"""Pixels of a picture's height."""

pytestmark = pytest.mark.skipif(os.environ.get("BILDER") != "1", reason="make bilder")


async def _bild(seite: Page, name: str) -> None:
    leitung = await seite.context.new_cdp_session(seite)
    breite = 1200
    hoehe = min(_HOECHSTENS, int(await seite.evaluate("document.documentElement.scrollHeight")))
    aufnahme = await leitung.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": 60,
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": breite, "height": hoehe, "scale": 0.75},
        },
    )
    (ORDNER / f"{name}.webp").write_bytes(base64.b64decode(aufnahme["data"]))


async def test_the_twelve_main_pages(
    fenster: Fenster, stadt: Callable[..., Awaitable[str]], tmp_path: Path
) -> None:
    await stadt(AGS)
    ORDNER.mkdir(exist_ok=True)
    gang = gaenge.GBR
    seite = await fenster(viewport={"width": 1200, "height": 900})
    for name, pfad in (
        ("01-start", "/"),
        ("02-ort", "/leistungen"),
        ("03-leistungen", f"/leistungen/{AGS}"),
        ("04-leistung", f"/leistungen/{AGS}/{gang.leistung}"),
        ("05-anmelden", "/anmelden"),
    ):
        await seite.goto(pfad)
        await _bild(seite, name)
    await als(seite, niveau=Niveau.SUBSTANTIELL, angaben=PETRA)
    await seite.goto(f"/leistungen/{AGS}/{gang.leistung}/beginnen")
    await seite.locator("#beginnen button").click()
    await weiter(seite)
    await _bild(seite, "06-fehler")

    antworten, eintraege = gang.getippt()
    await fuelle_aus(seite, antworten, eintraege, ordner=tmp_path)
    for name, schritt in SEITEN.items():
        await seite.goto(f"{seite.url.rpartition('/')[0]}/{schritt}")
        await _bild(seite, name)
    await seite.locator("#kenntnis").check()
    await seite.get_by_role("button", name="Jetzt absenden").click()
    await seite.locator(".kern-alert--success").wait_for()
    await arbeite_einmal()
    await seite.reload()
    await _bild(seite, "11-gesendet")
    await seite.get_by_role("link", name="Antrag verfolgen").click()
    await _bild(seite, "12-verfolgen")
    assert len(list(ORDNER.glob("*.webp"))) == 12
