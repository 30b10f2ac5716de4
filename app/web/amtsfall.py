"""Pages of a case for the staff: what it is about, papers, protected answers, the talk with the applicant.

Every page notes the reading before it shows anything. Decisions are taken over the interface.
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import besonders
from app.antraege.einreichen import Antragsinhalt
from app.db.sitzung import Sitzung, schliesse_ab, transaktion
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.rechte import rechte_von
from app.konto.rollen import Rolle
from app.konto.sitzungen import CSRF_FELD
from app.konto.zugriff import Recht, Wer
from app.mitteilungen import service as mitteilungen
from app.mitteilungen.eingabe import Entwurf, entwurf
from app.problems import Problem
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall
from app.web.amt import besuch_im_amt
from app.web.besuch import Besuch
from app.web.fallbild import fallbild, gestellter
from app.web.fallinhalt import fallinhalt
from app.web.formulare import pruefe_herkunft
from app.web.herunterladen import datei
from app.web.orte import ort
from app.web.texte import in_sprache
from app.web.zugang import seite_erfordert

router = APIRouter(prefix="/amt/{amt}/vorgaenge/{vorgang_id}", include_in_schema=False)

_ALLES: Final = 200
"""So many messages are shown."""

Amtsseite = Annotated[Besuch, Depends(besuch_im_amt)]
Lesend = Annotated[Wer, seite_erfordert(Recht.VORGANG_LESEN)]
Schreibend = Annotated[Wer, seite_erfordert(Recht.VORGANG_ENTSCHEIDEN)]
Geschuetzt = Annotated[Wer, seite_erfordert(Recht.BESONDERES_LESEN)]


@router.get("")
async def vorgang(
    amt: str, vorgang_id: UUID, besuch: Amtsseite, session: Sitzung, wer: Lesend
) -> HTMLResponse:
    """What the case is about and how far it is."""
    fall = await _vermerkt(session, wer, vorgang_id, Gegenstand.VORGANG)
    gesagt = await mitteilungen.verlauf(session, fall.antrag_id, grenze=_ALLES)
    return besuch.seite(
        "vorgang/vorgang.html",
        {
            **await _kopf(amt, besuch, session, wer, fall),
            **await fallinhalt(session, fall, besuch),
            "darf_besonderes": Recht.BESONDERES_LESEN in rechte_von(wer.traeger),
            "mitteilungen": len(gesagt),
            "ungelesen": sum(eine.von == "person" and eine.gelesen_am is None for eine in gesagt),
        },
    )


@router.get("/dokumente/{dokument_id}")
async def dokument(vorgang_id: UUID, dokument_id: UUID, session: Sitzung, wer: Lesend) -> Response:
    """A document of the case; protected ones are not found here."""
    fall = await vorgaenge.fall(session, vorgang_id)
    await einsicht.vermerke(session, wer, Gegenstand.AKTE, [Lesung(dokument_id, vorgang_id=vorgang_id)])
    return await _dokument(session, fall, dokument_id)


@router.get("/besonderes")
async def besonderes(
    amt: str, vorgang_id: UUID, besuch: Amtsseite, session: Sitzung, wer: Geschuetzt
) -> HTMLResponse:
    """The whole application with its special categories of personal data (Art. 9 GDPR)."""
    fall, gestellt = await _geoeffnet(session, wer, vorgang_id)
    alles = besonders.verbinde(gestellt.antworten, await besonders.lies(session, fall.antrag_id))
    return besuch.seite(
        "vorgang/besonderes.html",
        {
            **await _kopf(amt, besuch, session, wer, fall),
            "angaben": gestellt.formular.abschnitte(alles, besuch.sprache.schluessel),
            "dokumente": [eines for eines in await _dokumente(session, fall) if eines.besonders],
        },
    )


@router.get("/besonderes/dokumente/{dokument_id}")
async def besonderes_dokument(
    vorgang_id: UUID, dokument_id: UUID, session: Sitzung, wer: Geschuetzt
) -> Response:
    """A protected document."""
    fall, _ = await _geoeffnet(session, wer, vorgang_id)
    return await _dokument(session, fall, dokument_id)


@router.get("/nachrichten")
async def nachrichten(
    amt: str, vorgang_id: UUID, besuch: Amtsseite, session: Sitzung, wer: Lesend
) -> HTMLResponse:
    """What was written about the application; what the applicant has written counts as read by the office."""
    fall = await _vermerkt(session, wer, vorgang_id, Gegenstand.MITTEILUNG)
    seite = await _nachrichten(amt, besuch, session, wer, fall)
    if wer.traeger != {Rolle.REVISION}:
        await mitteilungen.vermerke_gelesen(session, fall.antrag_id, durch="amt")
    return seite


@router.post("/nachrichten")
async def schreibe(  # noqa: PLR0917 FastAPI passes all by name
    geschrieben: Annotated[Entwurf, Depends(entwurf)],
    amt: str,
    vorgang_id: UUID,
    besuch: Amtsseite,
    session: Sitzung,
    wer: Schreibend,
) -> Response:
    """Writes to the applicant; what is refused is shown again with what was typed."""
    pruefe_herkunft(besuch.anfrage, geschrieben.felder.get(CSRF_FELD))
    fall = await vorgaenge.fall(session, vorgang_id)
    await schliesse_ab(session)
    try:
        text = geschrieben.gepruefter_text()
        beilagen = await geschrieben.gepruefte_beilagen()
    except Problem as problem:
        async with transaktion(gemeinde=fall.ags) as eigene:
            await _vermerkt(eigene, wer, vorgang_id, Gegenstand.MITTEILUNG)
            return await _nachrichten(amt, besuch, eigene, wer, fall, geschrieben.text, problem)
    async with transaktion(gemeinde=fall.ags) as eigene:
        await mitteilungen.schreibe_an_person(
            eigene, fall.antrag_id, text, beilagen, ags=fall.ags, vorgang_id=vorgang_id, durch=wer.id
        )
    return RedirectResponse(f"/amt/{amt}/vorgaenge/{vorgang_id}/nachrichten#neueste", status_code=303)


@router.get("/nachrichten/{anhang_id}")
async def anhang(vorgang_id: UUID, anhang_id: UUID, session: Sitzung, wer: Lesend) -> Response:
    """A file of a message."""
    fall = await _vermerkt(session, wer, vorgang_id, Gegenstand.MITTEILUNG)
    gefunden, inhalt = await mitteilungen.anhang(
        session, fall.antrag_id, anhang_id, person=None, ags=fall.ags
    )
    return datei(inhalt, gefunden.medientyp, gefunden.dateiname)


async def _vermerkt(session: AsyncSession, wer: Wer, vorgang_id: UUID, was: Gegenstand) -> Fall:
    fall = await vorgaenge.fall(session, vorgang_id)
    await einsicht.vermerke(session, wer, was, [Lesung(vorgang_id, vorgang_id=vorgang_id)])
    if was is Gegenstand.MITTEILUNG:
        await mitteilungen.oeffne(session, wer, antrag_id=fall.antrag_id, vorgang_id=vorgang_id)
    return fall


async def _geoeffnet(session: AsyncSession, wer: Wer, vorgang_id: UUID) -> tuple[Fall, Antragsinhalt]:
    fall = await vorgaenge.fall(session, vorgang_id)
    gestellt = await gestellter(session, fall)
    if not besonders.hat_besondere(gestellt.formular):
        raise Problem(404, "nicht_gefunden")
    await besonders.oeffne(session, wer, antrag_id=fall.antrag_id, vorgang_id=vorgang_id)
    return fall, gestellt


async def _kopf(amt: str, besuch: Besuch, session: AsyncSession, wer: Wer, fall: Fall) -> dict[str, object]:
    return {
        "amt": amt,
        "ort": ort(amt),
        "hier": f"/amt/{amt}/vorgaenge/{fall.id}",
        "nur_lesen": wer.traeger == {Rolle.REVISION},
        "fall": fall,
        "bild": await fallbild(session, fall, besuch),
    }


async def _nachrichten(  # noqa: PLR0917 the request and what was found for it
    amt: str,
    besuch: Besuch,
    session: AsyncSession,
    wer: Wer,
    fall: Fall,
    text: str = "",
    problem: Problem | None = None,
) -> HTMLResponse:
    fehler = {}
    if problem is not None:
        wo = "text" if problem.code.startswith("text") else "datei"
        fehler[wo] = in_sprache(problem.text, besuch.sprache.schluessel)
    return besuch.seite(
        "vorgang/nachrichten.html",
        {
            **await _kopf(amt, besuch, session, wer, fall),
            "mitteilungen": await mitteilungen.verlauf(session, fall.antrag_id, grenze=_ALLES),
            "hoechstens": mitteilungen.HOECHSTENS_ZEICHEN,
            "text": text,
            "fehler": fehler,
        },
        problem.status_code if problem else 200,
    )


async def _dokumente(session: AsyncSession, fall: Fall) -> list[akte.Dokument]:
    return await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.id)


async def _dokument(session: AsyncSession, fall: Fall, dokument_id: UUID) -> Response:
    eines = next((eines for eines in await _dokumente(session, fall) if eines.id == dokument_id), None)
    if eines is None:
        raise Problem(404, "nicht_gefunden")
    return datei(await akte.dokument_inhalt(session, dokument_id), eines.medientyp, eines.dateiname)
