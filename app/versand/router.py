"""The chamber's XML interface: list, fetch, acknowledge."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.db.sitzung import Sitzung
from app.konto.zugriff import Abholend
from app.problems import Problem, antworten
from app.versand import service
from app.versand.schemas import PostfachAntwort, QuittungAntwort, QuittungEingabe, SendungAntwort

router = APIRouter(prefix="/api/v1/postfach", tags=["Postfach"])

NUMMER_HOECHSTENS = 2**63 - 1


async def _stelle(wer: Abholend) -> str:
    if wer.stelle is None:
        raise Problem(
            403,
            "keine_stelle",
            "Dieser Klient gehört zu keiner Stelle und hat deshalb kein Postfach.",
            "This client belongs to no body and therefore has no mailbox.",
        )
    return wer.stelle


Stelle = Annotated[str, Depends(_stelle)]


@router.get(
    "/sendungen",
    responses=antworten(401, 403, 422),
    summary="Welche Nachrichten liegen bereit?",
)
async def liste(
    *,
    stelle: Stelle,
    sitzung: Sitzung,
    antwort: Response,
    nach: Annotated[int, Query(ge=0, le=NUMMER_HOECHSTENS, description="Last number already known")] = 0,
    anzahl: Annotated[int, Query(ge=1, le=1000, description="Messages on one page, at most")] = 100,
    alle: Annotated[bool, Query(description="Show acknowledged messages too")] = False,
) -> PostfachAntwort:
    """Messages of the own mailbox with a number above `nach`, in the order of their numbers.

    Numbers are given one after the other when a message becomes visible, so nothing ever appears
    below a number that has been seen: asking with `nach` = `naechste` of the answer before misses
    nothing. A message stays in the list until it is acknowledged; `alle=true` shows the others again.
    """
    antwort.headers["Cache-Control"] = "no-store"
    zeilen = await service.lies_postfach(sitzung, stelle, nach=nach, anzahl=anzahl, alle=alle)
    return PostfachAntwort(
        sendungen=[SendungAntwort.aus(zeile) for zeile in zeilen],
        naechste=zeilen[-1].nummer if zeilen else nach,
    )


@router.get(
    "/sendungen/{sendung_id}/nachricht",
    response_class=Response,
    responses={
        200: {"content": {"application/xml": {"schema": {"type": "string"}}}, "description": "The message"},
        **antworten(401, 403, 404, 422),
    },
    summary="Eine Nachricht abholen",
)
async def nachricht(sendung_id: UUID, stelle: Stelle, sitzung: Sitzung) -> Response:
    """The message as XML, byte for byte the one whose `sha256` the list shows (also as `ETag`).

    It may be fetched any number of times, also after its acknowledgement.
    """
    inhalt, sha256 = await service.lies_nachricht(sitzung, stelle, sendung_id)
    return Response(
        inhalt,
        media_type="application/xml",
        headers={
            "ETag": f'"{sha256.hex()}"',
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{sendung_id}.xml"',
        },
    )


@router.post(
    "/sendungen/{sendung_id}/quittung",
    responses=antworten(401, 403, 404, 409, 422),
    summary="Eine Nachricht quittieren: angenommen oder abgelehnt",
)
async def quittung(
    sendung_id: UUID, eingabe: QuittungEingabe, stelle: Stelle, sitzung: Sitzung
) -> QuittungAntwort:
    """Tell the town that the message was taken over, or why it was refused.

    The same acknowledgement again changes nothing and is answered alike; another one is refused with
    409. A refusal and its reason show in the case of the town.
    """
    zustand = await service.quittieren(
        sitzung, stelle, sendung_id, ergebnis=eingabe.ergebnis, code=eingabe.code, grund=eingabe.grund
    )
    return QuittungAntwort(id=sendung_id, zustand=zustand)
