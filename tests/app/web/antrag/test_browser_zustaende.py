"""States of the pages of a draft in Chromium: faults, two windows, ends of sessions, scripts that help."""

import asyncio
from pathlib import Path

from playwright.async_api import Page, Route
from sqlalchemy import text

from app.db.sitzung import transaktion
from app.konto.niveau import Niveau
from tests.app.antraege import dateien
from tests.app.web.antrag.ausfuellen import beantworte, weiter
from tests.app.web.antrag.conftest import AGS, BEGINNEN
from tests.browser import Fenster, als, geprueft

PERSON = {
    "person.geburtsdatum": "17.4.85",
    "person.email": "zofia@example.org",
    "person.anschrift.nation": "528",
    "person.anschrift.plz": "1011 AB",
}
STAND = {
    "stand.art": "obst",
    "stand.laenge": "6",
    "stand.beginn": "6.3.2027",
    "stand.wagen": "nein",
    "stand.iban": "DE02120300000000202051",
}


async def _beginne(fenster: Fenster, **eigenschaften: object) -> Page:
    seite = await als(await fenster(**eigenschaften), niveau=Niveau.SUBSTANTIELL)
    await seite.goto(BEGINNEN)
    await seite.locator("#beginnen button").click()
    return seite


async def _adresse(seite: Page, schritt: str) -> str:
    davor, _, rest = seite.url.partition("/antrag/")
    return f"{davor}/antrag/{rest.partition('/')[0]}/{schritt}"


async def test_finding_a_service(fenster: Fenster, paderborn: str) -> None:
    seite = await fenster()
    await seite.goto("/")
    await seite.get_by_role("navigation", name="Hauptmenü").get_by_role("link", name="Leistungen").click()
    await geprueft(seite)
    await seite.get_by_label("Ort oder Postleitzahl").fill("Bad")
    await seite.get_by_role("button", name="Ort suchen").click()
    await geprueft(seite)
    await seite.get_by_label("Ort oder Postleitzahl").fill("paderborn")
    await seite.keyboard.press("Enter")
    await seite.wait_for_url(f"**/leistungen/{AGS}")
    await geprueft(seite)
    for wort in ("marktstand", "xyzzyxyz"):
        await seite.get_by_label("Was möchten Sie erledigen?").fill(wort)
        await seite.keyboard.press("Enter")
        await seite.wait_for_url(f"**?q={wort}")
        await geprueft(seite)
    await seite.goto(f"/leistungen/{AGS}/beispiel")
    await geprueft(seite)
    await seite.get_by_role("link", name="Was mit Ihren Daten geschieht").click()
    await geprueft(seite)
    await seite.go_back()
    await seite.get_by_role("link", name="Online beginnen").first.click()
    assert "/anmelden?ziel=" in seite.url


async def test_faults_lead_to_their_fields_and_every_state_passes(fenster: Fenster, paderborn: str) -> None:
    seite = await _beginne(fenster)
    await weiter(seite)
    await geprueft(seite)
    assert (await seite.title()).startswith("Fehler: ")
    assert await seite.evaluate("document.activeElement.id") == "fehler"
    await seite.locator("#fehler").get_by_role("link").first.click()
    assert "#person-" in seite.url
    await beantworte(seite, PERSON | {"person.anschrift.nation": "276", "person.anschrift.plz": "33098"})
    await weiter(seite)
    assert "mehr=1" in seite.url
    await geprueft(seite)
    await beantworte(seite, {"person.anschrift.gemeinde": "suche:Pader"})
    await geprueft(seite)
    await weiter(seite)
    await weiter(seite)
    await geprueft(seite)
    await beantworte(seite, STAND)
    await weiter(seite)
    await weiter(seite)
    await weiter(seite)
    # No helper yet, and one is needed.
    await geprueft(seite)
    await seite.locator('button[value="hinzufuegen"]').click()
    await weiter(seite)
    await geprueft(seite)
    await beantworte(seite, {"vorname": "Ada", "familienname": "Ö", "geburtsdatum": "2.1.1990"})
    await weiter(seite)
    await seite.locator('button[value="entfernen:1"]').click()
    await geprueft(seite)
    await seite.locator('button[value="bleiben"]').click()
    await seite.locator('button[value="zu:pruefen"]').evaluate("e => e.closest('details').open = true")
    await seite.locator('button[value="zu:pruefen"]').click()
    assert await seite.get_by_role("heading", name="Das fehlt noch").count() == 1
    await geprueft(seite)
    await seite.get_by_role("button", name="Speichern und später").click()
    await geprueft(seite)
    # Back to where one was, on another day and device.
    await seite.get_by_role("link", name="Doch jetzt weitermachen").click()
    assert seite.url.endswith("/helfer")


async def test_a_form_by_keyboard_alone(fenster: Fenster, paderborn: str) -> None:
    seite = await _beginne(fenster)
    await seite.locator("#person-geburtsdatum").focus()
    for worte in ("17.4.85", "zofia@example.org", ""):
        if worte:
            await seite.keyboard.type(worte)
        await seite.keyboard.press("Tab")
    await seite.keyboard.press("Space")
    await seite.keyboard.press("Tab")
    await seite.keyboard.type("33098")
    # Enter in a field goes on; the question that follows from an answer comes first.
    await seite.keyboard.press("Enter")
    await seite.wait_for_url("**/person?mehr=1*")
    await seite.locator("#person-anschrift-gemeinde").focus()
    await seite.keyboard.type("Paderborn")
    await seite.keyboard.press("Enter")
    await seite.locator('[name="person.anschrift.gemeinde"]').first.wait_for()
    await seite.keyboard.press("Enter")
    await seite.wait_for_url("**/stand")


