"""The pages of the second person: the code, what is shown for it, and one answer."""

import httpx
import pytest

from app.konto.identitaet import Kontoart
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from tests.app.antraege.test_entscheidungen import ANTRAEGE, stelle
from tests.app.conftest import Einloggen, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN

ORT = "/bestaetigen"


@pytest.fixture
async def person(stadt: Stadt, logge_ein: Einloggen) -> httpx.AsyncClient:
    await stadt(PADERBORN)
    return await logge_ein()


@pytest.fixture
async def schule(logge_ein: Einloggen) -> httpx.AsyncClient:
    browser = await logge_ein(art=Kontoart.ORGANISATION)
    browser.headers["Accept"] = "text/html"
    browser.headers["Accept-Language"] = "de"
    return browser


async def _sende(browser: httpx.AsyncClient, **felder: str) -> httpx.Response:
    inhalt = {CSRF_FELD: browser.headers[CSRF_KOPF]} | {f"_{name}": wert for name, wert in felder.items()}
    return await browser.post(ORT, data=inhalt)


async def _antworte(browser: httpx.AsyncClient, code: str, **antworten: str) -> httpx.Response:
    inhalt = {CSRF_FELD: browser.headers[CSRF_KOPF], "_code": code, "_tun": "bestaetigen", **antworten}
    return await browser.post(ORT, data=inhalt)


async def test_from_the_code_to_the_answer(person: httpx.AsyncClient, schule: httpx.AsyncClient) -> None:
    antrag = await stelle(person, "schuelerticket")
    code = antrag["bestaetigungscode"]
    assert "Einen Antrag bestätigen" in (await schule.get(ORT)).text
    seite = await _sende(schule, code=code, tun="ansehen")
    assert seite.status_code == 200
    for gezeigt in ("Mia", "4. Mai 2015", "Gesamtschule am Beispielweg", 'name="besucht"'):
        assert gezeigt in seite.text
    for verborgen in ("Petra", "DE89", 'name="klasse"'):
        assert verborgen not in seite.text
    # A yes leads to two more questions, which are shown before anything is wrong.
    weiter = await _antworte(schule, code, besucht="ja", _gezeigt="besucht hinweis")
    assert weiter.status_code == 200
    assert 'name="klasse"' in weiter.text
    alle = "besucht klasse seit hinweis"
    falsch = await _antworte(schule, code, besucht="ja", klasse="", seit="1.8.26", _gezeigt=alle)
    assert falsch.status_code == 422
    assert 'href="#klasse"' in falsch.text
    fertig = await _antworte(schule, code, besucht="ja", klasse="5b", seit="1.8.2026", _gezeigt=alle)
    assert fertig.status_code == 303, fertig.text
    assert "Sie haben bestätigt." in (await schule.get(fertig.headers["location"])).text
    stand = (await person.get(f"{ANTRAEGE}/{antrag['id']}/bestaetigung")).json()
    assert (stand["zustand"], stand["antworten"]["seit"]) == ("bestaetigt", "2026-08-01")
    schon = await _sende(schule, code=code, tun="ansehen")
    assert schon.status_code == 409
    assert "schon geantwortet" in schon.text


async def test_not_confirming_needs_a_reason(person: httpx.AsyncClient, schule: httpx.AsyncClient) -> None:
    antrag = await stelle(person, "schuelerticket")
    code = antrag["bestaetigungscode"]
    for grund in ("", "😀"):
        ohne = await _sende(schule, code=code, tun="ablehnen", grund=grund)
        assert ohne.status_code == 422
        assert 'href="#_grund"' in ohne.text
    assert (await _sende(schule, code=code, tun="ablehnen", grund="Unbekannt.")).status_code == 303
    stand = (await person.get(f"{ANTRAEGE}/{antrag['id']}/bestaetigung")).json()
    assert (stand["zustand"], stand["grund"]) == ("abgelehnt", "Unbekannt.")


async def test_a_wrong_code_and_ones_own_say_so_beside_the_field(
    person: httpx.AsyncClient, schule: httpx.AsyncClient
) -> None:
    code = (await stelle(person, "schuelerticket"))["bestaetigungscode"]
    falsch = await _sende(schule, code="<b>falsch", tun="ansehen")
    assert falsch.status_code == 404
    assert "Diesen Code gibt es nicht." in falsch.text
    assert "<b>falsch" not in falsch.text
    person.headers["Accept"] = "text/html"
    eigener = await _sende(person, code=code, tun="ansehen")
    assert eigener.status_code == 403
    assert "Das ist Ihr eigener Antrag." in eigener.text


async def test_the_code_is_in_no_address(person: httpx.AsyncClient, schule: httpx.AsyncClient) -> None:
    code = (await stelle(person, "schuelerticket"))["bestaetigungscode"]
    seite = await _sende(schule, code=code, tun="ansehen")
    assert f'value="{code}"' in seite.text
    assert f"?_code={code}" not in seite.text
    assert f"/{code}" not in seite.text
