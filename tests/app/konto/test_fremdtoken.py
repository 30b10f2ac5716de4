"""Signatures of others: the right key in the right algorithm, and nothing else."""

import base64
import hashlib
import hmac
import json
from typing import Any, get_args

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.konto.fremdtoken import (
    HOECHSTENS_ZEICHEN,
    Algorithmus,
    FremderSchluessel,
    kopf_von,
    pruefe_unterschrift,
    schluessel_aus,
    zeitpunkt,
)
from app.konto.jose import TokenUngueltig

_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_ANDERER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_EC = ec.generate_private_key(ec.SECP256R1())
RSA, ANDERER, EC = RSAKey.import_key(_RSA), RSAKey.import_key(_ANDERER), ECKey.import_key(_EC)
ALGORITHMEN: tuple[Algorithmus, ...] = get_args(Algorithmus)


def _b64(wert: bytes) -> str:
    return base64.urlsafe_b64encode(wert).rstrip(b"=").decode()


def jwk(schluessel: RSAKey | ECKey = RSA, **mehr: Any) -> dict[str, Any]:
    return {**schluessel.as_dict(private=False), "kid": "k", **mehr}


def oeffentlich(schluessel: RSAKey | ECKey = RSA, **mehr: Any) -> FremderSchluessel:
    gelesen = schluessel_aus(jwk(schluessel, **mehr))
    assert gelesen
    return gelesen


def token(alg: str = "RS256", schluessel: RSAKey | ECKey | None = None, **kopf: Any) -> str:
    signierend = schluessel or (EC if alg == "ES256" else RSA)
    return jwt.encode({"alg": alg, "kid": "k", **kopf}, {"sub": "ich"}, signierend, algorithms=[alg])


@pytest.mark.parametrize("alg", ALGORITHMEN)
def test_each_algorithm_is_accepted_from_its_own_kind_of_key(alg: Algorithmus) -> None:
    schluessel = oeffentlich(EC if alg == "ES256" else RSA)
    assert pruefe_unterschrift(token(alg), schluessel, alg) == {"sub": "ich"}


@pytest.mark.parametrize("alg", ALGORITHMEN)
@pytest.mark.parametrize("erwartet", ALGORITHMEN)
def test_the_token_does_not_choose_the_algorithm(alg: Algorithmus, erwartet: Algorithmus) -> None:
    if alg == erwartet:
        return
    for schluessel in (oeffentlich(RSA), oeffentlich(EC)):
        with pytest.raises(TokenUngueltig):
            pruefe_unterschrift(token(alg), schluessel, erwartet)


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_a_key_for_one_algorithm_serves_no_other(alg: Algorithmus) -> None:
    with pytest.raises(TokenUngueltig):
        pruefe_unterschrift(token(alg), oeffentlich(alg="RS384"), alg)


@pytest.mark.parametrize("alg", ALGORITHMEN)
def test_another_key_is_refused(alg: Algorithmus) -> None:
    anderer = ECKey.generate_key("P-256") if alg == "ES256" else ANDERER
    with pytest.raises(TokenUngueltig):
        pruefe_unterschrift(token(alg, anderer), oeffentlich(EC if alg == "ES256" else RSA), alg)


@pytest.mark.parametrize("alg", ALGORITHMEN)
@pytest.mark.parametrize("teil", [0, 1, 2])
def test_a_changed_byte_is_refused(alg: Algorithmus, teil: int) -> None:
    teile = token(alg).split(".")
    roh = bytearray(base64.urlsafe_b64decode(teile[teil] + "=="))
    roh[len(roh) // 2] ^= 1
    teile[teil] = _b64(bytes(roh))
    with pytest.raises(TokenUngueltig):
        pruefe_unterschrift(".".join(teile), oeffentlich(EC if alg == "ES256" else RSA), alg)


@pytest.mark.parametrize("form", ["pem", "der", "der-base64", "jwk", "pkcs1"])
@pytest.mark.parametrize("behauptet", ["HS256", "RS256"])
def test_the_public_key_is_no_shared_secret(form: str, behauptet: str) -> None:
    punkt = _RSA.public_key()
    der = punkt.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    geheimnis = {
        "pem": punkt.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        "der": der,
        "der-base64": base64.b64encode(der),
        "jwk": json.dumps(jwk()).encode(),
        "pkcs1": punkt.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1),
    }[form]
    teile = [_b64(json.dumps({"alg": behauptet, "kid": "k"}).encode()), _b64(b'{"sub":"ich"}')]
    unterschrift = hmac.new(geheimnis, ".".join(teile).encode(), hashlib.sha256).digest()
    for alg in ALGORITHMEN:
        with pytest.raises(TokenUngueltig):
            pruefe_unterschrift(".".join([*teile, _b64(unterschrift)]), oeffentlich(), alg)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("unterschrift", ["", "AAAA"])
