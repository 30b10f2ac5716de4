"""The XML of an application, and the XML Schema that a service's form gives: FIM/XDatenfelder's manner.

Each answer is an element. One that has a FIM element id is called by it (``F60000000227``), all others by
their key; groups are called by their key. The namespace names the form's version, so that a document says
for ever which questions it answers.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from app.leistungen.definition import Feldangabe, Schritt
from app.leistungen.formular import Formular
from app.leistungen.gegenstand import gegenstand

__all__ = [
    "VOLLMACHT",
    "Anlagenangabe",
    "Kopf",
    "NichtGueltig",
    "lies_xml",
    "namensraum",
    "schreibe_xml",
    "xsd",
]

VOLLMACHT: Final = "vollmacht"
"""Evidence of every application that somebody makes for another by power of attorney."""
_XS: Final = "http://www.w3.org/2001/XMLSchema"


class NichtGueltig(RuntimeError):
    """What was written does not meet the form's own schema: a fault of this program."""


@dataclass(frozen=True, slots=True)
class Kopf:
    """Which application it is."""

    ags: str
    eingangsnummer: str
    eingegangen_am: datetime
    sprache: str


@dataclass(frozen=True, slots=True)
class Anlagenangabe:
    """A document that was sent with it."""

    nachweis: str
    dateiname: str
    medientyp: str
    groesse: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Blatt:
    """An answer."""

    angabe: Feldangabe
    fim: str | None
    hoechstlaenge: int


@dataclass(slots=True)
class _Gruppe:
    """A group of elements, in the order in which the form first asks for one of them."""

    kinder: dict[str, "_Gruppe | _Blatt | _Liste"] = field(default_factory=dict)


@dataclass(slots=True)
class _Liste:
    """Entries of a step that lists."""

    schritt: Schritt
    eintrag: _Gruppe = field(default_factory=_Gruppe)


def namensraum(formular: Formular) -> str:
    """The namespace of this version of the form."""
    return f"urn:digitales-gewerbeamt:formular:{formular.definition.leistung}:{formular.hash}"


def schreibe_xml(
    formular: Formular, antworten: Mapping[str, Any], kopf: Kopf, anlagen: Sequence[Anlagenangabe] = ()
) -> bytes:
    """The application as XML (UTF-8), checked against the form's schema.

    `antworten`: checked and pruned. Raises NichtGueltig.
    """
    ns = namensraum(formular)
    wurzel = etree.Element(_in(ns, "antrag"), nsmap={None: ns})
    oben = etree.SubElement(wurzel, _in(ns, "kopf"))
    for name, wert in (
        ("leistung", formular.definition.leistung),
        ("leika", formular.definition.leika),
        ("gemeinde", kopf.ags),
        ("eingangsnummer", kopf.eingangsnummer),
        ("eingegangenAm", kopf.eingegangen_am.isoformat()),
        ("sprache", kopf.sprache),
    ):
        etree.SubElement(oben, _in(ns, name)).text = wert
    _schreibe(etree.SubElement(wurzel, _in(ns, "angaben")), _baum(formular), antworten, ns)
    nachweise = etree.SubElement(wurzel, _in(ns, "nachweise"))
    for anlage in anlagen:
        eines = etree.SubElement(nachweise, _in(ns, "nachweis"), art=anlage.nachweis)
        for name, wert in (
            ("dateiname", anlage.dateiname),
            ("medientyp", anlage.medientyp),
            ("groesse", str(anlage.groesse)),
            ("sha256", anlage.sha256),
        ):
            etree.SubElement(eines, _in(ns, name)).text = wert
    schema = _schema(formular)
    if not schema.validate(wurzel):
        # Rules of the schema, no values: the message may be logged.
        fehler = {eintrag.type_name for eintrag in schema.error_log}
        raise NichtGueltig(f"{formular.definition.leistung} {formular.hash[:12]}: {sorted(fehler)}")
    return bytes(etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def lies_xml(formular: Formular, daten: bytes) -> dict[str, Any]:
    """The answers of a document that `schreibe_xml` has written."""
    wurzel = etree.fromstring(daten, etree.XMLParser(resolve_entities=False, no_network=True))
    angaben = wurzel.find(_in(namensraum(formular), "angaben"))
    return _lies(angaben, _baum(formular), namensraum(formular)) if angaben is not None else {}


@lru_cache(maxsize=64)
def xsd(formular: Formular) -> bytes:
    """The XML Schema (1.0) of the form."""
    ns = namensraum(formular)
    schema = etree.Element(
        _in(_XS, "schema"),
        nsmap={"xs": _XS, None: ns},
        targetNamespace=ns,
        elementFormDefault="qualified",
        version=formular.hash[:12],
    )
    _erlaeutert(schema, [("de", formular.definition.titel.de), ("en", formular.definition.titel.en)])
    folge = _folge(schema, "antrag")
    _kopf(_folge(folge, "kopf"))
    angaben = _folge(folge, "angaben")
    _beschreibe(angaben, _baum(formular))
    eigene = dict.fromkeys(eines.schluessel for eines in formular.definition.nachweise)
    _nachweise(_folge(folge, "nachweise"), [*(eigene | {VOLLMACHT: None})])
    return bytes(etree.tostring(schema, xml_declaration=True, encoding="UTF-8", pretty_print=True))


@lru_cache(maxsize=64)
def _schema(formular: Formular) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(xsd(formular)))


