"""Pages from templates: plain HTML, no script, nothing from elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

_ORTSZEIT: Final = ZoneInfo("Europe/Berlin")
_KOPF: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@cache
def _vorlagen() -> Environment:
    umgebung = Environment(
        loader=PackageLoader("app.web", "vorlagen"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    umgebung.filters["zeit"] = _zeit
    return umgebung


def seite(vorlage: str, inhalt: Mapping[str, Any]) -> HTMLResponse:
    """The page of a template with its security headers."""
    return HTMLResponse(_vorlagen().get_template(vorlage).render(inhalt), headers=_KOPF)


def _zeit(zeitpunkt: datetime) -> str:
    return f"{zeitpunkt.astimezone(_ORTSZEIT):%d.%m.%Y, %H:%M}"
