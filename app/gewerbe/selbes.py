"""An object as key of a cache: the very object, without a look at all of its parts."""

from typing import Generic, TypeVar

_Ding = TypeVar("_Ding")


class Selbes(Generic[_Ding]):
    """Equal only to one of the same object, which it keeps alive, so that no other takes its place."""

    __slots__ = ("ding",)

    def __init__(self, ding: _Ding) -> None:
        """`ding` must not change while a cache knows it."""
        self.ding = ding

    def __hash__(self) -> int:
        """By identity."""
        return id(self.ding)

    def __eq__(self, anderes: object) -> bool:
        """By identity."""
        return isinstance(anderes, Selbes) and self.ding is anderes.ding
