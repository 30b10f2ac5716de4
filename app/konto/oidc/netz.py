"""Requests to providers: bounded in time and size, to allowed addresses only, never redirected.

What a provider answers is read as one JSON object or not at all.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import httpx
import structlog

from app.adressen import Aufloeser, Netz, ist_erlaubt, loese_auf
from app.konto.oidc.anbieter import Anbieter, ist_lokal, pruefe_url
from app.konto.oidc.fehler import AnmeldungGescheitert
from app.settings import settings

GESAMT: Final = 8.0
"""Seconds for one request with everything that belongs to it."""
HOECHSTENS_BYTES: Final = 256 * 1024
"""Of an answer; a provider with forty keys and their certificates stays below a quarter of it."""

_STUECK: Final = httpx.Timeout(5.0, connect=3.0)

_log = structlog.get_logger()


@dataclass(frozen=True)
class Antwort:
    """What came back: status and the JSON object."""

    status: int
    inhalt: Mapping[str, Any]


@dataclass(frozen=True)
class Leitung:
    """The way to one provider."""

    schluessel: str
    netze: tuple[Netz, ...] = ()
    lokal: bool = False
    """Whether http to this machine itself counts (the demo)."""
    gesamt: float = GESAMT
    aufloeser: Aufloeser = field(default=loese_auf)

    @classmethod
    def zu(cls, anbieter: Anbieter) -> "Leitung":
        """The way to this provider."""
        return cls(anbieter.schluessel, anbieter.netze, anbieter.demo)

    async def hole(self, url: str, *, token: str | None = None) -> Antwort:
        """GET, with an access token if one is given. Raises AnmeldungGescheitert."""
        koepfe = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._frage("GET", url, koepfe, b"")

    async def sende(self, url: str, formular: bytes, koepfe: Mapping[str, str]) -> Antwort:
        """POST of a form. Raises AnmeldungGescheitert."""
        return await self._frage(
            "POST", url, {**koepfe, "Content-Type": "application/x-www-form-urlencoded"}, formular
        )

    async def _frage(self, verb: str, url: str, koepfe: Mapping[str, str], inhalt: bytes) -> Antwort:
        try:
            async with asyncio.timeout(self.gesamt):
                return await self._frage_ohne_frist(verb, url, koepfe, inhalt)
        except TimeoutError as fehler:
            raise self._gescheitert("zu_langsam") from fehler
        except httpx.TimeoutException as fehler:
            raise self._gescheitert("zu_langsam") from fehler
        except httpx.HTTPError as fehler:
            raise self._gescheitert("verbindung") from fehler

    async def _frage_ohne_frist(
        self, verb: str, url: str, koepfe: Mapping[str, str], inhalt: bytes
    ) -> Antwort:
        try:
            ziel = httpx.URL(pruefe_url(url, lokal=self.lokal))
        except (ValueError, httpx.InvalidURL) as fehler:
            raise self._gescheitert("adresse_verboten") from fehler
        anfrage = httpx.Request(
            verb,
            # To the address that was checked; name and certificate stay those of the URL.
            ziel.copy_with(host=await self._adresse(ziel)),
            content=inhalt,
            headers={
                "Host": ziel.netloc.decode("ascii"),
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "Digitales-Gewerbeamt",
                **koepfe,
            },
            extensions={"sni_hostname": _name(ziel), "timeout": _STUECK.as_dict()},
        )
        # The transport alone: no redirects, no proxies of the environment, no cookies.
        async with httpx.AsyncHTTPTransport(
            verify=_vertrauen(settings().ca_datei), trust_env=False
        ) as transport:
            antwort = await transport.handle_async_request(anfrage)
            return Antwort(antwort.status_code, self._objekt(await self._lies(antwort)))

    async def _adresse(self, ziel: httpx.URL) -> str:
        if self.lokal and ist_lokal(_name(ziel)):
            return _name(ziel)
        try:
            adressen = await self.aufloeser(_name(ziel), ziel.port or 443)
        except (OSError, UnicodeError) as fehler:
            raise self._gescheitert("name_unbekannt") from fehler
        for adresse in adressen:
            if ist_erlaubt(adresse, self.netze):
                return adresse
        raise self._gescheitert("adresse_verboten")

    async def _lies(self, antwort: httpx.Response) -> bytes:
        if 300 <= antwort.status_code < 400:
            raise self._gescheitert("umleitung")
        if antwort.status_code >= 500:
            raise self._gescheitert("status")
        if antwort.headers.get("content-encoding", "identity") != "identity":
            raise self._unbrauchbar("kodierung")
        daten = bytearray()
        async for stueck in antwort.aiter_raw():
            daten += stueck
            if len(daten) > HOECHSTENS_BYTES:
                raise self._unbrauchbar("zu_gross")
        return bytes(daten)

    def _objekt(self, daten: bytes) -> Mapping[str, Any]:
        try:
            wert = json.loads(daten)
        except (ValueError, RecursionError) as fehler:
            raise self._unbrauchbar("kein_json") from fehler
        if not isinstance(wert, dict):
            raise self._unbrauchbar("kein_json")
        return wert

    def _gescheitert(self, grund: str) -> AnmeldungGescheitert:
        _log.warning("anbieter_nicht_erreichbar", anbieter=self.schluessel, grund=grund)
        return AnmeldungGescheitert("anbieter_nicht_erreichbar", grund)

    def _unbrauchbar(self, grund: str) -> AnmeldungGescheitert:
        _log.warning("anbieter_antwort", anbieter=self.schluessel, grund=grund)
        return AnmeldungGescheitert("anbieter_antwort", grund)


def _name(ziel: httpx.URL) -> str:
    # As registered: `host` decodes international names, and whoever encodes them again by another rule
    # (IDNA 2003) arrives at another name.
    return ziel.raw_host.decode("ascii")


@lru_cache(maxsize=1)
def _vertrauen(datei: Path | None) -> ssl.SSLContext:
    # Reading the system's certificates takes longer than a login's own work.
    return ssl.create_default_context(cafile=str(datei) if datei else None)
