"""The two cookies of a browser: its session, and what it keeps before anybody is logged in.

Over https both have the prefix `__Host-`: the browser takes them from this host alone, encrypted, for every
path. Over plain http there is no such cookie; a laptop's loopback address is the one place for that.
"""

import ipaddress
import secrets
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.settings import settings

_SITZUNG: Final = "amt"
_BROWSER: Final = "amt-browser"
_HOECHSTENS_ZEICHEN: Final = 200


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser without a login keeps: a secret of its own, and the language its user has chosen.

    The secret binds a login under way to the browser, and the forms that need no login.
    """

    geheimnis: str = field(repr=False)
    sprache: str | None = None


def sitzungskeks(anfrage: HTTPConnection) -> str | None:
    """The secret of the session that the browser says it has."""
    return _lies(anfrage, _SITZUNG)


def setze_sitzungskeks(antwort: Response, geheimnis: str) -> None:
    """Hand the browser the secret of its session, until it is closed."""
    _setze(antwort, _SITZUNG, geheimnis)


def loesche_sitzungskeks(antwort: Response) -> None:
    """Let the browser forget its session."""
    antwort.delete_cookie(_name(_SITZUNG), **_eigenschaften())


def browserkeks(anfrage: HTTPConnection) -> Browser | None:
    """What the browser has kept, if anything."""
    geheimnis, _, sprache = (_lies(anfrage, _BROWSER) or "").partition(".")
    return Browser(geheimnis, sprache or None) if geheimnis else None


def neuer_browser(sprache: str | None = None) -> Browser:
    """A secret for a browser that has none."""
    return Browser(secrets.token_urlsafe(32), sprache)


def setze_browserkeks(antwort: Response, browser: Browser) -> None:
    """Let the browser keep its secret and language, until it is closed."""
    wert = f"{browser.geheimnis}.{browser.sprache}" if browser.sprache else browser.geheimnis
    _setze(antwort, _BROWSER, wert)


def verschluesselt() -> bool:
    """Whether browsers reach this installation over https; plain http is for loopback addresses alone."""
    adresse = urlsplit(settings().adresse)
    return adresse.scheme != "http" or not _loopback(adresse.hostname or "")


def _loopback(rechner: str) -> bool:
    if rechner == "localhost":
        return True
    try:
        return ipaddress.ip_address(rechner).is_loopback
    except ValueError:
        return False


def _name(name: str) -> str:
    return f"__Host-{name}" if verschluesselt() else name


def _lies(anfrage: HTTPConnection, name: str) -> str | None:
    wert = anfrage.cookies.get(_name(name))
    return wert if wert and len(wert) <= _HOECHSTENS_ZEICHEN else None


def _setze(antwort: Response, name: str, wert: str) -> None:
    antwort.set_cookie(_name(name), wert, **_eigenschaften())


def _eigenschaften() -> dict[str, Any]:
    return {"path": "/", "secure": verschluesselt(), "httponly": True, "samesite": "lax"}
