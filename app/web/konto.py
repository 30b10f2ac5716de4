"""Pages of one's own account: what is stored, sessions, copy, deletion."""

import json
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.antraege import einreichen, entwuerfe
from app.antraege import service as antraege
from app.db.sitzung import Sitzung
from app.einsicht import service as einsicht
from app.konto import konten, sitzungen
from app.konto.cookies import loesche_sitzungskeks
from app.konto.konten import Konto
from app.konto.zugriff import Recht, Wer
from app.mitteilungen import service as mitteilungen
from app.problems import Problem
from app.web.anmelden import anbietername
from app.web.besuch import Besuch, besuch
from app.web.formulare import formular
from app.web.orte import ort
from app.web.zugang import seite_erfordert

router = APIRouter(prefix="/konto", include_in_schema=False)

EINSICHTEN = 100
"""Of the newest readings, as many are shown; the copy holds the same."""

Eigenes = Annotated[Wer, seite_erfordert(Recht.KONTO_EIGENES)]
Seite = Annotated[Besuch, Depends(besuch)]
Felder = Annotated[Mapping[str, str], Depends(formular)]


@router.get("")
async def konto(besuch: Seite, session: Sitzung, wer: Eigenes) -> HTMLResponse:
    """What is stored about me, and what I can do about it."""
    return besuch.seite("konto.html", await _inhalt(besuch, session, wer))


@router.get("/angaben.json")
async def angaben(session: Sitzung, wer: Eigenes) -> Response:
    """The same as a file, for people and programs."""
    auskunft = await konten.auskunft(session, wer.id)
    auskunft["einreichungen"] = [
        {
            "eingangsnummer": eine.eingangsnummer,
            "art": eine.art,
            "gemeinde": eine.ags,
            "eingegangen_am": eine.eingegangen_am.isoformat(),
        }
        for eine in await antraege.eigene(session, wer.id)
    ]
    auskunft["entwuerfe"] = [
        {
            "leistung": einer.formular.definition.leistung,
            "gemeinde": einer.ags,
            "angelegt_am": einer.angelegt_am.isoformat(),
            "verfaellt_am": einer.verfaellt_am.isoformat(),
            "antworten": einer.antworten,
        }
        for einer in await entwuerfe.eigene(session, wer)
    ]
    auskunft["entwuerfe"] = [
        {
            "leistung": einer.formular.definition.leistung,
            "gemeinde": einer.ags,
            "antworten": einer.antworten,
            "angelegt_am": einer.angelegt_am.isoformat(),
            "wird_geloescht_am": einer.verfaellt_am.isoformat(),
        }
        for einer in await entwuerfe.eigene(session, wer)
    ]
    auskunft["mitteilungen"] = [
        {
            "eingangsnummer": eine.eingangsnummer,
            "von": wort.von,
            "text": wort.text,
            "zeitpunkt": wort.erstellt_am.isoformat(),
            "anhaenge": [anhang.dateiname for anhang in wort.anhaenge],
        }
        for eine in await antraege.eigene(session, wer.id)
        for wort in await mitteilungen.verlauf(session, eine.id)
    ]
    auskunft["einsichten"] = [
        {
            "zeitpunkt": eine.zeitpunkt.isoformat(),
            "wer": ort(eine.stelle or eine.ags),
            "gelesen": eine.bezeichnung,
            "zweck": eine.zweck,
        }
        for eine in await einsicht.wer_hat_gelesen(session, wer.id, anzahl=EINSICHTEN)
    ]
    return Response(
        json.dumps(auskunft, ensure_ascii=False, indent=2) + "\n",
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="konto.json"'},
    )


@router.post("/entwuerfe/{entwurf_id}/verwerfen")
async def verwirf(
    entwurf_id: UUID,
    session: Sitzung,
    wer: Annotated[Wer, seite_erfordert(Recht.ANTRAG_STELLEN)],
    _: Felder,
) -> Response:
    """Delete a draft with its files, at once and for good."""
    await entwuerfe.verwirf(session, wer, entwurf_id)
    return RedirectResponse("/konto#entwuerfe", status_code=303)


@router.get("/sitzungen")
async def offene_sitzungen(besuch: Seite, session: Sitzung, wer: Eigenes, beendet: str = "") -> HTMLResponse:
    """In which browsers I am logged in."""
    return besuch.seite(
        "sitzungen.html",
        {
            "sitzungen": await sitzungen.offene(session, wer.id),
            "anbieter": lambda schluessel: anbietername(besuch, schluessel),
            "beendet": beendet in {"eine", "andere"},
        },
    )


@router.post("/sitzungen")
async def beende_sitzungen(besuch: Seite, session: Sitzung, wer: Eigenes, felder: Felder) -> Response:
    """End one of my sessions, or all but this one."""
    if felder.get("sitzung") == "andere":
        await sitzungen.beende_alle(session, wer.id, ausser=wer.sitzung_id)
        return RedirectResponse("/konto/sitzungen?beendet=andere", status_code=303)
    gemeint = kennung(felder.get("sitzung"))
    await sitzungen.beende(session, gemeint, konto_id=wer.id)
    if gemeint == wer.sitzung_id:
        antwort = RedirectResponse("/abgemeldet", status_code=303)
        loesche_sitzungskeks(antwort)
        return antwort
    return RedirectResponse("/konto/sitzungen?beendet=eine", status_code=303)


@router.get("/loeschen")
async def loeschen(besuch: Seite, session: Sitzung, wer: Eigenes) -> HTMLResponse:
    """What goes and what stays, before anything goes."""
    inhalt = await _inhalt(besuch, session, wer)
    return besuch.seite("konto_loeschen.html", {**inhalt, "fehler": {}})


@router.post("/loeschen")
async def geloescht(besuch: Seite, session: Sitzung, wer: Eigenes, felder: Felder) -> Response:
    """Delete the account, if the person says so expressly."""
    if felder.get("ja") != "ja":
        fehler = {"ja": besuch.text("loeschen.fehler")}
        inhalt = await _inhalt(besuch, session, wer)
        return besuch.seite("konto_loeschen.html", {**inhalt, "fehler": fehler}, 422)
    await entwuerfe.verwirf_alle(session, wer.id)
    await konten.loesche(session, wer.id)
    besuch.abgemeldet()
    antwort = besuch.seite("konto_geloescht.html")
    loesche_sitzungskeks(antwort)
    return antwort


def kennung(wert: str | None) -> UUID:
    """The id that a form names; raises Problem 404 for what is none."""
    try:
        return UUID(wert or "")
    except ValueError:
        raise Problem(404, "nicht_gefunden") from None


async def _inhalt(besuch: Besuch, session: Sitzung, wer: Wer) -> dict[str, Any]:
    eigenes: Konto | None = await konten.konto(session, wer.id)
    if eigenes is None:
        raise Problem(401, "konto_geloescht")
    return {
        "konto": eigenes,
        "anbieter": anbietername(besuch, eigenes.anbieter),
        "entwuerfe": await entwuerfe.eigene(session, wer),
        "einreichungen": await antraege.eigene(session, wer.id),
        "titel": await einreichen.titel(session, wer.id, besuch.sprache.schluessel),
        "ungelesen": await mitteilungen.ungelesene(session, wer.id),
        "einsichten": await einsicht.wer_hat_gelesen(session, wer.id, anzahl=EINSICHTEN),
        "ort": ort,
    }
