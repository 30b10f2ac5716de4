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


class NurAusDemBundle(etree.Resolver):
    """What a schema imports has to lie in the folder of its bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._ordner = bundle.verzeichnis.resolve()

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:
        """The document that libxml2 asks for; raises ValueError for one outside of the folder."""
        pfad = Path(unquote((system_url or "").removeprefix("file://"))).resolve()
        if not pfad.is_relative_to(self._ordner):
            raise ValueError("outside the bundle")
        return self.gib(pfad, context)

    def gib(self, pfad: Path, context: Any) -> Any:
        """The document in a file of the bundle."""
        return self.resolve_filename(str(pfad), context)


def lies_schema(bundle: Bundle, quelle: NurAusDemBundle) -> etree._ElementTree:
    """The bundle's schema, which takes what it imports from `quelle`."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(quelle)
    return etree.parse(bundle.schema, parser)


@cache
def _quelle(bundle: Bundle) -> etree._ElementTree:
    return lies_schema(bundle, NurAusDemBundle(bundle))


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
