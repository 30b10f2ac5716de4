"""The demo provider's pages in a real browser: for everybody, without scripts, and never taken for real."""

from tests.browser import Fenster, geprueft


async def test_a_person_is_chosen_without_scripts(fenster: Fenster) -> None:
    seite = await fenster(java_script_enabled=False)
    await seite.goto("/anmelden")
    await seite.get_by_role("button", name="BundID").click()
    await seite.get_by_role("button", name="Erika Musterfrau").click()
    await seite.wait_for_url("**/konto")


async def test_its_pages_are_for_everybody_and_say_what_they_are(fenster: Fenster) -> None:
    seite = await fenster()
    await seite.goto("/anmelden?fuer=amt&niveau=substantiell")
    await seite.get_by_role("button", name="Paderborn").click()
    await seite.wait_for_url("**/paderborn/person/**")
    await geprueft(seite)
    warnung = seite.get_by_text("Das ist kein echter Anmeldedienst")
    assert await warnung.is_visible()
    # The keyboard reaches every person, and Enter chooses.
    await seite.keyboard.press("Tab")
    assert await seite.evaluate("document.activeElement.value") == "p-sachbearbeitung"
    await seite.keyboard.press("Enter")
    await seite.wait_for_url("**/konto")
    await seite.get_by_role("button", name="Abmelden").click()
    await seite.wait_for_url("**/session/end**")
    await geprueft(seite)
    assert await seite.get_by_text("Das ist kein echter Anmeldedienst").is_visible()
    await seite.get_by_role("button", name="Abmelden").click()
    await seite.wait_for_url("**/abgemeldet")
