"""Files as people upload them, and as they should not: made here, so that each byte is known."""

import struct
import zlib
from datetime import date
from functools import cache
from io import BytesIO

from pypdf import PdfWriter

from app.gewerbe.bescheinigung.pdf import setze
from tests.app.gewerbe.bescheinigung.conftest import AUSGESTELLT_AM, bescheinigung

# JPEG of one grey pixel: quantisation, frame, Huffman tables, scan.
_TABELLE = b"\xff\xdb\x00\x43\x00" + bytes([1]) * 64
_HUFFMAN = (
    b"\xff\xc4\x00\x14\x00\x01" + bytes(15) + b"\x00" + b"\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"
)


@cache
def pdf(name: str = "Erika Musterfrau") -> bytes:
    """A PDF as modern programs write it, with object streams or without."""
    return setze(bescheinigung(name, ausgestellt_am=date(2026, 11, 21)), AUSGESTELLT_AM)


def schreibe(schreiber: PdfWriter) -> bytes:
    """The file a writer makes."""
    ausgabe = BytesIO()
    schreiber.write(ausgabe)
    return ausgabe.getvalue()


def pdf_aus(*objekte: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of the given objects, numbered from 1, with a table of their places."""
    inhalt, stellen = b"%PDF-1.7\n", []
    for nr, objekt in enumerate(objekte, 1):
        stellen.append(len(inhalt))
        inhalt += b"%d 0 obj\n%s\nendobj\n" % (nr, objekt)
    tabelle = b"".join(b"%010d 00000 n \n" % stelle for stelle in stellen)
    ende = b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objekte) + 1, trailer, len(inhalt))
    return inhalt + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objekte) + 1) + tabelle + ende


def strom(eintraege: bytes, inhalt: bytes) -> bytes:
    """An object that is a stream."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (eintraege, len(inhalt), inhalt)


def objektstrom(inneres: bytes, eintraege: bytes = b"/Type /ObjStm /N 1 /First 5") -> bytes:
    """A stream that holds one further object."""
    return strom(eintraege + b" /Filter /FlateDecode", zlib.compress(b"9 0  " + inneres))


def jpeg(breite: int = 1, hoehe: int = 1) -> bytes:
    """An image; with other sizes it only claims to have them."""
    rahmen = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", hoehe, breite) + b"\x01\x01\x11\x00"
    bild = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x3f"
    return b"\xff\xd8" + _TABELLE + rahmen + _HUFFMAN + bild + b"\xff\xd9"


def png(breite: int = 1, hoehe: int = 1) -> bytes:
    """An image; with other sizes it only claims to have them."""
    kopf = struct.pack(">IIBBBBB", breite, hoehe, 8, 0, 0, 0, 0)
    teile = ((b"IHDR", kopf), (b"IDAT", zlib.compress(b"\x00\x7f")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(daten)) + art + daten + struct.pack(">I", zlib.crc32(art + daten))
        for art, daten in teile
    )


def tiff(breite: int = 1, hoehe: int = 1, folge: str = "<", naechstes: int = 0) -> bytes:
    """An image of one page; `naechstes` is the place of the next page's directory."""
    eintraege = [(256, 3, 1, breite), (257, 4, 1, hoehe), (273, 4, 1, 8), (279, 4, 1, 1)]
    zeilen = b""
    for kennung, typ, anzahl, wert in eintraege:
        muster = f"{folge}HHIHxx" if typ == 3 else f"{folge}HHII"
        zeilen += struct.pack(muster, kennung, typ, anzahl, wert)
    kopf = (b"II*\x00" if folge == "<" else b"MM\x00*") + struct.pack(f"{folge}I", 9)
    return (
        kopf
        + b"\x7f"
        + struct.pack(f"{folge}H", len(eintraege))
        + zeilen
        + struct.pack(f"{folge}I", naechstes)
    )
