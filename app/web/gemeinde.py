"""Files of a town's look: its colours and its coat of arms, for anybody."""

from fastapi import APIRouter, Depends, Response

from app.db.sitzung import Sitzung
from app.konto.zugriff import oeffentlich
from app.mandanten import service as mandanten
from app.mandanten.service import UnbekannteGemeinde
from app.problems import Problem
from app.web.auftritt import farben_css

router = APIRouter(prefix="/gemeinde/{ags}", dependencies=[Depends(oeffentlich)], include_in_schema=False)

# Pages name the files by their hash, so that a browser may keep them for long.
_KOPF = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/farben.css")
async def farben(ags: str, session: Sitzung) -> Response:
    """The colours."""
    try:
        aussehen = await mandanten.aussehen(session, ags)
    except UnbekannteGemeinde:
        raise Problem(404, "nicht_gefunden") from None
    return Response(farben_css(aussehen.farben), headers=_KOPF, media_type="text/css; charset=utf-8")


@router.get("/wappen")
async def wappen(ags: str, session: Sitzung) -> Response:
    """The coat of arms."""
    bild = await mandanten.wappen(session, ags)
    if bild is None:
        raise Problem(404, "nicht_gefunden")
    return Response(bild.inhalt, headers=_KOPF, media_type=bild.medientyp)
