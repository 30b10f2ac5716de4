"""How fast the API takes notices in, beside a route that does nearly nothing."""

import asyncio
from collections.abc import Callable

from app.bench.anzeigen import einreichung
from app.bench.kennzahl import Kennzahl
from app.bench.last import Messung, dauerlast, gleichmass
from app.bench.stand import SERVE, Pruefstand, richte_ein
from app.bench.umfang import Umfang
from app.bench.vergleich import abwechselnd
from app.bench.vergleichsroute import ANLEGEN, PFAD

_VERBINDUNGEN = 16


def eingang(stand: Pruefstand, groesse: Umfang) -> tuple[Kennzahl, Kennzahl]:
    """Accepted submissions per second, and the slowest hundredth of them at half that load.

    Each is certified at once: one commit writes submission, documents, case, notice, register entry,
    certificate, a dozen deliveries and the journal.
    """
    asyncio.run(_bereite_vor(stand))
    eigene, bare_ports = (stand.port, stand.port + 1), (stand.port + 2, stand.port + 3)
    bar = ("-m", "uvicorn", "--factory", "app.bench.vergleichsroute:create_app", "--no-access-log")
    with (
        stand.lauscht(*SERVE, ports=eigene),
        stand.lauscht(*bar, "--log-level", "warning", ports=bare_ports),
    ):
        token = asyncio.run(stand.token("portal"))
        unsere, bare = einreichung(token), einreichung(token, PFAD)

        def last(ports: tuple[int, ...], roh: bytes) -> Callable[[], float]:
            return lambda: _last(ports, roh, groesse.sekunden).rate

        eigen, gegen = last(eigene, unsere), last(bare_ports, bare)
        eigen()
        gegen()
        ergebnis = abwechselnd(eigen, gegen, groesse.runden)
        halb = asyncio.run(
            gleichmass(
                eigene,
                lambda: unsere,
                je_sekunde=ergebnis.eigen / 2,
                verbindungen=_VERBINDUNGEN,
                sekunden=groesse.sekunden * 3,
            )
        )
    return (
        Kennzahl("einreichungen", ergebnis.eigen, "1/s", ergebnis.gegen, ergebnis.verhaeltnis, 0.35, True),
        Kennzahl("einreichung_p99_halblast", halb.perzentil(0.99), "ms", None, None, 60.0, False),
    )


def _last(ports: tuple[int, ...], roh: bytes, sekunden: float) -> Messung:
    return asyncio.run(dauerlast(ports, lambda: roh, verbindungen=_VERBINDUNGEN, sekunden=sekunden))


async def _bereite_vor(stand: Pruefstand) -> None:
    await richte_ein(stand)
    async with stand.eigentuemer() as verbindung:
        await verbindung.execute(ANLEGEN)
