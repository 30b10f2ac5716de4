"""Makes almost-valid input from arbitrary bytes: a seed, and edits that the bytes choose.

A fuzzer that flips bytes of a document mostly learns that it is no longer well-formed. Reading its bytes as
a list of edits takes it behind the parser, into rules, model and writer.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from lxml import etree

from tests.xoev import nachrichten

_T = TypeVar("_T")
_BEISPIELE: Final = Path(__file__).resolve().parents[1] / "beispiele"
_HOECHSTENS_SCHRITTE: Final = 6
TEXTE: Final = (
    *("", " ", "\n", "\u00a0", "\u200b", "\ufeff", "\u2028", "\u202e", "\x00", "\x0b", "\x85", "\ud800"),
    *("a\u0308", "A\u030a", "\u1e9e", "\u01c4", "\u0430", "\uff21", "\U0001f680", "\U0010ffff", "\ufffe"),
    *("0", "00", "000", "276", "999", "１２３", "٣٣", "-1", "1e9", "+1", "0x1", "1_0", "9" * 20),
    *("true", "false", "ja", "m", "01", "02", "99", "null", "NaN", "5774032", "05774032", "11000000"),
    *("2026-11-20", "2026-02-30", "0000-00-00", "9999-12-31", "1799-12-31", "20.11.2026", "20112026"),
    *("00001965", "2026-11-20+14:00", "-2026-11-20", "2026-11-20T24:00:00Z", "0001-01-01T00:00:00+14:00"),
    *("2026-11-20T09:00:00.123456789+01:00", "9999-12-31T23:59:59-14:00", "12026-11-20T00:00:00"),
    *("d3e82b8c-0323-4179-ace6-821f2331a9e6", "{d3e82b8c03234179ace6821f2331a9e6}", "urn:uuid:0"),
    *("{0}", "{x!r}", "%s", "%(a)s", "${a}", "]]>", "<!--", "&amp;", "<b/>", "'\"", "\\", "../../etc/passwd"),
    *("x" * 256, "ü" * 4001, "Müller|Möller", "|", "Paketshop|", "33098", "47250", "00000", "A1", "A3"),
)
"""Texts that have hurt somebody before."""
WERTE: Final[tuple[Any, ...]] = (
    *TEXTE,
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 1.0, 1.5, -0.0, 1e308),
    *([], {}, [[]], [None], [{}], {"": ""}, {"form": "A1"}, ["000", "000"], ["276"] * 200),
)


class Quelle:
    """Reads decisions off bytes; when they are used up, every decision is the first."""

    def __init__(self, daten: bytes) -> None:
        self._daten = daten
        self._stelle = 0

    def zahl(self, grenze: int) -> int:
        """A number from 0 to `grenze` - 1."""
        return int.from_bytes(self._nimm(1 if grenze <= 256 else 2), "big") % grenze

    def aus(self, auswahl: Sequence[_T]) -> _T:
        """One of `auswahl`."""
        return auswahl[self.zahl(len(auswahl))]

    def text(self) -> str:
        """A text that is known to hurt, or whatever comes."""
        if self.zahl(4):
            return self.aus(TEXTE)
        return self._nimm(self.zahl(40)).decode("utf-8", "surrogateescape")

    def _nimm(self, anzahl: int) -> bytes:
        stueck = self._daten[self._stelle : self._stelle + anzahl]
        self._stelle += anzahl
        return stueck


@cache
def json_saaten() -> tuple[Any, ...]:
    """The notices of the tests."""
    return tuple(json.loads(datei.read_bytes()) for datei in sorted(_BEISPIELE.glob("*.json")))


@cache
def xml_saaten() -> tuple[etree._Element, ...]:
    """Messages of both versions, with each kind of notice alone and with all three."""
    friseur, drei = (etree.fromstring(roh) for roh in (nachrichten.friseur(), nachrichten.weinhandel()))
    saaten = [friseur, drei]
    for roh in (nachrichten.logistik(), nachrichten.weinhandel()):
        for bleibt in range(3):
            saat = etree.fromstring(roh)
            for nummer, satz in enumerate(saat.findall("{*}satz")):
                if nummer != bleibt:
                    saat.remove(satz)
            saaten.append(saat)
    return tuple(saaten)


def backe_json(daten: bytes) -> bytes:
    """A notice with up to six edits."""
    quelle = Quelle(daten)
    saaten = json_saaten()
    wert = deepcopy(quelle.aus(saaten))
    for _ in range(quelle.zahl(_HOECHSTENS_SCHRITTE) + 1):
        stellen = list(_stellen(wert))
        if stellen:
            _aendere_json(quelle, wert, stellen)
    return json.dumps(wert, ensure_ascii=bool(quelle.zahl(2))).encode("utf-8", "surrogatepass")


def _stellen(wert: Any) -> list[tuple[Any, Any]]:
    """Every place in the value: (what holds it, name or number)."""
    gefunden: list[tuple[Any, Any]] = []
    offen = [wert]
    while offen:
        halter = offen.pop()
        namen = list(halter) if isinstance(halter, dict) else range(len(halter))
        for name in namen:
            gefunden.append((halter, name))
            if isinstance(halter[name], dict | list):
                offen.append(halter[name])
    return gefunden


def _aendere_json(quelle: Quelle, wert: Any, stellen: list[tuple[Any, Any]]) -> None:
    halter, name = quelle.aus(stellen)
    match quelle.zahl(7):
        case 0:
            halter[name] = quelle.text()
        case 1:
            halter[name] = deepcopy(quelle.aus(WERTE))
        case 2:
            del halter[name]
        case 3:
            anderer, anderer_name = quelle.aus(list(_stellen(quelle.aus(json_saaten()))))
            halter[name] = deepcopy(anderer[anderer_name])
        case 4 if isinstance(halter, list):
            halter.append(deepcopy(halter[name]))
        case 5 if isinstance(halter, dict):
            halter[quelle.text()] = deepcopy(halter[name])
        case _:
            # A sibling from another notice: often valid, seldom foreseen.
            spender = quelle.aus(json_saaten())
            feld = quelle.aus(sorted(spender))
            wert[feld] = deepcopy(spender[feld])


def backe_xml(daten: bytes) -> bytes:
    """A message with up to six edits."""
    quelle = Quelle(daten)
    wurzel = deepcopy(quelle.aus(xml_saaten()))
    for _ in range(quelle.zahl(_HOECHSTENS_SCHRITTE) + 1):
        try:
            _aendere_xml(quelle, list(wurzel.iter("*")))
        except (ValueError, TypeError):  # lxml writes no NUL and no name with a space
            continue
    return etree.tostring(wurzel, encoding="utf-8", xml_declaration=bool(quelle.zahl(2)))


def _aendere_xml(quelle: Quelle, elemente: list[etree._Element]) -> None:
    element = quelle.aus(elemente)
    eltern = element.getparent()
    match quelle.zahl(10):
        case 0 | 1:
            element.text = quelle.text()
        case 2 if eltern is not None:
            eltern.remove(element)
        case 3 if eltern is not None:
            eltern.insert(quelle.zahl(8), deepcopy(element))
        case 4:
            spender = list(quelle.aus(xml_saaten()).iter("*"))
            element.append(deepcopy(quelle.aus(spender)))
        case 5:
            gleich = [e for saat in xml_saaten() for e in saat.iter(str(element.tag))]
            element.text = quelle.aus(gleich).text if gleich else None
        case 6:
            element.set(quelle.aus(sorted(element.attrib)) if element.attrib else "x", quelle.text())
        case 7:
            element.tag = quelle.aus(elemente).tag
        case 8:
            element.insert(0, etree.Comment("x") if quelle.zahl(2) else etree.ProcessingInstruction("x", "y"))
        case _:
            element.tail = quelle.text()
