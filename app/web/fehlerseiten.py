"""Problems as pages: what happened, in plain words, and how to go on. Machines get the problem itself."""

from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.antraege.entwuerfe import EntwurfEingereicht
from app.konto.cookies import loesche_sitzungskeks
from app.konto.niveau import Niveau
from app.problems import Problem
from app.web.besuch import Besuch
from app.web.texte import in_sprache, katalog

_MASCHINEN: Final = ("/api/", "/health", "/metrics", "/static/")
_LESEND: Final = frozenset({"GET", "HEAD"})


def darstelle(anfrage: Request, problem: Problem) -> Response | None:
    """The page of a problem; None where the caller does not want a page."""
    if anfrage.url.path.startswith(_MASCHINEN) or "text/html" not in anfrage.headers.get("accept", ""):
        return None
    besuch = Besuch(anfrage)
    if problem.status_code == 401:
        return _zur_anmeldung(besuch)
    if problem.code == "niveau_zu_niedrig":
        return _zur_stufe(besuch, problem)
    if isinstance(problem, EntwurfEingereicht):
        # Back to a page of what has been sent, or a second click: there is a receipt to show.
        return RedirectResponse(f"/antrag/{problem.antrag_id}/gesendet", status_code=303)
    antwort = _seite(besuch, problem)
    antwort.headers.update(problem.headers or {})
    return antwort


def anmeldeadresse(ziel: str, *, niveau: Niveau | None = None, erneut: bool = False) -> str:
    """The page to sign in on, and to come back from to `ziel`; `erneut`: as somebody else or otherwise."""
    felder = {"ziel": ziel}
    if niveau is not None:
        felder["niveau"] = niveau.wort
    if ziel.startswith("/amt"):
        felder["fuer"] = "amt"
    if erneut:
        felder["erneut"] = "ja"
    return f"/anmelden?{urlencode(felder)}"


def _zur_anmeldung(besuch: Besuch) -> Response:
    if besuch.anfrage.method in _LESEND:
        antwort: Response = RedirectResponse(anmeldeadresse(besuch.ort), status_code=303)
    else:
        # What was typed cannot be sent again by itself; pages with forms are read under the same path.
        bewahrt = getattr(besuch.anfrage.state, "bewahrt", False)
        adresse = anmeldeadresse(besuch.anfrage.url.path + ("?wieder=1" if bewahrt else ""))
        antwort = besuch.seite("sitzung_zu_ende.html", {"adresse": adresse, "bewahrt": bewahrt}, 401)
    loesche_sitzungskeks(antwort)
    return antwort


def _zur_stufe(besuch: Besuch, problem: Problem) -> Response:
    niveau = Niveau.von(problem.errors[0]["niveau"])
    ziel = besuch.ort if besuch.anfrage.method in _LESEND else besuch.anfrage.url.path
    inhalt = {"niveau": niveau, "adresse": anmeldeadresse(ziel, niveau=niveau)}
    return besuch.seite("stufe.html", inhalt, 403)


def _seite(besuch: Besuch, problem: Problem) -> Response:
    status = problem.status_code
    art = next(
        eine
        for eine in (f"fehler.{status}", f"fehler.{status // 100}xx", "fehler.5xx")
        if f"{eine}.titel" in katalog(besuch.sprache.schluessel)
    )
    return besuch.seite(
        "fehler.html",
        {
            "titel": besuch.text(f"{art}.titel"),
            "satz": in_sprache(problem.text, besuch.sprache.schluessel),
            "rat": besuch.text(f"{art}.rat"),
            "nummer": problem.nummer if status >= 500 else None,
        },
        status,
    )
