"""What every token of a provider has to pass: its own key, its issuer, for us, in time."""

import time
from typing import Any, Final

from app.konto.fremdtoken import (
    Algorithmus,
    FremderSchluessel,
    Kopf,
    kopf_von,
    pruefe_unterschrift,
    zeitpunkt,
)
from app.konto.jose import TokenUngueltig
from app.konto.oidc.anbieter import Anbieter
from app.konto.oidc.gegenstelle import Gegenstelle

UHRENABWEICHUNG: Final = 60
"""Seconds by which the provider's clock may differ from ours."""
HOECHSTALTER: Final = 600
"""Seconds since the token was issued: it comes straight from the provider."""


class Abgelehnt(Exception):
    """A token that does not count; `grund` names the check."""

    def __init__(self, grund: str) -> None:
        super().__init__(grund)
        self.grund = grund


async def angaben_von(gegenstelle: Gegenstelle, token: str, *, typen: frozenset[str]) -> dict[str, Any]:
    """The claims of a token that this provider has signed for us just now.

    `typen`: values of the header `typ`, in small letters, that count; a token without one counts too.
    Raises Abgelehnt, and AnmeldungGescheitert where the provider's keys cannot be had.
    """
    anbieter = gegenstelle.anbieter
    try:
        kopf = kopf_von(token)
    except TokenUngueltig as fehler:
        raise Abgelehnt("form") from fehler
    algorithmus = _erlaubt(anbieter, kopf)
    if kopf.typ is not None and kopf.typ.lower().removeprefix("application/") not in typen:
        raise Abgelehnt("typ")
    schluessel = await _schluessel(gegenstelle, kopf)
    try:
        angaben = pruefe_unterschrift(token, schluessel, algorithmus)
        _pruefe_zeiten(angaben)
    except TokenUngueltig as fehler:
        raise Abgelehnt("signatur") from fehler
    if angaben.get("iss") != anbieter.issuer:
        raise Abgelehnt("iss")
    _pruefe_empfaenger(anbieter, angaben)
    return angaben


def kennung(wert: object) -> str | None:
    """An identifier in a claim: printable, not empty, of bounded length. None for anything else."""
    if (
        not isinstance(wert, str)
        or not 0 < len(wert) <= 255
        or not wert.isprintable()
        or wert != wert.strip()
    ):
        return None
    return wert


def _erlaubt(anbieter: Anbieter, kopf: Kopf) -> Algorithmus:
    for algorithmus in anbieter.algorithmen:
        if kopf.alg == algorithmus:
            return algorithmus
    raise Abgelehnt("alg")


async def _schluessel(gegenstelle: Gegenstelle, kopf: Kopf) -> FremderSchluessel:
    for neu in (False, True):
        if schluessel := (await gegenstelle.schluessel(neu=neu)).fuer(kopf):
            return schluessel
    raise Abgelehnt("kid")


def _pruefe_zeiten(angaben: dict[str, Any]) -> None:
    jetzt = time.time()
    ausgestellt, ablauf, ab = (zeitpunkt(angaben, name) for name in ("iat", "exp", "nbf"))
    if ausgestellt is None or ausgestellt > jetzt + UHRENABWEICHUNG:
        raise Abgelehnt("iat")
    if jetzt - ausgestellt > HOECHSTALTER + UHRENABWEICHUNG:
        raise Abgelehnt("iat")
    if ablauf is None or ablauf <= jetzt - UHRENABWEICHUNG:
        raise Abgelehnt("exp")
    if ab is not None and ab > jetzt + UHRENABWEICHUNG:
        raise Abgelehnt("nbf")


def _pruefe_empfaenger(anbieter: Anbieter, angaben: dict[str, Any]) -> None:
    empfaenger = angaben.get("aud")
    liste = [empfaenger] if isinstance(empfaenger, str) else empfaenger
    if not isinstance(liste, list) or anbieter.client_id not in liste:
        raise Abgelehnt("aud")
    # A token for several has to say which of them asked for it (OpenID Connect Core 3.1.3.7).
    if angaben.get("azp", anbieter.client_id if len(liste) == 1 else None) != anbieter.client_id:
        raise Abgelehnt("azp")
