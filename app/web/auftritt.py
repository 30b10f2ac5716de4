"""How a town's pages look: its name, its coat of arms, its colours."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Auftritt:
    """The look of a page. Paths are of this host; colours are a style sheet: the CSP allows no other way."""

    name: str | None = None
    """Name of the town as it stands under that of the office."""
    wappen: str | None = None
    """Path of the coat of arms (SVG or PNG)."""
    stil: str | None = None
    """Path of a style sheet that sets the colours `--auftritt-*`."""


NEUTRAL: Final = Auftritt()
"""The look of pages that belong to no town."""
