"""HTTP of messages: the applicant's side beside the application, the office's beside the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.db.sitzung import Sitzung, schliesse_ab, transaktion
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.zugriff import Recht, Wer, erfordert
from app.mitteilungen import service
from app.mitteilungen.eingabe import Eingegangen
from app.mitteilungen.service import HOECHSTENS_ANHAENGE, HOECHSTENS_ZEICHEN, Mitteilung
from app.problems import antworten
from app.vorgaenge import service as vorgaenge

router = APIRouter(tags=["Mitteilungen"])

Sehend = Annotated[Wer, erfordert(Recht.ANTRAG_SEHEN)]
Stellend = Annotated[Wer, erfordert(Recht.ANTRAG_STELLEN)]
Lesend = Annotated[Wer, erfordert(Recht.VORGANG_LESEN)]
Entscheidend = Annotated[Wer, erfordert(Recht.VORGANG_ENTSCHEIDEN)]

_LESEN = antworten(401, 403, 404, 422)
_SCHREIBEN = antworten(400, 401, 403, 404, 413, 415, 422, 503)
_DATEI: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
_FORMULAR: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["text"],
                    "properties": {
                        "text": {"type": "string", "minLength": 1, "maxLength": HOECHSTENS_ZEICHEN},
                        "datei": {
                            "type": "array",
                            "maxItems": HOECHSTENS_ANHAENGE,
                            "items": {"type": "string", "format": "binary"},
                            "description": "PDF, JPEG, PNG or TIFF, 10 MiB each at most",
                        },
                    },
                }
            }
        },
    }
}


class AnhangAntwort(BaseModel):
    """A file that came with a message."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    dateiname: str
    medientyp: str
    groesse: int = Field(description="Bytes")


class MitteilungAntwort(BaseModel):
    """One message."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    von: Literal["person", "amt"]
    text: str
    erstellt_am: datetime
    gelesen_am: datetime | None = Field(description="When the other side has first seen it")
    anhaenge: list[AnhangAntwort]


class Verlauf(BaseModel):
    """Messages, oldest first."""

    mitteilungen: list[MitteilungAntwort]
    weiter: UUID | None = Field(description="Value of `nach` for the next page; null: this is the last one")


Nach = Annotated[UUID | None, Query(description="`weiter` of the page before")]
Anzahl = Annotated[int, Query(ge=1, le=200)]


@router.get("/api/v1/antraege/{antrag_id}/mitteilungen", responses=_LESEN, summary="Mitteilungen lesen")
async def des_antrags(
    antrag_id: UUID, session: Sitzung, _: Sehend, nach: Nach = None, anzahl: Anzahl = 50
) -> Verlauf:
    """What was written about one's own application; the office's messages count as read from then on."""
    verlauf = await _seite(session, antrag_id, nach, anzahl)
    await service.vermerke_gelesen(session, antrag_id, durch="person")
    return verlauf


@router.post(
    "/api/v1/antraege/{antrag_id}/mitteilungen",
    status_code=201,
    responses=_SCHREIBEN,
    openapi_extra=dict(_FORMULAR),
    summary="Dem Amt schreiben",
)
async def ans_amt(
    antrag_id: UUID, eingegangen: Eingegangen, session: Sitzung, wer: Stellend
) -> MitteilungAntwort:
    """Writes to the office about one's own application, with up to five files."""
    await service.pruefe_zugang(session, antrag_id, person=wer.id)
    text = eingegangen.gepruefter_text()
    await schliesse_ab(session)
    beilagen = await eingegangen.gepruefte_beilagen()
    async with transaktion(person=str(wer.id)) as eigene:
        geschrieben = await service.schreibe_ans_amt(eigene, antrag_id, text, beilagen, person=wer.id)
    return _antwort(geschrieben)


