"""What every public site has to say: imprint, privacy notice, accessibility statement, each by its town."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import Sitzung
from app.konto.zugriff import oeffentlich
from app.leistungen import service as leistungen
from app.mandanten import service as mandanten
from app.mandanten.service import Gemeindeeinstellungen, UnbekannteGemeinde
from app.problems import Problem
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.orte import ort

router = APIRouter(dependencies=[Depends(oeffentlich)], include_in_schema=False)

Seite = Annotated[Besuch, Depends(besuch)]

ERKLAERT_AM: Final = date(2026, 11, 22)
"""The day on which the accessibility statement's text was last held against the pages."""
_VOR: Final = {"email": "mailto:", "telefon": "tel:", "telefax": None, "web": ""}


@router.get("/impressum")
@router.get("/datenschutz")
@router.get("/barrierefreiheit")
async def ohne_gemeinde(besuch: Seite, session: Sitzung) -> Response:
    """Which town's? Where there is but one, hers."""
    seite = _seite(besuch)
    orte = [stadt.ags for stadt in await mandanten.alle_einstellungen(session)]
    if len(orte) == 1:
        return RedirectResponse(f"{seite}/{orte[0]}", status_code=303)
    return besuch.seite(
        "ortswahl.html", {"seite": seite[1:], "orte": sorted((ort(ags), ags) for ags in orte)}
    )


@router.get("/impressum/{ags}")
@router.get("/datenschutz/{ags}")
@router.get("/barrierefreiheit/{ags}")
async def der_gemeinde(ags: str, besuch: Seite, session: Sitzung) -> HTMLResponse:
    """The page of one town."""
    try:
        einstellungen = await mandanten.einstellungen(session, ags)
    except UnbekannteGemeinde:
        raise Problem(404, "gemeinde_unbekannt") from None
    besuch.auftritt = await auftritt(session, ags)
    seite = _seite(besuch)
    inhalt: dict[str, Any] = {
        "ags": ags,
        "e": einstellungen,
        "pflicht": einstellungen.pflichtangaben,
        "kontakte": _kontakte(besuch, einstellungen),
        "erklaert_am": ERKLAERT_AM,
    }
    if seite == "/datenschutz":
        inhalt["leistungen"] = await _leistungen(besuch, session, ags)
    return besuch.seite(f"{seite[1:]}.html", inhalt)


def _seite(besuch: Besuch) -> str:
    return "/" + besuch.anfrage.url.path.split("/")[1]


def _kontakte(besuch: Besuch, einstellungen: Gemeindeeinstellungen) -> list[Mapping[str, str | None]]:
    """Ways to reach the authority: what each is called, how it reads, where it leads."""
    return [
        {
            "name": besuch.text(f"kontakt.{kontakt.kanal}"),
            "text": kontakt.kennung,
            "ziel": None if (vor := _VOR[kontakt.kanal]) is None else _ziel(vor, kontakt.kennung),
        }
        for kontakt in einstellungen.erreichbarkeit
    ]


def _ziel(vor: str, kennung: str) -> str | None:
    if vor == "tel:":
        return vor + "".join(zeichen for zeichen in kennung if zeichen in "+0123456789")
    if not vor and not kennung.startswith(("https://", "http://")):
        # What a town calls a page of the web need not be an address.
        return None
    return vor + kennung


async def _leistungen(besuch: Besuch, session: AsyncSession, ags: str) -> list[tuple[str, str]]:
    """Addresses of the notices made from the forms, with the services' names."""
    return [
        (
            f"/leistungen/{ags}/{angebot.leistung}/datenschutz",
            angebot.formular.definition.titel.in_sprache(besuch.sprache.schluessel),
        )
        for angebot in await leistungen.katalog(session, ags)
    ]
