"""The office's pages for every kind of case: list, case, protected answers, papers, talk; each look noted."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import pytest

from app.konto.rollen import Rolle
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from app.settings import settings
from tests.app.antraege.dateien import pdf
from tests.app.antraege.test_entscheidungen import ANTRAEGE, VORGAENGE, stelle
from tests.app.conftest import Einloggen, rolle
from tests.app.gewerbe.anzeigen import PADERBORN, zu_pruefen

Stadt = Callable[..., Awaitable[str]]
HTML = {"Accept": "text/html", "Accept-Language": "de"}
LISTE = f"/amt/{PADERBORN}/vorgaenge"
GEHEIM = "Ich brauche Hilfe beim Wohnen."


@pytest.fixture
async def person(stadt: Stadt, logge_ein: Einloggen) -> httpx.AsyncClient:
    await stadt(PADERBORN)
    return await logge_ein()


@pytest.fixture
async def amt(logge_ein: Einloggen) -> httpx.AsyncClient:
    browser = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    browser.headers.update(HTML)
    return browser


@pytest.fixture
async def revision(logge_ein: Einloggen) -> httpx.AsyncClient:
    browser = await logge_ein(rolle(Rolle.REVISION))
    browser.headers.update(HTML)
    return browser


async def _seite(browser: httpx.AsyncClient, pfad: str, status: int = 200) -> str:
    antwort = await browser.get(pfad)
    assert antwort.status_code == status, antwort.text
    return antwort.text


async def _fall(amt: httpx.AsyncClient) -> tuple[str, str]:
    """Line of the one open case in the list, and the address of its page."""
    liste = await _seite(amt, LISTE)
    [zeile] = re.findall(r"<tbody.*?</tbody>", liste, re.DOTALL)
    [adresse] = re.findall(r'href="([^"]+)"', zeile)
    return zeile, adresse


async def _gelesen(revision: httpx.AsyncClient) -> list[str]:
    einsichten = (await revision.get("/api/v1/einsicht")).json()["einsichten"]
    return [eine["gegenstand"] for eine in reversed(einsichten)]


def _verweise(seite: str, teil: str) -> list[str]:
    return re.findall(rf'href="([^"]*/{teil}/[0-9a-f-]{{36}})"', seite)


async def test_an_application_stands_in_the_list_and_on_its_page(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, revision: httpx.AsyncClient
) -> None:
    antrag = await stelle(person, "bewohnerparkausweis")
    zeile, adresse = await _fall(amt)
    for wort in ("Bewohnerparkausweis", "Petra Probe"):
        assert wort in zeile
    assert await _gelesen(revision) == ["vorgang"]
    seite = await _seite(amt, adresse)
    for wort in (
        antrag["eingangsnummer"],
        "Rathausplatz",
        "17. April 1985",
        "Gebühr",
        "€",
        "Entschieden wird",
    ):
        assert wort in seite, wort
    assert "besonderes" not in seite
    # Once for the list that was asked for the address, once for the page.
    assert await _gelesen(revision) == ["vorgang"] * 2
    [json, xml] = _verweise(seite, "dokumente")
    assert (await amt.get(json)).json()["antworten"]["person"]["familienname"] == "Probe"
    kopf = (await amt.get(xml)).headers
    assert kopf["content-disposition"] == "attachment; filename*=UTF-8''einreichung.xml"
    assert await _gelesen(revision) == ["vorgang"] * 2 + ["akte"] * 2
    assert "Petra Probe" in await _seite(revision, adresse)


@pytest.mark.parametrize(
    ("sprache", "wort"), [("en", "Resident&#39;s parking permit"), ("leicht", "Park·ausweis")]
)
async def test_in_the_language_of_the_clerk(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, sprache: str, wort: str
) -> None:
    await stelle(person, "bewohnerparkausweis")
    await amt.get("/sprache", params={"auf": sprache})
    zeile, adresse = await _fall(amt)
    assert wort.lower() in zeile.lower()
    assert wort.lower() in (await _seite(amt, adresse)).lower()


async def test_protected_answers_have_a_page_of_their_own(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, revision: httpx.AsyncClient
) -> None:
    await stelle(person, "teilhabe")
    zeile, adresse = await _fall(amt)
    assert "Probe" not in zeile
    assert await _gelesen(revision) == []
    seite = await _seite(amt, adresse)
    assert "Petra Probe" in seite
    assert GEHEIM not in seite
    assert f'href="{adresse}/besonderes"' in seite
    assert "§ 14 SGB IX" in seite
    assert "ob Sie zuständig sind" in seite
    assert await _gelesen(revision) == ["vorgang"]
    offen = await _seite(amt, f"{adresse}/besonderes")
    assert GEHEIM in offen
    assert await _gelesen(revision) == ["vorgang", "besondere_angaben"]
    [json, _] = _verweise(offen, "dokumente")
    assert GEHEIM in await _seite(amt, json)
    assert (await amt.get(json.replace("/besonderes", ""))).status_code == 404
    assert (await _gelesen(revision))[2:] == ["besondere_angaben"]
    # The auditor sees that there is something, and no way to it.
    assert f'href="{adresse}/besonderes"' not in await _seite(revision, adresse)
    await _seite(revision, f"{adresse}/besonderes", 403)


async def test_what_has_nothing_protected_has_no_such_page(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    await stelle(person, "bewohnerparkausweis")
    _, adresse = await _fall(amt)
    await _seite(amt, f"{adresse}/besonderes", 404)


async def test_the_clock_and_the_letter_after_forwarding(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    await stelle(person, "teilhabe")
    _, adresse = await _fall(amt)
    weiter = {"traeger": "Landschaftsverband Westfalen-Lippe", "grund": "Er ist für Erwachsene zuständig."}
    fall = adresse.rpartition("/")[2]
    assert (await amt.post(f"{VORGAENGE}/{fall}/weiterleiten", json=weiter)).status_code == 200
    seite = await _seite(amt, adresse)
    assert "Weitergeleitet an Landschaftsverband Westfalen-Lippe." in seite
    assert "Entschieden wird" not in seite
    assert "Bescheid.pdf" in await _seite(amt, f"{adresse}/besonderes")


async def test_the_second_persons_answer_is_shown(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    antrag = await stelle(person, "schuelerticket")
    zeile, adresse = await _fall(amt)
    # A school ticket tells nothing about health, though its form may ask for a disability.
    assert "Petra Probe" in zeile
    assert "Die Bestätigung fehlt noch." in await _seite(amt, adresse)
    schule = await logge_ein()
    antworten = {"besucht": True, "klasse": "5b", "seit": "2026-08-01"}
    antwort = await schule.post(
        "/api/v1/bestaetigungen/antwort", json={"code": antrag["bestaetigungscode"], "antworten": antworten}
    )
    assert antwort.status_code == 204, antwort.text
    seite = await _seite(amt, adresse)
    assert "Die zweite Person hat bestätigt." in seite
    assert "1. August 2026" in seite.partition("Die zweite Person hat bestätigt.")[2]


async def test_a_decision_is_seen_as_what_it_is(person: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    await stelle(person, "bewohnerparkausweis")
    _, adresse = await _fall(amt)
    fall = adresse.rpartition("/")[2]
    antwort = await amt.post(f"{VORGAENGE}/{fall}/bewilligen", json={"text": "Sie bekommen den Ausweis."})
    assert antwort.status_code == 200, antwort.text
    seite = await _seite(amt, adresse)
    assert "bewilligt</span>" in seite
    assert "Bescheid.pdf" in seite
    assert "Petra Probe" in await _seite(amt, f"{LISTE}?zustand=erledigt")


async def test_they_write_to_each_other(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, revision: httpx.AsyncClient
) -> None:
    antrag = await stelle(person, "bewohnerparkausweis")
    datei = {"datei": ("Schein.pdf", pdf(), "application/pdf")}
    meine = f"{ANTRAEGE}/{antrag['id']}/mitteilungen"
    assert (await person.post(meine, data={"text": "Mein Schein"}, files=datei)).status_code == 201
    _, adresse = await _fall(amt)
    assert "Neue Nachrichten zu diesem Vorgang: 1" in await _seite(amt, adresse)
    # The auditor reads, and does not read for the office.
    gesehen = await _seite(revision, f"{adresse}/nachrichten")
    assert "Mein Schein" in gesehen
    assert "<textarea" not in gesehen
    assert "Neue Nachrichten" in await _seite(amt, adresse)
    seite = await _seite(amt, f"{adresse}/nachrichten")
    assert "Mein Schein" in seite
    [anhang] = _verweise(seite, "nachrichten")
    assert (await amt.get(anhang)).content == pdf()
    assert "Neue Nachrichten" not in await _seite(amt, adresse)
    assert set(await _gelesen(revision)) == {"vorgang", "mitteilung"}
    leer = await _schreibe(amt, adresse, "  ")
    assert leer.status_code == 422
    assert 'href="#text"' in leer.text
    gross = await _schreibe(amt, adresse, "Bitte", ("a.exe", b"MZ\0\0", "application/pdf"))
    assert gross.status_code == 422
    assert 'href="#datei"' in gross.text
    assert ">Bitte</textarea>" in gross.text
    gesendet = await _schreibe(amt, adresse, "Danke.", ("b.pdf", pdf(), "application/pdf"))
    assert gesendet.status_code == 303
    assert "Danke." in await _seite(amt, gesendet.headers["location"])
    worte = (await person.get(meine)).json()["mitteilungen"]
    assert [(wort["von"], wort["text"]) for wort in worte] == [("person", "Mein Schein"), ("amt", "Danke.")]
    assert (await _schreibe(revision, adresse, "Ich")).status_code == 403


async def _schreibe(
    browser: httpx.AsyncClient, adresse: str, text: str, datei: tuple[str, bytes, str] | None = None
) -> httpx.Response:
    return await browser.post(
        f"{adresse}/nachrichten",
        data={CSRF_FELD: browser.headers[CSRF_KOPF], "text": text},
        files={"datei": datei or ("", b"", "application/octet-stream")},
    )


async def test_a_file_to_the_applicant_may_be_as_large_as_one_from_her(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    await stelle(person, "bewohnerparkausweis")
    _, adresse = await _fall(amt)
    gross = pdf().replace(b"\n", b"\n%" + b"x" * 100_000 + b"\n", 1)
    antwort = await _schreibe(amt, adresse, "Anbei", ("gross.pdf", gross, "application/pdf"))
    assert antwort.status_code != 413, antwort.text


async def test_a_message_without_the_pages_token_is_not_taken(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    await stelle(person, "bewohnerparkausweis")
    _, adresse = await _fall(amt)
    antwort = await amt.post(
        f"{adresse}/nachrichten", data={"text": "Ich"}, files={"datei": ("", b"", "text/plain")}
    )
    assert antwort.status_code == 403


async def test_a_notice_has_its_documents_and_its_talk(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    antwort = await person.post(
        "/api/v1/gewerbeanzeigen", json=zu_pruefen(), headers={"Idempotency-Key": str(UUID(int=7))}
    )
    assert antwort.status_code == 201, antwort.text
    zeile, adresse = await _fall(amt)
    assert "Gewerbeanmeldung" in zeile
    seite = await _seite(amt, adresse)
    [einreichung] = _verweise(seite, "dokumente")
    assert (await amt.get(einreichung)).status_code == 200
    assert (await _schreibe(amt, adresse, "Bitte ergänzen Sie das.")).status_code == 303


async def test_cases_of_other_towns_are_not_found(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    await stelle(person, "teilhabe")
    _, adresse = await _fall(amt)
    fremd = await logge_ein(rolle(Rolle.LEITUNG, gemeinde="05711000"))
    fremd.headers.update(HTML)
    hier = adresse.replace(PADERBORN, "05711000")
    null = "/" + str(UUID(int=0))
    for pfad in ("", "/besonderes", "/nachrichten", f"/dokumente{null}", f"/nachrichten{null}"):
        await _seite(fremd, f"{hier}{pfad}", 404)
    assert (await _schreibe(fremd, hier, "Ich")).status_code == 404


async def test_the_demos_start_page_names_no_applicant(
    person: httpx.AsyncClient, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMT_DEMO", "true")
    settings.cache_clear()
    await stelle(person, "bewohnerparkausweis")
    seite = await _seite(client, "/")
    monkeypatch.undo()
    settings.cache_clear()
    for wort in ("Petra", "Bewohnerparkausweis</"):
        assert wort not in seite