def test_an_unsigned_token_is_refused(alg: str, unterschrift: str) -> None:
    teile = [_b64(json.dumps({"alg": alg}).encode()), _b64(b'{"sub":"ich"}'), unterschrift]
    for erwartet in ALGORITHMEN:
        with pytest.raises(TokenUngueltig):
            pruefe_unterschrift(".".join(teile), oeffentlich(), erwartet)


@pytest.mark.parametrize(
    "anders",
    [
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kid": 1},
        {"alg": ["RS256"]},
        {"e": "AQ"},
        {"e": "AAAA"},
        {"e": "AQAA"},
        {"n": "AQAB"},
        {"n": None},
        {"n": "A" * 2000},
        {"n": _b64(((1 << 1023) + 1).to_bytes(128))},
    ],
)
def test_keys_of_other_kinds_are_passed_over(anders: dict[str, Any]) -> None:
    assert schluessel_aus(jwk()) is not None
    assert schluessel_aus(jwk() | anders) is None


@pytest.mark.parametrize(
    "anders", [{"crv": "P-384"}, {"crv": "secp256k1"}, {"x": "AA"}, {"y": 5}, {"x": None}]
)
def test_points_off_the_curve_are_passed_over(anders: dict[str, Any]) -> None:
    assert schluessel_aus(jwk(EC)) is not None
    assert schluessel_aus(jwk(EC) | anders) is None


@pytest.mark.parametrize("unsinn", [None, 1, [], "RSA", {}])
def test_nonsense_is_no_key(unsinn: object) -> None:
    assert schluessel_aus(unsinn) is None


def test_a_private_key_in_a_jwks_is_used_as_a_public_one() -> None:
    gelesen = schluessel_aus({**RSA.as_dict(private=True), "kid": "k"})
    assert gelesen
    assert set(gelesen.zahlen) == {"kty", "n", "e"}


@pytest.mark.parametrize(
    "kopf",
    [
        {"alg": "RS256", "crit": ["b64"], "b64": False},
        {"alg": "RS256", "crit": []},
        {"alg": 5},
        {},
        {"alg": "RS256", "kid": 1},
        {"alg": "RS256", "typ": ["JWT"]},
    ],
)
def test_headers_that_are_not_understood_are_refused(kopf: dict[str, Any]) -> None:
    with pytest.raises(TokenUngueltig):
        kopf_von(".".join([_b64(json.dumps(kopf).encode()), "AA", "AA"]))


@pytest.mark.parametrize(
    "unsinn", ["", ".", "..", "a.b", "a.b.c.d", "ä.b.c", "e30.e30.", "e3 0.e30.e30", "W10.e30.AA", "AA.AA.AA"]
)
def test_what_is_no_token_is_refused(unsinn: str) -> None:
    with pytest.raises(TokenUngueltig):
        kopf_von(unsinn)


def test_a_token_has_an_end() -> None:
    with pytest.raises(TokenUngueltig):
        kopf_von("e30." + "A" * HOECHSTENS_ZEICHEN + ".AA")


@pytest.mark.parametrize(
    "inhalt", [b"[]", b'"ich"', b"null", b'{"a":1,"a":2}', b'{"exp":NaN}', b"\xff", b"[" * 5000]
)
@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_signed_nonsense_is_nonsense(inhalt: bytes, alg: Algorithmus) -> None:
    from joserfc import jws  # noqa: PLC0415

    text = jws.serialize_compact({"alg": alg, "kid": "k"}, inhalt, RSA, algorithms=[alg])
    with pytest.raises(TokenUngueltig):
        pruefe_unterschrift(text, oeffentlich(), alg)


@pytest.mark.parametrize("wert", [True, "1", [], -1, 2**41, float("inf"), float("nan")])
def test_a_time_is_a_number_of_seconds(wert: object) -> None:
    with pytest.raises(TokenUngueltig):
        zeitpunkt({"exp": wert}, "exp")
    assert zeitpunkt({}, "exp") is None
    assert zeitpunkt({"exp": 1.5}, "exp") == 1.5
