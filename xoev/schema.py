"""Judges a message by the XML Schema of its bundle. lxml decides; xoev.erklaeren explains a reject."""

import threading
from functools import cache

from lxml import etree

from xoev.befund import Befund
from xoev.bundles import Bundle
from xoev.erklaeren import erklaere

# libxml2 keeps the errors of a run in the schema object, so every thread has its own.
_LOKAL = threading.local()


@cache
def _quelle(bundle: Bundle) -> etree._ElementTree:
    return etree.parse(bundle.schema, etree.XMLParser(no_network=True, resolve_entities=False))


def _schema(bundle: Bundle) -> etree.XMLSchema:
    schemata: dict[Bundle, etree.XMLSchema] = _LOKAL.__dict__.setdefault("schemata", {})
    if bundle not in schemata:
        schemata[bundle] = etree.XMLSchema(_quelle(bundle))
    return schemata[bundle]


def pruefe_schema(wurzel: etree._Element, bundle: Bundle) -> tuple[Befund, ...]:
    """Findings of the schema; empty if the message is valid."""
    schema = _schema(bundle)
    if schema.validate(wurzel):
        return ()
    return erklaere(wurzel, bundle, schema.error_log)
