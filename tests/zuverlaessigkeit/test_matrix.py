"""kill -9 of the API, the worker and the database at every point: nothing lost, nothing doubled.

Always a choice of the cells; all of them with AMT_LANG=1, which also writes docs/reliability.md.
"""

import asyncio
import os

from tests.zuverlaessigkeit.bericht import schreibe_matrix
from tests.zuverlaessigkeit.haus import haus
from tests.zuverlaessigkeit.matrix import Zelle, spiele
from tests.zuverlaessigkeit.szenario import OPFER, SCHRITTE, Schritt

_AUSWAHL = {
    ("submit", "antrag.schluessel", "process"),
    ("submit", "sendungen.eingestellt", "connection"),
    ("submit", "anfrage.vor_commit", "database"),
    ("submit", "anfrage.nach_commit", "process"),
    ("deliver", "stapel.bereitgestellt", "database"),
    ("deliver singly", "zustellung.vermerkt", "process"),
    ("render", "pdf.abgelegt", "process"),
    ("seal", "siegel.block", "process"),
    ("acknowledge", "anfrage.nach_commit", "connection"),
}
_LANG = os.environ.get("AMT_LANG") == "1"


_HAEUSER = 3 if _LANG else 1


def _zellen() -> list[tuple[Schritt, str, str]]:
    alle = [(schritt, punkt, opfer) for schritt in SCHRITTE for punkt in schritt.punkte for opfer in OPFER]
    return [zelle for zelle in alle if _LANG or (zelle[0].name, *zelle[1:]) in _AUSWAHL]


async def _spiele_alle(zellen: list[tuple[Schritt, str, str]]) -> list[Zelle]:
    """Each in a house where others have been before: it is compared with all that was promised there."""
    offen = list(enumerate(zellen))
    fertig: dict[int, Zelle] = {}

    async def in_einem_haus() -> None:
        async with haus() as laufendes:
            while offen:
                nummer, (schritt, punkt, opfer) = offen.pop(0)
                zelle = await spiele(laufendes, schritt, punkt, opfer)
                assert zelle.abgleich.einwandfrei, zelle
                assert zelle.gefunden == schritt.danach(punkt), zelle
                fertig[nummer] = zelle

    async with asyncio.TaskGroup() as gruppe:
        for _ in range(_HAEUSER):
            gruppe.create_task(in_einem_haus())
    return [fertig[nummer] for nummer in range(len(zellen))]


async def test_nothing_lost_nothing_doubled() -> None:
    zellen = await _spiele_alle(_zellen())
    assert len(zellen) >= len(_AUSWAHL)
    if _LANG:
        schreibe_matrix(zellen)
