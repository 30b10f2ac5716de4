"""Saying something about a page: without login, once, not too often, and never more than was meant."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.db.sitzung import ALLE, transaktion
from app.konto import begrenzung
from app.rueckmeldung import service
from app.rueckmeldung.service import TEXT_HOECHSTENS, Eintrag
from tests.app.conftest import Stadt
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN

GUT = {"seite": "/pruefcode", "anliegen": "lob", "bewertung": "5", "text": "Danke!"}


async def _sende(client: httpx.AsyncClient, felder: Mapping[str, str]) -> httpx.Response:
    seite = (await client.get("/rueckmeldung")).text
    [token] = set(re.findall(r'name="csrf" value="([^"]+)"', seite))
    return await client.post("/rueckmeldung", data={**felder, "csrf": token}, headers={"Accept": "text/html"})


async def _alle() -> list[Eintrag]:
    async with transaktion(gemeinde=ALLE) as session:
        return await service.alle(session, None)


async def test_the_foot_of_a_page_leads_here_and_knows_the_page(
    client: httpx.AsyncClient, stadt: Stadt
) -> None:
    await stadt(PADERBORN)
    seite = (await client.get("/rueckmeldung?seite=/pruefcode/ABCD-1234&bewertung=2")).text
    assert "Es geht um diese Seite: /pruefcode/*" in seite
    assert 'value="2" checked' in seite
    seite = (await client.get(f"/rueckmeldung?ags={PADERBORN}&anliegen=barriere")).text
    assert f'name="ags" value="{PADERBORN}"' in seite
    assert 'value="barriere" checked' in seite


async def test_what_is_said_arrives_at_the_town(client: httpx.AsyncClient, stadt: Stadt) -> None:
    await stadt(PADERBORN)
    antwort = await _sende(client, GUT | {"ags": PADERBORN, "email": " zoe@example.org "})
    assert antwort.status_code == 303
    ziel = urlsplit(antwort.headers["location"])
    assert (ziel.path, parse_qs(ziel.query)) == (
        "/rueckmeldung/danke",
        {"ags": [PADERBORN], "antwort": ["ja"]},
    )
    assert "ist angekommen" in (await client.get(antwort.headers["location"])).text
    [eine] = await _alle()
    assert (eine.ags, eine.seite, eine.anliegen.value, eine.bewertung) == (PADERBORN, "/pruefcode", "lob", 5)
    assert (eine.text, eine.email, eine.sprache) == ("Danke!", "zoe@example.org", "de")


async def test_a_mark_alone_is_enough_and_needs_no_town(client: httpx.AsyncClient, stadt: Stadt) -> None:
    await stadt(BIELEFELD)
    assert (await _sende(client, GUT | {"text": ""})).status_code == 303
    [eine] = await _alle()
    assert (eine.ags, eine.text, eine.email) == (None, None, None)


@pytest.mark.parametrize(
    ("aenderung", "feld", "satz"),
    [
        ({"anliegen": ""}, "anliegen", "worum es geht"),
        ({"anliegen": "sonstwas"}, "anliegen", "worum es geht"),
        ({"bewertung": "6"}, "bewertung", "der fünf Stufen"),
        ({"bewertung": "", "text": "  "}, "text", "Schreiben Sie eine Nachricht"),
        ({"text": "x" * (TEXT_HOECHSTENS + 1)}, "text", "höchstens 2000 Zeichen"),
        ({"email": "zoe@"}, "email", "nicht vollständig"),
        ({"ags": "99999999"}, "ags", "aus der Liste"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: httpx.AsyncClient, stadt: Stadt, aenderung: dict[str, str], feld: str, satz: str
) -> None:
    await stadt(PADERBORN)
    antwort = await _sende(client, GUT | {"email": "zoe@example.org"} | aenderung)
    assert antwort.status_code == 422
    assert re.search(rf'href="#{feld}">[^<]*{satz}', antwort.text)
    assert f'id="{feld}"' in antwort.text
    assert ("Danke!" in antwort.text) is ("text" not in aenderung)
    assert await _alle() == []


async def test_control_characters_are_left_out(client: httpx.AsyncClient) -> None:
    await _sende(client, GUT | {"text": "eins\r\n\x1b[31mzwei\u202e"})
    [eine] = await _alle()
    assert eine.text == "eins\n[31mzwei"


async def test_nobody_says_something_in_anothers_name(client: httpx.AsyncClient) -> None:
    antwort = await client.post("/rueckmeldung", data=GUT, headers={"Accept": "text/html"})
    assert antwort.status_code == 403
    assert await _alle() == []


async def test_an_address_may_not_flood_us(client: httpx.AsyncClient) -> None:
    for _ in range(begrenzung.RUECKMELDUNG_JE_ADRESSE):
        assert (await _sende(client, GUT)).status_code == 303
    zu_viel = await _sende(client, GUT)
    assert zu_viel.status_code == 429
    assert 1 <= int(zu_viel.headers["retry-after"]) <= 60
    assert len(await _alle()) == begrenzung.RUECKMELDUNG_JE_ADRESSE


async def test_the_language_can_be_changed_on_the_answer_to_a_form(client: httpx.AsyncClient) -> None:
    antwort = await _sende(client, GUT | {"anliegen": ""})
    assert "ziel=/rueckmeldung%3Fseite%3D" in antwort.text
