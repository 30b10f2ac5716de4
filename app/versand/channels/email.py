"""Channel `email`: tells somebody that something lies in the mailbox. Never carries content.

Always encrypted (TLS from the start or STARTTLS) and to a server whose certificate is checked. The
Message-ID is made from the delivery, so that a second attempt is the same letter to those who look.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import aiosmtplib
from pydantic import field_validator

from app.settings import settings
from app.versand.bau import Sendungsbild
from app.versand.channels.basis import ExternerKanal, Mangel, NachrichtAbgewiesen, Optionen, Zustellfehler
from app.versand.channels.vertrauen import vertrauen, wegen_zertifikat
from app.versand.nachricht import Nachricht

BETREFF = "Im Postfach liegt eine neue Nachricht / New message in your mailbox"

# Narrower than RFC 5322 on purpose: no quotes, no comments, no line ends, nothing a header could trip over.
_ADRESSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_FRIST = 20.0
_PORTS = {"smtps": 465, "smtp+starttls": 587}


def pruefe_adresse(adresse: str) -> str:
    """The address as given. Raises `ValueError`."""
    if len(adresse) > 254 or not _ADRESSE.fullmatch(adresse):
        raise ValueError("an e-mail address is needed")
    return adresse


class EmailOptionen(Optionen):
    """Who is told."""

    an: str

    @field_validator("an")
    @classmethod
    def _adresse(cls, an: str) -> str:
        return pruefe_adresse(an)


class Email(ExternerKanal[EmailOptionen]):
    """Sends the notice over the installation's mail server (AMT_SMTP_URL)."""

    name: ClassVar[str] = "email"
    liefert: ClassVar[bool] = False
    optionen_typ = EmailOptionen

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: EmailOptionen, jetzt: datetime
    ) -> None:
        """Send the notice; returns when the mail server has taken it. Raises `Zustellfehler`."""
        text = nachricht.inhalt().decode()
        await schreibe(optionen.an, betreff=BETREFF, text=text, kennung=str(sendung.id), jetzt=jetzt)

    async def check_config(self, optionen: EmailOptionen) -> tuple[Mangel, ...]:
        """Settings, connection, certificate and login of the mail server. Sends nothing."""
        try:
            async with _verbunden() as server:
                await server.noop()
        except Zustellfehler as fehler:
            return (Mangel(fehler.code, {"de": fehler.satz, "en": "The mail server cannot be used."}),)
        return ()


async def schreibe(an: str, *, betreff: str, text: str, kennung: str, jetzt: datetime) -> None:
    """Send a letter dated `jetzt`; returns when the mail server has taken it. `kennung` makes its Message-ID.

    Raises `Zustellfehler`.
    """
    brief = EmailMessage()
    absender = settings().smtp_absender or ""
    brief["From"], brief["To"], brief["Subject"] = absender, pruefe_adresse(an), betreff
    brief["Date"] = format_datetime(jetzt)
    brief["Message-ID"] = f"<{kennung}@{absender.rpartition('@')[2]}>"
    brief["Auto-Submitted"] = "auto-generated"
    brief.set_content(text)
    async with _verbunden() as server:
        await server.send_message(brief)


@asynccontextmanager
async def _verbunden() -> AsyncIterator[aiosmtplib.SMTP]:
    """A session with the mail server, logged in where the URL says so."""
    einstellungen = settings()
    if einstellungen.smtp_url is None or not einstellungen.smtp_absender:
        raise Zustellfehler("smtp_fehlt", "Es ist kein Mailserver eingerichtet.")
    teile = urlsplit(einstellungen.smtp_url.get_secret_value())
    server = aiosmtplib.SMTP(
        hostname=teile.hostname,
        port=teile.port or _PORTS[teile.scheme],
        username=unquote(teile.username) if teile.username else None,
        password=unquote(teile.password) if teile.password else None,
        use_tls=teile.scheme == "smtps",
        # True, not None: a server (or somebody in between) that does not offer TLS gets nothing.
        start_tls=teile.scheme == "smtp+starttls",
        tls_context=vertrauen(),
        timeout=_FRIST,
    )
    try:
        async with server:
            yield server
    except aiosmtplib.SMTPRecipientsRefused as fehler:
        raise _abgelehnt(einer.code for einer in fehler.recipients) from fehler
    except aiosmtplib.SMTPDataError as fehler:
        raise _abgelehnt([fehler.code]) from fehler
    except aiosmtplib.SMTPSenderRefused as fehler:
        raise Zustellfehler("smtp_absender", "Der Mailserver nimmt unseren Absender nicht an.") from fehler
    except aiosmtplib.SMTPAuthenticationError as fehler:
        raise Zustellfehler("smtp_anmeldung", "Der Mailserver lässt uns nicht zu.") from fehler
    except (aiosmtplib.SMTPException, OSError) as fehler:
        if wegen_zertifikat(fehler):
            raise Zustellfehler("zertifikat", "Das Zertifikat des Mailservers ist nicht gültig.") from fehler
        raise Zustellfehler("smtp_fehler", "Der Mailserver ist nicht zu erreichen.") from fehler


def _abgelehnt(codes: Iterable[int]) -> Zustellfehler:
    """4xx goes away by itself (RFC 5321, 4.2.1), as with greylisting; 5xx would be refused again."""
    if all(400 <= code < 500 for code in codes):
        return Zustellfehler(
            "smtp_spaeter", "Der Mailserver bittet darum, es später noch einmal zu versuchen."
        )
    return NachrichtAbgewiesen("smtp_abgewiesen", "Der Mailserver nimmt die Benachrichtigung nicht an.")
