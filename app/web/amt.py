"""Pages of the staff: which office, its worklist, who has read, what lies ready for a body."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.db.sitzung import Sitzung
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung, Suche
from app.konto.rechte import rechte_von
from app.konto.rollen import Rolle
from app.konto.zugriff import Recht, Wer
from app.problems import Problem
from app.versand import service as versand
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Zustand
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.fallbild import fallbild
from app.web.orte import ort
from app.web.zugang import seite_erfordert

router = APIRouter(prefix="/amt", include_in_schema=False)

JE_SEITE = 25


async def besuch_im_amt(amt: str, besuch: Annotated[Besuch, Depends(besuch)], session: Sitzung) -> Besuch:
    """The visit in the look of the town."""
    if amt.isdigit():
        besuch.auftritt = await auftritt(session, amt)
    return besuch


Seite = Annotated[Besuch, Depends(besuch)]
Amtsseite = Annotated[Besuch, Depends(besuch_im_amt)]
Angemeldet = Annotated[Wer, seite_erfordert(Recht.KONTO_EIGENES)]
Lesend = Annotated[Wer, seite_erfordert(Recht.VORGANG_LESEN)]
Abholend = Annotated[Wer, seite_erfordert(Recht.POSTFACH_LESEN)]
Pruefend = Annotated[Wer, seite_erfordert(Recht.EINSICHT_LESEN)]


@router.get("")
async def aemter(besuch: Seite, _: Angemeldet) -> Response:
    """Choose the office one works for now; who has one only is led there."""
    orte = _aemter(besuch)
    if not orte:
        raise Problem(403, "keine_rolle")
    if len(orte) == 1:
        return RedirectResponse(f"/amt/{next(iter(orte))}", status_code=303)
    return besuch.seite("aemter.html", {"aemter": {amt: ort(amt) for amt in orte}, "rollen": orte})


@router.get("/{amt}")
async def amt(amt: str, besuch: Amtsseite, _: Angemeldet) -> Response:
    """What one may do in this office."""
    rollen = _aemter(besuch).get(amt)
    if rollen is None:
        raise Problem(403, "recht_fehlt")
    inhalt = {"amt": amt, "ort": ort(amt), "rollen": rollen, "rechte": rechte_von(rollen), "Recht": Recht}
    return besuch.seite("amt.html", inhalt)


@router.get("/{amt}/vorgaenge")
async def arbeitsliste(  # noqa: PLR0917 FastAPI passes all by name
    amt: str,
    besuch: Amtsseite,
    session: Sitzung,
    wer: Lesend,
    zustand: Zustand = "in_pruefung",
    nach: Annotated[UUID | None, Query()] = None,
) -> HTMLResponse:
    """The town's cases in one state, the oldest first."""
    faelle, weiter = await vorgaenge.arbeitsliste(
        session, ags=wer.gemeinde or "", zustand=zustand, nach=nach, grenze=JE_SEITE
    )
    zeilen = [(fall, await fallbild(session, fall, besuch)) for fall in faelle]
    # The name of a person who has applied for something is told to nobody without an entry.
    genannt = [fall for fall, bild in zeilen if not bild.oeffentlich and not bild.geschuetzt]
    await einsicht.vermerke(
        session, wer, Gegenstand.VORGANG, [Lesung(fall.id, vorgang_id=fall.id) for fall in genannt]
    )
    return besuch.seite(
        "arbeitsliste.html",
        {
            "amt": amt,
            "ort": ort(amt),
            "nur_lesen": wer.traeger == {Rolle.REVISION},
            "zustand": zustand,
            "zustaende": get_args(Zustand),
            "vorgaenge": zeilen,
            "weiter": weiter,
        },
    )


@router.get("/{amt}/einsicht")
async def einsichten(
    amt: str, besuch: Amtsseite, session: Sitzung, wer: Pruefend, nach: Annotated[UUID | None, Query()] = None
) -> HTMLResponse:
    """Who has read personal data in the last six months (§ 14 Abs. 11 GewO), to check that it was allowed."""
    suche = Suche(ags=wer.gemeinde)
    zeilen = await einsicht.seite(session, suche, nach=nach, anzahl=JE_SEITE + 1)
    return besuch.seite(
        "einsicht.html",
        {
            "amt": amt,
            "name": ort(amt),
            "ort": ort,
            "einsichten": zeilen[:JE_SEITE],
            "weiter": zeilen[JE_SEITE - 1].id if len(zeilen) > JE_SEITE else None,
        },
    )


@router.get("/{amt}/postfach")
async def postfach(
    amt: str, besuch: Seite, session: Sitzung, wer: Abholend, nach: Annotated[int, Query(ge=0)] = 0
) -> HTMLResponse:
    """What lies ready for the body; programs fetch the messages themselves."""
    zeilen = await versand.lies_postfach(session, wer.stelle or "", nach=nach, anzahl=JE_SEITE + 1)
    return besuch.seite(
        "postfach.html",
        {
            "amt": amt,
            "name": ort(amt),
            "ort": ort,
            "nachrichten": zeilen[:JE_SEITE],
            "weiter": zeilen[JE_SEITE - 1].nummer if len(zeilen) > JE_SEITE else None,
        },
    )


def _aemter(besuch: Besuch) -> dict[str, list[Rolle]]:
    """Roles by AGS of the town or key of the body."""
    orte: dict[str, list[Rolle]] = {}
    for eine in besuch.angemeldet.rollen if besuch.angemeldet else ():
        orte.setdefault(eine.gemeinde or eine.stelle or "", []).append(eine.rolle)
    return orte
