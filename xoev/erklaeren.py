"""Turns a reject of the schema into sentences. Only what lxml has rejected comes here.

xmlschema names element and cause; where it gives up, or the message is too large for it, the kinds of
error that libxml2 reports do. Text of either library never reaches the reader.
"""

import re
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import cast

import xmlschema
from elementpath.protocols import ElementProtocol
from lxml import etree
from xmlschema.validators import (
    XMLSchemaChildrenValidationError,
    XMLSchemaValidationError,
    XsdAttribute,
    XsdAttributeGroup,
    XsdElement,
    XsdGroup,
)

from xoev.befund import Befund, gekuerzt
from xoev.bundles import Bundle
from xoev.fundstelle import fundstelle, lokal

HOECHSTENS = 50
"""So many findings at most: whoever gets more of them mends the first ones first."""
GROSS = 2000
"""Above so many elements the slow explainer is not asked."""

_SCHLOSS = threading.Lock()
_ATTRIBUT = re.compile(r"attribute (\S+?)=")
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@cache
def _erklaerer(bundle: Bundle) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(
        bundle.schema.resolve().as_uri(), allow="sandbox", defuse="always", use_location_hints=False
    )


@cache
def _formen(verzeichnis: Path) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((verzeichnis / "formen.toml").read_text(encoding="utf-8"))


def erklaere(
    wurzel: etree._Element, bundle: Bundle, meldungen: Iterable[etree._LogEntry]
) -> tuple[Befund, ...]:
    """At least one finding for a message that the schema rejects, at most HOECHSTENS, each once."""
    befunde: list[Befund] = []
    if len(list(islice(wurzel.iter(), GROSS + 1))) <= GROSS:
        befunde = _mit_xmlschema(wurzel, bundle)
    if not befunde:
        befunde = [_aus_meldung(meldung) for meldung in islice(meldungen, HOECHSTENS)]
    einmalig = {(befund.rule, befund.xpath, befund.line): befund for befund in befunde}
    return tuple(einmalig.values())[:HOECHSTENS]


def _mit_xmlschema(wurzel: etree._Element, bundle: Bundle) -> list[Befund]:
    befunde: list[Befund] = []
    with _SCHLOSS:
        try:
            quelle = xmlschema.XMLResource(cast(ElementProtocol, wurzel), allow="none", defuse="always")
            for fehler in islice(_erklaerer(bundle).iter_errors(quelle), HOECHSTENS):
                befunde.extend(_befunde(fehler, bundle))
        except (xmlschema.XMLSchemaException, KeyError, ValueError, TypeError):
            # An xsi:type that names nothing, for example; libxml2's list says enough then.
            return befunde
    return befunde


def _befunde(fehler: XMLSchemaValidationError, bundle: Bundle) -> Iterator[Befund]:
    element = fehler.elem
    if not isinstance(element, etree._Element):
        return
    if isinstance(fehler, XMLSchemaChildrenValidationError):
        yield from _kinder(fehler, element)
    elif isinstance(fehler.validator, XsdAttributeGroup):
        yield from _attribute(fehler.validator, element)
    elif isinstance(fehler.validator, XsdGroup):
        yield fundstelle(element).befund(
            "XSD-TEXT",
            "{wo}: Zwischen den Elementen steht Text. Dort ist keiner erlaubt.",
            "{wo}: There is text between the elements. None is allowed there.",
        )
    elif isinstance(fehler.validator, XsdElement):
        yield fundstelle(element).befund(
            "XSD-INHALT",
            "{wo}: Hier wird ein einfacher Wert erwartet, keine Elemente.",
            "{wo}: A plain value is expected here, no elements.",
        )
    else:
        yield _wert(fehler, element, bundle)


def _teilchen(gruppe: XsdGroup) -> Iterator[tuple[XsdElement, int, int | None]]:
    """Elements of a content model with least and greatest number; branches of a choice count from 0."""
    for teil in gruppe:
        if isinstance(teil, XsdElement):
            wenigstens = 0 if gruppe.model == "choice" else teil.min_occurs
            yield teil, wenigstens, teil.max_occurs
        elif isinstance(teil, XsdGroup):
            wahlfrei = gruppe.model == "choice" or teil.min_occurs == 0
            for element, wenigstens, hoechstens in _teilchen(teil):
                yield element, 0 if wahlfrei else wenigstens, hoechstens


