"""Whose processor time a stretch of work takes: ours by part, without that of anybody else on the machine."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat behind the name in brackets: state, parent, ..., utime, stime, cutime, cstime.
_ELTERN, _ZEITEN = 1, slice(11, 15)


def prozessorzeit(wurzeln: Mapping[str, Iterable[int]]) -> dict[str, float]:
    """Seconds so far of each part: these processes, all below them, and those below that have ended."""
    stand = {
        int(ordner.name): felder for ordner in Path("/proc").glob("[0-9]*") for felder in _felder(ordner)
    }
    kinder: dict[int, list[int]] = {}
    for prozess, felder in stand.items():
        kinder.setdefault(int(felder[_ELTERN]), []).append(prozess)

    def summe(prozess: int) -> int:
        eigene = sum(map(int, stand[prozess][_ZEITEN])) if prozess in stand else 0
        return eigene + sum(summe(kind) for kind in kinder.get(prozess, ()))

    return {teil: sum(map(summe, prozesse)) / _TICKS for teil, prozesse in wurzeln.items()}


def elternprozess(prozess: int) -> int:
    """The process that has started it."""
    return next(int(felder[_ELTERN]) for felder in _felder(Path(f"/proc/{prozess}")))


def _felder(ordner: Path) -> Iterator[list[str]]:
    try:
        yield (ordner / "stat").read_text("ascii").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return
