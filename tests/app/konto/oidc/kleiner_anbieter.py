"""A provider of a hundred lines that does what a test tells it, over HTTP on this machine."""

import asyncio
import base64
import hashlib
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

ABMELDUNG: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
CLIENT_ID = "gewerbeamt"
GEHEIMNIS = "streng-geheim"

_RSA = RSAKey.import_key(rsa.generate_private_key(public_exponent=65537, key_size=2048), {"kid": "rsa-1"})
_EC = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()), {"kid": "ec-1"})


@dataclass
class KleinerAnbieter:
    """Its endpoints, its keys, and every request it got."""

    issuer: str = ""
    alg: str = "RS256"
    signierend: Any = None
    schluessel: list[dict[str, Any]] = field(default_factory=list)
    verzeichnis: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    """What the ID token says instead of or beside the usual.

    None takes a claim away, a timedelta is a time from now.
    """
    kopf: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    antworten: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """What a path answers instead of the usual."""
    stumm: set[str] = field(default_factory=set)
    """Paths that never answer."""
    tropfend: set[str] = field(default_factory=set)
    """Paths whose answer comes byte by byte and never ends."""
    token: Callable[[dict[str, Any]], str] | None = None
    """Makes the ID token from its claims, where signing as usual is not wanted."""
    anfragen: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Path, headers and form of each request."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signierend = self.signierend or (_EC if self.alg == "ES256" else _RSA)
        self.schluessel = self.schluessel or [
            {**schluessel.as_dict(private=False), "use": "sig"} for schluessel in (_RSA, _EC)
        ]

    def gib_code(self, url: str) -> dict[str, str]:
        """Log in: the parameters of the answer to this authorisation request."""
        frage = dict(parse_qsl(urlsplit(url).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = frage
        return {"code": code, "state": frage["state"], "iss": self.issuer}

    def id_token(self, **claims: Any) -> str:
        """A signed token."""
        alle = {name: _jetzt(wert) for name, wert in {**claims, **self.claims}.items() if wert is not None}
        if self.token is not None:
            return self.token(alle)
        kopf = {"alg": self.alg, "kid": self.signierend.kid, **self.kopf}
        kopf = {name: wert for name, wert in kopf.items() if wert is not None}
        return jwt.encode(kopf, alle, self.signierend, algorithms=[self.alg])

    def abmeldetoken(self, **anders: Any) -> str:
        """A logout token that passes every check, for the session of `usual`."""
        jetzt = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": jetzt,
            "exp": jetzt + 120,
            "jti": "eins",
            "sid": "sitzung-1",
            "events": ABMELDUNG,
        }
        return self.id_token(**(usual | anders))

    def usual(self, nonce: str) -> dict[str, Any]:
        """Claims that pass every check."""
        jetzt = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "konto-1",
            "iat": jetzt,
            "exp": jetzt + 300,
            "auth_time": jetzt - 5,
            "nonce": nonce,
            "acr": "http://eidas.europa.eu/LoA/substantial",
            "sid": "sitzung-1",
            "given_name": "Zoë",
            "family_name": "Ångström-Nuñez",
        }

    def gezaehlt(self, pfad: str) -> int:
        """How often a path was asked."""
        return sum(1 for einer, _, _ in self.anfragen if einer == pfad)

    def antworte(self, pfad: str, formular: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        if pfad in self.antworten:
            return self.antworten[pfad]
        if pfad == "/.well-known/openid-configuration":
            return _json(200, self._metadaten())
        if pfad == "/jwks":
            return _json(200, {"keys": self.schluessel})
        if pfad == "/userinfo":
            return _json(200, {"sub": "konto-1", **self.userinfo})
        if pfad == "/token":
            return self._tausche(formular)
        return _json(404, {"error": "not_found"})

    def _metadaten(self) -> dict[str, Any]:
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout?x=1",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {name: wert for name, wert in (usual | self.verzeichnis).items() if wert is not None}

    def _tausche(self, formular: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        frage = self.codes.pop(formular.get("code", ""), None)
        summe = hashlib.sha256(formular.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(summe).rstrip(b"=").decode()
        if frage is None or frage["code_challenge"] != challenge:
            return _json(400, {"error": "invalid_grant"})
        token = self.id_token(**self.usual(frage["nonce"]))
        return _json(200, {"access_token": "zugriff", "token_type": "Bearer", "id_token": token})


def _jetzt(wert: Any) -> Any:
    return int(time.time() + wert.total_seconds()) if isinstance(wert, timedelta) else wert


def _json(status: int, inhalt: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(inhalt).encode()


@asynccontextmanager
async def laeuft(tls: ssl.SSLContext | None = None, **angaben: Any) -> AsyncIterator[KleinerAnbieter]:
    """A provider that listens on a port of its own."""
    kleiner = KleinerAnbieter(**angaben)

    async def bediene(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        tropfen = False
        try:
            kopf = (await leser.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pfad = urlsplit(kopf[0].split(" ")[1]).path
            koepfe = {
                name.lower(): wert.strip() for name, _, wert in (z.partition(":") for z in kopf[1:] if z)
            }
            daten = await leser.readexactly(int(koepfe.get("content-length", "0")))
            formular = {name: werte[0] for name, werte in parse_qs(daten.decode()).items()}
            kleiner.anfragen.append((pfad, koepfe, formular))
            if pfad in kleiner.stumm:
                await asyncio.sleep(60)
            while pfad in kleiner.tropfend:
                schreiber.write(b" " if tropfen else b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                tropfen = True
                await schreiber.drain()
                await asyncio.sleep(0.05)
            status, antwortkoepfe, inhalt = kleiner.antworte(pfad, formular)
            zeilen = [f"HTTP/1.1 {status} .", f"Content-Length: {len(inhalt)}", "Connection: close"]
            zeilen += [f"{name}: {wert}" for name, wert in antwortkoepfe.items()]
            schreiber.write("\r\n".join([*zeilen, "", ""]).encode() + inhalt)
            await schreiber.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            schreiber.close()

    server = await asyncio.start_server(bediene, "127.0.0.1", 0, ssl=tls)
    kleiner.issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield kleiner
    finally:
        server.close()
