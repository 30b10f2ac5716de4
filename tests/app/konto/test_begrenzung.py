"""How often a login is begun and a machine's secret is tried: by address, and in the whole house."""

from collections.abc import Callable

import httpx
import pytest
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.konto import anmeldung, begrenzung
from app.konto.sitzungen import CSRF_FELD, csrf_token
from app.settings import Settings
from tests.mensch import HTML

GEHEIMNIS = "of-a-browser"
TOKEN = "/api/v1/oauth/token"
HIER, NACHBAR = "203.0.113.5", "203.0.113.6"
Von = Callable[..., httpx.AsyncClient]


@pytest.fixture
def begonnen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Logins that were begun, that is: rows kept."""
    alle: list[str] = []

    async def beginne(anbieter: str, **_: object) -> str:
        alle.append(anbieter)
        return "https://idp.example/auth"

    monkeypatch.setattr(anmeldung, "beginne", beginne)
    monkeypatch.setattr(begrenzung, "settings", lambda: Settings(anmeldung_je_adresse=3, anmeldung_je_haus=5))
    return alle


@pytest.fixture
def von(client: httpx.AsyncClient) -> Von:
    """A browser or a machine at this address, directly or behind a proxy."""
    app: ASGIApp = client._transport.app  # type: ignore[attr-defined]

    def von(adresse: str, *, app: ASGIApp = app, **kopf: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=(adresse, 4711))
        return httpx.AsyncClient(
            transport=transport,
            base_url=client.base_url,
            headers=HTML | kopf,
            cookies={"amt-browser": GEHEIMNIS},
        )

    return von


async def drueckt(browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.post("/anmelden/bundid", data={CSRF_FELD: csrf_token(GEHEIMNIS)})


async def stati(browser: httpx.AsyncClient, anzahl: int) -> list[int]:
    return [(await drueckt(browser)).status_code for _ in range(anzahl)]


async def test_who_begins_too_many_logins_waits_and_the_neighbour_does_not(
    von: Von, begonnen: list[str]
) -> None:
    hier = von(HIER)
    assert await stati(hier, 3) == [200, 200, 200]
    zu_viel = await drueckt(hier)
    assert zu_viel.status_code == 429
    warten = int(zu_viel.headers["retry-after"])
    assert 1 <= warten <= 60
    assert "Bitte etwas Geduld" in zu_viel.text
    assert f"in {warten} Sekunde" in zu_viel.text
    hier.headers["Accept-Language"] = "en"
    assert "Please try again in " in (await drueckt(hier)).text
    assert len(begonnen) == 3
    assert await stati(von(NACHBAR), 1) == [200]


@pytest.mark.parametrize(
    ("andere", "status"),
    [("2001:db8:0:1:ffff::9", 429), ("2001:db8:0:2::1", 200), ("::ffff:203.0.113.5", 200)],
)
async def test_one_line_has_many_addresses_of_ipv6(
    von: Von, begonnen: list[str], andere: str, status: int
) -> None:
    assert await stati(von("2001:db8:0:1::1"), 3) == [200, 200, 200]
    assert (await drueckt(von(andere))).status_code == status


async def test_the_same_address_written_otherwise_is_the_same(von: Von, begonnen: list[str]) -> None:
    await stati(von(HIER), 3)
    assert (await drueckt(von(f"::ffff:{HIER}"))).status_code == 429


async def test_the_house_has_a_bound_and_who_was_refused_does_not_count(
    von: Von, begonnen: list[str]
) -> None:
    assert await stati(von(HIER), 6) == [200, 200, 200, 429, 429, 429]
    assert await stati(von(NACHBAR), 2) == [200, 200]
    zu_viel = await drueckt(von("203.0.113.7"))
    assert zu_viel.status_code == 429
    assert "sehr viele" in zu_viel.text
    assert len(begonnen) == 5


async def test_behind_the_proxy_it_is_the_address_that_the_proxy_says(
    von: Von, client: httpx.AsyncClient, begonnen: list[str]
) -> None:
    dahinter = ProxyHeadersMiddleware(client._transport.app, trusted_hosts="127.0.0.1")  # type: ignore[attr-defined]

    def ueber(proxy: str, adresse: str) -> httpx.AsyncClient:
        return von(proxy, app=dahinter, **{"X-Forwarded-For": adresse})

    assert await stati(ueber("127.0.0.1", HIER), 4) == [200, 200, 200, 429]
    assert await stati(ueber("127.0.0.1", NACHBAR), 1) == [200]
    # Whoever is no proxy of ours cannot give himself another address with every request.
    assert [(await drueckt(ueber(HIER, f"198.51.100.{nummer}"))).status_code for nummer in range(2)] == [
        429,
        429,
    ]


async def test_unknown_machines_wait_too(von: Von, begonnen: list[str]) -> None:
    async def versuch(maschine: httpx.AsyncClient) -> httpx.Response:
        return await maschine.post(
            TOKEN, data={"grant_type": "client_credentials"}, auth=("gibt-es-nicht", "geraten")
        )

    hier = von(HIER)
    assert [(await versuch(hier)).status_code for _ in range(3)] == [401, 401, 401]
    zu_viel = await versuch(hier)
    assert (zu_viel.status_code, zu_viel.json()["code"]) == (429, "zu_viele_versuche")
    assert 1 <= int(zu_viel.headers["retry-after"]) <= 60
    assert (await versuch(von(NACHBAR))).status_code == 401
    # Trying secrets keeps no person from logging in.
    assert (await drueckt(hier)).status_code == 200


async def test_no_address_is_kept(von: Von, begonnen: list[str]) -> None:
    await stati(von(HIER), 4)
    gemerkt = begrenzung.SPEICHER.storage
    assert gemerkt
    assert not [name for name in gemerkt if HIER in name]
    assert set(begrenzung.SPEICHER.expirations) >= set(gemerkt)
