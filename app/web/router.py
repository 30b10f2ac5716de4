"""The pages that belong to nobody: start, description of the interface, language, and the files they load."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.db.sitzung import Sitzung
from app.konto.anmeldung import sicheres_ziel
from app.konto.cookies import Browser, setze_browserkeks
from app.konto.zugriff import oeffentlich
from app.problems import Problem
from app.settings import settings
from app.web.besuch import Besuch, besuch, besuch_ohne_datenbank
from app.web.dateien import datei
from app.web.schnittstelle import operationen
from app.web.texte import sprachen
from app.web.uebersicht import uebersicht

router = APIRouter(dependencies=[Depends(oeffentlich)], include_in_schema=False)


@router.get("/")
async def start(session: Sitzung, besuch: Annotated[Besuch, Depends(besuch)]) -> HTMLResponse:
    """The way in. Only a demo shows its cases here: they are invented."""
    demo = settings().demo
    zeilen = await uebersicht(session, besuch) if demo else ()
    return besuch.seite("start.html", {"demo": demo, "vorgaenge": zeilen})


@router.get("/api/docs")
async def schnittstelle(besuch: Annotated[Besuch, Depends(besuch_ohne_datenbank)]) -> HTMLResponse:
    """What the HTTP interface offers, to read; /api/openapi.json is the same for machines."""
    openapi = besuch.anfrage.app.openapi()
    return besuch.seite(
        "schnittstelle.html",
        {"gruppen": operationen(openapi), "version": openapi["info"]["version"]},
    )


@router.get("/sprache")
async def sprache(
    besuch: Annotated[Besuch, Depends(besuch_ohne_datenbank)],
    auf: Annotated[str, Query(max_length=10)] = "",
    ziel: str = "/",
) -> RedirectResponse:
    """Choose the language of the pages and go on where one was. A link: to change a language harms nobody."""
    antwort = RedirectResponse(sicheres_ziel(ziel), status_code=303)
    if auf in sprachen():
        setze_browserkeks(antwort, Browser(besuch.browser.geheimnis, auf))
    return antwort


@router.get("/static/{pfad:path}")
async def statisch(
    pfad: str,
    v: Annotated[str, Query(max_length=20)] = "",
    accept_encoding: Annotated[str, Header()] = "",
) -> Response:
    """Style and fonts."""
    gefunden = datei(pfad)
    if gefunden is None:
        raise Problem(404, "nicht_gefunden")
    dauer = "max-age=31536000, immutable" if v == gefunden.version else "max-age=86400"
    kopf = {"Cache-Control": f"public, {dauer}", "Vary": "Accept-Encoding"}
    if gefunden.gepackt is not None and "gzip" in accept_encoding:
        kopf["Content-Encoding"] = "gzip"
        return Response(gefunden.gepackt, headers=kopf, media_type=gefunden.medientyp)
    return Response(gefunden.inhalt, headers=kopf, media_type=gefunden.medientyp)
