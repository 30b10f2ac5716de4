"""Judges a message by the XML Schema of its bundle. lxml decides; xoev.erklaeren explains a reject."""

import threading
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from xoev.befund import Befund
from xoev.bundles import Bundle
from xoev.erklaeren import erklaere

# libxml2 keeps the errors of a run in the schema object, so every thread has its own.
_LOKAL = threading.local()


class _NurAusDemBundle(etree.Resolver):
    """What a schema imports has to lie in the folder of its bundle."""

    def __init__(self, ordner: Path) -> None:
        self._ordner = ordner.resolve()

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:
        pfad = Path(unquote((system_url or "").removeprefix("file://"))).resolve()
        if not pfad.is_relative_to(self._ordner):
            raise ValueError("outside the bundle")
        return self.resolve_filename(str(pfad), context)


@cache
def _quelle(bundle: Bundle) -> etree._ElementTree:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(_NurAusDemBundle(bundle.verzeichnis))
    return etree.parse(bundle.schema, parser)


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


def ist_gueltig(wurzel: etree._Element, bundle: Bundle) -> bool:
    """True if the schema accepts the message."""
    return bool(_schema(bundle).validate(wurzel))
