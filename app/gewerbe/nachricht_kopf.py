"""What surrounds a notice in a message: the message's head, the record's head, the offices in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung

AGS_LISTE = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags"
AGS_LISTE_VERSION = "2018-01-31"


@dataclass(frozen=True, slots=True)
class Behoerdenanschrift:
    """Address of an office as the head knows it."""

    strasse: str
    ort: str
    plz: str
    hausnummer: str | None = None


@dataclass(frozen=True, slots=True)
class Behoerde:
    """An office as sender or reader.

    `praefix` and `kennung` as in DVDV (a Gewerbeamt: MELDID and its AGS); `liste` and `liste_version`
    name the code list of `kennung`; `erreichbarkeit`: (code of channel, address).
    """

    praefix: str
    kennung: str
    name: str
    liste: str = AGS_LISTE
    liste_version: str = AGS_LISTE_VERSION
    erreichbarkeit: tuple[tuple[str, str], ...] = ()
    anschrift: Behoerdenanschrift | None = None


def gewerbeamt(ags: str, name: str) -> Behoerde:
    """The office of a municipality as sender."""
    return Behoerde(praefix="MELDID", kennung=ags, name=name)


@dataclass(frozen=True, slots=True)
class Kopf:
    """Head of a message. `erstellt` with time zone; `test` marks a message that must cause nothing."""

    nachrichten_uuid: UUID
    erstellt: datetime
    leser: Behoerde
    autor: Behoerde
    produkt: str = "Digitales Gewerbeamt"
    produkthersteller: str = "Digitales Gewerbeamt"
    produktversion: str = "0.1"
    test: bool = False


@dataclass(frozen=True, slots=True)
class Satzkopf:
    """Head of one record. The UUIDs stand in for those a notice does not bring itself."""

    satz_erstellung: datetime
    ereigniszeitpunkt: datetime
    autor: Behoerde
    meldungsnummer: str
    uuid: UUID | None = None
    gewerbebetrieb_id: UUID | None = None
    ist_korrektur: bool = False


@dataclass(frozen=True, slots=True)
class Satz:
    """One record: a notice, whole or as the extract (felder.auszug) that the reader may have."""

    inhalt: Anmeldung | Ummeldung | Abmeldung | Mapping[str, Any]
    kopf: Satzkopf
