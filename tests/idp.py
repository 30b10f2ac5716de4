"""A real, certified provider for tests: the demo's, with the same people, over HTTP.

`idp` (one for the whole run) listens on a port of its own and sends logout tokens to a collector. Its
clients are registered for the house at `BASIS`; `Idp.starte` makes one for a house that listens elsewhere.
`idp_hier` also tells this process of it.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit

import httpx
import pytest

from app.demo.idp import Anmeldedienst, knoten
from app.konto import anmeldung
from app.settings import settings

BASIS = "http://127.0.0.1:8000"
"""Address of the house in tests, unless a test says otherwise."""
_STARTFRIST = 30.0


class Abgebrochen(AssertionError):
    """The provider has shown a page where an answer was expected."""


@dataclass
class Browser:
    """Someone in front of the provider's pages; keeps its cookies, so it stays logged in there."""

    http: httpx.AsyncClient

    async def waehle(self, url: str, person: str | None) -> str:
        """Follow an authorisation request and choose a person (None: cancel); the URL of the answer.

        Where the provider still knows this browser no page is shown, and `person` is not asked for.
        """
        antwort, url = await self._folge(url)
        if antwort is None:
            return url
        if 'name="person"' not in antwort.text:
            raise Abgebrochen(antwort.text)
        formular = {"person": person} if person else {"abbrechen": "ja"}
        antwort, url = await self._folge(str(antwort.url), formular)
        if antwort is not None:
            # Somebody else was logged in in this browser: the provider ends that session first.
            return await self._bestaetige(antwort)
        return url

    async def melde_ab(self, url: str) -> str:
        """Follow a logout request and confirm it; where the provider sends the browser then."""
        antwort, url = await self._folge(url)
        return url if antwort is None else await self._bestaetige(antwort)

    async def _bestaetige(self, seite: httpx.Response) -> str:
        xsrf = seite.text.partition('name="xsrf" value="')[2].partition('"')[0]
        ziel = seite.text.partition('action="')[2].partition('"')[0]
        if not xsrf:
            raise Abgebrochen(seite.text)
        antwort, url = await self._folge(urljoin(str(seite.url), ziel), {"xsrf": xsrf, "logout": "yes"})
        if antwort is not None:
            raise Abgebrochen(antwort.text)
        return url

    async def _folge(
        self, url: str, formular: dict[str, str] | None = None
    ) -> tuple[httpx.Response | None, str]:
        """Redirects as far as they stay at the provider: its page, or None and the way out."""
        rechner = urlsplit(url).netloc
        for _ in range(10):
            antwort = await (self.http.get(url) if formular is None else self.http.post(url, data=formular))
            formular = None
            if not antwort.is_redirect:
                return antwort, url
            url = urljoin(url, antwort.headers["location"])
            if urlsplit(url).netloc != rechner:
                return None, url
        raise Abgebrochen("too many redirects")

    async def schliesse(self) -> None:
        """Close the connections."""
        await self.http.aclose()


@dataclass
class Idp:
    """The running provider."""

    dienst: Anmeldedienst
    umgebung: dict[str, str]
    """Variables that a house needs to know it (AMT_ANBIETER and the secrets)."""
    abmeldungen: list[tuple[str, str]] = field(default_factory=list)
    """Key of the provider and logout token, as they came."""

    def issuer(self, schluessel: str) -> str:
        """Issuer of one of the providers in demo/idp/personen.json."""
        return self.dienst.issuer(schluessel)

    def browser(self) -> Browser:
        """A browser without any cookies."""
        return Browser(httpx.AsyncClient(trust_env=False, timeout=30))

    async def melde_an(self, url: str, person: str | None) -> dict[str, str]:
        """Parameters of the answer to an authorisation request, from a fresh browser."""
        browser = self.browser()
        try:
            return parameter(await browser.waehle(url, person))
        finally:
            await browser.schliesse()

    @classmethod
    @contextmanager
    def starte(cls, basis: str = BASIS, *, sammle_abmeldungen: bool = True) -> Iterator["Idp"]:
        """A provider for a house at `basis`, until the end of the block. Skips the test without Node."""
        if knoten() is None:
            pytest.skip("node or the npm package oidc-provider is missing: npm ci")
        ordner = Path(tempfile.mkdtemp(prefix="amt-idp-"))
        abmeldungen: list[tuple[str, str]] = []
        sammler = _sammler(abmeldungen)
        ziel = f"http://127.0.0.1:{sammler.server_address[1]}" if sammle_abmeldungen else None
        dienst = Anmeldedienst(ordner, _freier_port(), basis, abmeldung=ziel)
        idp = cls(dienst, dienst.schreibe(), abmeldungen)
        prozess = subprocess.Popen(
            dienst.befehl(),
            env={"PATH": os.environ["PATH"], "AMT_DEMO": "true"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _warte(idp, prozess)
            yield idp
        finally:
            prozess.kill()
            prozess.wait()
            sammler.shutdown()
            sammler.server_close()
            shutil.rmtree(ordner)


def parameter(url: str) -> dict[str, str]:
    """The query of an answer's URL."""
    return dict(parse_qsl(urlsplit(url).query))


@pytest.fixture(scope="session")
def idp() -> Iterator[Idp]:
    """The provider of this run."""
    with Idp.starte() as laeuft:
        yield laeuft


@pytest.fixture
def idp_hier(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Idp]:
    """The provider of this run, configured for this process."""

    def vergiss() -> None:
        settings.cache_clear()
        anmeldung.anbieter.cache_clear()

    for name, wert in {**idp.umgebung, "AMT_DEMO": "true", "AMT_BASIS_URL": BASIS}.items():
        monkeypatch.setenv(name, wert)
    vergiss()
    yield idp
    monkeypatch.undo()
    vergiss()


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _warte(idp: Idp, prozess: "subprocess.Popen[bytes]") -> None:
    letzter = list(idp.dienst.personen)[-1]
    ende = time.monotonic() + _STARTFRIST
    while time.monotonic() < ende and prozess.poll() is None:
        try:
            url = f"{idp.issuer(letzter)}/.well-known/openid-configuration"
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("the provider does not start")


def _sammler(abmeldungen: list[tuple[str, str]]) -> ThreadingHTTPServer:
    class Sammler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            daten = self.rfile.read(int(self.headers["content-length"])).decode()
            abmeldungen.append((self.path.strip("/"), parse_qs(daten)["logout_token"][0]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sammler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
