"""Files of a draft: bounded, seen by nobody else, and no connection waits while one is looked at."""

import asyncio
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.antraege import anlagen
from app.antraege.virenpruefung import Virenstand
from app.db.sitzung import datenbank, transaktion
from app.konto import konten
from app.konto.sitzungen import CSRF_KOPF
from tests.app.antraege.conftest import (
    ENTWUERFE,
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
from tests.app.antraege.dateien import pdf
from tests.app.conftest import Anmelden


async def _liste(wer: httpx.AsyncClient, entwurf: dict[str, Any]) -> list[dict[str, Any]]:
    antwort = await wer.get(f"{ENTWUERFE}/{entwurf['id']}/anlagen")
    gelesen: list[dict[str, Any]] = antwort.json()["anlagen"]
    return gelesen


async def test_what_was_uploaded_comes_back_and_goes_again(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    antwort = await hochgeladen(wer, entwurf, name="Größe & Ort.png")
    assert antwort.status_code == 201, antwort.text
    anlage = antwort.json()
    assert (anlage["medientyp"], anlage["groesse"], anlage["geprueft"]) == ("image/png", 69, False)
    assert await _liste(wer, entwurf) == [anlage]
    pfad = f"{ENTWUERFE}/{entwurf['id']}/anlagen/{anlage['id']}"
    datei = await wer.get(pfad)
    assert (datei.content, datei.headers["content-type"]) == (PNG.read_bytes(), "image/png")
    assert unquote(datei.headers["content-disposition"]).endswith(f"''{anlage['dateiname']}")
    assert datei.headers["content-disposition"].startswith("attachment")
    assert (await wer.delete(pfad)).status_code == 204
    assert ((await wer.delete(pfad)).status_code, await zahl("anlage")) == (404, 0)


async def test_the_same_file_twice_is_one(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    alle = await asyncio.gather(*(hochgeladen(wer, entwurf) for _ in range(10)))
    assert {antwort.status_code for antwort in alle} == {201}
    assert len({antwort.json()["id"] for antwort in alle}) == 1
    assert await zahl("anlage") == 1


async def test_a_file_of_one_draft_is_not_found_in_another(person: Person) -> None:
    wer = await person()
    eins, zwei = await begonnen(wer), await begonnen(wer)
    anlage = (await hochgeladen(wer, eins)).json()
    for methode in ("GET", "DELETE"):
        antwort = await wer.request(methode, f"{ENTWUERFE}/{zwei['id']}/anlagen/{anlage['id']}")
        assert (antwort.status_code, antwort.json()["code"]) == (404, "anlage_unbekannt")


async def test_only_what_the_answers_ask_for_is_taken(person: Person) -> None:
    wer = await person()
    entwurf = (await gespeichert(wer, await begonnen(wer), antworten())).json()
    for nachweis in ("seuchenfrei", "gibt_es_nicht", "vollmacht", ""):
        antwort = await hochgeladen(wer, entwurf, nachweis)
        assert (antwort.status_code, antwort.json()["code"]) == (422, "nachweis_unbekannt")


async def test_there_are_so_many_and_no_more(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    assert (await hochgeladen(wer, entwurf)).status_code == 201
    zweite = await hochgeladen(wer, entwurf, inhalt=pdf(), name="b.pdf", art="application/pdf")
    assert (zweite.status_code, zweite.json()["code"]) == (409, "zu_viele_anlagen")


async def test_all_together_have_a_bound(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    monkeypatch.setattr(anlagen, "GESAMT_MIB", 0)
    antwort = await hochgeladen(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (409, "zu_viele_anlagen")
    monkeypatch.setattr(anlagen, "GESAMT_MIB", 60)
    monkeypatch.setattr(anlagen, "KONTO_MIB", 0)
    assert (await hochgeladen(wer, entwurf)).status_code == 409


@pytest.mark.parametrize(
    ("kopf", "koerper", "status", "code"),
    [
        ({"content-type": "application/json"}, b"{}", 422, "datei_fehlt"),
        ({"content-type": "multipart/form-data"}, b"--x", 400, "eingabe_ungueltig"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"muell", 400, "eingabe_ungueltig"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--\r\n", 422, "datei_fehlt"),
    ],
)
async def test_a_body_without_a_file_is_told_so(
    person: Person, kopf: dict[str, str], koerper: bytes, status: int, code: str
) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    antwort = await wer.post(f"{ENTWUERFE}/{entwurf['id']}/anlagen", content=koerper, headers=kopf)
    assert (antwort.status_code, antwort.json()["code"]) == (status, code)


async def test_an_upload_that_breaks_off_leaves_nothing(person: Person, app: FastAPI) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    grenze = b"--x\r\n"
    stuecke = iter(
        [
            {
                "type": "http.request",
                "body": grenze + _kopf("nachweis") + b"versicherung\r\n",
                "more_body": True,
            },
            {
                "type": "http.request",
                "body": grenze + _kopf("datei", "a.png") + b"\x89PNG",
                "more_body": True,
            },
            {"type": "http.disconnect"},
        ]
    )
    gesendet: list[Any] = []

    async def empfange() -> Any:
        return next(stuecke)

    async def sende(nachricht: Any) -> None:
        gesendet.append(nachricht)

    keks = "; ".join(f"{name}={wert}" for name, wert in wer.cookies.items())
    await app(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": f"{ENTWUERFE}/{entwurf['id']}/anlagen",
            "raw_path": f"{ENTWUERFE}/{entwurf['id']}/anlagen".encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"host", b"test"),
                (b"cookie", keks.encode()),
                (CSRF_KOPF.lower().encode(), wer.headers[CSRF_KOPF].encode()),
                (b"content-type", b"multipart/form-data; boundary=x"),
            ],
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
        },
        empfange,
        sende,
    )
    assert not any(nachricht.get("status") == 201 for nachricht in gesendet)
    assert await zahl("anlage") == 0
    assert (await hochgeladen(wer, entwurf)).status_code == 201


def _kopf(name: str, datei: str | None = None) -> bytes:
    angabe = f'; filename="{datei}"\r\nContent-Type: image/png' if datei else ""
    return f'Content-Disposition: form-data; name="{name}"{angabe}\r\n\r\n'.encode()


async def test_while_a_file_is_looked_at_no_connection_is_held(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    belegt: list[int] = []

    async def schaue(inhalt: bytes) -> Virenstand:
        belegt.append(datenbank().maschine.pool.checkedout())  # type: ignore[attr-defined]
        return Virenstand.SAUBER

    monkeypatch.setattr(anlagen, "pruefe_auf_viren", schaue)
    antwort = await hochgeladen(wer, entwurf)
    assert (antwort.status_code, antwort.json()["geprueft"]) == (201, True)
    assert belegt == [0]


async def test_a_draft_that_goes_while_its_file_is_looked_at_takes_the_file_along(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wer = await person()
    entwurf = await begonnen(wer)

    async def schaue(inhalt: bytes) -> Virenstand:
        assert (await wer.delete(f"{ENTWUERFE}/{entwurf['id']}")).status_code == 204
        return Virenstand.SAUBER

    monkeypatch.setattr(anlagen, "pruefe_auf_viren", schaue)
    antwort = await hochgeladen(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (404, "entwurf_unbekannt")
    assert await zahl("anlage") == 0


async def test_a_session_that_ends_while_uploading_stores_nothing(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    async with transaktion(gemeinde="*") as session:
        await session.execute(text("UPDATE websitzung SET beendet_am = now()"))
    for antwort in (await hochgeladen(wer, entwurf), await gespeichert(wer, entwurf, antworten())):
        assert (antwort.status_code, antwort.json()["code"]) == (401, "sitzung_beendet")
    assert await zahl("anlage") == 0


async def test_machines_upload_too_and_nobody_does_not(
    person: Person, melde_an: Anmelden, client: httpx.AsyncClient
) -> None:
    await person()
    maschine = await melde_an("einreichen")
    antrag = await abgeschickt(maschine, await fertiger(maschine))
    assert antrag.status_code == 201, antrag.text
    niemand = await hochgeladen(client, {"id": antrag.json()["id"]})
    assert (niemand.status_code, niemand.json()["code"]) == (401, "token_fehlt")


@pytest.mark.parametrize(("grundlage", "noetig"), [("vollmacht", True), ("gesetzlich", False)])
async def test_who_acts_for_another_brings_the_power_of_attorney(
    person: Person, grundlage: str, noetig: bool
) -> None:
    wer = await person(subjekt="anna")
    konto_id = await _handelt_fuer(wer, grundlage)
    entwurf = await fertiger(wer)
    assert entwurf["vertreten"] == "Bäckerei Probe"
    # The login's name is not the applicant's.
    ohne = await abgeschickt(wer, entwurf)
    pointer = [fehler["pointer"] for fehler in ohne.json().get("errors", [])]
    assert pointer == (["/nachweise/vollmacht"] if noetig else [])
    if not noetig:
        assert ohne.json()["vertreten"] == "Bäckerei Probe"
        return
    hoch = await hochgeladen(wer, entwurf, "vollmacht", inhalt=pdf(), name="v.pdf", art="application/pdf")
    assert hoch.status_code == 201, hoch.text
    async with transaktion(person=str(konto_id)) as session:
        [eine] = await konten.vertretungen(session, konto_id)
        await konten.beende_vertretung(session, konto_id, eine.id)
    beendet = await abgeschickt(wer, entwurf)
    assert (beendet.status_code, beendet.json()["code"]) == (409, "vertretung_beendet")


async def test_the_office_finds_the_power_of_attorney(person: Person) -> None:
    wer = await person(subjekt="anna")
    await _handelt_fuer(wer, "vollmacht")
    entwurf = await fertiger(wer)
    await hochgeladen(wer, entwurf, "vollmacht", inhalt=pdf(), name="v.pdf", art="application/pdf")
    antrag = (await abgeschickt(wer, entwurf)).json()
    assert antrag["vertreten"] == "Bäckerei Probe"
    async with transaktion(gemeinde="05774032") as session:
        gefunden = await session.execute(text("SELECT art, dateiname, inhalt FROM dokument ORDER BY id"))
        dokumente = {zeile.art: (zeile.dateiname, zeile.inhalt) for zeile in gefunden}
    assert dokumente["vollmacht"] == ("Vollmacht - v.pdf", pdf())


async def _handelt_fuer(wer: httpx.AsyncClient, grundlage: str) -> Any:
    async with transaktion(gemeinde="*") as session:
        konto_id = await session.scalar(text("SELECT id FROM nutzerkonto"))
    async with transaktion(person=str(konto_id)) as session:
        eine = await konten.lege_vertretung_an(
            session, konto_id, art="organisation", name="Bäckerei Probe", grundlage=grundlage
        )
        sitzung_id = await session.scalar(text("SELECT id FROM websitzung"))
        assert await konten.handle_fuer(session, sitzung_id, konto_id, eine.id)
    return konto_id