async def test_what_is_typed_is_saved_by_itself(fenster: Fenster, paderborn: str) -> None:
    seite = await _beginne(fenster)
    await beantworte(seite, {"person.email": "von-selbst@example.org"})
    await seite.get_by_text("Gespeichert um").wait_for()
    await geprueft(seite)
    await seite.reload()
    assert await seite.input_value("#person-email") == "von-selbst@example.org"
    # The page knows its new version: going on is no conflict.
    await beantworte(seite, PERSON)
    await seite.get_by_text("Gespeichert um").wait_for()
    await weiter(seite)
    await seite.wait_for_url("**/stand")


async def test_two_windows_and_the_end_of_a_session(fenster: Fenster, paderborn: str) -> None:
    seite = await _beginne(fenster)
    await beantworte(seite, PERSON)
    await weiter(seite)
    zweites = await seite.context.new_page()
    for eine in (seite, zweites):
        await eine.goto(await _adresse(seite, "person"))
    await beantworte(seite, {"person.email": "eins@example.org"})
    await weiter(seite)
    await beantworte(zweites, {"person.email": "zwei@example.org"})
    await weiter(zweites)
    await geprueft(zweites)
    assert await zweites.get_by_role("cell", name="eins@example.org").count() == 1
    await zweites.get_by_role("button", name="Meine Eingaben von hier").click()
    await zweites.wait_for_url("**/stand")

    await seite.goto(await _adresse(seite, "person"))
    async with transaktion() as session:
        await session.execute(text("UPDATE websitzung SET zuletzt_am = now() - interval '2 hours'"))
    await seite.locator("#person-email").fill("drei@example.org")
    await weiter(seite)
    assert await seite.get_by_text("Ihre Eingaben sind nicht verloren").count() == 1
    await geprueft(seite)
    ziel = await seite.get_by_role("link", name="Wieder anmelden").get_attribute("href")
    assert ziel is not None
    assert "drei@" not in ziel
    await als(seite, niveau=Niveau.SUBSTANTIELL)
    await seite.goto(await _adresse(seite, "person?wieder=1"))
    assert await seite.input_value("#person-email") == "drei@example.org"
    await geprueft(seite)


async def _ende(seite: Page, datei: Path) -> None:
    await beantworte(seite, PERSON)
    await weiter(seite)
    await beantworte(seite, STAND | {"stand.laenge": "3"})
    await weiter(seite)
    await weiter(seite)
    await seite.locator("input[type=file]").set_input_files(datei)
    await seite.get_by_role("button", name="Hochladen").click()
    await seite.get_by_text("Die Datei ist gespeichert").wait_for()


async def test_uploads_tell_what_is_wrong_and_when_they_break_off(
    fenster: Fenster, paderborn: str, tmp_path: Path
) -> None:
    seite = await _beginne(fenster)
    gut, schlecht = tmp_path / "Police.pdf", tmp_path / "Police.exe"
    gut.write_bytes(dateien.pdf())
    schlecht.write_bytes(b"MZ\x90\x00" * 100)
    await seite.goto(await _adresse(seite, "nachweise"))
    await weiter(seite)
    await geprueft(seite)
    await seite.locator("input[type=file]").set_input_files(schlecht)
    await seite.get_by_role("button", name="Hochladen").click()
    await seite.locator("#nachweis-versicherung-fehler").wait_for()
    await geprueft(seite)

    async def brich_ab(strecke: Route) -> None:
        await strecke.abort()

    await seite.route("**/nachweise/versicherung", brich_ab)
    await seite.locator("input[type=file]").set_input_files(gut)
    await seite.get_by_role("button", name="Hochladen").click()
    await seite.get_by_text("Die Übertragung ist abgebrochen").wait_for()
    await geprueft(seite)
    await seite.unroute("**/nachweise/versicherung")
    await seite.get_by_role("button", name="Hochladen").click()
    await seite.get_by_role("link", name="Police.pdf").wait_for()
    await geprueft(seite)


async def test_a_double_click_sends_once_and_the_way_back_shows_the_receipt(
    fenster: Fenster, paderborn: str, tmp_path: Path
) -> None:
    datei = tmp_path / "Police.pdf"
    datei.write_bytes(dateien.pdf())
    seite = await _beginne(fenster)
    await _ende(seite, datei)
    await weiter(seite)
    await seite.get_by_role("button", name="Jetzt absenden").click()
    await geprueft(seite)
    await seite.locator("#kenntnis").check()
    gesendet: list[str] = []
    seite.on("request", lambda a: gesendet.append(a.url) if a.method == "POST" else None)
    await seite.get_by_role("button", name="Jetzt absenden").dblclick()
    await seite.get_by_role("heading", name="Ihr Antrag ist angekommen").wait_for()
    await asyncio.sleep(0.2)
    assert len(gesendet) == 1
    await geprueft(seite)
    await seite.goto(await _adresse(seite, "person"))
    assert seite.url.endswith("/gesendet")
    async with transaktion(gemeinde="*") as session:
        assert await session.scalar(text("SELECT count(*) FROM antrag")) == 1
