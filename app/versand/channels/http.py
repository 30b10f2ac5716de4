"""Channel `http`: the message is posted to the receiver's machine, signed after Standard Webhooks.

A status of 2xx means that the receiver has the message; nothing behind it can take that back. Everything
else is tried again, also 410: a town may not stop delivering because a machine says so. Which faults speak
of the receiver (and may pause it) and which of the one message is decided in `fehler_von`.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar

import httpx

from app.adressen import Aufloeser, loese_auf
from app.versand.bau import Sendungsbild
from app.versand.channels.adresse import erlaubte_adresse
from app.versand.channels.basis import ExternerKanal, Mangel, NachrichtAbgewiesen, Zustellfehler
from app.versand.channels.http_optionen import HttpOptionen
from app.versand.channels.unterschrift import UngueltigesGeheimnis, geheimnis, koepfe
from app.versand.channels.vertrauen import vertrauen, wegen_zertifikat
from app.versand.nachricht import Nachricht

ANTWORTGRENZE = 64 * 1024
"""Bytes of an answer that are read; the rest is left where it is."""

# An answer that has come is read for so long, to part in good order; its content is not used.
_NACHLESEN = 1.0
# Longest wait a receiver may ask for with Retry-After.
_HOECHSTENS_WARTEN = timedelta(hours=24)
# A message refused with one of these would be refused again.
_NUR_DIESE_NACHRICHT = frozenset({400, 406, 411, 412, 413, 415, 422, 431})
_SAETZE = {
    401: "Der Empfänger erkennt unsere Unterschrift nicht an.",
    403: "Der Empfänger lässt uns nicht zu.",
    404: "Unter der Adresse nimmt der Empfänger nichts an.",
    410: "Der Empfänger hat diese Adresse aufgegeben.",
    429: "Der Empfänger bittet um weniger Nachrichten.",
}


@dataclass(frozen=True)
class Http(ExternerKanal[HttpOptionen]):
    """Posts the message to the receiver's URL."""

    name: ClassVar[str] = "http"
    optionen_typ = HttpOptionen

    aufloeser: Aufloeser = loese_auf
    umgebung: Mapping[str, str] = field(default_factory=lambda: os.environ)

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: HttpOptionen, jetzt: datetime
    ) -> None:
        """Post the message; returns with the first 2xx. Raises `Zustellfehler`."""
        status, retry_after = await self._sende(
            "POST", optionen, kennung=str(sendung.id), inhalt=nachricht.inhalt(), jetzt=jetzt
        )
        if not 200 <= status < 300:
            raise fehler_von(status, wartewunsch(retry_after, jetzt))

    async def check_config(self, optionen: HttpOptionen) -> tuple[Mangel, ...]:
        """Secrets, name, address, certificate, and whether a signed HEAD is let in. Sends no message."""
        try:
            status, _ = await self._sende(
                "HEAD", optionen, kennung="pruefung", inhalt=b"", jetzt=datetime.now(UTC)
            )
        except Zustellfehler as fehler:
            return (Mangel(fehler.code, {"de": fehler.satz, "en": _ENGLISCH[fehler.code]}),)
        # Receivers need not know HEAD: 405 comes from a machine that is there and has let us in.
        if status in {401, 403, 404, 410} or status >= 500 or 300 <= status < 400:
            return (
                Mangel(
                    f"http_{status}",
                    {"de": _satz(status), "en": f"The receiver answers with status {status}."},
                ),
            )
        return ()

    def _schluessel(self, optionen: HttpOptionen) -> Sequence[bytes]:
        try:
            return [geheimnis(self.umgebung[name]) for name in optionen.geheimnisse]
        except (KeyError, UngueltigesGeheimnis) as fehler:
            raise Zustellfehler(
                "geheimnis_fehlt", "Das Geheimnis für die Unterschrift fehlt oder ist unbrauchbar."
            ) from fehler

    def _koepfe(
        self, optionen: HttpOptionen, kennung: str, inhalt: bytes, jetzt: datetime
    ) -> Mapping[str, str]:
        """What the content is and who sends it. Raises `Zustellfehler` ``geheimnis_fehlt``."""
        return {
            "Content-Type": "application/xml",
            **koepfe(kennung, jetzt, inhalt, self._schluessel(optionen)),
        }

    async def _sende(
        self, verb: str, optionen: HttpOptionen, *, kennung: str, inhalt: bytes, jetzt: datetime
    ) -> tuple[int, str | None]:
        """Status and Retry-After of the answer."""
        eigene = self._koepfe(optionen, kennung, inhalt, jetzt)
        url = httpx.URL(optionen.url)
        # As registered: `url.host` decodes international names, and whoever encodes them again by another
        # rule (IDNA 2003) arrives at another name.
        name = url.raw_host.decode("ascii")
        # The transport alone: no redirects, no proxies of the environment, no cookies.
        async with httpx.AsyncHTTPTransport(verify=vertrauen(), trust_env=False) as transport:
            try:
                async with asyncio.timeout(optionen.gesamt):
                    adresse = await erlaubte_adresse(name, url.port or 443, optionen.netze, self.aufloeser)
                    anfrage = httpx.Request(
                        verb,
                        # To the address that was checked; name and certificate stay those of the URL.
                        url.copy_with(host=adresse),
                        content=inhalt,
                        headers={
                            "Host": url.netloc.decode("ascii"),
                            "Accept-Encoding": "identity",
                            "User-Agent": "Digitales-Gewerbeamt",
                            **eigene,
                        },
                        extensions={
                            "sni_hostname": name,
                            "timeout": httpx.Timeout(optionen.lesen, connect=optionen.verbinden).as_dict(),
                        },
                    )
                    antwort = await transport.handle_async_request(anfrage)
            except TimeoutError as fehler:
                raise Zustellfehler(*_ZU_LANGSAM) from fehler
            except httpx.HTTPError as fehler:
                raise _fehler_der_verbindung(fehler) from fehler
            # Beyond the time for the answer: it is there, and its tail takes nothing back.
            await _lies_zu_ende(antwort)
        return antwort.status_code, antwort.headers.get("retry-after")