@lru_cache(maxsize=64)
def _baum(formular: Formular) -> _Gruppe:
    wurzel = _Gruppe()
    for schritt in formular.definition.schritte:
        ort = wurzel
        if schritt.liste is not None:
            *eltern, name = schritt.liste.split(".")
            liste = _gruppe(wurzel, eltern).kinder.setdefault(name, _Liste(schritt))
            assert isinstance(liste, _Liste)  # noqa: S101 the linter of forms knows no path with two meanings
            ort = liste.eintrag
        for knoten in formular.knoten(schritt.schluessel):
            if knoten.angabe.typ == "hinweis":
                continue
            *eltern, name = knoten.pfad.split(".")
            _gruppe(ort, eltern).kinder[name] = _Blatt(
                knoten.angabe, _fim(formular, knoten.angabe, knoten.schluessel), knoten.hoechstlaenge
            )
    return wurzel


def _gruppe(ort: _Gruppe, eltern: Sequence[str]) -> _Gruppe:
    for name in eltern:
        naechster = ort.kinder.setdefault(name, _Gruppe())
        assert isinstance(naechster, _Gruppe)  # noqa: S101 as above
        ort = naechster
    return ort


def _fim(formular: Formular, angabe: Feldangabe, schluessel: str) -> str | None:
    """The FIM element: as the file says it, or the domain model."""
    ziel = formular.definition.gegenstand
    if angabe.fim or ziel is None:
        return angabe.fim
    modell = gegenstand(ziel.art).modellangabe(ziel.form, schluessel)
    return modell.fim if modell else None


def _elementnamen(gruppe: _Gruppe) -> Iterator[tuple[str, str, "_Gruppe | _Blatt | _Liste"]]:
    """Key, name of the element, what it is. Two answers of one FIM id in a group: the key for both."""
    fim = Counter(kind.fim for kind in gruppe.kinder.values() if isinstance(kind, _Blatt))
    for name, kind in gruppe.kinder.items():
        if isinstance(kind, _Blatt) and kind.fim and fim[kind.fim] == 1:
            yield name, kind.fim, kind
        else:
            yield name, name, kind


def _schreibe(element: etree._Element, gruppe: _Gruppe, antworten: Mapping[str, Any], ns: str) -> None:
    for name, element_name, kind in _elementnamen(gruppe):
        wert = antworten.get(name)
        if wert is None:
            continue
        if isinstance(kind, _Gruppe):
            _schreibe(etree.SubElement(element, _in(ns, element_name)), kind, wert, ns)
        elif isinstance(kind, _Liste):
            liste = etree.SubElement(element, _in(ns, element_name))
            for eintrag in wert:
                _schreibe(etree.SubElement(liste, _in(ns, "eintrag")), kind.eintrag, eintrag, ns)
        else:
            for einer in wert if isinstance(wert, list) else [wert]:
                etree.SubElement(element, _in(ns, element_name)).text = _als_text(einer)


def _lies(element: etree._Element, gruppe: _Gruppe, ns: str) -> dict[str, Any]:
    antworten: dict[str, Any] = {}
    for name, element_name, kind in _elementnamen(gruppe):
        gefunden = element.findall(_in(ns, element_name))
        if not gefunden:
            continue
        if isinstance(kind, _Gruppe):
            antworten[name] = _lies(gefunden[0], kind, ns)
        elif isinstance(kind, _Liste):
            antworten[name] = [_lies(eines, kind.eintrag, ns) for eines in gefunden[0]]
        elif kind.angabe.typ == "mehrfachauswahl":
            antworten[name] = [eines.text or "" for eines in gefunden]
        else:
            antworten[name] = _wert(kind.angabe, gefunden[0].text or "")
    return antworten


