"""Towns and machine clients for tests of the HTTP interface."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from app.db.sitzung import transaktion
from app.konto import service as konto
from app.mandanten import service as mandanten

Anmelden = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def stadt(app: FastAPI) -> Callable[..., Awaitable[str]]:
    """Sets a town up."""

    async def einrichten(ags: str = "05774032", *, automatisch: bool = True) -> str:
        async with transaktion() as session:
            await mandanten.einrichten(session, ags, automatisch_bescheinigen=automatisch)
        return ags

    return einrichten


@pytest.fixture
async def melde_an(client: httpx.AsyncClient) -> AsyncIterator[Anmelden]:
    """Makes a machine client and logs it in."""
    offen: list[httpx.AsyncClient] = []

    async def melde_an(
        *scopes: str, gemeinde: str | None = None, stelle: str | None = None
    ) -> httpx.AsyncClient:
        async with transaktion() as session:
            neu = await konto.anlegen_klient(
                session, name="Test", scopes=scopes, gemeinde=gemeinde, stelle=stelle
            )
        antwort = await client.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(neu.klient.client_id, neu.geheimnis),
        )
        assert antwort.status_code == 200, antwort.text
        angemeldet = httpx.AsyncClient(
            transport=client._transport,
            base_url=client.base_url,
            headers={"Authorization": f"Bearer {antwort.json()['access_token']}"},
        )
        offen.append(angemeldet)
        return angemeldet

    yield melde_an
    for einer in offen:
        await einer.aclose()
