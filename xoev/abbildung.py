"""From the tree of a release to the canonical tree (XGewerbeanzeige 2.2 of the project) and back.

A release whose tree is the same but for its namespace needs no stylesheets for it.
"""

from lxml import etree

from xoev.bundles import Bundle, kanonisch
from xoev.xslt import stylesheet


def nach_kanonisch(wurzel: etree._Element, bundle: Bundle) -> etree._Element:
    """The same message in the canonical tree; raises StylesheetGescheitert."""
    if bundle.eigen or bundle.namespace == kanonisch().namespace:
        return wurzel
    if bundle.hin is None:
        return _umbenannt(wurzel, bundle, kanonisch())
    return stylesheet(bundle.hin)(wurzel)


def aus_kanonisch(wurzel: etree._Element, bundle: Bundle) -> etree._Element:
    """A canonical message in the tree of `bundle`; raises StylesheetGescheitert."""
    if bundle.namespace == kanonisch().namespace:
        return wurzel
    if bundle.her is None:
        return _umbenannt(wurzel, kanonisch(), bundle)
    return stylesheet(bundle.her)(wurzel)


def _umbenannt(wurzel: etree._Element, von: Bundle, nach: Bundle) -> etree._Element:
    angaben = {str(name): str(wert) for name, wert in wurzel.attrib.items()}
    angaben |= {"standard": nach.standard, "version": nach.version}
    neu = etree.Element(_tag(wurzel, von, nach), angaben, nsmap={"xga": nach.namespace})
    neu.text = wurzel.text
    _uebertrage(wurzel, neu, von, nach)
    return neu


def _uebertrage(alt: etree._Element, neu: etree._Element, von: Bundle, nach: Bundle) -> None:
    for kind in alt.iterchildren("*"):
        attribute = {str(name): str(wert) for name, wert in kind.attrib.items()}
        kopie = etree.SubElement(neu, _tag(kind, von, nach), attribute)
        kopie.text, kopie.tail = kind.text, kind.tail
        _uebertrage(kind, kopie, von, nach)


def _tag(element: etree._Element, von: Bundle, nach: Bundle) -> str:
    tag = str(element.tag)
    praefix = f"{{{von.namespace}}}"
    return f"{{{nach.namespace}}}{tag.removeprefix(praefix)}" if tag.startswith(praefix) else tag
