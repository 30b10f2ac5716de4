"""The code against tokens, and the claims of the userinfo endpoint."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote_plus, urlencode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.konto.jose import unterschreibe
from app.konto.oidc.anbieter import Anbieter
from app.konto.oidc.fehler import AnbieterFehler, AnmeldungGescheitert
from app.konto.oidc.gegenstelle import Gegenstelle

_BEHAUPTUNG_GILT: Final = 60
_UNSERE_SCHULD: Final = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gave; kept for the length of this login and no longer."""

    id_token: str
    zugriffstoken: str

    def __repr__(self) -> str:
        return "Tokens()"


async def tausche(gegenstelle: Gegenstelle, code: str, verifier: str) -> Tokens:
    """Redeem a code with its PKCE verifier. Raises AnmeldungGescheitert, AnbieterFehler."""
    anbieter = gegenstelle.anbieter
    felder = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": anbieter.rueckkehr,
        "code_verifier": verifier,
    }
    koepfe = _weise_aus(anbieter, felder)
    verzeichnis = await gegenstelle.verzeichnis()
    antwort = await gegenstelle.leitung.sende(verzeichnis.token_endpoint, urlencode(felder).encode(), koepfe)
    if antwort.status != 200:
        raise _abgelehnt(antwort.inhalt.get("error"))
    id_token, zugriffstoken = antwort.inhalt.get("id_token"), antwort.inhalt.get("access_token")
    art = antwort.inhalt.get("token_type")
    if not isinstance(id_token, str) or not isinstance(zugriffstoken, str) or not isinstance(art, str):
        raise AnmeldungGescheitert("anbieter_antwort", "token")
    if art.lower() != "bearer" or not zugriffstoken.isascii() or not zugriffstoken.isprintable():
        raise AnmeldungGescheitert("anbieter_antwort", "token")
    return Tokens(id_token, zugriffstoken)


async def userinfo(gegenstelle: Gegenstelle, tokens: Tokens, sub: str) -> Mapping[str, Any]:
    """The claims of the userinfo endpoint, if they are about the same person. Raises AnmeldungGescheitert."""
    verzeichnis = await gegenstelle.verzeichnis()
    if verzeichnis.userinfo_endpoint is None:
        raise AnmeldungGescheitert("anbieter_antwort", "userinfo_endpoint")
    antwort = await gegenstelle.leitung.hole(verzeichnis.userinfo_endpoint, token=tokens.zugriffstoken)
    if antwort.status != 200:
        raise AnmeldungGescheitert("anbieter_antwort", "userinfo")
    if antwort.inhalt.get("sub") != sub:
        raise AnmeldungGescheitert("anbieter_antwort", "userinfo_sub")
    return antwort.inhalt


def _weise_aus(anbieter: Anbieter, felder: dict[str, str]) -> dict[str, str]:
    """Client authentication: headers, and what it adds to the form."""
    if anbieter.authentisierung == "client_secret_basic":
        # Name and secret are form-encoded before they are joined (RFC 6749 section 2.3.1).
        paar = f"{quote_plus(anbieter.client_id)}:{quote_plus(anbieter.geheimnis())}"
        return {"Authorization": f"Basic {base64.b64encode(paar.encode()).decode()}"}
    felder["client_id"] = anbieter.client_id
    if anbieter.authentisierung == "client_secret_post":
        felder["client_secret"] = anbieter.geheimnis()
    else:
        felder["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        felder["client_assertion"] = _behauptung(anbieter)
    return {}


def _behauptung(anbieter: Anbieter) -> str:
    """A client assertion (RFC 7523). Its audience is the issuer: metadata cannot turn it to another one."""
    assert anbieter.schluesseldatei is not None  # noqa: S101 checked with the configuration
    try:
        pem = anbieter.schluesseldatei.read_text("ascii")
        schluessel = load_pem_private_key(pem.encode(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as fehler:
        raise AnbieterFehler(f"{anbieter.schluessel}: die schluesseldatei ist nicht lesbar.") from fehler
    algorithmus: Literal["RS256", "ES256"] = (
        "ES256" if isinstance(schluessel, ec.EllipticCurvePrivateKey) else "RS256"
    )
    jetzt = int(time.time())
    return unterschreibe(
        {
            "iss": anbieter.client_id,
            "sub": anbieter.client_id,
            "aud": anbieter.issuer,
            "iat": jetzt,
            "exp": jetzt + _BEHAUPTUNG_GILT,
            "jti": secrets.token_urlsafe(16),
        },
        pem,
        algorithmus,
    )


def _abgelehnt(fehler: object) -> AnmeldungGescheitert:
    if fehler == "invalid_grant":
        return AnmeldungGescheitert("code_abgelehnt")
    if isinstance(fehler, str) and fehler in _UNSERE_SCHULD:
        return AnmeldungGescheitert("anbieter_einstellung", fehler)
    return AnmeldungGescheitert("anbieter_antwort", "token")
