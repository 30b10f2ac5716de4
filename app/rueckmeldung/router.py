"""HTTP of a town: what people have said about its pages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.db.sitzung import ALLE, Sitzung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.rueckmeldung import service
from app.rueckmeldung.service import Anliegen

router = APIRouter(prefix="/api/v1/rueckmeldungen", tags=["Rückmeldungen"])

Lesend = Annotated[Wer, erfordert(Recht.RUECKMELDUNG_LESEN)]


class RueckmeldungAntwort(BaseModel):
    """What somebody has said about a page."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    ags: str | None
    erstellt_am: datetime
    seite: str = Field(description="Path of the page; * stands for the name of a draft or case")
    sprache: str = Field(description="de, en or leicht")
    anliegen: Anliegen = Field(description="barriere: to be answered within six weeks (§ 5 BITVNRW)")
    bewertung: int | None = Field(description="1 (very bad) to 5 (very good)")
    text: str | None
    email: str | None = Field(description="Given for an answer, and for nothing else")


class RueckmeldungenAntwort(BaseModel):
    """A page of them, newest first."""

    rueckmeldungen: list[RueckmeldungAntwort]
    weiter: UUID | None = Field(description="Value of `nach` for the next page; null: this is the last one")


@router.get("", responses=antworten(401, 403, 422), summary="Was sagen Menschen zu den Seiten?")
async def liste(
    wer: Lesend,
    session: Sitzung,
    nach: Annotated[UUID | None, Query(description="`weiter` of the page before")] = None,
    anzahl: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> RueckmeldungenAntwort:
    """What people have said about the pages of the own town in the last half year."""
    ags = None if wer.gemeinde == ALLE else wer.gemeinde
    eintraege = await service.seite(session, ags, nach=nach, anzahl=anzahl + 1)
    gezeigt = eintraege[:anzahl]
    return RueckmeldungenAntwort(
        rueckmeldungen=[RueckmeldungAntwort.model_validate(einer) for einer in gezeigt],
        weiter=gezeigt[-1].id if len(eintraege) > anzahl else None,
    )
