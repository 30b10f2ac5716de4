"""The page that says whether a certificate is genuine; plain HTML, no script, nothing from elsewhere."""

import base64
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.gewerbe.bescheinigung.inhalt import datum
from app.gewerbe.bescheinigung.pruefcode import gruppiert
from app.gewerbe.bescheinigung.service import Echtheit, Geltung

_TITEL: Final[Mapping[Geltung, str]] = {
    "gueltig": "Dieser Prüfcode ist gültig",
    "ersetzt": "Diese Bescheinigung ist ersetzt worden",
    "widerrufen": "Diese Bescheinigung ist widerrufen worden",
}
_UNBEKANNT: Final = "Dieser Prüfcode ist nicht bekannt"
_EINGABE: Final = "Bescheinigung prüfen"


@cache
def _vorlagen() -> Environment:
    return Environment(
        loader=PackageLoader("app.web", "vorlagen"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


@cache
def _stil() -> Markup:
    return Markup(_vorlagen().get_template("pruefcode.css").render())  # noqa: S704 - our own file


@cache
def kopfzeilen() -> dict[str, str]:
    """Headers of the page: only its own style (by its hash) and its own form are allowed."""
    stil = base64.b64encode(sha256(_stil().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{stil}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }


def echt(echtheit: Echtheit) -> str:
    """The page for a code that proves a certificate."""
    return _seite(
        _TITEL[echtheit.geltung], echtheit=echtheit, code=gruppiert(echtheit.pruefcode), gesucht=True
    )


def unbekannt() -> str:
    """The page for a code that no certificate has; it does not repeat what was typed."""
    return _seite(_UNBEKANNT, echtheit=None, code="", gesucht=True)


def eingabe() -> str:
    """The page that asks for a code."""
    return _seite(_EINGABE, echtheit=None, code="", gesucht=False)


def _seite(titel: str, *, echtheit: Echtheit | None, code: str, gesucht: bool) -> str:
    vorlage = _vorlagen().get_template("pruefcode.html")
    return vorlage.render(
        titel=titel, echtheit=echtheit, code=code, gesucht=gesucht, datum=datum, stil=_stil()
    )
