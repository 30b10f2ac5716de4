"""Messages about an application with special categories: for those alone who may open them, and noted."""

import httpx
import pytest

from app.konto.rollen import Rolle
from tests.app.antraege.dateien import pdf
from tests.app.antraege.test_entscheidungen import ANTRAEGE, VORGAENGE, fall_von, stelle
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import PADERBORN

GEHEIM = "Anbei der Bericht meiner Ärztin."


@pytest.fixture
async def fall(stadt: Stadt, logge_ein: Einloggen) -> tuple[str, str, httpx.AsyncClient]:
    """Addresses of the application and of its case, and the applicant, who has handed a report in."""
    await stadt(PADERBORN)
    person = await logge_ein()
    antrag = await stelle(person, "teilhabe")
    offen = await fall_von(await logge_ein(rolle(Rolle.LEITUNG)))
    ort = f"{ANTRAEGE}/{antrag['id']}"
    geschrieben = await person.post(
        f"{ort}/mitteilungen",
        data={"text": GEHEIM},
        files={"datei": ("befund.pdf", pdf(), "application/pdf")},
    )
    assert geschrieben.status_code == 201, geschrieben.text
    return ort, f"{VORGAENGE}/{offen['id']}", person


async def test_the_clerk_reads_them_and_that_is_noted(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen
) -> None:
    ort, vorgang, person = fall
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    [eine] = (await amt.get(f"{vorgang}/mitteilungen")).json()["mitteilungen"]
    assert eine["text"] == GEHEIM
    [anhang] = eine["anhaenge"]
    assert (await amt.get(f"{vorgang}/mitteilungen/anhaenge/{anhang['id']}")).content == pdf()
    assert (await amt.get(f"{vorgang}/dokumente")).json()["dokumente"] == []
    revision = await logge_ein(rolle(Rolle.REVISION))
    einsichten = (await revision.get("/api/v1/einsicht")).json()["einsichten"]
    assert [eine["gegenstand"] for eine in einsichten].count("besondere_angaben") == 2
    # The applicant sees that it was read, and has her own file.
    [eigene] = (await person.get(f"{ort}/mitteilungen")).json()["mitteilungen"]
    assert eigene["gelesen_am"]
    assert (await person.get(f"{ort}/mitteilungen/anhaenge/{anhang['id']}")).content == pdf()


async def test_for_everybody_else_of_the_office_they_are_not_there(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    ort, vorgang, person = fall
    [eigene] = (await person.get(f"{ort}/mitteilungen")).json()["mitteilungen"]
    for wer in (
        await logge_ein(rolle(Rolle.REVISION)),
        await melde_an("sachbearbeitung", gemeinde=PADERBORN),
    ):
        antwort = await wer.get(f"{vorgang}/mitteilungen")
        assert (antwort.status_code, antwort.json()["mitteilungen"]) == (200, [])
        anhang = eigene["anhaenge"][0]["id"]
        assert (await wer.get(f"{vorgang}/mitteilungen/anhaenge/{anhang}")).status_code == 404
        assert b"befund.pdf" not in (await wer.get(f"{vorgang}/akte")).content
    [noch] = (await person.get(f"{ort}/mitteilungen")).json()["mitteilungen"]
    assert noch["gelesen_am"] is None


async def test_the_office_answers_under_the_same_protection(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    ort, vorgang, person = fall
    maschine = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    antwort = await maschine.post(f"{vorgang}/mitteilungen", files={"text": (None, "Danke für den Bericht.")})
    assert antwort.status_code == 201
    assert (await maschine.get(f"{vorgang}/mitteilungen")).json()["mitteilungen"] == []
    texte = [eine["text"] for eine in (await person.get(f"{ort}/mitteilungen")).json()["mitteilungen"]]
    assert texte == [GEHEIM, "Danke für den Bericht."]