def _kinder(fehler: XMLSchemaChildrenValidationError, element: etree._Element) -> Iterator[Befund]:
    """Which child is missing, foreign, too many; if none is, one stands in the wrong place."""
    gruppe = fehler.validator
    if not isinstance(gruppe, XsdGroup):
        return
    modell = list(_teilchen(gruppe))
    vorhanden = Counter(kind.tag for kind in element.iterchildren("*"))
    gefunden = False
    for kind in element.iterchildren("*"):
        if not any(teil.name == kind.tag for teil, _, _ in modell):
            gefunden = True
            yield _fremd(kind)
    for teil, wenigstens, hoechstens in modell:
        anzahl = vorhanden[teil.name]
        if anzahl < wenigstens:
            gefunden = True
            yield fundstelle(element, teil.local_name).befund(
                "XSD-FEHLT", "Es fehlt: {wo}.", "Missing: {wo}."
            )
        elif hoechstens is not None and anzahl > hoechstens:
            gefunden = True
            yield fundstelle(element, teil.local_name).befund(
                "XSD-ZUOFT", "{wo}: kommt zu oft vor.", "{wo}: occurs too often."
            )
    if not gefunden:
        yield _reihenfolge_oder_auswahl(fehler, element)


def _fremd(kind: etree._Element) -> Befund:
    name = gekuerzt(lokal(str(kind.tag)))
    return fundstelle(kind).befund(
        "XSD-UNBEKANNT",
        f"Das Element {name} ist an dieser Stelle nicht vorgesehen.",
        f"The element {name} is not provided for in this place.",
    )


def _reihenfolge_oder_auswahl(fehler: XMLSchemaChildrenValidationError, element: etree._Element) -> Befund:
    kind = fehler.invalid_child
    if isinstance(kind, etree._Element):
        return fundstelle(kind).befund(
            "XSD-REIHENFOLGE",
            "{wo}: steht an der falschen Stelle. Die Reihenfolge der Elemente ist fest.",
            "{wo}: stands in the wrong place. The order of the elements is fixed.",
        )
    namen = ", ".join(teil.local_name for teil in fehler.expected or () if isinstance(teil, XsdElement))
    return fundstelle(element).befund(
        "XSD-FEHLT",
        f"{{wo}}: Es fehlt eines der Elemente {namen}.",
        f"{{wo}}: One of the elements {namen} is missing.",
    )


def _attribute(gruppe: XsdAttributeGroup, element: etree._Element) -> Iterator[Befund]:
    ort = fundstelle(element)
    for name, attribut in gruppe.items():
        if name is not None and attribut.use == "required" and name not in element.attrib:
            yield ort.befund(
                "XSD-ATTRIBUT-FEHLT",
                f"{{wo}}: Das Attribut {name} fehlt.",
                f"{{wo}}: The attribute {name} is missing.",
            )
    for name in map(str, element.attrib):
        if name not in gruppe and not name.startswith(_XSI):
            kurz = gekuerzt(lokal(name))
            yield ort.befund(
                "XSD-ATTRIBUT-UNBEKANNT",
                f"{{wo}}: Das Attribut {kurz} ist nicht vorgesehen.",
                f"{{wo}}: The attribute {kurz} is not provided for.",
            )


