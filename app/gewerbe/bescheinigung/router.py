"""Checking a certificate by its code: for anybody, as page or as JSON, without personal data."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from app.db.sitzung import Sitzung
from app.gewerbe.bescheinigung import pruefseite
from app.gewerbe.bescheinigung.inhalt import Anzeigenart
from app.gewerbe.bescheinigung.pruefcode import normalisiert
from app.gewerbe.bescheinigung.service import Echtheit, Geltung, echtheit
from app.konto.zugriff import oeffentlich
from app.problems import Problem, antworten

router = APIRouter(prefix="/pruefcode", tags=["Bescheinigung prüfen"], dependencies=[Depends(oeffentlich)])

_HTML = {"text/html": {"schema": {"type": "string"}}}
_KEINE_SOLCHE = ("Zu diesem Prüfcode gibt es keine Bescheinigung.", "No certificate has this check code.")


class EchtheitAntwort(BaseModel):
    """What a check code proves."""

    pruefcode: str
    behoerde: str = Field(description="Town that issued the certificate")
    art: Anzeigenart = Field(description="Kind of notice")
    ausgestellt_am: date
    sha256: str | None = Field(description="SHA-256 of the PDF in hex; null until it has been made")
    geltung: Geltung = Field(
        description="gueltig; ersetzt: by that of a corrected notice; widerrufen: the notice was withdrawn"
    )
    seit: date | None = Field(description="Since when it is replaced or withdrawn")

    @classmethod
    def aus(cls, bewiesen: Echtheit) -> "EchtheitAntwort":
        """From what the service found."""
        return cls(
            pruefcode=bewiesen.pruefcode,
            behoerde=bewiesen.behoerde,
            art=bewiesen.art,
            ausgestellt_am=bewiesen.ausgestellt_am,
            sha256=bewiesen.sha256,
            geltung=bewiesen.geltung,
            seit=bewiesen.seit,
        )


@router.get(
    "",
    response_class=HTMLResponse,
    responses={
        303: {"description": "To the page of the code"},
        404: {"description": "Not a code", "content": _HTML},
    },
    summary="Prüfcode eingeben",
)
async def eingabe(code: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    """The page that asks for a check code; with `code` it leads to that code's page."""
    if code is None:
        return HTMLResponse(pruefseite.eingabe(), headers=pruefseite.kopfzeilen())
    if gelesen := normalisiert(code):
        return RedirectResponse(f"/pruefcode/{gelesen}", status_code=303)
    return HTMLResponse(pruefseite.unbekannt(), status_code=404, headers=pruefseite.kopfzeilen())


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
async def pruefen(code: str, session: Sitzung, accept: Annotated[str, Header()] = "") -> Response:
    """Whether a certificate with this code was issued: by which town, on which day, for what notice.

    Letters' case, spaces, hyphens and the letters O, I and L for digits do not matter.
    """
    bewiesen = await echtheit(session, code)
    if "application/json" in accept.lower() and "text/html" not in accept.lower():
        if bewiesen is None:
            raise Problem(404, "pruefcode_unbekannt", *_KEINE_SOLCHE, headers=pruefseite.kopfzeilen())
        return Response(
            EchtheitAntwort.aus(bewiesen).model_dump_json(),
            media_type="application/json",
            headers=pruefseite.kopfzeilen(),
        )
    if bewiesen is None:
        return HTMLResponse(pruefseite.unbekannt(), status_code=404, headers=pruefseite.kopfzeilen())
    return HTMLResponse(pruefseite.echt(bewiesen), headers=pruefseite.kopfzeilen())
