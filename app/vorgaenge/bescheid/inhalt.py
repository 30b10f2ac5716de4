"""What the letter about a decision shows."""

from dataclasses import dataclass
from datetime import date
from typing import Final

OHNE_UNTERSCHRIFT: Final = "Dieses Schreiben wurde elektronisch erstellt. Es ist ohne Unterschrift gültig."


@dataclass(frozen=True, slots=True)
class Entscheidungsinhalt:
    """A decision of the town, in the language of the office (§ 23 Abs. 1 VwVfG)."""

    gemeinde: str
    """The authority that decides."""
    titel: str
    """Subject of the letter."""
    aktenzeichen: str
    datum: date
    adressat: tuple[str, ...]
    """Name and address, a line each."""
    anrede: str
    absaetze: tuple[str, ...]
    """What is decided and why, a paragraph each."""
    rechtsbehelf: str | None = None
    """Which remedy there is, where and how long (§ 37 Abs. 6 VwVfG)."""
    angaben: tuple[tuple[str, str], ...] = ()
    """What is to be found at a glance: label and value, for instance until when a permit is good."""
    gemeindeanschrift: tuple[str, ...] = ()
    gruss: str = "Mit freundlichen Grüßen"
    siegelzeile: str = ""
    """Stands where a signature would; without it the authority's name does."""
    entstehung: str = OHNE_UNTERSCHRIFT
