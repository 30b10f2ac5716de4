"""The HTTP application: every room's routes behind one frame."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI

from app.db.zugang import geoeffnet, vorhanden
from app.gewerbe import service as gewerbe
from app.koerper import Koerpergrenze
from app.konto.jose import aussteller
from app.problems import MEDIENTYP, antworten, melde_probleme
from app.protokoll import Anfrageprotokoll
from app.settings import settings

VERSION = "0.1.0"

_ROUTER = (
    "app.betrieb",
    "app.konto.router",
    "app.gewerbe.router",
    "app.vorgaenge.router",
    "app.akte.router",
    "app.versand.router",
    "app.gewerbe.bescheinigung.router",
    "app.web.router",
)

_BESCHREIBUNG = """\
Eine Gewerbeanzeige (§ 14 GewO) wird eingereicht, geprüft, bescheinigt (§ 15 GewO) und an genau die
Stellen gegeben, die sie nach § 3 GewAnzV bekommen.

Errors are `application/problem+json` (RFC 9457) with a stable `code` and texts in German and English.
"""


@asynccontextmanager
async def _lebenszeit(_: FastAPI) -> AsyncIterator[None]:
    einstellungen = settings()
    # A key that cannot be read should be known now, not with the first token.
    aussteller()
    async with geoeffnet(vorhanden(einstellungen), einstellungen):
        yield


class _Anwendung(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description; FastAPI would list each problem as plain JSON beside its real media type."""
        neu = self.openapi_schema is None
        beschreibung = super().openapi()
        if neu:
            for pfad in beschreibung["paths"].values():
                for vorgang in pfad.values():
                    for antwort in vorgang["responses"].values():
                        if MEDIENTYP in antwort.get("content", {}):
                            antwort["content"].pop("application/json", None)
        return beschreibung


def create_app() -> FastAPI:
    """The application; its lifespan opens the database that the settings name."""
    app = _Anwendung(
        title="Digitales Gewerbeamt",
        summary="Gewerbeanzeigen von der Einreichung bis zu den Kammern",
        description=_BESCHREIBUNG,
        version=VERSION,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        responses=antworten(400, 422, 500),
        # The usual documentation pages load scripts from other people's servers.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lebenszeit,
    )
    gewerbe.verdrahte()
    melde_probleme(app)
    app.add_middleware(Koerpergrenze, grenze=settings().eingabe_grenze)
    app.add_middleware(Anfrageprotokoll)
    for name in _ROUTER:
        if find_spec(name) is not None:
            app.include_router(import_module(name).router)
    return app
