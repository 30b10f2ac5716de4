"""What a town offers: the shipped services, its own forms, what it suspends."""

from typing import Any

import httpx
import pytest

from app.db.sitzung import transaktion
from app.leistungen import service
from app.leistungen.formular import Formular
from tests.app.conftest import Stadt
from tests.app.leistungen.beispiel import formular, geaendert

PADERBORN, BIELEFELD, HERFORD = "05774032", "05711000", "05758012"


@pytest.fixture(autouse=True)
def bestand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "bestand", lambda: {"beispiel": formular()})


@pytest.fixture
def eigenes() -> Formular:
    def kuerzer(inhalt: dict[str, Any]) -> None:
        inhalt["dauer_minuten"] = 3

    return geaendert(kuerzer)


async def test_a_town_takes_a_form_over_and_its_neighbour_does_not(stadt: Stadt, eigenes: Formular) -> None:
    await stadt(PADERBORN)
    await stadt(BIELEFELD)
    async with transaktion(gemeinde=PADERBORN) as session:
        await service.uebernimm(session, PADERBORN, eigenes, {"ags": HERFORD, "gemeinde": "Herford"})
    service._fassungen.clear()
    async with transaktion() as session:
        hier = await service.angebot(session, PADERBORN, "beispiel")
        dort = await service.angebot(session, BIELEFELD, "beispiel")
        assert hier.formular.hash == eigenes.hash
        assert hier.herkunft == {"ags": HERFORD, "gemeinde": "Herford"}
        assert (dort.formular.hash, dort.herkunft) == (formular().hash, None)
        # Both versions are there for what was made with them.
        assert (await service.formular(session, eigenes.hash)).definition == eigenes.definition
        assert await service.formular(session, formular().hash) is formular()


async def test_what_is_suspended_cannot_be_begun(stadt: Stadt) -> None:
    await stadt(PADERBORN)
    async with transaktion(gemeinde=PADERBORN) as session:
        await service.setze_zustand(session, PADERBORN, "beispiel", "ausgesetzt")
    async with transaktion() as session:
        with pytest.raises(service.NichtAngeboten):
            await service.angebot(session, PADERBORN, "beispiel")
        (eines,) = await service.katalog(session, PADERBORN)
        assert eines.zustand == "ausgesetzt"
    async with transaktion(gemeinde=PADERBORN) as session:
        await service.setze_zustand(session, PADERBORN, "beispiel", "angeboten")
        assert (await service.angebot(session, PADERBORN, "beispiel")).zustand == "angeboten"


async def test_what_is_not_there(stadt: Stadt) -> None:
    await stadt(PADERBORN)
    async with transaktion() as session:
        with pytest.raises(service.UnbekannteLeistung):
            await service.angebot(session, PADERBORN, "hundesteuer")
        with pytest.raises(service.GemeindeNichtHier):
            await service.katalog(session, HERFORD)
        with pytest.raises(service.UnbekannteLeistung):
            await service.formular(session, "0" * 64)


async def test_the_catalogue_is_public(client: httpx.AsyncClient, stadt: Stadt) -> None:
    await stadt(PADERBORN)
    antwort = await client.get("/api/v1/leistungen", params={"ags": PADERBORN, "suche": "stall"})
    assert [eine["leistung"] for eine in antwort.json()["leistungen"]] == ["beispiel"]
    keine = await client.get("/api/v1/leistungen", params={"ags": PADERBORN, "suche": "hund"})
    assert keine.json()["leistungen"] == []
    eine = (await client.get("/api/v1/leistungen/beispiel", params={"ags": PADERBORN})).json()
    assert eine["definition"]["schritte"][0]["titel"]["leicht"] == "Über Sie"
    assert eine["formular"] == formular().hash
    schema = await client.get("/api/v1/leistungen/beispiel/schema")
    assert schema.headers["content-type"] == "application/schema+json"
    assert schema.json()["$schema"].endswith("2020-12/schema")
    xml = await client.get("/api/v1/leistungen/beispiel/xsd")
    assert xml.headers["content-type"].startswith("application/xml")
    assert b"F60000000227" in xml.content


@pytest.mark.parametrize(
    ("pfad", "code"),
    [
        ("/api/v1/leistungen?ags=05758012", "gemeinde_unbekannt"),
        ("/api/v1/leistungen/hund/schema", "leistung_unbekannt"),
        ("/api/v1/leistungen/beispiel?ags=05758012", "gemeinde_unbekannt"),
    ],
)
async def test_what_is_not_there_is_said(client: httpx.AsyncClient, pfad: str, code: str) -> None:
    antwort = await client.get(pfad)
    assert (antwort.status_code, antwort.json()["code"]) == (404, code)
