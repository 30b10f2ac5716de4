"""Options of the channel `http` for one receiver."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.adressen import Netz
from app.versand.channels.basis import Optionen

# Only variables made for this: a setting must not be able to sign with any value it can name.
PRAEFIX = "AMT_GEHEIMNIS_"

# What every program reads in the same way. International names as registered (xn--...).
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*\.?")
_IN_KLAMMERN = re.compile(r"\[[^\]]+\](:[0-9]*)?")


def _ist_rechner(netloc: str, name: str) -> bool:
    if not netloc.startswith("["):
        return _NAME.fullmatch(name) is not None
    try:
        IPv6Address(name)
    except ValueError:
        return False
    return _IN_KLAMMERN.fullmatch(netloc) is not None


class HttpOptionen(Optionen):
    """Where and how a receiver takes its messages."""

    url: str = Field(max_length=2000)
    geheimnisse: tuple[str, ...] = Field(min_length=1, max_length=2)
    """Names of environment variables with the secrets; two while a new one takes over."""
    netze: tuple[Netz, ...] = ()
    """Private networks in which the receiver may lie."""
    verbinden: float = Field(5.0, gt=0, le=30)
    """Seconds until the connection must stand."""
    lesen: float = Field(10.0, gt=0, le=60)
    """Seconds without a byte from the receiver."""
    gesamt: float = Field(30.0, gt=0, le=120)
    """Seconds for everything; the worker's lease ends an attempt too."""

    @field_validator("url")
    @classmethod
    def _nur_https(cls, url: str) -> str:
        teile = urlsplit(url)
        if teile.scheme != "https" or not teile.hostname or not url.isascii() or not url.isprintable():
            raise ValueError("an https URL is needed")
        if "@" in teile.netloc or teile.fragment:
            raise ValueError("no user, password or fragment in the URL")
        if not _ist_rechner(teile.netloc, teile.hostname):
            raise ValueError("the host is neither a name nor an address")
        # Raises ValueError itself for a port that is none.
        if teile.port == 0:
            raise ValueError("0 is no port")
        return url

    @field_validator("geheimnisse")
    @classmethod
    def _eigene_variablen(cls, namen: tuple[str, ...]) -> tuple[str, ...]:
        if not all(name.isascii() and name.isidentifier() and name.startswith(PRAEFIX) for name in namen):
            raise ValueError(f"names of environment variables that begin with {PRAEFIX}")
        return namen
