"""Each check of the ID token, against a provider that differs from a good one in that respect only."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from app.db.sitzung import Datenbank
from app.konto.oidc import gegenstelle
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.kleiner_anbieter import CLIENT_ID, KleinerAnbieter
from tests.app.konto.oidc.test_anmeldung import gescheitert, melde_an


def _b64(wert: bytes) -> str:
    return base64.urlsafe_b64encode(wert).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("claims", "grund"),
    [
        ({"iss": "https://boese.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "anderer"}, "aud"),
        ({"aud": ["anderer"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": {CLIENT_ID: 1}}, "aud"),
        ({"aud": [CLIENT_ID, "anderer"]}, "azp"),
        ({"aud": [CLIENT_ID, "anderer"], "azp": "anderer"}, "azp"),
        ({"azp": "anderer"}, "azp"),
        ({"azp": ""}, "azp"),
        ({"exp": timedelta(seconds=-90)}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "morgen"}, "signatur"),
        ({"exp": 2**70}, "signatur"),
        ({"iat": None}, "iat"),
        ({"iat": timedelta(seconds=600)}, "iat"),
        ({"iat": timedelta(seconds=-900)}, "iat"),
        ({"nbf": timedelta(seconds=600)}, "nbf"),
        ({"nonce": "eine-andere"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["x"]}, "nonce"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"auth_time": timedelta(seconds=600)}, "auth_time"),
        ({"auth_time": "gestern"}, "auth_time"),
        ({"at_hash": "falsch"}, "at_hash"),
    ],
)
async def test_each_claim_is_checked(
    verbunden: Datenbank, kleiner: KleinerAnbieter, claims: dict[str, Any], grund: str
) -> None:
    kleiner.claims = claims
    fehler = await gescheitert(kleiner)
    assert (fehler.code, fehler.grund) == ("token_ungueltig", grund)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "anderer"], "azp": CLIENT_ID},
        {"azp": CLIENT_ID},
        {"exp": timedelta(seconds=-20)},
        {"iat": timedelta(seconds=20), "nbf": timedelta(seconds=20)},
        {"auth_time": None},
        {"at_hash": _b64(hashlib.sha256(b"zugriff").digest()[:16])},
        {"sid": None},
    ],
)
async def test_what_may_be_otherwise_is_accepted(
    verbunden: Datenbank, kleiner: KleinerAnbieter, claims: dict[str, Any]
) -> None:
    kleiner.claims = claims
    assert (await melde_an(kleiner)).subjekt == "konto-1"


@pytest.mark.parametrize("auth_time", [None, timedelta(seconds=-600)])
async def test_who_authenticated_long_ago_is_asked_for_again(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere, auth_time: timedelta | None
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, max_age=300))
    await melde_an(kleiner)
    assert kleiner.codes == {}
    kleiner.claims = {"auth_time": auth_time}
    assert (await gescheitert(kleiner)).grund == "auth_time"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
async def test_both_usual_algorithms(verbunden: Datenbank, kleiner: KleinerAnbieter, alg: str) -> None:
    neu = KleinerAnbieter(alg=alg)
    kleiner.alg, kleiner.signierend = neu.alg, neu.signierend
    await melde_an(kleiner)


async def test_ps256_counts_only_where_it_is_configured(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    kleiner.alg = "PS256"
    assert (await gescheitert(kleiner)).grund == "alg"
    konfiguriere(probe=angaben(kleiner.issuer, algorithmen=["PS256"]))
    await melde_an(kleiner)
    kleiner.alg = "RS256"
    assert (await gescheitert(kleiner)).grund == "alg"


@pytest.mark.parametrize("alg", ["none", "HS256", "RS384", "PS512", "EdDSA"])
async def test_other_algorithms_are_refused_unseen(
    verbunden: Datenbank, kleiner: KleinerAnbieter, alg: str
) -> None:
    kleiner.token = lambda claims: ".".join(
        [_b64(json.dumps({"alg": alg, "kid": "rsa-1"}).encode()), _b64(json.dumps(claims).encode()), "AA"]
    )
    assert (await gescheitert(kleiner)).grund == "alg"


@pytest.mark.parametrize("alg", ["HS256", "RS256"])
async def test_the_published_key_signs_nothing(
    verbunden: Datenbank, kleiner: KleinerAnbieter, alg: str
) -> None:
    """HMAC with the public key in every form in which a library might take it for a secret."""
    punkt = kleiner.signierend.get_op_key("verify")
    info, pkcs = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    formen = [
        punkt.public_bytes(e, f)
        for e in (serialization.Encoding.PEM, serialization.Encoding.DER)
        for f in (info, pkcs)
    ]
    for geheimnis in formen:

        def unterschreibe(claims: dict[str, Any], geheimnis: bytes = geheimnis) -> str:
            teile = [
                _b64(json.dumps({"alg": alg, "kid": "rsa-1"}).encode()),
                _b64(json.dumps(claims).encode()),
            ]
            return ".".join([*teile, _b64(hmac.digest(geheimnis, ".".join(teile).encode(), "sha256"))])

        kleiner.token = unterschreibe
        assert (await gescheitert(kleiner)).grund == ("alg" if alg == "HS256" else "signatur")


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "application/at+jwt"])
async def test_tokens_made_for_something_else_are_refused(
    verbunden: Datenbank, kleiner: KleinerAnbieter, typ: str
) -> None:
    kleiner.kopf = {"typ": typ}
    assert (await gescheitert(kleiner)).grund == "typ"
    kleiner.kopf = {"typ": "JWT"}
    await melde_an(kleiner)


async def test_a_key_that_is_not_published_is_refused(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    fremd = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kleiner.signierend = RSAKey.import_key(fremd, {"kid": "fremd"})
    assert (await gescheitert(kleiner)).grund == "kid"
    kleiner.signierend = RSAKey.import_key(fremd, {"kid": "rsa-1"})
    assert (await gescheitert(kleiner)).grund == "signatur"


@pytest.mark.parametrize("kid", ["rsa-1", "fremd", None])
async def test_a_token_brings_no_key_along(
    verbunden: Datenbank, kleiner: KleinerAnbieter, kid: str | None
) -> None:
    fremd = RSAKey.import_key(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    kleiner.signierend = fremd
    eigener = fremd.as_dict(private=False)
    kleiner.kopf = {"kid": kid, "jwk": eigener}
    assert (await gescheitert(kleiner)).grund in {"kid", "signatur"}
    kleiner.kopf = {"kid": kid, "jku": f"{kleiner.issuer}/boese"}
    kleiner.antworten["/boese"] = (200, {}, json.dumps({"keys": [eigener]}).encode())
    assert (await gescheitert(kleiner)).grund in {"kid", "signatur"}
    assert kleiner.gezaehlt("/boese") == 0


async def test_a_token_may_leave_its_key_unnamed_only_if_there_is_one(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    kleiner.kopf = {"kid": None}
    # One RSA key beside one for ES256: RS256 leaves no choice.
    await melde_an(kleiner)


async def test_two_keys_of_one_name_are_none(
    verbunden: Datenbank, kleiner: KleinerAnbieter, monkeypatch: pytest.MonkeyPatch
) -> None:
    kleiner.schluessel.append(kleiner.schluessel[0])
    assert (await gescheitert(kleiner)).grund == "kid"


async def test_rotated_keys_are_fetched_and_old_ones_forgotten(
    verbunden: Datenbank, kleiner: KleinerAnbieter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gegenstelle, "NACHFRAGE_ABSTAND", 0.0)
    await melde_an(kleiner)
    alt = kleiner.signierend
    neu = RSAKey.import_key(rsa.generate_private_key(public_exponent=65537, key_size=2048), {"kid": "neu"})
    kleiner.signierend, kleiner.schluessel = neu, [{**neu.as_dict(private=False), "use": "sig"}]
    await melde_an(kleiner)
    assert kleiner.gezaehlt("/jwks") == 2
    kleiner.signierend = alt
    assert (await gescheitert(kleiner)).grund == "kid"


async def test_unknown_keys_do_not_make_us_ask_without_end(
    verbunden: Datenbank, kleiner: KleinerAnbieter
) -> None:
    kleiner.kopf = {"kid": "gibt-es-nicht"}
    for _ in range(5):
        assert (await gescheitert(kleiner)).grund == "kid"
    assert kleiner.gezaehlt("/jwks") == 1


async def test_userinfo_is_about_the_same_person(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, abweichend=None))
    kleiner.userinfo = {
        "email": "a@example.org",
        "given_name": "Anders",
        "acr": "http://eidas.europa.eu/LoA/high",
    }
    ergebnis = await melde_an(kleiner)
    assert ergebnis.angaben.email == "a@example.org"
    # What the signed token says stands, also about the level.
    assert ergebnis.angaben.vornamen == "Zoë"
    assert ergebnis.niveau.wort == "substantiell"
    assert kleiner.anfragen[-1][1]["authorization"] == "Bearer zugriff"
    for sub in ("konto-2", None, ["konto-1"]):
        kleiner.userinfo = {"sub": sub}
        assert (await gescheitert(kleiner)).grund == "userinfo_sub"
    kleiner.antworten["/userinfo"] = (401, {}, b"{}")
    assert (await gescheitert(kleiner)).grund == "userinfo"


async def test_userinfo_lifts_no_level_and_gives_no_account(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, karte="bundid-keycloak", abweichend={"userinfo": True}))
    kleiner.userinfo = {"bPK2": "x", "trust_level_authentication": "STORK-QAA-Level-4"}
    assert (await gescheitert(kleiner)).code == "kennung_fehlt"
    kleiner.claims = {"bPK2": "x"}
    assert (await gescheitert(kleiner)).code == "niveau_unbekannt"
