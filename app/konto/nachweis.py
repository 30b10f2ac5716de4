"""A machine client proves itself with a key of its own: `private_key_jwt` (RFC 7523, section 3).

The key says which algorithm counts (P-256: ES256, RSA: RS256), the token's header only names the key. What a
client has signed is good for five minutes at most and, by its `jti`, once.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.konto.fremdtoken import (
    Algorithmus,
    FremderSchluessel,
    kopf_von,
    pruefe_unterschrift,
    schluessel_aus,
    zeitpunkt,
)
from app.konto.jose import TokenUngueltig

ART: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HOECHSTENS_SCHLUESSEL: Final = 10

_HOECHSTENS_GUELTIG: Final = 300.0
_UHRENABWEICHUNG: Final = 30.0
_ALGORITHMUS: Final[Mapping[str, Algorithmus]] = {"EC": "ES256", "RSA": "RS256"}


class SchluesselsatzUngueltig(ValueError):
    """The keys cannot be used; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Nachweis:
    """A checked assertion; `jti` must not come again before `bis`."""

    jti: str
    bis: datetime


def pruefe_schluesselsatz(roh: object) -> dict[str, Any]:
    """The JWKS (RFC 7517) reduced to its public keys; raises SchluesselsatzUngueltig."""
    einzelne = roh.get("keys") if isinstance(roh, dict) else None
    if not isinstance(einzelne, list) or not 1 <= len(einzelne) <= HOECHSTENS_SCHLUESSEL:
        raise SchluesselsatzUngueltig(f'Erwartet wird {{"keys": [...]}} mit 1 bis {HOECHSTENS_SCHLUESSEL}.')
    if any(isinstance(einer, dict) and "d" in einer for einer in einzelne):
        raise SchluesselsatzUngueltig("Das ist ein privater Schlüssel: Er bleibt beim Klienten.")
    gelesen = [_brauchbar(einer) for einer in einzelne]
    namen = [einer.kid for einer in gelesen]
    if len(set(namen)) < len(namen) or (len(namen) > 1 and None in namen):
        raise SchluesselsatzUngueltig("Mehrere Schlüssel brauchen je eine eigene `kid`.")
    return {"keys": [_eintrag(einer) for einer in gelesen]}


def behaupteter_klient(assertion: str) -> str:
    """For whom the assertion says to speak, unverified. Raises TokenUngueltig."""
    kopf_von(assertion)
    try:
        teil = assertion.split(".")[1]
        subjekt = json.loads(base64.urlsafe_b64decode(teil + "=" * (-len(teil) % 4)))["sub"]
    except (ValueError, KeyError, TypeError, RecursionError) as fehler:
        raise TokenUngueltig from fehler
    if not isinstance(subjekt, str):
        raise TokenUngueltig
    return subjekt


def pruefe_nachweis(
    assertion: str, schluesselsatz: Mapping[str, Any], *, client_id: str, empfaenger: frozenset[str]
) -> Nachweis:
    """The assertion, if the client has signed it for us just now. Raises TokenUngueltig."""
    schluessel = _schluessel(schluesselsatz, kopf_von(assertion).kid)
    angaben = pruefe_unterschrift(assertion, schluessel, _ALGORITHMUS[schluessel.kty])
    if angaben.get("iss") != client_id or angaben.get("sub") != client_id:
        raise TokenUngueltig
    fuer = angaben.get("aud")
    if not (
        fuer in empfaenger if isinstance(fuer, str) else isinstance(fuer, list) and _trifft(fuer, empfaenger)
    ):
        raise TokenUngueltig
    jetzt = datetime.now(UTC).timestamp()
    ende, seit, ab = (zeitpunkt(angaben, name) for name in ("exp", "iat", "nbf"))
    if ende is None or not jetzt - _UHRENABWEICHUNG < ende <= jetzt + _HOECHSTENS_GUELTIG + _UHRENABWEICHUNG:
        raise TokenUngueltig
    if any(zeit is not None and zeit > jetzt + _UHRENABWEICHUNG for zeit in (seit, ab)):
        raise TokenUngueltig
    jti = angaben.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 200 or not jti.isprintable():
        raise TokenUngueltig
    return Nachweis(jti, datetime.fromtimestamp(ende + 2 * _UHRENABWEICHUNG, UTC))


def _trifft(fuer: list[Any], empfaenger: frozenset[str]) -> bool:
    return any(isinstance(einer, str) and einer in empfaenger for einer in fuer)


def _schluessel(schluesselsatz: Mapping[str, Any], kid: str | None) -> FremderSchluessel:
    einzelne = [_brauchbar(einer) for einer in schluesselsatz["keys"]]
    passend = [einer for einer in einzelne if kid is None or einer.kid in {None, kid}]
    if len(passend) != 1:
        raise TokenUngueltig
    return passend[0]


def _brauchbar(jwk: object) -> FremderSchluessel:
    schluessel = schluessel_aus(jwk)
    if schluessel is None or not schluessel.kann(_ALGORITHMUS[schluessel.kty]):
        raise SchluesselsatzUngueltig("Schlüssel: EC P-256 (ES256) oder RSA ab 2048 Bit (RS256), zum Prüfen.")
    return schluessel


def _eintrag(schluessel: FremderSchluessel) -> dict[str, str]:
    name = {"kid": schluessel.kid} if schluessel.kid else {}
    return {**schluessel.zahlen, **name, "use": "sig", "alg": _ALGORITHMUS[schluessel.kty]}
