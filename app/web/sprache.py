"""In which language a page is shown: the one chosen here, else the browser's, else German."""

from starlette.requests import HTTPConnection

from app.konto.cookies import Browser
from app.web.texte import DEUTSCH, Sprache, sprachen


def sprache_von(anfrage: HTTPConnection, browser: Browser | None) -> Sprache:
    """The language of the request."""
    gewaehlt = browser.sprache if browser is not None else None
    if gewaehlt is not None and gewaehlt in sprachen():
        return sprachen()[gewaehlt]
    vorhanden = {eine.html: eine for eine in sprachen().values()}
    for wunsch in _wuensche(anfrage.headers.get("accept-language", "")):
        # "de-simple" is a language of its own here, "de-AT" is not.
        for name in (wunsch, wunsch.partition("-")[0]):
            if name in vorhanden:
                return vorhanden[name]
    return DEUTSCH


def _wuensche(kopf: str) -> list[str]:
    """Tags of `Accept-Language` (RFC 9110, 12.5.4), the most wanted first."""
    gewichtet: list[tuple[float, str]] = []
    for eintrag in kopf[:200].split(","):
        name, _, gewicht = eintrag.partition(";q=")
        try:
            gewichtet.append((float(gewicht or 1), name.strip().lower()))
        except ValueError:
            continue
    return [name for gewicht, name in sorted(gewichtet, key=lambda g: -g[0]) if gewicht > 0]
