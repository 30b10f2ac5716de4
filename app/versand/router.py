"""The chamber's XML interface: list, fetch, acknowledge; one message or many at once."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.db.sitzung import Sitzung
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import Problem, antworten
from app.versand import service
from app.versand.archiv import zip_aus
from app.versand.nachricht import Nachricht
from app.versand.schemas import (
    PostfachAntwort,
    QuittungAntwort,
    QuittungEingabe,
    SammelquittungAntwort,
    SammelquittungEingabe,
    SammelquittungErgebnis,
)

router = APIRouter(prefix="/api/v1/postfach", tags=["Postfach"])

NUMMER_HOECHSTENS = 2**63 - 1
ZIP, INHALT = "application/zip", "sendungen.json"


Lesend = Annotated[Wer, erfordert(Recht.POSTFACH_LESEN)]


async def _lesend(wer: Lesend) -> str:
    return _stelle(wer)


async def _quittierend(wer: Annotated[Wer, erfordert(Recht.POSTFACH_QUITTIEREN)]) -> str:
    return _stelle(wer)


def _stelle(wer: Wer) -> str:
    if wer.stelle is None:
        raise Problem(
            403,
            "keine_stelle",
            "Dieser Klient gehört zu keiner Stelle und hat deshalb kein Postfach.",
            "This client belongs to no body and therefore has no mailbox.",
        )
    return wer.stelle


Stelle = Annotated[str, Depends(_lesend)]
Quittierende = Annotated[str, Depends(_quittierend)]
Nach = Annotated[int, Query(ge=0, le=NUMMER_HOECHSTENS, description="Last number already known")]
Anzahl = Annotated[int, Query(ge=1, le=1000, description="Messages on one page, at most")]
Alle = Annotated[bool, Query(description="Show acknowledged messages too")]


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
    nach: Nach = 0,
    anzahl: Anzahl = 100,
    alle: Alle = False,
) -> PostfachAntwort:
    """Messages of the own mailbox with a number above `nach`, in the order of their numbers.

    Numbers are given one after the other when a message becomes visible, so nothing ever appears
    below a number that has been seen: asking with `nach` = `naechste` of the answer before misses
    nothing. A message stays in the list until it is acknowledged; `alle=true` shows the others again.
    """
    antwort.headers["Cache-Control"] = "no-store"
    zeilen = await service.lies_postfach(sitzung, stelle, nach=nach, anzahl=anzahl, alle=alle)
    return PostfachAntwort.aus(zeilen, nach)


@router.get(
    "/nachrichten",
    response_class=Response,
    responses={
        200: {
            "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
            "description": f"`{INHALT}` and one XML file for each message",
        },
        **antworten(401, 403, 422),
    },
    summary="Viele Nachrichten auf einmal abholen",
)
async def nachrichten(
    stelle: Stelle, wer: Lesend, sitzung: Sitzung, *, nach: Nach = 0, anzahl: Anzahl = 100, alle: Alle = False
) -> Response:
    """A page of the list together with its messages, as a ZIP.

    `sendungen.json` is what the list would have answered; beside it lies `<id>.xml` for each of its lines,
    byte for byte the message whose `sha256` the line shows. A page ends early where its messages would
    exceed 16 MiB (unpacked); `naechste` tells where to go on, and a page without lines that there is
    nothing more. Each message counts as fetched.
    """
    seite = await service.lies_nachrichten(sitzung, stelle, nach=nach, anzahl=anzahl, alle=alle)
    await _vermerke(sitzung, wer, [zeile.id for zeile, _ in seite])
    liste = PostfachAntwort.aus([zeile for zeile, _ in seite], nach).model_dump_json().encode()
    dateien = [
        (INHALT, Nachricht.packe(liste)),
        *((f"{zeile.id}.xml", nachricht) for zeile, nachricht in seite),
    ]
    return Response(
        await asyncio.to_thread(zip_aus, dateien),
        media_type=ZIP,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="nachrichten.zip"',
        },
    )


@router.post(
    "/quittungen",
    responses=antworten(401, 403, 422),
    summary="Viele Nachrichten auf einmal quittieren",
)
async def quittungen(
    eingabe: SammelquittungEingabe, stelle: Quittierende, sitzung: Sitzung
) -> SammelquittungAntwort:
    """Up to 500 acknowledgements, each judged by itself: one that is refused does not hold up the others.

    The answer has a line for each, in the same order: `zustand` where the message now stands as
    acknowledged (also by an earlier request), `problem` otherwise. What is good is noted in one commit, so
    the whole request may be repeated when its answer was lost. A request that is not well-formed is
    refused as a whole with 422 and changes nothing.
    """
    urteile = await service.quittiere_alle(
        sitzung, stelle, [zeile.als_quittung() for zeile in eingabe.quittungen]
    )
    return SammelquittungAntwort(
        quittungen=[
            SammelquittungErgebnis.aus(zeile.id, antwort)
            for zeile, antwort in zip(eingabe.quittungen, urteile, strict=True)
        ]
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
async def nachricht(sendung_id: UUID, stelle: Stelle, wer: Lesend, sitzung: Sitzung) -> Response:
    """The message as XML, byte for byte the one whose `sha256` the list shows (also as `ETag`).

    It may be fetched any number of times, also after its acknowledgement.
    """
    inhalt, sha256 = await service.lies_nachricht(sitzung, stelle, sendung_id)
    await _vermerke(sitzung, wer, [sendung_id])
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
    sendung_id: UUID, eingabe: QuittungEingabe, stelle: Quittierende, sitzung: Sitzung
) -> QuittungAntwort:
    """Tell the town that the message was taken over, or why it was refused.

    The same acknowledgement again changes nothing and is answered alike; another one is refused with
    409. A refusal and its reason show in the case of the town.
    """
    zustand = await service.quittieren(
        sitzung, stelle, sendung_id, ergebnis=eingabe.ergebnis, code=eingabe.code, grund=eingabe.grund
    )
    return QuittungAntwort(id=sendung_id, zustand=zustand)


async def _vermerke(sitzung: Sitzung, wer: Wer, sendung_ids: Sequence[UUID]) -> None:
    getragen = await service.getragene_vorgaenge(sitzung, sendung_ids)
    await einsicht.vermerke(
        sitzung,
        wer,
        Gegenstand.NACHRICHT,
        [Lesung(sendung, vorgang_id=vorgang) for sendung, vorgang in getragen],
    )
