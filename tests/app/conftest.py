"""Towns, machine clients and people for tests of the HTTP interface."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest
from fastapi import FastAPI

from app.db.sitzung import transaktion
from app.gewerbe import service as gewerbe
from app.konto import service as konto
from app.konto import sitzungen
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle, Rollenzuweisung
from app.mandanten import service as mandanten

Anmelden = Callable[..., Awaitable[httpx.AsyncClient]]
Stadt = Callable[..., Awaitable[str]]


@pytest.fixture(scope="session", autouse=True)
def _verdrahtet() -> None:
    """As every process does at its start: forms that are read before would lack the lists of the trade."""
    gewerbe.verdrahte()


@pytest.fixture
async def stadt(app: FastAPI) -> Stadt:
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


Einloggen = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def logge_ein(client: httpx.AsyncClient) -> AsyncIterator[Einloggen]:
    """Logs a person in, as after a checked login, and gives a browser that has the session's cookie."""
    offen: list[httpx.AsyncClient] = []
    nummer = count(1)

    async def logge_ein(
        *rollen: Rollenzuweisung,
        art: Kontoart | None = None,
        niveau: Niveau = Niveau.BASIS,
        subjekt: str | None = None,
    ) -> httpx.AsyncClient:
        anmeldung = Anmeldung(
            anbieter="probe",
            issuer="https://idp.example",
            subjekt=subjekt or f"person-{next(nummer)}",
            art=art or (Kontoart.BESCHAEFTIGT if rollen else Kontoart.PERSON),
            niveau=niveau,
            angaben=Angaben(vornamen="Petra", familienname="Probe"),
            authentifiziert_am=datetime.now(UTC),
            rollen=rollen,
        )
        async with transaktion() as session:
            geheimnis = await sitzungen.beginne(session, anmeldung, geraet="Probe", bisher=None)
        browser = httpx.AsyncClient(
            transport=client._transport,
            base_url=client.base_url,
            cookies={"amt": geheimnis},
            headers={sitzungen.CSRF_KOPF: sitzungen.csrf_token(geheimnis)},
        )
        offen.append(browser)
        return browser

    yield logge_ein
    for einer in offen:
        await einer.aclose()


def rolle(name: Rolle, *, gemeinde: str = "05774032", stelle: str = "ihk-probe") -> Rollenzuweisung:
    """A role where it belongs: in this town, or at this body."""
    return (
        Rollenzuweisung(name, gemeinde=gemeinde)
        if name.der_gemeinde
        else Rollenzuweisung(name, stelle=stelle)
    )
