"""The mailbox's routes for many messages: one ZIP, one request of acknowledgements."""

import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.db import bruchstelle
from app.versand import postfach
from app.versand.archiv import zip_aus
from app.versand.nachricht import Nachricht
from app.versand.tasks import Zusteller
from tests.app.conftest import Anmelden
from tests.app.versand.conftest import HWK, IHK, Stelle_ein, journal, zeile

POSTFACH = "/api/v1/postfach"
NACHRICHTEN, QUITTUNGEN = f"{POSTFACH}/nachrichten", f"{POSTFACH}/quittungen"
ABLEHNUNG = {"ergebnis": "abgelehnt", "grund": "Betrieb liegt nicht in unserem Bezirk.", "code": "IHK-17"}

Kammer = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def kammer(melde_an: Anmelden) -> Kammer:
    """Logs a body's client in."""
    return lambda stelle: melde_an("postfach", stelle=stelle)


async def _hole(kammer: httpx.AsyncClient, **parameter: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The index of the page and its messages by name."""
    antwort = await kammer.get(NACHRICHTEN, params=parameter)
    assert (antwort.status_code, antwort.headers["content-type"]) == (200, "application/zip")
    assert antwort.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(antwort.content)) as archiv:
        assert archiv.testzip() is None
        inhalt = {name: archiv.read(name) for name in archiv.namelist()}
    return json.loads(inhalt.pop("sendungen.json")), inhalt


async def _liste(kammer: httpx.AsyncClient) -> list[dict[str, Any]]:
    liste: list[dict[str, Any]] = (await kammer.get(f"{POSTFACH}/sendungen?alle=true")).json()["sendungen"]
    return liste


async def _quittiere(kammer: httpx.AsyncClient, *quittungen: dict[str, Any]) -> list[Any]:
    """The state of each, or the status and code of its problem."""
    antwort = await kammer.post(QUITTUNGEN, json={"quittungen": quittungen})
    assert antwort.status_code == 200, antwort.text
    zeilen = antwort.json()["quittungen"]
    assert [eine["id"] for eine in zeilen] == [str(eine["id"]) for eine in quittungen]
    return [eine["zustand"] or (eine["problem"]["status"], eine["problem"]["code"]) for eine in zeilen]


async def test_many_messages_in_one_answer(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    bezuege = [*await stelle_ein(2), *await stelle_ein(1, ags="05711000")]
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    liste = (await ihk.get(f"{POSTFACH}/sendungen")).json()
    seite, nachrichten = await _hole(ihk)
    assert seite == liste
    assert list(nachrichten) == [f"{eine['id']}.xml" for eine in seite["sendungen"]]
    for eine in seite["sendungen"]:
        inhalt = nachrichten[f"{eine['id']}.xml"]
        assert (len(inhalt), hashlib.sha256(inhalt).hexdigest()) == (eine["groesse"], eine["sha256"])
        assert inhalt == (await ihk.get(f"{POSTFACH}/sendungen/{eine['id']}/nachricht")).content
    assert {eine["zustand"] for eine in await _liste(ihk)} == {"abgeholt"}
    await _hole(ihk)
    for bezug in bezuege:
        assert await journal(bezug) == ["sendung_bereitgestellt", "sendung_abgeholt"]


async def test_pages_go_through_everything_once(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    await stelle_ein(7)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    gesehen, nach = [], 0
    while (seite := (await _hole(ihk, nach=nach, anzahl=3))[0])["sendungen"]:
        gesehen += [eine["nummer"] for eine in seite["sendungen"]]
        nach = seite["naechste"]
    assert gesehen == [1, 2, 3, 4, 5, 6, 7]
    assert await _hole(ihk, nach=nach) == ({"sendungen": [], "naechste": 7}, {})


async def test_a_page_is_bounded_and_never_empty_for_it(
    stelle_ein: Stelle_ein, kammer: Kammer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stelle_ein(3)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    [groesse] = {eine["groesse"] for eine in await _liste(ihk)}
    for hoechstmenge, nummern in ((1, [1]), (2 * groesse - 1, [1]), (2 * groesse, [1, 2])):
        monkeypatch.setattr(postfach, "HOECHSTMENGE", hoechstmenge)
        seite, nachrichten = await _hole(ihk)
        assert [eine["nummer"] for eine in seite["sendungen"]] == nummern
        assert (seite["naechste"], len(nachrichten)) == (nummern[-1], len(nummern))
    assert [eine["zustand"] for eine in await _liste(ihk)] == ["abgeholt", "abgeholt", "bereit"]


async def test_acknowledged_messages_come_again_only_on_request(
    stelle_ein: Stelle_ein, kammer: Kammer
) -> None:
    await stelle_ein(2)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    erste = (await _liste(ihk))[0]["id"]
    assert await _quittiere(ihk, {"id": erste, "ergebnis": "angenommen"}) == ["angenommen"]
    assert [eine["nummer"] for eine in (await _hole(ihk))[0]["sendungen"]] == [2]
    assert [eine["nummer"] for eine in (await _hole(ihk, alle=True))[0]["sendungen"]] == [1, 2]


async def test_good_and_bad_acknowledgements_side_by_side(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    bezuege = [*await stelle_ein(3), *await stelle_ein(1, ags="05711000")]
    [fremd] = await stelle_ein(1, stelle=HWK)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    eine, andere, dritte, vierte = [(await zeile(bezug)).id for bezug in bezuege]
    ja = {"ergebnis": "angenommen"}
    anfrage = [
        {"id": str(eine), **ja},
        {"id": str((await zeile(fremd)).id), **ja},
        {"id": str(andere), **ABLEHNUNG},
        {"id": str(uuid4()), **ja},
        {"id": str(andere), **ja},
        {"id": str(eine), **ja},
        {"id": str(vierte), **ja},
    ]
    unbekannt, widerspricht = (404, "sendung_unbekannt"), (409, "quittung_widerspricht")
    erwartet = ["angenommen", unbekannt, "abgelehnt", unbekannt, widerspricht, "angenommen", "angenommen"]
    assert await _quittiere(ihk, *anfrage) == erwartet
    assert await _quittiere(ihk, *anfrage) == erwartet
    assert await _quittiere(ihk, {"id": str(andere), **ABLEHNUNG, "grund": "Anders."}) == [widerspricht]
    zustaende = {sendung["id"]: sendung["zustand"] for sendung in await _liste(ihk)}
    assert [zustaende[str(sendung_id)] for sendung_id in (eine, andere, dritte, vierte)] == [
        *("angenommen", "abgelehnt", "bereit", "angenommen")
    ]
    abgelehnt = await zeile(bezuege[1])
    assert (abgelehnt.ablehnungscode, abgelehnt.ablehnungsgrund) == (ABLEHNUNG["code"], ABLEHNUNG["grund"])
    assert (await zeile(fremd)).angenommen_am is None
    assert [(await journal(bezug))[1:] for bezug in bezuege] == [
        ["sendung_angenommen"],
        ["sendung_abgelehnt"],
        [],
        ["sendung_angenommen"],
    ]
    assert await _quittiere(ihk, {"id": str(dritte), **ja}) == ["angenommen"]


async def test_a_crash_leaves_no_half_of_them(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    bezuege = await stelle_ein(3)
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    quittungen = [{"id": str((await zeile(bezug)).id), "ergebnis": "angenommen"} for bezug in bezuege]

    def stirb(name: str) -> None:
        if name in {"quittung.vermerkt", "nachricht.gelesen"}:
            raise ConnectionError

    bruchstelle.beobachte(stirb)
    try:
        assert (await ihk.post(QUITTUNGEN, json={"quittungen": quittungen})).status_code == 503
        assert (await ihk.get(NACHRICHTEN)).status_code == 503
    finally:
        bruchstelle.beobachte(None)
    assert {eine["zustand"] for eine in await _liste(ihk)} == {"bereit"}
    assert [await journal(bezug) for bezug in bezuege] == [["sendung_bereitgestellt"]] * 3
    assert await _quittiere(ihk, *quittungen) == ["angenommen"] * 3


@pytest.mark.parametrize(
    "quittungen",
    [
        [],
        [{"id": "x", "ergebnis": "angenommen"}],
        [{"id": str(uuid4()), "ergebnis": "abgelehnt"}],
        [{"id": str(uuid4()), "ergebnis": "angenommen", "grund": "x"}],
        [{"id": str(uuid4()), "ergebnis": "angenommen"}] * 500,
    ],
)
async def test_what_is_not_well_formed_is_refused_as_a_whole(
    stelle_ein: Stelle_ein, kammer: Kammer, quittungen: list[dict[str, Any]]
) -> None:
    await stelle_ein()
    await Zusteller().arbeite()
    ihk = await kammer(IHK)
    [eine] = await _liste(ihk)
    gut = {"id": eine["id"], "ergebnis": "angenommen"}
    antwort = await ihk.post(QUITTUNGEN, json={"quittungen": quittungen and [gut, *quittungen]})
    assert antwort.status_code == 422
    assert (await _liste(ihk))[0]["zustand"] == "bereit"


async def test_as_many_as_are_allowed(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    await stelle_ein(500)
    while await Zusteller().arbeite():
        pass
    ihk = await kammer(IHK)
    seite, nachrichten = await _hole(ihk, anzahl=1000)
    assert len(nachrichten) == 500
    quittungen = [{"id": eine["id"], "ergebnis": "angenommen"} for eine in seite["sendungen"]]
    assert set(await _quittiere(ihk, *quittungen)) == {"angenommen"}
    assert (await _hole(ihk))[1] == {}


async def test_a_chamber_gets_only_its_own(stelle_ein: Stelle_ein, kammer: Kammer) -> None:
    await stelle_ein(2, stelle=IHK)
    await Zusteller().arbeite()
    assert await _hole(await kammer(HWK), alle=True) == ({"sendungen": [], "naechste": 0}, {})
    assert {eine["zustand"] for eine in await _liste(await kammer(IHK))} == {"bereit"}


@pytest.mark.parametrize(
    "parameter", [{"nach": -1}, {"nach": 2**63}, {"anzahl": 0}, {"anzahl": 1001}, {"nach": "x"}]
)
async def test_a_page_out_of_range_is_refused(kammer: Kammer, parameter: dict[str, Any]) -> None:
    assert (await (await kammer(IHK)).get(NACHRICHTEN, params=parameter)).status_code == 422


async def test_only_a_body_gets_in(client: httpx.AsyncClient, melde_an: Anmelden) -> None:
    quittungen = {"quittungen": [{"id": str(uuid4()), "ergebnis": "angenommen"}]}
    for wer, status in ((client, 401), (await melde_an("einreichen"), 403)):
        assert (await wer.get(NACHRICHTEN)).status_code == status
        assert (await wer.post(QUITTUNGEN, json=quittungen)).status_code == status


def test_the_archive_opens_with_an_ordinary_library() -> None:
    dateien = {"leer": b"", "ä.xml": b"<a/>" * 10_000, "zufall": hashlib.sha512(b"").digest() * 3}
    archiv = zipfile.ZipFile(
        io.BytesIO(zip_aus((name, Nachricht.packe(inhalt)) for name, inhalt in dateien.items()))
    )
    assert archiv.testzip() is None
    assert {name: archiv.read(name) for name in archiv.namelist()} == dateien
    assert {eine.external_attr >> 16 for eine in archiv.infolist()} == {0o100644}
    assert zipfile.ZipFile(io.BytesIO(zip_aus([]))).namelist() == []
