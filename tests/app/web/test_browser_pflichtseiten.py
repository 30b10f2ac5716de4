"""Chromium: what every site has to have, and pages in Leichte Sprache; axe-core, 320 pixels, keyboard."""

import pytest
from playwright.async_api import Page

from app.db.sitzung import ALLE, transaktion
from app.demo.einrichtung import richte_staedte_ein
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle
from app.rueckmeldung import service
from tests.app.conftest import rolle
from tests.app.web.test_browser import AMT, OFFENE, ZOE
from tests.browser import Fenster, als, geprueft

SEITEN = ("/barrierefreiheit", "/datenschutz", "/impressum")


async def _auf(seite: Page, sprache: str) -> Page:
    await seite.goto(f"/sprache?auf={sprache}")
    return seite


@pytest.mark.parametrize("sprache", ["de", "en", "leicht"])
async def test_every_page_that_a_site_has_to_have(fenster: Fenster, sprache: str) -> None:
    await richte_staedte_ein()
    seite = await _auf(await fenster(), sprache)
    for pfad in (
        *SEITEN,
        *(f"{einer}/{AMT}" for einer in SEITEN),
        f"/rueckmeldung?ags={AMT}",
        "/rueckmeldung",
    ):
        await seite.goto(pfad)
        await geprueft(seite)
    await seite.locator("main button").click()
    assert await seite.get_by_role("alert").get_by_role("link").count() == 2
    await geprueft(seite)


async def test_every_open_page_in_leichte_sprache(fenster: Fenster) -> None:
    await richte_staedte_ein()
    seite = await _auf(await fenster(), "leicht")
    leistung = f"/leistungen/{AMT}/gewerbeanmeldung"
    for pfad in (*OFFENE, "/leistungen", f"/leistungen/{AMT}", leistung, f"{leistung}/datenschutz"):
        await seite.goto(pfad)
        assert await seite.locator("html").get_attribute("lang") == "de-simple"
        await geprueft(seite)


async def test_every_page_of_an_account_and_an_office_in_leichte_sprache(fenster: Fenster) -> None:
    await richte_staedte_ein()
    seite = await _auf(await als(await fenster(), niveau=Niveau.HOCH, angaben=ZOE), "leicht")
    for pfad in ("/konto", "/konto/sitzungen", "/konto/loeschen", "/konto/vertretungen"):
        await seite.goto(pfad)
        await geprueft(seite)
    await seite.get_by_role("button", name="Dazu·schreiben").click()
    await geprueft(seite)
    amt = await _auf(await als(await fenster(), rolle(Rolle.LEITUNG), subjekt="leitung"), "leicht")
    for pfad in (f"/amt/{AMT}", f"/amt/{AMT}/vorgaenge", f"/amt/{AMT}/gemeinde"):
        await amt.goto(pfad)
        await geprueft(amt)


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_barrier_is_reported_by_keyboard(fenster: Fenster, javascript: bool) -> None:
    await richte_staedte_ein()
    seite = await fenster(java_script_enabled=javascript, viewport={"width": 320, "height": 640})
    await seite.goto(f"/barrierefreiheit/{AMT}")
    await seite.get_by_role("link", name="Barriere melden").focus()
    await seite.keyboard.press("Enter")
    assert await seite.get_by_label("Ich stoße auf eine Barriere").is_checked()
    await seite.get_by_label("Ihre Nachricht").focus()
    await seite.keyboard.type("Der Knopf ist zu klein.")
    await seite.keyboard.press("Tab")
    await seite.keyboard.type("zoe@example.org")
    await seite.keyboard.press("Tab")
    await seite.keyboard.press("Enter")
    await seite.wait_for_url("**/rueckmeldung/danke*")
    assert await seite.get_by_text("Die Gemeinde antwortet Ihnen").count() == 1
    if javascript:
        await geprueft(seite)
    async with transaktion(gemeinde=ALLE) as session:
        [eine] = await service.alle(session, AMT)
    assert (eine.anliegen, eine.text, eine.seite) == (
        "barriere",
        "Der Knopf ist zu klein.",
        f"/barrierefreiheit/{AMT}",
    )


async def test_the_foot_of_each_page_asks_what_people_think(fenster: Fenster) -> None:
    await richte_staedte_ein()
    seite = await fenster()
    await seite.goto("/pruefcode")
    await seite.get_by_role("contentinfo").get_by_role("button", name="Nein").click()
    assert await seite.get_by_text("Es geht um diese Seite: /pruefcode").count() == 1
    assert await seite.get_by_label("Schlecht", exact=True).is_checked()
    assert await seite.get_by_label("Gemeinde").count() == 1
