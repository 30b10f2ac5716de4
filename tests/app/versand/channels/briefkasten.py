"""A mail server for tests: STARTTLS, login, and what it has taken."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

NUTZER, KENNWORT = "amt", "geheim:@/"


class Briefkasten:
    """What the mail server has taken."""

    def __init__(self) -> None:
        self.briefe: list[EmailMessage] = []
        self.antwort = "250 OK"
        self.antwort_an = "250 OK"
        self.antwort_von = "250 OK"
        self.legt_auf = False

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, von: str, weitere: list[str]
    ) -> str:
        envelope.mail_from = von
        return self.antwort_von

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, an: str, weitere: list[str]
    ) -> str:
        if self.antwort_an.startswith("250"):
            envelope.rcpt_tos.append(an)
        return self.antwort_an

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.legt_auf:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "221 Bye"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.antwort.startswith("250"):
            assert server.transport is not None
            assert server.transport.get_extra_info("ssl_object") is not None
            assert isinstance(envelope.content, bytes)
            brief = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(brief, EmailMessage)
            self.briefe.append(brief)
        return self.antwort


def _anmeldung(*args: Any) -> AuthResult:
    daten = args[-1]
    assert isinstance(daten, LoginPassword)
    return AuthResult(
        success=(daten.login, daten.password) == (NUTZER.encode(), KENNWORT.encode()), handled=False
    )


@asynccontextmanager
async def postamt(
    kasten: Briefkasten, tls: ssl.SSLContext | None, *, verfahren: str = "smtp+starttls", **weitere: Any
) -> AsyncIterator[int]:
    """An SMTP server on 127.0.0.1; its port."""
    von_anfang = verfahren == "smtps"
    if von_anfang:
        # aiosmtpd knows of TLS only what it has begun itself.
        weitere["auth_require_tls"] = False
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            kasten,
            hostname="localhost",
            tls_context=None if von_anfang else tls,
            authenticator=_anmeldung,
            auth_required=True,
            **weitere,
        ),
        "127.0.0.1",
        0,
        ssl=tls if von_anfang else None,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
