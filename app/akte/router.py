"""HTTP of the file: a case as package for the DMS, and what the DMS has made of it."""

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Response

from app.akte.aktenpaket import beschreibe
from app.akte.dms import uebergaben
from app.akte.schemas import Aktenstand
from app.db.sitzung import Sitzung
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from xoev.xdomea.paket import packe

router = APIRouter(prefix="/api/v1/vorgaenge", tags=["Akte"])


@router.get(
    "/{vorgang_id}/akte",
    response_model=Aktenstand,
    responses={
        200: {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The package; the state of its transfers where JSON is accepted and no ZIP",
        },
        **antworten(401, 403, 404, 422),
    },
    summary="Akte als xdomea-Paket",
)
async def akte(
    vorgang_id: UUID,
    session: Sitzung,
    wer: Annotated[Wer, erfordert(Recht.AKTE_LESEN)],
    accept: Annotated[str, Header()] = "",
) -> Response | Aktenstand:
    """The case as ZIP for the DMS: xdomea 3.0.0 FVDaten.SGOAblegen.0605 with all documents as received.

    As long as nothing happens to the case, the package stays the same, byte for byte. With
    `Accept: application/json` the answer is what the town's DMS has made of the file so far: filed, refused
    and why, or nothing yet.
    """
    if "application/json" in accept.lower() and "application/zip" not in accept.lower():
        return Aktenstand.aus(await uebergaben(session, vorgang_id))
    ablage = await beschreibe(session, vorgang_id)
    await einsicht.vermerke(session, wer, Gegenstand.AKTE, [Lesung(vorgang_id, vorgang_id=vorgang_id)])
    paket = await to_thread.run_sync(packe, ablage)
    return Response(
        paket.inhalt,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{paket.dateiname}"',
            "Cache-Control": "no-store",
        },
    )
