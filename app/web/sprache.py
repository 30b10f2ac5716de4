"""In which language a page is shown: the one chosen here, else the browser's, else German."""

from starlette.requests import HTTPConnection

from app.konto.cookies import Browser
from app.web.texte import DEUTSCH, Sprache, sprachen


def sprache_von(anfrage: HTTPConnection, browser: Browser | None) -> Sprache:
    """The language of the request."""
    vorhanden = sprachen()
    gewaehlt = [browser.sprache] if browser is not None and browser.sprache else []
    for wunsch in gewaehlt + _wuensche(anfrage.headers.get("accept-language", "")):
        if wunsch in vorhanden:
            return vorhanden[wunsch]
    return DEUTSCH


def _wuensche(kopf: str) -> list[str]:
    """Primary subtags of `Accept-Language` (RFC 9110, 12.5.4), the most wanted first."""
    gewichtet: list[tuple[float, str]] = []
    for eintrag in kopf[:200].split(","):
        name, _, gewicht = eintrag.partition(";q=")
        try:
            gewichtet.append((float(gewicht or 1), name.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    return [name for gewicht, name in sorted(gewichtet, key=lambda g: -g[0]) if gewicht > 0]
