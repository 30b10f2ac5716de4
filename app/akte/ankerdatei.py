"""Anchors: blocks of the journal as they are noted outside the database, once a day.

The file is only ever appended to and may lie on another volume. One JSON object a line, of two kinds::

    {"art": "anker", "block": 17, "hash": "<64 hex digits>", "am": "2026-11-21T08:15:00+00:00"}
    {"art": "zeitstempel", "block": 17, "hash": "...", "am": "...", "token": "<base64>"}

The token is the answer of a time stamp authority (RFC 3161) about the text ``<block>:<hash>``.
"""

import fcntl
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

_HASH = re.compile("[0-9a-f]{64}")
# What the database can count to.
_GROESSTER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Anker:
    """A block as it was noted outside the database; as text ``17:3f2a...``."""

    block: int
    hash: str

    def __str__(self) -> str:
        return f"{self.block}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Zeitstempel:
    """The answer of a time stamp authority about an anchor, as it came (DER)."""

    anker: Anker
    token: bytes


@dataclass(frozen=True, slots=True)
class Bestand:
    """What the file holds, oldest first."""

    anker: tuple[Anker, ...] = ()
    zeitstempel: tuple[Zeitstempel, ...] = ()
    zuletzt_am: datetime | None = None
    """When the newest anchor was noted."""
    unlesbar: tuple[int, ...] = ()
    """Numbers of lines that are none of ours, such as one torn by a full disk."""

    @property
    def bezeugt(self) -> tuple[Anker, ...]:
        """Every block the file speaks of: a time stamp is an anchor, too, and one that nobody can forge."""
        return (*self.anker, *(stempel.anker for stempel in self.zeitstempel))

    def gestempelt(self, anker: Anker) -> bool:
        """True: there is a time stamp about this anchor."""
        return any(stempel.anker == anker for stempel in self.zeitstempel)


class Ankerdatei:
    """The file; processes that share it take turns."""

    def __init__(self, pfad: Path) -> None:
        self.pfad = pfad

    def lies(self) -> Bestand:
        """What was noted. A file that is not there raises `FileNotFoundError`."""
        return _bestand(self.pfad.read_bytes())

    def vermerke(self, anker: Anker, am: datetime) -> Anker:
        """Note an anchor unless the day of `am` (UTC) has one; returns the newest one noted.

        It is on the disk when this returns. Raises `OSError`, also where the folder is not there: the
        volume may not be mounted.
        """
        with self._gesperrt() as (datei, bestand):
            # Not "or a later day": a clock that was ahead once would end the anchors for as long.
            if bestand.anker and bestand.zuletzt_am and bestand.zuletzt_am.date() == am.date():
                return bestand.anker[-1]
            zeile = {"art": "anker", "block": anker.block, "hash": anker.hash}
            _haenge_an(datei, {**zeile, "am": am.isoformat()})
            return anker

    def vermerke_zeitstempel(self, stempel: Zeitstempel, am: datetime) -> None:
        """Note a time stamp. Raises `OSError`."""
        with self._gesperrt() as (datei, _):
            zeile = {"art": "zeitstempel", "block": stempel.anker.block, "hash": stempel.anker.hash}
            _haenge_an(datei, {**zeile, "am": am.isoformat(), "token": b64encode(stempel.token).decode()})

    @contextmanager
    def _gesperrt(self) -> Iterator[tuple[BinaryIO, Bestand]]:
        neu = not self.pfad.exists()
        with self.pfad.open("a+b", buffering=0) as datei:
            fcntl.flock(datei, fcntl.LOCK_EX)
            datei.seek(0)
            # Unbuffered files may read short.
            inhalt = b"".join(iter(lambda: datei.read(1 << 20), b""))
            if inhalt and not inhalt.endswith(b"\n"):
                datei.write(b"\n")
            yield datei, _bestand(inhalt)
            os.fsync(datei.fileno())
        if neu:
            ordner = os.open(self.pfad.parent, os.O_RDONLY)
            try:
                os.fsync(ordner)
            finally:
                os.close(ordner)


def _haenge_an(datei: BinaryIO, zeile: dict[str, Any]) -> None:
    roh = (json.dumps(zeile) + "\n").encode()
    if datei.write(roh) != len(roh):
        raise OSError("the anchor could not be written whole")


def _bestand(inhalt: bytes) -> Bestand:
    anker: list[Anker] = []
    zeitstempel: list[Zeitstempel] = []
    unlesbar: list[int] = []
    zuletzt_am = None
    for nummer, zeile in enumerate(inhalt.splitlines(), start=1):
        try:
            gelesen = _zeile(zeile)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            if zeile.strip():
                unlesbar.append(nummer)
            continue
        if isinstance(gelesen, Zeitstempel):
            zeitstempel.append(gelesen)
        else:
            anker.append(gelesen[0])
            zuletzt_am = gelesen[1]
    return Bestand(tuple(anker), tuple(zeitstempel), zuletzt_am, tuple(unlesbar))


def _zeile(zeile: bytes) -> Zeitstempel | tuple[Anker, datetime]:
    werte = json.loads(zeile)
    am = datetime.fromisoformat(werte["am"])
    block = werte["block"]
    anker = Anker(block, str(werte["hash"]))
    if type(block) is not int or not 0 < block <= _GROESSTER or not _HASH.fullmatch(anker.hash):
        raise ValueError("no anchor")
    if am.tzinfo is None:
        raise ValueError("a time without its zone")
    am = am.astimezone(UTC)
    match werte["art"]:
        case "anker":
            return anker, am
        case "zeitstempel":
            return Zeitstempel(anker, b64decode(werte["token"], validate=True))
    raise ValueError("neither anchor nor time stamp")
