"""HTTP of the trade: submit notices, see how they stand, fetch certificates."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from app.antraege.service import kopfschluessel
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import Sitzung
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.gewerbe import service
from app.gewerbe.feld import FORMEN, Form
from app.gewerbe.formularschema import json_schema
from app.gewerbe.schemas import AnzeigeAntwort, EinreichungAntwort, Widerrufseingabe
from app.gewerbe.service import (
    Einreicher,
    FalscherMedientyp,
    FremdeGemeinde,
    Kammereingang,
    KammereingangUngueltig,
    kammertag,
    lies_json,
    lies_xml,
)
from app.konto.zugriff import Recht, Rolle, Scope, Wer, erfordert, oeffentlich
from app.problems import antworten
from app.vorgaenge.service import ORTSZEIT

PFAD = "/api/v1/gewerbeanzeigen"

router = APIRouter(prefix=PFAD, tags=["Gewerbeanzeigen"])

KLEIN = 32 * 1024
"""Bytes up to which a notice is read at once: a change of threads would take longer."""

KOPF_KAMMER = "Kammer-Eingang"

_LESER = {"application/json": lies_json, "application/xml": lies_xml, "text/xml": lies_xml}
_JSON_SCHEMA = {
    "oneOf": [
        {name: teil for name, teil in json_schema(form).items() if not name.startswith("$")}
        for form in FORMEN
    ]
}
_XML_SCHEMA = {"type": "string", "description": "XGewerbeanzeige 2.1 or 2.2, any message type, UTF-8"}
_EINREICHEN: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _JSON_SCHEMA},
            "application/xml": {"schema": _XML_SCHEMA},
            "text/xml": {"schema": _XML_SCHEMA},
        },
    },
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": (
                "Key for repeating this submission: 1 to 255 visible ASCII characters, valid for this client "
                "and town; letters' case does not count. A notice's own UUID serves, too. A JSON notice with "
                "neither is taken as a new one each time."
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
        {
            "name": KOPF_KAMMER,
            "in": "header",
            "required": False,
            "description": (
                "Chambers only: the day on which the founder handed the notice in there (WiKaBG), by default "
                "today; 60 days ago at most. It keeps the founder's deadlines."
            ),
            "schema": {"type": "string", "format": "date"},
        },
    ],
}
_KOEPFE = {
    "Location": {"description": "Where the submission can be seen", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "true: the same had been submitted before, this is its first answer again",
        "schema": {"type": "string", "enum": ["true"]},
    },
}

_WIEDERHOLT = {
    "Idempotent-Replayed": {
        "description": "true: the same correction had been made before, nothing was changed",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
# The schema of the three forms is long: the interface's description has it once.
_JSON_VERWEIS = f"#/paths/{PFAD.replace('/', '~1')}/post/requestBody/content/application~1json/schema"
_BERICHTIGEN: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": _JSON_VERWEIS}}}},
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": (
                "Key for repeating this correction: 1 to 255 visible ASCII characters. Without it, a "
                "repetition that came after a later correction would undo that one."
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
    ],
}

Einreichend = Annotated[Wer, erfordert(Recht.ANZEIGE_EINREICHEN)]
Sehend = Annotated[Wer, erfordert(Recht.ANZEIGE_SEHEN)]
Berichtigend = Annotated[Wer, erfordert(Recht.ANZEIGE_BERICHTIGEN)]
Widerrufend = Annotated[Wer, erfordert(Recht.ANZEIGE_WIDERRUFEN)]


async def _koerper(request: Request) -> bytes:
    """The body, unless nobody has said who is asking.

    Stands before the check of token or session, which takes a connection to the database: a slow upload
    must not hold one.
    """
    fragt_jemand = not {"authorization", "cookie"}.isdisjoint(request.headers)
    daten = await request.body() if fragt_jemand else b""
    bruchstelle("eingang.gelesen")
    return daten


@router.post(
    "",
    status_code=201,
    response_model=EinreichungAntwort,
    responses={201: {"headers": _KOEPFE}, **antworten(400, 401, 403, 409, 413, 415, 422)},
    openapi_extra=_EINREICHEN,
    summary="Gewerbeanzeigen einreichen",
)
async def einreichen(
    daten: Annotated[bytes, Depends(_koerper)],
    request: Request,
    session: Sitzung,
    wer: Einreichend,
) -> Response:
    """One notice as JSON, or an XGewerbeanzeige message with one or more notices: all are taken or none.

    A chamber (a clerk of hers, or a machine client with the scope `einreichen` and a body) submits for
    founders in the towns of her district.
    """
    schluessel = kopfschluessel(request.headers.getlist("idempotency-key"))
    leser = _LESER.get(_medientyp(request) or "")
    if leser is None:
        raise FalscherMedientyp
    # A large message takes seconds to check: other requests must not wait for it.
    klein = len(daten) <= KLEIN
    lieferung = leser(daten) if klein else await to_thread.run_sync(leser, daten)
    if wer.gebunden_an not in (None, lieferung.gemeinde):
        raise FremdeGemeinde
    bruchstelle("eingang.geprueft")
    einreicher = _einreicher(wer, request.headers.get(KOPF_KAMMER))
    stand, neu = await service.einreichen(
        session, lieferung, einreicher=einreicher, kopfschluessel=schluessel
    )
    pfad = f"{PFAD}/{stand.eingang.id}"
    kopf = {"Location": pfad} if neu else {"Location": pfad, "Idempotent-Replayed": "true"}
    antwort = EinreichungAntwort.aus(stand, pfad, bei_eingang=not neu)
    # Written here: FastAPI would check all of it once more.
    return Response(antwort.model_dump_json(), 201, kopf, "application/json")


@router.get(
    "/schema/{form}",
    dependencies=[Depends(oeffentlich)],
    response_class=Response,
    responses={200: {"content": {"application/schema+json": {}}}, **antworten(422)},
    summary="JSON Schema eines Formulars",
)
async def schema(form: Form) -> Response:
    """The JSON Schema of a notice: A1 Anmeldung, A2 Ummeldung, A3 Abmeldung."""
    return Response(json.dumps(json_schema(form), ensure_ascii=False), media_type="application/schema+json")


@router.get("/{antrag_id}", responses=antworten(401, 403, 404), summary="Stand einer Einreichung")
async def stand(antrag_id: UUID, session: Sitzung, wer: Sehend) -> EinreichungAntwort:
    """State and one line per recipient, for the client that submitted and for the town's desk."""
    gefunden = await service.einreichungsstand(session, antrag_id, **_sicht(wer))
    if gefunden.eingang.einreicher_id != wer.id:
        await einsicht.vermerke(session, wer, Gegenstand.ANTRAG, [Lesung(antrag_id, antrag_id=antrag_id)])
    return EinreichungAntwort.aus(gefunden, f"{PFAD}/{antrag_id}")


