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

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.antwort.startswith("250"):
            assert session.ssl is not None
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
async def postamt(kasten: Briefkasten, tls: ssl.SSLContext | None, **weitere: Any) -> AsyncIterator[int]:
    """An SMTP server on 127.0.0.1; its port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            kasten,
            hostname="localhost",
            tls_context=tls,
            authenticator=_anmeldung,
            auth_required=True,
            **weitere,
        ),
        "127.0.0.1",
        0,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
