"""How fast two workers build, check and store messages."""

import asyncio
import time

from app.bench.kennzahl import Kennzahl
from app.bench.stand import OFFENE_SENDUNGEN, Pruefstand, warte_solange

_WORKER = 2
_ZUSTELLER = ("-m", "app.bench.zusteller")
_ANLAUF, _HOECHSTENS = 120.0, 15.0
_FERTIGE = "(SELECT count(*) FROM sendung WHERE bereitgestellt_am IS NOT NULL)"


def ausgang(stand: Pruefstand) -> Kennzahl:
    """Messages per second from two workers, on the outbox that the submissions have filled.

    Only their deliveries: rendering the certificates takes about as long again, and is part of the chain.
    """
    with stand.laeuft(*_ZUSTELLER, anzahl=_WORKER):
        rate = asyncio.run(_ausgangsrate(stand))
    return Kennzahl("nachrichten", rate, "1/s", None, None, 1000.0, True)


async def _ausgangsrate(stand: Pruefstand) -> float:
    """Between the first message seen and the last: a worker's start does not count."""
    async with stand.eigentuemer() as verbindung:
        vorher = await verbindung.fetchval(f"SELECT {_FERTIGE}")
        await warte_solange(verbindung, f"{_FERTIGE} = {vorher}", hoechstens=_ANLAUF)
        anfang, beginn = await verbindung.fetchval(f"SELECT {_FERTIGE}"), time.perf_counter()
        await warte_solange(verbindung, OFFENE_SENDUNGEN, hoechstens=_HOECHSTENS)
        fertig = await verbindung.fetchval(f"SELECT {_FERTIGE}")
        return float(fertig - anfang) / (time.perf_counter() - beginn)
