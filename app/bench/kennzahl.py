"""A measured figure beside what it is compared with."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kennzahl:
    """`baseline`: the same work done barely, in the same unit. `ziel` bounds `ratio`, else `value`.

    Without `ziel` the figure only tells.
    """

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    ziel: float | None
    mehr_ist_besser: bool

    @property
    def erreicht(self) -> bool | None:
        """True where the target is met; None without target."""
        if self.ziel is None:
            return None
        wert = self.value if self.ratio is None else self.ratio
        return wert >= self.ziel if self.mehr_ist_besser else wert <= self.ziel

    @property
    def ziel_text(self) -> str:
        """ ">= 50/s" or "<= 2.0 x"; empty without target."""
        if self.ziel is None:
            return ""
        einheit = f" {self.unit}" if self.ratio is None else " x"
        return f"{'>=' if self.mehr_ist_besser else '<='} {self.ziel:g}{einheit}"

    def als_dict(self) -> dict[str, Any]:
        """The entry in build/bench.json."""
        return {
            "value": _gerundet(self.value),
            "unit": self.unit,
            "baseline": _gerundet(self.baseline),
            "ratio": _gerundet(self.ratio),
            "target": self.ziel_text,
            "met": self.erreicht,
        }


def _gerundet(wert: float | None) -> float | None:
    return None if wert is None else float(f"{wert:.4g}")
