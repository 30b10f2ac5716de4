"""Every error of the HTTP interface, in the form of RFC 9457 (application/problem+json).

`code` is stable and for machines. `text` is for people: German, English, and Leichte Sprache
(probleme_leicht.yaml) for whatever more than programs meet. `errors` points at what is
wrong, by JSON pointer (RFC 6901) or parameter name. What the client sent is never repeated: answers end
up in logs of others.
"""

import errno
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
import yaml
from asyncpg import InterfaceError, PostgresError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.eingabefehler import fehler_aus_pydantic

MEDIENTYP = "application/problem+json"

_log = structlog.get_logger()

_TEXTE: dict[int, tuple[str, str]] = {
    400: ("Die Anfrage ist nicht lesbar.", "The request cannot be read."),
    401: ("Bitte anmelden: Es fehlt ein gültiges Token.", "Please authenticate: a valid token is missing."),
    403: ("Dafür fehlt die Berechtigung.", "You are not allowed to do this."),
    404: ("Das gibt es hier nicht.", "There is no such thing here."),
    405: ("Diese Methode gibt es hier nicht.", "This method is not available here."),
    406: ("In dieser Form gibt es die Antwort nicht.", "The answer is not available in this form."),
    408: ("Die Anfrage kam zu langsam.", "The request came too slowly."),
    409: ("Das widerspricht dem Stand der Dinge.", "This conflicts with the current state."),
    413: ("Die Anfrage ist zu groß.", "The request is too large."),
    415: ("Diese Art von Inhalt wird nicht angenommen.", "This type of content is not accepted."),
    422: ("Die Angaben sind nicht in Ordnung.", "The data are not in order."),
    429: ("Zu viele Anfragen in kurzer Zeit.", "Too many requests in a short time."),
    500: ("Da ist uns ein Fehler unterlaufen.", "Something went wrong on our side."),
    503: ("Der Dienst ist gerade nicht verfügbar.", "The service is not available at the moment."),
    507: (
        "Der Speicherplatz reicht gerade nicht; es wurde nichts gespeichert.",
        "There is not enough space at the moment; nothing has been stored.",
    ),
}

# Classes and codes of SQLSTATE (PostgreSQL, appendix A).
_PLATTE_VOLL = "53100"
# NUL in a text, which PostgreSQL does not know; as such, and escaped in JSON.
_NICHT_SPEICHERBAR = frozenset({"22021", "22P05"})
# 25006: the server that answers is a standby that has not taken over yet.
_VORUEBERGEHEND = ("08", "53", "57", "40", "55P03", "25006")


class ProblemText(BaseModel):
    """One sentence in its languages."""

    de: str
    en: str
    leicht: str | None = Field(None, description="Leichte Sprache; absent where only programs read it")


class ProblemFehler(BaseModel):
    """One thing that is wrong with the request."""

    model_config = ConfigDict(extra="allow")

    text: ProblemText
    code: str | None = None
    pointer: str | None = Field(None, description="JSON pointer into the request body (RFC 6901)")
    parameter: str | None = Field(None, description="Name of the query, path or header parameter")


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="URI of the kind of problem")
    title: str
    status: int
    code: str = Field(description="Stable code of the kind of problem, for machines")
    text: ProblemText
    detail: str | None = None
    errors: list[ProblemFehler] | None = None
    request_id: str | None = Field(None, description="Number of the request, as it stands in the log")


