"""What kind of file some bytes are, whatever they are called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dateiart:
    """A kind of file that may be taken."""

    medientyp: str
    name: str
    """As people call it."""
    endungen: tuple[str, ...]
    """Lower case with the dot; the first one is given to a file without."""


PDF: Final = Dateiart("application/pdf", "PDF", (".pdf",))
JPEG: Final = Dateiart("image/jpeg", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG: Final = Dateiart("image/png", "PNG", (".png",))
TIFF: Final = Dateiart("image/tiff", "TIFF", (".tif", ".tiff"))

ARTEN: Final[Mapping[str, Dateiart]] = {art.medientyp: art for art in (PDF, JPEG, PNG, TIFF)}

_GLEICHBEDEUTEND: Final = {
    "application/x-pdf": PDF.medientyp,
    "image/jpg": JPEG.medientyp,
    "image/pjpeg": JPEG.medientyp,
    "image/x-png": PNG.medientyp,
    "image/tif": TIFF.medientyp,
    "image/x-tiff": TIFF.medientyp,
}
_SAGT_NICHTS: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})

_KENNZEICHEN: Final[tuple[tuple[bytes, Dateiart | str], ...]] = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "datei_buerodokument"),
    (b"{\\rtf", "datei_buerodokument"),
    (b"Rar!\x1a\x07", "datei_archiv"),
    (b"7z\xbc\xaf\x27\x1c", "datei_archiv"),
    (b"\x1f\x8b", "datei_archiv"),
    (b"BZh", "datei_archiv"),
    (b"\xfd7zXZ\x00", "datei_archiv"),
    (b"\x28\xb5\x2f\xfd", "datei_archiv"),
    (b"MSCF", "datei_archiv"),
    (b"MZ", "datei_programm"),
    (b"\x7fELF", "datei_programm"),
    (b"#!", "datei_programm"),
)
_TAR: Final = slice(257, 262)
_ZIP: Final = b"PK\x03\x04"
# Word, Excel, PowerPoint and their open counterparts are ZIP files; these names stand in their first entries.
_BUERO: Final = re.compile(rb"\[Content_Types\]\.xml|word/|xl/|ppt/|mimetypeapplication/vnd\.oasis")
_HEIC: Final = re.compile(rb"....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif)", re.DOTALL)
_AUSZEICHNUNG: Final = re.compile(rb"\s*<(?:!doctype|html|head|body|script|svg|\?xml|\?php)", re.IGNORECASE)


def erkenne(inhalt: bytes) -> Dateiart | str:
    """The kind of file, or the code of the reason why no such file is taken."""
    for kennzeichen, art in _KENNZEICHEN:
        if inhalt.startswith(kennzeichen):
            return art
    if inhalt.startswith(_ZIP):
        return "datei_buerodokument" if _BUERO.search(inhalt, 0, 4096) else "datei_archiv"
    if inhalt[_TAR] == b"ustar":
        return "datei_archiv"
    if _HEIC.match(inhalt):
        return "datei_heic"
    if _AUSZEICHNUNG.match(inhalt.removeprefix(b"\xef\xbb\xbf")):
        return "datei_programm"
    return "datei_unbekannt"


def erklaerter_typ(kopfzeile: str | None) -> str | None:
    """The media type that a sender declares, by its usual name; None if that says nothing."""
    typ = (kopfzeile or "").partition(";")[0].strip().lower()
    return None if typ in _SAGT_NICHTS else _GLEICHBEDEUTEND.get(typ, typ)
