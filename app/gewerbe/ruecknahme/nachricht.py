"""Writes the message that takes earlier ones back (ruecknahme-1.xsd beside this module)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from lxml import etree

from app.gewerbe.nachricht import Behoerde

NAMENSRAUM: Final = "urn:digitales-gewerbeamt:ruecknahme:1"
XSD: Final = Path(__file__).with_name("ruecknahme-1.xsd")
Grund = Literal["widerrufen", "nicht_mehr_berechtigt"]


@dataclass(frozen=True, slots=True)
class Ruecknahme:
    """What is taken back, from whom, and why. No name, no business: the receiver knows its own messages."""

    nachrichten_uuid: UUID
    erstellt: datetime
    leser: Behoerde
    autor: Behoerde
    grund: Grund
    satz_uuid: UUID
    zurueckgenommen: Sequence[UUID]
    """UUIDs of the messages with which the receiver got the notice."""


def schreibe_ruecknahme(ruecknahme: Ruecknahme) -> bytes:
    """The message in UTF-8, valid against its schema."""
    wurzel = etree.Element(f"{{{NAMENSRAUM}}}ruecknahme", nsmap={None: NAMENSRAUM})
    _neu(wurzel, "nachrichtenUUID", str(ruecknahme.nachrichten_uuid))
    zeit = ruecknahme.erstellt.astimezone(UTC).isoformat(timespec="milliseconds")
    _neu(wurzel, "erstellungszeitpunkt", zeit.replace("+00:00", "Z"))
    for name, behoerde in (("leser", ruecknahme.leser), ("autor", ruecknahme.autor)):
        element = _neu(wurzel, name)
        _neu(element, "praefix", behoerde.praefix)
        _neu(element, "kennung", behoerde.kennung)
        _neu(element, "behoerdenname", behoerde.name)
    _neu(wurzel, "grund", ruecknahme.grund)
    _neu(wurzel, "satzUUID", str(ruecknahme.satz_uuid))
    for uuid in ruecknahme.zurueckgenommen:
        _neu(wurzel, "zurueckgenommen", str(uuid))
    _schema().assertValid(wurzel)
    return etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8")


def _neu(eltern: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(eltern, f"{{{NAMENSRAUM}}}{name}")
    element.text = text
    return element


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD))
