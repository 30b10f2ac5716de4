"""The strict schema: what it accepts is valid and breaks no rule. Most messages need no more than this look.

It is the bundle's schema, in which is mandatory what the rules ask for in messages of one type with one kind
of notice, and narrow what they look into. The rules themselves say how (regeln/gewerbemeldung.sch). What the
strict schema does not accept may well be in order.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from lxml import etree

from xoev.bundles import Bundle
from xoev.namen import lokal
from xoev.regeln import regelwerk
from xoev.schema import NurAusDemBundle, lies_schema
from xoev.schematron import Forderung
from xoev.xgewerbeanzeige.felder import FORM_VON_SATZART

_XS = "{http://www.w3.org/2001/XMLSchema}"
_PARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
HOECHSTENS = 48
"""So many strict schemas are kept, of half a megabyte each: message types times kinds of notice."""


class _Streng(NamedTuple):
    schema: etree.XMLSchema
    frei: Lock
    """libxml2 keeps the errors of a run in the schema object: one message at a time."""


def ist_tadellos(wurzel: etree._Element, bundle: Bundle) -> bool:
    """True if the message is valid and breaks no rule. False says nothing; nobody waits for another's look.

    Only for bundles with rules of our own, and for root elements that the standard knows.
    """
    satzart = _satzart(wurzel)
    streng = _streng(bundle, lokal(str(wurzel.tag)), satzart) if satzart in FORM_VON_SATZART else None
    if streng is None or not streng.frei.acquire(blocking=False):
        return False
    try:
        return bool(streng.schema.validate(wurzel))
    finally:
        streng.frei.release()


def _satzart(wurzel: etree._Element) -> str:
    """The kind of the last notice, if nothing stands beside it; a message with others is not accepted."""
    try:
        return lokal(str(wurzel[-1][0].tag))
    except IndexError:
        return ""


@lru_cache(maxsize=HOECHSTENS)
def _streng(bundle: Bundle, name: str, satzart: str) -> _Streng | None:
    """None if a rule does not say what would satisfy it, or the schema has no such place."""
    forderungen = regelwerk(bundle).forderungen(name, satzart)
    if forderungen is None:
        return None
    werte = {"$nr": name[-4:], "$version": bundle.version}
    quelle = _Verschaerft(
        bundle, satzart, [eine._replace(muster=werte.get(eine.muster, eine.muster)) for eine in forderungen]
    )
    schema = etree.XMLSchema(lies_schema(bundle, quelle))
    return None if quelle.offen else _Streng(schema, Lock())


class _Verschaerft(NurAusDemBundle):
    """Gives the files that the schema of a bundle includes, with all that is demanded in them."""

    def __init__(self, bundle: Bundle, satzart: str, forderungen: Sequence[Forderung]) -> None:
        super().__init__(bundle)
        self._satzart, self._forderungen = satzart, forderungen
        self.offen = set(forderungen)
        """What no file has had a place for."""

    def gib(self, pfad: Path, context: Any) -> Any:
        """The file, stricter."""
        schema = etree.parse(pfad, _PARSER).getroot()
        for element in list(schema.iter(f"{_XS}element")):
            name, wahl = element.get("name"), element.getparent()
            if name in FORM_VON_SATZART and name != self._satzart and wahl is not None:
                wahl.remove(element)
        for forderung in self._forderungen:
            for stelle in _stellen(schema, forderung):
                _verschaerfe(stelle, forderung)
                self.offen.discard(forderung)
        return self.resolve_string(etree.tostring(schema), context, base_url=str(pfad))


def _stellen(schema: etree._Element, forderung: Forderung) -> Iterator[etree._Element]:
    """Declarations of what is demanded, in the named type or group."""
    for art in ("complexType", "group"):
        for typ in schema.iterfind(f"{_XS}{art}[@name='{forderung.typ}']"):
            yield from typ.iterfind(f".//{_XS}element[@name='{forderung.name}']")
            yield from typ.iterfind(f".//{_XS}attribute[@name='{forderung.name}']")


def _verschaerfe(stelle: etree._Element, forderung: Forderung) -> None:
    if forderung.pflicht:
        stelle.attrib.pop("minOccurs", None)
    if not forderung.muster:
        return
    # By the pattern in addition to the type, and to the letter: a rule sees spaces that a token has not.
    einfach = etree.SubElement(stelle, f"{_XS}simpleType")
    if stelle.tag == f"{_XS}attribute":
        stelle.attrib.pop("type")
        grund = etree.SubElement(einfach, f"{_XS}restriction", base="xs:string")
    else:
        grund = etree.SubElement(einfach, f"{_XS}restriction", base=stelle.attrib.pop("type"))
    etree.SubElement(grund, f"{_XS}pattern", value=forderung.muster)
