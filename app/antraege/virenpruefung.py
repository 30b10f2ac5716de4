"""Uploaded files before ClamAV, through clamd (INSTREAM, clamd(8)).

Without `AMT_CLAMD` a file is not looked at, and that is shown with it. With it no file comes in unseen: a
scanner that does not answer refuses it, and nothing is stored. Ask before a transaction begins.
"""

import asyncio
import struct
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import structlog

from app.antraege.dateifehler import DateiAbgelehnt
from app.settings import settings

_STUECK: Final = 64 * 1024
_VERBINDEN: Final = 5.0
"""Seconds for the connection alone: who does not run is known soon."""
_ANTWORT: Final = 64 * 1024
_NOCHMAL_NACH: Final = 120
"""Seconds: a daemon that reads its signatures anew is back by then."""

_log = structlog.get_logger()


class Virenstand(StrEnum):
    """What is known about a file that has come in."""

    SAUBER = "sauber"
    NICHT_GEPRUEFT = "nicht_geprueft"


class DateiInfiziert(DateiAbgelehnt):
    """ClamAV knows something in the file; `signatur` names it and says nothing about a person."""

    def __init__(self, signatur: str) -> None:
        super().__init__("datei_infiziert")
        self.signatur = signatur


class VirenpruefungFehlt(DateiAbgelehnt):
    """The scanner is set up and gives no judgement: the file cannot be taken now."""

    def __init__(self) -> None:
        super().__init__("virenpruefung_fehlt", status=503, headers={"Retry-After": str(_NOCHMAL_NACH)})


async def pruefe_auf_viren(inhalt: bytes) -> Virenstand:
    """Have a file scanned. Raises `DateiInfiziert` or `VirenpruefungFehlt`."""
    if settings().clamd is None:
        return Virenstand.NICHT_GEPRUEFT
    urteil = await _frage(b"zINSTREAM\0", inhalt)
    if urteil == "stream: OK":
        return Virenstand.SAUBER
    if urteil.endswith(" FOUND"):
        signatur = urteil.removeprefix("stream: ").removesuffix(" FOUND")
        _log.warning("datei_infiziert", signatur=signatur)
        raise DateiInfiziert(signatur)
    _log.error("virenpruefung_ohne_urteil", antwort=urteil[:100])
    raise VirenpruefungFehlt


async def fassung() -> str | None:
    """Program, signatures and their day as clamd tells them; None where none is set up.

    Raises `VirenpruefungFehlt`.
    """
    return None if settings().clamd is None else await _frage(b"zVERSION\0")


async def _frage(befehl: bytes, inhalt: bytes | None = None) -> str:
    """The answer of clamd to a command, with a file behind it where there is one."""
    try:
        async with asyncio.timeout(settings().clamd_frist):
            leser, schreiber = await _verbinde()
            try:
                schreiber.write(befehl)
                await _schicke(schreiber, inhalt)
                return (await leser.readuntil(b"\0"))[:-1].decode("utf-8", "replace")
            finally:
                schreiber.close()
    except (OSError, EOFError, asyncio.LimitOverrunError) as fehler:
        # With a file larger than its StreamMaxLength clamd hangs up (ConnectionResetError).
        _log.error("virenpruefung_nicht_erreichbar", art=type(fehler).__name__, byte=len(inhalt or b""))
        raise VirenpruefungFehlt from fehler


async def _schicke(schreiber: asyncio.StreamWriter, inhalt: bytes | None) -> None:
    if inhalt is None:
        return
    for stelle in range(0, len(inhalt), _STUECK):
        stueck = inhalt[stelle : stelle + _STUECK]
        schreiber.write(struct.pack(">I", len(stueck)) + stueck)
        await schreiber.drain()
    schreiber.write(struct.pack(">I", 0))
    await schreiber.drain()


async def _verbinde() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    ziel = urlsplit(settings().clamd or "")
    async with asyncio.timeout(_VERBINDEN):
        if ziel.scheme == "unix":
            return await asyncio.open_unix_connection(ziel.path, limit=_ANTWORT)
        return await asyncio.open_connection(ziel.hostname, ziel.port, limit=_ANTWORT)
