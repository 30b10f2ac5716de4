"""The pages in Chromium: axe-core finds nothing on any of them, 320 pixels are enough, so is a keyboard."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, Request

from app.demo.beispiele import beispiele
from app.demo.einrichtung import Zugaenge, richte_staedte_ein
from app.demo.kunde import Kunde
from app.konto import anmeldung
from app.konto.identitaet import Angaben, Anschrift
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle
from app.vorgaenge.service import ORTSZEIT
from app.worker import arbeite_einmal
from tests.app.conftest import rolle
from tests.browser import Fenster, Haus, als, geprueft

AMT = "05774032"
ZOE = Angaben(
    vornamen="Zoë Märta Wilhelmina Konstantinopolitanische",
    familienname="Ångström-Donaudampfschifffahrtsgesellschaft",
    staatsangehoerigkeit="SE",
    anschrift=Anschrift(strasse="Exempelgatan", hausnummer="7", plz="211 34", ort="Malmö", staat="SE"),
    email="zoe.maerta.wilhelmina.konstantinopolitanische@sehr-langer-rechnername.example.org",
)
OFFENE = [
    "/",
    "/api/docs",
    "/pruefcode",
    "/pruefcode/0000",
    "/anmelden",
    "/anmelden?niveau=hoch",
    "/anmelden?fuer=amt",
    "/abgemeldet",
    "/gibt/es/nicht",
]


# In English the same templates hold other words: those with the longest are enough.
@pytest.mark.parametrize(("sprache", "pfade"), [("de-DE", OFFENE), ("en-GB", OFFENE[2:6])])
async def test_every_open_page(fenster: Fenster, sprache: str, pfade: list[str]) -> None:
    seite = await fenster(locale=sprache)
    for pfad in pfade:
        await seite.goto(pfad)
        await geprueft(seite)
        assert await seite.locator("html").get_attribute("lang") == sprache[:2]


async def test_every_page_and_state_of_the_account(fenster: Fenster) -> None:
    seite = await als(await fenster(), niveau=Niveau.HOCH, angaben=ZOE)
    zweites = await als(await fenster(), niveau=Niveau.BASIS, angaben=ZOE)
    for pfad in ("/konto", "/konto/sitzungen", "/konto/loeschen", "/konto/vertretungen"):
        await seite.goto(pfad)
        await geprueft(seite)

    await seite.goto("/konto/vertretungen")
    await seite.get_by_role("button", name="Eintragen").click()
    assert await seite.get_by_role("alert").get_by_role("link").count() == 3
    await geprueft(seite)
    await seite.get_by_role("link", name="Tragen Sie den Namen ein").click()
    assert await seite.evaluate("document.activeElement.id || location.hash") == "name"
    await seite.get_by_label("Eine Firma").check()
    await seite.get_by_label("Name", exact=True).fill("Müller & Söhne Maschinenbau GmbH & Co. KG")
    await seite.get_by_label("Ich habe eine Vollmacht").check()
    await seite.get_by_role("button", name="Eintragen").click()
    await seite.get_by_role("button", name="Handeln für").click()
    assert await seite.get_by_text("Sie handeln für Müller & Söhne").count() == 1
    await geprueft(seite)

    await seite.goto("/konto/sitzungen")
    await seite.get_by_role("button", name="Alle anderen beenden").click()
    await geprueft(seite)
    await zweites.goto("/konto")
    assert "/anmelden" in zweites.url

    await seite.goto("/konto/loeschen")
    await seite.get_by_role("button", name="Konto löschen").click()
    await geprueft(seite)
    await seite.get_by_label("Ja, ich möchte").check()
    await seite.get_by_role("button", name="Konto löschen").click()
    assert await seite.get_by_role("heading", name="Ihr Konto ist gelöscht").count() == 1
    await geprueft(seite)


async def test_the_ends_of_a_session(fenster: Fenster) -> None:
    seite = await als(await fenster())
    await seite.goto("/konto/vertretungen")
    await seite.context.clear_cookies(name="amt")
    await seite.get_by_role("button", name="Eintragen").click()
    assert await seite.get_by_role("heading", name="Ihre Sitzung ist zu Ende").count() == 1
    await geprueft(seite)


async def test_every_page_of_the_office(
    fenster: Fenster, haus: Haus, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await richte_staedte_ein()
    portal = Kunde(client, await Zugaenge(tmp_path).portal())
    for beispiel in beispiele(datetime.now(ORTSZEIT).date())[:9]:
        antwort = await portal.reiche_ein(beispiel.als_bytes(), medientyp="application/json")
        assert antwort.status_code == 201
    hand = await als(await fenster(), rolle(Rolle.SACHBEARBEITUNG), rolle(Rolle.LEITUNG, gemeinde="05711000"))
    for pfad in ("/", "/amt", f"/amt/{AMT}", f"/amt/{AMT}/vorgaenge", "/amt/05711000/vorgaenge"):
        await hand.goto(pfad)
        await geprueft(hand)
    await hand.get_by_role("cell").get_by_role("link").first.click()
    assert await hand.get_by_text("Darauf ist zu achten").count() == 1
    await geprueft(hand)
    revision = await als(await fenster(), rolle(Rolle.REVISION, gemeinde="05711000"), subjekt="revision")
    for pfad in (
        "/amt/05711000",
        "/amt/05711000/vorgaenge?zustand=erledigt",
        "/amt/05711000/einsicht",
        "/amt/05711000/gemeinde",
    ):
        await revision.goto(pfad)
        await geprueft(revision)
    kammer = rolle(Rolle.KAMMER, stelle="ihk-ostwestfalen-zu-bielefeld")
    seite = await als(await fenster(), kammer, subjekt="kammer")
    await arbeite_einmal()
    for pfad in ("/amt/ihk-ostwestfalen-zu-bielefeld", "/amt/ihk-ostwestfalen-zu-bielefeld/postfach"):
        await seite.goto(pfad)
        await geprueft(seite)
    assert (await revision.goto(f"/amt/{AMT}/vorgaenge")).status == 403  # type: ignore[union-attr]
    await geprueft(revision)


async def _waehle(seite: Page, person: str) -> None:
    """On the provider's page: choose by keyboard."""
    await seite.wait_for_selector('[name="person"]')
    knopf = seite.locator(f'[name="person"][value="{person}"]')
    await knopf.focus()
    await seite.keyboard.press("Enter")


