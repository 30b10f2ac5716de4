"""Routes for those who run the system: is it alive, is it ready, how does it do."""

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.db.migration import ist_aktuell
from app.db.sitzung import NichtVerbunden, datenbank
from app.konto.zugriff import mit_eigenem_token, oeffentlich
from app.problems import Problem, antworten
from app.settings import settings

router = APIRouter(tags=["Betrieb"])


class Zustand(BaseModel):
    """Answer of a health check."""

    status: Literal["ok"] = "ok"


@router.get("/health/live", dependencies=[Depends(oeffentlich)], summary="Läuft der Prozess?")
async def live() -> Zustand:
    """The process answers. Says nothing about the database: a restart would not mend that."""
    return Zustand()


@router.get(
    "/health/ready",
    dependencies=[Depends(oeffentlich)],
    responses=antworten(503),
    summary="Kann der Prozess Anfragen bearbeiten?",
)
async def ready() -> Zustand:
    """The database answers and has the shape this version needs."""
    try:
        async with datenbank().maschine.connect() as verbindung:
            aktuell = await ist_aktuell(verbindung)
    except (SQLAlchemyError, OSError, TimeoutError, NichtVerbunden) as fehler:
        raise Problem(
            503,
            "datenbank_nicht_erreichbar",
            "Die Datenbank ist nicht erreichbar.",
            "The database cannot be reached.",
        ) from fehler
    if not aktuell:
        raise Problem(
            503,
            "migration_fehlt",
            "Die Datenbank hat nicht den Stand dieser Version: bitte `amt migrate`.",
            "The database is not at this version's revision: please run `amt migrate`.",
        )
    return Zustand()


async def _darf_messen(authorization: Annotated[str, Header(include_in_schema=False)] = "") -> None:
    erwartet = settings().metrik_token
    if erwartet is not None and not secrets.compare_digest(
        authorization.encode(), f"Bearer {erwartet.get_secret_value()}".encode()
    ):
        raise Problem(401, "metrik_token_fehlt", headers={"WWW-Authenticate": "Bearer"})


@router.get(
    "/metrics",
    dependencies=[Depends(mit_eigenem_token), Depends(_darf_messen)],
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **antworten(401)},
    summary="Messwerte für Prometheus",
)
async def metrics() -> Response:
    """Counts and durations, no personal data. Open unless AMT_METRIK_TOKEN is set."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
