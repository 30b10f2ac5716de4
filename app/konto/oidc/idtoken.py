"""The ID token: whether it is the answer to this login (OpenID Connect Core 1.0, 3.1.3.7)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.konto.fremdtoken import zeitpunkt
from app.konto.jose import TokenUngueltig
from app.konto.oidc.gegenstelle import Gegenstelle
from app.konto.oidc.token import UHRENABWEICHUNG, Abgelehnt, angaben_von, kennung

_TYPEN: Final = frozenset({"jwt"})


@dataclass(frozen=True)
class IdToken:
    """A checked ID token."""

    claims: Mapping[str, Any]
    sub: str
    sid: str | None
    authentifiziert_am: datetime


async def pruefe(gegenstelle: Gegenstelle, token: str, *, nonce: str, zugriffstoken: str) -> IdToken:
    """The token, if everything about it holds. Raises Abgelehnt, AnmeldungGescheitert."""
    claims = await angaben_von(gegenstelle, token, typen=_TYPEN)
    genannt = claims.get("nonce")
    if not isinstance(genannt, str) or not hmac.compare_digest(genannt.encode(), nonce.encode()):
        raise Abgelehnt("nonce")
    if "at_hash" in claims and claims["at_hash"] != _at_hash(zugriffstoken):
        raise Abgelehnt("at_hash")
    if (sub := kennung(claims.get("sub"))) is None:
        raise Abgelehnt("sub")
    return IdToken(
        claims=claims,
        sub=sub,
        sid=kennung(claims.get("sid")),
        authentifiziert_am=_authentifiziert_am(claims, gegenstelle.anbieter.max_age),
    )


def _authentifiziert_am(claims: dict[str, Any], max_age: int | None) -> datetime:
    try:
        wann = zeitpunkt(claims, "auth_time")
        ausgestellt = zeitpunkt(claims, "iat")
    except TokenUngueltig as fehler:
        raise Abgelehnt("auth_time") from fehler
    jetzt = time.time()
    if wann is not None and wann > jetzt + UHRENABWEICHUNG:
        raise Abgelehnt("auth_time")
    if max_age is not None and (wann is None or jetzt - wann > max_age + UHRENABWEICHUNG):
        raise Abgelehnt("auth_time")
    # A provider that does not say when has at the latest known the person when it wrote the token.
    return datetime.fromtimestamp(min(jetzt, wann or ausgestellt or jetzt), UTC)


def _at_hash(zugriffstoken: str) -> str:
    # All our algorithms end in 256: the left half of the SHA-256 (OpenID Connect Core 3.1.3.6).
    halb = hashlib.sha256(zugriffstoken.encode()).digest()[:16]
    return base64.urlsafe_b64encode(halb).rstrip(b"=").decode()
