"""How many notices the API takes in, and how many messages a worker puts into mailboxes, per second."""

import asyncio
import json
import time
from datetime import UTC, datetime

import httpx
from sqlalchemy import text

from app.bench.kennzahl import Kennzahl
from app.db.sitzung import ALLE, transaktion
from app.db.zugang import bereitgestellt, geoeffnet
from app.demo.beispiele import beispiele
from app.demo.einrichtung import Zugaenge, richte_staedte_ein
from app.demo.haus import API, WORKER, Haus
from app.demo.kunde import Kunde
from app.settings import Settings

_ANZEIGEN, _GLEICHZEITIG = 200, 8
_EINREICHUNGEN_MINDESTENS, _NACHRICHTEN_MINDESTENS = 20.0, 50.0
_GEDULD = 600.0
_WARTEN = text("SELECT count(*) FROM sendung WHERE bereitgestellt_am IS NULL")


def durchsatz(einstellungen: Settings) -> tuple[Kennzahl, Kennzahl]:
    """Submissions (certified at once, one commit each) and messages (built, checked, delivered) per second.

    First the API alone, then one worker alone on what has piled up, so that neither takes the other's time.
    """
    haus = Haus(einstellungen.datenordner, einstellungen.host, einstellungen.port)
    haus.pruefe_port()
    with bereitgestellt(einstellungen) as zugang:

        async def innen(mit: str) -> float:
            async with geoeffnet(zugang, einstellungen):
                return await (_reiche_ein(haus) if mit == API else _stelle_zu())

        with haus.offen(API):
            eingang = asyncio.run(innen(API))
        with haus.offen(WORKER):
            ausgang = asyncio.run(innen(WORKER))
    return (
        Kennzahl("einreichungen", eingang, "1/s", None, None, _EINREICHUNGEN_MINDESTENS, True),
        Kennzahl("nachrichten", ausgang, "1/s", None, None, _NACHRICHTEN_MINDESTENS, True),
    )


async def _reiche_ein(haus: Haus) -> float:
    await richte_staedte_ein()
    anzeige = beispiele(datetime.now(UTC).date())[0].anzeige
    del anzeige["gewerbebetrieb_id"]
    daten = json.dumps(anzeige).encode()
    async with httpx.AsyncClient(base_url=haus.adresse, timeout=60, trust_env=False) as http:
        portal = Kunde(http, await Zugaenge(haus.ordner).portal())
        offen = iter(range(_ANZEIGEN))

        async def reihe() -> None:
            for _ in offen:
                antwort = await portal.reiche_ein(daten, medientyp="application/json")
                antwort.raise_for_status()
                if antwort.json()["zustand"] != "bescheinigt":
                    raise ValueError("the notice of the benchmark was not certified at once")

        (await portal.reiche_ein(daten, medientyp="application/json")).raise_for_status()
        beginn = time.perf_counter()
        await asyncio.gather(*(reihe() for _ in range(_GLEICHZEITIG)))
        return _ANZEIGEN / (time.perf_counter() - beginn)


async def _stelle_zu() -> float:
    """The rate between the first and the last look at a falling number: a worker's start does not count."""
    beginn = time.perf_counter()
    anfang = ende = await _wartende()
    erste = letzte = beginn
    while ende > 0:
        if time.perf_counter() - beginn > _GEDULD:
            raise TimeoutError("the worker does not get done")
        await asyncio.sleep(0.25)
        jetzt = await _wartende()
        if jetzt < ende and ende == anfang and erste == beginn:
            anfang, erste = jetzt, time.perf_counter()
        ende, letzte = jetzt, time.perf_counter()
    return anfang / (letzte - erste) if letzte > erste else 0.0


async def _wartende() -> int:
    async with transaktion(gemeinde=ALLE) as sitzung:
        return int(await sitzung.scalar(_WARTEN) or 0)
