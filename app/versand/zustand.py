"""The state of a delivery: computed from its times, here and nowhere else.

Receipts may arrive out of order and do no harm: no state is ever stored, so none can be set back.
"""

from datetime import datetime
from typing import Literal, Protocol

Zustand = Literal[
    "wartet", "in_zustellung", "bereit", "abgeholt", "angenommen", "abgelehnt", "angehalten", "aufgegeben"
]


class Zeiten(Protocol):
    """The times of a delivery that decide its state."""

    @property
    def lease_bis(self) -> datetime | None: ...
    @property
    def bereitgestellt_am(self) -> datetime | None: ...
    @property
    def abgeholt_am(self) -> datetime | None: ...
    @property
    def angenommen_am(self) -> datetime | None: ...
    @property
    def abgelehnt_am(self) -> datetime | None: ...
    @property
    def angehalten_am(self) -> datetime | None: ...
    @property
    def aufgegeben_am(self) -> datetime | None: ...


def zustand_von(zeiten: Zeiten) -> Zustand:
    """The furthest point the delivery has reached."""
    stufen: tuple[tuple[Zustand, datetime | None], ...] = (
        ("angenommen", zeiten.angenommen_am),
        ("abgelehnt", zeiten.abgelehnt_am),
        ("abgeholt", zeiten.abgeholt_am),
        ("bereit", zeiten.bereitgestellt_am),
        ("angehalten", zeiten.angehalten_am),
        ("aufgegeben", zeiten.aufgegeben_am),
        ("in_zustellung", zeiten.lease_bis),
    )
    return next((zustand for zustand, zeitpunkt in stufen if zeitpunkt is not None), "wartet")
