"""A town's coat of arms as a picture for its pages: PNG or WebP, small, nothing that runs.

SVG is not taken: it is a document that can hold scripts and links, and cleaning it is a race.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

HOECHSTENS_BYTE = 60 * 1024
HOECHSTENS_PIXEL = 1024

_PNG = b"\x89PNG\r\n\x1a\n"

Medientyp = Literal["image/png", "image/webp"]


class UngueltigesWappen(ValueError):
    """Not a picture that is taken; the message says why, German and English."""


@dataclass(frozen=True, slots=True)
class Wappen:
    """A picture that has been checked."""

    medientyp: Medientyp
    breite: int
    hoehe: int
    inhalt: bytes

    @classmethod
    def lies(cls, inhalt: bytes) -> "Wappen":
        """Find out what the bytes are, whatever they are called. Raises `UngueltigesWappen`."""
        if len(inhalt) > HOECHSTENS_BYTE:
            raise UngueltigesWappen(f"größer als {HOECHSTENS_BYTE // 1024} KiB / too large")
        try:
            medientyp, breite, hoehe = _png(inhalt) if inhalt.startswith(_PNG) else _webp(inhalt)
        except (struct.error, IndexError) as fehler:
            raise UngueltigesWappen("die Datei ist unvollständig / the file is cut off") from fehler
        if not (0 < breite <= HOECHSTENS_PIXEL and 0 < hoehe <= HOECHSTENS_PIXEL):
            raise UngueltigesWappen(
                f"höchstens {HOECHSTENS_PIXEL} x {HOECHSTENS_PIXEL} Pixel / too many pixels"
            )
        return cls(medientyp, breite, hoehe, inhalt)

    @property
    def sha256(self) -> bytes:
        """Hash of the picture, for caches and the journal."""
        return hashlib.sha256(self.inhalt).digest()


def _png(inhalt: bytes) -> tuple[Medientyp, int, int]:
    """Walks the chunks: each whole, the last one IEND, nothing behind it."""
    breite = hoehe = 0
    ab = len(_PNG)
    while True:
        laenge, art = struct.unpack_from(">I4s", inhalt, ab)
        daten = inhalt[ab + 8 : ab + 8 + laenge]
        (pruefsumme,) = struct.unpack_from(">I", inhalt, ab + 8 + laenge)
        if zlib.crc32(art + daten) != pruefsumme:
            raise UngueltigesWappen("die PNG-Datei ist beschädigt / the file is damaged")
        if art == b"IHDR":
            breite, hoehe = struct.unpack_from(">II", daten)
        ab += 12 + laenge
        if art == b"IEND":
            break
    if ab != len(inhalt):
        raise UngueltigesWappen("hinter dem Bild steht noch etwas / something follows the picture")
    return "image/png", breite, hoehe


def _webp(inhalt: bytes) -> tuple[Medientyp, int, int]:
    """Sizes of the three forms of WebP (RFC 9649)."""
    kennung, laenge, form, art = struct.unpack_from("<4sI4s4s", inhalt)
    if kennung != b"RIFF" or form != b"WEBP":
        raise UngueltigesWappen("erwartet wird PNG oder WebP / PNG or WebP is expected")
    if laenge + 8 != len(inhalt):
        raise UngueltigesWappen("die WebP-Datei ist beschädigt / the file is damaged")
    if art == b"VP8X":
        flaeche = inhalt[24:30]
        return "image/webp", *(1 + int.from_bytes(flaeche[i : i + 3], "little") for i in (0, 3))  # type: ignore[return-value]
    if art == b"VP8L":
        (bits,) = struct.unpack_from("<I", inhalt, 21)
        return "image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if art == b"VP8 ":
        breite, hoehe = struct.unpack_from("<HH", inhalt, 26)
        return "image/webp", breite & 0x3FFF, hoehe & 0x3FFF
    raise UngueltigesWappen("erwartet wird PNG oder WebP / PNG or WebP is expected")
