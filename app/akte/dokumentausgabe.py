"""A case's documents as they are shown and sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service
from app.akte.errors import DokumentUnbekannt
from app.akte.service import Dokument
from app.vorgaenge.service import Fall

_ENDUNGEN: Final = frozenset({"pdf", "jpg", "jpeg", "png", "tif", "tiff", "json", "xml"})


class DokumentAntwort(BaseModel):
    """A document of the case."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    art: str
    dateiname: str
    medientyp: str
    erstellt_am: datetime


async def dokumente(session: AsyncSession, einer: Fall) -> Sequence[Dokument]:
    """The documents of the case that the transaction may see."""
    return await service.dokumente(session, antrag_id=einer.antrag_id, vorgang_id=einer.id)


async def antwort(session: AsyncSession, einer: Fall, dokument_id: UUID) -> Response:
    """The document as it is sent; raises DokumentUnbekannt, also for one of another case."""
    eines = next((eines for eines in await dokumente(session, einer) if eines.id == dokument_id), None)
    if eines is None:
        raise DokumentUnbekannt
    return Response(
        await service.dokument_inhalt(session, dokument_id),
        media_type=eines.medientyp,
        headers={
            # Never shown inside the house's own pages, whatever somebody has uploaded.
            "Content-Disposition": f'attachment; filename="{dokument_id}{_endung(eines.dateiname)}"',
            "Cache-Control": "no-store",
        },
    )


def _endung(dateiname: str) -> str:
    endung = dateiname.rpartition(".")[2].lower()
    return f".{endung}" if endung in _ENDUNGEN else ""
