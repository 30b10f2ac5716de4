"""A second person confirms: with the code, an own login, and a look at nothing else."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app.antraege.bestaetigungscode import fingerabdruck, neuer_code
from app.db.rollen import Zugang
from app.db.sitzung import transaktion
from app.konto.begrenzung import CODES_JE_MINUTE
from app.konto.identitaet import Kontoart
from app.konto.rollen import Rolle
from tests.app.antraege.test_entscheidungen import ANTRAEGE, VORGAENGE, fall_von, stelle
from tests.app.conftest import Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import PADERBORN

BITTEN = "/api/v1/bestaetigungen"
JA = {"besucht": True, "klasse": "5b", "seit": "2026-08-01"}


@pytest.fixture
async def person(stadt: Stadt, logge_ein: Einloggen) -> httpx.AsyncClient:
    await stadt(PADERBORN)
    return await logge_ein()


@pytest.fixture
async def amt(logge_ein: Einloggen) -> httpx.AsyncClient:
    return await logge_ein(rolle(Rolle.SACHBEARBEITUNG))


@pytest.fixture
async def schule(logge_ein: Einloggen) -> httpx.AsyncClient:
    return await logge_ein(art=Kontoart.ORGANISATION)


async def _antrag(person: httpx.AsyncClient) -> tuple[str, str]:
    """Id of the application, and the code."""
    gestellt = await stelle(person, "schuelerticket")
    return gestellt["id"], gestellt["bestaetigungscode"]


async def _verschiebe(datenbank: Zugang, um: timedelta) -> None:
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute("UPDATE bestaetigung SET gueltig_bis = gueltig_bis - $1::interval", um)
    await eigentuemer.close()


def _fehler(antwort: httpx.Response) -> tuple[int, str]:
    return antwort.status_code, antwort.json()["code"]


def test_a_code_is_128_bits_and_survives_a_telephone() -> None:
    codes = {neuer_code() for _ in range(500)}
    assert len(codes) == 500
    code = codes.pop()
    assert len(code.replace("-", "")) * 5 >= 128
    verlesen = code.lower().replace("1", "l").replace("0", "o").replace("-", " ")
    assert fingerabdruck(verlesen) == fingerabdruck(code)
    for kein_code in ("", code[:-1], code + "0", "U" * 26, "ä" * 26):
        assert fingerabdruck(kein_code) is None


async def test_the_second_person_sees_what_the_form_names_and_nothing_else(
    person: httpx.AsyncClient, schule: httpx.AsyncClient
) -> None:
    _, code = await _antrag(person)
    bitte = (await schule.post(BITTEN, json={"code": code.lower()})).json()
    gezeigt = {eine["label"]["de"]: eine["wert"]["de"] for eine in bitte["angaben"]}
    assert gezeigt == {
        "Für welches Schuljahr?": "Das laufende Schuljahr",
        "Vornamen": "Mia",
        "Familienname": "Probe",
        "Geburtsdatum": "4. Mai 2015",
        "Name der Schule": "Gesamtschule am Beispielweg",
        "Klasse oder Jahrgang": "5b",
    }
    assert set(bitte["fragen"]["properties"]) == {"besucht", "klasse", "seit", "hinweis"}
    for geheim in ("Petra", "DE89", "Rathausplatz", "4200", "entfernung"):
        assert geheim not in str(bitte)


async def test_confirmed_once_and_seen_by_applicant_and_office(
    person: httpx.AsyncClient, schule: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    antrag, code = await _antrag(person)
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    assert _fehler(await amt.post(f"{ort}/bewilligen", json={"text": "Ja."})) == (409, "bestaetigung_fehlt")
    assert (await person.get(f"{ANTRAEGE}/{antrag}/bestaetigung")).json()["zustand"] == "offen"
    antworten = await asyncio.gather(
        *(schule.post(f"{BITTEN}/antwort", json={"code": code, "antworten": JA}) for _ in range(4))
    )
    assert [antwort.status_code for antwort in antworten] == [204] * 4, "the same again changes nothing"
    for anders in ({"antworten": JA | {"klasse": "6a"}}, {"ablehnung": "Doch nicht."}):
        assert _fehler(await schule.post(f"{BITTEN}/antwort", json={"code": code, **anders})) == (
            *(409, "bestaetigung_beantwortet"),
        )
    assert _fehler(await schule.post(BITTEN, json={"code": code})) == (409, "bestaetigung_beantwortet")
    eigene = (await person.get(f"{ANTRAEGE}/{antrag}/bestaetigung")).json()
    assert (eigene["zustand"], eigene["antworten"]) == ("bestaetigt", JA)
    gegenstand = (await amt.get(ort)).json()["gegenstand"]
    assert (gegenstand["bestaetigung"]["zustand"], gegenstand["bestaetigung"]["antworten"]) == (
        "bestaetigt",
        JA,
    )
    assert (await amt.post(f"{ort}/bewilligen", json={"text": "Ja."})).status_code == 200


async def test_every_look_is_noted(
    person: httpx.AsyncClient, schule: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    _, code = await _antrag(person)
    for _ in range(2):
        await schule.post(BITTEN, json={"code": code})
    revision = await logge_ein(rolle(Rolle.REVISION))
    einsichten = (await revision.get("/api/v1/einsicht")).json()["einsichten"]
    assert [(eine["gegenstand"], eine["rolle"], eine["zweck"]) for eine in einsichten] == [
        ("bestaetigung", "konto:organisation", "bestaetigung")
    ] * 2


async def test_refusing_needs_a_reason_and_stops_the_grant(
    person: httpx.AsyncClient, schule: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    antrag, code = await _antrag(person)
    beides = {"code": code, "antworten": JA, "ablehnung": "Nein"}
    for falsch in ({"code": code}, beides, {"code": code, "ablehnung": " "}):
        assert (await schule.post(f"{BITTEN}/antwort", json=falsch)).status_code == 422
    nein = {"code": code, "ablehnung": "Das Kind ist nicht angemeldet."}
    for _ in range(2):
        assert (await schule.post(f"{BITTEN}/antwort", json=nein)).status_code == 204
    eigene = (await person.get(f"{ANTRAEGE}/{antrag}/bestaetigung")).json()
    assert (eigene["zustand"], eigene["grund"]) == ("abgelehnt", "Das Kind ist nicht angemeldet.")
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    assert _fehler(await amt.post(f"{ort}/bewilligen", json={"text": "Ja."})) == (409, "bestaetigung_fehlt")
    nicht = {"text": "Nein.", "gruende": "Die Schule hat nicht bestätigt."}
    assert (await amt.post(f"{ort}/ablehnen", json=nicht)).status_code == 200


async def test_answers_are_checked_like_any_other(
    person: httpx.AsyncClient, schule: httpx.AsyncClient
) -> None:
    _, code = await _antrag(person)
    for antworten, pointer in (
        ({}, "/besucht"),
        ({"besucht": True, "klasse": "5b"}, "/seit"),
        (JA | {"klasse": "😀"}, "/klasse"),
    ):
        antwort = await schule.post(f"{BITTEN}/antwort", json={"code": code, "antworten": antworten})
        assert _fehler(antwort) == (422, "bestaetigung_unvollstaendig")
        assert antwort.json()["errors"][0]["pointer"] == pointer


async def test_nobody_confirms_what_is_their_own(
    person: httpx.AsyncClient, schule: httpx.AsyncClient
) -> None:
    _, code = await _antrag(person)
    for weg, eingabe in (("", {"code": code}), ("/antwort", {"code": code, "antworten": JA})):
        assert _fehler(await person.post(f"{BITTEN}{weg}", json=eingabe)) == (403, "eigener_antrag")
    assert (await schule.post(BITTEN, json={"code": code})).status_code == 200


async def test_the_office_goes_without_and_says_why(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    antrag, _ = await _antrag(person)
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    ja = {"text": "Ja.", "ohne_bestaetigung": "Die Schule hat am Telefon bestätigt."}
    fall = (await amt.post(f"{ort}/bewilligen", json=ja)).json()
    assert fall["zustand"] == "erledigt"
    assert fall["gegenstand"]["bestaetigung"]["zustand"] == "verzichtet"
    assert fall["gegenstand"]["bestaetigung"]["grund"] == "Die Schule hat am Telefon bestätigt."
    async with transaktion(gemeinde="*") as session:
        ereignisse = await session.scalars(
            text(f"SELECT ereignis FROM journaleintrag WHERE bezug_id = '{antrag}' ORDER BY id")
        )
        assert list(ereignisse)[-1] == "bestaetigung_verzichtet"


async def test_a_code_has_its_time_and_can_be_made_anew(
    person: httpx.AsyncClient, schule: httpx.AsyncClient, datenbank: Zugang, logge_ein: Einloggen
) -> None:
    antrag, code = await _antrag(person)
    await _verschiebe(datenbank, timedelta(days=29))
    assert _fehler(await schule.post(BITTEN, json={"code": code})) == (409, "bestaetigung_abgelaufen")
    assert (await person.get(f"{ANTRAEGE}/{antrag}/bestaetigung")).json()["zustand"] == "abgelaufen"
    ort = f"{ANTRAEGE}/{antrag}/bestaetigung/code"
    assert (await (await logge_ein()).post(ort)).status_code == 404
    neu = (await person.post(ort)).json()["code"]
    assert _fehler(await schule.post(BITTEN, json={"code": code})) == (404, "bestaetigungscode_unbekannt")
    assert (await schule.post(BITTEN, json={"code": neu})).status_code == 200
    await schule.post(f"{BITTEN}/antwort", json={"code": neu, "antworten": JA})
    assert _fehler(await person.post(ort)) == (409, "bestaetigung_beantwortet")


async def test_nothing_is_confirmed_for_a_case_that_is_closed(
    person: httpx.AsyncClient, schule: httpx.AsyncClient
) -> None:
    antrag, code = await _antrag(person)
    assert (await person.post(f"{ANTRAEGE}/{antrag}/ruecknahme", json={})).status_code == 200
    assert _fehler(await schule.post(BITTEN, json={"code": code})) == (409, "bestaetigung_abgelaufen")


async def test_wrong_codes_are_limited_and_say_nothing(
    person: httpx.AsyncClient, schule: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    _, code = await _antrag(person)
    for _ in range(CODES_JE_MINUTE):
        falsch: Any = {"code": neuer_code()}
        assert _fehler(await schule.post(BITTEN, json=falsch)) == (404, "bestaetigungscode_unbekannt")
    zu_viel = await schule.post(BITTEN, json={"code": code})
    assert _fehler(zu_viel) == (429, "zu_viele_codes")
    assert int(zu_viel.headers["Retry-After"]) <= 60
    assert (await (await logge_ein()).post(BITTEN, json={"code": code})).status_code == 200


async def test_the_code_itself_is_stored_nowhere(person: httpx.AsyncClient, datenbank: Zugang) -> None:
    antrag, code = await _antrag(person)
    assert (await person.get(f"{ANTRAEGE}/{antrag}")).json()["bestaetigungscode"] is None
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    zeile = await eigentuemer.fetchrow("SELECT * FROM bestaetigung")
    await eigentuemer.close()
    assert zeile is not None
    assert zeile["code_sha256"] == fingerabdruck(code)
    alles = b"".join(str(wert).encode() for wert in zeile.values())
    assert code.encode() not in alles
    assert b"Mia" not in alles


async def test_services_without_a_second_person_have_no_code(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    gestellt = await stelle(person, "bewohnerparkausweis")
    assert gestellt["bestaetigungscode"] is None
    assert _fehler(await person.get(f"{ANTRAEGE}/{gestellt['id']}/bestaetigung")) == (
        404,
        "keine_bestaetigung",
    )
    assert (await amt.get(VORGAENGE)).status_code == 200
