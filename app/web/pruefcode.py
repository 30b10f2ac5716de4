"""Checking a certificate by its code: for anybody, as page or as JSON, without personal data."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from app.db.sitzung import Sitzung
from app.gewerbe.bescheinigung.inhalt import Anzeigenart
from app.gewerbe.bescheinigung.pruefcode import gruppiert, normalisiert
from app.gewerbe.bescheinigung.service import Geltung, echtheit
from app.konto.zugriff import oeffentlich
from app.problems import Problem, antworten
from app.web.besuch import Besuch, besuch_ohne_datenbank

router = APIRouter(prefix="/pruefcode", tags=["Bescheinigung prüfen"], dependencies=[Depends(oeffentlich)])

_HTML = {"text/html": {"schema": {"type": "string"}}}
_KEINE_SOLCHE = ("Zu diesem Prüfcode gibt es keine Bescheinigung.", "No certificate has this check code.")
Seite = Annotated[Besuch, Depends(besuch_ohne_datenbank)]


class EchtheitAntwort(BaseModel):
    """What a check code proves."""

    model_config = ConfigDict(from_attributes=True)

    pruefcode: str
    behoerde: str = Field(description="Town that issued the certificate")
    art: Anzeigenart = Field(description="Kind of notice")
    ausgestellt_am: date
    sha256: str | None = Field(description="SHA-256 of the PDF in hex; null until it has been made")
    geltung: Geltung = Field(
        description="gueltig; ersetzt: by that of a corrected notice; widerrufen: the notice was withdrawn"
    )
    seit: date | None = Field(description="Since when it is replaced or withdrawn")


@router.get(
    "",
    response_class=HTMLResponse,
    responses={
        303: {"description": "To the page of the code"},
        404: {"description": "Not a code", "content": _HTML},
    },
    summary="Prüfcode eingeben",
)
async def eingabe(besuch: Seite, code: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    """The page that asks for a check code; with `code` it leads to that code's page."""
    if code is None:
        return _seite(besuch, "eingabe")
    if gelesen := normalisiert(code):
        return RedirectResponse(f"/pruefcode/{gelesen}", status_code=303)
    return _seite(besuch, "unbekannt", status=404)


@router.get(
    "/{code}",
    response_model=EchtheitAntwort,
    responses={
        200: {"content": _HTML},
        **antworten(422),
        404: antworten(404)[404] | {"content": antworten(404)[404]["content"] | _HTML},
    },
    summary="Bescheinigung prüfen",
)
async def pruefen(
    code: str, besuch: Seite, session: Sitzung, accept: Annotated[str, Header()] = ""
) -> Response:
    """Whether a certificate with this code was issued: by which town, on which day, for what notice.

    Letters' case, spaces, hyphens and the letters O, I and L for digits do not matter.
    """
    bewiesen = await echtheit(session, code)
    if "application/json" in accept.lower() and "text/html" not in accept.lower():
        if bewiesen is None:
            raise Problem(404, "pruefcode_unbekannt", *_KEINE_SOLCHE, headers={"Vary": "Accept"})
        return Response(
            EchtheitAntwort.model_validate(bewiesen).model_dump_json(),
            media_type="application/json",
            headers={"Vary": "Accept"},
        )
    if bewiesen is None:
        return _seite(besuch, "unbekannt", status=404)
    antwort = EchtheitAntwort.model_validate(bewiesen)
    return _seite(besuch, bewiesen.geltung, antwort, gruppiert(bewiesen.pruefcode))


def _seite(
    besuch: Besuch, zustand: str, echtheit: EchtheitAntwort | None = None, code: str = "", status: int = 200
) -> HTMLResponse:
    """The page; it never repeats what was typed, only a code that is known."""
    antwort = besuch.seite("pruefcode.html", {"zustand": zustand, "echtheit": echtheit, "code": code}, status)
    antwort.headers["Vary"] += ", Accept"
    return antwort
