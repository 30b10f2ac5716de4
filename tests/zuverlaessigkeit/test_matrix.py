"""kill -9 of the API, the worker and the database at every point: nothing lost, nothing doubled.

Always a choice of the cells; all of them with AMT_LANG=1, which also writes docs/reliability.md.
"""

import os
from collections.abc import AsyncIterator

import pytest

from tests.zuverlaessigkeit.bericht import schreibe_matrix
from tests.zuverlaessigkeit.haus import Haus, haus
from tests.zuverlaessigkeit.matrix import Zelle, spiele
from tests.zuverlaessigkeit.szenario import OPFER, SCHRITTE, Schritt

_AUSWAHL = {
    ("submit", "antrag.schluessel", "process"),
    ("submit", "sendungen.eingestellt", "connection"),
    ("submit", "anfrage.vor_commit", "database"),
    ("submit", "anfrage.nach_commit", "process"),
    ("certify", "bescheinigung.angelegt", "process"),
    ("deliver", "zustellung.lease_steht", "process"),
    ("deliver", "zustellung.bereitgestellt", "database"),
    ("render", "pdf.abgelegt", "process"),
    ("seal", "siegel.block", "process"),
    ("acknowledge", "anfrage.nach_commit", "connection"),
}
_LANG = os.environ.get("AMT_LANG") == "1"


@pytest.fixture(scope="module")
async def laufendes_haus() -> AsyncIterator[Haus]:
    """One house for all cells: each is compared with everything that was promised so far."""
    async with haus() as offen:
        yield offen


def _zellen() -> list[tuple[Schritt, str, str]]:
    alle = [(schritt, punkt, opfer) for schritt in SCHRITTE for punkt in schritt.punkte for opfer in OPFER]
    return [zelle for zelle in alle if _LANG or (zelle[0].name, *zelle[1:]) in _AUSWAHL]


async def test_nothing_lost_nothing_doubled(laufendes_haus: Haus) -> None:
    zellen: list[Zelle] = []
    for schritt, punkt, opfer in _zellen():
        zelle = await spiele(laufendes_haus, schritt, punkt, opfer)
        zellen.append(zelle)
        assert zelle.abgleich.einwandfrei, zelle
        assert zelle.gefunden == schritt.danach(punkt), zelle
    assert len(zellen) >= len(_AUSWAHL)
    if _LANG:
        schreibe_matrix(zellen)
