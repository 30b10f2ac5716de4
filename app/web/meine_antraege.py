"""Pages of one's own applications: the way of each, messages, documents, who got which data, withdrawing."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from lxml import etree

from app.akte import service as akte
from app.antraege import bestaetigung, einreichen, ruecknahme
from app.antraege import service as antraege
from app.antraege.service import Eingang
from app.db.sitzung import Sitzung, gelten, schliesse_ab, transaktion
from app.einsicht import service as einsicht
from app.konto.sitzungen import CSRF_FELD
from app.konto.zugriff import Recht, Wer
from app.mitteilungen import service as mitteilungen
from app.mitteilungen.eingabe import Entwurf, entwurf
from app.problems import Problem
from app.versand import einblick
from app.web.antragsspur import Spur, spur
from app.web.anzeigenansicht import abschnitte
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.formulare import formular, pruefe_herkunft
from app.web.herunterladen import datei
from app.web.konto import kennung
from app.web.orte import ort
from app.web.texte import in_sprache
from app.web.zugang import seite_erfordert
from xoev.einlesen import einlesen

router = APIRouter(prefix="/konto/antraege/{antrag_id}", include_in_schema=False)

EINSICHTEN: Final = 200
"""Of so many of the newest readings those of this application are shown."""

Seite = Annotated[Besuch, Depends(besuch)]
Sehend = Annotated[Wer, seite_erfordert(Recht.ANTRAG_SEHEN)]
Stellend = Annotated[Wer, seite_erfordert(Recht.ANTRAG_STELLEN)]
Felder = Annotated[Mapping[str, str], Depends(formular)]


@router.get("")
async def antrag(antrag_id: str, besuch: Seite, session: Sitzung, wer: Sehend) -> HTMLResponse:
    """The way of the application, station by station."""
    eingang, weg = await _spur(session, besuch, wer, antrag_id)
    return besuch.seite("meine/antrag.html", await _inhalt(session, wer, eingang, weg))


@router.get("/nachrichten")
async def nachrichten(antrag_id: str, besuch: Seite, session: Sitzung, wer: Sehend) -> HTMLResponse:
    """What was written about it; what the office has written counts as read."""
    eingang, weg = await _spur(session, besuch, wer, antrag_id)
    seite = await _nachrichten(besuch, session, weg)
    await mitteilungen.vermerke_gelesen(session, eingang.id, durch="person")
    return seite


@router.post("/nachrichten")
async def schreibe(
    geschrieben: Annotated[Entwurf, Depends(entwurf)],
    antrag_id: str,
    besuch: Seite,
    session: Sitzung,
    wer: Stellend,
) -> Response:
    """Writes to the office; what is refused is shown again with what was typed."""
    pruefe_herkunft(besuch.anfrage, geschrieben.felder.get(CSRF_FELD))
    eingang, weg = await _spur(session, besuch, wer, antrag_id)
    try:
        text = geschrieben.gepruefter_text()
    except Problem as problem:
        return await _nachrichten(besuch, session, weg, geschrieben.text, problem)
    await schliesse_ab(session)
    try:
        beilagen = await geschrieben.gepruefte_beilagen()
    except Problem as problem:
        async with transaktion(gemeinde=eingang.ags, person=str(wer.id)) as eigene:
            return await _nachrichten(besuch, eigene, weg, geschrieben.text, problem)
    async with transaktion(person=str(wer.id)) as eigene:
        await mitteilungen.schreibe_ans_amt(eigene, eingang.id, text, beilagen, person=wer.id)
    return RedirectResponse(f"/konto/antraege/{eingang.id}/nachrichten#neueste", status_code=303)


@router.get("/nachrichten/{anhang_id}")
async def anhang(antrag_id: str, anhang_id: UUID, session: Sitzung, wer: Sehend) -> Response:
    """A file of a message."""
    gefunden, inhalt = await mitteilungen.anhang(
        session, kennung(antrag_id), anhang_id, person=wer.id, ags=None
    )
    return datei(inhalt, gefunden.medientyp, gefunden.dateiname)


@router.get("/dokumente/{dokument_id}")
async def dokument(
    antrag_id: str, dokument_id: UUID, session: Sitzung, wer: Sehend, besuch: Seite
) -> Response:
    """A document of the application."""
    _, weg = await _spur(session, besuch, wer, antrag_id)
    eines = next((eines for eines in weg.dokumente if eines.id == dokument_id), None)
    if eines is None:
        raise Problem(404, "nicht_gefunden")
    return datei(
        await akte.dokument_inhalt(session, dokument_id), "application/octet-stream", eines.dateiname
    )


@router.get("/daten")
async def daten(antrag_id: str, besuch: Seite, session: Sitzung, wer: Sehend) -> HTMLResponse:
    """Which of my data went to whom, when, on which ground; and who has read them."""
    eingang, weg = await _spur(session, besuch, wer, antrag_id)
    inhalt = await einreichen.inhalt(session, eingang.id)
    gelesen = await einsicht.wer_hat_gelesen(session, wer.id, anzahl=EINSICHTEN)
    return besuch.seite(
        "meine/daten.html",
        {
            "spur": weg,
            "ort": ort,
            "je_stelle": weg.je_stelle(),
            "felder": {eine.fall.id: abschnitte(eine.anzeige, besuch) for eine in weg.faelle if eine.anzeige},
            "weitere": inhalt.formular.empfaenger(inhalt.antworten) if inhalt else (),
            "in_sprache": lambda texte: in_sprache(texte.model_dump(), besuch.sprache.schluessel),
            "einsichten": [eine for eine in gelesen if eine.antrag_id == eingang.id],
        },
    )


@router.get("/daten/{sendung_id}")
async def nachricht(
    antrag_id: str, sendung_id: UUID, besuch: Seite, session: Sitzung, wer: Sehend
) -> HTMLResponse:
    """The message that a body has got, as it was sent."""
    _, weg = await _spur(session, besuch, wer, antrag_id)
    for eine in weg.faelle:
        for empfaenger in eine.empfaenger:
            if empfaenger.sendung_id == sendung_id:
                gesendet = await einblick.nachricht(session, sendung_id, eine.fall.id)
                return besuch.seite(
                    "meine/nachricht.html",
                    {
                        "spur": weg,
                        "empfaenger": empfaenger,
                        "xml": _eingerueckt(gesendet) if gesendet else None,
                    },
                )
    raise Problem(404, "nicht_gefunden")


@router.get("/zuruecknehmen")
async def zuruecknehmen(antrag_id: str, besuch: Seite, session: Sitzung, wer: Stellend) -> HTMLResponse:
    """What withdrawing means, before it is done."""
    _, weg = await _spur(session, besuch, wer, antrag_id)
    return besuch.seite("meine/zuruecknehmen.html", {"spur": weg, "fehler": {}})


@router.post("/zuruecknehmen")
async def zurueckgenommen(
    antrag_id: str, besuch: Seite, session: Sitzung, wer: Stellend, felder: Felder
) -> Response:
    """Withdraws it, if the person says so expressly and nothing has been decided."""
    eingang, weg = await _spur(session, besuch, wer, antrag_id)
    if felder.get("ja") != "ja":
        fehler = {"ja": besuch.text("meine.zurueck_fehler")}
        return besuch.seite("meine/zuruecknehmen.html", {"spur": weg, "fehler": fehler}, 422)
    await ruecknahme.nimm_zurueck(session, wer, eingang.id, None)
    return RedirectResponse(f"/konto/antraege/{eingang.id}", status_code=303)


@router.post("/code")
async def neuer_code(
    antrag_id: str, besuch: Seite, session: Sitzung, wer: Stellend, _: Felder
) -> HTMLResponse:
    """A new code for the second person; the old one is void, the new one is shown this once."""
    code = await bestaetigung.erneuere_code(session, wer, kennung(antrag_id))
    eingang, weg = await _spur(session, besuch, wer, antrag_id)
    inhalt = await _inhalt(session, wer, eingang, weg)
    return besuch.seite("meine/antrag.html", {**inhalt, "code": code})


async def _spur(session: Sitzung, besuch: Besuch, wer: Wer, antrag_id: str) -> tuple[Eingang, Spur]:
    eingang = await antraege.eingang(session, kennung(antrag_id), einreicher_id=wer.id, ags=None)
    if eingang is None:
        raise Problem(404, "nicht_gefunden")
    besuch.auftritt = await auftritt(session, eingang.ags)
    weg = await spur(session, besuch, wer, eingang)
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    return eingang, weg


async def _inhalt(session: Sitzung, wer: Wer, eingang: Eingang, weg: Spur) -> dict[str, Any]:
    ungelesen = await mitteilungen.ungelesene(session, wer.id)
    return {
        "spur": weg,
        "ort": ort(eingang.ags),
        "ungelesen": ungelesen.get(eingang.id, 0),
        "code": None,
    }


async def _nachrichten(
    besuch: Besuch, session: Sitzung, weg: Spur, text: str = "", problem: Problem | None = None
) -> HTMLResponse:
    fehler = {}
    if problem is not None:
        ort_des_fehlers = "text" if problem.code.startswith("text") else "datei"
        fehler[ort_des_fehlers] = in_sprache(problem.text, besuch.sprache.schluessel)
    return besuch.seite(
        "meine/nachrichten.html",
        {
            "spur": weg,
            "mitteilungen": await mitteilungen.verlauf(session, weg.eingang.id),
            "hoechstens": mitteilungen.HOECHSTENS_ZEICHEN,
            "text": text,
            "fehler": fehler,
        },
        problem.status_code if problem else 200,
    )


def _eingerueckt(nachricht: bytes) -> str:
    wurzel = einlesen(nachricht)
    etree.indent(wurzel)
    return str(etree.tostring(wurzel, encoding="unicode"))
