"""Images: whole, not too many pixels, nothing behind their end. Only headers are read, nothing is decoded."""

import re
import struct
from collections.abc import Iterator
from typing import Final

from app.antraege.dateifehler import DateiAbgelehnt

HOECHSTENS_MEGAPIXEL: Final = 100
"""An A3 page at 600 dpi has 70; a file of some KiB can claim a million times as many."""
_MEGA: Final = 1_000_000
_HOECHSTENS_SEITEN: Final = 500

_JPEG_OHNE_LAENGE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_MASSE: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BILD: Final = 0xDA
_JPEG_ENDE: Final = 0xD9
_JPEG_MARKE: Final = re.compile(rb"\xff+[^\xff]", re.DOTALL)
# FF 00 and restarts belong to the compressed data.
_JPEG_HINTER_BILD: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)
_HOECHSTENS_MARKEN: Final = 10_000


def pruefe_jpeg(inhalt: bytes) -> None:
    """Refuse a JPEG without size or end. Raises `DateiAbgelehnt`.

    Phones put further pictures and short films behind the end; the caller looks for archives there.
    """
    stelle, gemessen = 2, False
    for _ in range(_HOECHSTENS_MARKEN):
        marke = _JPEG_MARKE.match(inhalt, stelle)
        if marke is None:
            break
        kennung, stelle = inhalt[marke.end() - 1], marke.end()
        if kennung == _JPEG_ENDE and gemessen:
            return
        if kennung in _JPEG_OHNE_LAENGE:
            continue
        (laenge,) = _lies(">H", inhalt, stelle)
        if kennung in _JPEG_MASSE:
            hoehe, breite = _lies(">HH", inhalt, stelle + 3)
            _pruefe_masse(breite, hoehe)
            gemessen = True
        stelle += laenge
        if kennung == _JPEG_BILD:
            dahinter = _JPEG_HINTER_BILD.search(inhalt, stelle)
            stelle = dahinter.start() if dahinter else len(inhalt)
    raise DateiAbgelehnt("datei_beschaedigt")


def pruefe_png(inhalt: bytes) -> None:
    """Refuse a PNG that is cut off or has something behind its end. Raises `DateiAbgelehnt`."""
    stelle, art, erste = 8, b"", True
    while art != b"IEND":
        (laenge,) = _lies(">I", inhalt, stelle)
        art = inhalt[stelle + 4 : stelle + 8]
        if erste:
            if art != b"IHDR":
                raise DateiAbgelehnt("datei_beschaedigt")
            _pruefe_masse(*_lies(">II", inhalt, stelle + 8))
            erste = False
        stelle += 12 + laenge
    if stelle > len(inhalt):
        raise DateiAbgelehnt("datei_beschaedigt")
    if stelle < len(inhalt):
        raise DateiAbgelehnt("datei_versteckt")


def pruefe_tiff(inhalt: bytes) -> None:
    """Refuse a TIFF without a page, or with a page that is too large. Raises `DateiAbgelehnt`."""
    folge = "<" if inhalt.startswith(b"II") else ">"
    for verzeichnis, anzahl in _tiff_verzeichnisse(inhalt, folge):
        masse = {256: 0, 257: 0}
        for nr in range(anzahl):
            eintrag = verzeichnis + 2 + 12 * nr
            kennung, typ = _lies(f"{folge}HH", inhalt, eintrag)
            if kennung in masse:
                # SHORT or LONG; the value stands in the entry itself.
                (masse[kennung],) = _lies(f"{folge}{'H' if typ == 3 else 'I'}", inhalt, eintrag + 8)
        _pruefe_masse(masse[256], masse[257])


def _tiff_verzeichnisse(inhalt: bytes, folge: str) -> Iterator[tuple[int, int]]:
    """Place and number of entries of each page's directory."""
    (stelle,) = _lies(f"{folge}I", inhalt, 4)
    gesehen: set[int] = set()
    while stelle:
        if stelle in gesehen or len(gesehen) >= _HOECHSTENS_SEITEN:
            raise DateiAbgelehnt("datei_beschaedigt")
        gesehen.add(stelle)
        (anzahl,) = _lies(f"{folge}H", inhalt, stelle)
        yield stelle, anzahl
        (stelle,) = _lies(f"{folge}I", inhalt, stelle + 2 + 12 * anzahl)
    if not gesehen:
        raise DateiAbgelehnt("datei_beschaedigt")


def _pruefe_masse(breite: int, hoehe: int) -> None:
    if breite == 0 or hoehe == 0:
        raise DateiAbgelehnt("datei_beschaedigt")
    if breite * hoehe > HOECHSTENS_MEGAPIXEL * _MEGA:
        raise DateiAbgelehnt("bild_zu_gross", breite=breite, hoehe=hoehe, grenze=HOECHSTENS_MEGAPIXEL)


def _lies(muster: str, inhalt: bytes, stelle: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(muster, inhalt, stelle)
    except struct.error as fehler:
        raise DateiAbgelehnt("datei_beschaedigt") from fehler
