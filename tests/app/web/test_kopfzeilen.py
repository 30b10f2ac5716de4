"""Security headers on every response, whoever makes it; nothing for caches but files with their hash."""

import gzip
from collections.abc import Iterator

import httpx
import pytest

from app.settings import settings
from app.web.dateien import adresse, dateien
from tests.app.conftest import Einloggen

SEITEN = ["/", "/anmelden", "/abgemeldet", "/pruefcode", "/pruefcode/0000", "/api/docs", "/gibt/es/nicht"]
ANDERE = [
    "/api/openapi.json",
    "/api/v1/vorgaenge",
    "/health/live",
    "/static/web.css",
    "/static/../x",
    "/konto",
]
IMMER = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize("pfad", SEITEN + ANDERE)
async def test_every_response_has_them(client: httpx.AsyncClient, pfad: str, accept: str) -> None:
    antwort = await client.get(pfad, headers={"Accept": accept})
    assert {name: antwort.headers.get(name) for name in IMMER} == IMMER
    csp = antwort.headers["content-security-policy"]
    assert csp.startswith("default-src 'none'; style-src 'self'; ")
    assert "frame-ancestors 'none'" in csp
    assert "unsafe" not in csp
    assert "script-src" not in csp
    if not pfad.startswith("/static/web"):
        assert antwort.headers["cache-control"] == "no-store"


async def test_pages_of_an_account_have_them_too(client: httpx.AsyncClient, logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    for pfad in ("/konto", "/konto/angaben.json"):
        antwort = await browser.get(pfad, headers=HTML)
        assert antwort.status_code == 200
        assert antwort.headers["cache-control"] == "no-store"


@pytest.fixture
def _verschluesselt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AMT_BASIS_URL", "https://gewerbe.example")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


async def test_plain_http_promises_no_encryption(client: httpx.AsyncClient) -> None:
    assert "strict-transport-security" not in (await client.get("/")).headers


@pytest.mark.usefixtures("_verschluesselt")
async def test_https_is_for_ever_and_cookies_belong_to_it(client: httpx.AsyncClient) -> None:
    antwort = await client.get("/sprache?auf=en")
    assert antwort.headers["strict-transport-security"].startswith("max-age=31536000")
    (keks,) = antwort.headers.get_list("set-cookie")
    assert keks.startswith("__Host-amt-browser=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(keks.split("; "))
    assert "Domain" not in keks


async def test_who_only_looks_gets_no_cookie(client: httpx.AsyncClient) -> None:
    for pfad in ("/", "/api/docs", "/pruefcode", "/abgemeldet", "/gibt/es/nicht"):
        assert "set-cookie" not in (await client.get(pfad, headers=HTML)).headers, pfad


@pytest.mark.parametrize("pfad", SEITEN)
async def test_no_page_has_script_or_inline_style(client: httpx.AsyncClient, pfad: str) -> None:
    seite = (await client.get(pfad, headers=HTML)).text
    assert seite.startswith("<!doctype html>")
    for verboten in ("<script", "<style", " style=", " onclick=", "javascript:"):
        assert verboten not in seite, verboten


async def test_files_are_packed_and_kept_as_long_as_they_are_the_same(client: httpx.AsyncClient) -> None:
    lange = await client.get(adresse("web.css"))
    assert lange.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await client.get("/static/web.css?v=old")).headers["cache-control"] == "public, max-age=86400"
    assert lange.headers["content-encoding"] == "gzip"
    roh = await client.get(adresse("web.css"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in roh.headers
    assert roh.content == lange.content == dateien()["web.css"].read_bytes()


async def test_a_page_weighs_little(client: httpx.AsyncClient) -> None:
    gewicht = len(gzip.compress((await client.get("/anmelden")).content))
    for pfad in ("web.css", "kern/kern.min.css", "kern/fonts/fira-sans.css"):
        if pfad not in dateien():
            pytest.skip("KERN UX is not installed: npm ci")
        gewicht += len(gzip.compress(dateien()[pfad].read_bytes()))
    assert gewicht < 60_000
