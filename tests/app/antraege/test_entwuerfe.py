"""A draft is its owner's alone; two windows, a new form, a new login: nothing that was typed is lost."""

import asyncio
import os
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from app.db import tresor
from app.db.sitzung import transaktion
from app.konto.niveau import Niveau
from app.mandanten import service as mandanten
from tests.app.antraege.conftest import (
    ANTRAEGE,
    ENTWUERFE,
    PADERBORN,
    Person,
    Regal,
    abgeschickt,
    antworten,
    begonnen,
    fertiger,
    gespeichert,
    hochgeladen,
    zahl,
)
from tests.app.conftest import Anmelden


async def _gelesen(wer: httpx.AsyncClient, entwurf: dict[str, Any]) -> dict[str, Any]:
    antwort = await wer.get(f"{ENTWUERFE}/{entwurf['id']}")
    assert antwort.status_code == 200, antwort.text
    gelesen: dict[str, Any] = antwort.json()
    return gelesen


async def test_a_draft_begins_with_what_the_login_knows(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    assert entwurf["antworten"] == {"person": {"familienname": "Probe"}}
    assert (entwurf["fassung"], entwurf["schritt"], entwurf["fragen"]) == (1, None, [])
    assert any(befund["pointer"] == "/stand/art" for befund in entwurf["befunde"])
    assert entwurf == await _gelesen(wer, entwurf)
    dauer = datetime.fromisoformat(entwurf["verfaellt_am"]) - datetime.fromisoformat(entwurf["angelegt_am"])
    assert dauer == timedelta(days=30)


async def test_what_was_typed_is_kept_as_it_was_typed(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    halb = {"person": {"geburtsdatum": "am 1. April"}, "stand": {"laenge": "viele", "beginn": "31.2.2027"}}
    stand = (await gespeichert(wer, entwurf, halb)).json()
    assert stand["antworten"] == halb
    assert (await _gelesen(wer, entwurf))["antworten"] == halb
    # An emptied first value stays empty.
    assert "familienname" not in stand["antworten"]["person"]


async def test_nobody_reads_it_in_the_database(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    await gespeichert(wer, entwurf, antworten(stand__bemerkung="Ein langes Geheimnis"))
    await hochgeladen(wer, entwurf, name="geheime-police.png")
    async with transaktion(gemeinde="*") as session:
        for tabelle in ("entwurf", "anlage"):
            for zeile in await session.execute(text(f"SELECT * FROM {tabelle}")):
                for wert in zeile:
                    roh = wert if isinstance(wert, bytes) else str(wert).encode()
                    assert b"Geheimnis" not in roh
                    assert b"police" not in roh
                    assert b"IHDR" not in roh


@pytest.mark.parametrize("methode", ["GET", "PUT", "DELETE", "POST", "ANLAGEN", "ANLAGE"])
async def test_somebody_elses_draft_is_not_there(person: Person, methode: str) -> None:
    eine, andere = await person(), await person()
    entwurf = await fertiger(eine)
    [anlage] = (await eine.get(f"{ENTWUERFE}/{entwurf['id']}/anlagen")).json()["anlagen"]
    pfad = f"{ENTWUERFE}/{entwurf['id']}"
    antwort = {
        "GET": lambda: andere.get(pfad),
        "PUT": lambda: gespeichert(andere, entwurf, antworten()),
        "DELETE": lambda: andere.delete(pfad),
        "POST": lambda: abgeschickt(andere, entwurf),
        "ANLAGEN": lambda: hochgeladen(andere, entwurf),
        "ANLAGE": lambda: andere.get(f"{pfad}/anlagen/{anlage['id']}"),
    }[methode]()
    fremd = await antwort
    assert (fremd.status_code, fremd.json()["code"]) == (404, "entwurf_unbekannt")
    assert (await andere.get(ENTWUERFE)).json() == {"entwuerfe": []}
    assert (await zahl("entwurf"), await zahl("anlage"), await zahl("antrag")) == (1, 1, 0)
    # The same answer as for one that never was.
    nie = await andere.get(f"{ENTWUERFE}/{uuid4()}")
    assert {**nie.json(), "request_id": ""} == {**fremd.json(), "request_id": ""}


async def test_the_same_person_goes_on_elsewhere(person: Person) -> None:
    eins, zwei = await person(subjekt="anna"), await person(subjekt="anna")
    entwurf = await begonnen(eins)
    await gespeichert(eins, entwurf, antworten())
    assert (await _gelesen(zwei, entwurf))["antworten"] == antworten()
    assert [eine["id"] for eine in (await zwei.get(ENTWUERFE)).json()["entwuerfe"]] == [entwurf["id"]]


async def test_two_windows_on_different_answers_do_not_disturb_each_other(person: Person) -> None:
    wer = await person()
    entwurf = (await gespeichert(wer, await begonnen(wer), antworten())).json()
    eins = antworten(stand__bemerkung="eins")
    zwei = {**antworten(), "person": {**antworten()["person"], "email": "zwei@example.org"}}
    assert (await gespeichert(wer, entwurf, eins)).status_code == 200
    # The second window has not seen the first one's change, and touches another answer: a page sends its
    # own answers over what is stored.
    stand = await _gelesen(wer, entwurf)
    seite = {**stand["antworten"], "person": zwei["person"]}
    antwort = await gespeichert(wer, entwurf, seite)
    assert antwort.status_code == 200
    assert antwort.json()["antworten"]["stand"]["bemerkung"] == "eins"
    assert antwort.json()["antworten"]["person"]["email"] == "zwei@example.org"


async def test_two_windows_on_one_answer_are_told_which(person: Person) -> None:
    wer = await person()
    entwurf = (await gespeichert(wer, await begonnen(wer), antworten())).json()
    assert (await gespeichert(wer, entwurf, antworten(stand__laenge=4))).status_code == 200
    zweite = await gespeichert(wer, entwurf, antworten(stand__laenge=8))
    assert (zweite.status_code, zweite.json()["code"]) == (409, "entwurf_veraltet")
    [fehler] = zweite.json()["errors"]
    assert (fehler["pointer"], fehler["code"]) == ("/stand/laenge", "geaendert")
    assert "Länge in Metern" in fehler["text"]["de"]
    assert "Length in metres" in fehler["text"]["en"]
    assert (await _gelesen(wer, entwurf))["antworten"]["stand"]["laenge"] == 4
    # The same answer twice is no conflict, nor is one given with the newest version in view.
    assert (await gespeichert(wer, entwurf, antworten(stand__laenge=4))).status_code == 200
    neuer = await _gelesen(wer, entwurf)
    assert (await gespeichert(wer, neuer, antworten(stand__laenge=8))).status_code == 200


async def test_an_entry_that_somebody_else_took_out_is_a_conflict(person: Person) -> None:
    wer = await person()
    entwurf = (await gespeichert(wer, await begonnen(wer), antworten())).json()
    ohne = antworten()
    ohne["helfer"] = ohne["helfer"][1:]
    assert (await gespeichert(wer, entwurf, ohne)).status_code == 200
    anders = antworten()
    anders["helfer"][0]["vorname"] = "Anders"
    zweite = await gespeichert(wer, entwurf, anders)
    assert zweite.status_code == 409
    assert "/helfer/0/vorname" in {fehler["pointer"] for fehler in zweite.json()["errors"]}


async def test_fifty_windows_at_once_lose_nothing(person: Person) -> None:
    wer = await person()
    entwurf = (await gespeichert(wer, await begonnen(wer), antworten())).json()
    alle = await asyncio.gather(
        *(gespeichert(wer, entwurf, antworten(stand__bemerkung=f"Nummer {n}")) for n in range(50))
    )
    gewonnen = [antwort.json() for antwort in alle if antwort.status_code == 200]
    assert {antwort.status_code for antwort in alle} == {200, 409}
    assert len(gewonnen) == 1
    assert (await _gelesen(wer, entwurf))["antworten"] == gewonnen[0]["antworten"]


async def test_a_sure_login_locks_what_it_knows(person: Person) -> None:
    wer = await person(subjekt="anna", niveau=Niveau.SUBSTANTIELL)
    entwurf = await begonnen(wer)
    verfaelscht = await gespeichert(wer, entwurf, antworten(person__familienname="Anders"))
    assert (verfaelscht.status_code, verfaelscht.json()["code"]) == (422, "feld_gesperrt")
    assert [fehler["pointer"] for fehler in verfaelscht.json()["errors"]] == ["/person/familienname"]
    assert (await gespeichert(wer, entwurf, antworten(person__familienname="Probe"))).status_code == 200
    # Left out, the login's value counts all the same.
    ohne = antworten()
    del ohne["person"]["familienname"]
    stand = (await gespeichert(wer, await _gelesen(wer, entwurf), ohne)).json()
    await hochgeladen(wer, stand)
    antrag = (await abgeschickt(wer, stand)).json()
    assert antrag["antworten"]["person"]["familienname"] == "Probe"


async def test_a_surer_login_later_puts_its_values_in(person: Person) -> None:
    wer = await person(subjekt="anna")
    entwurf = await fertiger(wer, person__familienname="Selbst Getippt")
    sicher = await person(subjekt="anna", niveau=Niveau.HOCH)
    assert (await _gelesen(sicher, entwurf))["antworten"]["person"]["familienname"] == "Probe"
    antrag = (await abgeschickt(sicher, entwurf)).json()
    assert antrag["antworten"]["person"]["familienname"] == "Probe"


async def test_a_tampered_value_of_a_submission_without_draft_is_refused(
    person: Person, regal: Regal
) -> None:
    regal(lambda formular: formular.update(nachweise=[]))
    wer = await person(niveau=Niveau.HOCH)
    antwort = await wer.post(
        ANTRAEGE,
        json={
            "leistung": "beispiel",
            "ags": PADERBORN,
            "antworten": antworten(person__familienname="Anders"),
            "kenntnis": True,
        },
        headers={"Idempotency-Key": "eins"},
    )
    assert antwort.status_code == 422
    [fehler] = antwort.json()["errors"]
    assert (fehler["rule"], fehler["pointer"]) == ("feld_gesperrt", "/person/familienname")


async def test_the_town_may_want_a_surer_login_than_the_law(person: Person) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    async with transaktion(gemeinde=PADERBORN) as session:
        await mandanten.aendere(session, PADERBORN, {"niveaus": {"beispiel": "substantiell"}})
    antwort = await abgeschickt(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (403, "niveau_zu_niedrig")
    assert await zahl("antrag") == 0


async def test_the_law_may_want_a_surer_login_than_the_town(person: Person, regal: Regal) -> None:
    regal(lambda formular: formular["niveau"].update(mindestens="hoch"))
    wer = await person(niveau=Niveau.SUBSTANTIELL)
    antwort = await abgeschickt(wer, await fertiger(wer, person__familienname="Probe"))
    assert (antwort.status_code, antwort.json()["code"]) == (403, "niveau_zu_niedrig")


def _anders_gefragt(formular: dict[str, Any]) -> None:
    """The remark is gone, the length is chosen, a new question has come."""
    stand = formular["schritte"][1]
    felder = stand["felder"]
    felder[:] = [feld for feld in felder if feld.get("schluessel") != "stand.bemerkung"]
    for feld in felder:
        if feld.get("schluessel") == "stand.iban":
            feld["hilfe"] = {"de": "Neu.", "en": "New.", "leicht": "Neu."}
    felder.append(
        {
            "schluessel": "stand.strom",
            "typ": "janein",
            "label": {"de": "Brauchen Sie Strom?", "en": "Do you need power?", "leicht": "Strom?"},
        }
    )


async def test_a_new_form_takes_over_what_it_can_and_keeps_the_rest(person: Person, regal: Regal) -> None:
    wer = await person()
    entwurf = (await gespeichert(wer, await begonnen(wer), antworten())).json()
    await hochgeladen(wer, entwurf)
    regal(_anders_gefragt)
    neu = await _gelesen(wer, entwurf)
    assert neu["formular"] != entwurf["formular"]
    assert "bemerkung" not in neu["antworten"]["stand"]
    [frage] = neu["fragen"]
    assert (frage["pfad"], frage["label"]["de"]) == ("stand.bemerkung", "Bemerkung")
    assert frage["wert"] == antworten()["stand"]["bemerkung"]
    assert [befund["pointer"] for befund in neu["befunde"]] == ["/stand/strom"]
    rest = {**neu["antworten"]["stand"], "bemerkung": frage["wert"]}
    assert rest == antworten()["stand"]
    # It stays until the person says that it may go, and the application holds the form it was made with.
    werte = neu["antworten"]
    werte["stand"]["strom"] = True
    gemerkt = (await gespeichert(wer, neu, werte)).json()
    assert gemerkt["fragen"] == neu["fragen"]
    antwort = await wer.put(
        f"{ENTWUERFE}/{entwurf['id']}",
        json={"antworten": werte, "fassung": gemerkt["fassung"], "fragen_erledigt": True},
    )
    assert antwort.json()["fragen"] == []
    antrag = (await abgeschickt(wer, entwurf)).json()
    assert antrag["formular"] == neu["formular"]


async def test_a_form_that_changes_while_somebody_sends_does_not_break_it(
    person: Person, regal: Regal
) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    regal(_anders_gefragt)
    antrag = await abgeschickt(wer, entwurf)
    assert antrag.status_code == 201, antrag.text
    assert antrag.json()["formular"] == entwurf["formular"]
    assert (await wer.get(f"{ANTRAEGE}/{entwurf['id']}")).json()["antworten"] == antworten()


async def test_drafts_have_a_bound_and_are_thrown_away(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.antraege.entwuerfe.HOECHSTENS", 2)
    wer = await person()
    erster, _ = await fertiger(wer), await begonnen(wer)
    dritter = await wer.post(ENTWUERFE, json={"leistung": "beispiel", "ags": PADERBORN})
    assert (dritter.status_code, dritter.json()["code"]) == (409, "zu_viele_entwuerfe")
    assert (await wer.delete(f"{ENTWUERFE}/{erster['id']}")).status_code == 204
    assert (await wer.delete(f"{ENTWUERFE}/{erster['id']}")).status_code == 404
    assert (await zahl("entwurf"), await zahl("anlage")) == (1, 0)


async def test_a_town_and_a_service_have_to_be_there(person: Person, melde_an: Anmelden) -> None:
    wer = await person()
    for leistung, ags, code in (
        ("gibt_es_nicht", PADERBORN, "leistung_unbekannt"),
        ("beispiel", "05711000", "gemeinde_unbekannt"),
    ):
        antwort = await wer.post(ENTWUERFE, json={"leistung": leistung, "ags": ags})
        assert (antwort.status_code, antwort.json()["code"]) == (404, code)


@pytest.mark.parametrize(
    ("koerper", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 5000, 400),
        (b'{"antworten": {"a": NaN}, "fassung": 1}', 400),
        (b'{"antworten": [], "fassung": 1}', 422),
        (b'{"antworten": {}, "fassung": 0}', 422),
        (b'{"antworten": {}, "fassung": 1, "mehr": 1}', 422),
        (b'{"antworten": {"x": "' + b"x" * 2 * 1024 * 1024 + b'"}, "fassung": 1}', 413),
    ],
)
async def test_a_body_that_is_none_is_refused(person: Person, koerper: bytes, status: int) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    antwort = await wer.put(f"{ENTWUERFE}/{entwurf['id']}", content=koerper)
    assert antwort.status_code == status, antwort.text
    assert (await _gelesen(wer, entwurf))["fassung"] == 1


async def test_answers_of_any_shape_change_nothing_but_themselves(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    tief: Any = "x"
    for _ in range(80):
        tief = {"a": tief}
    formen: list[dict[str, Any]] = [
        {"person": []},
        {"helfer": {"0": 1}},
        {"stand": {"art": {"a": [1]}}},
        {"unbekannt": tief},
    ]
    for werte in formen:
        antwort = await gespeichert(wer, await _gelesen(wer, entwurf), werte)
        assert antwort.status_code in {200, 422}, antwort.text
        assert "unbekannt" not in (await _gelesen(wer, entwurf))["antworten"]


async def test_what_is_sealed_opens_at_its_place_alone(person: Person) -> None:
    wer = await person()
    eins, zwei = await begonnen(wer), await begonnen(wer)
    async with transaktion(gemeinde="*") as session:
        await session.execute(
            text("UPDATE entwurf SET inhalt = (SELECT inhalt FROM entwurf WHERE id = :b) WHERE id = :a"),
            {"a": eins["id"], "b": zwei["id"]},
        )
    antwort = await wer.get(f"{ENTWUERFE}/{eins['id']}")
    assert (antwort.status_code, antwort.json()["code"]) == (503, "datenschluessel_fehlt")


async def test_a_new_key_opens_old_drafts(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    alt = tresor.tresor()
    neu = tresor.neuer_schluessel()
    beide = tresor.Tresor(f"{neu},{os.environ['AMT_DATENSCHLUESSEL']}")
    monkeypatch.setattr(tresor, "tresor", lambda: beide)
    assert (await gespeichert(wer, entwurf, antworten())).status_code == 200
    monkeypatch.setattr(tresor, "tresor", lambda: alt)
    assert (await wer.get(f"{ENTWUERFE}/{entwurf['id']}")).status_code == 503
    monkeypatch.setattr(tresor, "tresor", lambda: tresor.Tresor(neu))
    assert (await _gelesen(wer, entwurf))["antworten"] == antworten()
