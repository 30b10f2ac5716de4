"""Roles of staff, each for one town or one body."""

from dataclasses import dataclass
from enum import StrEnum


class Rolle(StrEnum):
    """What somebody is here for. What a role may do stands in app.konto.rechte."""

    SACHBEARBEITUNG = "sachbearbeitung"
    LEITUNG = "leitung"
    ADMINISTRATION = "administration"
    REVISION = "revision"
    KAMMER = "kammer"
    BEZIRKSREGIERUNG = "bezirksregierung"

    @property
    def der_gemeinde(self) -> bool:
        """Whether the role belongs to a town (else to a body of a district)."""
        return self not in {Rolle.KAMMER, Rolle.BEZIRKSREGIERUNG}


@dataclass(frozen=True, slots=True)
class Rollenzuweisung:
    """A role and where it counts: AGS of the town, or key of the body."""

    rolle: Rolle
    gemeinde: str | None = None
    stelle: str | None = None

    def __post_init__(self) -> None:
        if (self.gemeinde if self.rolle.der_gemeinde else self.stelle) is None or (
            self.gemeinde is not None and self.stelle is not None
        ):
            raise ValueError(f"{self.rolle}: a town's role needs its AGS, a body's role its key")
