"""The second person in Chromium: by keyboard, each state held to the rules of every page."""

from app.konto.identitaet import Angaben, Kontoart, Organisation
from tests.app.antraege.test_entscheidungen import ANTRAEGE, stelle
from tests.app.conftest import Einloggen, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN
from tests.browser import Fenster, als, geprueft

SCHULE = Angaben(
    vornamen="Sven", familienname="Sekretariat", organisation=Organisation(name="Gesamtschule am Beispielweg")
)


async def test_a_school_confirms(fenster: Fenster, stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    person = await logge_ein()
    antrag = await stelle(person, "schuelerticket")
    seite = await als(await fenster(), art=Kontoart.ORGANISATION, angaben=SCHULE, subjekt="schule")
    await seite.goto("/konto")
    await seite.get_by_role("link", name="Einen Antrag bestätigen").click()
    await geprueft(seite)
    await seite.get_by_label("Code").fill("falsch")
    await seite.keyboard.press("Enter")
    await seite.get_by_role("alert").get_by_role("link", name="Diesen Code gibt es nicht").wait_for()
    await geprueft(seite)
    await seite.get_by_label("Code").fill(antrag["bestaetigungscode"].lower())
    await seite.keyboard.press("Enter")
    await seite.get_by_text("Mia", exact=True).wait_for()
    await geprueft(seite)
    await seite.get_by_role("button", name="Bestätigen", exact=True).click()
    await geprueft(seite)
    await seite.get_by_role("alert").wait_for()
    await seite.get_by_label("Ja").check()
    await seite.get_by_role("button", name="Bestätigen", exact=True).click()
    await seite.get_by_label("Klasse").fill("5b")
    await seite.get_by_label("An dieser Schule seit").fill("1.8.2026")
    await geprueft(seite)
    await seite.get_by_role("button", name="Bestätigen", exact=True).click()
    await seite.get_by_text("Sie haben bestätigt.").wait_for()
    await geprueft(seite)
    stand = (await person.get(f"{ANTRAEGE}/{antrag['id']}/bestaetigung")).json()
    assert stand["antworten"] == {"besucht": True, "klasse": "5b", "seit": "2026-08-01"}
