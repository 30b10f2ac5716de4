"""How much is measured: a few minutes by default, everything with AMT_LANG=1."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Umfang:
    """Sizes and times of one run."""

    runden: int
    sekunden: float
    """Of one round of load."""
    kette: int
    """Notices that go all the way."""
    kette_einzeln: int
    """The same, each in a message of its own."""
    bestand: tuple[int, int]
    """Stored notices, small and large."""
    verlauf: tuple[int, int]
    """Notices taken in before memory is read the first and the second time."""
    faelle: int
    """Stored cases, spread over all towns."""

    def __str__(self) -> str:
        """For people who read the figures."""
        return (
            f"{self.runden} rounds of {self.sekunden:g} s, "
            f"chain of {self.kette} notices and of {self.kette_einzeln} one by one, "
            f"stored {self.bestand[0]} and {self.bestand[1]}, "
            f"memory after {self.verlauf[0]} and {self.verlauf[1]}, "
            f"{self.faelle} cases in 396 towns"
        )


KURZ = Umfang(
    runden=5,
    sekunden=3.0,
    kette=2_000,
    kette_einzeln=100,
    bestand=(1_000, 100_000),
    verlauf=(250, 1_250),
    faelle=300_000,
)
LANG = Umfang(
    runden=9,
    sekunden=10.0,
    kette=10_000,
    kette_einzeln=1_000,
    bestand=(1_000, 1_000_000),
    verlauf=(1_000, 100_000),
    faelle=300_000,
)


def umfang() -> Umfang:
    """What this run is to measure."""
    return LANG if os.environ.get("AMT_LANG") == "1" else KURZ
