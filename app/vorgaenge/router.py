"""HTTP of the desk: the town's cases, and the decisions about them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.db.sitzung import Sitzung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.vorgaenge import service
from app.vorgaenge.ansicht import zeige
from app.vorgaenge.schemas import Arbeitsliste, VorgangAntwort, VorgangZeile, Zurueckweisung
from app.vorgaenge.service import Zustand

router = APIRouter(prefix="/api/v1/vorgaenge", tags=["Vorgänge"])

Lesend = Annotated[Wer, erfordert(Recht.VORGANG_LESEN)]
Entscheidend = Annotated[Wer, erfordert(Recht.VORGANG_ENTSCHEIDEN)]

_FEHLER = antworten(401, 403, 404, 422)
_ENTSCHEIDUNG = antworten(401, 403, 404, 409, 422)


@router.get("", responses=antworten(401, 403, 422), summary="Arbeitsliste")
async def arbeitsliste(
    session: Sitzung,
    wer: Lesend,
    zustand: Zustand = "in_pruefung",
    nach: Annotated[UUID | None, Query(description="`weiter` of the page before")] = None,
    anzahl: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Arbeitsliste:
    """The town's cases in one state, oldest first."""
    seite, weiter = await service.arbeitsliste(
        session, ags=wer.gemeinde or "", zustand=zustand, nach=nach, grenze=anzahl
    )
    return Arbeitsliste(vorgaenge=[VorgangZeile.model_validate(einer) for einer in seite], weiter=weiter)


@router.get("/{vorgang_id}", responses=_FEHLER, summary="Ein Vorgang")
async def vorgang(vorgang_id: UUID, session: Sitzung, wer: Lesend) -> VorgangAntwort:
    """A case of the town with what it is about."""
    return await zeige(session, wer, await service.fall(session, vorgang_id))


@router.post("/{vorgang_id}/bescheinigen", responses=_ENTSCHEIDUNG, summary="Bescheinigen")
async def bescheinigen(vorgang_id: UUID, session: Sitzung, wer: Entscheidend) -> VorgangAntwort:
    """Certifies and closes the case. Once more has the same answer; after a rejection it is a conflict."""
    return await zeige(session, wer, await service.bescheinigen(session, vorgang_id, durch=wer.id))


@router.post("/{vorgang_id}/zurueckweisen", responses=_ENTSCHEIDUNG, summary="Zurückweisen")
async def zurueckweisen(
    vorgang_id: UUID, zurueckweisung: Zurueckweisung, session: Sitzung, wer: Entscheidend
) -> VorgangAntwort:
    """Closes the case with a reason. The same once more has the same answer, anything else is a conflict."""
    fall = await service.zurueckweisen(session, vorgang_id, zurueckweisung.grund, durch=wer.id)
    return await zeige(session, wer, fall)
