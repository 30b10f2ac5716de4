"""`private_key_jwt`: a client proves itself with a key of its own, for us, now, once."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey
from joserfc.jwt import encode

from app.db.sitzung import Datenbank, transaktion
from app.konto import service
from app.konto.service import KlientBild
from app.settings import settings

PFAD = "/api/v1/oauth/token"
ART = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
FREMD = ECKey.generate_key("P-256", {"kid": "ec"})


@pytest.fixture
async def klient(verbunden: Datenbank) -> KlientBild:
    async with transaktion() as session:
        return await service.anlegen_klient_mit_schluessel(
            session,
            name="Fachverfahren",
            scopes=["sachbearbeitung"],
            gemeinde="05774032",
            client_id="fachverfahren",
            jwks={"keys": [EC.as_dict(private=False), RSA.as_dict(private=False)]},
        )


def _angaben(**anders: Any) -> dict[str, Any]:
    jetzt = int(time.time())
    angaben = {
        "iss": "fachverfahren",
        "sub": "fachverfahren",
        "aud": settings().adresse + PFAD,
        "iat": jetzt,
        "exp": jetzt + 60,
        "jti": uuid4().hex,
    }
    return {name: wert for name, wert in (angaben | anders).items() if wert is not None}


def _signiert(
    angaben: Mapping[str, Any], schluessel: ECKey | RSAKey = EC, alg: str = "ES256", kid: str | None = "ec"
) -> str:
    kopf = {"alg": alg} | ({"kid": kid} if kid else {})
    return encode(kopf, dict(angaben), schluessel, algorithms=[alg])


async def _hole(client: httpx.AsyncClient, assertion: str, **mehr: str) -> httpx.Response:
    formular = {
        "grant_type": "client_credentials",
        "client_assertion_type": ART,
        "client_assertion": assertion,
    }
    return await client.post(PFAD, data=formular | mehr)


@pytest.mark.parametrize("an", ["endpunkt", "aussteller", "liste"])
async def test_a_signed_assertion_gets_a_token(
    client: httpx.AsyncClient, klient: KlientBild, an: str
) -> None:
    adresse = settings().adresse
    fuer = {"endpunkt": adresse + PFAD, "aussteller": adresse, "liste": [adresse, "https://andere.example"]}
    antwort = await _hole(client, _signiert(_angaben(aud=fuer[an])))
    assert antwort.status_code == 200, antwort.text
    assert antwort.json()["scope"] == "sachbearbeitung"
    kopf = {"Authorization": f"Bearer {antwort.json()['access_token']}"}
    assert (await client.get("/api/v1/vorgaenge", headers=kopf)).status_code == 200
    async with transaktion() as session:
        da = await service.klient(session, klient.client_id)
    assert da is not None
    assert da.zuletzt_am is not None


async def test_an_rsa_key_signs_with_rs256(client: httpx.AsyncClient, klient: KlientBild) -> None:
    antwort = await _hole(client, _signiert(_angaben(), RSA, "RS256", "rsa"), client_id="fachverfahren")
    assert antwort.status_code == 200


async def test_an_assertion_counts_once(client: httpx.AsyncClient, klient: KlientBild) -> None:
    assertion = _signiert(_angaben())
    assert (await _hole(client, assertion)).status_code == 200
    antwort = await _hole(client, assertion)
    assert (antwort.status_code, antwort.json()["error"]) == (401, "invalid_client")
    # The identifier is the client's: signed anew it does not count either.
    angaben = _angaben()
    assert (await _hole(client, _signiert(angaben))).status_code == 200
    assert (await _hole(client, _signiert(angaben, RSA, "RS256", "rsa"))).status_code == 401


def _hs256(geheimnis: bytes) -> str:
    """Signed by HMAC with what everybody knows: the public key."""
    import hmac  # noqa: PLC0415

    teile = [
        base64.urlsafe_b64encode(json.dumps(teil).encode()).rstrip(b"=").decode()
        for teil in ({"alg": "HS256", "kid": "rsa"}, _angaben())
    ]
    summe = hmac.digest(geheimnis, ".".join(teile).encode(), "sha256")
    return ".".join([*teile, base64.urlsafe_b64encode(summe).rstrip(b"=").decode()])


_PEM = RSA.as_pem(private=False)
_DER = serialization.load_pem_public_key(_PEM).public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
ABGEWIESEN: Mapping[str, Callable[[], str]] = {
    "wrong audience": lambda: _signiert(_angaben(aud="https://andere.example/token")),
    "no audience": lambda: _signiert(_angaben(aud=None)),
    "audience of another kind": lambda: _signiert(_angaben(aud=[1, {}])),
    "other issuer": lambda: _signiert(_angaben(iss="anderer")),
    "unknown client": lambda: _signiert(_angaben(iss="anderer", sub="anderer")),
    "expired": lambda: _signiert(_angaben(exp=int(time.time()) - 60)),
    "no end": lambda: _signiert(_angaben(exp=None)),
    "lives too long": lambda: _signiert(_angaben(exp=int(time.time()) + 3600)),
    "from the future": lambda: _signiert(_angaben(iat=int(time.time()) + 120)),
    "not yet": lambda: _signiert(_angaben(nbf=int(time.time()) + 120)),
    "no jti": lambda: _signiert(_angaben(jti=None)),
    "jti of another kind": lambda: _signiert(_angaben(jti=7)),
    "jti with control characters": lambda: _signiert(_angaben(jti="a\x00b")),
    "key of somebody else": lambda: _signiert(_angaben(), FREMD),
    "key not named": lambda: _signiert(_angaben(), kid=None),
    "key unknown": lambda: _signiert(_angaben(), kid="gibt-es-nicht"),
    "other key of the client": lambda: _signiert(_angaben(), EC, "ES256", "rsa"),
    "PS256 with an RSA key": lambda: _signiert(_angaben(), RSA, "PS256", "rsa"),
    "unsigned": lambda: _signiert(_angaben()).rpartition(".")[0] + ".",
    "HS256 with the public key, PEM": lambda: _hs256(_PEM),
    "HS256 with the public key, DER": lambda: _hs256(_DER),
    "no token": lambda: "x.y.z",
}


@pytest.mark.parametrize("wie", ABGEWIESEN)
async def test_everything_else_is_an_unknown_client(
    client: httpx.AsyncClient, klient: KlientBild, wie: str
) -> None:
    antwort = await _hole(client, ABGEWIESEN[wie]())
    assert (antwort.status_code, antwort.json()["error"]) == (401, "invalid_client")


async def test_name_kind_and_way_have_to_fit(client: httpx.AsyncClient, klient: KlientBild) -> None:
    assert (await _hole(client, _signiert(_angaben()), client_id="anderer")).status_code == 401
    antwort = await _hole(client, _signiert(_angaben()), client_assertion_type="saml")
    assert antwort.status_code == 400
    antwort = await _hole(client, _signiert(_angaben()), client_secret="beides")
    assert (antwort.status_code, antwort.json()["error"]) == (400, "invalid_request")
    form = {"grant_type": "client_credentials", "client_id": "fachverfahren", "client_secret": ""}
    assert (await client.post(PFAD, data=form)).status_code == 401


async def test_other_keys_end_the_old_ones(client: httpx.AsyncClient, klient: KlientBild) -> None:
    async with transaktion() as session:
        neu = {"keys": [FREMD.as_dict(private=False)]}
        assert await service.rotiere_schluessel(session, klient.client_id, neu)
    assert (await _hole(client, _signiert(_angaben()))).status_code == 401
    assert (await _hole(client, _signiert(_angaben(), FREMD))).status_code == 200


@pytest.mark.parametrize(
    "jwks",
    [
        {"keys": []},
        {"keys": [EC.as_dict(private=True)]},
        {"keys": [ECKey.generate_key("P-384").as_dict(private=False)]},
        {"keys": [{"kty": "oct", "k": "geheim"}]},
        {"keys": [EC.as_dict(private=False), EC.as_dict(private=False)]},
        {"keys": [EC.as_dict(private=False) | {"use": "enc"}]},
        {"keys": [RSA.as_dict(private=False) | {"alg": "PS256"}]},
        {"keys": "ec"},
        EC.as_dict(private=False),
        [],
        None,
    ],
)
async def test_unusable_keys_are_refused(verbunden: Datenbank, jwks: object) -> None:
    async with transaktion() as session:
        with pytest.raises(service.KlientUngueltig):
            await service.anlegen_klient_mit_schluessel(session, jwks=jwks, name="x", scopes=["einreichen"])


def test_the_forgeries_use_the_keys_that_are_known() -> None:
    zahlen = serialization.load_pem_public_key(_PEM)
    assert isinstance(zahlen, rsa.RSAPublicKey)
    assert ec.SECP256R1().key_size == 256
