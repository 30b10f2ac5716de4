"""Several deliveries in one message to another machine: tied before it is sent, one fate afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest

from app.db.basis import neue_id
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.versand import bau, channels, empfaenger, rueckruf, service, verbund, verwaltung
from app.versand.bau import NichtBaubar, Sendungsbild
from app.versand.channels.basis import ExternerKanal, Mangel, Optionen, Zustellfehler
from app.versand.errors import NichtZuWiederholen
from app.versand.nachricht import Nachricht
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import (
    ART,
    IHK,
    Stelle_ein,
    aendere,
    aendere_empfaenger,
    journal,
    nummern,
    sprich_an,
    versuche,
    zeile,
)
from tests.app.versand.test_stapel import Stapelprobe

WEG = Zustellfehler("http_503", "Der Empfänger ist nicht bereit.")
STUNDE = timedelta(hours=1)


class Tod(BaseException):
    """The worker is no more: nobody catches this."""


@dataclass
class Gegenueber(ExternerKanal[Optionen]):
    """The receiver's machine: remembers names and contents of what it was sent."""

    name: ClassVar[str] = "http"
    optionen_typ = Optionen

    fehler: Exception | None = None
    erhalten: list[tuple[UUID, bytes]] = field(default_factory=list)

    async def check_config(self, optionen: Optionen) -> tuple[Mangel, ...]:
        return ()

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: Optionen, jetzt: datetime
    ) -> None:
        self.erhalten.append((sendung.id, nachricht.inhalt()))
        if self.fehler is not None:
            raise self.fehler


@pytest.fixture
def bau_probe(monkeypatch: pytest.MonkeyPatch) -> Stapelprobe:
    probe = Stapelprobe()
    monkeypatch.setitem(bau._baumeister, ART, probe)
    return probe


@pytest.fixture
async def gegenueber(verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch) -> Gegenueber:
    """The chamber is reached over `http` and wants three notices in a message."""
    kanal = Gegenueber()
    monkeypatch.setitem(channels._kanaele, kanal.name, kanal)
    await sprich_an(IHK, kanal.name)
    async with transaktion() as session:
        await service.richte_buendelung_ein(session, IHK, hoechstens=3, warten=STUNDE)
    return kanal


@pytest.fixture
def drei(stelle_ein: Stelle_ein) -> Callable[[], Awaitable[list[UUID]]]:
    """Three deliveries, in the order of a bundle."""

    async def drei() -> list[UUID]:
        bezuege = await stelle_ein(3)
        reihe = [await zeile(bezug) for bezug in bezuege]
        return [eine.bezug_id for eine in sorted(reihe, key=lambda eine: (eine.erstellt_am, eine.id))]

    return drei


Drei = Callable[[], Awaitable[list[UUID]]]


def _inhalt(bezuege: list[UUID]) -> bytes:
    return "".join(f"<probe>{bezug}</probe>" for bezug in bezuege).encode()


async def _faellig(*bezuege: UUID) -> None:
    for bezug in bezuege:
        await aendere(bezug, naechster_versuch_am=(await zeile(bezug)).erstellt_am)


async def test_a_full_bundle_is_one_request(
    drei: Drei, stelle_ein: Stelle_ein, gegenueber: Gegenueber
) -> None:
    bezuege = await drei()
    await Zusteller().arbeite()
    erste, *weitere = [await zeile(bezug) for bezug in bezuege]
    assert gegenueber.erhalten == [(erste.id, _inhalt(bezuege))]
    assert (erste.saetze, erste.buendel_id) == (3, None)
    assert [eine.buendel_id for eine in weitere] == [erste.id] * 2
    for bezug in bezuege:
        eine = await zeile(bezug)
        assert eine.bereitgestellt_am is not None
        assert (eine.naechster_versuch_am, eine.lease_inhaber) == (None, None)
        assert await versuche(bezug) == [(1, "zugestellt", None)]
        assert await journal(bezug) == ["sendung_zugestellt"]

    [allein] = await stelle_ein()
    assert await Zusteller().arbeite() == 0
    await _faellig(allein)
    await Zusteller().arbeite()
    assert gegenueber.erhalten[1:] == [((await zeile(allein)).id, _inhalt([allein]))]


