"""What is not to be read in the database (drafts, uploads, answers), sealed with AES-256-GCM (SP 800-38D).

A token is ``version (1 byte) | id of the key (8) | nonce (12) | ciphertext and tag``. Each is bound to its
place (`zweck`, e.g. ``entwurf:<id>``): put into another row it opens nothing. The key lies outside the
database, in `AMT_DATENSCHLUESSEL` or the data folder of the embedded server; whoever has the one without the
other has nothing. Keys are changed by putting a new one in front: the first seals, all open.
"""

import base64
import binascii
import hashlib
import json
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.betriebsfehler import Betriebsfehler
from app.db.datenordner import schreibe_einmal
from app.problems import Problem
from app.settings import settings

_VERSION: Final = b"\x01"
_SCHLUESSEL: Final = 32
_KENNUNG: Final = 8
_NONCE: Final = 12
_KOPF: Final = len(_VERSION) + _KENNUNG + _NONCE
DATEI: Final = "datenschluessel"
VERSIEGELT: Final = "versiegelt"

_log = structlog.get_logger()


class DatenschluesselFehler(Betriebsfehler):
    """The keys cannot be used; the message says what is expected."""


class TresorVerschlossen(Problem):
    """A token was sealed with a key that is not here, or for another place."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "datenschluessel_fehlt",
            "Diese Angaben lassen sich gerade nicht öffnen. Es ist nichts verloren.",
            "These data cannot be opened at the moment. Nothing is lost.",
        )


class Tresor:
    """Seals and opens with the keys of one installation."""

    def __init__(self, schluessel: str) -> None:
        """`schluessel`: one or more keys of 32 bytes in base64, separated by commas; the first one seals."""
        roh = [_lies(einer) for einer in schluessel.replace(",", " ").split()]
        if not roh:
            raise DatenschluesselFehler(_ERWARTET)
        self._nach_kennung = {_kennung(einer): AESGCM(einer) for einer in roh}
        self._kennung = _kennung(roh[0])

    def verschliesse(self, klar: bytes, zweck: str) -> bytes:
        """The token of `klar` for this place."""
        # Random nonces of 96 bits: one key is good for 2^32 tokens.
        nonce = secrets.token_bytes(_NONCE)
        geheim = self._nach_kennung[self._kennung].encrypt(nonce, klar, _gebunden(self._kennung, zweck))
        return _VERSION + self._kennung + nonce + geheim

    def oeffne(self, token: bytes, zweck: str) -> bytes:
        """What was sealed for this place; raises TresorVerschlossen."""
        kennung, nonce = token[1 : 1 + _KENNUNG], token[1 + _KENNUNG : _KOPF]
        schluessel = self._nach_kennung.get(kennung)
        if token[:1] != _VERSION or schluessel is None:
            _log.error("datenschluessel_fehlt", kennung=kennung.hex())
            raise TresorVerschlossen
        try:
            return schluessel.decrypt(nonce, token[_KOPF:], _gebunden(kennung, zweck))
        except (InvalidTag, ValueError):
            _log.error("token_verfaelscht", zweck=zweck.partition(":")[0])
            raise TresorVerschlossen from None

    def veraltet(self, token: bytes) -> bool:
        """Whether it was sealed with another key than the first."""
        return token[1 : 1 + _KENNUNG] != self._kennung

    @property
    def anfang(self) -> bytes:
        """How every token of the first key begins."""
        return _VERSION + self._kennung


def versiegelt(zweck: str) -> dict[str, str]:
    """`info=` of a column that holds tokens; ``{}`` in `zweck` stands for the row's key."""
    return {VERSIEGELT: zweck}


def neuer_schluessel() -> str:
    """A fresh key, as the setting takes it."""
    return base64.b64encode(secrets.token_bytes(_SCHLUESSEL)).decode()


def verschliesse(klar: bytes, zweck: str) -> bytes:
    """Seal with this installation's key; `zweck` names the place, e.g. ``anlage:<id>``."""
    return tresor().verschliesse(klar, zweck)


def oeffne(token: bytes, zweck: str) -> bytes:
    """Open what was sealed for this place; raises TresorVerschlossen."""
    return tresor().oeffne(token, zweck)


def verschliesse_json(wert: Any, zweck: str) -> bytes:
    """Seal a value of JSON."""
    return verschliesse(json.dumps(wert, ensure_ascii=False, separators=(",", ":")).encode(), zweck)


def oeffne_json(token: bytes, zweck: str) -> Any:
    """The value of JSON that was sealed for this place; raises TresorVerschlossen."""
    return json.loads(oeffne(token, zweck))


@lru_cache(maxsize=1)
def tresor() -> Tresor:
    """The keys of this installation, from AMT_DATENSCHLUESSEL or the data folder of the embedded server.

    Raises DatenschluesselFehler. Beside a database of its own the key has to be a setting: a folder that
    goes with its container would take with it what nobody can open without the key.
    """
    einstellungen = settings()
    if einstellungen.datenschluessel is not None:
        return Tresor(einstellungen.datenschluessel.get_secret_value())
    if einstellungen.database_url is not None:
        raise DatenschluesselFehler(_ERWARTET)
    return Tresor(_der_installation(einstellungen.datenordner / DATEI))


def _der_installation(datei: Path) -> str:
    schreibe_einmal(datei, neuer_schluessel)
    return datei.read_text("ascii")


def _gebunden(kennung: bytes, zweck: str) -> bytes:
    return _VERSION + kennung + zweck.encode()


def _kennung(schluessel: bytes) -> bytes:
    return hashlib.sha256(b"gewerbeamt datenschluessel " + schluessel).digest()[:_KENNUNG]


def _lies(text: str) -> bytes:
    try:
        roh = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DatenschluesselFehler(_ERWARTET) from None
    if len(roh) != _SCHLUESSEL:
        raise DatenschluesselFehler(_ERWARTET)
    return roh


_ERWARTET: Final = (
    "AMT_DATENSCHLUESSEL: erwartet werden 32 Byte in Base64 (`openssl rand -base64 32`), mehrere mit Komma. "
    "/ 32 bytes in base64 are expected, several with commas."
)
