"""After sending: the number, the copy, the certificate as soon as it is there, and what happens next."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import einreichen
from app.antraege import service as antraege
from app.antraege.einreichen import Antragsinhalt, Gestellt
from app.antraege.service import Eingang
from app.db.sitzung import Sitzung
from app.gewerbe import service as gewerbe
from app.konto.zugriff import Wer
from app.problems import Problem
from app.web.antrag.offen import SKRIPT, Antragsteller
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.konto import kennung
from app.web.orte import ort

router = APIRouter(prefix="/antrag/{antrag_id}/gesendet", include_in_schema=False)

_ALLE_SEKUNDEN: Final = 5
"""So often the page looks again for the certificate."""
_GEWERBEANZEIGE: Final = "gewerbeanzeige"


@dataclass(frozen=True, slots=True)
class Bescheinigung:
    """A certificate to fetch."""

    adresse: str
    text: str


def adresse(antrag_id: UUID) -> str:
    """The page of an application that has been sent."""
    return f"/antrag/{antrag_id}/gesendet"


@router.get("")
async def gesendet(
    antrag_id: str,
    besuch: Annotated[Besuch, Depends(besuch)],
    session: Sitzung,
    wer: Antragsteller,
) -> Response:
    """How the application stands."""
    eingang = await antraege.eingang(session, kennung(antrag_id), einreicher_id=wer.id, ags=None)
    inhalt = await einreichen.inhalt(session, eingang.id) if eingang else None
    if eingang is None or inhalt is None:
        raise Problem(404, "nicht_gefunden")
    return await _seite(besuch, session, wer, eingang, inhalt)


async def zeige(besuch: Besuch, session: AsyncSession, wer: Wer, gestellt: Gestellt) -> Response:
    """The page at once, with the code for the second person, which is never shown again."""
    inhalt = await einreichen.inhalt(session, gestellt.eingang.id)
    if inhalt is None:
        return RedirectResponse(adresse(gestellt.eingang.id), status_code=303)
    return await _seite(besuch, session, wer, gestellt.eingang, inhalt, code=gestellt.bestaetigungscode)


async def _seite(
    besuch: Besuch,
    session: AsyncSession,
    wer: Wer,
    eingang: Eingang,
    inhalt: Antragsinhalt,
    *,
    code: str | None = None,
) -> Response:
    besuch.auftritt = await auftritt(session, eingang.ags)
    definition = inhalt.formular.definition
    sprache = besuch.sprache.schluessel
    bescheinigungen, kommen_noch = await _bescheinigungen(session, wer, eingang)
    return besuch.seite(
        "antrag/gesendet.html",
        {
            "leistung": inhalt.formular.titel(sprache),
            "ort": ort(eingang.ags),
            "eingangsnummer": eingang.eingangsnummer,
            "eingegangen_am": eingang.eingegangen_am,
            "bestaetigungscode": code,
            "kopie": f"/api/v1/antraege/{eingang.id}/kopie",
            "bescheinigungen": bescheinigungen,
            "warten": _ALLE_SEKUNDEN if kommen_noch and not code else None,
            "danach": definition.ergebnis.text.in_sprache(sprache),
            "fristen": [
                frist.text.in_sprache(sprache) for frist in definition.fristen if frist.fuer == "amt"
            ],
            "verfolgen": f"/konto/antraege/{eingang.id}",
        },
        skript=SKRIPT,
    )


async def _bescheinigungen(
    session: AsyncSession, wer: Wer, eingang: Eingang
) -> tuple[list[Bescheinigung], bool]:
    """What there is to fetch, and whether more is being made."""
    if eingang.art != _GEWERBEANZEIGE:
        return [], False
    stand = await gewerbe.einreichungsstand(session, eingang.id, einreicher_id=wer.id, gemeinde=None)
    fertige = [
        Bescheinigung(
            f"/api/v1/gewerbeanzeigen/{eingang.id}/bescheinigungen/{eine.id}", eine.fall.aktenzeichen
        )
        for eine in stand.anzeigen
        if eine.bescheinigung is not None and eine.bescheinigung.dokument_id is not None
    ]
    ausgestellt = sum(eine.bescheinigung is not None for eine in stand.anzeigen)
    return fertige, len(fertige) < ausgestellt
