"""The receiving bodies of the benchmark: clients that poll, fetch and acknowledge until they are stopped."""

import asyncio
import io
import json
from collections.abc import Callable, Coroutine
from typing import Any
from zipfile import ZipFile

from app.bench.last import Leitung, anfrage

PAUSE, PAUSE_GESAMMELT = 0.25, 1.0
"""Seconds between two questions of a body that had nothing new; where bundles come it need not hurry."""
_PFAD = "/api/v1/postfach"
_ANNEHMEN = {"ergebnis": "angenommen"}

Kammer = Callable[[Leitung, str], Coroutine[None, None, None]]
"""A body's client: asks over the connection, with the token."""


async def einzeln(leitung: Leitung, token: str) -> None:
    """Asks for the list, fetches each message and acknowledges each: two requests a message."""
    pfad, nach = f"{_PFAD}/sendungen", 0
    while True:
        liste: dict[str, Any] = json.loads(
            await leitung.frage(anfrage("GET", f"{pfad}?nach={nach}", token=token))
        )
        for sendung in liste["sendungen"]:
            eine = f"{pfad}/{sendung['id']}"
            await leitung.frage(anfrage("GET", f"{eine}/nachricht", token=token))
            await leitung.frage(_post(f"{eine}/quittung", _ANNEHMEN, token))
        nach = await _weiter(liste, PAUSE)


async def gesammelt(leitung: Leitung, token: str) -> None:
    """Fetches all new messages with one request, unpacks them, and acknowledges them with another."""
    nach = 0
    while True:
        archiv = await leitung.frage(anfrage("GET", f"{_PFAD}/nachrichten?nach={nach}", token=token))
        with ZipFile(io.BytesIO(archiv)) as dateien:
            inhalte = {name: dateien.read(name) for name in dateien.namelist()}
        liste: dict[str, Any] = json.loads(inhalte.pop("sendungen.json"))
        quittungen = [{"id": name.removesuffix(".xml"), **_ANNEHMEN} for name in inhalte]
        if quittungen:
            await leitung.frage(_post(f"{_PFAD}/quittungen", {"quittungen": quittungen}, token))
        nach = await _weiter(liste, PAUSE_GESAMMELT)


def _post(pfad: str, inhalt: Any, token: str) -> bytes:
    return anfrage(
        "POST", pfad, token=token, inhalt=json.dumps(inhalt).encode(), medientyp="application/json"
    )


async def _weiter(liste: dict[str, Any], pause: float) -> int:
    if not liste["sendungen"]:
        await asyncio.sleep(pause)
    return int(liste["naechste"])
