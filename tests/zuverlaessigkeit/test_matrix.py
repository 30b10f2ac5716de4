"""kill -9 of the API, the worker and the database at every point: nothing lost, nothing doubled.

Always a choice of the cells; all of them with AMT_LANG=1, which also writes docs/reliability.md.
"""

import asyncio
import os
from collections.abc import Sequence

import pytest

from tests.zuverlaessigkeit.bericht import schreibe_matrix
from tests.zuverlaessigkeit.haus import haus
from tests.zuverlaessigkeit.matrix import Zelle, spiele
from tests.zuverlaessigkeit.szenario import OPFER, SCHRITTE, Schritt

_AUSWAHL = {
    ("submit", "antrag.schluessel", "process"),
    ("submit", "sendungen.eingestellt", "connection"),
    ("submit", "anfrage.vor_commit", "database"),
    ("submit", "anfrage.nach_commit", "process"),
    ("send", "absenden.entwurf", "database"),
    ("send", "anfrage.vor_commit", "connection"),
    ("send", "anfrage.nach_commit", "process"),
    ("deliver", "stapel.bereitgestellt", "database"),
    ("deliver singly", "zustellung.vermerkt", "process"),
    ("deliver bundled", "stapel.verbunden", "database"),
    ("hand over by http", "uebergabe.bestaetigt", "process"),
    ("hand over by folder", "ordner.umbenannt", "process"),
    ("hand over to the dms by http", "uebergabe.vermerkt", "connection"),
    ("tell by email", "uebergabe.bestaetigt", "connection"),
    ("render", "pdf.abgelegt", "process"),
    ("seal", "siegel.block", "process"),
    ("correct", "berichtigung.sendungen", "connection"),
    ("withdraw", "anfrage.nach_commit", "process"),
    ("decide", "entscheidung.vermerkt", "process"),
    ("write", "anfrage.nach_commit", "process"),
    ("confirm", "bestaetigung.beantwortet", "connection"),
    ("take back", "ruecknahme.geschlossen", "database"),
    ("acknowledge", "anfrage.nach_commit", "connection"),
    ("acknowledge many", "quittung.vermerkt", "process"),
}
_LANG = os.environ.get("AMT_LANG") == "1"


_HAEUSER = 3
"""In the long form, side by side: most of the time they wait."""

_Zellen = list[tuple[Schritt, str, str]]


def _zellen(schritte: Sequence[Schritt]) -> _Zellen:
    return [(schritt, punkt, opfer) for schritt in schritte for punkt in schritt.punkte for opfer in OPFER]


async def _spiele_alle(zellen: _Zellen, haeuser: int) -> list[Zelle]:
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
        for _ in range(haeuser):
            gruppe.create_task(in_einem_haus())
    return [fertig[nummer] for nummer in range(len(zellen))]


async def test_nothing_lost_nothing_doubled() -> None:
    auswahl = [zelle for zelle in _zellen(SCHRITTE) if (zelle[0].name, *zelle[1:]) in _AUSWAHL]
    assert len(auswahl) == len(_AUSWAHL)
    await _spiele_alle(auswahl, 1)


@pytest.mark.skipif(not _LANG, reason="AMT_LANG=1 runs it")
@pytest.mark.parametrize("schritt", SCHRITTE, ids=lambda schritt: schritt.name.replace(" ", "-"))
async def test_every_point(schritt: Schritt) -> None:
    schreibe_matrix(schritt.name, await _spiele_alle(_zellen([schritt]), _HAEUSER))
