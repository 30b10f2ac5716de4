"""Two hands on one draft: what each has changed is told apart by answer, not by document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


def blaetter(antworten: Mapping[str, Any]) -> dict[str, Any]:
    """Every single answer by its JSON pointer (RFC 6901); a list of chosen values is one answer."""
    return dict(_blaetter(antworten, ""))


def _blaetter(wert: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(wert, Mapping):
        for name, teil in wert.items():
            yield from _blaetter(teil, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(wert, list) and any(isinstance(teil, Mapping) for teil in wert):
        for nummer, teil in enumerate(wert):
            yield from _blaetter(teil, f"{pointer}/{nummer}")
    else:
        yield pointer, wert


@dataclass(frozen=True, slots=True)
class Vergleich:
    """What a new version of the answers does to the stored one."""

    geaendert: frozenset[str]
    """Pointers of what is added, changed or gone."""
    konflikte: tuple[str, ...]
    """Those that somebody else has changed meanwhile, in the order of the answers."""


def vergleiche(
    alt: Mapping[str, Any], neu: Mapping[str, Any], *, zuletzt: Mapping[str, int], fassung: int
) -> Vergleich:
    """`zuletzt`: in which version an answer was last changed; `fassung`: the one that `neu` was made from."""
    vorher, nachher = blaetter(alt), blaetter(neu)
    reihe = dict.fromkeys([*nachher, *vorher])
    anders = [
        pointer
        for pointer in reihe
        if (pointer in vorher) is not (pointer in nachher)
        or not _gleich(vorher.get(pointer), nachher.get(pointer))
    ]
    return Vergleich(
        frozenset(anders), tuple(pointer for pointer in anders if zuletzt.get(pointer, 0) > fassung)
    )


def _gleich(einer: Any, anderer: Any) -> bool:
    # In Python, True is 1; in JSON it is not.
    return einer == anderer and isinstance(einer, bool) is isinstance(anderer, bool)
