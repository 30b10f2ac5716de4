"""HTTP of applications: drafts with their uploads, sending, what has become of it, withdrawing."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.antraege import anlagen, einreichen, entwuerfe, ruecknahme, service
from app.antraege.anlagen import Hochgeladen, hochgeladen
from app.antraege.einreichen import Gestellt
from app.antraege.entwuerfe import Entwurf
from app.antraege.errors import AntragUnbekannt
from app.antraege.koerper import koerper, lies
from app.antraege.kopieren import kopie
from app.antraege.schemas import (
    Absenden,
    Anlagenantwort,
    Anlagenliste,
    Antragsantwort,
    Antragseingabe,
    Antragsliste,
    Entwurfsantwort,
    Entwurfsbeginn,
    Entwurfseingabe,
    Entwurfsliste,
    Entwurfszeile,
    Ruecknahme,
)
from app.antraege.service import kopfschluessel
from app.db.sitzung import Sitzung, gelten
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.vorgaenge import service as vorgaenge

ANTRAEGE = "/api/v1/antraege"
ENTWUERFE = "/api/v1/entwuerfe"

router = APIRouter(tags=["Anträge"])

Stellend = Annotated[Wer, erfordert(Recht.ANTRAG_STELLEN)]
Sehend = Annotated[Wer, erfordert(Recht.ANTRAG_SEHEN)]
Koerper = Annotated[bytes, Depends(koerper)]

_SCHLUESSEL = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Key for repeating this submission: 1 to 255 visible ASCII characters.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_KOEPFE = {
    "Location": {"description": "Where the application can be seen", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "true: the same had been sent before",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
_DATEI = {
    "type": "object",
    "required": ["nachweis", "datei"],
    "properties": {
        "nachweis": {"type": "string", "description": "Key of the document in the form, or vollmacht"},
        "datei": {"type": "string", "format": "binary"},
    },
}


def _json(art: type[BaseModel], *parameter: dict[str, Any]) -> dict[str, Any]:
    schema = {name: teil for name, teil in art.model_json_schema().items() if name != "$defs"}
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        **({"parameters": list(parameter)} if parameter else {}),
    }


@router.post(
    ENTWUERFE,
    status_code=201,
    responses=antworten(401, 403, 404, 409, 413, 422),
    summary="Einen Entwurf beginnen",
)
async def beginne(
    eingabe: Entwurfsbeginn, response: Response, session: Sitzung, wer: Stellend
) -> Entwurfsantwort:
    """A draft of a service of a town, with first values from the login. Nobody else sees it."""
    entwurf = await entwuerfe.beginne(session, wer, eingabe.ags, eingabe.leistung)
    response.headers["Location"] = f"{ENTWUERFE}/{entwurf.id}"
    return await _entwurf(session, entwurf)


@router.get(ENTWUERFE, responses=antworten(401, 403), summary="Eigene Entwürfe")
async def liste(session: Sitzung, wer: Stellend) -> Entwurfsliste:
    """All drafts of the account, each with the day on which it is deleted."""
    return Entwurfsliste(
        entwuerfe=[
            Entwurfszeile(**Entwurfszeile.werte(einer)) for einer in await entwuerfe.eigene(session, wer)
        ]
    )


@router.get(f"{ENTWUERFE}/{{entwurf_id}}", responses=antworten(401, 403, 404, 409), summary="Ein Entwurf")
async def entwurf(entwurf_id: UUID, session: Sitzung, wer: Stellend) -> Entwurfsantwort:
    """The draft with its answers and what is still wrong. Carried over where the service has a new form."""
    return await _entwurf(session, await entwuerfe.lies(session, wer, entwurf_id))


@router.put(
    f"{ENTWUERFE}/{{entwurf_id}}",
    responses=antworten(401, 403, 404, 409, 413, 422),
    openapi_extra=_json(Entwurfseingabe),
    summary="Einen Entwurf speichern",
)
async def speichere(entwurf_id: UUID, daten: Koerper, session: Sitzung, wer: Stellend) -> Entwurfsantwort:
    """All answers as they now are; what is not right yet is kept as it was typed.

    What somebody else has changed since `fassung` is a conflict (`entwurf_veraltet`), named by pointer.
    """
    eingabe = await lies(Entwurfseingabe, daten)
    gespeichert = await entwuerfe.speichere(
        session,
        wer,
        entwurf_id,
        eingabe.antworten,
        schritt=eingabe.schritt,
        fassung=eingabe.fassung,
        fragen_erledigt=eingabe.fragen_erledigt,
    )
    return await _entwurf(session, gespeichert)


@router.delete(
    f"{ENTWUERFE}/{{entwurf_id}}",
    status_code=204,
    responses=antworten(401, 403, 404, 409),
    summary="Einen Entwurf löschen",
)
async def verwirf(entwurf_id: UUID, session: Sitzung, wer: Stellend) -> None:
    """The draft and its files, at once and for good."""
    await entwuerfe.verwirf(session, wer, entwurf_id)


@router.post(
    f"{ENTWUERFE}/{{entwurf_id}}/anlagen",
    status_code=201,
    responses=antworten(400, 401, 403, 404, 409, 413, 422),
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _DATEI}}}},
    summary="Eine Datei hochladen",
)
async def lade_hoch(
    entwurf_id: UUID,
    datei: Annotated[Hochgeladen, Depends(hochgeladen)],
    session: Sitzung,
    wer: Stellend,
) -> Anlagenantwort:
    """Its bytes decide what it is; it is scanned where the installation has a scanner."""
    datei.pruefe()
    anlage = await anlagen.lade_hoch(
        session,
        wer,
        entwurf_id,
        nachweis=datei.felder.get("nachweis", ""),
        dateiname=datei.dateiname,
        inhalt=datei.inhalt,
        erklaert=datei.erklaert,
    )
    return Anlagenantwort.model_validate(anlage)


@router.get(
    f"{ENTWUERFE}/{{entwurf_id}}/anlagen",
    responses=antworten(401, 403, 404, 409),
    summary="Dateien eines Entwurfs",
)
async def hochgeladene(entwurf_id: UUID, session: Sitzung, wer: Stellend) -> Anlagenliste:
    """The files of a draft."""
    return Anlagenliste.aus(await anlagen.anlagen(session, wer, entwurf_id))


@router.get(
    f"{ENTWUERFE}/{{entwurf_id}}/anlagen/{{anlage_id}}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **antworten(401, 403, 404, 409)},
    summary="Eine hochgeladene Datei",
)
async def datei(entwurf_id: UUID, anlage_id: UUID, session: Sitzung, wer: Stellend) -> Response:
    """The file as it was sent."""
    anlage, inhalt = await anlagen.lies(session, wer, entwurf_id, anlage_id)
    return _als_datei(inhalt, anlage.medientyp, anlage.dateiname)


@router.delete(
    f"{ENTWUERFE}/{{entwurf_id}}/anlagen/{{anlage_id}}",
    status_code=204,
    responses=antworten(401, 403, 404, 409),
    summary="Eine Datei löschen",
)
async def entferne(entwurf_id: UUID, anlage_id: UUID, session: Sitzung, wer: Stellend) -> None:
    """At once and for good."""
    await anlagen.entferne(session, wer, entwurf_id, anlage_id)


@router.post(
    f"{ENTWUERFE}/{{entwurf_id}}/einreichung",
    status_code=201,
    response_model=Antragsantwort,
    responses={201: {"headers": _KOEPFE}, **antworten(401, 403, 404, 409, 413, 422)},
    summary="Einen Entwurf absenden",
)
async def reiche_ein(
    *, entwurf_id: UUID, eingabe: Absenden, response: Response, session: Sitzung, wer: Stellend
) -> Antragsantwort:
    """Everything or nothing; once more has the same answer. The application keeps the draft's id."""
    gestellt = await einreichen.reiche_ein(
        session, wer, entwurf_id, sprache=eingabe.sprache, kenntnis=eingabe.kenntnis
    )
    return await _gestellt(session, response, gestellt)


