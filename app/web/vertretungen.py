"""Pages on for whom one acts: list, add, end, and choose for this browser."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.db.sitzung import Sitzung
from app.konto import konten
from app.konto.konten import VertretungUngueltig
from app.konto.zugriff import Recht, Wer
from app.problems import Problem
from app.web.besuch import Besuch, besuch
from app.web.formulare import formular
from app.web.konto import kennung
from app.web.zugang import seite_erfordert

router = APIRouter(prefix="/konto/vertretungen", include_in_schema=False)

_FELDER = ("art", "name", "grundlage", "gilt_bis")
_ORT = "/konto/vertretungen"
Vertretend = Annotated[Wer, seite_erfordert(Recht.ANZEIGE_EINREICHEN)]
Seite = Annotated[Besuch, Depends(besuch)]
Felder = Annotated[Mapping[str, str], Depends(formular)]


@router.get("")
async def liste(besuch: Seite, session: Sitzung, wer: Vertretend, getan: str = "") -> HTMLResponse:
    """For whom I may act, and for whom I act now."""
    return await _seite(besuch, session, wer, getan=getan)


@router.post("")
async def aendern(besuch: Seite, session: Sitzung, wer: Vertretend, felder: Felder) -> Response:
    """What the button says: add somebody, act for somebody or for oneself, end it."""
    tun, sitzung_id = felder.get("tun"), wer.sitzung_id
    if tun == "hinzufuegen":
        try:
            await konten.lege_vertretung_an(
                session, wer.id, **{name: felder.get(name, "") for name in _FELDER}
            )
        except VertretungUngueltig as falsch:
            fehler = {
                feld: besuch.text(f"vertretung.fehler.{feld}_{grund}")
                for feld, grund in falsch.fehler.items()
            }
            return await _seite(besuch, session, wer, werte=felder, fehler=fehler)
    elif tun == "beenden":
        await konten.beende_vertretung(session, wer.id, kennung(felder.get("vertretung")))
    elif tun in {"handeln", "selbst"} and sitzung_id is not None:
        fuer = kennung(felder.get("vertretung")) if tun == "handeln" else None
        if not await konten.handle_fuer(session, sitzung_id, wer.id, fuer):
            raise Problem(404, "nicht_gefunden")
    else:
        raise Problem(400, "unbekannte_handlung")
    return RedirectResponse(f"{_ORT}?getan={tun}", status_code=303)


async def _seite(
    besuch: Besuch,
    session: Sitzung,
    wer: Wer,
    *,
    werte: Mapping[str, str] = MappingProxyType({}),
    fehler: Mapping[str, str] = MappingProxyType({}),
    getan: str = "",
) -> HTMLResponse:
    return besuch.seite(
        "vertretungen.html",
        {
            "vertretungen": await konten.vertretungen(session, wer.id),
            "jetzt": wer.vertretung.vertretung_id if wer.vertretung else None,
            "werte": {name: werte.get(name, "") for name in _FELDER},
            "fehler": fehler,
            "getan": getan if getan in {"hinzufuegen", "beenden", "handeln", "selbst"} else None,
        },
        422 if fehler else 200,
    )
