"""The pages: start, description of the interface, and the files they load."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse

from app.db.sitzung import Sitzung
from app.konto.zugriff import oeffentlich
from app.problems import Problem
from app.settings import settings
from app.web.dateien import dateien
from app.web.schnittstelle import operationen
from app.web.seiten import seite
from app.web.uebersicht import uebersicht

router = APIRouter(dependencies=[Depends(oeffentlich)], include_in_schema=False)


@router.get("/")
async def start(session: Sitzung) -> HTMLResponse:
    """The way in. Only a demo shows its cases here: they are invented."""
    demo = settings().demo
    return seite("start.html", {"demo": demo, "vorgaenge": await uebersicht(session) if demo else ()})


@router.get("/api/docs")
async def schnittstelle(request: Request) -> HTMLResponse:
    """What the HTTP interface offers, to read; /api/openapi.json is the same for machines."""
    openapi = request.app.openapi()
    return seite(
        "schnittstelle.html",
        {"gruppen": operationen(openapi), "version": openapi["info"]["version"]},
    )


@router.get("/static/{pfad:path}")
async def statisch(pfad: str) -> FileResponse:
    """Style and fonts."""
    datei = dateien().get(pfad)
    if datei is None:
        raise Problem(404, "nicht_gefunden")
    return FileResponse(datei, headers={"Cache-Control": "public, max-age=86400"})
