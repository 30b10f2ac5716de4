"""Who runs the system sees how the receivers do, what was given up and why, and has it sent again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.db.sitzung import ALLE, transaktion
from app.mandanten.zustaendig import zustaendige_stellen
from app.versand import verwaltung
from app.versand.channels.basis import Zustellfehler
from app.versand.empfaenger import OFFEN_HOECHSTENS
from app.versand.tasks import Zusteller
from app.versand.verwaltung import Filter, UngueltigerEmpfaenger, richte_empfaenger_ein
from tests.app.conftest import Anmelden
from tests.app.versand.conftest import (
    HWK,
    IHK,
    Probebau,
    Stelle_ein,
    aendere,
    empfaenger,
    journal,
    nummern,
    sprich_an,
    versuche,
    zeile,
)
from tests.app.versand.leitung import FERN, Leitung, arbeite_alles, pausiere

FINANZAMT = zustaendige_stellen("05774032")["finanzamt"].schluessel
VERWALTUNG = "/api/v1/verwaltung"
HTTP = {"url": "https://ihk.example/", "geheimnisse": ["AMT_GEHEIMNIS_IHK"]}


async def gib_auf(leitung: Leitung, *bezuege: Any) -> None:
    """Let the time of these pass."""
    leitung.fehler = FERN
    for bezug in bezuege:
        await aendere(bezug, erstellt_am=datetime.now(UTC) - timedelta(days=15))
    await arbeite_alles(Zusteller(pause_ab=1000))
    for bezug in bezuege:
        assert (await zeile(bezug)).aufgegeben_am is not None


async def test_a_dead_letter_is_listed_with_its_reason_and_sent_again(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
    melde_an: Anmelden,
    bau_probe: Probebau,
) -> None:
    [bezug] = await stelle_ein()
    await gib_auf(leitung, bezug)
    vorher = await zeile(bezug)
    verwalter = await melde_an("verwaltung")
    [eine] = (await verwalter.get(f"{VERWALTUNG}/sendungen")).json()["sendungen"]
    assert (eine["id"], eine["zustand"]) == (str(vorher.id), "aufgegeben")
    assert eine["letzter_fehler"] == str(FERN)

    leitung.fehler = None
    antwort = await verwalter.post(f"{VERWALTUNG}/sendungen/{vorher.id}/erneut")
    assert (antwort.status_code, antwort.json()) == (202, {"anzahl": 1})
    await arbeite_alles(Zusteller())
    nachher = await zeile(bezug)
    assert (nachher.id, nachher.nachricht) == (vorher.id, vorher.nachricht)
    assert bau_probe.gebaut == [bezug], "the same bytes, not built again"
    assert leitung.angekommen == [str(bezug)]
    assert await journal(bezug) == ["sendung_aufgegeben", "sendung_erneut", "sendung_zugestellt"]
    assert (await verwalter.get(f"{VERWALTUNG}/sendungen")).json() == {"sendungen": [], "naechste": None}


async def test_a_replay_has_its_whole_time_again(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
) -> None:
    [bezug] = await stelle_ein()
    await gib_auf(leitung, bezug)
    async with transaktion(gemeinde=ALLE) as session:
        await verwaltung.sende_erneut(session, (await zeile(bezug)).id, durch="test")
    await arbeite_alles(Zusteller(pause_ab=1000))
    sendung = await zeile(bezug)
    assert sendung.aufgegeben_am is None
    assert sendung.naechster_versuch_am is not None
    assert [ergebnis for _, ergebnis, _ in await versuche(bezug)] == ["gescheitert", "gescheitert"]


async def test_what_the_receiver_has_lost_goes_out_again_with_its_id(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
    melde_an: Anmelden,
) -> None:
    bezuege = await stelle_ein(4)
    await arbeite_alles(Zusteller())
    erste = await zeile(bezuege[0])
    await aendere(bezuege[3], erstellt_am=datetime.now(UTC) - timedelta(days=3))
    verwalter = await melde_an("verwaltung")
    antwort = await verwalter.post(
        f"{VERWALTUNG}/sendungen/erneut",
        json={
            "auswahl": "zugestellt",
            "stelle": IHK,
            "von": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
        },
    )
    assert antwort.json() == {"anzahl": 3}
    leitung.angekommen.clear()
    await arbeite_alles(Zusteller(gleichzeitig=1))
    assert leitung.angekommen == [str(bezug) for bezug in bezuege[:3]]
    assert (await zeile(bezuege[0])).bereitgestellt_am == erste.bereitgestellt_am


async def test_many_are_sent_again_in_portions_the_oldest_first(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
) -> None:
    bezuege = await stelle_ein(5)
    await gib_auf(leitung, *bezuege)
    leitung.fehler = None
    for erwartet in (2, 2, 1, 0):
        async with transaktion(gemeinde=ALLE) as session:
            assert await verwaltung.sende_alle_erneut(session, Filter(), durch="t", anzahl=2) == erwartet
        await arbeite_alles(Zusteller(gleichzeitig=1))
    assert leitung.angekommen == [str(bezug) for bezug in bezuege]


async def test_a_replay_ends_the_pause_with_one_trial(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
) -> None:
    bezuege = await stelle_ein(6)
    zusteller = await pausiere(leitung)
    leitung.angeklopft.clear()
    async with transaktion(gemeinde=ALLE) as session:
        await verwaltung.sende_alle_erneut(session, Filter(auswahl="wartend"), durch="t")
    await arbeite_alles(zusteller)
    assert leitung.angeklopft == [str(bezuege[0])]


@pytest.mark.parametrize("lage", ["in the mailbox", "stopped", "under way"])
async def test_there_may_be_nothing_to_send_again(
    lage: str, stelle_ein: Stelle_ein, melde_an: Anmelden
) -> None:
    [bezug] = await stelle_ein()
    match lage:
        case "in the mailbox":
            await Zusteller().arbeite()
        case "stopped":
            await aendere(bezug, angehalten_am=datetime.now(UTC), naechster_versuch_am=None)
        case _:
            await aendere(bezug, lease_inhaber=uuid4(), lease_bis=datetime.now(UTC) + timedelta(minutes=1))
    verwalter = await melde_an("verwaltung")
    antwort = await verwalter.post(f"{VERWALTUNG}/sendungen/{(await zeile(bezug)).id}/erneut")
    assert (antwort.status_code, antwort.json()["code"]) == (409, "nicht_zu_wiederholen")
    antwort = await verwalter.post(f"{VERWALTUNG}/sendungen/erneut", json={"auswahl": "wartend"})
    assert antwort.json() == {"anzahl": 0}


async def test_towns_do_not_meet_here_either(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
    melde_an: Anmelden,
) -> None:
    [bezug] = await stelle_ein()
    await gib_auf(leitung, bezug)
    delbrueck = await melde_an("verwaltung", gemeinde="05774020")
    assert (await delbrueck.get(f"{VERWALTUNG}/sendungen")).json()["sendungen"] == []
    antwort = await delbrueck.post(f"{VERWALTUNG}/sendungen/{(await zeile(bezug)).id}/erneut")
    assert antwort.status_code == 404
    assert (await delbrueck.post(f"{VERWALTUNG}/sendungen/erneut", json={})).json() == {"anzahl": 0}
    paderborn = await melde_an("verwaltung", gemeinde="05774032")
    assert (await paderborn.post(f"{VERWALTUNG}/sendungen/erneut", json={})).json() == {"anzahl": 1}


async def test_only_the_administration_may(melde_an: Anmelden) -> None:
    for anderer in (
        await melde_an("einreichen"),
        await melde_an("postfach", stelle=IHK),
        await melde_an("sachbearbeitung", gemeinde="05774032"),
    ):
        assert (await anderer.get(f"{VERWALTUNG}/empfaenger")).status_code == 403
        assert (await anderer.post(f"{VERWALTUNG}/sendungen/erneut", json={})).status_code == 403
    verwalter = await melde_an("verwaltung")
    assert (await verwalter.get("/api/v1/postfach/sendungen")).status_code == 403


async def test_pages_of_deliveries(stelle_ein: Stelle_ein, melde_an: Anmelden) -> None:
    bezuege = await stelle_ein(5)
    verwalter = await melde_an("verwaltung")
    gesehen: list[str] = []
    frage: dict[str, Any] = {"auswahl": "wartend", "anzahl": 2}
    while True:
        seite = (await verwalter.get(f"{VERWALTUNG}/sendungen", params=frage)).json()
        gesehen += [eine["id"] for eine in seite["sendungen"]]
        if seite["naechste"] is None:
            break
        frage["nach"] = seite["naechste"]
    assert gesehen == [str((await zeile(bezug)).id) for bezug in bezuege]
    falsch = await verwalter.get(f"{VERWALTUNG}/sendungen", params={"von": "2026-11-22T00:00:00"})
    assert falsch.status_code == 422, "a time without its zone is no time"


async def test_health_of_every_receiver(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
    melde_an: Anmelden,
) -> None:
    await stelle_ein(3, stelle=HWK)
    await arbeite_alles(Zusteller())
    bezuege = await stelle_ein(7)
    await stelle_ein(1, stelle=FINANZAMT)
    await pausiere(leitung)
    verwalter = await melde_an("verwaltung")
    antwort = await verwalter.get(f"{VERWALTUNG}/empfaenger")
    assert antwort.status_code == 200, antwort.text
    je = {eine["stelle"]: eine for eine in antwort.json()["empfaenger"]}
    assert (je[IHK]["kanal"], je[IHK]["gesundheit"], je[IHK]["offen"]) == ("leitung", "pausiert", 7)
    assert je[IHK]["letzter_fehler"] == str(FERN)
    assert je[IHK]["aelteste_offene_am"] is not None
    assert datetime.fromisoformat(je[IHK]["aelteste_offene_am"]) == (await zeile(bezuege[0])).erstellt_am
    assert (je[HWK]["kanal"], je[HWK]["gesundheit"], je[HWK]["offen"]) == ("postfach", "in_ordnung", 0)
    assert je[HWK]["letzter_erfolg_am"] is not None
    assert je[HWK]["name"].startswith("Handwerkskammer")


async def test_open_deliveries_are_counted_only_so_far(
    stelle_ein: Stelle_ein, melde_an: Anmelden, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stelle_ein(OFFEN_HOECHSTENS + 5)
    [eine] = (await (await melde_an("verwaltung")).get(f"{VERWALTUNG}/empfaenger")).json()["empfaenger"]
    assert (eine["offen"], eine["mehr_offen"]) == (OFFEN_HOECHSTENS, True)


async def test_a_body_gets_a_channel_and_so_does_what_waits_for_it(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    fertig, wartend = await stelle_ein(2)
    bau_probe.fehler[wartend] = RuntimeError()
    await arbeite_alles(Zusteller())
    async with transaktion(gemeinde=ALLE) as session:
        assert await richte_empfaenger_ein(session, IHK, kanal="http", optionen=HTTP) == 1
    [neu] = await stelle_ein()
    assert [(await zeile(bezug)).kanal for bezug in (fertig, wartend, neu)] == ["postfach", "http", "http"]
    async with transaktion(gemeinde=ALLE) as session:
        assert await richte_empfaenger_ein(session, IHK, kanal="postfach", optionen={}) == 2
    assert (await empfaenger()).optionen == {}
    bau_probe.fehler.clear()
    await aendere(wartend, naechster_versuch_am=datetime.now(UTC))
    await arbeite_alles(Zusteller())
    assert await nummern() == [1, 2, 3]


@pytest.mark.parametrize(
    ("stelle", "kanal", "optionen", "hinweis_an", "wort"),
    [
        ("ihk-entenhausen", "postfach", {}, None, "Stelle"),
        (IHK, "brieftaube", {}, None, "Kanal"),
        (IHK, "http", {}, None, "url"),
        (IHK, "http", HTTP | {"url": "http://geheim.example"}, None, "https"),
        (IHK, "email", {"an": "a@b.de"}, None, "bringt keine Nachrichten"),
        (IHK, "postfach", {}, "keine adresse", "hinweis_an"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    stelle: str, kanal: str, optionen: dict[str, Any], hinweis_an: str | None, wort: str, verbunden: object
) -> None:
    with pytest.raises(UngueltigerEmpfaenger, match=wort) as fehler:
        async with transaktion(gemeinde=ALLE) as session:
            await richte_empfaenger_ein(
                session, stelle, kanal=kanal, optionen=optionen, hinweis_an=hinweis_an
            )
    assert "geheim.example" not in str(fehler.value)


async def test_the_check_of_receivers(
    verbunden: object,
    leitung: Leitung,
) -> None:
    await sprich_an(HWK, "http", optionen={"url": "kaputt", "geheimnisse": ["AMT_GEHEIMNIS_X"]})
    gefunden = await verwaltung.pruefe_empfaenger()
    assert {stelle: [mangel.code for mangel in maengel] for stelle, maengel in gefunden.items()} == {
        HWK: ["optionen_ungueltig"],
        IHK: [],
    }
    assert await verwaltung.pruefe_empfaenger(FINANZAMT) == {FINANZAMT: ()}
    with pytest.raises(UngueltigerEmpfaenger):
        await verwaltung.pruefe_empfaenger("ihk-entenhausen")


async def test_a_channel_that_is_not_set_up_any_more_fails_with_words(
    stelle_ein: Stelle_ein,
    leitung: Leitung,
) -> None:
    [bezug] = await stelle_ein()
    await aendere(bezug, kanal="http")
    await Zusteller().arbeite()
    assert await versuche(bezug) == [
        (
            1,
            "gescheitert",
            str(Zustellfehler("nicht_eingerichtet", "Für den Empfänger ist kein Kanal eingerichtet.")),
        )
    ]
