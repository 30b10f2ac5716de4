"""A visit: the request of a browser with all that every page needs to know about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.db.sitzung import Sitzung
from app.konto.cookies import Browser, browserkeks, neuer_browser, setze_browserkeks, sitzungskeks
from app.konto.sitzungen import Angemeldet, csrf_token, des_browsers
from app.kopfzeilen import MIT_SKRIPT
from app.rueckmeldung.service import ohne_kennungen
from app.web.auftritt import NEUTRAL, Auftritt
from app.web.seiten import als_datum, gerendert
from app.web.sprache import sprache_von
from app.web.texte import uebersetze


class Besuch:
    """Who is there, in which language, and how a page is answered."""

    def __init__(self, anfrage: Request) -> None:
        """`anfrage` is the request; nobody is asked in the database."""
        self.anfrage = anfrage
        self.angemeldet: Angemeldet | None = getattr(anfrage.state, "angemeldet", None)
        self.auftritt: Auftritt = NEUTRAL
        url = anfrage.url
        self.ort = f"{url.path}?{url.query}" if url.query else url.path
        """Path and query of this page, to come back to."""
        # Begun by an earlier part of the same request, whose cookie the browser still has to get.
        begonnen: Browser | None = getattr(anfrage.state, "neuer_browser", None)
        self._browser = begonnen or browserkeks(anfrage)
        self._neuer_browser = begonnen is not None
        self.sprache = sprache_von(anfrage, self._browser)

    @property
    def hat_sitzung(self) -> bool:
        """Whether the browser says that it is logged in; where the database was asked, whether it is."""
        if hasattr(self.anfrage.state, "angemeldet"):
            return self.angemeldet is not None
        return sitzungskeks(self.anfrage) is not None

    @property
    def browser(self) -> Browser:
        """What the browser keeps; it gets a secret of its own with the answer if it has none."""
        if self._browser is None:
            self._browser = self.anfrage.state.neuer_browser = neuer_browser()
            self._neuer_browser = True
        return self._browser

    @property
    def csrf(self) -> str:
        """The token for the forms of this page."""
        return csrf_token(sitzungskeks(self.anfrage) or self.browser.geheimnis)

    @property
    def menue(self) -> list[tuple[str, str]]:
        """The main menu: addresses and names."""
        punkte = [("/", self.text("rahmen.start")), ("/leistungen", self.text("leistungen.titel"))]
        if self.angemeldet is not None:
            punkte.append(("/konto", self.text("konto.titel")))
            if self.angemeldet.rollen:
                punkte.append(("/amt", self.text("amt.titel")))
        punkte.append(("/pruefcode", self.text("pruefcode.titel")))
        return punkte

    @property
    def seitenpfad(self) -> str:
        """The page's path, to say something about it: nothing in it names a draft or a case."""
        return ohne_kennungen(self.anfrage.url.path)

    def abgemeldet(self) -> None:
        """Nobody is logged in from here on: what the page shows is no longer the request's session."""
        self.anfrage.state.angemeldet = self.angemeldet = None

    def text(self, schluessel: str, **werte: object) -> str:
        """A sentence in the language of the page."""
        return uebersetze(self.sprache.schluessel, schluessel, **werte)

    def datum(self, tag: date) -> str:
        """A day as people read it."""
        return als_datum(self.sprache, tag)

    def seite(
        self,
        vorlage: str,
        inhalt: Mapping[str, Any] | None = None,
        status: int = 200,
        *,
        skript: str | None = None,
    ) -> HTMLResponse:
        """The page of a template; `skript`: path of the one file with a script that the page may load."""
        kopf = {"Vary": "Accept-Language, Cookie", "Content-Language": self.sprache.html}
        antwort = HTMLResponse(
            gerendert(vorlage, self.sprache, {"besuch": self, "skript": skript, **(inhalt or {})}),
            status,
            headers=kopf | (MIT_SKRIPT if skript else {}),
        )
        if self._neuer_browser:
            setze_browserkeks(antwort, self.browser)
        return antwort

    def weiter(self, url: str) -> HTMLResponse:
        """To an address of another host.

        No redirect: Chromium holds the answer to a form, and every further redirect, against `form-action`,
        and a login service may lead on to hosts that nobody can list.
        """
        # Only forms lead here: there is nothing to come back to.
        self.ort = "/"
        return self.seite("weiter.html", {"url": url})


async def besuch(anfrage: Request, session: Sitzung) -> Besuch:
    """The visit, with who is logged in."""
    await des_browsers(session, anfrage)
    return Besuch(anfrage)


async def besuch_ohne_datenbank(anfrage: Request) -> Besuch:
    """The visit of a page that opens its own short transactions, or none."""
    return Besuch(anfrage)
