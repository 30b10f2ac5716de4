"""PDF: nothing that runs, nothing embedded, nothing locked.

What could be started stands in the file as a name (ISO 32000-1, 7.3.5), in the open or in an object stream.
Names are looked for wherever a reader could find one, with `#4A` decoded and object streams unpacked. Pages
are not unpacked: their words are no names, and a curriculum vitae may speak of JavaScript.
"""

import contextlib
import re
import zlib
from typing import Final

from app.antraege.dateifehler import DateiAbgelehnt

_AKTIV: Final = frozenset(
    {
        b"JavaScript",
        b"Launch",
        b"GoToR",
        b"RichMedia",
        b"XFA",
        b"ImportData",
        b"SubmitForm",
        b"Rendition",
    }
)
_EINGEBETTET: Final = frozenset({b"EmbeddedFile", b"EmbeddedFiles", b"GoToE"})
# An object stream as it should be called, and what every reader needs of one.
_OBJEKTSTROM: Final = (frozenset({b"ObjStm"}), frozenset({b"First", b"N"}))
_ANDERS_GEPACKT: Final = frozenset(
    {b"LZWDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode", b"LZW", b"A85", b"AHx"}
)

HOECHSTENS_ENTPACKT: Final = 64 * 1024 * 1024
"""Bytes of all object streams together; they hold structure, not pictures."""
_HOECHSTENS_STROEME: Final = 50_000
_STUECK: Final = 64 * 1024
_LAENGSTER_NAME: Final = 128
"""Bytes (ISO 32000-1, annex C); with every letter written as `#4A` ours have fewer."""
_PROBE: Final = 64

_NAME: Final = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# Words about the document in its own dictionary. A reader that is inside such brackets finds no name there.
_ANGABE: Final = re.compile(rb"/(?:Title|Subject|Keywords|Author)[ ]?\([^()\\<>%\r\n]{0,1000}\)")
_STROM: Final = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
# An object stream begins with numbers in pairs; a predictor would put one byte before them.
_PAARE: Final = re.compile(rb"([\x00-\x04]?)[\x00\t\n\f\r ]*[0-9]+[\x00\t\n\f\r ]+[0-9]+")
_ENDE: Final = b"%%EOF"


def pruefe_pdf(inhalt: bytes) -> None:
    """Refuse a PDF that is incomplete, locked or more than pages to read. Raises `DateiAbgelehnt`."""
    ende = inhalt.rfind(_ENDE)
    if ende < 0 or b"startxref" not in inhalt:
        raise DateiAbgelehnt("datei_beschaedigt")
    if inhalt[ende + len(_ENDE) :].strip(b"\r\n\t \x00"):
        raise DateiAbgelehnt("datei_versteckt")
    namen = _namen(_ANGABE.sub(b"", inhalt))
    _pruefe(namen)
    if any(kennzeichen <= namen for kennzeichen in _OBJEKTSTROM):
        if namen & _ANDERS_GEPACKT:
            raise DateiAbgelehnt("pdf_nicht_pruefbar")
        _pruefe_objektstroeme(inhalt)


def _pruefe_objektstroeme(inhalt: bytes) -> None:
    rest = HOECHSTENS_ENTPACKT
    for nr, strom in enumerate(_STROM.finditer(inhalt)):
        if nr >= _HOECHSTENS_STROEME:
            raise DateiAbgelehnt("pdf_nicht_pruefbar")
        anfang = _PAARE.match(_anfang(inhalt, strom.end()))
        if anfang is None:
            continue
        if anfang[1]:
            raise DateiAbgelehnt("pdf_nicht_pruefbar")
        inneres = _entpackt(inhalt, strom.end(), rest)
        rest -= len(inneres)
        _pruefe(_namen(inneres))


def _anfang(inhalt: bytes, stelle: int) -> bytes:
    """The first bytes of the data at `stelle`, unpacked as far as they can be; nothing if not packed."""
    # RFC 1950: most streams that are packed in another way end here.
    if stelle >= len(inhalt) or inhalt[stelle] & 0x0F != zlib.DEFLATED:
        return b""
    entpacker, teile = zlib.decompressobj(), []
    with contextlib.suppress(zlib.error):
        # In small bites: what comes before damage is kept.
        for biss in range(stelle, stelle + _PROBE, 8):
            teile.append(entpacker.decompress(inhalt[biss : biss + 8], _PROBE))
    return b"".join(teile)


def _entpackt(inhalt: bytes, stelle: int, hoechstens: int) -> bytes:
    """The data that begin at `stelle`, unpacked; refused if damaged or more than `hoechstens` bytes."""
    entpacker, teile = zlib.decompressobj(), []
    try:
        while not entpacker.eof and hoechstens >= 0:
            eingabe = entpacker.unconsumed_tail or inhalt[stelle : (stelle := stelle + _STUECK)]
            if not eingabe:
                break
            teile.append(entpacker.decompress(eingabe, hoechstens + 1))
            hoechstens -= len(teile[-1])
    except zlib.error:
        hoechstens = -1
    if not entpacker.eof or hoechstens < 0:
        raise DateiAbgelehnt("pdf_nicht_pruefbar")
    return b"".join(teile)


def _namen(inhalt: bytes) -> set[bytes]:
    gefunden: set[bytes] = set()
    # In pieces, so that requests go on between them: a regular expression keeps the interpreter to itself.
    for stelle in range(0, len(inhalt), _STUECK):
        gefunden.update(_NAME.findall(inhalt, stelle, stelle + _STUECK + _LAENGSTER_NAME))
    return {_entziffert(name) for name in gefunden}


def _entziffert(name: bytes) -> bytes:
    return _HEX.sub(lambda treffer: bytes([int(treffer[1], 16)]), name) if b"#" in name else name


def _pruefe(namen: set[bytes]) -> None:
    if b"Encrypt" in namen:
        raise DateiAbgelehnt("pdf_verschluesselt")
    if namen & _AKTIV:
        raise DateiAbgelehnt("pdf_aktiv")
    if namen & _EINGEBETTET:
        raise DateiAbgelehnt("pdf_eingebettet")
