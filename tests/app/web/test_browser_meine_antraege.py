"""Pages of one's own applications in Chromium: every state passes axe and 320 pixels, in three languages."""

from uuid import UUID, uuid4

import pytest
from playwright.async_api import Page

from app.db.sitzung import transaktion
from app.konto.sitzungen import CSRF_KOPF, csrf_token
from app.mitteilungen import service as mitteilungen
from app.worker import arbeite_einmal
from tests.app.conftest import Stadt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung, zu_pruefen
from tests.browser import Fenster, als, geprueft


async def _zeige_an(seite: Page, anzeige: dict[str, object]) -> dict[str, object]:
    keks = next(keks for keks in await seite.context.cookies() if keks.get("name") == "amt")
    antwort = await seite.request.post(
        "/api/v1/gewerbeanzeigen",
        data=anzeige,
        headers={CSRF_KOPF: csrf_token(keks["value"]), "Idempotency-Key": str(uuid4())},
    )
    assert antwort.status == 201, await antwort.text()
    einreichung: dict[str, object] = await antwort.json()
    return einreichung


@pytest.mark.parametrize("sprache", ["de-DE", "en-GB", "de-simple"])
async def test_a_certified_notice(fenster: Fenster, stadt: Stadt, sprache: str) -> None:
    await stadt(PADERBORN)
    seite = await als(await fenster(locale=sprache))
    einreichung = await _zeige_an(seite, anmeldung())
    await arbeite_einmal()
    for pfad in ("", "/daten", "/nachrichten"):
        await seite.goto(f"/konto/antraege/{einreichung['id']}{pfad}")
        for klappe in await seite.locator("summary").all():
            await klappe.click()
        await geprueft(seite)
    await seite.goto(f"/konto/antraege/{einreichung['id']}/daten")
    await seite.locator("summary").first.click()
    await seite.locator('a[href*="/daten/"]').first.click()
    assert "Musterfrau" in await seite.locator("pre").inner_text()
    await geprueft(seite)
    await seite.goto("/konto")
    await geprueft(seite)


async def test_what_waits_is_written_about_and_withdrawn(fenster: Fenster, stadt: Stadt) -> None:
    await stadt(PADERBORN)
    seite = await als(await fenster(java_script_enabled=True))
    einreichung = await _zeige_an(seite, zu_pruefen())
    async with transaktion(gemeinde=PADERBORN) as session:
        await mitteilungen.schreibe_an_person(
            session,
            UUID(str(einreichung["id"])),
            "Bitte die Erlaubnis nachreichen.\nDanke",
            ags=PADERBORN,
            vorgang_id=UUID(einreichung["anzeigen"][0]["vorgang_id"]),  # type: ignore[index]
            durch=uuid4(),
        )
    await seite.goto(f"/konto/antraege/{einreichung['id']}")
    await geprueft(seite)
    await seite.get_by_role("link", name="Nachrichten lesen").click()
    await seite.get_by_role("button", name="Nachricht senden").click()
    await geprueft(seite)
    # The summary leads to the field, by keyboard.
    await seite.get_by_role("link", name="Bitte schreiben Sie etwas.").press("Enter")
    assert seite.url.endswith("#text")
    await seite.keyboard.press("Tab")
    await seite.locator("#text").fill("Kommt morgen.")
    await seite.get_by_role("button", name="Nachricht senden").press("Enter")
    assert "Kommt morgen." in await seite.locator("#neueste").inner_text()
    await geprueft(seite)

    await seite.goto(f"/konto/antraege/{einreichung['id']}/zuruecknehmen")
    await seite.get_by_role("button", name="Antrag zurücknehmen").click()
    await geprueft(seite)
    await seite.locator("#ja").check()
    await seite.get_by_role("button", name="Antrag zurücknehmen").click()
    assert "Von Ihnen zurückgenommen" in await seite.locator("main").inner_text()
    await geprueft(seite)
