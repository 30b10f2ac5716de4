"""HTTP of the desk: the documents of a case."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.akte.dokumentausgabe import DokumentAntwort, antwort, dokumente
from app.db.sitzung import Sitzung
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.vorgaenge.service import fall

router = APIRouter(prefix="/api/v1/vorgaenge", tags=["Akte"])

Lesend = Annotated[Wer, erfordert(Recht.VORGANG_LESEN)]


class DokumenteAntwort(BaseModel):
    """The documents of a case, oldest first."""

    dokumente: list[DokumentAntwort]


@router.get(
    "/{vorgang_id}/dokumente", responses=antworten(401, 403, 404, 422), summary="Dokumente eines Vorgangs"
)
async def liste(vorgang_id: UUID, session: Sitzung, wer: Lesend) -> DokumenteAntwort:
    """What was sent in, and what the office has written; specially protected documents are not in it."""
    einer = await fall(session, vorgang_id)
    await einsicht.vermerke(session, wer, Gegenstand.VORGANG, [Lesung(vorgang_id, vorgang_id=vorgang_id)])
    return DokumenteAntwort(
        dokumente=[DokumentAntwort.model_validate(eines) for eines in await dokumente(session, einer)]
    )


@router.get(
    "/{vorgang_id}/dokumente/{dokument_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **antworten(401, 403, 404, 422)},
    summary="Ein Dokument eines Vorgangs",
)
async def inhalt(vorgang_id: UUID, dokument_id: UUID, session: Sitzung, wer: Lesend) -> Response:
    """The document's bytes as they were filed."""
    einer = await fall(session, vorgang_id)
    await einsicht.vermerke(session, wer, Gegenstand.AKTE, [Lesung(dokument_id, vorgang_id=vorgang_id)])
    return await antwort(session, einer, dokument_id)
