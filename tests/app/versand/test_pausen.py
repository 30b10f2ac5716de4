"""A receiver that fails is left alone for a while, others go on, and one delivery tries alone."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.versand.channels.basis import NachrichtAbgewiesen, Zustellfehler
from app.versand.tasks import Zusteller, messe
from app.versand.wiederholung import PAUSE, pausendauer
from tests.app.versand.conftest import (
    HWK,
    IHK,
    Stelle_ein,
    aendere,
    aendere_empfaenger,
    empfaenger,
    journal,
    nummern,
    versuche,
    zeile,
)
from tests.app.versand.leitung import FERN, Leitung, arbeite_alles, pausiere


async def test_after_repeated_failure_the_receiver_is_left_alone(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    bezuege = await stelle_ein(10)
    await pausiere(leitung)
    assert len(leitung.angeklopft) == 3
    stand = await empfaenger()
    assert stand.pausiert_bis is not None
    assert timedelta(seconds=30) < stand.pausiert_bis - datetime.now(UTC) <= timedelta(minutes=1)
    assert stand.letzter_fehler == str(FERN)
    geparkt = [await zeile(bezug) for bezug in bezuege[3:]]
    assert all(eine.geparkt and eine.versuche == 0 and eine.lease_inhaber is None for eine in geparkt)


async def test_what_was_claimed_before_the_pause_began_is_spared_too(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    bezuege = await stelle_ein(30)
    leitung.fehler = FERN
    await Zusteller(pause_ab=3, gleichzeitig=2, stapel=30).arbeite()
    assert 3 <= len(leitung.angeklopft) <= 4, "three that began the pause and one that was under way"
    assert all([(await zeile(bezug)).geparkt for bezug in bezuege[4:]])


async def test_others_go_on_while_one_is_paused(stelle_ein: Stelle_ein, leitung: Leitung) -> None:
    await stelle_ein(10)
    zusteller = await pausiere(leitung)
    await stelle_ein(4, stelle=HWK)
    await arbeite_alles(zusteller)
    assert await nummern(HWK) == [1, 2, 3, 4]
    assert len(leitung.angeklopft) == 3


async def test_when_the_pause_is_over_one_tries_alone_among_many_workers(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    await stelle_ein(20)
    await pausiere(leitung)
    leitung.angeklopft.clear()
    leitung.dauer = 0.2
    await aendere_empfaenger(IHK, pausiert_bis=datetime.now(UTC))
    await asyncio.gather(*(arbeite_alles(Zusteller(pause_ab=3)) for _ in range(4)))
    assert len(leitung.angeklopft) == 1
    stand = await empfaenger()
    assert (stand.pausen_in_folge, stand.probe_sendung) == (2, None)
    assert stand.pausiert_bis is not None
    assert stand.pausiert_bis - datetime.now(UTC) > timedelta(seconds=80), "the second pause is longer"


async def test_an_answer_brings_everything_back_the_oldest_first(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    bezuege = [bezug for _ in range(4) for bezug in await stelle_ein(5)]
    zusteller = await pausiere(leitung)
    leitung.fehler = None
    leitung.angekommen.clear()
    for bezug in bezuege[:3]:
        await aendere(bezug, geparkt=True)
    await aendere_empfaenger(IHK, pausiert_bis=datetime.now(UTC))
    await arbeite_alles(zusteller)
    assert leitung.angekommen == [str(bezug) for bezug in bezuege]
    stand = await empfaenger()
    assert (stand.pausiert_bis, stand.fehler_in_folge, stand.pausen_in_folge) == (None, 0, 0)
    assert stand.letzter_erfolg_am is not None


async def test_one_message_its_receiver_cannot_bear_does_not_keep_the_others(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    bezuege = await stelle_ein(12)
    zusteller = await pausiere(leitung)
    leitung.fehler = None
    leitung.unertraeglich = {str(bezuege[0])}
    for bezug in bezuege[:3]:
        await aendere(bezug, geparkt=True)
    for _ in range(2):
        await aendere_empfaenger(IHK, pausiert_bis=datetime.now(UTC))
        await arbeite_alles(zusteller)
    assert sorted(leitung.angekommen) == sorted(str(bezug) for bezug in bezuege[1:])
    assert (await empfaenger()).pausiert_bis is None


async def test_a_worker_that_dies_with_the_trial_does_not_end_the_trials(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    await stelle_ein(5)
    zusteller = await pausiere(leitung)
    await aendere_empfaenger(IHK, pausiert_bis=datetime.now(UTC))
    leitung.angeklopft.clear()
    leitung.dauer = 3600
    tot = asyncio.create_task(Zusteller(lease=timedelta(seconds=1)).arbeite())
    while not leitung.angeklopft:
        if tot.done():
            await asyncio.sleep(0)
            tot = asyncio.create_task(Zusteller(lease=timedelta(seconds=1)).arbeite())
        await asyncio.sleep(0.02)
    tot.cancel()
    leitung.dauer, leitung.fehler = 0, None
    assert (await empfaenger()).probe_sendung is not None
    await arbeite_alles(zusteller)
    assert leitung.angekommen == []
    await aendere_empfaenger(IHK, pausiert_bis=datetime.now(UTC))
    await arbeite_alles(zusteller)
    assert leitung.angekommen != []


async def test_a_refused_message_does_not_pause_its_receiver(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    leitung.fehler = NachrichtAbgewiesen("http_422", "Der Empfänger nimmt diese Nachricht nicht an.")
    bezuege = await stelle_ein(5)
    await arbeite_alles(Zusteller(pause_ab=2))
    assert len(leitung.angeklopft) == 5
    assert (await empfaenger()).pausiert_bis is None
    sendung = await zeile(bezuege[0])
    assert sendung.naechster_versuch_am is not None
    assert sendung.naechster_versuch_am > datetime.now(UTC) + timedelta(minutes=25)


async def test_the_receiver_says_when_to_come_again(stelle_ein: Stelle_ein, leitung: Leitung) -> None:
    leitung.fehler = Zustellfehler("http_429", "Bitte später.", erst_nach=timedelta(hours=3))
    [bezug] = await stelle_ein()
    await Zusteller(pause_ab=1).arbeite()
    sendung, stand = await zeile(bezug), await empfaenger()
    assert sendung.naechster_versuch_am is not None
    assert stand.pausiert_bis is not None
    assert sendung.naechster_versuch_am > datetime.now(UTC) + timedelta(hours=2, minutes=59)
    assert stand.pausiert_bis > datetime.now(UTC) + timedelta(hours=2, minutes=59)


async def test_what_waits_for_a_paused_receiver_is_given_up_in_time_and_with_a_reason(
    stelle_ein: Stelle_ein, leitung: Leitung
) -> None:
    bezuege = await stelle_ein(5)
    zusteller = await pausiere(leitung)
    await aendere(bezuege[4], erstellt_am=datetime.now(UTC) - timedelta(days=15))
    assert await zusteller.raeume_auf() == 1
    sendung = await zeile(bezuege[4])
    assert sendung.aufgegeben_am is not None
    assert (sendung.naechster_versuch_am, sendung.geparkt) == (None, False)
    assert await versuche(bezuege[4]) == [
        (
            1,
            "gescheitert",
            "unerreichbar: Der Empfänger war bis zum Ende der Frist nicht zu erreichen. "
            "Zuletzt: Es kommt keine Verbindung zum Empfänger zustande.",
        )
    ]
    assert await journal(bezuege[4]) == ["sendung_aufgegeben"]
    assert await zusteller.raeume_auf() == 0


async def test_the_gauge_counts_paused_receivers(stelle_ein: Stelle_ein, leitung: Leitung) -> None:
    from prometheus_client import REGISTRY  # noqa: PLC0415

    await stelle_ein(5)
    await pausiere(leitung)
    await messe()
    assert REGISTRY.get_sample_value("amt_empfaenger_pausiert") == 1


@pytest.mark.parametrize(
    ("bisherige", "dauer"),
    [(0, timedelta(minutes=1)), (3, timedelta(minutes=8)), (500, timedelta(hours=1))],
)
def test_pauses_double_up_to_an_hour(bisherige: int, dauer: timedelta) -> None:
    assert pausendauer(bisherige, lambda: 1.0) == dauer
    assert PAUSE.mindestens <= pausendauer(bisherige, lambda: 0.0) == dauer * 0.75
