"""The code by which a second person finds what to confirm: 128 random bits, kept as their hash alone."""

import secrets
from hashlib import sha256
from typing import Final

from app.antraege.eingangsnummer import ALPHABET

_BITS: Final = 128
_ZEICHEN: Final = 26
"""Five bits each."""
_GRUPPE: Final = 5
_VERLESEN: Final = str.maketrans("ILO", "110", "- ")


def neuer_code() -> str:
    """A fresh code in groups, e.g. ``3K7QZ-...``; read out and typed without mistakes of I, L and O."""
    zahl = secrets.randbits(_BITS)
    zeichen = "".join(ALPHABET[zahl >> 5 * stelle & 31] for stelle in reversed(range(_ZEICHEN)))
    return "-".join(zeichen[stelle : stelle + _GRUPPE] for stelle in range(0, _ZEICHEN, _GRUPPE))


def fingerabdruck(eingabe: str) -> bytes | None:
    """SHA-256 of the code that somebody typed; None for what can be none."""
    zeichen = eingabe.strip().upper().translate(_VERLESEN)
    if len(zeichen) != _ZEICHEN or not set(zeichen) <= set(ALPHABET):
        return None
    return sha256(zeichen.encode()).digest()
