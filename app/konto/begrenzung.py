"""How many requests a machine client may make in a minute; counted by each process for itself (ADR 0011)."""

import math
import time
from functools import lru_cache

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.problems import Problem
from app.settings import settings

_zaehler = SlidingWindowCounterRateLimiter(MemoryStorage())


def zaehle(client_id: str, je_minute: int | None) -> None:
    """Count one request; raises Problem 429 with `Retry-After` where it is one too many.

    `je_minute` None: the default of the installation; 0 there: no limit.
    """
    grenze = je_minute or settings().klient_je_minute
    if grenze and not _zaehler.hit(_je_minute(grenze), client_id):
        ende = _zaehler.get_window_stats(_je_minute(grenze), client_id).reset_time
        warten = min(60, max(1, math.ceil(ende - time.time())))
        raise Problem(429, "zu_viele_anfragen", headers={"Retry-After": str(warten)})


@lru_cache(maxsize=256)
def _je_minute(grenze: int) -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(grenze)
