"""Security headers on every response, whichever route or error it comes from."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.konto.cookies import verschluesselt

# No script at all, no inline style, nothing from another host. What an API answers is no page.
_OHNE_SKRIPT: Final = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
MIT_SKRIPT: Final = {"Content-Security-Policy": f"{_OHNE_SKRIPT}; script-src 'self'; connect-src 'self'"}
"""Of a page that loads a script of this host's own, as a file; never one inside the page."""
_IMMER: Final = {
    "Content-Security-Policy": _OHNE_SKRIPT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"


class Kopfzeilen:
    """Adds what the response does not say itself."""

    def __init__(self, app: ASGIApp) -> None:
        """`app` is the next ASGI application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sende(nachricht: Message) -> None:
            if nachricht["type"] == "http.response.start":
                kopf = MutableHeaders(scope=nachricht)
                for name, wert in _IMMER.items():
                    kopf.setdefault(name, wert)
                if verschluesselt():
                    kopf.setdefault("Strict-Transport-Security", _HSTS)
            await send(nachricht)

        await self._app(scope, receive, sende)
