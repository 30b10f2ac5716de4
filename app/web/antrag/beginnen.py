"""The first page after the login: for whom, what is taken over, and what was begun before."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from app.antraege import entwuerfe
from app.db.sitzung import Sitzung
from app.konto.zugriff import Wer, niveau_zu_niedrig
from app.leistungen import service as leistungen
from app.leistungen.service import Angebot
from app.mandanten import service as mandanten
from app.web.antrag.offen import Antragsteller
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.formulare import formular
from app.web.orte import ort

router = APIRouter(prefix="/leistungen/{ags}/{leistung}/beginnen", include_in_schema=False)

Seite = Annotated[Besuch, Depends(besuch)]


@router.get("")
async def bereit(
    ags: str, leistung: str, besuch: Seite, session: Sitzung, wer: Antragsteller
) -> HTMLResponse:
    """Who begins, and drafts of the same service to go on with."""
    angebot = await _angebot(session, wer, ags, leistung)
    besuch.auftritt = await auftritt(session, ags)
    eigene = [
        eines
        for eines in await entwuerfe.eigene(session, wer)
        if eines.ags == ags and eines.formular.definition.leistung == leistung
    ]
    fristen = (await mandanten.einstellungen(session, ags)).fristen
    return besuch.seite(
        "antrag/beginnen.html",
        {
            "ags": ags,
            "ort": ort(ags),
            "leistung": leistung,
            "titel": angebot.formular.titel(besuch.sprache.schluessel),
            "entwuerfe": eigene,
            "name": besuch.angemeldet.name if besuch.angemeldet else "",
            "vertretung": wer.vertretung.name if wer.vertretung else None,
            "tage": fristen.entwurf_tage,
        },
    )


@router.post("")
async def beginne(
    ags: str,
    leistung: str,
    session: Sitzung,
    wer: Antragsteller,
    _: Annotated[Mapping[str, str], Depends(formular)],
) -> RedirectResponse:
    """A new draft, and its first page."""
    await _angebot(session, wer, ags, leistung)
    entwurf = await entwuerfe.beginne(session, wer, ags, leistung)
    return RedirectResponse(f"/antrag/{entwurf.id}", status_code=303)


async def _angebot(session: Sitzung, wer: Wer, ags: str, leistung: str) -> Angebot:
    """The service; raises Problem `niveau_zu_niedrig` where the login is not sure enough to send it."""
    angebot = await leistungen.angebot(session, ags, leistung)
    verlangt = entwuerfe.verlangtes_niveau(angebot.formular, await mandanten.einstellung(session, ags))
    if wer.niveau is None or wer.niveau < verlangt:
        raise niveau_zu_niedrig(verlangt)
    return angebot
