"""How fast two workers build, check and store messages, and how fast the whole chain is."""

import asyncio
import json
import time
from typing import Any

from app.bench.anzeigen import einreichung
from app.bench.kennzahl import Kennzahl
from app.bench.last import Leitung, anfrage, dauerlast, leitungen
from app.bench.stand import OFFENE_SENDUNGEN, SERVE, WORKER, Pruefstand, richte_ein, warte_solange
from app.bench.umfang import Umfang

_WORKER = 2
_ZUSTELLER = ("-m", "app.bench.zusteller")
_GEDULD = 3600.0
_ANLAUF, _HOECHSTENS = 120.0, 15.0
_PAUSE = 0.25
_EINREICHEND = 8
_FERTIGE = "(SELECT count(*) FROM sendung WHERE bereitgestellt_am IS NOT NULL)"
_QUITTIERTE = "SELECT count(*) FROM sendung WHERE angenommen_am IS NOT NULL"
_EMPFAENGER = "SELECT DISTINCT stelle FROM sendung"


def ausgang(stand: Pruefstand) -> Kennzahl:
    """Messages per second from two workers, on the outbox that the submissions have filled.

    Only their deliveries: rendering the certificates takes about as long again, and is part of the chain.
    """
    with stand.laeuft(*_ZUSTELLER, anzahl=_WORKER):
        rate = asyncio.run(_ausgangsrate(stand))
    return Kennzahl("nachrichten", rate, "1/s", None, None, 1000.0, True)


def kette(stand: Pruefstand, groesse: Umfang) -> Kennzahl:
    """Notices per second from the first submission to the last acknowledgement, everything running."""
    asyncio.run(richte_ein(stand))
    with (
        stand.laeuft(*SERVE, "--prozesse", "2", port=stand.port),
        stand.laeuft(*WORKER, anzahl=_WORKER),
    ):
        rate = asyncio.run(_kettenrate(stand, groesse.kette))
    return Kennzahl("kette", rate, "1/s", None, None, 100.0, True)


async def _ausgangsrate(stand: Pruefstand) -> float:
    """Between the first message seen and the last: a worker's start does not count."""
    async with stand.eigentuemer() as verbindung:
        vorher = await verbindung.fetchval(f"SELECT {_FERTIGE}")
        await warte_solange(verbindung, f"{_FERTIGE} = {vorher}", hoechstens=_ANLAUF)
        anfang, beginn = await verbindung.fetchval(f"SELECT {_FERTIGE}"), time.perf_counter()
        await warte_solange(verbindung, OFFENE_SENDUNGEN, hoechstens=_HOECHSTENS)
        fertig = await verbindung.fetchval(f"SELECT {_FERTIGE}")
        return float(fertig - anfang) / (time.perf_counter() - beginn)


async def _kettenrate(stand: Pruefstand, anzahl: int) -> float:
    portal = await stand.token("portal")
    roh = einreichung(portal)
    # One notice ahead tells which bodies there are.
    await dauerlast(stand.port, lambda: roh, verbindungen=1, sekunden=0, anzahl=1)
    async with stand.eigentuemer() as verbindung:
        empfaenger = [zeile["stelle"] for zeile in await verbindung.fetch(_EMPFAENGER)]
    tokens = [await stand.token("empfaenger", stelle) for stelle in empfaenger]
    async with leitungen(stand.port, len(tokens)) as offene, stand.eigentuemer() as verbindung:
        beginn = time.perf_counter()
        abholer = [asyncio.create_task(_hole(*eine)) for eine in zip(offene, tokens, strict=True)]
        await dauerlast(stand.port, lambda: roh, verbindungen=_EINREICHEND, sekunden=0, anzahl=anzahl)
        erwartet = await verbindung.fetchval("SELECT count(*) FROM sendung")
        while await verbindung.fetchval(_QUITTIERTE) < erwartet:
            if time.perf_counter() - beginn > _GEDULD or any(einer.done() for einer in abholer):
                raise TimeoutError("the chain does not come to its end")
            await asyncio.sleep(_PAUSE)
        dauer = time.perf_counter() - beginn
        for einer in abholer:
            einer.cancel()
        await asyncio.gather(*abholer, return_exceptions=True)
    return (anzahl + 1) / dauer


async def _hole(leitung: Leitung, token: str) -> None:
    """A body that asks for what is new, fetches each message and acknowledges it."""
    pfad, nach = "/api/v1/postfach/sendungen", 0
    annehmen = {"inhalt": b'{"ergebnis":"angenommen"}', "medientyp": "application/json"}
    while True:
        liste: dict[str, Any] = json.loads(
            await leitung.frage(anfrage("GET", f"{pfad}?nach={nach}", token=token))
        )
        for sendung in liste["sendungen"]:
            eine = f"{pfad}/{sendung['id']}"
            await leitung.frage(anfrage("GET", f"{eine}/nachricht", token=token))
            await leitung.frage(anfrage("POST", f"{eine}/quittung", token=token, **annehmen))  # type: ignore[arg-type]
        nach = liste["naechste"]
        if not liste["sendungen"]:
            await asyncio.sleep(_PAUSE)
