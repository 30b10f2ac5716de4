"""The page of a town's Administration: its settings, and the self-check in plain words."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from app.db.sitzung import Sitzung, schliesse_ab
from app.konto.zugriff import Recht, Wer
from app.mandanten import service as mandanten
from app.mandanten.service import UnbekannteGemeinde
from app.problems import Problem
from app.verwaltung import service as verwaltung
from app.verwaltung.service import Pruefpunkt, Stand
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.orte import ort
from app.web.zugang import seite_erfordert

router = APIRouter(prefix="/amt/{amt}/gemeinde", include_in_schema=False)

_FARBE: Final = {Stand.IN_ORDNUNG: "success", Stand.WARNUNG: "warning", Stand.FEHLER: "danger"}


@router.get("")
async def gemeinde(
    amt: str,
    besuch: Annotated[Besuch, Depends(besuch)],
    session: Sitzung,
    wer: Annotated[Wer, seite_erfordert(Recht.GEMEINDE_LESEN)],
) -> HTMLResponse:
    """How the town is set up and what it should see to."""
    ags = wer.gemeinde or ""
    try:
        einstellungen = await mandanten.einstellungen(session, ags)
    except UnbekannteGemeinde:
        raise Problem(404, "gemeinde_unbekannt") from None
    besuch.auftritt = await auftritt(session, ags)
    await schliesse_ab(session)
    bericht = await verwaltung.pruefe(ags)
    punkte: dict[str, list[tuple[Pruefpunkt, str]]] = {}
    for punkt in bericht.punkte:
        punkte.setdefault(punkt.bereich, []).append((punkt, _FARBE[punkt.stand]))
    inhalt = {
        "amt": amt,
        "ort": ort(amt),
        "einstellungen": einstellungen,
        "bericht": bericht,
        "farbe": _FARBE[bericht.stand],
        "punkte": punkte,
        "englisch": besuch.sprache.html == "en",
    }
    return besuch.seite("gemeinde.html", inhalt)
