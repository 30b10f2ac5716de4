"""Levels of trust in a login, as one ordered scale (TR-03107-1; eIDAS implementing regulation 2015/1502)."""

from enum import IntEnum
from typing import Self


class Niveau(IntEnum):
    """How sure the provider is of who has logged in: BASIS < SUBSTANTIELL < HOCH."""

    BASIS = 1
    SUBSTANTIELL = 2
    HOCH = 3

    @property
    def wort(self) -> str:
        """As it is stored and written: ``basis``, ``substantiell``, ``hoch``."""
        return self.name.lower()

    @classmethod
    def von(cls, wort: str) -> Self:
        """The level of a stored word; raises ValueError for any other."""
        try:
            return cls[wort.upper()]
        except KeyError:
            raise ValueError(wort) from None
