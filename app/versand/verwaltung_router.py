"""The administration's interface: how the receivers do, what was given up, send it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.db.sitzung import Sitzung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.versand import verwaltung
from app.versand.verwaltung_schemas import (
    STELLENSCHLUESSEL,
    EmpfaengerAntwort,
    EmpfaengerlisteAntwort,
    WiederholungAntwort,
    WiederholungEingabe,
    Zeitpunkt,
    ZustellungAntwort,
    ZustellungenAntwort,
)

router = APIRouter(prefix="/api/v1/verwaltung", tags=["Verwaltung"])

Lesend = Annotated[Wer, erfordert(Recht.ZUSTELLUNG_LESEN)]
Wiederholend = Annotated[Wer, erfordert(Recht.ZUSTELLUNG_WIEDERHOLEN)]


@router.get(
    "/empfaenger",
    responses=antworten(401, 403),
    summary="Wie gut erreichen wir die Empfänger?",
)
async def empfaenger(_wer: Lesend, sitzung: Sitzung) -> EmpfaengerlisteAntwort:
    """Channel, last success and failure, pause and what waits, for each body.

    A client that belongs to a town sees what waits there; one without sees what waits in all of them.
    """
    staende = await verwaltung.empfaengerstaende(sitzung)
    return EmpfaengerlisteAntwort(empfaenger=[EmpfaengerAntwort.aus(stand) for stand in staende])


@router.get(
    "/sendungen",
    responses=antworten(401, 403, 422),
    summary="Was ist aufgegeben, was wartet noch?",
)
async def sendungen(
    *,
    _wer: Lesend,
    sitzung: Sitzung,
    auswahl: Annotated[verwaltung.Auswahl, Query(description="Given up, waiting, or taken")] = "aufgegeben",
    stelle: Annotated[
        str | None, Query(max_length=200, pattern=STELLENSCHLUESSEL, description="Key of the body")
    ] = None,
    von: Annotated[Zeitpunkt | None, Query(description="Made at this time or later")] = None,
    bis: Annotated[Zeitpunkt | None, Query(description="Made before this time")] = None,
    nach: Annotated[UUID | None, Query(description="`naechste` of the page before")] = None,
    anzahl: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ZustellungenAntwort:
    """Deliveries with the reason of their last failure, the oldest first. Nothing of their content."""
    filter_ = verwaltung.Filter(auswahl=auswahl, stelle=stelle, von=von, bis=bis)
    zeilen = await verwaltung.sendungen(sitzung, filter_, nach=nach, anzahl=anzahl)
    return ZustellungenAntwort(
        sendungen=[ZustellungAntwort.aus(zeile) for zeile in zeilen],
        naechste=zeilen[-1].id if len(zeilen) == anzahl else None,
    )


@router.post(
    "/sendungen/{sendung_id}/erneut",
    status_code=202,
    responses=antworten(401, 403, 404, 409, 422),
    summary="Eine Sendung erneut zustellen",
)
async def erneut(sendung_id: UUID, wer: Wiederholend, sitzung: Sitzung) -> WiederholungAntwort:
    """The same message with the same id goes out again at once, and its time starts anew.

    A receiver that has it already recognises it by its id. A pause of the receiver ends.
    """
    await verwaltung.sende_erneut(sitzung, sendung_id, durch=wer.kennung)
    return WiederholungAntwort(anzahl=1)


@router.post(
    "/sendungen/erneut",
    status_code=202,
    responses=antworten(401, 403, 422),
    summary="Viele Sendungen erneut zustellen",
)
async def alle_erneut(
    eingabe: WiederholungEingabe, wer: Wiederholend, sitzung: Sitzung
) -> WiederholungAntwort:
    """As for one. What lies in a mailbox, was stopped or is under way is left out."""
    anzahl = await verwaltung.sende_alle_erneut(
        sitzung, eingabe.filter(), durch=wer.kennung, anzahl=eingabe.anzahl
    )
    return WiederholungAntwort(anzahl=anzahl)
