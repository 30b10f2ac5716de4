"""Who may see which page, as the table of rights says; a way on for who may not yet; a token in each form."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import Depends, FastAPI

from app.konto.identitaet import Kontoart
from app.konto.niveau import Niveau
from app.konto.rechte import Recht, traeger_mit
from app.konto.rechteangabe import erfordernisse
from app.konto.rollen import Rolle
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from app.konto.zugriff import oeffentlich
from app.main import create_app
from app.web.zugang import Seitenerfordernis, seite_erfordert
from tests.app.conftest import Einloggen, rolle
from tests.app.seiten import SEITEN, aufruf
from tests.conftest import vor

HTML = {"Accept": "text/html"}
AMT = "05774032"
# Forms of pages that anybody may use.
OFFEN = {"POST /anmelden/{anbieter}", "POST /abmelden", "POST /rueckmeldung"}
# No form: the provider's own message, which carries a signed token.
MASCHINEN = {"POST /anmelden/{anbieter}/abmeldung"}


def test_every_page_is_compared(app: FastAPI) -> None:
    verlangt = {
        f"{methode.upper()} {pfad}": einer.recht
        for methode, pfad, einer in erfordernisse(app.routes)
        if isinstance(einer, Seitenerfordernis)
    }
    assert verlangt == SEITEN


@pytest.mark.parametrize("einer", [*Rolle, *Kontoart], ids=lambda t: f"{type(t).__name__}-{t.value}")
async def test_what_each_may_see(einer: Rolle | Kontoart, logge_ein: Einloggen) -> None:
    if isinstance(einer, Rolle):
        browser, hat = await logge_ein(rolle(einer, stelle=AMT)), {einer, Kontoart.BESCHAEFTIGT}
    else:
        browser, hat = await logge_ein(art=einer), {einer}
    for operation, recht in SEITEN.items():
        methode, pfad = aufruf(operation, AMT)
        if methode == "GET":
            antwort = await browser.get(pfad, headers=HTML)
            # Nobody without a role has an office.
            erlaubt = bool(hat & traeger_mit(recht)) and (isinstance(einer, Rolle) or "/amt" not in pfad)
            assert antwort.status_code != 500, operation
            assert (antwort.status_code == 403) is not erlaubt, f"{operation} as {einer}"


@pytest.mark.parametrize("operation", [seite for seite in SEITEN if seite.startswith("GET")])
async def test_who_is_not_logged_in_is_sent_to_sign_in_and_comes_back(
    client: httpx.AsyncClient, operation: str
) -> None:
    _, pfad = aufruf(operation, AMT)
    antwort = await client.get(f"{pfad}?a=b&c=d", headers=HTML)
    assert antwort.status_code == 303
    ziel = urlsplit(antwort.headers["location"])
    assert ziel.path == "/anmelden"
    abfrage = parse_qs(ziel.query)
    assert abfrage["ziel"] == [f"{pfad}?a=b&c=d"]
    assert ("fuer" in abfrage) is pfad.startswith("/amt")
    assert (await client.get(antwort.headers["location"])).status_code == 200


async def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    client: httpx.AsyncClient,
) -> None:
    client.cookies["amt"] = "ended"
    antwort = await client.post("/konto/vertretungen", headers=HTML)
    assert antwort.status_code == 401
    assert 'href="/anmelden?ziel=%2Fkonto%2Fvertretungen"' in antwort.text
    assert 'amt=""' in antwort.headers["set-cookie"]


@pytest.mark.parametrize("token", [None, "", "falsch", "fremd"])
@pytest.mark.parametrize("operation", sorted({seite for seite in SEITEN if seite.startswith("POST")} | OFFEN))
async def test_no_form_counts_without_the_token_of_its_browser(
    logge_ein: Einloggen, operation: str, token: str | None
) -> None:
    browser, fremder = await logge_ein(), await logge_ein()
    if token == "fremd":
        token = fremder.headers[CSRF_KOPF]
    _, pfad = aufruf(operation, AMT)
    felder = {"ja": "ja", "tun": "selbst", "sitzung": "andere"} | (
        {CSRF_FELD: token} if token is not None else {}
    )
    for browser_kopf in ({}, {"Content-Type": "text/plain"}, {"Origin": "https://evil.example"}):
        antwort = await browser.post(pfad, data=felder, headers=HTML | browser_kopf)
        assert antwort.status_code == 403, operation
    assert (await browser.get("/konto")).status_code == 200


def test_every_form_is_among_them(app: FastAPI) -> None:
    geschrieben = {
        f"{methode.upper()} {pfad}"
        for methode, pfad, _ in erfordernisse(app.routes)
        if methode not in {"get", "head"} and not pfad.startswith("/api/")
    }
    assert geschrieben == {s for s in SEITEN if s.startswith("POST")} | OFFEN | MASCHINEN


@pytest.fixture
def mit_hoher_seite() -> FastAPI:
    app = create_app()

    @app.get("/hoch", dependencies=[seite_erfordert(Recht.KONTO_EIGENES, niveau=Niveau.HOCH)])
    async def hoch() -> str:
        return "angekommen"

    @app.get("/kaputt", dependencies=[Depends(oeffentlich)])
    async def kaputt() -> str:
        raise RuntimeError("Musterfrau")

    return app


@pytest.mark.parametrize("niveau", Niveau)
async def test_too_low_a_level_leads_to_the_step_up(
    mit_hoher_seite: FastAPI, logge_ein: Einloggen, niveau: Niveau
) -> None:
    browser = await logge_ein(niveau=niveau)
    async with vor(mit_hoher_seite) as client:
        client.cookies.update(browser.cookies)
        antwort = await client.get("/hoch?schritt=2", headers=HTML)
        if niveau is Niveau.HOCH:
            assert antwort.json() == "angekommen"
            return
        assert antwort.status_code == 403
        assert 'href="/anmelden?ziel=%2Fhoch%3Fschritt%3D2&amp;niveau=hoch"' in antwort.text
        # A machine gets the problem itself.
        assert (await client.get("/hoch")).json()["code"] == "niveau_zu_niedrig"


async def test_a_fault_of_ours_is_told_in_plain_words(
    mit_hoher_seite: FastAPI, client: httpx.AsyncClient
) -> None:
    async with vor(mit_hoher_seite) as klient:
        for sprache, satz in (("de", "Es liegt nicht an Ihnen"), ("en", "It is not your fault")):
            antwort = await klient.get("/kaputt", headers=HTML | {"Accept-Language": sprache})
            assert antwort.status_code == 500
            assert satz in antwort.text
            assert antwort.headers["x-request-id"] in antwort.text
            for verschwiegen in ("Musterfrau", "RuntimeError", "Traceback", ">500<"):
                assert verschwiegen not in antwort.text


async def test_a_role_elsewhere_opens_nothing_here(logge_ein: Einloggen) -> None:
    browser = await logge_ein(rolle(Rolle.LEITUNG, gemeinde="05711000"))
    for pfad in (f"/amt/{AMT}", f"/amt/{AMT}/vorgaenge"):
        assert (await browser.get(pfad, headers=HTML)).status_code == 403
