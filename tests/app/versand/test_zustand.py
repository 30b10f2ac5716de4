"""The state of a delivery, from its times alone."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import product

import pytest

from app.versand.zustand import Zustand, zustand_von

DANN = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class Zeiten:
    lease_bis: datetime | None = None
    bereitgestellt_am: datetime | None = None
    abgeholt_am: datetime | None = None
    angenommen_am: datetime | None = None
    abgelehnt_am: datetime | None = None
    angehalten_am: datetime | None = None
    aufgegeben_am: datetime | None = None


@pytest.mark.parametrize(
    ("zeiten", "zustand"),
    [
        (Zeiten(), "wartet"),
        (Zeiten(lease_bis=DANN), "in_zustellung"),
        (Zeiten(aufgegeben_am=DANN), "aufgegeben"),
        (Zeiten(aufgegeben_am=DANN, angehalten_am=DANN), "angehalten"),
        (Zeiten(bereitgestellt_am=DANN), "bereit"),
        (Zeiten(bereitgestellt_am=DANN, abgeholt_am=DANN), "abgeholt"),
        (Zeiten(bereitgestellt_am=DANN, abgeholt_am=DANN, angenommen_am=DANN), "angenommen"),
        (Zeiten(bereitgestellt_am=DANN, angenommen_am=DANN), "angenommen"),
        (Zeiten(bereitgestellt_am=DANN, abgeholt_am=DANN, abgelehnt_am=DANN), "abgelehnt"),
    ],
)
def test_state(zeiten: Zeiten, zustand: Zustand) -> None:
    assert zustand_von(zeiten) == zustand


def test_a_later_receipt_never_takes_an_answer_back() -> None:
    namen = [feld.name for feld in fields(Zeiten)]
    for belegt in product([None, DANN], repeat=len(namen)):
        zeiten = Zeiten(**dict(zip(namen, belegt, strict=True)))
        if zeiten.angenommen_am:
            assert zustand_von(zeiten) == "angenommen"
            assert zustand_von(replace(zeiten, abgeholt_am=DANN)) == "angenommen"