@router.get(
    "/{antrag_id}/bescheinigungen/{anzeige_id}",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **antworten(401, 403, 404)},
    summary="Bescheinigung als PDF",
)
async def bescheinigung(antrag_id: UUID, anzeige_id: UUID, session: Sitzung, wer: Sehend) -> Response:
    """The certificate of receipt (§ 15 Abs. 1 GewO) of one notice."""
    pdf, einreicher_id = await service.bescheinigung_pdf(session, antrag_id, anzeige_id, **_sicht(wer))
    if einreicher_id != wer.id:
        lesung = Lesung(anzeige_id, antrag_id=antrag_id)
        await einsicht.vermerke(session, wer, Gegenstand.BESCHEINIGUNG, [lesung])
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="empfangsbescheinigung-{anzeige_id}.pdf"'},
    )


@router.post(
    "/{anzeige_id}/berichtigungen",
    status_code=201,
    responses={201: {"headers": _WIEDERHOLT}, **antworten(400, 401, 403, 404, 409, 413, 415, 422)},
    openapi_extra=_BERICHTIGEN,
    summary="Eine bescheinigte Anzeige berichtigen",
)
async def berichtigen(
    *,
    anzeige_id: UUID,
    daten: Annotated[bytes, Depends(_koerper)],
    request: Request,
    response: Response,
    session: Sitzung,
    wer: Berichtigend,
) -> AnzeigeAntwort:
    """A corrected version beside the old one, decided by the desk of the town.

    The body is the whole notice as it should have been, on the same form, with the same UUIDs or none. It
    brings a new register entry and a new certificate that replaces the old one. Bodies that had the
    notice receive the corrected one as a correction, or a message that takes it back where the corrected
    notice is not due to them; bodies that had not receive it as their first. What an applicant has to
    change is a notice of its own (Ummeldung).
    """
    schluessel = kopfschluessel(request.headers.getlist("idempotency-key"))
    if _medientyp(request) != "application/json":
        raise FalscherMedientyp
    lieferung = await to_thread.run_sync(lies_json, daten)
    stand, vorgang_id, neu = await service.berichtigen(
        session, anzeige_id, lieferung, durch=wer.id, kopfschluessel=schluessel
    )
    if not neu:
        response.headers["Idempotent-Replayed"] = "true"
    return AnzeigeAntwort.des_falls(stand, vorgang_id, PFAD)


@router.post(
    "/{anzeige_id}/widerruf",
    responses=antworten(401, 403, 404, 409, 422),
    summary="Eine bescheinigte Anzeige widerrufen",
)
async def widerrufen(
    anzeige_id: UUID, eingabe: Widerrufseingabe, session: Sitzung, wer: Widerrufend
) -> AnzeigeAntwort:
    """The notice counts as not made, for good: its register entry ends, its certificate is void.

    Exactly the bodies that had received it are told; what had not left the house is stopped. The same
    reason once more has the same answer, another one is a conflict.
    """
    stand, vorgang_id = await service.widerrufen(session, anzeige_id, eingabe.grund, durch=wer.id)
    return AnzeigeAntwort.des_falls(stand, vorgang_id, PFAD)


def _medientyp(request: Request) -> str | None:
    """Of the body, in lower case and without parameters; None where it is packed."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return None
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _einreicher(wer: Wer, kammerkopf: str | None) -> Einreicher:
    fuer_kammer = Rolle.KAMMER in wer.traeger or (Scope.EINREICHEN in wer.traeger and wer.stelle is not None)
    if not fuer_kammer and kammerkopf is not None:
        raise KammereingangUngueltig("keine_kammer")
    eingang = None
    if fuer_kammer and wer.stelle is not None:
        tag = kammertag(kammerkopf, datetime.now(ORTSZEIT).date())
        eingang = Kammereingang(wer.stelle, wer.id, wer.art, tag)
    vertreten = None
    if (fuer := wer.vertretung) is not None:
        vertreten = {"vertretung_id": str(fuer.vertretung_id), "art": fuer.art, "name": fuer.name}
    return Einreicher(wer.id, niveau=wer.niveau, vertreten=vertreten, kammereingang=eingang)


def _sicht(wer: Wer) -> dict[str, Any]:
    """A client sees what it has submitted; the desk of a town sees what was submitted to it."""
    return {
        "einreicher_id": wer.id if wer.eigenes else None,
        "gemeinde": wer.gemeinde,
    }
