"""Signatures of webhooks (Standard Webhooks 1.0): who takes our messages can tell that they are ours."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

_PRAEFIX = "whsec_"
# The specification: between 24 and 64 bytes.
_MINDESTENS, _HOECHSTENS = 24, 64


class UngueltigesGeheimnis(ValueError):
    """Not a secret of the form ``whsec_`` and base64 of 24 to 64 bytes."""


def geheimnis(text: str) -> bytes:
    """The key behind its written form. Raises `UngueltigesGeheimnis`."""
    try:
        roh = base64.b64decode(text.strip().removeprefix(_PRAEFIX), validate=True)
    except (binascii.Error, ValueError) as fehler:
        raise UngueltigesGeheimnis from fehler
    if not _MINDESTENS <= len(roh) <= _HOECHSTENS:
        raise UngueltigesGeheimnis
    return roh


def koepfe(kennung: str, jetzt: datetime, inhalt: bytes, geheimnisse: Sequence[bytes]) -> Mapping[str, str]:
    """The three headers; one signature for each secret, so that a receiver may change to the new one."""
    zeit = str(int(jetzt.timestamp()))
    zu_unterschreiben = b".".join((kennung.encode(), zeit.encode(), inhalt))
    unterschriften = (
        base64.b64encode(hmac.new(eines, zu_unterschreiben, hashlib.sha256).digest()).decode()
        for eines in geheimnisse
    )
    return {
        "webhook-id": kennung,
        "webhook-timestamp": zeit,
        "webhook-signature": " ".join(f"v1,{eine}" for eine in unterschriften),
    }