@router.post(
    ANTRAEGE,
    status_code=201,
    response_model=Antragsantwort,
    responses={201: {"headers": _KOEPFE}, **antworten(400, 401, 403, 404, 409, 413, 422)},
    openapi_extra=_json(Antragseingabe, _SCHLUESSEL),
    summary="Einen Antrag stellen",
)
async def stelle(
    *, daten: Koerper, request: Request, response: Response, session: Sitzung, wer: Stellend
) -> Antragsantwort:
    """All answers at once, without a draft. A service that wants documents needs a draft with its uploads."""
    schluessel = kopfschluessel(request.headers.getlist("idempotency-key"))
    eingabe = await lies(Antragseingabe, daten)
    gestellt = await einreichen.stelle(
        session,
        wer,
        leistung=eingabe.leistung,
        ags=eingabe.ags,
        antworten=eingabe.antworten,
        schluessel=schluessel,
        sprache=eingabe.sprache,
        kenntnis=eingabe.kenntnis,
    )
    return await _gestellt(session, response, gestellt)


@router.get(ANTRAEGE, responses=antworten(401, 403), summary="Eigene Anträge")
async def eigene(session: Sitzung, wer: Sehend) -> Antragsliste:
    """What this account or client has submitted."""
    return Antragsliste.aus(await service.eigene(session, wer.id))


