"""Bounds on a request body: refused before it is read, counted and timed while it is read."""

import asyncio
import codecs
import re
from contextlib import suppress

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import Problem, antwort_auf

GEWOEHNLICH = 64 * 1024
"""Bytes that any body may have: forms and short JSON, which are read on the event loop."""
_NACHLAUF = 2.0
"""Seconds for which the rest of a refused body is thrown away, so that its sender gets to the answer."""
_STILLE = 0.25
"""Seconds without a byte after which nobody is sending any more."""


def _zu_gross(grenze: int) -> Problem:
    hoechstens = f"{grenze // 1024**2} MiB" if grenze >= 1024**2 else f"{grenze // 1024} KiB"
    return Problem(
        413,
        "anfrage_zu_gross",
        f"Die Anfrage ist zu groß: höchstens {hoechstens}.",
        f"The request is too large: at most {hoechstens}.",
    )


def _zu_langsam(frist: float) -> Problem:
    return Problem(
        408,
        "anfrage_zu_langsam",
        f"Die Anfrage war nach {frist:g} Sekunden nicht vollständig.",
        f"The request was not complete after {frist:g} seconds.",
    )


def _zeichensatz_unbekannt() -> Problem:
    return Problem(
        400,
        "zeichensatz_unbekannt",
        "Formulare werden nur in UTF-8 angenommen.",
        "Forms are accepted in UTF-8 only.",
    )


def _in_utf8(kopf: Headers) -> bool:
    # A form may name any codec of Python's. Some raise what nobody expects, others take time with the square
    # of the length; browsers send UTF-8 and name none.
    art, angaben = parse_options_header(kopf.get("content-type"))
    if not art.startswith(b"multipart/"):
        return True
    try:
        return codecs.lookup(angaben.get(b"charset", b"utf-8").decode("latin-1")).name == "utf-8"
    except (LookupError, ValueError):
        return False


class Koerpergrenze:
    """Answer 413 to a body that is too large, announced or not (chunked), and 408 to one that is too slow.

    A form in another encoding than UTF-8 is answered 400.

    An answer that does not wait for the body closes the connection: nobody may go on sending into it.
    """

    def __init__(self, app: ASGIApp, *, grenze: int, grosse: re.Pattern[str], frist: float) -> None:
        """`app` is the next ASGI application.

        A body may have `grenze` bytes on the paths that `grosse` matches, GEWOEHNLICH elsewhere; it has to
        be complete after `frist` seconds.
        """
        self._app = app
        self._grenze = grenze
        self._grosse = grosse
        self._frist = frist

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        grenze = self._grenze if self._grosse.fullmatch(scope["path"]) else GEWOEHNLICH
        koerper = _Koerper(scope, receive, send, grenze, self._frist)
        if koerper.zu_gross_angekuendigt():
            await antwort_auf(Request(scope), _zu_gross(grenze))(scope, koerper.empfange, koerper.sende)
        elif not _in_utf8(Headers(scope=scope)):
            await antwort_auf(Request(scope), _zeichensatz_unbekannt())(
                scope, koerper.empfange, koerper.sende
            )
        else:
            await self._app(scope, koerper.empfange, koerper.sende)


class _Koerper:
    """The body of one request, and how much of it has come."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, grenze: int, frist: float) -> None:
        kopf = Headers(scope=scope)
        self._receive = receive
        self._send = send
        self._grenze = grenze
        self._frist = frist
        self._ende = asyncio.get_running_loop().time() + frist
        self._laenge = kopf.get("content-length", "0")
        self._gelesen = 0
        self._vollstaendig = self._laenge == "0" and "transfer-encoding" not in kopf

    def zu_gross_angekuendigt(self) -> bool:
        # Compared by length first: int() of thousands of digits is refused or slow.
        return self._laenge.isdecimal() and (len(self._laenge) > 15 or int(self._laenge) > self._grenze)

    async def empfange(self) -> Message:
        if self._vollstaendig:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._ende):
                nachricht = await self._receive()
        except TimeoutError:
            raise _zu_langsam(self._frist) from None
        self._gelesen += len(nachricht.get("body", b""))
        if self._gelesen > self._grenze:
            raise _zu_gross(self._grenze)
        self._vollstaendig = not nachricht.get("more_body", False)
        return nachricht

    async def sende(self, nachricht: Message) -> None:
        if self._vollstaendig:
            await self._send(nachricht)
        elif nachricht["type"] == "http.response.start":
            MutableHeaders(scope=nachricht)["Connection"] = "close"
            await self._send(nachricht)
        else:
            await self._send({**nachricht, "more_body": True})
            if not nachricht.get("more_body", False):
                await self._verwirf_rest()
                await self._send({"type": "http.response.body", "body": b""})

    async def _verwirf_rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_NACHLAUF):
                while True:
                    nachricht = await asyncio.wait_for(self._receive(), _STILLE)
                    if not nachricht.get("more_body", False):
                        return
