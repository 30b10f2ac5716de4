"""States as logins name them, and as the lists of the forms do.

Providers say ``DE`` or ``DEU``; addresses are kept with the numeric code of ISO 3166-1 (``276``),
nationalities with the key of the Statistisches Bundesamt (``000``).
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple


class Staat(NamedTuple):
    """The codes of one state."""

    numerisch: str
    angehoerigkeit: str | None


def staat(code: str) -> Staat | None:
    """The state of an ISO 3166-1 code of two or three letters, in any case; None for anything else."""
    return _staaten().get(code.strip().upper())


@cache
def _staaten() -> dict[str, Staat]:
    zeilen = Path(__file__).with_suffix(".tsv").read_text("utf-8").splitlines()
    gelesen: dict[str, Staat] = {}
    for zeile in zeilen:
        if not zeile.startswith("#"):
            zwei, drei, numerisch, angehoerigkeit = zeile.split("\t")
            gelesen[zwei] = gelesen[drei] = Staat(numerisch, angehoerigkeit or None)
    return gelesen