async def _mit_tab(seite: Page, trifft: Callable[[str], bool], hoechstens: int = 30) -> None:
    """Press Tab until the focused element's text fits; the focus is to be seen all the way."""
    for _ in range(hoechstens):
        await seite.keyboard.press("Tab")
        stand = await seite.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
                const r = e.getBoundingClientRect();
                return [e.innerText || '', r.width > 0 && (s.outlineStyle !== 'none' || s.boxShadow !== 'none'
                    || s.backgroundColor !== 'rgba(0, 0, 0, 0)')]; }"""
        )
        assert stand[1], f"no visible focus on {stand[0]!r}"
        if trifft(stand[0]):
            return
    raise AssertionError("not reached with the keyboard")


@pytest.mark.parametrize("javascript", [True, False])
async def test_sign_in_step_up_and_out_by_keyboard(fenster: Fenster, haus: Haus, javascript: bool) -> None:
    seite = await fenster(java_script_enabled=javascript)
    fremde: list[str] = []
    seite.on("request", lambda anfrage: _merke(anfrage, haus, fremde))
    await seite.goto("/konto/sitzungen")
    assert "/anmelden?ziel=" in seite.url
    if javascript:
        await _mit_tab(seite, lambda text: text.startswith("Weiter mit BundID"))
    else:
        await seite.get_by_role("button", name="Weiter mit BundID").focus()
    await seite.keyboard.press("Enter")
    await _waehle(seite, "erika-musterfrau")
    await seite.wait_for_url(f"{haus.adresse}/konto/sitzungen")

    # The provider forgets Erika, whose level ends at basis; nothing else changes in this browser.
    await seite.context.clear_cookies(name=re.compile("^(?!amt)"))
    await seite.goto("/anmelden?niveau=hoch&ziel=/konto")
    await seite.get_by_role("button", name="Weiter mit BundID").focus()
    await seite.keyboard.press("Enter")
    await _waehle(seite, "zoe-angstroem")
    await seite.wait_for_url(f"{haus.adresse}/konto")
    assert await seite.get_by_text("Angemeldet als Zoë Märta Ångström").count() == 1

    await seite.get_by_role("button", name="Abmelden").focus()
    await seite.keyboard.press("Enter")
    await seite.wait_for_url(f"{haus.idp.issuer('bundid')}/**")
    await seite.goto("/konto")
    assert "/anmelden" in seite.url
    assert fremde == []


def _merke(anfrage: Request, haus: Haus, fremde: list[str]) -> None:
    """Nothing is loaded from anywhere but this house and the provider one has gone to."""
    erlaubt = (haus.adresse, haus.idp.issuer("bundid").rpartition("/")[0], "data:")
    if not anfrage.url.startswith(erlaubt):
        fremde.append(anfrage.url)


async def test_the_first_key_leads_past_the_menu(fenster: Fenster) -> None:
    seite = await fenster()
    await seite.goto("/anmelden")
    await seite.keyboard.press("Tab")
    assert await seite.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    await seite.keyboard.press("Enter")
    assert await seite.evaluate("document.activeElement.id") == "inhalt"


async def test_failures_of_a_login(fenster: Fenster, haus: Haus, monkeypatch: pytest.MonkeyPatch) -> None:
    seite = await fenster()
    await seite.goto("/anmelden/bundid/rueckkehr?code=x&state=y")
    assert await seite.get_by_role("alert").count() == 1
    await geprueft(seite)

    def scheitert(code: str) -> Callable[..., Awaitable[str]]:
        async def beginne(*_: object, **__: object) -> str:
            raise anmeldung.AnmeldungGescheitert(code, niveau=Niveau.HOCH)

        return beginne

    for code in ("anbieter_nicht_erreichbar", "niveau_zu_niedrig"):
        monkeypatch.setattr(anmeldung, "beginne", scheitert(code))
        await seite.goto("/anmelden")
        await seite.get_by_role("button", name="Weiter mit BundID").click()
        await geprueft(seite)
        await seite.get_by_role("link", name="Noch einmal anmelden").click()
        assert "niveau=hoch" in seite.url


async def test_a_printed_page_has_no_menus(fenster: Fenster) -> None:
    seite = await als(await fenster())
    await seite.goto("/konto")
    await seite.emulate_media(media="print")
    for auswahl in (".hauptmenue", ".kopf__dienste", ".fuss"):
        assert not await seite.locator(auswahl).is_visible()
    assert await seite.get_by_role("heading", name="Mein Konto").is_visible()


async def test_large_letters_still_fit(fenster: Fenster) -> None:
    """Text at 200 % (WCAG 2.1, 1.4.4), as a browser's own setting makes it."""
    seite = await als(await fenster(viewport={"width": 640, "height": 800}), angaben=ZOE)
    for pfad in ("/", "/anmelden", "/konto", "/konto/vertretungen"):
        await seite.goto(pfad)
        await seite.evaluate("document.documentElement.style.fontSize = '200%'")
        breite = await seite.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert breite[0] <= breite[1], pfad
