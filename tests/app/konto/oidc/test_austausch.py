"""How we prove to the provider who we are, and what we make of its answers."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.db.sitzung import Datenbank
from app.konto.anmeldung import AnbieterFehler
from app.konto.oidc.austausch import Tokens
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.kleiner_anbieter import CLIENT_ID, GEHEIMNIS, KleinerAnbieter
from tests.app.konto.oidc.test_anmeldung import gescheitert, melde_an


def _ausweis(kleiner: KleinerAnbieter) -> tuple[dict[str, str], dict[str, str]]:
    return next((koepfe, formular) for pfad, koepfe, formular in kleiner.anfragen if pfad == "/token")


async def test_basic_joins_what_is_encoded(
    verbunden: Datenbank,
    kleiner: KleinerAnbieter,
    konfiguriere: Konfiguriere,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer))
    monkeypatch.setenv("AMT_ANBIETER_PROBE_SECRET", "a:b c+ä")
    await melde_an(kleiner)
    koepfe, formular = _ausweis(kleiner)
    paar = base64.b64decode(koepfe["authorization"].removeprefix("Basic ")).decode()
    assert paar == f"{CLIENT_ID}:a%3Ab+c%2B%C3%A4"
    assert not {"client_id", "client_secret"} & formular.keys()
    assert formular["redirect_uri"] == "http://127.0.0.1:8000/anmelden/probe/rueckkehr"


async def test_post_puts_it_into_the_form(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere
) -> None:
    konfiguriere(probe=angaben(kleiner.issuer, authentisierung="client_secret_post"))
    await melde_an(kleiner)
    koepfe, formular = _ausweis(kleiner)
    assert "authorization" not in koepfe
    assert (formular["client_id"], formular["client_secret"]) == (CLIENT_ID, GEHEIMNIS)


@pytest.mark.parametrize("art", ["EC", "RSA"])
async def test_a_key_of_our_own_signs_for_this_provider_only(
    verbunden: Datenbank, kleiner: KleinerAnbieter, konfiguriere: Konfiguriere, tmp_path: Path, art: str
) -> None:
    privat = (
        ec.generate_private_key(ec.SECP256R1())
        if art == "EC"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    datei = tmp_path / "privat.pem"
    datei.write_bytes(
        privat.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    eigen = {"authentisierung": "private_key_jwt", "schluesseldatei": str(datei)}
    konfiguriere(probe=angaben(kleiner.issuer, **eigen))
    await melde_an(kleiner)
    koepfe, formular = _ausweis(kleiner)
    assert "authorization" not in koepfe
    assert "client_secret" not in formular
    pem = privat.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    klasse, alg = (ECKey, "ES256") if art == "EC" else (RSAKey, "RS256")
    claims = jwt.decode(formular["client_assertion"], klasse.import_key(pem), algorithms=[alg]).claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT_ID, CLIENT_ID, kleiner.issuer)
    assert 0 < claims["exp"] - time.time() <= 60
    assert claims["jti"]
    datei.write_text("kein Schlüssel")
    with pytest.raises(AnbieterFehler, match="schluesseldatei"):
        await melde_an(kleiner)


@pytest.mark.parametrize(
    ("status", "inhalt", "code"),
    [
        (400, {"error": "invalid_grant"}, "code_abgelehnt"),
        (401, {"error": "invalid_client"}, "anbieter_einstellung"),
        (400, {"error": "unauthorized_client"}, "anbieter_einstellung"),
        (400, {"error": {"a": 1}}, "anbieter_antwort"),
        (400, {}, "anbieter_antwort"),
        (200, {}, "anbieter_antwort"),
        (200, {"id_token": 1, "access_token": "a", "token_type": "Bearer"}, "anbieter_antwort"),
        (200, {"id_token": "a", "access_token": None, "token_type": "Bearer"}, "anbieter_antwort"),
        (200, {"id_token": "a", "access_token": "a"}, "anbieter_antwort"),
        (200, {"id_token": "a", "access_token": "a", "token_type": "DPoP"}, "anbieter_antwort"),
        (200, {"id_token": "a", "access_token": "a\r\nb", "token_type": "Bearer"}, "anbieter_antwort"),
        (200, {"id_token": "a.b.c", "access_token": "a", "token_type": "bearer"}, "token_ungueltig"),
    ],
)
async def test_other_answers_are_refused(
    verbunden: Datenbank, kleiner: KleinerAnbieter, status: int, inhalt: dict[str, Any], code: str
) -> None:
    kleiner.antworten["/token"] = (status, {}, json.dumps(inhalt).encode())
    assert (await gescheitert(kleiner)).code == code


async def test_tokens_and_claims_stand_in_no_log(
    verbunden: Datenbank, kleiner: KleinerAnbieter, capsys: pytest.CaptureFixture[str]
) -> None:
    kleiner.claims = {"nonce": "falsch", "family_name": "Geheimrat"}
    await gescheitert(kleiner)
    ausgabe = "".join(capsys.readouterr())
    assert "anmeldung_gescheitert" in ausgabe
    for geheim in ("zugriff", "Geheimrat", "konto-1", "eyJ", GEHEIMNIS):
        assert geheim not in ausgabe
    assert repr(Tokens("eyJ", "zugriff")) == "Tokens()"