async def test_a_bundle_that_failed_comes_again_with_the_same_name_and_bytes(
    drei: Drei, gegenueber: Gegenueber, bau_probe: Stapelprobe
) -> None:
    bezuege = await drei()
    gegenueber.fehler = WEG
    await Zusteller().arbeite()
    assert await Zusteller().arbeite() == 0
    for bezug in bezuege:
        assert await versuche(bezug) == [(1, "gescheitert", "http_503: Der Empfänger ist nicht bereit.")]
        assert (await zeile(bezug)).naechster_versuch_am is not None
    await _faellig(*bezuege)
    gegenueber.fehler = None
    while await Zusteller().arbeite():
        pass
    assert gegenueber.erhalten == [((await zeile(bezuege[0])).id, _inhalt(bezuege))] * 2
    assert [[eines[:2] for eines in await versuche(bezug)] for bezug in bezuege] == [
        [(1, "gescheitert"), (2, "zugestellt")]
    ] * 3
    assert (bau_probe.stapel, bau_probe.gebaut) == ([1], [])


@pytest.mark.parametrize("wo", ["before the commit", "after the commit"])
async def test_a_worker_that_dies_between_leaves_each_notice_for_one_message(
    drei: Drei, gegenueber: Gegenueber, monkeypatch: pytest.MonkeyPatch, wo: str
) -> None:
    bezuege = await drei()
    knuepfe = verbund.knuepfe

    async def knuepfe_und_stirb(*args: Any) -> None:
        await knuepfe(*args)
        raise Tod

    async def stirb(*_: Any) -> None:
        raise Tod

    with monkeypatch.context() as tod:
        if wo == "before the commit":
            tod.setattr(verbund, "knuepfe", knuepfe_und_stirb)
        else:
            tod.setattr(Zusteller, "_liefere", stirb)
        with pytest.raises(BaseException):  # noqa: B017 whatever the task group makes of it
            await Zusteller().arbeite()
    assert gegenueber.erhalten == []
    for bezug in bezuege:
        if (await zeile(bezug)).lease_bis is not None:
            await aendere(bezug, lease_bis=(await zeile(bezug)).erstellt_am - STUNDE)
    zusteller = Zusteller()
    await zusteller.raeume_auf()
    await _faellig(*bezuege)
    while await zusteller.arbeite():
        pass
    # What was tied stays tied; what was not goes alone, as everything that has been tried before.
    erwartet = [_inhalt(bezuege)] if wo == "after the commit" else [_inhalt([eine]) for eine in bezuege]
    assert sorted(inhalt for _, inhalt in gegenueber.erhalten) == sorted(erwartet)
    assert all([(await zeile(bezug)).bereitgestellt_am for bezug in bezuege])


async def test_a_bad_notice_goes_alone_and_so_do_its_neighbours(
    drei: Drei, gegenueber: Gegenueber, bau_probe: Stapelprobe
) -> None:
    gut, schlecht, auch_gut = await drei()
    bau_probe.fehler[schlecht] = NichtBaubar([])
    await Zusteller().arbeite()
    assert sorted(inhalt for _, inhalt in gegenueber.erhalten) == sorted(
        [_inhalt([gut]), _inhalt([auch_gut])]
    )
    assert [eines[1] for eines in await versuche(schlecht)] == ["gescheitert"]
    assert (await zeile(schlecht)).buendel_id is None


async def test_a_bundle_is_given_up_and_sent_again_as_one(drei: Drei, gegenueber: Gegenueber) -> None:
    bezuege = await drei()
    for bezug in bezuege:
        await aendere(bezug, erstellt_am=(await zeile(bezug)).erstellt_am - timedelta(days=15))
    gegenueber.fehler = WEG
    await Zusteller().arbeite()
    for bezug in bezuege:
        assert await journal(bezug) == ["sendung_aufgegeben"]
        assert (await zeile(bezug)).aufgegeben_am is not None
    erste, zweite, _ = [(await zeile(bezug)).id for bezug in bezuege]
    gegenueber.fehler = None
    async with transaktion(gemeinde=ALLE) as session:
        # Whoever finds any of them in the list of dead letters has all of them sent.
        await verwaltung.sende_erneut(session, zweite, durch="test")
    while await Zusteller().arbeite():
        pass
    assert gegenueber.erhalten == [(erste, _inhalt(bezuege))] * 2
    for bezug in bezuege:
        assert await journal(bezug) == ["sendung_aufgegeben", "sendung_erneut", "sendung_zugestellt"]
        assert ((await zeile(bezug)).aufgegeben_am, (await zeile(bezug)).naechster_versuch_am) == (None, None)


