"""What the copy of a declaration shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Sprache = Literal["de", "en", "leicht"]


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """A part of the declaration: what was stated, label and value, then its own parts (one per person)."""

    ueberschrift: str
    angaben: tuple[tuple[str, str], ...] = ()
    abschnitte: tuple["Abschnitt", ...] = ()


@dataclass(frozen=True, slots=True)
class Anlage:
    """A file that was sent with it."""

    name: str
    groesse: int
    """Bytes."""
    sha256: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True)
class Empfaenger:
    """Who receives which of the data, and the provision that says so."""

    name: str
    angaben: str
    grundlage: str


@dataclass(frozen=True, slots=True)
class Kopieinhalt:
    """A declaration as it was sent; every text already in `sprache`."""

    sprache: Sprache
    gemeinde: str
    """The authority it was sent to."""
    titel: str
    """Name of the service."""
    eingangsnummer: str
    eingegangen_am: datetime
    abschnitte: tuple[Abschnitt, ...]
    anlagen: tuple[Anlage, ...] = ()
    empfaenger: tuple[Empfaenger, ...] = ()
    erklaerungen: tuple[str, ...] = ()
    """What was confirmed before sending, word for word."""
    hinweise: tuple[str, ...] = ()