async def _lies_zu_ende(antwort: httpx.Response) -> None:
    gelesen = 0
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(_NACHLESEN):
            async for stueck in antwort.aiter_raw():
                gelesen += len(stueck)
                if gelesen > ANTWORTGRENZE:
                    break


def fehler_von(status: int, erst_nach: timedelta | None) -> Zustellfehler:
    """What a status that is no success says."""
    if status in _NUR_DIESE_NACHRICHT:
        return NachrichtAbgewiesen(f"http_{status}", _satz(status), erst_nach=erst_nach)
    return Zustellfehler(f"http_{status}", _satz(status), erst_nach=erst_nach)


def _satz(status: int) -> str:
    if satz := _SAETZE.get(status):
        return f"{satz} (HTTP {status})"
    if status in _NUR_DIESE_NACHRICHT:
        return f"Der Empfänger nimmt diese Nachricht nicht an. (HTTP {status})"
    if 300 <= status < 400:
        return (
            f"Der Empfänger verweist auf eine andere Adresse; Verweisen wird nicht gefolgt. (HTTP {status})"
        )
    return f"Der Empfänger meldet einen Fehler. (HTTP {status})"


_ZU_LANGSAM = ("zu_langsam", "Der Empfänger antwortet nicht rechtzeitig.")
_ENGLISCH = {
    "geheimnis_fehlt": "The secret for the signature is missing or unusable.",
    "vertrauen_fehlt": "The certificates in AMT_CA_DATEI cannot be read.",
    "name_unbekannt": "The receiver's name cannot be resolved.",
    "adresse_verboten": "The receiver lies in a private network that has not been allowed.",
    "zu_langsam": "The receiver does not answer in time.",
    "zertifikat": "The receiver's certificate is not valid.",
    "nicht_erreichbar": "No connection to the receiver.",
    "abgebrochen": "The receiver has ended the connection without an answer.",
    "antwort_unlesbar": "The receiver's answer is not HTTP.",
}


def _fehler_der_verbindung(fehler: httpx.HTTPError) -> Zustellfehler:
    if isinstance(fehler, httpx.TimeoutException):
        return Zustellfehler(*_ZU_LANGSAM)
    if wegen_zertifikat(fehler):
        return Zustellfehler("zertifikat", "Das Zertifikat des Empfängers ist nicht gültig.")
    if isinstance(fehler, httpx.ConnectError):
        return Zustellfehler("nicht_erreichbar", "Es kommt keine Verbindung zum Empfänger zustande.")
    if isinstance(fehler, httpx.RemoteProtocolError) and "disconnected" not in str(fehler):
        return Zustellfehler("antwort_unlesbar", "Die Antwort des Empfängers ist kein HTTP.")
    return Zustellfehler("abgebrochen", "Der Empfänger hat die Verbindung ohne Antwort beendet.")


def wartewunsch(retry_after: str | None, jetzt: datetime) -> timedelta | None:
    """The wait that Retry-After (RFC 9110 section 10.2.3) asks for, up to a day; None for nonsense."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdecimal():
        return min(timedelta(seconds=int(retry_after[:9])), _HOECHSTENS_WARTEN)
    try:
        wann = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if wann.tzinfo is None:
        return None
    return min(max(wann - jetzt, timedelta()), _HOECHSTENS_WARTEN)
