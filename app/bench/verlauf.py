"""Whether processes grow with what they have done."""

import asyncio

from app.bench.anzeigen import einreichung
from app.bench.kennzahl import Kennzahl
from app.bench.last import dauerlast
from app.bench.stand import (
    OFFENE_SENDUNGEN,
    OHNE_PDF,
    SERVE,
    WORKER,
    Pruefstand,
    richte_ein,
    speicher,
    warte_solange,
)
from app.bench.umfang import Umfang

_ZIEL = 1.1


def verlauf(stand: Pruefstand, groesse: Umfang) -> list[Kennzahl]:
    """Resident memory of one API process and one worker after many notices over that after few."""
    asyncio.run(richte_ein(stand))
    with stand.laeuft(*SERVE, port=stand.port) as api, stand.laeuft(*WORKER) as worker:
        prozesse = {"api": api[0], "worker": worker[0]}
        token = asyncio.run(stand.token("portal"))
        erster, zweiter = groesse.verlauf
        vorher = asyncio.run(_nach(stand, token, erster, prozesse))
        nachher = asyncio.run(_nach(stand, token, zweiter - erster, prozesse))
    return [
        Kennzahl(
            f"speicher_{name}",
            nachher[name],
            "MiB",
            vorher[name],
            nachher[name] / vorher[name],
            _ZIEL,
            False,
        )
        for name in prozesse
    ]


async def _nach(stand: Pruefstand, token: str, anzahl: int, prozesse: dict[str, int]) -> dict[str, float]:
    roh = einreichung(token)
    await dauerlast(stand.port, lambda: roh, verbindungen=8, sekunden=0, anzahl=anzahl)
    async with stand.eigentuemer() as verbindung:
        # The certificates, too: typesetting them takes as much memory as all the rest of a worker.
        await warte_solange(verbindung, f"{OFFENE_SENDUNGEN} OR {OHNE_PDF}")
    return {name: speicher(prozess) for name, prozess in prozesse.items()}
