"""A small HTTP client for load: open connections, ready-made requests, no library between.

One process and one thread; it shares the machine with what it measures, on both sides of a comparison.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Ports = int | tuple[int, ...]
_ENDE_DES_KOPFES = b"\r\n\r\n"
_LAENGE = b"content-length:"


class Fehlantwort(RuntimeError):
    """An answer that the benchmark does not count as done."""


def anfrage(methode: str, pfad: str, *, token: str = "", inhalt: bytes = b"", medientyp: str = "") -> bytes:
    """The bytes of a request."""
    zeilen = [f"{methode} {pfad} HTTP/1.1", "Host: bench", f"Content-Length: {len(inhalt)}"]
    if token:
        zeilen.append(f"Authorization: Bearer {token}")
    if medientyp:
        zeilen.append(f"Content-Type: {medientyp}")
    return "\r\n".join(zeilen).encode() + _ENDE_DES_KOPFES + inhalt


class Leitung:
    """One connection that is kept open."""

    def __init__(self, lesen: asyncio.StreamReader, schreiben: asyncio.StreamWriter) -> None:
        """Both ends of the socket."""
        self._lesen = lesen
        self._schreiben = schreiben

    async def frage(self, roh: bytes) -> bytes:
        """Send a request and read its answer; raises Fehlantwort unless it says 2xx."""
        self._schreiben.write(roh)
        kopf = await self._lesen.readuntil(_ENDE_DES_KOPFES)
        klein = kopf.lower()
        ab = klein.find(_LAENGE)
        laenge = int(klein[ab + len(_LAENGE) : klein.index(b"\r\n", ab)]) if ab >= 0 else 0
        inhalt = await self._lesen.readexactly(laenge)
        if not kopf.startswith(b"HTTP/1.1 2"):
            raise Fehlantwort(kopf.partition(b"\r\n")[0].decode())
        return inhalt

    def schliesse(self) -> None:
        """Hang up."""
        self._schreiben.close()


@asynccontextmanager
async def leitungen(ports: Ports, anzahl: int) -> AsyncIterator[list[Leitung]]:
    """Open connections to the servers of this machine that listen there, to each in turn."""
    alle = (ports,) if isinstance(ports, int) else ports
    offene = [
        Leitung(*await asyncio.open_connection("127.0.0.1", alle[nummer % len(alle)], limit=2**22))
        for nummer in range(anzahl)
    ]
    try:
        yield offene
    finally:
        for leitung in offene:
            leitung.schliesse()


@dataclass
class Messung:
    """What a stretch of load has shown; times in milliseconds."""

    sekunden: float = 0.0
    dauern: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.dauern) / self.sekunden

    def perzentil(self, teil: float) -> float:
        """The time that `teil` (0 to 1) of the answers stayed below."""
        return sorted(self.dauern)[min(len(self.dauern) - 1, int(len(self.dauern) * teil))]


async def dauerlast(
    ports: Ports, roh: Callable[[], bytes], *, verbindungen: int, sekunden: float, anzahl: int | None = None
) -> Messung:
    """Each connection asks again as soon as it has its answer, for so long or so often."""
    messung = Messung()
    rest = iter(range(anzahl)) if anzahl is not None else None
    async with leitungen(ports, verbindungen) as offene:
        beginn = time.perf_counter()

        async def reihe(leitung: Leitung) -> None:
            while True:
                ab = time.perf_counter()
                if next(rest, None) is None if rest is not None else ab - beginn >= sekunden:
                    return
                await leitung.frage(roh())
                messung.dauern.append((time.perf_counter() - ab) * 1000)

        await asyncio.gather(*(reihe(eine) for eine in offene))
        messung.sekunden = time.perf_counter() - beginn
    return messung


async def gleichmass(
    ports: Ports, roh: Callable[[], bytes], *, je_sekunde: float, verbindungen: int, sekunden: float
) -> Messung:
    """Requests at fixed times, whether or not earlier ones are answered; waiting for a connection counts."""
    messung = Messung(sekunden)
    async with leitungen(ports, verbindungen) as offene:
        frei: asyncio.Queue[Leitung] = asyncio.Queue()
        for eine in offene:
            frei.put_nowait(eine)
        beginn = time.perf_counter()

        async def eine_anfrage(faellig: float) -> None:
            await asyncio.sleep(faellig - time.perf_counter())
            leitung = await frei.get()
            await leitung.frage(roh())
            messung.dauern.append((time.perf_counter() - faellig) * 1000)
            frei.put_nowait(leitung)

        anzahl = int(je_sekunde * sekunden)
        await asyncio.gather(*(eine_anfrage(beginn + nr / je_sekunde) for nr in range(anzahl)))
    return messung
