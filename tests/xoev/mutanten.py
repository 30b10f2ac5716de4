"""Seeded mutants of valid messages: each is broken, or not, in a way that its seed decides."""

import os
import random
from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from tests.conftest import shared
from tests.xoev.nachrichten import friseur, logistik, weinhandel
from xoev.einlesen import einlesen
from xoev.namen import lokal
from xoev.xgewerbeanzeige.typen import alle_typen

LANG = os.environ.get("AMT_LANG") == "1"
JE_GRUPPE = 4_000 if LANG else 400
GRUPPEN = range(5)
"""Mutants of one test run: five groups, in the long run of four thousand each."""

_TEXTE = ["", " ", "0", "1", "3", "x", "31021965", "29022000", "00000000", "276", "000", "310", "0220"]
_TEXTE += ["2026-02-30", "2026-05-01", "1e3", "-1", "ÄÖ ß", "{http://x}y", "a|b", "9" * 60, "33098", "\n1\n"]
_NAMEN = ["code", "name", "anschrift", "betriebArt", "plz", "hausNrVon", "geburtsdatum", "erreichbarkeit"]
_NAMEN += ["beteiligtePerson", "nationSchluessel", "istReisegewerbe", "abmeldung", "fremd"]

_XSI = [f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("nil", "schemaLocation", "x")]


def vorlagen() -> list[bytes]:
    """Valid messages of both versions and all three kinds of notice."""
    return [
        friseur(),
        friseur(version="2.1"),
        logistik(),
        weinhandel(),
        *(friseur(typ.kurz, typ.code) for typ in alle_typen()),
    ]


def amtliche() -> list[bytes]:
    """The official messages, valid and invalid; skips the test where they are not at hand."""
    ordner = shared("data/xgewerbeanzeige/examples")
    return [datei.read_bytes() for datei in sorted(ordner.glob("*2.[12]*.xml"))]


def mutanten(gruppe: int, anzahl: int, nachrichten: list[bytes]) -> Iterator[etree._Element]:
    """`anzahl` mutants; the same for the same arguments."""
    baeume = [einlesen(daten) for daten in nachrichten]
    for nummer in range(anzahl):
        zufall = random.Random(gruppe * 1_000_003 + nummer)
        wurzel = deepcopy(zufall.choice(baeume))
        for _ in range(zufall.randint(1, 4)):
            zufall.choice(_EINGRIFFE)(wurzel, zufall)
        # As it would arrive: read anew, so that lines and prefixes are those of a file.
        yield einlesen(etree.tostring(wurzel))


def _eines(wurzel: etree._Element, zufall: random.Random) -> etree._Element | None:
    elemente = list(wurzel.iterdescendants("*"))
    return zufall.choice(elemente) if elemente else None


def _loesche(wurzel: etree._Element, zufall: random.Random) -> None:
    # What rules ask for lies below these; elsewhere is left to chance.
    gefragt = list(wurzel.iterfind("{*}satz/*/*")) + list(wurzel.iterfind("{*}satz/*/{*}gewerbe//*"))
    element = zufall.choice(gefragt) if gefragt and zufall.random() < 0.7 else _eines(wurzel, zufall)
    if element is not None and (eltern := element.getparent()) is not None:
        eltern.remove(element)


def _verdopple(wurzel: etree._Element, zufall: random.Random) -> None:
    element = _eines(wurzel, zufall)
    if element is not None:
        element.addnext(deepcopy(element))


def _verschiebe(wurzel: etree._Element, zufall: random.Random) -> None:
    element, ziel = _eines(wurzel, zufall), _eines(wurzel, zufall)
    if element is None or ziel is None or element in {ziel, *ziel.iterancestors()}:
        return
    ziel.append(element) if zufall.random() < 0.3 else ziel.addprevious(element)


def _tausche(wurzel: etree._Element, zufall: random.Random) -> None:
    element = _eines(wurzel, zufall)
    nachbar = element.getprevious() if element is not None else None
    if element is not None and nachbar is not None:
        nachbar.addprevious(element)


def _benenne_um(wurzel: etree._Element, zufall: random.Random) -> None:
    element = _eines(wurzel, zufall)
    if element is not None:
        name = zufall.choice(_NAMEN)
        ns = "" if name in {"code", "name"} else f"{{{etree.QName(wurzel).namespace}}}"
        element.tag = ("{urn:fremd}" if zufall.random() < 0.1 else ns) + name


def _aendere_text(wurzel: etree._Element, zufall: random.Random) -> None:
    blaetter = [element for element in wurzel.iterdescendants("*") if len(element) == 0]
    daten = [blatt for blatt in blaetter if lokal(str(blatt.tag)) in {"geburtsdatum", "plz"}]
    if blaetter:
        zufall.choice(daten if daten and zufall.random() < 0.3 else blaetter).text = zufall.choice(_TEXTE)


def _aendere_typ(wurzel: etree._Element, zufall: random.Random) -> None:
    wurzel.tag = f"{{{etree.QName(wurzel).namespace}}}{zufall.choice(alle_typen()).wurzel}"


def _aendere_satzart(wurzel: etree._Element, zufall: random.Random) -> None:
    for satz in wurzel.iterfind("{*}satz/*"):
        if lokal(str(satz.tag)) in {"anmeldung", "ummeldung", "abmeldung"}:
            art = zufall.choice(["anmeldung", "ummeldung", "abmeldung"])
            satz.tag = f"{{{etree.QName(wurzel).namespace}}}{art}"


def _aendere_attribut(wurzel: etree._Element, zufall: random.Random) -> None:
    element = wurzel if zufall.random() < 0.5 else _eines(wurzel, zufall)
    if element is None:
        return
    if element.attrib and zufall.random() < 0.5:
        element.attrib.pop(zufall.choice(sorted(map(str, element.attrib))))
    else:
        name = zufall.choice(["version", "standard", "listURI", "listVersionID", "farbe", "{urn:x}a", *_XSI])
        element.set(name, zufall.choice([*_TEXTE, "true"] if name in _XSI else _TEXTE))


def _streue_text(wurzel: etree._Element, zufall: random.Random) -> None:
    element = _eines(wurzel, zufall)
    if element is not None:
        element.tail = zufall.choice(["und", "\n", " &<"])


def _verschachtele(wurzel: etree._Element, zufall: random.Random) -> None:
    element = _eines(wurzel, zufall)
    if element is not None:
        etree.SubElement(element, zufall.choice(["code", "{urn:x}b"])).text = "1"


_EINGRIFFE: list[Callable[[etree._Element, random.Random], None]] = [
    *[_loesche] * 5,
    *[_aendere_text] * 5,
    *[_aendere_typ] * 2,
    _aendere_satzart,
    _verdopple,
    _verdopple,
    _verschiebe,
    _tausche,
    _benenne_um,
    _aendere_attribut,
    _streue_text,
    _verschachtele,
]