async def test_one_of_a_bundle_that_is_under_way_is_under_way(drei: Drei, gegenueber: Gegenueber) -> None:
    bezuege = await drei()
    gegenueber.fehler = WEG
    await Zusteller().arbeite()
    await aendere(bezuege[0], lease_inhaber=neue_id(), lease_bis=(await zeile(bezuege[0])).erstellt_am)
    async with transaktion(gemeinde=ALLE) as session:
        with pytest.raises(NichtZuWiederholen):
            await verwaltung.sende_erneut(session, (await zeile(bezuege[1])).id, durch="test")


async def test_a_paused_receiver_is_tried_with_one_message(
    stelle_ein: Stelle_ein, gegenueber: Gegenueber
) -> None:
    gegenueber.fehler = WEG
    bezuege = await stelle_ein(3)
    await Zusteller(pause_ab=1).arbeite()
    assert len(gegenueber.erhalten) == 1
    weitere = await stelle_ein(3)
    assert await Zusteller(pause_ab=1).arbeite() == 0
    assert len(gegenueber.erhalten) == 1
    gegenueber.fehler = None
    await aendere_empfaenger(IHK, pausiert_bis=(await zeile(bezuege[0])).erstellt_am)
    while await Zusteller(pause_ab=1).arbeite():
        pass
    assert len(gegenueber.erhalten) == 3
    assert all([(await zeile(bezug)).bereitgestellt_am for bezug in [*bezuege, *weitere]])


async def test_into_the_mailbox_each_goes_alone(drei: Drei, gegenueber: Gegenueber) -> None:
    bezuege = await drei()
    gegenueber.fehler = WEG
    await Zusteller().arbeite()
    async with transaktion(gemeinde=ALLE) as session:
        assert await empfaenger.richte_ein(
            session, IHK, kanal="postfach", optionen={"stelle": IHK}, hinweis_an=None
        ) == len(bezuege)
    await _faellig(*bezuege)
    while await Zusteller().arbeite():
        pass
    assert await nummern() == [1, 2, 3]
    assert [(await zeile(bezug)).saetze for bezug in bezuege] == [1, 1, 1]


async def test_what_was_tied_may_have_left_the_house(drei: Drei, gegenueber: Gegenueber) -> None:
    bezuege = await drei()
    gegenueber.fehler = WEG
    await Zusteller().arbeite()
    eine = await zeile(bezuege[1])
    async with transaktion(gemeinde=ALLE) as session:
        ausgegangen = await rueckruf.rufe_zurueck(session, eine.vorgang_id, [ART])
    assert {einer.sendung_id for einer in ausgegangen} == {(await zeile(bezuege[0])).id}
    assert {einer.bezug_id for einer in ausgegangen} == set(bezuege)


async def test_a_lost_lease_leaves_a_notice_out(drei: Drei, gegenueber: Gegenueber) -> None:
    bezuege = await drei()
    zusteller = Zusteller()
    fremd = neue_id()

    async def nimm_weg() -> None:
        await aendere(bezuege[1], lease_inhaber=fremd)

    verbunden = zusteller._verbunden

    async def und_verliere(gruppe: bau.Gruppe) -> bau.Gruppe:
        await nimm_weg()
        return await verbunden(gruppe)

    object.__setattr__(zusteller, "_verbunden", und_verliere)
    await zusteller.arbeite()
    assert [inhalt for _, inhalt in gegenueber.erhalten] == [_inhalt([bezuege[0], bezuege[2]])]
    assert ((await zeile(bezuege[1])).buendel_id, (await zeile(bezuege[1])).lease_inhaber) == (None, fremd)
