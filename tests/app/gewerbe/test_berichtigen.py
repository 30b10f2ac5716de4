"""Corrections and withdrawals after certification: who is told what, and what stays as it was."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lxml import etree
from prometheus_client import REGISTRY
from sqlalchemy import select, text, update

from app.akte.models import Journaleintrag
from app.db.sitzung import ALLE, transaktion
from app.gewerbe.models import Gewerbeanzeige, Registereintrag
from app.gewerbe.ruecknahme.nachricht import XSD
from app.mandanten.models import Mandant
from app.versand import channels
from app.versand import service as versand
from app.versand.bau import Sendungsbild
from app.versand.channels.basis import Optionen
from app.versand.models import Sendung
from app.versand.nachricht import Nachricht
from app.versand.tasks import messe
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung, zu_pruefen
from tests.app.gewerbe.test_einreichen import PFAD
from tests.app.versand.conftest import IHK, sprich_an
from tests.app.versand.test_verbund import WEG, Gegenueber
from xoev.pruefen import pruefe


class Haus:
    """A town's portal and its desk."""

    def __init__(self, portal: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
        self.portal, self.amt = portal, amt

    async def reiche_ein(self, anzeige: dict[str, Any]) -> dict[str, Any]:
        antwort = await self.portal.post(PFAD, json=anzeige)
        assert antwort.status_code == 201, antwort.text
        inhalt: dict[str, Any] = antwort.json()
        self.einreichung = f"{PFAD}/{inhalt['id']}"
        anzeige_antwort: dict[str, Any] = inhalt["anzeigen"][0]
        return anzeige_antwort

    async def berichtige(
        self, anzeige_id: str, anzeige: dict[str, Any], schluessel: str | None = None
    ) -> httpx.Response:
        return await self.amt.post(
            f"{PFAD}/{anzeige_id}/berichtigungen",
            json=anzeige,
            headers={"Idempotency-Key": schluessel or str(uuid4())},
        )

    async def widerrufe(self, anzeige_id: str, grund: str = "Doppelt erstattet") -> httpx.Response:
        return await self.amt.post(f"{PFAD}/{anzeige_id}/widerruf", json={"grund": grund})

    async def stand(self) -> dict[str, Any]:
        inhalt: dict[str, Any] = (await self.portal.get(self.einreichung)).json()["anzeigen"][0]
        return inhalt


@pytest.fixture
async def haus(stadt: Stadt, melde_an: Anmelden) -> Haus:
    await stadt(PADERBORN)
    return Haus(await melde_an("einreichen"), await melde_an("sachbearbeitung", gemeinde=PADERBORN))


async def _sendungen(**gleich: Any) -> list[Sendung]:
    async with transaktion(gemeinde=ALLE) as session:
        return list(await session.scalars(select(Sendung).filter_by(**gleich).order_by(Sendung.id)))


async def _nachricht(haus: Haus, melde_an: Anmelden, sendung: Sendung) -> etree._Element:
    postfach = await melde_an("postfach", stelle=sendung.stelle)
    return etree.fromstring(
        (await postfach.get(f"/api/v1/postfach/sendungen/{sendung.id}/nachricht")).content
    )


async def test_a_correction_goes_to_all_who_had_the_notice(haus: Haus, melde_an: Anmelden) -> None:
    alt = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    antwort = await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))
    assert antwort.status_code == 201, antwort.text
    neu = antwort.json()
    assert (neu["id"], neu["fassung"], neu["uuid"]) == (alt["id"], 2, alt["uuid"])
    assert neu["bescheinigung"]["pruefcode"] != alt["bescheinigung"]["pruefcode"]
    await arbeite_einmal()

    zeilen = (await haus.stand())["empfaenger"]
    erste = {zeile["stelle"] for zeile in zeilen if zeile["anlass"] == "anzeige"}
    assert {zeile["stelle"] for zeile in zeilen if zeile["anlass"] == "berichtigung"} == erste
    assert {zeile["zustand"] for zeile in zeilen} == {"bereit"}

    frueher, spaeter = await _sendungen(stellenart="ihk")
    wurzeln = [await _nachricht(haus, melde_an, sendung) for sendung in (frueher, spaeter)]
    assert [wurzel.findtext(".//{*}istKorrektur/code") for wurzel in wurzeln] == ["0", "1"]
    assert [wurzel.findtext(".//{*}istNebenerwerb/code") for wurzel in wurzeln] == ["0", "1"]
    for name in ("satz//{*}uuid", "satz//{*}gemeindeMeldungNr", "satz//{*}gewerbebetriebID"):
        assert len({wurzel.findtext(f".//{{*}}{name}") for wurzel in wurzeln}) == 1, name
    assert len({wurzel.findtext(".//{*}nachrichtenUUID") for wurzel in wurzeln}) == 2
    assert pruefe(etree.tostring(wurzeln[1])).status == "gueltig"
    assert frueher.nummer is not None
    assert spaeter.nummer is not None
    assert frueher.nummer < spaeter.nummer


