"""Imprint, privacy notice, accessibility statement: each town's own, from every page, in every language."""

import re

import httpx
import pytest

from app.db.sitzung import transaktion
from app.mandanten import service as mandanten
from app.web.texte import sprachen
from tests.app.conftest import Stadt
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN

SEITEN = ("impressum", "datenschutz", "barrierefreiheit")
ANGABEN = {
    "behoerdenname": "Stadt Paderborn, Gewerbeamt",
    "anschrift": {"strasse": "Am Abdinghof", "hausnummer": "11", "plz": "33098", "ort": "Paderborn"},
    "erreichbarkeit": [
        {"kanal": "email", "kennung": "gewerbe@paderborn.example.org"},
        {"kanal": "telefon", "kennung": "+49 5251 88-0"},
        {"kanal": "web", "kennung": "javascript:alert(1)"},
    ],
    "pflichtangaben": {
        "vertreten_durch": "Bürgermeister Max Muster",
        "umsatzsteuer_id": "DE123456789",
        "datenschutz": {"name": "Erika Muster", "email": "dsb@paderborn.example.org"},
        "barrierefreiheit_geprueft_am": "2026-11-01",
    },
    "fristen": {"entwurf_tage": 21},
}


@pytest.fixture
async def paderborn(stadt: Stadt) -> str:
    await stadt(PADERBORN)
    async with transaktion(gemeinde=PADERBORN) as session:
        await mandanten.aendere(session, PADERBORN, ANGABEN)
    return PADERBORN


@pytest.mark.parametrize("seite", SEITEN)
async def test_one_town_needs_no_choice(client: httpx.AsyncClient, paderborn: str, seite: str) -> None:
    antwort = await client.get(f"/{seite}")
    assert (antwort.status_code, antwort.headers["location"]) == (303, f"/{seite}/{paderborn}")


@pytest.mark.parametrize("seite", SEITEN)
async def test_of_several_one_chooses(
    client: httpx.AsyncClient, stadt: Stadt, paderborn: str, seite: str
) -> None:
    await stadt(BIELEFELD)
    text = (await client.get(f"/{seite}")).text
    assert f'href="/{seite}/{PADERBORN}">Paderborn' in text
    assert f'href="/{seite}/{BIELEFELD}">Bielefeld' in text


@pytest.mark.parametrize("seite", SEITEN)
async def test_a_town_that_is_not_here_has_no_page(client: httpx.AsyncClient, seite: str) -> None:
    assert "keine Gemeinde" in (await client.get(f"/{seite}")).text
    assert (await client.get(f"/{seite}/{PADERBORN}", headers={"Accept": "text/html"})).status_code == 404


@pytest.mark.parametrize("sprache", sprachen())
async def test_each_says_who_answers_for_it(client: httpx.AsyncClient, paderborn: str, sprache: str) -> None:
    await client.get("/sprache", params={"auf": sprache})
    for seite in SEITEN:
        text = (await client.get(f"/{seite}/{paderborn}")).text
        for angabe in ("Stadt Paderborn, Gewerbeamt", "Am Abdinghof 11", "33098 Paderborn"):
            assert angabe in text, seite
        assert 'href="mailto:gewerbe@paderborn.example.org"' in text
        assert 'href="tel:+495251880"' in text
        # What is no address of the web is text.
        assert 'href="javascript' not in text


async def test_what_each_has_to_say(client: httpx.AsyncClient, paderborn: str) -> None:
    impressum, schutz, barrieren = [(await client.get(f"/{seite}/{paderborn}")).text for seite in SEITEN]
    assert "Bürgermeister Max Muster" in impressum
    assert "DE123456789" in impressum
    assert "dsb@paderborn.example.org" in schutz
    assert "nach 21 Tagen gelöscht" in schutz
    assert "poststelle@ldi.nrw.de" in schutz
    assert "Art. 15 DSGVO" in schutz
    assert "teilweise vereinbar" in barrieren
    assert "01.11.2026" in barrieren
    assert "ombudsstelle-barrierefreie-it@mags.nrw.de" in barrieren
    assert "§ 10d BGG NRW" in barrieren
    assert f"/rueckmeldung?anliegen=barriere&amp;seite=/barrierefreiheit/{paderborn}" in barrieren


async def test_what_a_town_has_not_said_is_left_out(client: httpx.AsyncClient, stadt: Stadt) -> None:
    await stadt(PADERBORN)
    for seite in SEITEN:
        text = (await client.get(f"/{seite}/{PADERBORN}")).text
        assert "None" not in text
        assert "Umsatzsteuer" not in text
        assert "zuletzt geprüft" not in text


@pytest.mark.parametrize("pfad", ["/", "/anmelden", "/pruefcode", "/gibt/es/nicht", "/impressum/05774032"])
async def test_every_page_leads_to_them(client: httpx.AsyncClient, paderborn: str, pfad: str) -> None:
    fuss = (await client.get(pfad, headers={"Accept": "text/html"})).text.partition("<footer")[2]
    ziele = set(re.findall(r'href="(/[^"]*)"', fuss))
    for seite in SEITEN:
        eigene = f"/{paderborn}" if paderborn in pfad else ""
        assert f"/{seite}{eigene}" in ziele
    assert f'name="seite" value="{pfad}"' in fuss
