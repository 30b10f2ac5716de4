"""External channels: no session over the foreign call, the same bytes at every attempt."""

from datetime import datetime
from typing import ClassVar

import pytest

from app.db.sitzung import Datenbank, datenbank
from app.versand import channels
from app.versand.bau import Sendungsbild
from app.versand.channels.basis import ExternerKanal, Mangel, Optionen, Zustellfehler
from app.versand.nachricht import Nachricht
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import IHK, Probebau, Stelle_ein, aendere, sprich_an, versuche, zeile


class Fernkanal(ExternerKanal[Optionen]):
    """Answers as told."""

    name: ClassVar[str] = "fern"
    optionen_typ = Optionen

    def __init__(self) -> None:
        self.fehler: Exception | None = None
        self.erhalten: list[bytes] = []
        self.offene_verbindungen: list[int] = []

    async def check_config(self, optionen: Optionen) -> tuple[Mangel, ...]:
        return ()

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: Optionen, jetzt: datetime
    ) -> None:
        self.offene_verbindungen.append(datenbank().maschine.pool.checkedout())  # type: ignore[attr-defined]
        self.erhalten.append(nachricht.inhalt())
        if self.fehler is not None:
            raise self.fehler


@pytest.fixture
async def fern(verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch) -> Fernkanal:
    kanal = Fernkanal()
    monkeypatch.setitem(channels._kanaele, kanal.name, kanal)
    await sprich_an(IHK, kanal.name)
    return kanal


async def test_a_receiver_that_has_confirmed_has_it(
    stelle_ein: Stelle_ein, fern: Fernkanal, verbunden: Datenbank
) -> None:
    [bezug] = await stelle_ein()
    await Zusteller().arbeite()
    sendung = await zeile(bezug)
    assert sendung.bereitgestellt_am is not None
    assert sendung.abgeholt_am is not None
    assert (sendung.naechster_versuch_am, sendung.lease_inhaber, sendung.nummer) == (None, None, None)
    assert await versuche(bezug) == [(1, "zugestellt", None)]
    assert fern.offene_verbindungen == [0]


async def test_a_failed_attempt_is_repeated_with_the_same_bytes(
    stelle_ein: Stelle_ein, fern: Fernkanal, bau_probe: Probebau
) -> None:
    [bezug] = await stelle_ein()
    fern.fehler = Zustellfehler("http_503", "Der Empfänger ist nicht bereit.")
    await Zusteller().arbeite()
    await aendere(bezug, naechster_versuch_am=(await zeile(bezug)).erstellt_am)
    fern.fehler = None
    await Zusteller().arbeite()
    assert bau_probe.gebaut == [bezug]
    assert fern.erhalten[0] == fern.erhalten[1]
    assert await versuche(bezug) == [
        (1, "gescheitert", "http_503: Der Empfänger ist nicht bereit."),
        (2, "zugestellt", None),
    ]


async def test_who_lost_the_lease_during_the_call_records_nothing(
    stelle_ein: Stelle_ein, fern: Fernkanal, monkeypatch: pytest.MonkeyPatch
) -> None:
    [bezug] = await stelle_ein()
    zustellen = fern.zustellen

    async def und_verliere(
        sendung: Sendungsbild, nachricht: Nachricht, optionen: Optionen, jetzt: datetime
    ) -> None:
        await zustellen(sendung, nachricht, optionen, jetzt)
        await aendere(bezug, lease_inhaber=None, lease_bis=None)

    monkeypatch.setattr(fern, "zustellen", und_verliere)
    await Zusteller().arbeite()
    assert await versuche(bezug) == []
    assert (await zeile(bezug)).bereitgestellt_am is None
