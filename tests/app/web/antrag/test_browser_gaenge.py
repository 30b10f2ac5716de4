"""Each service in Chromium, from its page to the receipt: in three languages, and without a script."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from app.worker import arbeite_einmal
from tests.app.conftest import Stadt
from tests.app.web.antrag import gaenge
from tests.app.web.antrag.ausfuellen import fuelle_aus
from tests.app.web.antrag.conftest import AGS
from tests.app.web.antrag.gaenge import Gang
from tests.browser import Fenster, als, geprueft

GEPRUEFT = [
    ("de-DE", gaenge.GBR),
    ("en-GB", gaenge.UMMELDUNG),
    ("de-simple", gaenge.TEILHABE),
]
WEITERE = [
    gaenge.ANMELDUNG,
    gaenge.UMMELDUNG,
    gaenge.ABMELDUNG,
    gaenge.MELDEBESCHEINIGUNG,
    gaenge.PARKAUSWEIS,
    gaenge.SCHUELERTICKET,
    gaenge.TEILHABE,
]


async def _beginne(seite: Page, gang: Gang) -> None:
    await seite.goto(f"/leistungen/{AGS}/{gang.leistung}")
    await seite.locator("main a.kern-btn").first.click()
    await seite.locator("#beginnen button").click()


async def _sende(seite: Page) -> None:
    await seite.locator("#kenntnis").check()
    await seite.locator('button[value="senden"]').click()
    await seite.locator(".kern-alert--success").wait_for()


async def _bescheinigt(seite: Page, gang: Gang) -> None:
    if gang.bescheinigungen:
        await arbeite_einmal()
        await seite.reload()
        assert await seite.locator('a[href*="/bescheinigungen/"]').count() == gang.bescheinigungen


@pytest.mark.parametrize(("sprache", "gang"), GEPRUEFT, ids=lambda w: getattr(w, "leistung", w))
async def test_every_page_of_a_service_passes(
    fenster: Fenster, stadt: Stadt, tmp_path: Path, sprache: str, gang: Gang
) -> None:
    await stadt(AGS)
    seite = await als(await fenster(locale=sprache), niveau=gang.niveau)

    async def pruefe(_: str) -> None:
        await geprueft(seite)

    await _beginne(seite, gang)
    antworten, eintraege = gang.getippt()
    await fuelle_aus(seite, antworten, eintraege, je_seite=pruefe, ordner=tmp_path)
    await _sende(seite)
    await geprueft(seite)
    await _bescheinigt(seite, gang)
    await geprueft(seite)


@pytest.mark.parametrize("gang", WEITERE, ids=lambda gang: gang.leistung)
async def test_a_service_without_any_script(
    fenster: Fenster, stadt: Stadt, tmp_path: Path, gang: Gang
) -> None:
    await stadt(AGS)
    seite = await als(await fenster(java_script_enabled=False), niveau=gang.niveau)
    await _beginne(seite, gang)
    antworten, eintraege = gang.getippt()
    await fuelle_aus(seite, antworten, eintraege, ordner=tmp_path)
    await _sende(seite)
    await _bescheinigt(seite, gang)
