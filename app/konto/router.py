"""OAuth 2.0 for machine clients: client credentials (RFC 6749, section 4.4), by secret or by own key."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.db.sitzung import Sitzung
from app.konto import begrenzung, nachweis, service
from app.konto.jose import aussteller
from app.konto.service import KlientBild
from app.konto.zugriff import oeffentlich
from app.problems import antworten
from app.settings import settings

router = APIRouter(prefix="/api/v1/oauth", tags=["Anmeldung von Maschinen"])

TOKENPFAD = "/api/v1/oauth/token"

_FORMULAR = "application/x-www-form-urlencoded"
_HOECHSTENS_BYTES = 16 * 1024
_NICHT_SPEICHERN = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Token(BaseModel):
    """A successful answer (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 a word of the standard
    expires_in: int = Field(description="Seconds")
    scope: str


class TokenFehler(BaseModel):
    """An error answer (RFC 6749, section 5.2)."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]
    error_description: str


class Schluesselsatz(BaseModel):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, Any]]


class _Abgelehnt(Exception):
    def __init__(self, error: str, beschreibung: str, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.inhalt = {"error": error, "error_description": beschreibung}


@dataclass(frozen=True)
class _Geheimnis:
    client_id: str
    geheimnis: str


@dataclass(frozen=True)
class _Unterschrift:
    """Signed by the client with a key of its own (RFC 7523)."""

    assertion: str
    client_id: str | None


@dataclass(frozen=True)
class _Anfrage:
    ausweis: _Geheimnis | _Unterschrift
    scopes: frozenset[str] | None


@router.post(
    "/token",
    dependencies=[Depends(oeffentlich)],
    response_model=Token,
    responses={**{status: {"model": TokenFehler} for status in (400, 401)}, **antworten(429)},
    summary="Zugriffstoken holen",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _FORMULAR: {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"type": "string", "enum": ["client_credentials"]},
                            "scope": {"type": "string"},
                            "client_id": {"type": "string"},
                            "client_secret": {"type": "string", "format": "password"},
                            "client_assertion_type": {"type": "string", "enum": [nachweis.ART]},
                            "client_assertion": {"type": "string"},
                        },
                    }
                }
            },
        }
    },
)
async def token(request: Request, sitzung: Sitzung) -> JSONResponse:
    """Client credentials by HTTP Basic or in the form; `scope` defaults to all scopes of the client.

    A client with a key of its own sends `client_assertion`, a JWT it has signed (RFC 7523): `iss` and `sub`
    its name, `aud` this address or the issuer, `exp` within five minutes, a `jti` never used before.
    """
    begrenzung.pruefe_fehlversuche(request)
    try:
        anfrage = _lies(await request.body(), request)
        klient = await _melde_an(sitzung, anfrage.ausweis)
        if klient is None:
            raise _unbekannt()
        begrenzung.zaehle(klient.client_id, klient.je_minute)
        scopes = klient.scopes if anfrage.scopes is None else anfrage.scopes
        if not scopes <= klient.scopes:
            raise _Abgelehnt("invalid_scope", "the client does not have this scope")
    except _Abgelehnt as fehler:
        if fehler.status == 401:
            begrenzung.zaehle_fehlversuch(request)
        kopf = {"WWW-Authenticate": 'Basic realm="gewerbeamt"'} if fehler.status == 401 else {}
        return JSONResponse(fehler.inhalt, fehler.status, headers=_NICHT_SPEICHERN | kopf)
    antwort = Token(
        access_token=aussteller().stelle_aus(klient.client_id, scopes),
        expires_in=aussteller().gueltig,
        scope=" ".join(sorted(scopes)),
    )
    return JSONResponse(antwort.model_dump(), headers=_NICHT_SPEICHERN)


@router.get("/jwks", dependencies=[Depends(oeffentlich)], summary="Öffentliche Schlüssel der Token")
async def jwks() -> Schluesselsatz:
    """The keys the tokens are signed with."""
    return Schluesselsatz.model_validate(aussteller().jwks())


async def _melde_an(sitzung: Sitzung, ausweis: _Geheimnis | _Unterschrift) -> KlientBild | None:
    if isinstance(ausweis, _Geheimnis):
        return await service.melde_klient_an(sitzung, ausweis.client_id, ausweis.geheimnis)
    adresse = settings().adresse
    return await service.melde_klient_mit_nachweis_an(
        sitzung,
        ausweis.assertion,
        client_id=ausweis.client_id,
        empfaenger=frozenset({adresse, adresse + TOKENPFAD}),
    )


def _lies(koerper: bytes, request: Request) -> _Anfrage:
    felder = _felder(koerper, request.headers.get("content-type", ""))
    if felder.get("grant_type") != "client_credentials":
        code = "unsupported_grant_type" if felder.get("grant_type") else "invalid_request"
        raise _Abgelehnt(code, "grant_type must be client_credentials")
    gewuenscht = felder.get("scope", "").split()
    ausweis = _ausweis(felder, request.headers.get("authorization"))
    return _Anfrage(ausweis, frozenset(gewuenscht) or None)


def _felder(koerper: bytes, art: str) -> dict[str, str]:
    if art.partition(";")[0].strip().lower() != _FORMULAR:
        raise _Abgelehnt("invalid_request", f"content type must be {_FORMULAR}")
    if len(koerper) > _HOECHSTENS_BYTES:
        raise _Abgelehnt("invalid_request", "the request is too large")
    try:
        paare = parse_qsl(koerper.decode("utf-8"), strict_parsing=False, errors="strict", max_num_fields=20)
    except ValueError as fehler:
        raise _Abgelehnt("invalid_request", "the form cannot be read") from fehler
    if len({name for name, _ in paare}) < len(paare):
        raise _Abgelehnt("invalid_request", "a parameter occurs twice")
    return dict(paare)


def _ausweis(felder: dict[str, str], authorization: str | None) -> _Geheimnis | _Unterschrift:
    wege = [authorization is not None, "client_secret" in felder, "client_assertion" in felder]
    if sum(wege) > 1:
        raise _Abgelehnt("invalid_request", "use one way of authentication only")
    if "client_assertion" in felder:
        if felder.get("client_assertion_type") != nachweis.ART:
            raise _Abgelehnt("invalid_request", f"client_assertion_type must be {nachweis.ART}")
        return _Unterschrift(felder["client_assertion"], felder.get("client_id"))
    if authorization is None:
        if "client_id" not in felder or "client_secret" not in felder:
            raise _unbekannt()
        return _Geheimnis(felder["client_id"], felder["client_secret"])
    art, _, wert = authorization.partition(" ")
    try:
        name, trenner, geheimnis = base64.b64decode(wert, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as fehler:
        raise _unbekannt() from fehler
    if art.lower() != "basic" or not trenner:
        raise _unbekannt()
    # RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
    return _Geheimnis(unquote_plus(name), unquote_plus(geheimnis))


def _unbekannt() -> _Abgelehnt:
    return _Abgelehnt("invalid_client", "unknown client or wrong secret", 401)
