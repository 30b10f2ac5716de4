"""Options of the channel `http` for one receiver."""

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.adressen import Netz
from app.versand.channels.basis import Optionen

# Only variables made for this: a setting must not be able to sign with any value it can name.
PRAEFIX = "AMT_GEHEIMNIS_"


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
        if teile.username or teile.password or teile.fragment:
            raise ValueError("no user, password or fragment in the URL")
        # Raises ValueError itself for a port that is none.
        _ = teile.port
        return url

    @field_validator("geheimnisse")
    @classmethod
    def _eigene_variablen(cls, namen: tuple[str, ...]) -> tuple[str, ...]:
        if not all(name.isascii() and name.isidentifier() and name.startswith(PRAEFIX) for name in namen):
            raise ValueError(f"names of environment variables that begin with {PRAEFIX}")
        return namen
