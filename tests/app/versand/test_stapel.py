"""Many deliveries in one commit: numbered like single ones, and none suffers from another."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.db.sitzung import ALLE, transaktion
from app.versand import bau, leases, stapel
from app.versand.bau import Gruppe, NichtBaubar
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import (
    ART,
    HWK,
    IHK,
    Probebau,
    Stelle_ein,
    aendere,
    journal,
    nummern,
    versuche,
    zeile,
)


class Stapelprobe(Probebau):
    """Builds many at once, and remembers how many."""

    def __init__(self) -> None:
        super().__init__()
        self.stapel: list[int] = []

    async def bauen_alle(self, session: AsyncSession, gruppen: Sequence[Gruppe]) -> Mapping[UUID, bytes]:
        self.stapel.append(len(gruppen))
        return {
            gruppe[0].id: "".join(f"<probe>{eine.bezug_id}</probe>" for eine in gruppe).encode()
            for gruppe in gruppen
            if self.fehler.keys().isdisjoint(eine.bezug_id for eine in gruppe)
        }


@pytest.fixture
def bau_probe(monkeypatch: pytest.MonkeyPatch) -> Stapelprobe:
    probe = Stapelprobe()
    monkeypatch.setitem(bau._baumeister, ART, probe)
    return probe


async def test_a_batch_is_numbered_in_order_for_each_body(
    stelle_ein: Stelle_ein, bau_probe: Stapelprobe
) -> None:
    ihk = await stelle_ein(30)
    hwk = await stelle_ein(10, stelle=HWK)
    assert await Zusteller().arbeite() == 40
    assert bau_probe.stapel == [40]
    assert bau_probe.gebaut == []
    assert [(await zeile(eine)).nummer for eine in ihk] == list(range(1, 31))
    assert [(await zeile(eine)).nummer for eine in hwk] == list(range(1, 11))
    assert await versuche(ihk[0]) == [(1, "bereitgestellt", None)]
    assert await journal(ihk[0]) == ["sendung_bereitgestellt"]
    fertig = await zeile(ihk[0])
    assert (fertig.naechster_versuch_am, fertig.lease_inhaber) == (None, None)
    assert fertig.bereitgestellt_am is not None


async def test_numbers_have_no_gap_whatever_way_and_worker(
    stelle_ein: Stelle_ein, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stapel, "GROESSE", 7)
    await stelle_ein(40)
    await stelle_ein(40, stelle=HWK)
    arbeiter = [Zusteller(stapel=20) for _ in range(4)]
    while any(await asyncio.gather(*(einer.arbeite() for einer in arbeiter))):
        pass
    assert await nummern(IHK) == await nummern(HWK) == list(range(1, 41))


async def test_what_cannot_be_built_goes_alone(stelle_ein: Stelle_ein, bau_probe: Stapelprobe) -> None:
    gut, schlecht, auch_gut = await stelle_ein(3)
    bau_probe.fehler[schlecht] = NichtBaubar([])
    await Zusteller().arbeite()
    assert bau_probe.gebaut == [schlecht]
    assert [eines[1] for eines in await versuche(schlecht)] == ["gescheitert"]
    assert await nummern() == [1, 2]
    assert [await versuche(eine) for eine in (gut, auch_gut)] == [[(1, "bereitgestellt", None)]] * 2


async def test_a_batch_that_fails_leaves_nothing_and_each_goes_alone(
    stelle_ein: Stelle_ein, bau_probe: Stapelprobe, monkeypatch: pytest.MonkeyPatch
) -> None:
    bezuege = await stelle_ein(3)

    async def scheitere(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(stapel, "_ins_postfach", scheitere)
    await Zusteller().arbeite()
    assert sorted(bau_probe.gebaut) == sorted(bezuege)
    assert await nummern() == [1, 2, 3]
    assert [await versuche(eine) for eine in bezuege] == [[(1, "bereitgestellt", None)]] * 3


async def test_a_lost_lease_changes_nothing(stelle_ein: Stelle_ein) -> None:
    verloren, gehalten = await stelle_ein(2)
    inhaber = neue_id()
    async with transaktion(gemeinde=ALLE) as session:
        sendungen = await leases.beanspruche(session, inhaber=inhaber, dauer=timedelta(seconds=60), anzahl=10)
    await aendere(verloren, lease_inhaber=neue_id())
    assert await stapel.stelle_bereit([[eine] for eine in sendungen], inhaber) == {(await zeile(gehalten)).id}
    assert (await zeile(verloren)).nummer is None
    assert await versuche(verloren) == []


async def test_only_first_attempts_go_together(stelle_ein: Stelle_ein) -> None:
    await stelle_ein()
    async with transaktion(gemeinde=ALLE) as session:
        (eine,) = await leases.beanspruche(session, inhaber=neue_id(), dauer=timedelta(seconds=60), anzahl=10)
    assert stapel.ist_moeglich([eine])
    assert not stapel.ist_moeglich([replace(eine, versuche=2)])
    assert not stapel.ist_moeglich([replace(eine, kanal="http")])
    assert not stapel.ist_moeglich([replace(eine, art="unbekannt")])
