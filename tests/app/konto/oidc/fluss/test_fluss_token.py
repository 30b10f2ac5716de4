"""An ID token that does not hold logs nobody in, and the person is told so.

Each fault is checked in itself in test_idtoken; here it is seen from the browser.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import RSAKey

from app.konto.oidc import gegenstelle
from tests.app.konto.oidc.fluss.conftest import Aufbau, zeilen
from tests.app.konto.oidc.kleiner_anbieter import CLIENT_ID, KleinerAnbieter

FREMD = RSAKey.import_key(rsa.generate_private_key(public_exponent=65537, key_size=2048), {"kid": "fremd"})
UNTERGESCHOBEN = RSAKey.import_key(FREMD.as_dict(private=True), {"kid": "rsa-1"})
INFO = PublicFormat.SubjectPublicKeyInfo


def _b64(wert: bytes) -> str:
    return base64.urlsafe_b64encode(wert).rstrip(b"=").decode()


def _teile(kopf: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(_b64(json.dumps(teil).encode()) for teil in (kopf, claims))


def _mit_claims(**claims: Any) -> Callable[[KleinerAnbieter], None]:
    def spiele(kleiner: KleinerAnbieter) -> None:
        kleiner.claims = claims

    return spiele


def _unsigniert(kleiner: KleinerAnbieter) -> None:
    kleiner.token = lambda claims: _teile({"alg": "none", "typ": "JWT"}, claims) + "."


def _mit_oeffentlichem_schluessel(form: Encoding) -> Callable[[KleinerAnbieter], None]:
    def spiele(kleiner: KleinerAnbieter) -> None:
        geheimnis = kleiner.signierend.get_op_key("verify").public_bytes(form, INFO)

        def unterschreibe(claims: dict[str, Any]) -> str:
            inhalt = _teile({"alg": "HS256", "kid": "rsa-1", "typ": "JWT"}, claims)
            return f"{inhalt}.{_b64(hmac.digest(geheimnis, inhalt.encode(), 'sha256'))}"

        kleiner.token = unterschreibe

    return spiele


def _mit_schluessel(schluessel: RSAKey, **kopf: Any) -> Callable[[KleinerAnbieter], None]:
    def spiele(kleiner: KleinerAnbieter) -> None:
        kleiner.token = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": schluessel.kid, **kopf}, claims, schluessel
        )

    return spiele


def _ohne_unterschrift(kleiner: KleinerAnbieter) -> None:
    kleiner.token = lambda claims: (
        jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, kleiner.signierend).rpartition(".")[0] + ".AA"
    )


FAELLE: dict[str, tuple[Callable[[KleinerAnbieter], None], str]] = {
    "another issuer": (_mit_claims(iss="https://boese.example"), "iss"),
    "for somebody else": (_mit_claims(aud="anderer"), "aud"),
    "for several, asked for by nobody": (_mit_claims(aud=[CLIENT_ID, "anderer"]), "azp"),
    "asked for by somebody else": (_mit_claims(azp="anderer"), "azp"),
    "expired": (_mit_claims(exp=timedelta(seconds=-90)), "exp"),
    "not yet valid": (_mit_claims(nbf=timedelta(seconds=600)), "nbf"),
    "issued tomorrow": (_mit_claims(iat=timedelta(days=1)), "iat"),
    "kept for an hour": (_mit_claims(iat=timedelta(hours=-1)), "iat"),
    "nonce of another login": (_mit_claims(nonce="eine-andere"), "nonce"),
    "no nonce": (_mit_claims(nonce=None), "nonce"),
    "unsigned": (_unsigniert, "form"),
    "HS256 with the public key as PEM": (_mit_oeffentlichem_schluessel(Encoding.PEM), "alg"),
    "HS256 with the public key as DER": (_mit_oeffentlichem_schluessel(Encoding.DER), "alg"),
    "key not in the JWKS": (_mit_schluessel(FREMD), "kid"),
    "another key under a known name": (_mit_schluessel(UNTERGESCHOBEN), "signatur"),
    "key brought along": (
        _mit_schluessel(UNTERGESCHOBEN, jwk=FREMD.as_dict(private=False)),
        "signatur",
    ),
    "key to be fetched elsewhere": (
        _mit_schluessel(FREMD, jku="http://127.0.0.1:9/jwks", x5u="http://127.0.0.1:9/x"),
        "kid",
    ),
    "signature cut off": (_ohne_unterschrift, "signatur"),
}


@pytest.mark.parametrize("fall", FAELLE)
async def test_a_token_that_does_not_hold_is_no_login(aufbau: Aufbau, fall: str) -> None:
    spiele, grund = FAELLE[fall]
    spiele(aufbau.kleiner)
    await aufbau.scheitert("token_ungueltig")
    assert aufbau.grund() == grund


async def test_the_same_provider_telling_the_truth_is_believed(aufbau: Aufbau) -> None:
    """So that the cases above fail for their own reason and no other."""
    await aufbau.scheitert("aussteller_falsch", iss="https://boese.example")
    antwort = await aufbau.meldet_sich_an(ziel="/konto/sitzungen")
    assert (antwort.status_code, antwort.headers["location"]) == (303, "/konto/sitzungen")
    assert await aufbau.besucher.ist_angemeldet()
    assert await zeilen("websitzung") == 1


async def test_after_a_rotation_people_still_come_in(aufbau: Aufbau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gegenstelle, "NACHFRAGE_ABSTAND", 0.0)
    assert (await aufbau.meldet_sich_an()).status_code == 303
    neu = RSAKey.import_key(FREMD.as_dict(private=True), {"kid": "rsa-2"})
    alt, aufbau.kleiner.signierend = aufbau.kleiner.signierend, neu
    aufbau.kleiner.schluessel = [{**neu.as_dict(private=False), "use": "sig"}]
    assert (await aufbau.meldet_sich_an()).status_code == 303
    assert aufbau.kleiner.gezaehlt("/jwks") == 2
    # The key that was withdrawn signs nothing any more.
    aufbau.kleiner.signierend = alt
    aufbau.ist_abgelehnt(await aufbau.meldet_sich_an(), "token_ungueltig")


async def test_a_failed_login_ends_no_session(aufbau: Aufbau) -> None:
    """Nobody is thrown out by leading them through a login that fails."""
    await aufbau.meldet_sich_an()
    geheimnis = aufbau.besucher.geheimnis
    aufbau.kleiner.claims = {"aud": "anderer"}
    assert (await aufbau.meldet_sich_an()).status_code == 400
    assert aufbau.besucher.geheimnis == geheimnis
    assert await aufbau.besucher.ist_angemeldet()
