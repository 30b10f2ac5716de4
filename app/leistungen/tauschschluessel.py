"""The key with which this installation signs the forms that it hands on."""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.betriebsfehler import Betriebsfehler
from app.db.datenordner import schreibe_einmal
from app.settings import settings

DATEI: Final = "tauschschluessel.pem"


@lru_cache(maxsize=1)
def tauschschluessel() -> Ed25519PrivateKey:
    """From AMT_TAUSCHSCHLUESSEL, or made once in the data folder; raises Betriebsfehler.

    It says who has made a ZIP and opens nothing: whoever loses it makes a new one and tells its fingerprint.
    """
    gesetzt = settings().tauschschluessel
    if gesetzt is not None:
        return _lies(gesetzt.get_secret_value())
    datei = settings().datenordner / DATEI
    schreibe_einmal(datei, _neu)
    return _lies(datei.read_text("ascii"))


def _neu() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def _lies(pem: str) -> Ed25519PrivateKey:
    try:
        schluessel = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        schluessel = None
    if not isinstance(schluessel, Ed25519PrivateKey):
        raise Betriebsfehler(
            "AMT_TAUSCHSCHLUESSEL: erwartet wird ein privater Schlüssel Ed25519 im PEM-Format "
            "(openssl genpkey -algorithm ed25519). / An Ed25519 private key in PEM is expected."
        )
    return schluessel
