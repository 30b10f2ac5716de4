"""Two ways to do the same, measured in turn: machines change their pace, ratios of neighbours do not."""

from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Vergleich(NamedTuple):
    """Medians of both sides, and the median of the rounds' ratios (`eigen` over `gegen`)."""

    eigen: float
    gegen: float
    verhaeltnis: float


def abwechselnd(eigen: Callable[[], float], gegen: Callable[[], float], runden: int) -> Vergleich:
    """Measure A B, B A, A B ...: neither side always comes first."""
    paare = []
    for runde in range(runden):
        if runde % 2:
            b, a = gegen(), eigen()
        else:
            a, b = eigen(), gegen()
        paare.append((a, b))
    return Vergleich(
        median(a for a, _ in paare), median(b for _, b in paare), median(a / b for a, b in paare)
    )