class Problem(HTTPException):
    """An error to be shown to the client; raise it anywhere behind a route.

    `errors` are mappings with `text` ({"de", "en"}, "leicht" where there is one) and, where known, `pointer`,
    `parameter`, `code`; findings (`xoev.befund.Befund.als_dict()`) fit as they are.
    """

    def __init__(  # noqa: PLR0917 read as one sentence at every place that raises it
        self,
        status: int,
        code: str,
        title_de: str | None = None,
        title_en: str | None = None,
        detail: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        standard_de, standard_en = _texte(status)
        self.code = code
        self.text = {"de": title_de or standard_de, "en": title_en or title_de or standard_en}
        if leicht := _leicht().get(code) or (None if title_de else _leicht().get(status)):
            self.text["leicht"] = leicht
        self.angaben = detail
        self.errors = tuple(errors)
        super().__init__(status, detail=self.text["de"], headers=headers)

    @property
    def nummer(self) -> str | None:
        """Number of the request, as it stands in the log."""
        return structlog.contextvars.get_contextvars().get("request_id")

    def antwort(self) -> JSONResponse:
        """The response; the number of the request is added from the log context."""
        inhalt: dict[str, Any] = {
            "type": f"urn:problem-type:gewerbeamt:{self.code}",
            "title": self.text["de"],
            "status": self.status_code,
            "code": self.code,
            "text": self.text,
        }
        if self.angaben:
            inhalt["detail"] = self.angaben
        if self.errors:
            inhalt["errors"] = [dict(fehler) for fehler in self.errors]
        if self.nummer:
            inhalt["request_id"] = self.nummer
        return JSONResponse(inhalt, self.status_code, headers=self.headers, media_type=MEDIENTYP)


def _texte(status: int) -> tuple[str, str]:
    return _TEXTE.get(status, _TEXTE[500] if status >= 500 else _TEXTE[400])


@cache
def _leicht() -> Mapping[str | int, str]:
    """Sentences by code of the problem, and by status."""
    inhalt: dict[str | int, str] = yaml.safe_load(
        Path(__file__).with_name("probleme_leicht.yaml").read_text("utf-8")
    )
    return inhalt


def antworten(*stati: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: the problems it may answer with."""
    return {
        status: {
            "model": ProblemDetails,
            "description": HTTPStatus(status).phrase,
            "content": {MEDIENTYP: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in stati
    }


def antwort_auf(anfrage: Request, problem: Problem) -> Response:
    """The response to a request that met a problem: a page for people's browsers where the app has one.

    `app.state.darstellung`, if set, gives the page, or None where the caller wants no page.
    """
    darstellung = getattr(anfrage.app.state, "darstellung", None)
    seite: Response | None = darstellung(anfrage, problem) if darstellung else None
    return seite or problem.antwort()


async def _bei_http(anfrage: Request, fehler: Exception) -> Response:
    if isinstance(fehler, Problem):
        return antwort_auf(anfrage, fehler)
    assert isinstance(fehler, HTTPException)  # noqa: S101 registered for nothing else
    code = HTTPStatus(fehler.status_code).phrase.lower().replace(" ", "_").replace("-", "_")
    return antwort_auf(anfrage, Problem(fehler.status_code, code, headers=fehler.headers))


async def _bei_eingabe(anfrage: Request, fehler: Exception) -> Response:
    assert isinstance(fehler, RequestValidationError)  # noqa: S101 registered for nothing else
    errors = fehler_aus_pydantic(fehler.errors(), fehler.body)
    status = 400 if any(eintrag["code"] == "json_invalid" for eintrag in errors) else 422
    return antwort_auf(anfrage, Problem(status, "eingabe_ungueltig", errors=errors))


def unerwartet(fehler: Exception) -> Problem:
    """Log an error no route foresaw; the problem says nothing about it."""
    if _ohne_platz(fehler):
        _log.error("kein_speicherplatz", art=type(fehler).__qualname__)
        return Problem(507, "kein_speicherplatz", headers={"Retry-After": "60"})
    if _ohne_datenbank(fehler):
        _log.error("datenbank_nicht_erreichbar", art=type(fehler).__qualname__)
        return Problem(503, "datenbank_nicht_erreichbar", headers={"Retry-After": "5"})
    if isinstance(fehler, DBAPIError | PostgresError) and _sqlstate(fehler) in _NICHT_SPEICHERBAR:
        return Problem(
            400,
            "zeichen_unzulaessig",
            "Die Anfrage enthält ein Zeichen, das nicht gespeichert werden kann.",
            "The request holds a character that cannot be stored.",
        )
    # The traceback names the place; its message may hold personal data and stays out of the log.
    _log.error("unerwarteter_fehler", art=type(fehler).__qualname__, ort=_ort(fehler))
    return Problem(500, "interner_fehler")


def _ohne_platz(fehler: Exception) -> bool:
    """A disk is full, the database's or our own."""
    if isinstance(fehler, DBAPIError | PostgresError):
        return _sqlstate(fehler) == _PLATTE_VOLL
    return isinstance(fehler, OSError) and fehler.errno in {errno.ENOSPC, errno.EDQUOT}


def _ohne_datenbank(fehler: Exception) -> bool:
    """The database went away, is silent, or has had to break off: the client may come again."""
    if isinstance(fehler, DBAPIError | PostgresError):
        verloren = isinstance(fehler, DBAPIError) and fehler.connection_invalidated
        return verloren or _sqlstate(fehler).startswith(_VORUEBERGEHEND)
    return isinstance(fehler, ConnectionError | TimeoutError | PoolTimeout | InterfaceError)


def _sqlstate(fehler: DBAPIError | PostgresError) -> str:
    ursache = fehler.orig if isinstance(fehler, DBAPIError) else fehler
    return getattr(ursache, "sqlstate", None) or ""


def _ort(fehler: BaseException) -> list[str]:
    orte, spur = [], fehler.__traceback__
    while spur is not None:
        code = spur.tb_frame.f_code
        orte.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{spur.tb_lineno}:{code.co_name}")
        spur = spur.tb_next
    return orte[-6:]


def melde_probleme(app: FastAPI) -> None:
    """Let `app` answer every foreseen error as a problem; `app.protokoll` does so for the rest."""
    app.add_exception_handler(HTTPException, _bei_http)
    app.add_exception_handler(RequestValidationError, _bei_eingabe)
