"""Reads XML that strangers sent: UTF-8 only, no DTD, no entities, no network, everything bounded.

The bytes are judged before libxml2 sees them: an encoding trick (UTF-16, UTF-7) or a document type
declaration never reaches the parser.
"""

from lxml import etree

from xoev.befund import Befund
from xoev.katalog import satz

MAX_BYTES = 10 * 1024 * 1024
MAX_TIEFE = 100
MAX_TEXT = 100_000
MAX_KINDER = 3_000
"""Bounds of a message: bytes, levels of elements, characters in one text or attribute, children of one
element (libxml2 counts siblings for every error it reports: 400,000 faulty ones would keep it busy)."""

_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    load_dtd=False,
    dtd_validation=False,
    no_network=True,
    huge_tree=False,
    recover=False,
    collect_ids=False,
)
_ZU_TIEF = etree.XPath("boolean(" + "/*" * (MAX_TIEFE + 1) + ")")
_ZU_LANG = etree.XPath(
    f"boolean(//text()[string-length() > {MAX_TEXT}] | //@*[string-length() > {MAX_TEXT}])"
)
_ZU_BREIT = etree.XPath(f"boolean(//*[{MAX_KINDER + 1}])")
_KUERZESTES = len(b"<a/>")
_FREMDE_KODIERUNGEN = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00")
_XML_DEKLARATION = (b"xml ", b"xml\t", b"xml\n", b"xml\r")
_BOM = b"\xef\xbb\xbf"


class NichtLesbar(ValueError):
    """The bytes are no XML document that may be read; `befunde` says why."""

    def __init__(self, *befunde: Befund) -> None:
        super().__init__("; ".join(befund.rule for befund in befunde))
        self.befunde = befunde


def einlesen(daten: bytes) -> etree._Element:
    """The root element of `daten`. The caller keeps `daten`: they are the original.

    Raises NichtLesbar with one finding (rules XML-GROESSE, XML-LEER, XML-ZEICHENKODIERUNG, XML-NUL,
    XML-DTD, XML-TIEFE, XML-TEXT, XML-BREITE, XML-FORM).
    """
    wurzel = einlesen_ohne_tiefe(daten)
    pruefe_tiefe(wurzel)
    return wurzel


def pruefe_tiefe(wurzel: etree._Element) -> None:
    """Raises NichtLesbar (XML-TIEFE) if there are too many levels of elements."""
    if _ZU_TIEF(wurzel):
        raise _zu_tief()


def einlesen_ohne_tiefe(daten: bytes) -> etree._Element:
    """As `einlesen`, for a caller that goes on to hold the message against a schema without recursion.

    What such a schema accepts is as deep as the schema; before anything else is done with a message that
    it does not accept, `pruefe_tiefe` has to be called.
    """
    if len(daten) > MAX_BYTES:
        raise _fehler("XML-GROESSE", grenze=str(MAX_BYTES // 1024 // 1024))
    _pruefe_bytes(daten)
    try:
        wurzel = etree.fromstring(daten, _PARSER)
    except etree.XMLSyntaxError as fehler:
        raise _nicht_wohlgeformt(fehler) from None
    dokument = wurzel.getroottree().docinfo
    if dokument.internalDTD is not None or dokument.externalDTD is not None:
        raise _dtd()
    if _vielleicht_zu_lang(daten) and _ZU_LANG(wurzel):
        raise _zu_lang()
    if len(daten) > MAX_KINDER * _KUERZESTES and _ZU_BREIT(wurzel):
        raise _fehler("XML-BREITE", grenze=str(MAX_KINDER))
    return wurzel


def _vielleicht_zu_lang(daten: bytes) -> bool:
    """False if no text and no attribute can have more than MAX_TEXT characters.

    One that had would fill, without a ``<``, half as many bytes that begin at a multiple of that; only in a
    CDATA section a ``<`` is text.
    """
    halb = MAX_TEXT // 2
    return len(daten) > MAX_TEXT and (
        b"<![CDATA[" in daten
        or any(daten.find(b"<", ab, ab + halb) < 0 for ab in range(0, len(daten) - halb + 1, halb))
    )


def _pruefe_bytes(daten: bytes) -> None:
    """Refuses what is no UTF-8, holds NUL or declares a document type before the root element."""
    if not daten.strip():
        raise _fehler("XML-LEER")
    if daten.startswith(_FREMDE_KODIERUNGEN):
        raise _kodierung(None)
    nul = daten.find(b"\x00")
    if nul >= 0:
        raise _fehler("XML-NUL", daten.count(b"\n", 0, nul) + 1)
    try:
        daten.decode("utf-8")
    except UnicodeDecodeError as fehler:
        raise _kodierung(daten.count(b"\n", 0, fehler.start) + 1) from None
    _pruefe_prolog(daten)


def _pruefe_prolog(daten: bytes) -> None:
    """Walks over declaration, comments and processing instructions up to the root element."""
    stelle = len(_BOM) if daten.startswith(_BOM) else 0
    while True:
        stelle = daten.find(b"<", stelle)
        if stelle < 0:
            return
        if daten.startswith(b"<!--", stelle):
            ende = daten.find(b"-->", stelle + 4)
        elif daten.startswith(b"<?", stelle):
            ende = daten.find(b"?>", stelle + 2)
            if daten[stelle + 2 : stelle + 6] in _XML_DEKLARATION:
                _pruefe_deklaration(daten[stelle:ende])
        elif daten.startswith(b"<!", stelle):
            raise _dtd(daten.count(b"\n", 0, stelle) + 1)
        else:
            return
        if ende < 0:
            return
        stelle = ende + 2


def _pruefe_deklaration(deklaration: bytes) -> None:
    """Refuses a declared encoding other than UTF-8 (or its subset US-ASCII)."""
    _, gefunden, rest = deklaration.partition(b"encoding")
    if gefunden:
        wert = rest.split(b"=", 1)[-1].strip()
        name = wert.strip(wert[:1]).split(wert[:1])[0] if wert else b""
        if name.lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
            raise _kodierung(1)


def _fehler(rule: str, line: int | None = None, **werte: str) -> NichtLesbar:
    return NichtLesbar(Befund("error", rule, satz(rule, **werte), line=line))


def _dtd(line: int | None = None) -> NichtLesbar:
    return _fehler("XML-DTD", line)


def _kodierung(line: int | None) -> NichtLesbar:
    return _fehler("XML-ZEICHENKODIERUNG", line)


def _zu_tief(line: int | None = None) -> NichtLesbar:
    return _fehler("XML-TIEFE", line, grenze=str(MAX_TIEFE))


def _zu_lang(line: int | None = None) -> NichtLesbar:
    return _fehler("XML-TEXT", line, grenze=str(MAX_TEXT))


def _nicht_wohlgeformt(fehler: etree.XMLSyntaxError) -> NichtLesbar:
    # libxml2's own sentence may quote the document; only the place and the kind of error are kept.
    line, spalte = fehler.position
    grund = str(fehler.msg or "").lower()
    if "depth" in grund:
        return _zu_tief(line)
    if fehler.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "too long" in grund or "huge" in grund:
        return _zu_lang(line)
    return _fehler("XML-FORM", line, zeile=str(line), spalte=str(spalte))
