"""The demo's login provider: its configuration, our side of it, and the command that starts it.

The provider itself is npm `oidc-provider` with the people of demo/idp/personen.json. It comes with a clone
after `make install`; elsewhere the demo has no login of people.
"""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

_WURZEL: Final = Path(__file__).resolve().parents[2]
_ORDNER: Final = _WURZEL / "demo" / "idp"
_CLIENT_ID: Final = "gewerbeamt"
_ABSTAND: Final = 1000
"""Between the ports of the house and of its provider: accounts are found by issuer, so it stays the same."""


@dataclass(frozen=True)
class Anmeldedienst:
    """The provider beside one house, with secrets of its own at every start."""

    ordner: Path
    """Folder for its configuration; must exist."""
    port: int
    basis: str
    """Address of the house."""
    abmeldung: str | None = None
    """Where logout tokens go instead of the house, as `ADDRESS/KEY`."""
    _geheimnisse: dict[str, str] = field(default_factory=dict)

    @classmethod
    def neben(cls, ordner: Path, port: int, basis: str) -> "Anmeldedienst | None":
        """The provider beside a house on `port`; None where it is not there, or others reach the house."""
        if not _ORDNER.is_dir() or knoten() is None or not _nur_hier(basis):
            return None
        return cls(ordner, port + _ABSTAND if port + _ABSTAND < 2**16 else port - _ABSTAND, basis)

    @cached_property
    def personen(self) -> Mapping[str, Any]:
        """The providers with their people."""
        inhalt: dict[str, Any] = json.loads((_ORDNER / "personen.json").read_text("utf-8"))
        return inhalt

    def issuer(self, schluessel: str) -> str:
        """Address of one provider."""
        return f"http://127.0.0.1:{self.port}/{schluessel}"

    def befehl(self) -> list[str]:
        """What starts it; needs `schreibe` before."""
        programm = knoten()
        assert programm is not None  # noqa: S101 asked by `neben`
        return [programm, str(_ORDNER / "server.mjs"), str(self._datei)]

    def schreibe(self) -> dict[str, str]:
        """Write both sides' configuration; returns the environment that the house needs."""
        umgebung = {"AMT_ANBIETER": str(self.ordner / "anbieter.yaml")}
        klienten, anbieter = {}, {}
        for schluessel, angaben in self.personen.items():
            ausweis, unser_ausweis = self._ausweis(schluessel, angaben)
            klienten[schluessel] = self._klient(schluessel, angaben) | ausweis
            anbieter[schluessel] = self._anbieter(schluessel, angaben) | unser_ausweis
            if "client_secret" in ausweis:
                name = f"AMT_ANBIETER_{schluessel.upper().replace('-', '_')}_SECRET"
                umgebung[name] = ausweis["client_secret"]
        _schreibe_geschuetzt(self._datei, json.dumps({"port": self.port, "clients": klienten}))
        (self.ordner / "anbieter.yaml").write_text(
            yaml.safe_dump({"anbieter": anbieter}, allow_unicode=True, sort_keys=False), "utf-8"
        )
        return umgebung

    @property
    def _datei(self) -> Path:
        return self.ordner / "idp.json"

    def _klient(self, schluessel: str, angaben: Mapping[str, Any]) -> dict[str, Any]:
        """How the provider knows us."""
        unten = f"{self.basis}/anmelden/{schluessel}"
        return {
            "client_id": _CLIENT_ID,
            "client_name": "Digitales Gewerbeamt (Demo)",
            "redirect_uris": [f"{unten}/rueckkehr"],
            "post_logout_redirect_uris": [f"{self.basis}/", f"{self.basis}/abgemeldet"],
            "backchannel_logout_uri": (
                f"{self.abmeldung}/{schluessel}" if self.abmeldung else f"{unten}/abmeldung"
            ),
            "backchannel_logout_session_required": True,
            "id_token_signed_response_alg": angaben.get("algorithmus", "RS256"),
        }

    def _anbieter(self, schluessel: str, angaben: Mapping[str, Any]) -> dict[str, Any]:
        """How we know the provider."""
        eigenes = {name: angaben[name] for name in ("name", "art", "karte", "niveaus")}
        orte = {name: angaben[name] for name in ("gemeinden", "stellen") if name in angaben}
        return {
            **eigenes,
            **orte,
            "issuer": self.issuer(schluessel),
            "client_id": _CLIENT_ID,
            "algorithmen": [angaben.get("algorithmus", "RS256")],
            "demo": True,
        }

    def _ausweis(self, schluessel: str, angaben: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Client authentication, as the provider and as we have it."""
        art = angaben.get("authentisierung", "client_secret_basic")
        if art != "private_key_jwt":
            geheimnis = self._geheimnisse.setdefault(schluessel, secrets.token_urlsafe(32))
            return (
                {"token_endpoint_auth_method": art, "client_secret": geheimnis},
                {"authentisierung": art},
            )
        datei = self.ordner / f"{schluessel}.pem"
        privat = ec.generate_private_key(ec.SECP256R1())
        pem = privat.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _schreibe_geschuetzt(datei, pem.decode())
        oeffentlich = ECKey.import_key(privat.public_key()).as_dict(private=False)
        return (
            {
                "token_endpoint_auth_method": art,
                "token_endpoint_auth_signing_alg": "ES256",
                "jwks": {"keys": [{**oeffentlich, "use": "sig"}]},
            },
            {"authentisierung": art, "schluesseldatei": str(datei)},
        )


def knoten() -> str | None:
    """Path of Node, if it and the provider are installed."""
    return shutil.which("node") if (_WURZEL / "node_modules" / "oidc-provider").is_dir() else None


def _nur_hier(basis: str) -> bool:
    try:
        return ip_address(urlsplit(basis).hostname or "").is_loopback
    except ValueError:
        return False


def _schreibe_geschuetzt(datei: Path, text: str) -> None:
    with os.fdopen(os.open(datei, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as strom:
        strom.write(text)
