"""HTTP of the auditor: who has read personal data of the town."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.db.sitzung import Sitzung
from app.einsicht import service
from app.einsicht.service import Gegenstand, Suche, Zweck
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten

router = APIRouter(prefix="/api/v1/einsicht", tags=["Einsicht"])

Pruefend = Annotated[Wer, erfordert(Recht.EINSICHT_LESEN)]


class EinsichtAntwort(BaseModel):
    """One reading."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    zeitpunkt: datetime
    leser_art: str = Field(description="klient: a machine client; konto: an account of a person")
    leser_id: UUID
    rolle: str = Field(description="What gave the right, e.g. rolle:sachbearbeitung")
    stelle: str | None = Field(description="Key of the body, where one has read what was sent to it")
    gegenstand: Gegenstand
    gegenstand_id: UUID
    antrag_id: UUID
    vorgang_id: UUID | None
    bezeichnung: str = Field(description="File number of the case, or receipt number of the submission")
    zweck: Zweck


class EinsichtenAntwort(BaseModel):
    """A page of readings, newest first."""

    einsichten: list[EinsichtAntwort]
    weiter: UUID | None = Field(description="Value of `nach` for the next page; null: this is the last one")


@router.get("", responses=antworten(401, 403, 422), summary="Wer hat personenbezogene Daten gelesen?")
async def liste(
    *,
    wer: Pruefend,
    session: Sitzung,
    vorgang_id: Annotated[UUID | None, Query(description="Only of this case")] = None,
    leser_id: Annotated[UUID | None, Query(description="Only by this client or account")] = None,
    nach: Annotated[UUID | None, Query(description="`weiter` of the page before")] = None,
    anzahl: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> EinsichtenAntwort:
    """Readings of the last six months in the own town (§ 14 Abs. 11 GewO), to check that each was allowed."""
    suche = Suche(ags=wer.gemeinde, vorgang_id=vorgang_id, leser_id=leser_id)
    zeilen = await service.seite(session, suche, nach=nach, anzahl=anzahl + 1)
    gezeigt = zeilen[:anzahl]
    return EinsichtenAntwort(
        einsichten=[EinsichtAntwort.model_validate(eine) for eine in gezeigt],
        weiter=gezeigt[-1].id if len(zeilen) > anzahl else None,
    )
