"""The worker's side: one delivery each, whatever happens."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from app.db.sitzung import ALLE, Datenbank, gelten, transaktion
from app.versand import leases, service
from app.versand.channels import kanal_namens
from app.versand.channels.postfach import Postfach, PostfachOptionen
from app.versand.nachricht import Nachricht
from app.versand.tasks import Zusteller, messe
from tests.app.versand.conftest import (
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
from xoev.befund import Befund

BEFUND = Befund(severity="error", rule="SCH-0036", text={"de": "Geburtsdatum fehlt", "en": "missing"})


async def test_a_delivery_reaches_the_mailbox(stelle_ein: Stelle_ein) -> None:
    [bezug] = await stelle_ein()
    assert await Zusteller().arbeite() == 1
    assert await Zusteller().arbeite() == 0
    async with transaktion() as session:
        [eine] = await service.lies_postfach(session, IHK)
        inhalt, sha256 = await service.lies_nachricht(session, IHK, eine.id)
    assert inhalt == f"<probe>{bezug}</probe>".encode()
    assert (eine.nummer, eine.sha256, eine.groesse) == (1, sha256, len(inhalt))
    assert await versuche(bezug) == [(1, "bereitgestellt", None)]
    assert await journal(bezug) == ["sendung_bereitgestellt", "sendung_abgeholt"]


async def test_many_workers_make_one_delivery_each_numbered_without_gaps(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    bezuege = await stelle_ein(40) + await stelle_ein(20, stelle=HWK)
    verarbeitet = await asyncio.gather(*(_leere(Zusteller(stapel=7, gleichzeitig=3)) for _ in range(4)))
    assert sum(verarbeitet) == 60
    assert sum(anzahl > 0 for anzahl in verarbeitet) >= 2, "the work was not shared: this test shows nothing"
    assert await nummern(IHK) == list(range(1, 41))
    assert await nummern(HWK) == list(range(1, 21))
    assert sorted(bau_probe.gebaut) == sorted(bezuege)
    for bezug in bezuege:
        assert await versuche(bezug) == [(1, "bereitgestellt", None)]


async def test_a_late_commit_neither_overtakes_nor_leaves_a_gap(
    stelle_ein: Stelle_ein, verbunden: Datenbank
) -> None:
    spaet, frueh = Zusteller(stapel=1), Zusteller()
    await stelle_ein(1)
    async with transaktion(gemeinde=ALLE) as session:
        [langsame] = await leases.beanspruche(
            session, inhaber=spaet.inhaber, dauer=timedelta(minutes=1), anzahl=1
        )
    await stelle_ein(1)
    async with verbunden.sitzungen.begin() as offen:
        await gelten(offen, gemeinde=ALLE)
        assert await leases.ins_postfach(offen, langsame.id, IHK, spaet.inhaber, Nachricht.packe(b"<probe/>"))
        zweite = asyncio.create_task(frueh.arbeite())
        await _bis_jemand_wartet(verbunden)
        assert await nummern() == [], "number 2 was visible before number 1"
    assert await zweite == 1
    assert await nummern() == [1, 2]
    async with transaktion() as session:
        assert (await service.lies_postfach(session, IHK))[0].id == langsame.id


async def test_a_rollback_gives_its_number_back(stelle_ein: Stelle_ein, verbunden: Datenbank) -> None:
    await stelle_ein(2)
    inhaber = Zusteller().inhaber
    async with transaktion(gemeinde=ALLE) as session:
        [eine] = await leases.beanspruche(session, inhaber=inhaber, dauer=timedelta(minutes=1), anzahl=1)
    async with verbunden.sitzungen() as offen:
        await gelten(offen, gemeinde=ALLE)
        assert await leases.ins_postfach(offen, eine.id, IHK, inhaber, Nachricht.packe(b"<probe/>"))
        await offen.rollback()
    assert await Zusteller().arbeite() == 1
    assert await nummern() == [1]


async def test_an_expired_lease_is_taken_over_and_its_old_holder_changes_nothing(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    [bezug] = await stelle_ein()
    zombie, erbe = Zusteller(), Zusteller()
    bau_probe.dauer[bezug] = 0.5
    async with transaktion(gemeinde=ALLE) as session:
        [bild] = await leases.beanspruche(
            session, inhaber=zombie.inhaber, dauer=timedelta(seconds=-1), anzahl=1
        )
    assert await erbe.arbeite() == 0, "leased: nobody else's before the lease is taken back"
    assert await erbe.raeume_auf() == 1
    await aendere(bezug, naechster_versuch_am=datetime.now(UTC))
    bau_probe.dauer.clear()
    assert await erbe.arbeite() == 1
    await zombie._liefere(bild)
    assert await nummern() == [1]
    assert [(nr, ergebnis) for nr, ergebnis, _ in await versuche(bezug)] == [
        (1, "gescheitert"),
        (2, "bereitgestellt"),
    ]


async def test_a_zombie_that_has_built_already_is_fenced_at_the_last_statement(
    stelle_ein: Stelle_ein,
) -> None:
    [bezug] = await stelle_ein()
    sendung = await zeile(bezug)
    async with transaktion(gemeinde=ALLE) as session:
        gelungen = await leases.ins_postfach(
            session, sendung.id, IHK, Zusteller().inhaber, Nachricht.packe(b"<probe/>")
        )
    assert not gelungen
    assert await nummern() == []


async def test_a_valid_lease_is_left_alone_but_a_worker_takes_back_its_own(stelle_ein: Stelle_ein) -> None:
    await stelle_ein()
    halter, anderer = Zusteller(), Zusteller()
    async with transaktion(gemeinde=ALLE) as session:
        await leases.beanspruche(session, inhaber=halter.inhaber, dauer=timedelta(minutes=1), anzahl=1)
    assert await anderer.raeume_auf() == 0
    assert await halter.raeume_auf() == 1


async def test_poison_fails_alone_and_its_words_stay_inside(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    giftig, *gute = await stelle_ein(6)
    bau_probe.fehler[giftig] = ValueError("Erika Mustermann, geboren am 12.08.1964")
    with capture_logs() as meldungen:
        assert await Zusteller(gleichzeitig=1).arbeite() == 6
    assert await nummern() == [1, 2, 3, 4, 5]
    assert await versuche(giftig) == [
        (1, "gescheitert", "unerwartet: In unserem Programm ist ein Fehler aufgetreten (ValueError).")
    ]
    assert "Mustermann" not in str(meldungen)
    sendung = await zeile(giftig)
    assert sendung.naechster_versuch_am is not None
    assert sendung.naechster_versuch_am > sendung.erstellt_am
    assert sendung.lease_inhaber is None
    assert [await versuche(gut) for gut in gute] == [[(1, "bereitgestellt", None)]] * 5


async def test_a_message_that_hangs_is_cut_off(stelle_ein: Stelle_ein, bau_probe: Probebau) -> None:
    [bezug] = await stelle_ein()
    bau_probe.dauer[bezug] = 3600
    await Zusteller(lease=timedelta(seconds=0.3)).arbeite()
    assert await versuche(bezug) == [
        (1, "gescheitert", "zeit_um: Der Versuch hat länger gedauert, als ein Zusteller warten darf.")
    ]


async def test_what_cannot_be_built_waits_for_a_person(stelle_ein: Stelle_ein, bau_probe: Probebau) -> None:
    [bezug] = await stelle_ein()
    feld = replace(BEFUND, feld="GewA 1, Feld 6")
    bau_probe.fehler[bezug] = service.NichtBaubar([feld, replace(BEFUND, rule="BAU-ANZEIGE"), feld])
    await Zusteller().arbeite()
    assert await versuche(bezug) == [
        (
            1,
            "gescheitert",
            "nicht_baubar: Die Nachricht entspricht nicht dem Standard oder dem Recht. "
            "Zu prüfen: GewA 1, Feld 6 (SCH-0036), BAU-ANZEIGE.",
        )
    ]
    sendung = await zeile(bezug)
    assert sendung.naechster_versuch_am is not None
    assert sendung.naechster_versuch_am > datetime.now(UTC) + timedelta(minutes=25)
    async with transaktion(gemeinde=ALLE) as session:
        [stand] = await service.stand(session, [sendung.vorgang_id])
    assert (stand.zustand, stand.mensch_noetig) == ("wartet", True)


async def test_a_delivery_is_given_up_after_its_time_and_never_silently(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    [bezug] = await stelle_ein()
    bau_probe.fehler[bezug] = RuntimeError()
    await aendere(bezug, erstellt_am=datetime.now(UTC) - timedelta(days=14, seconds=1))
    vorher = _aufgegebene()
    with capture_logs() as meldungen:
        await Zusteller().arbeite()
    assert await Zusteller().arbeite() == 0
    assert await journal(bezug) == ["sendung_aufgegeben"]
    assert _aufgegebene() == vorher + 1
    assert [meldung["event"] for meldung in meldungen] == ["sendung_aufgegeben"]
    sendung = await zeile(bezug)
    async with transaktion(gemeinde=ALLE) as session:
        [stand] = await service.stand(session, [sendung.vorgang_id])
    assert (stand.zustand, stand.mensch_noetig) == ("aufgegeben", True)
    assert (
        stand.letzter_fehler == "unerwartet: In unserem Programm ist ein Fehler aufgetreten (RuntimeError)."
    )


async def test_a_worker_that_always_dies_on_a_message_does_not_try_forever(stelle_ein: Stelle_ein) -> None:
    [bezug] = await stelle_ein()
    zusteller = Zusteller()
    await aendere(bezug, erstellt_am=datetime.now(UTC) - timedelta(days=15))
    async with transaktion(gemeinde=ALLE) as session:
        await leases.beanspruche(session, inhaber=zusteller.inhaber, dauer=timedelta(seconds=-1), anzahl=1)
    await zusteller.raeume_auf()
    assert (await zeile(bezug)).aufgegeben_am is not None
    assert await journal(bezug) == ["sendung_aufgegeben"]


async def test_a_lost_answer_to_a_commit_counts_once(
    stelle_ein: Stelle_ein, monkeypatch: pytest.MonkeyPatch
) -> None:
    [bezug] = await stelle_ein()
    zusteller = Zusteller()
    intern = Zusteller._intern

    async def antwort_verloren(*argumente: object) -> None:
        await intern(zusteller, *argumente[1:])  # type: ignore[arg-type]
        raise ConnectionResetError

    monkeypatch.setattr(Zusteller, "_intern", antwort_verloren)
    await zusteller.arbeite()
    assert await versuche(bezug) == [(1, "bereitgestellt", None)]
    assert await nummern() == [1]


@pytest.mark.parametrize("spalte", ["art", "kanal"])
async def test_a_program_wired_without_a_part_says_so(stelle_ein: Stelle_ein, spalte: str) -> None:
    [bezug] = await stelle_ein()
    await aendere(bezug, **{spalte: "gibt_es_nicht"})
    await Zusteller().arbeite()
    assert await versuche(bezug) == [
        (1, "gescheitert", "unerwartet: In unserem Programm ist ein Fehler aufgetreten (LookupError).")
    ]


async def test_the_gauges_show_what_is_open(stelle_ein: Stelle_ein) -> None:
    bezug, _ = await stelle_ein(2)
    await aendere(bezug, erstellt_am=datetime.now(UTC) - timedelta(hours=1))
    await messe()
    assert REGISTRY.get_sample_value("amt_sendungen_offen") == 2
    alter = REGISTRY.get_sample_value("amt_sendung_aelteste_sekunden")
    assert alter is not None
    assert 3590 < alter < 3700


async def test_what_is_to_wait_for_its_bundle_is_not_late(stelle_ein: Stelle_ein) -> None:
    """A body may want its notices once a day; nobody is to be woken for that."""
    planmaessig, faellig = await stelle_ein(2)
    for bezug in (planmaessig, faellig):
        await aendere(bezug, erstellt_am=datetime.now(UTC) - timedelta(hours=5))
    await aendere(planmaessig, naechster_versuch_am=datetime.now(UTC) + timedelta(hours=19))
    await aendere(faellig, erstellt_am=datetime.now(UTC) - timedelta(minutes=5))
    await messe()
    assert REGISTRY.get_sample_value("amt_sendungen_offen") == 2
    assert 290 < (REGISTRY.get_sample_value("amt_sendung_aelteste_sekunden") or 0) < 400
    # What has been tried, or waits for a paused receiver, is late whatever has been planned for it.
    for werte in ({"versuche": 1}, {"versuche": 0, "geparkt": True}):
        await aendere(planmaessig, **werte)
        await messe()
        assert (REGISTRY.get_sample_value("amt_sendung_aelteste_sekunden") or 0) > 17_900


async def test_the_mailbox_checks_itself(stelle_ein: Stelle_ein) -> None:
    bezug, _ = await stelle_ein(2)
    await Zusteller().arbeite()
    kanal = kanal_namens("postfach")
    assert isinstance(kanal, Postfach)

    async def maengel(stelle: str) -> list[str]:
        return [mangel.code for mangel in await kanal.check_config(PostfachOptionen(stelle=stelle))]

    assert await maengel(IHK) == []
    await aendere(bezug, nummer=None)
    assert await maengel(IHK) == ["postfach_lueckenhaft"]
    assert await maengel("ihk-entenhausen") == ["stelle_unbekannt"]


async def _leere(zusteller: Zusteller) -> int:
    summe = 0
    while anzahl := await zusteller.arbeite():
        summe += anzahl
    return summe


async def _bis_jemand_wartet(datenbank: Datenbank) -> None:
    """Until a backend of this database waits for a lock that another transaction holds."""
    verbindung = await datenbank.verbinde()
    try:
        async with asyncio.timeout(10):
            while not await verbindung.fetchval(  # noqa: ASYNC110 the database sets no event
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
            ):
                await asyncio.sleep(0.01)
    finally:
        await verbindung.close()


def _aufgegebene() -> float:
    return REGISTRY.get_sample_value("amt_sendungen_aufgegeben_total", {"kanal": "postfach"}) or 0
