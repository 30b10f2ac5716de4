"""Bound on the size of a request body: refused before it is read, counted while it is read."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import Problem


def _zu_gross(grenze: int) -> Problem:
    mib = grenze // (1024 * 1024)
    return Problem(
        413,
        "anfrage_zu_gross",
        f"Die Anfrage ist zu groß: höchstens {mib} MiB.",
        f"The request is too large: at most {mib} MiB.",
        # What is left of the body is not read; the connection cannot be used again.
        headers={"Connection": "close"},
    )


class Koerpergrenze:
    """Answer 413 to a body above `grenze` bytes, announced or not (chunked)."""

    def __init__(self, app: ASGIApp, grenze: int) -> None:
        """`app` is the next ASGI application, `grenze` a number of bytes."""
        self._app = app
        self._grenze = grenze

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        angekuendigt = Headers(scope=scope).get("content-length", "0")
        # Compared by length first: int() of thousands of digits is refused or slow.
        if angekuendigt.isdecimal() and (len(angekuendigt) > 15 or int(angekuendigt) > self._grenze):
            await _zu_gross(self._grenze).antwort()(scope, receive, send)
            return
        gelesen = 0

        async def empfange() -> Message:
            nonlocal gelesen
            nachricht = await receive()
            gelesen += len(nachricht.get("body", b""))
            if gelesen > self._grenze:
                raise _zu_gross(self._grenze)
            return nachricht

        await self._app(scope, empfange, send)