@router.get(f"{ANTRAEGE}/{{antrag_id}}", responses=antworten(401, 403, 404), summary="Stand eines Antrags")
async def antrag(antrag_id: UUID, session: Sitzung, wer: Sehend) -> Antragsantwort:
    """What was applied for and how its cases stand."""
    eingang = await service.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    if eingang is None:
        raise AntragUnbekannt
    return await _antrag(session, eingang)


@router.get(
    f"{ANTRAEGE}/{{antrag_id}}/kopie",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **antworten(401, 403, 404)},
    summary="Kopie eines Antrags als PDF",
)
async def als_kopie(antrag_id: UUID, session: Sitzung, wer: Sehend) -> Response:
    """What was declared, to keep (§ 9a Abs. 4 OZG): PDF/A and PDF/UA."""
    pdf, eingang = await kopie(session, wer, antrag_id)
    return _als_datei(pdf, "application/pdf", f"{eingang.eingangsnummer}.pdf")


@router.post(
    f"{ANTRAEGE}/{{antrag_id}}/ruecknahme",
    responses=antworten(401, 403, 404, 409, 413, 422),
    summary="Einen Antrag zurücknehmen",
)
async def nimm_zurueck(
    antrag_id: UUID, eingabe: Ruecknahme, session: Sitzung, wer: Stellend
) -> Antragsantwort:
    """All of it, while nothing has been decided or certified; twice is once."""
    return await _antrag(session, await ruecknahme.nimm_zurueck(session, wer, antrag_id, eingabe.grund))


async def _entwurf(session: Sitzung, einer: Entwurf) -> Entwurfsantwort:
    return Entwurfsantwort.aus(einer, (await einreichen.pruefe(session, einer)).befunde)


async def _antrag(
    session: Sitzung, eingang: service.Eingang, bestaetigungscode: str | None = None
) -> Antragsantwort:
    await gelten(session, gemeinde=eingang.ags, person=str(eingang.einreicher_id))
    return Antragsantwort.aus(
        eingang,
        await einreichen.inhalt(session, eingang.id),
        await vorgaenge.faelle(session, eingang.id),
        bestaetigungscode,
    )


async def _gestellt(session: Sitzung, response: Response, gestellt: Gestellt) -> Antragsantwort:
    response.headers["Location"] = f"{ANTRAEGE}/{gestellt.eingang.id}"
    if not gestellt.neu:
        response.headers["Idempotent-Replayed"] = "true"
    return await _antrag(session, gestellt.eingang, gestellt.bestaetigungscode)


def _als_datei(inhalt: bytes, medientyp: str, dateiname: str) -> Response:
    # RFC 6266: the name in UTF-8; no program shows it in the page of this house.
    return Response(
        inhalt,
        media_type=medientyp,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(dateiname, safe='')}"},
    )
