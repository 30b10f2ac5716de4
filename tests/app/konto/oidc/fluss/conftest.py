"""Logins at a provider that does what a test tells it, from the button to the page that says how it ended."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from app.db.sitzung import ALLE, transaktion
from app.konto.oidc.fehler import TEXTE
from app.settings import settings
from tests.app.konto.oidc.kleiner_anbieter import GEHEIMNIS, KleinerAnbieter
from tests.conftest import vor
from tests.mensch import Besucher

FRIST = 10.0
"""Seconds within which a person knows how it ended, on a busy machine."""
_JWT = re.compile(r"eyJ[\w-]+\.")


@dataclass
class Aufbau:
    """A browser, the house and the provider `probe`."""

    besucher: Besucher
    kleiner: KleinerAnbieter
    capsys: pytest.CaptureFixture[str]
    protokoll: list[Any] = field(default_factory=list)
    offen: int = 0
    """Logins that are left under way by what failed."""

    async def meldet_sich_an(self, **wie: str) -> httpx.Response:
        """The whole login; keywords change the parameters of the provider's answer, or `ziel`, `niveau`."""
        wohin = {name: wie.pop(name) for name in ("ziel", "niveau") if name in wie}
        seite = await self.besucher.drueckt("probe", **wohin)
        if seite.status_code != 200:
            return seite
        gefunden = re.search(r'content="0; url=([^"]+)"', seite.text)
        assert gefunden
        parameter = self.kleiner.gib_code(html.unescape(gefunden[1])) | wie
        return await self.kehrt_zurueck(parameter)

    async def kehrt_zurueck(self, parameter: dict[str, str]) -> httpx.Response:
        """The provider's answer with these parameters."""
        return await self.besucher.kehrt_zurueck(
            f"{settings().adresse}/anmelden/probe/rueckkehr?{urlencode(parameter)}"
        )

    async def scheitert(self, code: str, /, **wie: str) -> str:
        """A login that fails with this code and leaves nothing behind; the page."""
        beginn = monotonic()
        with capture_logs() as self.protokoll:
            antwort = await self.meldet_sich_an(**wie)
        assert monotonic() - beginn < FRIST
        self.ist_abgelehnt(antwort, code)
        await self.niemand_ist_angemeldet()
        return antwort.text

    def ist_abgelehnt(self, antwort: httpx.Response, code: str) -> None:
        """What the person sees: a sentence, the code to ask about, and a way to try again."""
        seite = html.unescape(antwort.text)
        assert antwort.status_code == (503 if code == "anbieter_nicht_erreichbar" else 400), seite
        assert TEXTE[code][0] in seite
        assert f">{code}</code>" in seite
        assert 'href="/anmelden?' in seite
        assert antwort.headers["cache-control"] == "no-store"
        assert "amt=" not in antwort.headers.get("set-cookie", "").replace("amt-browser=", "")
        ausgabe = "".join(self.capsys.readouterr())
        for gesagt in (seite, str(self.protokoll), ausgabe):
            self.verraet_nichts(gesagt)

    def verraet_nichts(self, gesagt: str) -> None:
        """No token, secret or personal data."""
        fragen = list(self.kleiner.codes.values())
        formulare = [formular for pfad, _, formular in self.kleiner.anfragen if pfad == "/token"]
        geheim = {"Zoë", "Ångström", "konto-1", GEHEIMNIS}
        geheim |= {frage[name] for frage in fragen for name in ("state", "nonce", "code_challenge")}
        geheim |= {formular[name] for formular in formulare for name in ("code", "code_verifier")}
        assert {wort for wort in geheim if wort in gesagt} == set()
        assert not _JWT.search(gesagt)

    async def niemand_ist_angemeldet(self) -> None:
        """No cookie, no session, no account, and nothing left of the attempt that failed."""
        assert self.besucher.geheimnis is None
        assert not await self.besucher.ist_angemeldet()
        assert await zeilen("websitzung") == await zeilen("nutzerkonto") == 0
        assert await zeilen("anmeldeversuch") == self.offen

    def grund(self) -> str:
        """The check that failed, as the log names it to the operator."""
        (zeile,) = (einer for einer in self.protokoll if einer["event"] == "anmeldung_gescheitert")
        assert zeile["anbieter"] == "probe"
        return str(zeile["grund"])


async def zeilen(tabelle: str) -> int:
    """How many rows a table has."""
    async with transaktion(gemeinde=ALLE) as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {tabelle}")) or 0)


@pytest.fixture
async def aufbau(
    app: FastAPI, kleiner: KleinerAnbieter, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Aufbau]:
    """Somebody in front of the house, whose provider is the small one."""
    async with vor(app) as hier:
        yield Aufbau(Besucher(hier), kleiner, capsys)
