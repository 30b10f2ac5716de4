"""How fast the whole chain is: from the first submission to the last acknowledgement, everything running."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from app.bench.anzeigen import einreichung
from app.bench.kammern import Kammer, einzeln, gesammelt
from app.bench.kennzahl import Kennzahl
from app.bench.last import dauerlast, leitungen
from app.bench.prozessorzeit import elternprozess, prozessorzeit
from app.bench.stand import OFFENE_SENDUNGEN, SERVE, WORKER, Pruefstand, richte_ein, warte_solange
from app.bench.umfang import Umfang
from app.db.sitzung import transaktion
from app.versand.service import richte_buendelung_ein

BUENDEL = 50
"""Notices in one message, for the bodies of `kette`."""
_WARTEN = timedelta(seconds=20)
_WORKER = 2
_GEDULD = 3600.0
_PAUSE = 0.5
_VORLAUF = 100
"""Notices ahead that are not counted: they find no open connection and no statement or schema made."""
_EINREICHEND = 8
_UNQUITTIERT = "SELECT EXISTS (SELECT FROM sendung WHERE angenommen_am IS NULL)"
_EMPFAENGER = "SELECT DISTINCT stelle FROM sendung"
_GESETZTE = "SELECT count(*) FROM bescheinigung WHERE dokument_id IS NOT NULL"


class _Lauf(NamedTuple):
    rate: float
    """Notices per second."""
    zeiten: dict[str, float]
    """Seconds of processor time for a notice by part."""
    gesetzte: float
    """Certificates that the workers have set meanwhile, for a notice."""


def kette(stand: Pruefstand, groesse: Umfang) -> Iterator[Kennzahl]:
    """Notices per second, and the processor time of one by part.

    The bodies have their notices bundled, and fetch and acknowledge many messages at once.
    """
    lauf = _miss(stand, groesse.kette, gesammelt, buendel=BUENDEL)
    yield Kennzahl("kette", lauf.rate, "1/s", None, None, 100.0, True)
    for teil, sekunden in lauf.zeiten.items():
        yield Kennzahl(f"kette_{teil}", sekunden * 1000, "ms", None, None, None, False)
    yield Kennzahl("kette_bescheinigungen", lauf.gesetzte, "1", None, None, None, False)


def kette_einzeln(stand: Pruefstand, groesse: Umfang) -> Kennzahl:
    """The same with a message for each notice, and a request for everything that a body does."""
    lauf = _miss(stand, groesse.kette_einzeln, einzeln, buendel=1)
    return Kennzahl("kette_einzeln", lauf.rate, "1/s", None, None, None, True)


def _ports(stand: Pruefstand) -> tuple[int, int]:
    return stand.port, stand.port + 1


def _miss(stand: Pruefstand, anzahl: int, kammer: Kammer, *, buendel: int) -> _Lauf:
    asyncio.run(richte_ein(stand))
    with (
        stand.lauscht(*SERVE, ports=_ports(stand)) as api,
        stand.laeuft(*WORKER, anzahl=_WORKER) as worker,
    ):
        prozesse = {"api": api, "worker": worker}
        return asyncio.run(_laufe(stand, anzahl, kammer, buendel, prozesse))


async def _laufe(
    stand: Pruefstand, anzahl: int, kammer: Kammer, buendel: int, prozesse: dict[str, list[int]]
) -> _Lauf:
    portal = await stand.token("portal")
    roh = einreichung(portal)
    # One notice ahead tells which bodies there are.
    await dauerlast(stand.port, lambda: roh, verbindungen=1, sekunden=0, anzahl=1)
    async with stand.eigentuemer() as verbindung:
        stellen = [zeile["stelle"] for zeile in await verbindung.fetch(_EMPFAENGER)]
        await warte_solange(verbindung, OFFENE_SENDUNGEN)
        postmaster = elternprozess(await verbindung.fetchval("SELECT pg_backend_pid()"))
    async with stand.geoeffnet(), transaktion() as session:
        for stelle in stellen:
            await richte_buendelung_ein(session, stelle, hoechstens=buendel, warten=_WARTEN)
    tokens = [await stand.token("empfaenger", stelle) for stelle in stellen]
    teile = prozesse | {"postgresql": [postmaster]}
    async with leitungen(_ports(stand), len(tokens)) as offene, stand.eigentuemer() as verbindung:
        abholer = [asyncio.create_task(kammer(*eine)) for eine in zip(offene, tokens, strict=True)]

        async def durch_die_kette(zahl: int) -> None:
            ende = time.perf_counter() + _GEDULD
            await dauerlast(_ports(stand), lambda: roh, verbindungen=_EINREICHEND, sekunden=0, anzahl=zahl)
            while await verbindung.fetchval(_UNQUITTIERT):
                if time.perf_counter() > ende or any(einer.done() for einer in abholer):
                    raise TimeoutError("the chain does not come to its end")
                await asyncio.sleep(_PAUSE)

        await durch_die_kette(_VORLAUF)
        gesetzte = await verbindung.fetchval(_GESETZTE)
        vorher, eigene = prozessorzeit(teile), time.process_time()
        beginn = time.perf_counter()
        await durch_die_kette(anzahl)
        dauer = time.perf_counter() - beginn
        nachher = prozessorzeit(teile) | {"client": time.process_time() - eigene}
        gesetzte = await verbindung.fetchval(_GESETZTE) - gesetzte
        for einer in abholer:
            einer.cancel()
        await asyncio.gather(*abholer, return_exceptions=True)
    zeiten = {teil: (wert - vorher.get(teil, 0.0)) / anzahl for teil, wert in nachher.items()}
    return _Lauf(anzahl / dauer, zeiten, gesetzte / anzahl)
