"""When a failed delivery is tried again: exponential backoff with full jitter, up to the dead letter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

ZUFALL = SystemRandom().random


@dataclass(frozen=True)
class Takt:
    """How fast repetitions follow each other."""

    mindestens: timedelta
    basis: timedelta
    hoechstens: timedelta


GEWOEHNLICH = Takt(timedelta(seconds=0.5), timedelta(seconds=2), timedelta(hours=1))
"""Faults that pass by themselves: a receiver or the database is away."""

MENSCH = Takt(timedelta(minutes=30), timedelta(hours=1), timedelta(hours=24))
"""Faults that stay until a person has mended something: a message that cannot be built."""


PAUSE = Takt(timedelta(seconds=30), timedelta(minutes=1), timedelta(hours=1))
"""Pauses of a receiver that does not answer."""


def pausendauer(bisherige: int, zufall: Callable[[], float] = ZUFALL) -> timedelta:
    """Length of a pause after `bisherige` pauses in a row: twice as long each time, up to an hour.

    A quarter of it is left to chance: several receivers behind one broken gateway come back one by one.
    """
    dauer = min(PAUSE.hoechstens, PAUSE.basis * float(2 ** min(bisherige, 20)))
    return max(PAUSE.mindestens, dauer * (0.75 + zufall() / 4))


def wartezeit(versuch: int, takt: Takt, zufall: Callable[[], float] = ZUFALL) -> timedelta:
    """Time to wait after failed attempt number `versuch` (from 1).

    Full jitter (a random point of the whole window) keeps many deliveries to one receiver from coming
    back all at the same moment. `zufall` gives a number in [0, 1).
    """
    # The exponent is bounded because 2**20000 seconds is no timedelta.
    fenster = min(takt.hoechstens, takt.basis * float(2 ** min(max(versuch, 1) - 1, 20)))
    return max(takt.mindestens, fenster * zufall())


def naechster_versuch(
    jetzt: datetime,
    *,
    seit: datetime,
    versuch: int,
    takt: Takt,
    frist: timedelta,
    mindestens: timedelta | None = None,
    zufall: Callable[[], float] = ZUFALL,
) -> datetime | None:
    """When to try again after failed attempt number `versuch`; None `frist` after `seit`: given up.

    `mindestens` is the wait the receiver has asked for. The last attempt falls on the end of the period,
    however long the backoff has grown by then.
    """
    ende = seit + frist
    if jetzt >= ende:
        return None
    return min(jetzt + max(wartezeit(versuch, takt, zufall), mindestens or timedelta()), ende)
