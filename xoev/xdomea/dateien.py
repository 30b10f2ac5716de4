"""File formats (code list Dateiformat 1.0) and names of primary files (xdomea 3, stringDateinameType)."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from xoev.xdomea.schriftgut import Datei

LISTENVERSION = "1.0"
_SONSTIGES = "100"
_PDF_ARCHIV = "044"
_CODES = {
    "bmp": "001", "csv": "002", "doc": "003", "eml": "006", "htm": "007", "html": "008", "jpeg": "010",
    "jpg": "011", "msg": "012", "odp": "013", "ods": "014", "odt": "015", "pdf": "018", "png": "019",
    "rtf": "022", "tif": "023", "tiff": "024", "xls": "028", "xml": "030", "xsd": "031", "docx": "035",
    "xlsx": "036", "pptx": "037", "txt": "045",
}  # fmt: skip
_ENDUNGEN = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/xml": "xml",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/plain": "txt",
    "text/xml": "xml",
}
_PDF_VERSION = re.compile(rb"%PDF-(\d\.\d)")
# The marks are part of letters that Unicode has not composed (DIN 91379).
_UNERLAUBT = re.compile(r"[^\w\u0300-\u036f.-]+")
# File systems take 255 bytes: with UUID and extension these are 246.
_STAMMLAENGE, _STAMMBYTES = 80, 200


@dataclass(frozen=True, slots=True)
class Dateiformat:
    """Code of the format, its name where the list has no code for it, its version where known."""

    code: str
    sonstiger_name: str | None
    version: str


def dateiformat(datei: Datei) -> Dateiformat:
    """The format of a file by its media type, else by its extension."""
    endung = _endung(datei)
    if endung == "pdf":
        kopf = _PDF_VERSION.match(datei.inhalt)
        version = kopf[1].decode() if kopf else ""
        # XMP metadata lies uncompressed in PDF/A, so the claim to be one is plain to see.
        archiv = b"pdfaid:part" in datei.inhalt
        return Dateiformat(_PDF_ARCHIV if archiv else _CODES["pdf"], None, version)
    code = _CODES.get(endung)
    if code is None:
        return Dateiformat(_SONSTIGES, endung.upper() or datei.medientyp, "")
    return Dateiformat(code, None, "1.0" if endung == "xml" else "")


def primaername(kennung: UUID, datei: Datei) -> str:
    """``<UUID>_name.ext``: safe in a ZIP and on every file system."""
    stamm = PurePosixPath(datei.dateiname.replace("\\", "/")).name
    endung = _endung(datei)
    stamm = stamm.removesuffix(f".{endung}")
    stamm = _UNERLAUBT.sub("_", unicodedata.normalize("NFC", stamm)).strip("._")[:_STAMMLAENGE]
    stamm = stamm.encode()[:_STAMMBYTES].decode(errors="ignore").rstrip("._")
    return f"{kennung}_{stamm or 'datei'}" + (f".{endung}" if endung else "")


def _endung(datei: Datei) -> str:
    bekannt = _ENDUNGEN.get(datei.medientyp.partition(";")[0].strip().lower())
    if bekannt:
        return bekannt
    endung = PurePosixPath(datei.dateiname).suffix[1:].lower()
    return endung if re.fullmatch(r"[a-z0-9]{1,8}", endung) else ""