async def test_what_has_not_left_is_never_sent_with_the_error(haus: Haus) -> None:
    alt = await haus.reiche_ein(anmeldung())
    await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))
    await arbeite_einmal()
    zeilen = (await haus.stand())["empfaenger"]
    assert {(zeile["anlass"], zeile["zustand"]) for zeile in zeilen} == {
        ("anzeige", "angehalten"),
        ("anzeige", "bereit"),
    }
    assert len(zeilen) == 2 * len(alt["empfaenger"])


async def test_each_body_hears_according_to_what_it_had(haus: Haus) -> None:
    """One body had it, all others not yet."""
    alt = await haus.reiche_ein(anmeldung())
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung).where(Sendung.stellenart != "ihk").values(naechster_versuch_am=None)
        )
    await arbeite_einmal()
    await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))
    anlaesse = {
        (zeile["art"] == "ihk", zeile["anlass"])
        for zeile in (await haus.stand())["empfaenger"]
        if zeile["zustand"] != "angehalten"
    }
    assert anlaesse == {(True, "anzeige"), (True, "berichtigung"), (False, "anzeige")}


class Kammerrechner(Gegenueber):
    """Holds a message in its hands until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.in_der_hand, self.weiter = asyncio.Event(), asyncio.Event()

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: Optionen, jetzt: datetime
    ) -> None:
        self.in_der_hand.set()
        await self.weiter.wait()
        await super().zustellen(sendung, nachricht, optionen, jetzt)

    def korrekturen(self) -> list[str | None]:
        """Whether they were corrections, in the order of arrival."""
        return [etree.fromstring(inhalt).findtext(".//{*}istKorrektur/code") for _, inhalt in self.erhalten]


@pytest.fixture
async def rechner(haus: Haus, monkeypatch: pytest.MonkeyPatch) -> Kammerrechner:
    """The chamber is reached over `http`."""
    kanal = Kammerrechner()
    monkeypatch.setitem(channels._kanaele, kanal.name, kanal)
    await sprich_an(IHK, kanal.name)
    return kanal


@pytest.mark.parametrize("ende", [None, WEG], ids=["taken", "answered with 503"])
async def test_a_correction_while_the_message_is_in_the_hands_of_the_receiver(
    haus: Haus, rechner: Kammerrechner, ende: Exception | None
) -> None:
    """It has it, or may have it: the correction says that it is one, and comes behind it."""
    alt = await haus.reiche_ein(anmeldung())
    erster = asyncio.create_task(arbeite_einmal())
    await rechner.in_der_hand.wait()
    assert (await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))).status_code == 201
    rechner.fehler = ende
    rechner.weiter.set()
    await erster
    rechner.fehler = None
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung)
            .where(Sendung.naechster_versuch_am.is_not(None))
            .values(naechster_versuch_am=text("now()"), geparkt=False)
        )
    await arbeite_einmal()
    assert rechner.korrekturen() == (["0", "0", "1"] if ende else ["0", "1"])
    ids = [kennung for kennung, _ in rechner.erhalten]
    assert len(set(ids)) == 2
    assert ids[:-1] == [ids[0]] * (len(ids) - 1)


async def test_a_correction_of_one_in_a_bundle_whose_first_attempt_failed(
    haus: Haus, rechner: Kammerrechner
) -> None:
    """Tied and sent once: the whole bundle comes again as it was, and the correction behind it."""
    async with transaktion(gemeinde=ALLE) as session:
        await versand.richte_buendelung_ein(session, IHK, hoechstens=2, warten=timedelta(hours=1))
    rechner.weiter.set()
    rechner.fehler = WEG
    await haus.reiche_ein(anmeldung())
    zweite = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    assert len(rechner.erhalten) == 1
    assert (await haus.berichtige(zweite["id"], anmeldung(nebenerwerb=True))).status_code == 201
    rechner.fehler = None
    for _ in range(2):
        async with transaktion(gemeinde=ALLE) as session:
            await session.execute(
                update(Sendung)
                .where(Sendung.naechster_versuch_am.is_not(None))
                .values(naechster_versuch_am=text("now()"))
            )
        await arbeite_einmal()
    erste, nochmal, korrektur = rechner.erhalten
    assert erste == nochmal
    assert etree.fromstring(korrektur[1]).findtext(".//{*}istKorrektur/code") == "1"
    assert etree.fromstring(korrektur[1]).findtext("{*}satz/{*}anmeldung/{*}uuid") == zweite["uuid"]


async def test_a_dead_letter_that_a_correction_has_overtaken_wakes_nobody(
    haus: Haus, melde_an: Anmelden
) -> None:
    """It could not be built, was given up, and is put right: nothing is left to send again."""
    alt = await haus.reiche_ein(anmeldung())
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung)
            .where(Sendung.stellenart == "ihk")
            .values(naechster_versuch_am=None, aufgegeben_am=text("now()"))
        )
    verwalter = await melde_an("verwaltung")
    [tote] = (await verwalter.get("/api/v1/verwaltung/sendungen")).json()["sendungen"]
    assert (await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))).status_code == 201
    assert (await verwalter.get("/api/v1/verwaltung/sendungen")).json()["sendungen"] == []
    await messe()
    assert REGISTRY.get_sample_value("amt_sendungen_liegengeblieben") == 0
    [zeile] = [eine for eine in (await haus.stand())["empfaenger"] if eine["id"] == tote["id"]]
    assert zeile["zustand"] == "angehalten"


async def test_the_corrected_notice_decides_who_is_entitled(haus: Haus, melde_an: Anmelden) -> None:
    """A nationality put right: the Ausländerbehörde loses the notice, and gets it back with the next."""
    brasilien = anmeldung()
    brasilien["personen"][0]["staatsangehoerigkeiten"] = ["327"]
    vorgang_id = (await haus.reiche_ein(brasilien))["vorgang_id"]
    assert (await haus.amt.post(f"/api/v1/vorgaenge/{vorgang_id}/bescheinigen")).status_code == 200
    alt = await haus.stand()
    assert "auslaenderbehoerde" in {zeile["art"] for zeile in alt["empfaenger"]}
    await arbeite_einmal()
    assert (await haus.berichtige(alt["id"], anmeldung())).status_code == 201
    await arbeite_einmal()
    erste, ruecknahme = await _sendungen(stellenart="auslaenderbehoerde")
    assert (ruecknahme.art, ruecknahme.grundlage["paragraph"]) == ("ruecknahme", "Art. 19 DSGVO")
    wurzel = await _nachricht(haus, melde_an, ruecknahme)
    etree.XMLSchema(etree.parse(XSD)).assertValid(wurzel)
    urspruenglich = await _nachricht(haus, melde_an, erste)
    assert wurzel.findtext("{*}grund") == "nicht_mehr_berechtigt"
    assert wurzel.findtext("{*}satzUUID") == alt["uuid"]
    assert wurzel.findtext("{*}zurueckgenommen") == urspruenglich.findtext(".//{*}nachrichtenUUID")
    inhalt = etree.tostring(wurzel, encoding="unicode")
    assert not any(wort in inhalt for wort in ("Musterfrau", "Café", "Wohnweg", alt["aktenzeichen"]))

    # It has nothing any more: what it gets now is a first message again.
    assert (await haus.berichtige(alt["id"], brasilien)).status_code == 201
    *_, dritte = await _sendungen(stellenart="auslaenderbehoerde")
    assert (dritte.art, dritte.grundlage["korrektur"]) == ("xgewerbeanzeige", False)


async def test_old_and_new_version_stand_side_by_side(haus: Haus, client: httpx.AsyncClient) -> None:
    alt = await haus.reiche_ein(anmeldung())
    neu = (await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))).json()
    await arbeite_einmal()
    async with transaktion(gemeinde=ALLE) as session:
        fassungen = list(await session.scalars(select(Gewerbeanzeige).order_by(Gewerbeanzeige.fassung)))
        register = list(await session.scalars(select(Registereintrag).order_by(Registereintrag.id)))
        ereignisse = list(await session.scalars(select(Journaleintrag.ereignis)))
    assert [zeile.daten["nebenerwerb"] for zeile in fassungen] == [False, True]
    assert [eintrag.beendet_am is None for eintrag in register] == [False, True]
    assert ereignisse.count("gewerbeanzeige_berichtigt") == 1
    geltung = {}
    for name, schein in (("alt", alt), ("neu", neu)):
        antwort = await client.get(
            f"/pruefcode/{schein['bescheinigung']['pruefcode']}", headers={"Accept": "application/json"}
        )
        geltung[name] = antwort.json()["geltung"]
    assert geltung == {"alt": "ersetzt", "neu": "gueltig"}
    seite = (await client.get(f"/pruefcode/{alt['bescheinigung']['pruefcode']}")).text
    assert ">Diese Bescheinigung ist ersetzt worden</h1>" in seite

    stand = await haus.stand()
    assert (await haus.portal.get(stand["bescheinigung"]["pdf"])).content.startswith(b"%PDF")
    erste = f"{haus.einreichung}/bescheinigungen/{alt['id']}"
    assert (await haus.portal.get(erste)).content.startswith(b"%PDF")
    vorgang = (await haus.amt.get(f"/api/v1/vorgaenge/{alt['vorgang_id']}")).json()
    assert vorgang["gegenstand"]["anzeige"]["nebenerwerb"] is True


async def test_repetitions_change_nothing(haus: Haus) -> None:
    anzeige, kopf = anmeldung(), {"Idempotency-Key": "eingang"}
    erste = await haus.portal.post(PFAD, json=anzeige, headers=kopf)
    alt = erste.json()["anzeigen"][0]
    b, c = anmeldung(nebenerwerb=True), anmeldung(niederlassungsart="zweig")
    assert (await haus.berichtige(alt["id"], b, "b")).status_code == 201
    assert (await haus.berichtige(alt["id"], c, "c")).json()["fassung"] == 3
    wiederholt = await haus.berichtige(alt["id"], b, "b")
    assert wiederholt.headers["idempotent-replayed"] == "true"
    assert wiederholt.json()["fassung"] == 3
    assert (await haus.berichtige(alt["id"], c, "b")).status_code == 409
    # The submission's first answer is what it was before it was corrected.
    assert (await haus.portal.post(PFAD, json=anzeige, headers=kopf)).text == erste.text


@pytest.mark.parametrize(
    ("anders", "code"),
    [
        ({"form": "A3"}, "BERICHTIGUNG-ANDERE-ANZEIGE"),
        ({"gemeinde": BIELEFELD}, "BERICHTIGUNG-ANDERE-ANZEIGE"),
        ({"uuid": "0f8fad5b-d9cb-469f-a165-70867728950e"}, "BERICHTIGUNG-ANDERE-ANZEIGE"),
        ({"gewerbebetrieb_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}, "BERICHTIGUNG-ANDERE-ANZEIGE"),
        ({}, "BERICHTIGUNG-OHNE-AENDERUNG"),
    ],
)
async def test_another_notice_is_no_correction(haus: Haus, anders: dict[str, Any], code: str) -> None:
    alt = await haus.reiche_ein(anmeldung())
    anzeige = anmeldung()
    if anders.get("form") == "A3":
        for feld in ("beginn", "grund"):
            anzeige.pop(feld)
        anders = anders | {"aufgabe": anzeige["datum"], "grund": "vollstaendige_aufgabe"}
    antwort = await haus.berichtige(alt["id"], anzeige | anders)
    assert antwort.status_code == 422
    assert code in {fehler["code"] for fehler in antwort.json()["errors"]}, antwort.text
    assert len(await _sendungen(bezug_id=alt["id"])) == len(await _sendungen())


async def test_only_the_towns_desk_and_only_what_is_certified(haus: Haus, melde_an: Anmelden) -> None:
    alt = await haus.reiche_ein(anmeldung())
    fremd = Haus(haus.portal, await melde_an("sachbearbeitung", gemeinde=BIELEFELD))
    neu = anmeldung(nebenerwerb=True)
    assert (await fremd.berichtige(alt["id"], neu)).json()["code"] == "anzeige_unbekannt"
    assert (await fremd.widerrufe(alt["id"])).json()["code"] == "anzeige_unbekannt"
    selbst = Haus(haus.portal, haus.portal)
    assert (await selbst.berichtige(alt["id"], neu)).json()["code"] == "scope_fehlt"
    assert (await selbst.widerrufe(alt["id"])).json()["code"] == "scope_fehlt"
    ohne = await haus.amt.post(f"{PFAD}/{alt['id']}/berichtigungen", json=neu)
    assert (ohne.status_code, ohne.json()["code"]) == (400, "schluessel_fehlt")
    offen = await haus.reiche_ein(zu_pruefen())
    assert (await haus.berichtige(offen["id"], anmeldung())).json()["code"] == "nicht_bescheinigt"
    assert (await haus.widerrufe(offen["id"])).json()["code"] == "nicht_bescheinigt"


async def test_a_withdrawal_reaches_exactly_those_who_had_it(
    haus: Haus, melde_an: Anmelden, client: httpx.AsyncClient
) -> None:
    alt = await haus.reiche_ein(anmeldung())
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            update(Sendung)
            .where(Sendung.stellenart.not_in(["ihk", "statistik"]))
            .values(naechster_versuch_am=text("now() + interval '1 hour'"))
        )
    await arbeite_einmal()
    antwort = await haus.widerrufe(alt["id"])
    assert antwort.status_code == 200, antwort.text
    assert antwort.json()["zustand"] == "widerrufen"
    await arbeite_einmal()
    stand = await haus.stand()
    assert stand["entscheidung"] == "Doppelt erstattet"
    ruecknahmen = {zeile["art"] for zeile in stand["empfaenger"] if zeile["anlass"] == "ruecknahme"}
    assert ruecknahmen == {"ihk", "statistik"}
    uebrige = {zeile["zustand"] for zeile in stand["empfaenger"] if zeile["art"] not in {"ihk", "statistik"}}
    assert uebrige == {"angehalten"}
    [sendung] = await _sendungen(stellenart="ihk", art="ruecknahme")
    wurzel = await _nachricht(haus, melde_an, sendung)
    assert wurzel.findtext("{*}grund") == "widerrufen"
    assert "Doppelt" not in etree.tostring(wurzel, encoding="unicode")
    async with transaktion(gemeinde=ALLE) as session:
        assert all(eintrag.beendet_am for eintrag in await session.scalars(select(Registereintrag)))
    seite = (await client.get(f"/pruefcode/{alt['bescheinigung']['pruefcode']}")).text
    assert ">Diese Bescheinigung ist widerrufen worden</h1>" in seite

    # It is the last word.
    assert (await haus.widerrufe(alt["id"])).json()["zustand"] == "widerrufen"
    assert (await haus.widerrufe(alt["id"], "Anders")).json()["code"] == "anzeige_widerrufen"
    assert (await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))).json()["code"] == (
        "anzeige_widerrufen"
    )
    assert len(await _sendungen(art="ruecknahme")) == 2


async def test_a_withdrawal_names_every_message_that_brought_the_notice(
    haus: Haus, melde_an: Anmelden
) -> None:
    alt = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))
    await arbeite_einmal()
    await haus.widerrufe(alt["id"])
    await arbeite_einmal()
    *brachten, ruecknahme = await _sendungen(stellenart="ihk")
    wurzel = await _nachricht(haus, melde_an, ruecknahme)
    assert [element.text for element in wurzel.iterfind("{*}zurueckgenommen")] == [
        (await _nachricht(haus, melde_an, sendung)).findtext(".//{*}nachrichtenUUID") for sendung in brachten
    ]


async def test_the_law_and_waivers_of_the_day_of_the_correction_count(haus: Haus) -> None:
    alt = await haus.reiche_ein(anmeldung())
    await arbeite_einmal()
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(update(Mandant).values(verzichte=["dguv"]))
    neu = (await haus.berichtige(alt["id"], anmeldung(nebenerwerb=True))).json()
    anlaesse = [zeile["anlass"] for zeile in neu["empfaenger"] if zeile["art"] == "dguv"]
    assert sorted(anlaesse) == ["anzeige", "ruecknahme"]
