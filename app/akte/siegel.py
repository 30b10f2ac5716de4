"""The arithmetic of the journal's seal: what is hashed, and how.

Blatt: SHA-256 of an entry's canonical JSON (sorted keys, no spaces, UTF-8, times in UTC with microseconds).
Wurzel: SHA-256 of all Blaetter of a block, one after the other.
Block hash: SHA-256 of ``nr|vorgaenger|wurzel|anzahl|gesiegelt_am`` as text, hashes in lower-case hex.
Whoever checks the journal from outside needs nothing but this page.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

BLATTLAENGE = 32
ANFANG = bytes(BLATTLAENGE)
"""What the first block names as the hash of the one before it."""

_KANONISCH = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def zeit(zeitpunkt: datetime) -> str:
    """A time as it is hashed: ``2026-11-21T08:15:00.000000Z``."""
    return zeitpunkt.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def blatt(
    *,
    id: UUID,  # noqa: A002 - the entry's own column names
    ags: str | None,
    ereignis: str,
    bezug_art: str,
    bezug_id: UUID,
    angaben: Mapping[str, Any],
    zeitpunkt: datetime,
) -> bytes:
    """The hash of one entry."""
    kanonisch = _KANONISCH.encode(
        {
            "id": str(id),
            "ags": ags,
            "ereignis": ereignis,
            "bezug_art": bezug_art,
            "bezug_id": str(bezug_id),
            "angaben": angaben,
            "zeitpunkt": zeit(zeitpunkt),
        }
    )
    return sha256(kanonisch.encode()).digest()


def wurzel(blaetter: bytes) -> bytes:
    """The root over the hashes of a block's entries."""
    return sha256(blaetter).digest()


def blockhash(*, nr: int, vorgaenger: bytes, wurzel: bytes, anzahl: int, gesiegelt_am: datetime) -> bytes:
    """The hash that the next block, and whoever keeps anchors, holds fast."""
    text = f"{nr}|{vorgaenger.hex()}|{wurzel.hex()}|{anzahl}|{zeit(gesiegelt_am)}"
    return sha256(text.encode()).digest()
