"""People in front of the pages: each has one browser, keeps its cookies and presses what the pages offer.

`mensch` and `anderer` log in at the provider of `tests.idp`; a `Besucher` brings a provider's answer along.
"""

import html
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from app.konto import anmeldung
from app.konto.sitzungen import CSRF_KOPF, csrf_token
from app.settings import settings
from tests.conftest import vor
from tests.idp import Browser, Idp

HTML = {"Accept": "text/html"}
_FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/130.0"}


class Besucher:
    """Somebody with one browser, in front of our pages."""

    def __init__(self, hier: httpx.AsyncClient) -> None:
        self.hier = hier
        hier.headers.update(HTML | _FIREFOX)

    @property
    def geheimnis(self) -> str | None:
        """The secret of the session that the browser has."""
        return self.hier.cookies.get("amt")

    async def drueckt(self, anbieter: str, *, ziel: str = "/konto", niveau: str = "basis") -> httpx.Response:
        """Press the provider's button; the page that it leads to."""
        fuer = "amt" if anmeldung.anbieter()[anbieter].fuer_personal else ""
        seite = await self.hier.get("/anmelden", params={"ziel": ziel, "niveau": niveau, "fuer": fuer})
        assert f'action="/anmelden/{anbieter}"' in seite.text
        felder = {"csrf": feld(seite.text, "csrf"), "ziel": feld(seite.text, "ziel"), "niveau": niveau}
        return await self.hier.post(f"/anmelden/{anbieter}", data=felder)

    async def beginnt(self, anbieter: str, *, ziel: str = "/konto", niveau: str = "basis") -> str:
        """Press the provider's button; the URL that the page leads on to."""
        seite = await self.drueckt(anbieter, ziel=ziel, niveau=niveau)
        assert seite.status_code == 200, seite.text
        return weiter(seite.text)

    async def kehrt_zurueck(self, url: str) -> httpx.Response:
        """Follow the provider's answer back to us."""
        assert url.startswith(f"{settings().adresse}/anmelden/")
        return await self.hier.get(url.removeprefix(settings().adresse))

    async def ist_angemeldet(self) -> bool:
        """Whether the house knows this browser."""
        return (await self.hier.get("/konto")).status_code == 200

    def traegt(self, geheimnis: str) -> None:
        """Put a session's secret into the browser, whatever it had."""
        self.hier.cookies.set("amt", geheimnis, domain=urlsplit(str(self.hier.base_url)).netloc)

    async def meldet_sich_ab(self) -> httpx.Response:
        """Press the button to sign out; the page that follows."""
        seite = await self.hier.get("/konto")
        return await self.hier.post("/abmelden", data={"csrf": feld(seite.text, "csrf")})

    @property
    def schreibend(self) -> dict[str, str]:
        """Headers of a request to the interface that changes something."""
        return {"Accept": "application/json", CSRF_KOPF: csrf_token(self.geheimnis or "")}


class Mensch(Besucher):
    """Somebody with one browser, in front of our pages and of the provider's."""

    def __init__(self, hier: httpx.AsyncClient, dort: Browser) -> None:
        super().__init__(hier)
        self.dort = dort

    async def meldet_sich_an(
        self, anbieter: str, person: str | None, *, ziel: str = "/konto", niveau: str = "basis"
    ) -> httpx.Response:
        """The whole login; our answer to the provider's."""
        url = await self.beginnt(anbieter, ziel=ziel, niveau=niveau)
        return await self.kehrt_zurueck(await self.dort.waehle(url, person))


def feld(seite: str, name: str) -> str:
    """Value of the first hidden field of this name."""
    gefunden = re.search(rf'name="{name}" value="([^"]*)"', seite)
    assert gefunden, name
    return html.unescape(gefunden[1])


def weiter(seite: str) -> str:
    """Where a page leads on to by itself."""
    gefunden = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', seite)
    assert gefunden, seite
    return html.unescape(gefunden[1])


@pytest.fixture
async def mensch(app: FastAPI, idp: Idp) -> AsyncIterator[Mensch]:
    """Somebody who is logged in nowhere."""
    dort = idp.browser()
    async with vor(app) as hier:
        yield Mensch(hier, dort)
    await dort.schliesse()


# A second browser, for another person or the same.
anderer = mensch
