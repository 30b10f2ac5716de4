"""The clock of § 14 SGB IX: two weeks to settle who is competent, three to decide.

A rehabilitation body that has not forwarded an application in time is the one that has to provide
(Abs. 2 Satz 1), whoever would have been competent. An application that another body has forwarded may be
passed on once more only in agreement with a third (Abs. 3); that is settled between the bodies, outside
of this program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, Literal

from app.arbeitstag import naechster_arbeitstag
from app.vorgaenge.models import Klaerung
from app.vorgaenge.service import ORTSZEIT

KLAERUNG_TAGE: Final = 14
"""§ 14 Abs. 1 Satz 1 SGB IX."""
ENTSCHEIDUNG_TAGE: Final = 21
"""§ 14 Abs. 2 Satz 2 SGB IX."""

Ergebnis = Literal["offen", "behalten", "weitergeleitet", "verfestigt"]


@dataclass(frozen=True, slots=True)
class Klaerungsstand:
    """Whether the town is competent, as it stands."""

    ergebnis: Ergebnis
    """verfestigt: the two weeks are over, the town provides."""
    bis: datetime
    """Last moment at which the application may be forwarded."""
    traeger: str | None = None

    def als_dict(self) -> Mapping[str, Any]:
        """As JSON."""
        return {"ergebnis": self.ergebnis, "bis": self.bis.isoformat(), "traeger": self.traeger}


def klaerungsende(eingang: datetime) -> datetime:
    """Until when an application received at this moment may be forwarded.

    The day of receipt does not count (§ 26 Abs. 1 SGB X, § 187 Abs. 1 BGB); what would end on a Saturday,
    Sunday or holiday ends with the next working day (§ 26 Abs. 3 SGB X).
    """
    tag = naechster_arbeitstag(eingang.astimezone(ORTSZEIT).date() + timedelta(days=KLAERUNG_TAGE))
    return datetime.combine(tag + timedelta(days=1), time(), ORTSZEIT).astimezone(UTC)


def klaerungsstand(zeile: Klaerung | None, eingang: datetime, jetzt: datetime) -> Klaerungsstand:
    """How it stands at this moment."""
    bis = klaerungsende(eingang)
    if zeile is not None:
        ergebnis: Ergebnis = "weitergeleitet" if zeile.ergebnis == "weitergeleitet" else "behalten"
        return Klaerungsstand(ergebnis, bis, zeile.traeger)
    return Klaerungsstand("verfestigt" if jetzt >= bis else "offen", bis)
