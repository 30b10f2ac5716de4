"""A notice comes in: once, whole, for the town it names."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import event, text

from app.antraege.eingangsnummer import lies_eingangsnummer
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.mandanten.zustaendig import gemeinde
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung, zu_pruefen

PFAD = "/api/v1/gewerbeanzeigen"

TABELLEN = (
    "antrag",
    "idempotenzschluessel",
    "vorgang",
    "gewerbeanzeige",
    "dokument",
    "sendung",
    "journaleintrag",
)


async def anzahl(tabelle: str) -> int:
    """Rows of a table in all towns."""
    async with transaktion(gemeinde=ALLE) as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {tabelle}")) or 0)


async def leer() -> bool:
    """Nothing at all has been written."""
    return not any([await anzahl(tabelle) for tabelle in TABELLEN])


@pytest.fixture
async def portal(stadt: Stadt, melde_an: Anmelden) -> httpx.AsyncClient:
    """A client that submits to Paderborn."""
    await stadt(PADERBORN)
    return await melde_an("einreichen")


async def test_complete_notice_is_certified_at_once(portal: httpx.AsyncClient) -> None:
    antwort = await portal.post(PFAD, json=anmeldung())
    assert antwort.status_code == 201, antwort.text
    inhalt = antwort.json()
    assert antwort.headers["location"] == f"{PFAD}/{inhalt['id']}"
    assert "idempotent-replayed" not in antwort.headers
    assert lies_eingangsnummer(inhalt["eingangsnummer"]) == inhalt["eingangsnummer"]
    assert inhalt["zustand"] == "bescheinigt"
    [eine] = inhalt["anzeigen"]
    assert eine["bescheinigung"]["automatisch"] is True
    arten = {zeile["art"]: zeile for zeile in inhalt["empfaenger"]}
    assert arten["ihk"]["stelle"] == "ihk-ostwestfalen-zu-bielefeld"
    assert arten["ihk"]["zustand"] == "wartet"
    assert "registergericht" not in arten
    assert "zoll" not in arten
    assert await anzahl("registereintrag") == 1
    assert await anzahl("sendung") == len(arten)

    gelesen = await portal.get(antwort.headers["location"])
    assert gelesen.status_code == 200
    assert gelesen.json() == inhalt


async def test_ten_equal_posts_at_once_are_one_notice(portal: httpx.AsyncClient) -> None:
    anzeige, kopf = anmeldung(), {"Idempotency-Key": "Zehnmal"}
    antworten = await asyncio.gather(*(portal.post(PFAD, json=anzeige, headers=kopf) for _ in range(10)))
    assert [antwort.status_code for antwort in antworten] == [201] * 10
    assert len({antwort.text for antwort in antworten}) == 1
    assert len({antwort.headers["location"] for antwort in antworten}) == 1
    assert sum("idempotent-replayed" not in antwort.headers for antwort in antworten) == 1
    assert await anzahl("antrag") == await anzahl("gewerbeanzeige") == await anzahl("dokument") == 1


async def test_keys_ignore_case_and_the_uuid_of_the_notice_is_one(portal: httpx.AsyncClient) -> None:
    anzeige = anmeldung(uuid=str(uuid4()))
    erste = await portal.post(PFAD, json=anzeige, headers={"Idempotency-Key": "ABC-1"})
    mit_kopf = await portal.post(PFAD, json=anzeige, headers={"Idempotency-Key": " abc-1 "})
    nur_uuid = await portal.post(PFAD, json=anzeige | {"uuid": anzeige["uuid"].upper()})
    anders = await portal.post(PFAD, json=anzeige | {"uuid": anzeige["uuid"].upper(), "nebenerwerb": True})
    assert erste.status_code == mit_kopf.status_code == 201
    assert mit_kopf.json() == erste.json()
    assert nur_uuid.json() == erste.json()
    assert anders.status_code == 409
    gleiche = await portal.post(PFAD, json=dict(reversed(anzeige.items())))
    assert gleiche.status_code == 201
    assert gleiche.headers["idempotent-replayed"] == "true"
    assert gleiche.json()["id"] == erste.json()["id"]
    assert await anzahl("antrag") == 1


async def test_key_with_other_content_is_a_conflict(portal: httpx.AsyncClient) -> None:
    kopf = {"Idempotency-Key": "k"}
    assert (await portal.post(PFAD, json=anmeldung(), headers=kopf)).status_code == 201
    andere = await portal.post(PFAD, json=anmeldung(nebenerwerb=True), headers=kopf)
    assert andere.status_code == 409
    assert andere.headers["content-type"] == "application/problem+json"
    assert andere.json()["code"] == "idempotency_key_vergeben"
    assert await anzahl("antrag") == 1


async def test_a_second_key_for_the_same_notice_is_bound_to_it(portal: httpx.AsyncClient) -> None:
    anzeige = anmeldung(uuid=str(uuid4()))
    erste = await portal.post(PFAD, json=anzeige, headers={"Idempotency-Key": "eins"})
    zweite = await portal.post(PFAD, json=anzeige, headers={"Idempotency-Key": "zwei"})
    assert zweite.json()["id"] == erste.json()["id"]
    fremd = await portal.post(PFAD, json=anmeldung(), headers={"Idempotency-Key": "zwei"})
    assert fremd.status_code == 409


async def test_keys_of_clients_and_towns_do_not_meet(
    portal: httpx.AsyncClient, stadt: Stadt, melde_an: Anmelden
) -> None:
    await stadt(BIELEFELD)
    anderes = await melde_an("einreichen")
    kopf = {"Idempotency-Key": "gleich"}
    ids = {
        (await klient.post(PFAD, json=anmeldung(gemeinde=ags), headers=kopf)).json()["id"]
        for klient in (portal, anderes)
        for ags in (PADERBORN, BIELEFELD)
    }
    assert len(ids) == 4


@pytest.mark.parametrize("schluessel", ["", " ", "ä", "x" * 256, "a\tb"])
async def test_unusable_key_is_refused(portal: httpx.AsyncClient, schluessel: str) -> None:
    antwort = await portal.post(PFAD, json=anmeldung(), headers=[(b"Idempotency-Key", schluessel.encode())])
    assert antwort.status_code == 400
    assert await leer()


async def test_unknown_town(portal: httpx.AsyncClient) -> None:
    for ags in (BIELEFELD, "12345678"):
        antwort = await portal.post(PFAD, json=anmeldung(gemeinde=ags))
        assert antwort.status_code == 422
        assert antwort.json()["errors"][0]["pointer"] == "/gemeinde"
    assert await leer()


async def test_form_errors_have_pointer_field_and_two_languages(portal: httpx.AsyncClient) -> None:
    anzeige = anmeldung(extra=1)
    anzeige["personen"][0] |= {"geburtsdatum": "17.04.1985", "familienname": "₿geheim"}
    antwort = await portal.post(PFAD, json=anzeige)
    assert antwort.status_code == 422
    fehler = {eintrag["pointer"]: eintrag for eintrag in antwort.json()["errors"]}
    assert fehler.keys() == {"/extra", "/personen/0/geburtsdatum", "/personen/0/familienname"}
    datum = fehler["/personen/0/geburtsdatum"]
    assert datum["feld"] == "GewA 1, Feld 8"
    assert datum["text"]["de"] == "Geburtsdatum: Erwartet wird ein Tag als JJJJ-MM-TT, von 1800 bis 2200."
    assert datum["text"]["en"]
    assert "geheim" not in antwort.text
    assert "17.04" not in antwort.text
    assert await leer()


async def test_implausible_notice_is_refused(portal: httpx.AsyncClient) -> None:
    antwort = await portal.post(PFAD, json=anmeldung(beschaeftigte=None))
    assert antwort.status_code == 422
    assert antwort.json()["errors"][0]["feld"] == "GewA 1, Feld 22"
    assert await leer()


@pytest.mark.parametrize(
    ("kopf", "inhalt", "status"),
    [
        ({"Content-Type": "text/plain"}, b"x", 415),
        ({}, b"{}", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"{}", 415),
        ({"Content-Type": "application/json"}, b"", 400),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b'{"form":"A1","form":"A2"}', 400),
        ({"Content-Type": "application/json"}, b'{"form":NaN}', 400),
        ({"Content-Type": "application/json"}, b'{"\\ud800":1}', 400),
        ({"Content-Type": "application/json"}, "{}".encode("utf-16"), 400),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 400),
        ({"Content-Type": "application/json"}, b'{"form":"A1","gemeinde":"a\\u0000b"}', 422),
        ({"Content-Type": "application/json"}, b"[]", 422),
        ({"Content-Type": "application/json; charset=utf-8"}, b"{}", 422),
        ({"Content-Type": "application/xml"}, b"", 422),
        ({"Content-Type": "text/xml"}, b"<a/>", 422),
        ({"Content-Type": "application/xml"}, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 422),
        ({"Content-Type": "application/json"}, b" " * (11 * 1024 * 1024), 413),
    ],
)
async def test_unreadable_bodies(
    portal: httpx.AsyncClient, kopf: dict[str, str], inhalt: bytes, status: int
) -> None:
    antwort = await portal.post(PFAD, content=inhalt, headers=kopf)
    assert antwort.status_code == status, antwort.text[:500]
    assert antwort.headers["content-type"] == "application/problem+json"
    assert await leer()


async def test_who_may_see_a_submission(portal: httpx.AsyncClient, stadt: Stadt, melde_an: Anmelden) -> None:
    await stadt(BIELEFELD)
    ort = (await portal.post(PFAD, json=anmeldung())).headers["location"]
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    fremdes_amt = await melde_an("sachbearbeitung", gemeinde=BIELEFELD)
    fremder = await melde_an("einreichen")
    anonym = httpx.AsyncClient(transport=portal._transport, base_url=portal.base_url)
    assert (await portal.get(ort)).status_code == 200
    assert (await amt.get(ort)).status_code == 200
    assert (await fremder.get(ort)).status_code == 404
    assert (await fremdes_amt.get(ort)).status_code == 404
    assert (await anonym.get(ort)).status_code == 401
    assert (await portal.get(f"{PFAD}/{uuid4()}")).status_code == 404


async def test_client_of_a_town_files_only_there(stadt: Stadt, melde_an: Anmelden) -> None:
    await stadt(PADERBORN)
    await stadt(BIELEFELD)
    amt = await melde_an("einreichen", "sachbearbeitung", gemeinde=PADERBORN)
    assert (await amt.post(PFAD, json=anmeldung())).status_code == 201
    fremd = await amt.post(PFAD, json=anmeldung(gemeinde=BIELEFELD))
    assert fremd.status_code == 403
    assert fremd.json()["code"] == "fremde_gemeinde"
    nur_amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    assert (await nur_amt.post(PFAD, json=anmeldung())).status_code == 403


async def test_town_without_automat_and_doubtful_notices_wait(
    stadt: Stadt, melde_an: Anmelden, portal: httpx.AsyncClient
) -> None:
    await stadt(BIELEFELD, automatisch=False)
    for anzeige in (anmeldung(gemeinde=BIELEFELD), zu_pruefen()):
        inhalt = (await portal.post(PFAD, json=anzeige)).json()
        assert inhalt["zustand"] == "in_pruefung", inhalt
        assert inhalt["anzeigen"][0]["bescheinigung"] is None
        assert inhalt["empfaenger"] == []
    assert await anzahl("sendung") == 0


async def test_a_fault_at_any_statement_leaves_nothing(
    portal: httpx.AsyncClient, api_datenbank: Datenbank
) -> None:
    anzeige, kopf = anmeldung(), {"Idempotency-Key": "nochmal"}
    maschine = api_datenbank.maschine.sync_engine
    for stelle in range(1, 100):
        uebrig = [stelle]

        def scheitert(*_: Any, uebrig: list[int] = uebrig) -> None:
            uebrig[0] -= 1
            if uebrig[0] == 0:
                raise OSError

        event.listen(maschine, "before_cursor_execute", scheitert)
        event.listen(maschine, "commit", scheitert)
        try:
            antwort = await portal.post(PFAD, json=anzeige, headers=kopf)
        finally:
            event.remove(maschine, "before_cursor_execute", scheitert)
            event.remove(maschine, "commit", scheitert)
        if antwort.status_code == 201:
            break
        assert antwort.status_code == 500
        assert await leer()
    assert stelle > 8
    assert await anzahl("gewerbeanzeige") == 1


@pytest.mark.parametrize(
    ("fehler", "status"), [(asyncpg.DiskFullError("voll"), 507), (asyncpg.InterfaceError("weg"), 503)]
)
async def test_a_file_number_that_cannot_be_drawn_leaves_nothing(
    portal: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, fehler: Exception, status: int
) -> None:
    async def scheitert(*_: object) -> int:
        raise fehler

    with monkeypatch.context() as stoerung:
        stoerung.setattr("app.akte.repository.daneben", scheitert)
        antwort = await portal.post(PFAD, json=anmeldung())
    assert antwort.status_code == status, antwort.text
    assert await leer()
    assert (await portal.post(PFAD, json=anmeldung())).status_code == 201


async def test_schema_is_public(client: httpx.AsyncClient) -> None:
    for form in ("A1", "A2", "A3"):
        antwort = await client.get(f"{PFAD}/schema/{form}")
        assert antwort.status_code == 200
        assert antwort.headers["content-type"] == "application/schema+json"
        assert antwort.json()["properties"]["form"]["const"] == form
    assert (await client.get(f"{PFAD}/schema/A4")).status_code == 422


async def test_a_town_that_has_become_part_of_another_takes_nothing_new(
    portal: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    erste = await portal.post(PFAD, json=anmeldung(), headers={"Idempotency-Key": "frueher"})
    assert erste.status_code == 201
    gestern = datetime.now(UTC).date() - timedelta(days=2)
    ende = replace(gemeinde(PADERBORN), gueltig_bis=gestern, nachfolgerin="05774020")
    monkeypatch.setattr("app.mandanten.service.gemeinde", lambda _: ende)
    neu = await portal.post(PFAD, json=anmeldung())
    assert neu.status_code == 422, neu.text
    assert "05774020" in neu.text
    # What was taken in before has its answer still.
    frueher = erste.request.content
    nochmal = await portal.post(
        PFAD, content=frueher, headers={"Idempotency-Key": "frueher", "Content-Type": "application/json"}
    )
    assert (nochmal.status_code, nochmal.json()["id"]) == (201, erste.json()["id"])
