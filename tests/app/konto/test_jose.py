"""Tokens: only ours, only for us, only now."""

import ast
import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwt

from app.konto.jose import Aussteller, SchluesselFehler, TokenUngueltig, aussteller
from app.settings import settings

ADRESSE = "https://amt.example"
WURZEL = Path(__file__).resolve().parents[3]


def _pem(schluessel: Any) -> str:
    return str(
        schluessel.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    )


PRIVAT = ec.generate_private_key(ec.SECP256R1())
HAUS = Aussteller(_pem(PRIVAT), adresse=ADRESSE, gueltig=600)
KID = HAUS.jwks()["keys"][0]["kid"]


def _angaben(**anders: Any) -> dict[str, Any]:
    jetzt = int(time.time())
    return {
        "iss": ADRESSE,
        "aud": ADRESSE,
        "sub": "probe",
        "client_id": "probe",
        "scope": "einreichen",
        "iat": jetzt,
        "nbf": jetzt,
        "exp": jetzt + 600,
        "jti": "1",
    } | anders


def _token(angaben: dict[str, Any], **kopf: Any) -> str:
    return str(jwt.encode(angaben, _pem(PRIVAT), "ES256", headers={"kid": KID, "typ": "at+jwt"} | kopf))


def _b64(wert: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(wert).encode()).rstrip(b"=").decode()


def test_what_is_issued_is_accepted() -> None:
    anspruch = HAUS.pruefe(HAUS.stelle_aus("probe", frozenset({"postfach", "einreichen"})))
    assert anspruch.client_id == "probe"
    assert anspruch.scopes == {"postfach", "einreichen"}


def test_the_probe_token_is_accepted() -> None:
    """The negative cases below differ from this one in the named respect only."""
    assert HAUS.pruefe(_token(_angaben())).client_id == "probe"


@pytest.mark.parametrize(
    "anders",
    [
        {"iss": "https://anders.example"},
        {"aud": "https://anders.example"},
        {"exp": 1},
        {"exp": 2**40},
        {"nbf": 2**40},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3700},
        {"client_id": "jemand-anders"},
        {"iat": "gestern"},
        {"sub": None},
        {"sub": 5},
        {"scope": None},
        {"jti": 7},
    ],
    ids="-".join,
)
def test_wrong_claims_are_refused(anders: dict[str, Any]) -> None:
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(_token(_angaben(**anders)))


@pytest.mark.parametrize("name", sorted(_angaben()))
def test_every_claim_is_required(name: str) -> None:
    angaben = _angaben()
    del angaben[name]
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(_token(angaben))


@pytest.mark.parametrize("kopf", [{"kid": "fremd"}, {"kid": None}, {"typ": "JWT"}, {"typ": None}])
def test_wrong_headers_are_refused(kopf: dict[str, Any]) -> None:
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(_token(_angaben(), **kopf))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(alg: str) -> None:
    kopf = _b64({"alg": alg, "kid": KID, "typ": "at+jwt"})
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(f"{kopf}.{_b64(_angaben())}.")


@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
def test_the_public_key_is_no_shared_secret(form: str) -> None:
    oeffentlich = PRIVAT.public_key()
    format_ = serialization.PublicFormat.SubjectPublicKeyInfo
    geheimnis: Any = {
        "pem": oeffentlich.public_bytes(serialization.Encoding.PEM, format_),
        "der": oeffentlich.public_bytes(serialization.Encoding.DER, format_),
        "jwk": json.dumps(HAUS.jwks()["keys"][0]).encode(),
    }[form]
    kopf = _b64({"alg": "HS256", "kid": KID, "typ": "at+jwt"})
    teil = f"{kopf}.{_b64(_angaben())}"
    siegel = hmac.new(geheimnis, teil.encode(), hashlib.sha256).digest()
    token = f"{teil}.{base64.urlsafe_b64encode(siegel).rstrip(b'=').decode()}"
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(token)


def test_a_foreign_key_and_a_changed_byte_are_refused() -> None:
    fremd = Aussteller(_pem(ec.generate_private_key(ec.SECP256R1())), adresse=ADRESSE, gueltig=600)
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(fremd.stelle_aus("probe", frozenset()))
    kopf, angaben, siegel = HAUS.stelle_aus("probe", frozenset()).split(".")
    verfaelscht = _b64(_angaben(sub="chef", client_id="chef"))
    assert verfaelscht != angaben
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(f"{kopf}.{verfaelscht}.{siegel}")


@pytest.mark.parametrize("unsinn", ["", ".", "..", "a.b.c", "ä.ö.ü", "x" * 5000, "\x00", "e30.e30.e30"])
def test_nonsense_is_refused(unsinn: str) -> None:
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(unsinn)


def test_an_old_key_still_verifies_after_rotation() -> None:
    neu = ec.generate_private_key(ec.SECP256R1())
    beide = Aussteller(_pem(neu) + _pem(PRIVAT), adresse=ADRESSE, gueltig=600)
    assert beide.pruefe(HAUS.stelle_aus("probe", frozenset())).client_id == "probe"
    with pytest.raises(TokenUngueltig):
        HAUS.pruefe(beide.stelle_aus("probe", frozenset()))


def test_the_published_keys_hold_nothing_secret() -> None:
    (schluessel,) = HAUS.jwks()["keys"]
    assert set(schluessel) == {"kty", "crv", "x", "y", "use", "alg", "kid"}


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "kein Schlüssel",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        _pem(ec.generate_private_key(ec.SECP384R1())),
        _pem(rsa.generate_private_key(65537, 2048)),
    ],
)
def test_a_wrong_signing_key_is_named(pem: str) -> None:
    with pytest.raises(SchluesselFehler, match="AMT_TOKEN_KEY"):
        Aussteller(pem, adresse=ADRESSE, gueltig=600)


def test_without_a_key_the_installation_makes_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AMT_TOKEN_KEY")
    monkeypatch.setenv("AMT_DATENORDNER", str(tmp_path / "daten"))
    ergebnisse = []
    try:
        for _ in range(2):
            settings.cache_clear()
            aussteller.cache_clear()
            ergebnisse.append(aussteller().jwks())
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        aussteller.cache_clear()
    assert ergebnisse[0] == ergebnisse[1], "a second start finds the key"
    assert (tmp_path / "daten" / "token-schluessel.pem").stat().st_mode & 0o777 == 0o600
    assert [datei.name for datei in (tmp_path / "daten").iterdir()] == ["token-schluessel.pem"]


def test_no_other_module_uses_python_jose() -> None:
    erlaubt = WURZEL / "app" / "konto" / "jose.py"
    andere = []
    for datei in [*WURZEL.glob("app/**/*.py"), *WURZEL.glob("xoev/**/*.py")]:
        for knoten in ast.walk(ast.parse(datei.read_text("utf-8"))):
            namen = [a.name for a in knoten.names] if isinstance(knoten, ast.Import) else []
            if isinstance(knoten, ast.ImportFrom) and knoten.level == 0:
                namen = [knoten.module or ""]
            if any(name.partition(".")[0] == "jose" for name in namen) and datei != erlaubt:
                andere.append(str(datei))
    assert andere == []
