"""The page of a town's Administration."""

from app.konto.rollen import Rolle
from tests.app.conftest import Einloggen, Stadt, rolle

PADERBORN = "05774032"


async def test_the_administration_sees_what_to_do(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    browser = await logge_ein(rolle(Rolle.ADMINISTRATION, gemeinde=PADERBORN))
    amt = await browser.get(f"/amt/{PADERBORN}")
    assert f'href="/amt/{PADERBORN}/gemeinde"' in amt.text
    seite = await browser.get(f"/amt/{PADERBORN}/gemeinde")
    assert seite.status_code == 200, seite.text
    assert "Gewerbeamt Paderborn" in seite.text
    assert "Kein Worker läuft" in seite.text
    assert "Was tun:" in seite.text
    englisch = await browser.get(f"/amt/{PADERBORN}/gemeinde", headers={"Accept-Language": "en"})
    assert "No worker runs" in englisch.text


async def test_a_town_that_is_not_served_has_no_page(logge_ein: Einloggen) -> None:
    browser = await logge_ein(rolle(Rolle.ADMINISTRATION, gemeinde="05711000"))
    assert (await browser.get("/amt/05711000/gemeinde")).status_code == 404


async def test_who_works_on_cases_does_not_administrate(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    browser = await logge_ein(rolle(Rolle.SACHBEARBEITUNG, gemeinde=PADERBORN))
    assert (await browser.get(f"/amt/{PADERBORN}/gemeinde")).status_code == 403
    assert "/gemeinde" not in (await browser.get(f"/amt/{PADERBORN}")).text.split('id="inhalt"')[1]
