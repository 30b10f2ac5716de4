"""The HTTP application: every room's routes behind one frame."""

import gc
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI

from app.akte.dokument_router import router as dokument_router
from app.akte.router import router as akte_router
from app.antraege import leistungsverfahren
from app.antraege.besonders_router import router as besonders_router
from app.antraege.bestaetigung_router import router as bestaetigung_router
from app.antraege.router import router as antraege_router
from app.betrieb import router as betrieb_router
from app.db.tresor import tresor
from app.db.zugang import geoeffnet, vorhanden
from app.einsicht.router import router as einsicht_router
from app.gewerbe import service as gewerbe
from app.gewerbe.router import router as gewerbe_router
from app.gewerbe.wz_router import router as wz_router
from app.koerper import Koerpergrenze
from app.konto import rechteangabe
from app.konto.anmeldung import anbieter
from app.konto.jose import aussteller
from app.konto.router import router as konto_router
from app.kopfzeilen import Kopfzeilen
from app.leistungen import service as leistungen
from app.leistungen.router import router as leistungen_router
from app.mandanten.router import router as orte_router
from app.mitteilungen.router import router as mitteilungen_router
from app.problems import MEDIENTYP, antworten, melde_probleme
from app.protokoll import Anfrageprotokoll, richte_protokoll_ein
from app.rueckmeldung.router import router as rueckmeldung_router
from app.settings import settings
from app.versand.router import router as versand_router
from app.versand.verwaltung_router import router as verwaltung_router
from app.verwaltung.klient_router import router as klient_router
from app.verwaltung.router import router as gemeinden_router
from app.vorgaenge.entscheidung_router import router as entscheidung_router
from app.vorgaenge.router import router as vorgaenge_router
from app.web import fehlerseiten
from app.web.seitenverzeichnis import ROUTER as SEITEN
from xoev import bundles

VERSION = "0.1.0"

_ROUTER = (
    gewerbe_router,
    wz_router,
    antraege_router,
    bestaetigung_router,
    vorgaenge_router,
    entscheidung_router,
    akte_router,
    dokument_router,
    besonders_router,
    mitteilungen_router,
    versand_router,
    verwaltung_router,
    gemeinden_router,
    orte_router,
    leistungen_router,
    konto_router,
    klient_router,
    einsicht_router,
    rueckmeldung_router,
    betrieb_router,
    *SEITEN,
)

_GROSSE = re.compile(
    r"/api/v1/(gewerbeanzeigen(/[^/]+/berichtigungen)?|antraege|entwuerfe/[^/]+(/anlagen)?"
    r"|(antraege|vorgaenge)/[^/]+/mitteilungen)"
    r"|(/konto/antraege|/amt/[^/]+/vorgaenge)/[^/]+/nachrichten|/antrag/[^/]+/nachweise(/[^/]+)?"
)
"""Paths that take notices, answers and files: their bodies may be large."""
_RAHMEN = {
    str(status): {name: wert for name, wert in antwort.items() if name != "model"}
    for status, antwort in antworten(408, 413).items()
}
"""What `Koerpergrenze` may answer to any request with a body."""

_BESCHREIBUNG = """\
Eine Gewerbeanzeige (§ 14 GewO) wird eingereicht, geprüft, bescheinigt (§ 15 GewO) und an genau die
Stellen gegeben, die sie nach § 3 GewAnzV bekommen.

Errors are `application/problem+json` (RFC 9457) with a stable `code` and texts in German and
English, and in Leichte Sprache where people meet them.
"""


@asynccontextmanager
async def _lebenszeit(_: FastAPI) -> AsyncIterator[None]:
    einstellungen = settings()
    if not structlog.is_configured():
        # One of several processes that uvicorn has started: nobody has done it here yet.
        richte_protokoll_ein(einstellungen)
    # A key that cannot be read should be known now, not with the first token or draft.
    aussteller()
    tresor()
    # Nor a mistake in the file of providers with the first login.
    anbieter()
    # Nor the forms with the first person who asks for one.
    leistungen.bestand()
    async with geoeffnet(vorhanden(einstellungen), einstellungen, werk=False):
        # What has been loaded so far stays: searching it for garbage takes a fifth of the time of a request.
        gc.freeze()
        yield


class _Anwendung(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description, with the frame's own answers and each problem under its one media type.

        FastAPI would list a problem as plain JSON, too.
        """
        neu = self.openapi_schema is None
        beschreibung = super().openapi()
        if neu:
            rechteangabe.ergaenze(beschreibung, self.routes)
            for pfad in beschreibung["paths"].values():
                for vorgang in pfad.values():
                    if "requestBody" in vorgang:
                        vorgang["responses"] = _RAHMEN | vorgang["responses"]
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
        responses=antworten(400, 422, 500, 503),
        # The usual documentation pages load scripts from other people's servers.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lebenszeit,
    )
    gewerbe.verdrahte()
    leistungsverfahren.verdrahte()
    bundles.verwende(settings().standards_ordner)
    melde_probleme(app)
    app.add_middleware(
        Koerpergrenze,
        grenze=settings().eingabe_grenze,
        grosse=_GROSSE,
        frist=settings().eingabe_frist,
    )
    app.add_middleware(Anfrageprotokoll)
    app.add_middleware(Kopfzeilen)
    app.state.darstellung = fehlerseiten.darstelle
    for router in _ROUTER:
        app.include_router(router)
    return app
