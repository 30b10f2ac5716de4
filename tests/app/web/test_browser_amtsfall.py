"""The office's pages of an application in Chromium: axe-core, 320 pixels, and the keyboard to write."""

import pytest

from app.konto.rollen import Rolle
from tests.app.antraege.test_entscheidungen import fall_von, stelle
from tests.app.conftest import Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import PADERBORN
from tests.browser import Fenster, als, geprueft


@pytest.mark.parametrize("leistung", ["schuelerticket", "teilhabe"])
async def test_every_page_of_a_case(
    fenster: Fenster, stadt: Stadt, logge_ein: Einloggen, leistung: str
) -> None:
    await stadt(PADERBORN)
    await stelle(await logge_ein(), leistung)
    fall = await fall_von(await logge_ein(rolle(Rolle.LEITUNG)))
    seite = await als(await fenster(), rolle(Rolle.SACHBEARBEITUNG), subjekt="amt")
    hier = f"/amt/{PADERBORN}/vorgaenge/{fall['id']}"
    await seite.goto(f"/amt/{PADERBORN}/vorgaenge")
    await geprueft(seite)
    await seite.goto(hier)
    await geprueft(seite)
    if leistung == "teilhabe":
        await seite.get_by_role("link", name="Geschützte Angaben öffnen").click()
        await geprueft(seite)
    await seite.goto(f"{hier}/nachrichten")
    await geprueft(seite)
    knopf = seite.get_by_role("button", name="Nachricht senden")
    await knopf.focus()
    await seite.keyboard.press("Enter")
    await seite.get_by_role("alert").wait_for()
    await geprueft(seite)
    await seite.get_by_label("Ihre Nachricht").focus()
    await seite.keyboard.type("Bitte senden Sie uns das Foto.")
    await seite.keyboard.press("Tab")
    await seite.keyboard.press("Tab")
    await seite.keyboard.press("Enter")
    await seite.get_by_text("Bitte senden Sie uns das Foto.").wait_for()
    await geprueft(seite)