@router.get(
    "/api/v1/antraege/{antrag_id}/mitteilungen/anhaenge/{anhang_id}",
    response_class=Response,
    responses={**_DATEI, **_LESEN},
    summary="Anhang abrufen",
)
async def anhang_des_antrags(antrag_id: UUID, anhang_id: UUID, session: Sitzung, wer: Sehend) -> Response:
    """A file of a message about one's own application."""
    return _datei(*await service.anhang(session, antrag_id, anhang_id, person=wer.id, ags=None))


@router.get("/api/v1/vorgaenge/{vorgang_id}/mitteilungen", responses=_LESEN, summary="Mitteilungen lesen")
async def des_vorgangs(
    vorgang_id: UUID, session: Sitzung, wer: Lesend, nach: Nach = None, anzahl: Anzahl = 50
) -> Verlauf:
    """What was written about the application of a case; the applicant's messages count as read then."""
    fall = await vorgaenge.fall(session, vorgang_id)
    await _vermerke_einsicht(session, wer, fall)
    verlauf = await _seite(session, fall.antrag_id, nach, anzahl)
    await service.vermerke_gelesen(session, fall.antrag_id, durch="amt")
    return verlauf


@router.post(
    "/api/v1/vorgaenge/{vorgang_id}/mitteilungen",
    status_code=201,
    responses=_SCHREIBEN,
    openapi_extra=dict(_FORMULAR),
    summary="Der Person schreiben",
)
async def an_person(
    vorgang_id: UUID, eingegangen: Eingegangen, session: Sitzung, wer: Entscheidend
) -> MitteilungAntwort:
    """Writes to the applicant about a case, with up to five files; an e-mail without content tells of it."""
    fall = await vorgaenge.fall(session, vorgang_id)
    text = eingegangen.gepruefter_text()
    await schliesse_ab(session)
    beilagen = await eingegangen.gepruefte_beilagen()
    async with transaktion(gemeinde=fall.ags) as eigene:
        geschrieben = await service.schreibe_an_person(
            eigene, fall.antrag_id, text, beilagen, ags=fall.ags, vorgang_id=vorgang_id, durch=wer.id
        )
    return _antwort(geschrieben)


@router.get(
    "/api/v1/vorgaenge/{vorgang_id}/mitteilungen/anhaenge/{anhang_id}",
    response_class=Response,
    responses={**_DATEI, **_LESEN},
    summary="Anhang abrufen",
)
async def anhang_des_vorgangs(vorgang_id: UUID, anhang_id: UUID, session: Sitzung, wer: Lesend) -> Response:
    """A file of a message about the application of a case."""
    fall = await vorgaenge.fall(session, vorgang_id)
    await _vermerke_einsicht(session, wer, fall)
    return _datei(*await service.anhang(session, fall.antrag_id, anhang_id, person=None, ags=fall.ags))


async def _vermerke_einsicht(session: Sitzung, wer: Wer, fall: vorgaenge.Fall) -> None:
    await einsicht.vermerke(session, wer, Gegenstand.MITTEILUNG, [Lesung(fall.id, vorgang_id=fall.id)])
    await service.oeffne(session, wer, antrag_id=fall.antrag_id, vorgang_id=fall.id)


async def _seite(session: Sitzung, antrag_id: UUID, nach: UUID | None, anzahl: int) -> Verlauf:
    zeilen = await service.verlauf(session, antrag_id, nach=nach, grenze=anzahl + 1)
    seite = [_antwort(eine) for eine in zeilen[:anzahl]]
    return Verlauf(mitteilungen=seite, weiter=seite[-1].id if len(zeilen) > anzahl else None)


def _antwort(mitteilung: Mitteilung) -> MitteilungAntwort:
    return MitteilungAntwort.model_validate(mitteilung)


def _datei(anhang: service.Anhang, inhalt: bytes) -> Response:
    # Always a download: nothing that somebody has uploaded is shown by a browser under our name.
    name = quote(anhang.dateiname)
    kopf = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(inhalt, media_type=anhang.medientyp, headers=kopf)