def _wert(fehler: XMLSchemaValidationError, element: etree._Element, bundle: Bundle) -> Befund:
    form = _form(element, bundle)
    attribut = _attributname(fehler)
    de, en = (
        ("{wo}", "{wo}")
        if attribut is None
        else (f"{{wo}}, Attribut {attribut}", f"{{wo}}, attribute {attribut}")
    )
    if attribut is not None:
        form = _formen(bundle.verzeichnis)["Text"]
    if isinstance(fehler.validator, XsdAttribute) and fehler.validator.fixed is not None:
        form = {"de": fehler.validator.fixed, "en": fehler.validator.fixed}
    wert = gekuerzt(str(fehler.obj))
    if not wert:
        return fundstelle(element).befund(
            "XSD-LEER", f"{de}: Der Wert fehlt.", f"{en}: The value is missing."
        )
    return fundstelle(element).befund(
        "XSD-WERT",
        f"{de}: erwartet {form['de']}, gefunden „{wert}“.",
        f'{en}: expected {form["en"]}, found "{wert}".',
    )


def _attributname(fehler: XMLSchemaValidationError) -> str | None:
    if isinstance(fehler.validator, XsdAttribute):
        return fehler.validator.local_name
    treffer = _ATTRIBUT.match(fehler.reason or "")
    return gekuerzt(treffer[1]) if treffer else None


def _form(element: etree._Element, bundle: Bundle) -> Mapping[str, str]:
    """The expected form in words, by the name of the element's simple type."""
    formen = _formen(bundle.verzeichnis)
    typ = _typname(tuple(_kette(element)), bundle)
    return formen.get(typ.removeprefix("Schluessel.").removeprefix("Code"), formen["sonst"])


def _kette(element: etree._Element) -> list[str]:
    return [*[str(vorfahr.tag) for vorfahr in element.iterancestors()][::-1], str(element.tag)]


@cache
def _typname(kette: tuple[str, ...], bundle: Bundle) -> str:
    """Local name of the type that the schema gives to the element under these tags."""
    erklaerung = _erklaerer(bundle).elements.get(lokal(kette[0]))
    for tag in kette[1:]:
        inhalt = getattr(erklaerung.type, "content", None) if erklaerung is not None else None
        if not isinstance(inhalt, XsdGroup):
            return ""
        erklaerung = next((teil for teil, _, _ in _teilchen(inhalt) if teil.name == tag), None)
    return (erklaerung.type.local_name or "") if erklaerung is not None else ""


_KINDS: tuple[tuple[str, str, str, str], ...] = (
    (
        "ELEMENT_CONTENT",
        "XSD-AUFBAU",
        "fehlt, ist zu viel oder steht an der falschen Stelle",
        "is missing, superfluous or in the wrong place",
    ),
    ("CVC_PATTERN", "XSD-WERT", "hat nicht die erwartete Form", "does not have the expected form"),
    ("CVC_ENUMERATION", "XSD-WERT", "hat einen unbekannten Schlüssel", "has an unknown code"),
    ("CVC_DATATYPE", "XSD-WERT", "hat einen Wert der falschen Art", "has a value of the wrong kind"),
    ("CVC_COMPLEX_TYPE_4", "XSD-ATTRIBUT-FEHLT", "hat zu wenige Attribute", "lacks an attribute"),
    (
        "CVC_COMPLEX_TYPE_3",
        "XSD-ATTRIBUT-UNBEKANNT",
        "hat ein unbekanntes Attribut",
        "has an unknown attribute",
    ),
    (
        "CVC_COMPLEX_TYPE_2_3",
        "XSD-TEXT",
        "enthält Text zwischen den Elementen",
        "contains text between its elements",
    ),
)


def _aus_meldung(meldung: etree._LogEntry) -> Befund:
    """A finding from the kind of libxml2's error: what, where, no quotation."""
    name = gekuerzt(re.sub(r"\[\d+\]$", "", (meldung.path or "").rpartition("/")[2]).rpartition(":")[2])
    wo = "Die Nachricht" if name in {"", "*"} else f"Element {name}"
    where = "The message" if name in {"", "*"} else f"Element {name}"
    rule, de, en = next(
        (eintrag[1:] for eintrag in _KINDS if eintrag[0] in meldung.type_name),
        ("XSD-INHALT", "entspricht nicht dem Schema", "does not conform to the schema"),
    )
    return Befund(
        "error", rule, {"de": f"{wo} {de}.", "en": f"{where} {en}."}, meldung.path or "", meldung.line
    )
