"""Logout tokens of providers (OpenID Connect Back-Channel Logout 1.0)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.konto.oidc.gegenstelle import Gegenstelle
from app.konto.oidc.token import HOECHSTALTER, UHRENABWEICHUNG, Abgelehnt, angaben_von, kennung

_EREIGNIS: Final = "http://schemas.openid.net/event/backchannel-logout"
_TYPEN: Final = frozenset({"logout+jwt", "jwt"})


@dataclass(frozen=True)
class Abmeldung:
    """Whose sessions have to end: one at the provider (`sid`), or all of an account (`subjekt`)."""

    issuer: str
    sid: str | None
    subjekt: str | None


@dataclass(frozen=True)
class Abmeldetoken:
    """A checked logout token; `jti` must not come again before `bis`."""

    sub: str | None
    sid: str | None
    jti: str
    bis: datetime


async def pruefe(gegenstelle: Gegenstelle, token: str) -> Abmeldetoken:
    """The token, if everything but its novelty holds. Raises Abgelehnt, AnmeldungGescheitert."""
    claims = await angaben_von(gegenstelle, token, typen=_TYPEN)
    ereignisse = claims.get("events")
    if not isinstance(ereignisse, dict) or not isinstance(ereignisse.get(_EREIGNIS), dict):
        raise Abgelehnt("events")
    # An ID token must never do as a logout token.
    if "nonce" in claims:
        raise Abgelehnt("nonce")
    sub, sid, jti = (kennung(claims.get(name)) for name in ("sub", "sid", "jti"))
    if sub is None and sid is None:
        raise Abgelehnt("sub")
    if jti is None:
        raise Abgelehnt("jti")
    # For longer than `iat` is accepted, by which time the token is refused for its age.
    bis = datetime.fromtimestamp(claims["iat"], UTC) + timedelta(seconds=HOECHSTALTER + 2 * UHRENABWEICHUNG)
    return Abmeldetoken(sub, sid, jti, bis)
