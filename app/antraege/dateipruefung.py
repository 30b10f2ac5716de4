"""What an uploaded file really is, and whether it may come into the house.

The bytes decide; name, extension and declared type have to agree with them. Nothing is decoded or started
here, and malware is the business of `app.antraege.virenpruefung`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from app.antraege.bildpruefung import pruefe_jpeg, pruefe_png, pruefe_tiff
from app.antraege.dateiarten import ARTEN, JPEG, PDF, PNG, TIFF, Dateiart, erkenne, erklaerter_typ
from app.antraege.dateifehler import DateiAbgelehnt
from app.antraege.dateiname import Dateiname
from app.antraege.pdfpruefung import pruefe_pdf

_MIB: Final = 1024 * 1024
_BAU: Final[Mapping[str, Callable[[bytes], None]]] = {
    PDF.medientyp: pruefe_pdf,
    JPEG.medientyp: pruefe_jpeg,
    PNG.medientyp: pruefe_png,
    TIFF.medientyp: pruefe_tiff,
}
# The end of a ZIP's list of contents, which programs look for from the back: a picture can be an archive too.
_ARCHIV_AM_ENDE: Final = b"PK\x05\x06"
_SUCHWEITE: Final = 22 + 0xFFFF


@dataclass(frozen=True, slots=True)
class Datei:
    """A file that was looked at: its cleaned name, its type by its bytes, and they themselves."""

    name: str
    medientyp: str
    inhalt: bytes


def pruefe_datei(
    inhalt: bytes, *, dateiname: str, erklaert: str | None, erlaubt: Collection[str], hoechstens: int
) -> Datei:
    """Look at an uploaded file; some 0.3 s of CPU for 10 MiB, so beside the event loop.

    `dateiname` and `erklaert` (its Content-Type) are what the sender claims. `erlaubt` are media types out of
    `ARTEN`, `hoechstens` is in bytes. Raises `DateiAbgelehnt` with the first reason against it.
    """
    if not inhalt:
        raise DateiAbgelehnt("datei_leer")
    if len(inhalt) > hoechstens:
        raise DateiAbgelehnt("datei_zu_gross", status=413, grenze=hoechstens // _MIB or 1)
    art = _erlaubte_art(inhalt, erlaubt)
    name = Dateiname.aus(dateiname)
    _stimmt_ueberein(art, name.endung, erklaerter_typ(erklaert))
    _BAU[art.medientyp](inhalt)
    if _ARCHIV_AM_ENDE in inhalt[-_SUCHWEITE:]:
        raise DateiAbgelehnt("datei_versteckt")
    return Datei(name.stamm + (name.endung or art.endungen[0]), art.medientyp, inhalt)


def _erlaubte_art(inhalt: bytes, erlaubt: Collection[str]) -> Dateiart:
    namen = ", ".join(art.name for typ, art in ARTEN.items() if typ in erlaubt)
    art = erkenne(inhalt)
    if isinstance(art, str):
        raise DateiAbgelehnt(art, erlaubt=namen)
    if art.medientyp not in erlaubt:
        raise DateiAbgelehnt("datei_art_nicht_erlaubt", art=art.name, erlaubt=namen)
    return art


def _stimmt_ueberein(art: Dateiart, endung: str, erklaert: str | None) -> None:
    if endung and endung not in art.endungen:
        raise DateiAbgelehnt("datei_endung_passt_nicht", endung=endung, art=art.name)
    if erklaert is not None and erklaert != art.medientyp:
        raise DateiAbgelehnt("datei_typ_passt_nicht", art=art.name)
