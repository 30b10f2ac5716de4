"""An application is taken in once and as a whole, however it is sent."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from app.akte import service as akte
from app.antraege import einreichen
from app.db.sitzung import transaktion
from app.leistungen import service as leistungen
from app.leistungen.dokument import lies_xml
from app.mandanten.zustaendig import Gemeinde
from app.vorgaenge import service as vorgaenge
from tests.app.antraege.conftest import (
    ANTRAEGE,
    ENTWUERFE,
    PADERBORN,
    PNG,
    Person,
    abgeschickt,
    antworten,
    begonnen,
    fertiger,
    gespeichert,
    hochgeladen,
    zahl,
)
from tests.app.conftest import Anmelden


async def test_from_a_draft_to_a_case(person: Person) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    antwort = await abgeschickt(wer, entwurf)
    assert antwort.status_code == 201, antwort.text
    antrag = antwort.json()
    assert antrag["id"] == entwurf["id"]
    assert antwort.headers["location"] == f"{ANTRAEGE}/{antrag['id']}"
    [fall] = antrag["faelle"]
    assert fall["zustand"] == "in_pruefung"
    assert antrag["antworten"]["stand"]["umsatz"] == 1234550
    # The draft is gone with everything that belonged to it.
    assert (await zahl("entwurf"), await zahl("anlage"), await zahl("antrag")) == (0, 0, 1)
    weg = await wer.get(f"{ENTWUERFE}/{entwurf['id']}")
    assert (weg.status_code, weg.json()["code"]) == (409, "entwurf_eingereicht")
    assert (await wer.get(f"{ANTRAEGE}/{antrag['id']}")).json()["faelle"] == antrag["faelle"]
    assert [eine["id"] for eine in (await wer.get(ANTRAEGE)).json()["antraege"]] == [antrag["id"]]


async def test_the_town_finds_all_of_it(person: Person) -> None:
    wer = await person()
    antrag = (await abgeschickt(wer, await fertiger(wer))).json()
    async with transaktion(gemeinde=PADERBORN) as session:
        inhalt = await einreichen.inhalt(session, antrag["id"])
        fall = await vorgaenge.fall(session, antrag["faelle"][0]["id"])
        dokumente = await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.id)
        bytes_von = {eines.dateiname: await akte.dokument_inhalt(session, eines.id) for eines in dokumente}
    assert inhalt is not None
    assert fall.zustaendig == "Marktamt"
    assert [(eines.art, eines.dateiname) for eines in dokumente] == [
        ("einreichung", "einreichung.json"),
        ("einreichung", "einreichung.xml"),
        ("nachweis", "Versicherung - police.png"),
    ]
    als_json = json.loads(bytes_von["einreichung.json"])
    assert als_json["antworten"] == inhalt.antworten
    assert als_json["eingangsnummer"] == antrag["eingangsnummer"]
    assert lies_xml(inhalt.formular, bytes_von["einreichung.xml"]) == inhalt.antworten
    [nachweis] = inhalt.nachweise
    assert nachweis.dateiname == "police.png"


async def test_what_is_missing_is_named_and_nothing_is_stored(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    antwort = await abgeschickt(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (422, "antrag_unvollstaendig")
    pointer = {fehler["pointer"] for fehler in antwort.json()["errors"]}
    assert {"/stand/art", "/nachweise/versicherung"} <= pointer
    assert all(set(fehler["text"]) == {"de", "en", "leicht"} for fehler in antwort.json()["errors"])
    assert (await zahl("antrag"), await zahl("entwurf")) == (0, 1)


async def test_who_has_not_read_it_cannot_send_it(person: Person) -> None:
    wer = await person()
    antwort = await abgeschickt(wer, await fertiger(wer), kenntnis=False)
    assert (antwort.status_code, antwort.json()["code"]) == (422, "kenntnis_fehlt")
    assert await zahl("antrag") == 0


async def test_a_hundred_clicks_are_one_application(person: Person) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    alle = await asyncio.gather(*(abgeschickt(wer, entwurf) for _ in range(100)))
    assert {antwort.status_code for antwort in alle} == {201}
    assert len({antwort.json()["eingangsnummer"] for antwort in alle}) == 1
    assert sum("idempotent-replayed" not in antwort.headers for antwort in alle) == 1
    assert {len(antwort.json()["faelle"]) for antwort in alle} == {1}
    assert (await zahl("antrag"), await zahl("vorgang"), await zahl("dokument")) == (1, 1, 3)


async def test_answers_of_a_path_that_was_left_reach_nothing(person: Person) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    kennzeichen = antworten()["stand"]["kennzeichen"]
    ohne = antworten(stand__wagen=False)
    stand = (await gespeichert(wer, entwurf, ohne)).json()
    assert "kennzeichen" not in stand["antworten"]["stand"]
    antrag = (await abgeschickt(wer, stand)).json()
    async with transaktion(gemeinde=PADERBORN) as session:
        fall = await vorgaenge.fall(session, antrag["faelle"][0]["id"])
        for eines in await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.id):
            assert kennzeichen.encode() not in await akte.dokument_inhalt(session, eines.id)


async def test_evidence_of_a_path_that_was_left_is_not_sent(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    tiere = antworten(stand__art="tiere", stand__laenge=5)
    for helfer in tiere["helfer"]:
        helfer["tierkunde"] = True
    entwurf = (await gespeichert(wer, entwurf, tiere)).json()
    assert (await hochgeladen(wer, entwurf, "seuchenfrei")).status_code == 201
    assert (await hochgeladen(wer, entwurf, "versicherung")).status_code == 201
    entwurf = (await gespeichert(wer, entwurf, antworten())).json()
    antrag = (await abgeschickt(wer, entwurf)).json()
    async with transaktion(gemeinde=PADERBORN) as session:
        inhalt = await einreichen.inhalt(session, antrag["id"])
    assert inhalt is not None
    assert [eine.nachweis for eine in inhalt.nachweise] == ["versicherung"]


def _ohne_nachweis(formular: dict[str, Any]) -> None:
    formular["nachweise"] = []


async def test_a_machine_sends_at_once_and_repeats_itself(
    person: Person, melde_an: Anmelden, regal: Any
) -> None:
    await person()
    regal(_ohne_nachweis)
    maschine = await melde_an("einreichen")
    eingabe = {"leistung": "beispiel", "ags": PADERBORN, "antworten": antworten(), "kenntnis": True}
    kopf = {"Idempotency-Key": "eins"}
    erste = await maschine.post(ANTRAEGE, json=eingabe, headers=kopf)
    assert erste.status_code == 201, erste.text
    assert erste.json()["kanal"] == "api-json"
    zweite = await maschine.post(ANTRAEGE, json=eingabe, headers=kopf)
    assert zweite.headers["idempotent-replayed"] == "true"
    # The code for the second person is shown once.
    assert erste.json()["bestaetigungscode"]
    assert zweite.json() == {**erste.json(), "bestaetigungscode": None}
    anders = {**eingabe, "antworten": antworten(stand__bemerkung="anders")}
    vergeben = await maschine.post(ANTRAEGE, json=anders, headers=kopf)
    assert (vergeben.status_code, vergeben.json()["code"]) == (409, "idempotency_key_vergeben")
    ohne = await maschine.post(ANTRAEGE, json=eingabe)
    assert (ohne.status_code, ohne.json()["code"]) == (400, "schluessel_fehlt")
    alle = await asyncio.gather(
        *(maschine.post(ANTRAEGE, json=eingabe, headers={"Idempotency-Key": "zwei"}) for _ in range(100))
    )
    assert len({antwort.json()["id"] for antwort in alle}) == 1
    assert await zahl("antrag") == 2


async def test_without_a_draft_there_is_no_evidence(person: Person) -> None:
    wer = await person()
    antwort = await wer.post(
        ANTRAEGE,
        json={"leistung": "beispiel", "ags": PADERBORN, "antworten": antworten(), "kenntnis": True},
        headers={"Idempotency-Key": "eins"},
    )
    assert (antwort.status_code, antwort.json()["code"]) == (422, "antrag_unvollstaendig")
    assert [fehler["pointer"] for fehler in antwort.json()["errors"]] == ["/nachweise/versicherung"]


async def test_a_machine_of_another_town_may_not(person: Person, melde_an: Anmelden) -> None:
    await person()
    maschine = await melde_an("einreichen", "sachbearbeitung", gemeinde="05711000")
    antwort = await maschine.post(ENTWUERFE, json={"leistung": "beispiel", "ags": PADERBORN})
    assert (antwort.status_code, antwort.json()["code"]) == (403, "fremde_gemeinde")


async def test_a_town_that_has_ended_takes_nothing_in(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    monkeypatch.setattr(Gemeinde, "gibt_es_am", lambda *_: False)
    antwort = await abgeschickt(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (404, "gemeinde_unbekannt")
    assert (await zahl("antrag"), await zahl("entwurf")) == (0, 1)


async def test_a_suspended_service_takes_nothing_in_and_keeps_the_draft(person: Person) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    async with transaktion(gemeinde=PADERBORN) as session:
        await leistungen.setze_zustand(session, PADERBORN, "beispiel", "ausgesetzt")
    antwort = await abgeschickt(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (409, "leistung_ausgesetzt")
    assert (await wer.get(f"{ENTWUERFE}/{entwurf['id']}")).json()["antworten"] == antworten()


def _besonders(formular: dict[str, Any]) -> None:
    formular["datenschutz"]["schutzklasse"] = "besonders"
    formular["nachweise"][0]["besonders"] = True
    for feld in formular["schritte"][1]["felder"]:
        if feld.get("schluessel") == "stand.bemerkung":
            feld["besonders"] = True


async def test_special_answers_and_files_are_read_in_no_dump(person: Person, regal: Any) -> None:
    regal(_besonders)
    wer = await person()
    antrag = (await abgeschickt(wer, await fertiger(wer, stand__bemerkung="Eine Krankheit"))).json()
    assert "bemerkung" not in antrag["antworten"]["stand"]
    async with transaktion(gemeinde="*") as session:
        for tabelle in ("dokument", "antragsinhalt", "antragsinhalt_besonders", "bestaetigung", "vorgang"):
            zeilen = (await session.execute(text(f"SELECT * FROM {tabelle}"))).all()
            assert zeilen
            for wert in (wert for zeile in zeilen for wert in zeile):
                roh = wert if isinstance(wert, bytes) else str(wert).encode()
                assert b"Krankheit" not in roh, tabelle
                assert b"IHDR" not in roh, tabelle
        # Who may open them has them as they were filed.
        fall = await vorgaenge.fall(session, antrag["faelle"][0]["id"])
        inhalte = [
            await akte.dokument_inhalt(session, eines.id)
            for eines in await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.id)
        ]
        assert PNG.read_bytes() in inhalte
        assert sum(b"Eine Krankheit" in einer for einer in inhalte) == 2
        assert (await akte.dokumente_pruefen(session)).bruch is None
