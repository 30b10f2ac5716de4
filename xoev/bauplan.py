"""What a schema provides for an element: children, attributes, type. xmlschema reads it, once a bundle."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import xmlschema
from lxml import etree
from xmlschema.validators import XsdAttributeGroup, XsdElement, XsdGroup

from xoev.bundles import Bundle


class Platz(NamedTuple):
    """A child that a content model provides for; `hoechstens` None: any number."""

    tag: str
    name: str
    wenigstens: int
    hoechstens: int | None


@cache
def _schema(bundle: Bundle) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(
        bundle.schema.resolve().as_uri(), allow="sandbox", defuse="always", use_location_hints=False
    )


@cache
def _deklaration(tags: tuple[str, ...], bundle: Bundle) -> XsdElement | None:
    """The declaration of the element under these tags, the root's first; None if there is none."""
    gefunden: XsdElement | None = _schema(bundle).maps.elements.get(tags[0])
    for tag in tags[1:]:
        inhalt = getattr(gefunden.type, "content", None) if gefunden is not None else None
        if not isinstance(inhalt, XsdGroup):
            return None
        gefunden = next((teil for teil, _, _ in _teilchen(inhalt) if teil.name == tag), None)
    return gefunden


def _von(element: etree._Element, bundle: Bundle) -> XsdElement | None:
    vorfahren = [str(vorfahr.tag) for vorfahr in element.iterancestors()]
    return _deklaration((*reversed(vorfahren), str(element.tag)), bundle)


def _teilchen(gruppe: XsdGroup) -> Iterator[tuple[XsdElement, int, int | None]]:
    """Elements of a content model with least and greatest number; branches of a choice count from 0."""
    for teil in gruppe:
        if isinstance(teil, XsdElement):
            yield teil, 0 if gruppe.model == "choice" else teil.min_occurs, teil.max_occurs
        elif isinstance(teil, XsdGroup):
            wahlfrei = gruppe.model == "choice" or teil.min_occurs == 0
            for element, wenigstens, hoechstens in _teilchen(teil):
                yield element, 0 if wahlfrei else wenigstens, hoechstens


def kinder(element: etree._Element, bundle: Bundle) -> tuple[Platz, ...]:
    """The children provided for, in order; empty if `element` takes none or is unknown."""
    deklaration = _von(element, bundle)
    inhalt = getattr(deklaration.type, "content", None) if deklaration is not None else None
    if not isinstance(inhalt, XsdGroup):
        return ()
    return tuple(
        Platz(teil.name, teil.local_name, wenigstens, hoechstens)
        for teil, wenigstens, hoechstens in _teilchen(inhalt)
    )


def typname(element: etree._Element, bundle: Bundle) -> str:
    """Local name of the element's type, e.g. "Geburtsdatum"; empty if it is unknown."""
    deklaration = _von(element, bundle)
    return (deklaration.type.local_name or "") if deklaration is not None else ""


def fester_wert(element: etree._Element, bundle: Bundle) -> str | None:
    """The only value that the element may have; None if it is not fixed."""
    deklaration = _von(element, bundle)
    return deklaration.fixed if deklaration is not None else None


def attribute(element: etree._Element, bundle: Bundle) -> dict[str, tuple[bool, str | None]]:
    """Attributes provided for: name to whether it is mandatory and its fixed value."""
    deklaration = _von(element, bundle)
    gruppe = deklaration.attributes if deklaration is not None else None
    if not isinstance(gruppe, XsdAttributeGroup):
        return {}
    return {
        name: (attribut.use == "required", attribut.fixed)
        for name, attribut in gruppe.items()
        if name is not None
    }


def wurzeln(bundle: Bundle) -> tuple[str, ...]:
    """The elements that a message may begin with, as "{namespace}name"."""
    return tuple(_schema(bundle).maps.elements)