def _als_text(wert: str | int | bool) -> str:
    if isinstance(wert, bool):
        return "true" if wert else "false"
    return str(wert)


def _wert(angabe: Feldangabe, text: str) -> str | int | bool:
    match angabe.typ:
        case "janein":
            return text == "true"
        case "ganzzahl" | "betrag":
            return int(text)
        case _:
            return text


def _beschreibe(folge: etree._Element, gruppe: _Gruppe) -> None:
    for _, name, kind in _elementnamen(gruppe):
        if isinstance(kind, _Gruppe):
            _beschreibe(_folge(folge, name, minOccurs="0"), kind)
        elif isinstance(kind, _Liste):
            eintraege = _folge(folge, name, minOccurs="0")
            hoechstens = str(kind.schritt.hoechstens)
            _beschreibe(_folge(eintraege, "eintrag", minOccurs="0", maxOccurs=hoechstens), kind.eintrag)
        else:
            _feld(folge, name, kind)


def _feld(folge: etree._Element, name: str, blatt: _Blatt) -> None:
    angabe = blatt.angabe
    # What is asked depends on other answers, which a schema of this kind cannot say: nothing is required.
    element = etree.SubElement(folge, _in(_XS, "element"), name=name, minOccurs="0")
    if angabe.typ == "mehrfachauswahl":
        element.set("maxOccurs", "unbounded")
    _erlaeutert(element, [("de", angabe.label.de), ("en", angabe.label.en)])
    einfach = {"janein": "boolean", "datum": "date", "ganzzahl": "integer", "betrag": "integer"}
    grundtyp = etree.SubElement(
        etree.SubElement(element, _in(_XS, "simpleType")),
        _in(_XS, "restriction"),
        base=f"xs:{einfach.get(angabe.typ, 'string')}",
    )
    if angabe.werte:
        for eines in angabe.werte:
            etree.SubElement(grundtyp, _in(_XS, "enumeration"), value=eines.wert)
    elif angabe.typ not in einfach:
        etree.SubElement(grundtyp, _in(_XS, "minLength"), value="1")
        etree.SubElement(grundtyp, _in(_XS, "maxLength"), value=str(blatt.hoechstlaenge))


def _kopf(folge: etree._Element) -> None:
    for name, typ in (
        ("leistung", "string"),
        ("leika", "string"),
        ("gemeinde", "string"),
        ("eingangsnummer", "string"),
        ("eingegangenAm", "dateTime"),
        ("sprache", "language"),
    ):
        etree.SubElement(folge, _in(_XS, "element"), name=name, type=f"xs:{typ}")


def _nachweise(folge: etree._Element, arten: Sequence[str]) -> None:
    innen = _folge(folge, "nachweis", minOccurs="0", maxOccurs="unbounded")
    for name, typ in (
        ("dateiname", "string"),
        ("medientyp", "string"),
        ("groesse", "nonNegativeInteger"),
        ("sha256", "string"),
    ):
        etree.SubElement(innen, _in(_XS, "element"), name=name, type=f"xs:{typ}")
    art = etree.SubElement(_elternteil(innen), _in(_XS, "attribute"), name="art", use="required")
    liste = etree.SubElement(
        etree.SubElement(art, _in(_XS, "simpleType")), _in(_XS, "restriction"), base="xs:string"
    )
    for eine in arten:
        etree.SubElement(liste, _in(_XS, "enumeration"), value=eine)


def _folge(ort: etree._Element, name: str, **oft: str) -> etree._Element:
    """An element that holds others in their order; what to put them in."""
    element: etree._Element = etree.SubElement(ort, _in(_XS, "element"), name=name)
    for merkmal, wert in oft.items():
        element.set(merkmal, wert)
    return etree.SubElement(etree.SubElement(element, _in(_XS, "complexType")), _in(_XS, "sequence"))


def _elternteil(element: etree._Element) -> etree._Element:
    eltern = element.getparent()
    assert eltern is not None  # noqa: S101 `_folge` has just put it into one
    return eltern


def _erlaeutert(element: etree._Element, saetze: Sequence[tuple[str, str]]) -> None:
    erlaeuterung = etree.SubElement(element, _in(_XS, "annotation"))
    for sprache, satz in saetze:
        eine = etree.SubElement(erlaeuterung, _in(_XS, "documentation"))
        eine.set("{http://www.w3.org/XML/1998/namespace}lang", sprache)
        eine.text = satz


def _in(ns: str, name: str) -> str:
    return f"{{{ns}}}{name}"
