"""One point of a town's self-check, in plain words, with what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Stand(StrEnum):
    """How a point stands, the best first."""

    IN_ORDNUNG = "in_ordnung"
    WARNUNG = "warnung"
    FEHLER = "fehler"


class Bereich(StrEnum):
    """What a point is about."""

    GEMEINDE = "gemeinde"
    EINSTELLUNGEN = "einstellungen"
    ANMELDUNG = "anmeldung"
    EMPFAENGER = "empfaenger"
    ZERTIFIKATE = "zertifikate"
    JOURNAL = "journal"
    BETRIEB = "betrieb"
    VORGAENGE = "vorgaenge"


@dataclass(frozen=True, slots=True)
class Satz:
    """A sentence in two languages."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class Pruefpunkt:
    """What was looked at and what came of it; no personal data, no secrets."""

    bereich: Bereich
    schluessel: str
    """Stable name of the point, unique within its area."""
    stand: Stand
    befund: Satz
    abhilfe: Satz | None = None
    """What to do about it."""

    def als_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def gut(bereich: Bereich, schluessel: str, de: str, en: str) -> Pruefpunkt:
    """A point that is in order."""
    return Pruefpunkt(bereich, schluessel, Stand.IN_ORDNUNG, Satz(de, en))


@dataclass(frozen=True, slots=True)
class Pruefbericht:
    """All points of a town, in the order of the areas."""

    ags: str
    name: str
    punkte: Sequence[Pruefpunkt]

    @property
    def stand(self) -> Stand:
        """That of the worst point."""
        ordnung = list(Stand)
        return max((punkt.stand for punkt in self.punkte), key=ordnung.index, default=Stand.IN_ORDNUNG)

    @property
    def fehler(self) -> list[Pruefpunkt]:
        """What keeps the town from working as it should."""
        return [punkt for punkt in self.punkte if punkt.stand is Stand.FEHLER]

    @property
    def warnungen(self) -> list[Pruefpunkt]:
        """What should be seen to."""
        return [punkt for punkt in self.punkte if punkt.stand is Stand.WARNUNG]

    def als_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "ags": self.ags,
            "name": self.name,
            "stand": self.stand,
            "punkte": [punkt.als_dict() for punkt in self.punkte],
        }
