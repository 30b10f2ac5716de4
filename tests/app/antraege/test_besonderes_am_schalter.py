"""The desk and special categories: opened by the staff's own right alone, and each time noted."""

import httpx
import pytest

from app.konto.rollen import Rolle
from tests.app.antraege.test_entscheidungen import ANTRAEGE, VORGAENGE, fall_von, stelle
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import PADERBORN

GEHEIM = "Ich brauche Hilfe beim Wohnen."


@pytest.fixture
async def fall(stadt: Stadt, logge_ein: Einloggen) -> tuple[str, str, httpx.AsyncClient]:
    """Id of the application, address of the case, and the applicant."""
    await stadt(PADERBORN)
    person = await logge_ein()
    antrag = await stelle(person, "teilhabe")
    offen = await fall_von(await logge_ein(rolle(Rolle.LEITUNG)))
    return antrag["id"], f"{VORGAENGE}/{offen['id']}", person


@pytest.mark.parametrize("wer", [Rolle.SACHBEARBEITUNG, Rolle.LEITUNG])
async def test_staff_reads_them_and_the_auditor_sees_that(
    wer: Rolle, fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen
) -> None:
    _, ort, _ = fall
    amt = await logge_ein(rolle(wer))
    besonderes = (await amt.get(f"{ort}/besonderes")).json()
    assert besonderes["antworten"] == {
        "antrag": {"anliegen": GEHEIM},
        "verstaendigung": {"formen": ["leichte_sprache"]},
    }
    assert {eines["dateiname"] for eines in besonderes["dokumente"]} == {
        "einreichung.json",
        "einreichung.xml",
    }
    for eines in besonderes["dokumente"]:
        dokument = await amt.get(f"{ort}/besonderes/dokumente/{eines['id']}")
        assert GEHEIM in dokument.text
        assert dokument.headers["content-disposition"].startswith("attachment")
        assert (await amt.get(f"{ort}/dokumente/{eines['id']}")).status_code == 404
    revision = await logge_ein(rolle(Rolle.REVISION))
    einsichten = (await revision.get("/api/v1/einsicht")).json()["einsichten"]
    gelesen = [eine["rolle"] for eine in einsichten if eine["gegenstand"] == "besondere_angaben"]
    assert gelesen == [f"rolle:{wer.value}"] * 3


async def test_nobody_else_does(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    _, ort, person = fall
    for wer in (
        await logge_ein(rolle(Rolle.REVISION)),
        await logge_ein(rolle(Rolle.ADMINISTRATION)),
        await melde_an("sachbearbeitung", gemeinde=PADERBORN),
        await melde_an("verwaltung", gemeinde=PADERBORN),
        person,
    ):
        assert (await wer.get(f"{ort}/besonderes")).status_code == 403


async def test_nothing_of_it_is_seen_anywhere_else(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    _, ort, _ = fall
    for wer in (
        await logge_ein(rolle(Rolle.LEITUNG)),
        await logge_ein(rolle(Rolle.REVISION)),
        await melde_an("sachbearbeitung", gemeinde=PADERBORN),
    ):
        for weg in (VORGAENGE, ort, f"{ort}/dokumente"):
            antwort = await wer.get(weg)
            assert antwort.status_code == 200
            for geheim in (GEHEIM, "leichte_sprache", "anliegen"):
                assert geheim not in antwort.text
        akte = await wer.get(f"{ort}/akte")
        assert akte.status_code == 200
        assert b"einreichung.json" not in akte.content


async def test_the_letter_is_protected_too_and_the_applicants_own(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    antrag, ort, person = fall
    maschine = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    nein = {"text": "Wir lehnen ab.", "gruende": "Es liegt keine Behinderung vor."}
    entschieden = await maschine.post(f"{ort}/ablehnen", json=nein)
    assert entschieden.status_code == 200, entschieden.text
    assert "Behinderung" not in entschieden.text
    assert (await maschine.get(f"{ort}/dokumente")).json()["dokumente"] == []
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    besonderes = (await amt.get(f"{ort}/besonderes")).json()
    assert "Bescheid.pdf" in {eines["dateiname"] for eines in besonderes["dokumente"]}
    assert (await person.get(f"{ANTRAEGE}/{antrag}/bescheid")).content.startswith(b"%PDF")
    assert (await person.get(f"{ANTRAEGE}/{antrag}/kopie")).content.startswith(b"%PDF")


async def test_reasons_are_told_in_letters_alone(
    fall: tuple[str, str, httpx.AsyncClient], logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    antrag, ort, person = fall
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    antwort = await amt.post(f"{ort}/zurueckweisen", json={"grund": "Keine Behinderung."})
    assert (antwort.status_code, antwort.json()["code"]) == (409, "nur_ablehnbar")
    zurueck = await person.post(f"{ANTRAEGE}/{antrag}/ruecknahme", json={"grund": "Die Klinik hilft mir."})
    assert zurueck.status_code == 200, zurueck.text
    maschine = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    zeilen = await maschine.get(VORGAENGE, params={"zustand": "zurueckgezogen"})
    assert len(zeilen.json()["vorgaenge"]) == 1
    assert "Klinik" not in zeilen.text
    besonderes = (await amt.get(f"{ort}/besonderes")).json()["dokumente"]
    [grund] = [eines["id"] for eines in besonderes if eines["art"] == "ruecknahme"]
    assert (await amt.get(f"{ort}/besonderes/dokumente/{grund}")).text == "Die Klinik hilft mir."
