"""The only door to python-jose: our own tokens of machine clients, and signatures of others.

Access tokens follow RFC 9068 (typ `at+jwt`) and are signed with ES256 and nothing else. The algorithm is
pinned wherever something is verified: python-jose believes the token's header if nobody tells it better
(docs/adr/0003).
"""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jws, jwt
from jose.exceptions import JOSEError

from app.betriebsfehler import Betriebsfehler
from app.db.datenordner import schreibe_einmal
from app.settings import settings

_ALGORITHMUS: Final = "ES256"
_TYP: Final = "at+jwt"
_HOECHSTENS_ZEICHEN: Final = 4096
_UHRENABWEICHUNG: Final = 30
_PEM: Final = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)

_log = structlog.get_logger()


class SchluesselFehler(Betriebsfehler):
    """The signing key cannot be used; the message says what is expected."""


class TokenUngueltig(Exception):
    """The token is not ours, not for us, not yet or no longer valid."""


@dataclass(frozen=True)
class Anspruch:
    """What a valid token says."""

    client_id: str
    scopes: frozenset[str]


class Aussteller:
    """Issues and checks the tokens of one installation."""

    def __init__(self, pem: str, *, adresse: str, gueltig: int) -> None:
        """`pem`: one or more EC P-256 private keys; the first signs, all verify. `gueltig` in seconds."""
        schluessel = [_Schluessel(einzelner) for einzelner in _PEM.findall(pem)]
        if not schluessel:
            raise SchluesselFehler("AMT_TOKEN_KEY: erwartet wird ein privater Schlüssel im PEM-Format.")
        self._signierend = schluessel[0]
        self._nach_kid = {einzelner.kid: einzelner for einzelner in schluessel}
        self._adresse = adresse
        self._gueltig = gueltig

    @property
    def gueltig(self) -> int:
        """Life of a token in seconds."""
        return self._gueltig

    def stelle_aus(self, client_id: str, scopes: frozenset[str]) -> str:
        """A signed access token."""
        jetzt = int(time.time())
        return jwt.encode(
            {
                "iss": self._adresse,
                "aud": self._adresse,
                "sub": client_id,
                "client_id": client_id,
                "scope": " ".join(sorted(scopes)),
                "iat": jetzt,
                "nbf": jetzt,
                "exp": jetzt + self._gueltig,
                "jti": secrets.token_urlsafe(16),
            },
            self._signierend.privat,
            algorithm=_ALGORITHMUS,
            headers={"kid": self._signierend.kid, "typ": _TYP},
        )

    def pruefe(self, token: str) -> Anspruch:
        """What the token says, if all of it holds; raises TokenUngueltig otherwise."""
        if len(token) > _HOECHSTENS_ZEICHEN:
            raise TokenUngueltig
        try:
            kopf = jwt.get_unverified_header(token)
            schluessel = self._nach_kid.get(str(kopf.get("kid")))
            if schluessel is None or kopf.get("alg") != _ALGORITHMUS or kopf.get("typ") != _TYP:
                raise TokenUngueltig
            angaben = jwt.decode(
                token,
                schluessel.oeffentlich,
                algorithms=[_ALGORITHMUS],
                audience=self._adresse,
                issuer=self._adresse,
                options={
                    "leeway": _UHRENABWEICHUNG,
                    **{f"require_{name}": True for name in ("iss", "aud", "sub", "iat", "nbf", "exp", "jti")},
                },
            )
            return self._anspruch(angaben)
        except (JOSEError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fehler:
            raise TokenUngueltig from fehler

    def jwks(self) -> dict[str, Any]:
        """The public keys as JSON Web Key Set (RFC 7517)."""
        return {"keys": [einzelner.jwk for einzelner in self._nach_kid.values()]}

    def _anspruch(self, angaben: dict[str, Any]) -> Anspruch:
        # python-jose compares exp and nbf with the clock, but neither iat nor the length of life.
        if angaben["iat"] > time.time() + _UHRENABWEICHUNG:
            raise TokenUngueltig
        if angaben["exp"] - angaben["iat"] > self._gueltig or angaben["sub"] != angaben["client_id"]:
            raise TokenUngueltig
        if not isinstance(angaben["scope"], str):
            raise TokenUngueltig
        return Anspruch(angaben["sub"], frozenset(angaben["scope"].split()))


def gepruefter_inhalt(
    token: str, oeffentlich: Mapping[str, str], algorithmus: Literal["RS256", "ES256"]
) -> bytes:
    """What a compact JWS carries, if it is signed by the owner of this public JWK in this algorithm.

    Nothing in the token chooses key or algorithm. Raises TokenUngueltig.
    """
    try:
        schluessel = jwk.construct(dict(oeffentlich), algorithmus)
        return jws.verify(token, schluessel, algorithms=[algorithmus])
    except (JOSEError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fehler:
        raise TokenUngueltig from fehler


def unterschreibe(
    angaben: Mapping[str, Any], pem: str, algorithmus: Literal["RS256", "ES256"], kid: str | None = None
) -> str:
    """A JWT with a private key of ours (PEM), as we show it to others (RFC 7523)."""
    try:
        return jwt.encode(dict(angaben), pem, algorithm=algorithmus, headers={"kid": kid} if kid else None)
    except (JOSEError, ValueError, TypeError) as fehler:
        raise SchluesselFehler("Der private Schlüssel passt nicht zu " + algorithmus + ".") from fehler


class _Schluessel:
    def __init__(self, pem: str) -> None:
        try:
            privat = serialization.load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as fehler:
            raise SchluesselFehler("AMT_TOKEN_KEY: der Schlüssel ist nicht lesbar.") from fehler
        if not isinstance(privat, ec.EllipticCurvePrivateKey) or not isinstance(privat.curve, ec.SECP256R1):
            raise SchluesselFehler("AMT_TOKEN_KEY: erwartet wird ein Schlüssel auf der Kurve P-256.")
        zahlen = privat.public_key().public_numbers()
        punkt = {"crv": "P-256", "kty": "EC", "x": _b64(zahlen.x), "y": _b64(zahlen.y)}
        # Thumbprint of RFC 7638: the members in this order, without white space.
        kern = json.dumps(punkt, separators=(",", ":"), sort_keys=True).encode()
        self.kid = base64.urlsafe_b64encode(hashlib.sha256(kern).digest()).rstrip(b"=").decode()
        self.jwk = {**punkt, "use": "sig", "alg": _ALGORITHMUS, "kid": self.kid}
        self.privat = jwk.construct(pem, _ALGORITHMUS)
        self.oeffentlich = jwk.construct(self.jwk, _ALGORITHMUS)


def _b64(zahl: int) -> str:
    return base64.urlsafe_b64encode(zahl.to_bytes(32, "big")).rstrip(b"=").decode()


@lru_cache(maxsize=1)
def aussteller() -> Aussteller:
    """The issuer of this installation, with the key from AMT_TOKEN_KEY or the data folder."""
    einstellungen = settings()
    if einstellungen.token_key is not None:
        pem = einstellungen.token_key.get_secret_value()
    else:
        pem = _schluessel_der_installation(einstellungen.datenordner / "token-schluessel.pem")
        if einstellungen.database_url is not None:
            _log.warning("token_schluessel_nur_hier", hinweis="mehrere Rechner brauchen AMT_TOKEN_KEY")
    return Aussteller(pem, adresse=einstellungen.adresse, gueltig=einstellungen.token_gueltig)


def _schluessel_der_installation(datei: Path) -> str:
    schreibe_einmal(datei, _neuer_schluessel)
    return datei.read_text()


def _neuer_schluessel() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )
