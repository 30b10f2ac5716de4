"""The language of a page: chosen, else the browser's, else German."""

from datetime import date

import httpx
import pytest

from app.web.seiten import als_datum
from app.web.texte import sprachen


@pytest.mark.parametrize(
    ("kopf", "sprache"),
    [
        ("", "de"),
        ("en", "en"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr,en;q=0.5,de;q=0.7", "de"),
        ("fr", "de"),
        ("de-simple,de;q=0.9", "de-simple"),
        ("de-simple-x-oder-so", "de"),
        ("en;q=0", "de"),
        ("en;q=x, , ;q=1,*", "de"),
        ("x" * 5000, "de"),
    ],
)
async def test_the_browsers_wish_counts(client: httpx.AsyncClient, kopf: str, sprache: str) -> None:
    antwort = await client.get("/anmelden", headers={"Accept-Language": kopf})
    assert antwort.headers["content-language"] == sprache
    assert f'<html lang="{sprache}"' in antwort.text


async def test_a_choice_counts_more_and_stays(client: httpx.AsyncClient) -> None:
    antwort = await client.get("/sprache?auf=en&ziel=/pruefcode")
    assert (antwort.status_code, antwort.headers["location"]) == (303, "/pruefcode")
    for pfad in ("/", "/anmelden", "/gibt/es/nicht"):
        kopf = {"Accept-Language": "de", "Accept": "text/html"}
        assert '<html lang="en"' in (await client.get(pfad, headers=kopf)).text
    await client.get("/sprache?auf=de")
    assert '<html lang="de"' in (await client.get("/", headers={"Accept-Language": "en"})).text


@pytest.mark.parametrize("auf", ["", "fr", "../en", "DE"])
async def test_a_language_that_is_not_there_changes_nothing(client: httpx.AsyncClient, auf: str) -> None:
    antwort = await client.get("/sprache", params={"auf": auf})
    assert antwort.status_code == 303
    assert "set-cookie" not in antwort.headers


async def test_the_switch_comes_back_to_the_same_page(client: httpx.AsyncClient) -> None:
    seite = (await client.get("/anmelden?niveau=hoch&ziel=/konto")).text
    assert 'href="/sprache?auf=en&amp;ziel=/anmelden%3Fniveau%3Dhoch%26ziel%3D/konto"' in seite


@pytest.mark.parametrize(
    ("sprache", "tag"), [("de", "01.03.2027"), ("en", "1 March 2027"), ("leicht", "1. März 2027")]
)
def test_a_day_as_it_is_written(sprache: str, tag: str) -> None:
    assert als_datum(sprachen()[sprache], date(2027, 3, 1)) == tag
