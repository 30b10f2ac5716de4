"""How many requests a machine client may make in a minute; how often an address may try to come in, or speak.

Counted by each process for itself (ADR 0011). Of addresses nothing is kept but a hash with a key that this
process alone has, until the first count after its window.
"""

import ipaddress
import math
import secrets
import time
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import HTTPConnection

from app.problems import Problem
from app.settings import settings

SPEICHER: Final = MemoryStorage()
_zaehler: Final = SlidingWindowCounterRateLimiter(SPEICHER)
_SCHLUESSEL: Final = secrets.token_bytes(32)
_HAUS: Final = "haus"
CODES_JE_MINUTE: Final = 5
"""Wrong codes that an account may enter."""
RUECKMELDUNG_JE_ADRESSE: Final = 6
RUECKMELDUNG_JE_HAUS: Final = 300
"""So much may be said about the pages in a minute, by one address and by all."""


def zaehle(client_id: str, je_minute: int | None) -> None:
    """Count one request; raises Problem 429 with `Retry-After` where it is one too many.

    `je_minute` None: the default of the installation; 0 there: no limit.
    """
    grenze = je_minute or settings().klient_je_minute
    if not _zaehle(grenze, client_id):
        raise Problem(429, "zu_viele_anfragen", headers=_spaeter(_warten(grenze, client_id)))


def zaehle_anmeldung(anfrage: HTTPConnection) -> None:
    """Count one login that is begun; raises Problem 429 where this address, or all, begin too many."""
    einstellungen = settings()
    anschluss = ("anmeldung", _anschluss(anfrage))
    if not _zaehle(einstellungen.anmeldung_je_adresse, *anschluss):
        warten = _warten(einstellungen.anmeldung_je_adresse, *anschluss)
        raise _zu_viele_anmeldungen(
            warten,
            "Von Ihrem Anschluss kommen gerade zu viele Anmeldungen.",
            "Too many sign-ins come from your connection just now.",
        )
    if not _zaehle(einstellungen.anmeldung_je_haus, "anmeldung", _HAUS):
        warten = _warten(einstellungen.anmeldung_je_haus, "anmeldung", _HAUS)
        raise _zu_viele_anmeldungen(
            warten,
            "Gerade melden sich sehr viele Menschen an.",
            "A great many people are signing in just now.",
        )


def zaehle_rueckmeldung(anfrage: HTTPConnection) -> None:
    """Count one thing said about a page; raises Problem 429 where this address, or all, say too much."""
    for grenze, wer in ((RUECKMELDUNG_JE_ADRESSE, _anschluss(anfrage)), (RUECKMELDUNG_JE_HAUS, _HAUS)):
        if not _zaehle(grenze, "rueckmeldung", wer):
            raise Problem(
                429,
                "zu_viele_rueckmeldungen",
                "Gerade kommen zu viele Rückmeldungen. Bitte warten Sie eine Minute.",
                "Too much feedback comes in just now. Please wait a minute.",
                headers=_spaeter(_warten(grenze, "rueckmeldung", wer)),
            )


def pruefe_fehlversuche(anfrage: HTTPConnection) -> None:
    """Raises Problem 429 where this address has tried too often to come in as a machine it is not."""
    grenze = settings().anmeldung_je_adresse
    wer = ("fehlversuch", _anschluss(anfrage))
    if grenze and not _zaehler.test(_je_minute(grenze), *wer):
        raise Problem(
            429,
            "zu_viele_versuche",
            "Von dieser Adresse kommen zu viele Versuche mit unbekannten Zugängen.",
            "Too many attempts with unknown credentials come from this address.",
            headers=_spaeter(_warten(grenze, *wer)),
        )


def zaehle_fehlversuch(anfrage: HTTPConnection) -> None:
    """Count one attempt of a machine that is not known or has a wrong secret."""
    _zaehle(settings().anmeldung_je_adresse, "fehlversuch", _anschluss(anfrage))


def pruefe_codeversuche(konto_id: UUID) -> None:
    """Raises Problem 429 where this account has tried too many codes that nobody has given out."""
    wer = ("code", str(konto_id))
    if not _zaehler.test(_je_minute(CODES_JE_MINUTE), *wer):
        raise Problem(
            429,
            "zu_viele_codes",
            "Das waren zu viele falsche Codes. Bitte warten Sie eine Minute.",
            "These were too many wrong codes. Please wait for a minute.",
            headers=_spaeter(_warten(CODES_JE_MINUTE, *wer)),
        )


def zaehle_codeversuch(konto_id: UUID) -> None:
    """Count one code that nobody has given out."""
    _zaehle(CODES_JE_MINUTE, "code", str(konto_id))


def _zaehle(grenze: int, *wer: str) -> bool:
    return not grenze or _zaehler.hit(_je_minute(grenze), *wer)


def _warten(grenze: int, *wer: str) -> int:
    ende = _zaehler.get_window_stats(_je_minute(grenze), *wer).reset_time
    return min(60, max(1, math.ceil(ende - time.time())))


def _spaeter(warten: int) -> dict[str, str]:
    return {"Retry-After": str(warten)}


def _zu_viele_anmeldungen(warten: int, de: str, en: str) -> Problem:
    return Problem(
        429,
        "zu_viele_anmeldungen",
        f"{de} Bitte versuchen Sie es in {warten} Sekunde{'n' if warten > 1 else ''} noch einmal.",
        f"{en} Please try again in {warten} second{'s' if warten > 1 else ''}.",
        headers=_spaeter(warten),
    )


def _anschluss(anfrage: HTTPConnection) -> str:
    """The line a caller has, unreadable; a line of IPv6 has 2^64 addresses."""
    adresse = anfrage.client.host if anfrage.client else ""
    try:
        ip = ipaddress.ip_address(adresse)
    except ValueError:
        # A socket of this machine, or what a proxy makes of a caller it does not know: one for all.
        adresse = ""
    else:
        if isinstance(ip, ipaddress.IPv6Address):
            ip = ip.ipv4_mapped or ipaddress.ip_address(int(ip) >> 64 << 64)
        adresse = ip.compressed
    return blake2b(adresse.encode(), key=_SCHLUESSEL, digest_size=16).hexdigest()


@lru_cache(maxsize=256)
def _je_minute(grenze: int) -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(grenze)
