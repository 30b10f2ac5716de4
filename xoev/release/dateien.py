"""Reads the XML files of a release: schemas, stylesheets, code lists, mappings. None has a DTD."""

from pathlib import Path

from lxml import etree

from xoev.befund import gekuerzt
from xoev.release.abgelehnt import Abgelehnt


def ist_datei(pfad: Path) -> bool:
    """True if there is such a file; a name that no file can have is none."""
    try:
        return pfad.is_file()
    except OSError:
        return False


def lies_xml(datei: Path) -> etree._Element:
    """The root element of a file without document type declaration; raises Abgelehnt."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, huge_tree=False)
    name = gekuerzt(datei.name)
    try:
        wurzel = etree.fromstring(datei.read_bytes(), parser)
    except etree.XMLSyntaxError:
        raise Abgelehnt(
            "RELEASE-XML", f"„{name}“ ist kein wohlgeformtes XML.", f"“{name}” is not well-formed XML."
        ) from None
    dokument = wurzel.getroottree().docinfo
    if dokument.internalDTD is not None or dokument.externalDTD is not None:
        raise Abgelehnt(
            "RELEASE-DTD",
            f"„{name}“ enthält eine Dokumenttypdeklaration (DOCTYPE).",
            f"“{name}” contains a document type declaration (DOCTYPE).",
        )
    return wurzel
