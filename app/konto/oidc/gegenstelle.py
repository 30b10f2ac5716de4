"""A provider as this process knows it: its metadata and its keys, fetched when needed and kept for a while.

A provider that does not answer is left alone for a few seconds, so that many people who want to log in at
the same time do not all wait for the same silence.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Generic, TypeVar

from app.konto.oidc.anbieter import Anbieter
from app.konto.oidc.entdeckung import Verzeichnis, entdecke
from app.konto.oidc.fehler import AnmeldungGescheitert
from app.konto.oidc.netz import Leitung
from app.konto.oidc.schluesselbund import Schluesselbund

VERZEICHNIS_GILT: Final = 3600.0
SCHLUESSEL_GELTEN: Final = 600.0
"""Seconds after which keys are fetched anew, so that a withdrawn one does not count for long."""
NACHFRAGE_ABSTAND: Final = 10.0
"""Seconds between two fetches because of a key that is not known."""
RUHE: Final = 5.0
"""Seconds for which a failure is not tried again."""

_T = TypeVar("_T")


@dataclass
class _Gemerkt(Generic[_T]):
    hole: Callable[[], Awaitable[_T]]
    gilt: float
    wert: _T | None = None
    geholt: float = float("-inf")
    gescheitert: float = float("-inf")
    fehler: AnmeldungGescheitert | None = None
    schloss: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def lies(self, *, juenger_als: float | None = None) -> _T:
        """The value; fetched if it is older than it may be. One fetch serves all who wait for it."""
        hoechstens = self.gilt if juenger_als is None else juenger_als
        # What is known is given without waiting for somebody else's fetch.
        if (bekannt := self._bekannt(hoechstens)) is not None:
            return bekannt
        async with self.schloss:
            if (bekannt := self._bekannt(hoechstens)) is not None:
                return bekannt
            if self.fehler is not None and monotonic() - self.gescheitert < RUHE:
                raise AnmeldungGescheitert(self.fehler.code, self.fehler.grund)
            try:
                self.wert = await self.hole()
            except AnmeldungGescheitert as fehler:
                self.fehler, self.gescheitert = fehler, monotonic()
                raise
            self.fehler, self.geholt = None, monotonic()
            return self.wert

    def _bekannt(self, hoechstens: float) -> _T | None:
        return self.wert if monotonic() - self.geholt < hoechstens else None


class Gegenstelle:
    """What is known of one provider."""

    def __init__(self, anbieter: Anbieter, leitung: Leitung | None = None) -> None:
        self.anbieter = anbieter
        self.leitung = leitung or Leitung.zu(anbieter)
        self._verzeichnis = _Gemerkt(lambda: entdecke(anbieter, self.leitung), VERZEICHNIS_GILT)
        self._schluessel = _Gemerkt(self._hole_schluessel, SCHLUESSEL_GELTEN)

    async def verzeichnis(self) -> Verzeichnis:
        """The provider's metadata. Raises AnmeldungGescheitert."""
        return await self._verzeichnis.lies()

    async def schluessel(self, *, neu: bool = False) -> Schluesselbund:
        """The provider's keys; with `neu` fetched again unless that has just been done."""
        return await self._schluessel.lies(juenger_als=NACHFRAGE_ABSTAND if neu else None)

    async def _hole_schluessel(self) -> Schluesselbund:
        verzeichnis = await self.verzeichnis()
        antwort = await self.leitung.hole(verzeichnis.jwks_uri)
        if antwort.status != 200:
            raise AnmeldungGescheitert("anbieter_nicht_erreichbar", "status")
        return Schluesselbund.aus(antwort.inhalt)


_BEKANNTE: dict[str, Gegenstelle] = {}


def gegenstelle(anbieter: Anbieter) -> Gegenstelle:
    """This process's knowledge of the provider; begun anew where its configuration has changed."""
    bekannt = _BEKANNTE.get(anbieter.schluessel)
    if bekannt is None or bekannt.anbieter is not anbieter:
        bekannt = _BEKANNTE[anbieter.schluessel] = Gegenstelle(anbieter)
    return bekannt
