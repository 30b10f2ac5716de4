"""The characters a message may carry: DIN 91379:2022-08, data type C, plus its non-letters E1.

Data type C holds the Latin letters, the defined sequences of a base letter with combining marks, and
the non-letters N1 to N4. The non-letters E1 (typographic quotes, per mille ...) are taken as well: texts
that people paste carry them, and the older String.Latin 1.1 of the XÖV standards had them. Greek and
Cyrillic letters belong to data types D and E and are refused. Texts are in normal form C.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_DATENTYP_C = (
    "\u0009-\u000a\u000d\u0020-\u007e\u00a0-\u00ac\u00ae-\u017e\u0187\u0188\u018f\u0197\u01a0\u01a1"
    "\u01af\u01b0\u01b7\u01cd-\u01dc\u01de\u01df\u01e2-\u01f0\u01f4\u01f5\u01f8-\u01ff\u0212\u0213"
    "\u0218-\u021b\u021e\u021f\u0227-\u0233\u0259\u0268\u0292\u02b9\u02ba\u02be\u02bf\u02c8\u02cc"
    "\u1e02\u1e03\u1e06\u1e07\u1e0a-\u1e11\u1e17\u1e1c-\u1e2b\u1e2f-\u1e37\u1e3a\u1e3b\u1e40-\u1e49"
    "\u1e52-\u1e5b\u1e5e-\u1e63\u1e6a-\u1e6f\u1e80-\u1e87\u1e8c-\u1e97\u1e9e\u1ea0-\u1ef9"
    "\u2019\u2021\u20ac"
)
_NICHT_BUCHSTABEN_E1 = (
    "\u0192\u02b0\u02b3\u02c6\u02dc\u02e2\u1d48\u1d57\u2018\u201a\u201c-\u201e\u2020\u2026\u2030\u2032\u2033"
    "\u2039\u203a\u2070\u2074-\u2079\u207f\u2080-\u2089\u2122\u221e\u2264\u2265"
)
_EINZELN = _DATENTYP_C + _NICHT_BUCHSTABEN_E1

# The marks that follow a base letter; marks of one sequence stand together.
_SEQUENZEN = {
    "Aa": "\u030b",
    "Cc": "\u0300 \u0304 \u0306 \u0308 \u0315 \u0323 \u0326 \u0328\u0306",
    "Dd": "\u0302",
    "Ff": "\u0300 \u0304",
    "Gg": "\u0300",
    "Hh": "\u0304 \u0326",
    "H": "\u0331",
    "Jj": "\u0301",
    "J": "\u030c",
    "Kk": "\u0300 \u0302 \u0304 \u0307 \u0315 \u031b \u0326 \u035fh",
    "K": "\u035fH",
    "Ll": "\u0302 \u0325 \u0325\u0304 \u0326",
    "Mm": "\u0300 \u0302 \u0306 \u0310",
    "Nn": "\u0302 \u0304 \u0306 \u0326",
    "Pp": "\u0300 \u0304 \u0315 \u0323",
    "Rr": "\u0306 \u0325 \u0325\u0304",
    "Ss": "\u0300 \u0304 \u031b\u0304 \u0331",
    "Tt": "\u0300 \u0304 \u0315 \u031b",
    "T": "\u0308",
    "Uu": "\u0307",
    "Zz": "\u0300 \u0304 \u0306 \u0308 \u0327",
    "\u00c7\u00e7": "\u0306",
    "\u00db\u00fb": "\u0304",
    "\u00ff": "\u0301",
    "\u010c\u010d": "\u0315 \u0323",
    "\u0113\u014d": "\u030d",
    "\u012a\u012b": "\u0301",
    "\u017d\u017e": "\u0326 \u0327",
    "\u1e32\u1e33\u1e62\u1e63\u1e6c\u1e6d": "\u0304",
    "\u1ea0\u1ea1\u1ecc\u1ecd": "\u0308",
    "\u1ee4\u1ee5": "\u0304 \u0308",
}


def _sequenzen() -> list[str]:
    return [
        grundzeichen + marken
        for grundzeichen_liste, marken_liste in _SEQUENZEN.items()
        for grundzeichen in grundzeichen_liste
        for marken in marken_liste.split()
    ]


def _muster() -> str:
    laengste_zuerst = sorted(_sequenzen(), key=len, reverse=True)
    return f"{'|'.join(laengste_zuerst)}|[{_EINZELN}]"


FREMD = re.compile(f"[^{_EINZELN}]")
"""A character that never stands alone: fast gate, a text without it needs no closer look."""

ZEICHEN = re.compile(_muster())
"""One letter, sequence or non-letter of the repertoire; a sequence before its shorter beginnings."""


_GELAEUFIG = bytes(set(b"\t\n\r") | set(range(0x20, 0x7F)) - set(b"&#"))


class Zeichenfehler(NamedTuple):
    """An offending character (with its base letter, if it is a mark), "U+XXXX" and position from 0."""

    zeichen: str
    codepoint: str
    position: int


def ist_unauffaellig(daten: bytes) -> bool:
    """True if UTF-8 `daten` are sure to keep to the repertoire and to form C; False only asks for a look.

    No character that stands alone combines with another, so where the others stand tells nothing more. A
    reference such as `&#x308;` hides what it stands for.
    """
    rest = daten.translate(None, _GELAEUFIG)
    if b"&" in rest and b"#" in rest and b"&#" in daten:
        return False
    return FREMD.search(rest.decode("utf-8")) is None


def pruefe_text(text: str, hoechstens: int = 20) -> list[Zeichenfehler]:
    """The characters of `text` that DIN 91379 does not allow, at most `hoechstens` of them.

    A sequence that is only not in normal form C is not among them: see `ist_nfc`.
    """
    fehler: list[Zeichenfehler] = []
    stelle = 0
    while len(fehler) < hoechstens:
        verdacht = FREMD.search(text, stelle)
        if verdacht is None:
            break
        anfang = verdacht.start()
        # A mark belongs to the letter before it, so the sequence starts one character earlier.
        if anfang > stelle and unicodedata.combining(text[anfang]):
            anfang -= 1
        treffer = ZEICHEN.match(text, anfang)
        if treffer is not None and treffer.end() > verdacht.start():
            stelle = treffer.end()
            continue
        zeichen = text[verdacht.start()]
        fehler.append(Zeichenfehler(text[anfang : verdacht.end()], f"U+{ord(zeichen):04X}", verdacht.start()))
        stelle = verdacht.end()
    return fehler


def ist_nfc(text: str) -> bool:
    """True if `text` is in Unicode normal form C."""
    return unicodedata.is_normalized("NFC", text)


@cache
def _repertoire() -> tuple[str, ...]:
    einzeln = re.compile(f"[{_EINZELN}]")
    return (*(chr(nummer) for nummer in range(0x2300) if einzeln.match(chr(nummer))), *_sequenzen())


def din91379_zeichen() -> Iterator[str]:
    """Every character and every sequence of the repertoire, each as one string in normal form C."""
    return iter(_repertoire())
