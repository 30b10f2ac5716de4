"""What is logged: one JSON line per event, with the number of the request, without personal data.

Queries, bodies and headers are never logged; the path is logged as its template, because a concrete
path may name a person's notice.
"""

import re
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import antwort_auf, unerwartet
from app.settings import Settings

_STUFEN = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_NUMMER = re.compile(r"[A-Za-z0-9._-]{8,64}")
_UNBEKANNT = "(keine Route)"

_log = structlog.get_logger()

ANFRAGEN = Histogram(
    "amt_http_anfrage_sekunden",
    "Duration of HTTP requests in seconds, until the response's last byte",
    ["methode", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
ABBRUECHE = Counter(
    "amt_http_abbruch_total", "HTTP requests that ended without a complete response", ["route"]
)


def richte_protokoll_ein(settings: Settings) -> None:
    """Configure structlog for this process; lines go to standard error."""
    anzeige: list[Callable[..., Any]] = (
        [structlog.processors.JSONRenderer(ensure_ascii=False)]
        if settings.log_format == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="zeit"),
            *anzeige,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_STUFEN[settings.log_stufe]),
        # Looked up for each line: whoever redirects standard error (a test, a supervisor) gets it.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


class Anfrageprotokoll:
    """Give each request a number (from `X-Request-ID` if it has a decent one), measure and log it."""

    def __init__(self, app: ASGIApp) -> None:
        """`app` is the next ASGI application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        genannt = Headers(scope=scope).get("x-request-id", "")
        nummer = genannt if _NUMMER.fullmatch(genannt) else uuid4().hex
        beginn = time.perf_counter()
        status = 0
        fertig = False

        async def sende(nachricht: Message) -> None:
            nonlocal status, fertig
            if nachricht["type"] == "http.response.start":
                status = nachricht["status"]
                MutableHeaders(scope=nachricht)["X-Request-ID"] = nummer
            await send(nachricht)
            if nachricht["type"] == "http.response.body" and not nachricht.get("more_body"):
                fertig = True

        with structlog.contextvars.bound_contextvars(request_id=nummer):
            try:
                await self._app(scope, receive, sende)
            except ClientDisconnect:
                # Whoever hung up in the middle of the body needs no answer and is no fault of ours.
                pass
            except Exception as fehler:
                problem = unerwartet(fehler)
                if status:
                    # Half an answer is out: the broken connection has to say it.
                    raise
                await antwort_auf(Request(scope), problem)(scope, receive, sende)
            finally:
                dauer = time.perf_counter() - beginn
                route = getattr(scope.get("route"), "path", _UNBEKANNT)
                # The method of an unknown route is the caller's invention and would grow the metric.
                methode = scope["method"] if route != _UNBEKANNT else "?"
                if fertig:
                    ANFRAGEN.labels(methode, route, str(status)).observe(dauer)
                else:
                    ABBRUECHE.labels(route).inc()
                _log.info(
                    "anfrage",
                    methode=methode,
                    route=route,
                    status=status,
                    millisekunden=round(dauer * 1000, 1),
                    **({} if fertig else {"abgebrochen": True}),
                )
