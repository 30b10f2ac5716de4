"""HTTP of the desk: special categories of an application, shown once the reading is noted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.akte.dokumentausgabe import DokumentAntwort, antwort, dokumente
from app.antraege import besonders
from app.db.sitzung import Sitzung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.vorgaenge.service import Fall, fall

router = APIRouter(prefix="/api/v1/vorgaenge", tags=["Besondere Angaben"])

Lesend = Annotated[Wer, erfordert(Recht.BESONDERES_LESEN)]


class BesondereAngaben(BaseModel):
    """What is specially protected in a case."""

    antworten: dict[str, Any] = Field(description="The special answers alone, each at its place in the form")
    dokumente: list[DokumentAntwort]


@router.get(
    "/{vorgang_id}/besonderes",
    responses=antworten(401, 403, 404, 422),
    summary="Besonders geschützte Angaben eines Vorgangs",
)
async def angaben(vorgang_id: UUID, session: Sitzung, wer: Lesend) -> BesondereAngaben:
    """Special answers and documents (Art. 9 GDPR). Each reading is noted before anything is shown."""
    einer = await _geoeffnet(session, wer, vorgang_id)
    return BesondereAngaben(
        antworten=await besonders.lies(session, einer.antrag_id),
        dokumente=[
            DokumentAntwort.model_validate(eines)
            for eines in await dokumente(session, einer)
            if eines.besonders
        ],
    )


@router.get(
    "/{vorgang_id}/besonderes/dokumente/{dokument_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **antworten(401, 403, 404, 422)},
    summary="Ein besonders geschütztes Dokument",
)
async def dokument(vorgang_id: UUID, dokument_id: UUID, session: Sitzung, wer: Lesend) -> Response:
    """The document's bytes as they were filed."""
    return await antwort(session, await _geoeffnet(session, wer, vorgang_id), dokument_id)


async def _geoeffnet(session: Sitzung, wer: Wer, vorgang_id: UUID) -> Fall:
    einer = await fall(session, vorgang_id)
    await besonders.oeffne(session, wer, antrag_id=einer.antrag_id, vorgang_id=vorgang_id)
    return einer
