"""Tokens that others have signed: ID tokens, logout tokens, client assertions.

The caller says which algorithms count; the key says of which kind it is; the token's header only names the
key. Signatures with RS256 and ES256 go through python-jose behind its one wrapper, PS256, which that library
lacks, through joserfc with the same rules. What the claims mean is the caller's business.
"""

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from app.konto.jose import TokenUngueltig, gepruefter_inhalt

Algorithmus = Literal["RS256", "ES256", "PS256"]
ALGORITHMEN: Final[tuple[Algorithmus, ...]] = get_args(Algorithmus)

HOECHSTENS_ZEICHEN: Final = 16_384
_KOMPAKT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_RSA_BITS: Final = range(2048, 8193)


@dataclass(frozen=True, slots=True)
class Kopf:
    """Header of a token, believed in nothing but the name of the key."""

    alg: str
    kid: str | None
    typ: str | None


@dataclass(frozen=True, slots=True)
class FremderSchluessel:
    """A public key of somebody else's, reduced to its numbers."""

    kid: str | None
    kty: Literal["RSA", "EC"]
    alg: str | None
    zahlen: Mapping[str, str]

    def kann(self, algorithmus: str) -> bool:
        """Whether signatures in this algorithm may come from this key."""
        art = "EC" if algorithmus == "ES256" else "RSA"
        return self.kty == art and algorithmus in ALGORITHMEN and self.alg in {None, algorithmus}


def schluessel_aus(jwk: object) -> FremderSchluessel | None:
    """The key of one entry of a JWKS; None for one that we do not use (other kind, size or purpose)."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    vorgaenge = jwk.get("key_ops", ["verify"])
    if not isinstance(vorgaenge, list) or "verify" not in vorgaenge:
        return None
    zahlen = _zahlen(jwk)
    kid, alg = jwk.get("kid"), jwk.get("alg")
    if zahlen is None or not isinstance(kid, str | None) or not isinstance(alg, str | None):
        return None
    return FremderSchluessel(kid, jwk["kty"], alg, zahlen)


def kopf_von(token: str) -> Kopf:
    """The header, unverified. Raises TokenUngueltig for what is no compact JWS or wants extensions."""
    if len(token) > HOECHSTENS_ZEICHEN or not _KOMPAKT.fullmatch(token):
        raise TokenUngueltig
    kopf = _objekt(_dekodiert(token.partition(".")[0]))
    alg, kid, typ = kopf.get("alg"), kopf.get("kid"), kopf.get("typ")
    # An extension that must be understood is none that we understand (RFC 7515 section 4.1.11).
    if "crit" in kopf or not isinstance(alg, str):
        raise TokenUngueltig
    if not isinstance(kid, str | None) or not isinstance(typ, str | None):
        raise TokenUngueltig
    return Kopf(alg, kid, typ)


def pruefe_unterschrift(
    token: str, schluessel: FremderSchluessel, algorithmus: Algorithmus
) -> dict[str, Any]:
    """The claims of a token signed with this key in this algorithm. Raises TokenUngueltig."""
    if not schluessel.kann(algorithmus) or kopf_von(token).alg != algorithmus:
        raise TokenUngueltig
    if algorithmus == "PS256":
        return _objekt(_geprueft_ps256(token, schluessel.zahlen))
    return _objekt(gepruefter_inhalt(token, schluessel.zahlen, algorithmus))


def zeitpunkt(angaben: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate claim in seconds; None where it is missing. Raises TokenUngueltig for any other value."""
    wert = angaben.get(name)
    if wert is None:
        return None
    if isinstance(wert, bool) or not isinstance(wert, int | float) or not math.isfinite(wert):
        raise TokenUngueltig
    if not 0 <= wert < 2**40:
        raise TokenUngueltig
    return float(wert)


def _geprueft_ps256(token: str, zahlen: Mapping[str, str]) -> bytes:
    try:
        return jws.deserialize_compact(token, RSAKey.import_key(dict(zahlen)), algorithms=["PS256"]).payload
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fehler:
        raise TokenUngueltig from fehler


def _zahlen(jwk: Mapping[str, Any]) -> dict[str, str] | None:
    """The public numbers of a key that we would trust; whatever else the entry holds stays behind."""
    try:
        if jwk.get("kty") == "RSA":
            modul, exponent = _zahl(jwk["n"]), _zahl(jwk["e"])
            if modul.bit_length() not in _RSA_BITS or exponent % 2 == 0 or not 3 <= exponent < 2**32:
                return None
            return {"kty": "RSA", "n": jwk["n"], "e": jwk["e"]}
        if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
            ec.EllipticCurvePublicNumbers(_zahl(jwk["x"]), _zahl(jwk["y"]), ec.SECP256R1()).public_key()
            return {"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]}
    except (KeyError, TypeError, ValueError):
        pass
    return None


def _zahl(wert: object) -> int:
    if not isinstance(wert, str) or len(wert) > 1400:
        raise ValueError
    return int.from_bytes(base64.urlsafe_b64decode(wert + "=" * (-len(wert) % 4)))


def _dekodiert(teil: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(teil + "=" * (-len(teil) % 4))
    except ValueError as fehler:
        raise TokenUngueltig from fehler


def _objekt(daten: bytes) -> dict[str, Any]:
    try:
        wert = json.loads(daten, object_pairs_hook=_ohne_doppelte, parse_constant=_keine_konstante)
    except (ValueError, RecursionError) as fehler:
        raise TokenUngueltig from fehler
    if not isinstance(wert, dict):
        raise TokenUngueltig
    return wert


def _ohne_doppelte(paare: list[tuple[str, Any]]) -> dict[str, Any]:
    ergebnis = dict(paare)
    if len(ergebnis) != len(paare):
        raise ValueError
    return ergebnis


def _keine_konstante(_: str) -> float:
    raise ValueError
