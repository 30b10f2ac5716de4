"""Applications at the desk: granted or refused with a letter, kept or forwarded under § 14 SGB IX."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.akte import service as akte
from app.db.rollen import Zugang
from app.db.sitzung import transaktion
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle
from app.mandanten.zustaendig import alle_gemeinden
from app.settings import settings
from app.vorgaenge.klaerung import klaerungsende
from app.vorgaenge.rechtsbehelf import rechtsbehelf, verwaltungsgericht
from app.vorgaenge.service import ORTSZEIT
from tests.app.antraege.buergerbuero import ALLE
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, zu_pruefen
from tests.verapdf import gelesen

ANTRAEGE, VORGAENGE = "/api/v1/antraege", "/api/v1/vorgaenge"
NEIN = {"text": "Wir lehnen Ihren Antrag ab.", "gruende": "Sie wohnen nicht in dem Gebiet."}
WEITER = {"traeger": "Landschaftsverband Westfalen-Lippe", "grund": "Er ist für Erwachsene zuständig."}


@pytest.fixture
async def person(stadt: Stadt, logge_ein: Einloggen) -> httpx.AsyncClient:
    await stadt(PADERBORN)
    await stadt(BIELEFELD)
    return await logge_ein(niveau=Niveau.HOCH)


@pytest.fixture
async def amt(logge_ein: Einloggen) -> httpx.AsyncClient:
    return await logge_ein(rolle(Rolle.SACHBEARBEITUNG))


async def stelle(person: httpx.AsyncClient, leistung: str, **mehr: Any) -> dict[str, Any]:
    """The application as it was taken in."""
    antwort = await person.post(
        ANTRAEGE,
        json={
            "leistung": leistung,
            "ags": PADERBORN,
            "antworten": ALLE[leistung]() | mehr,
            "sprache": "de",
            "kenntnis": True,
        },
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert antwort.status_code == 201, antwort.text
    gestellt: dict[str, Any] = antwort.json()
    return gestellt


async def fall_von(amt: httpx.AsyncClient) -> dict[str, Any]:
    """The one open case, as the worklist shows it."""
    [fall] = (await amt.get(VORGAENGE)).json()["vorgaenge"]
    gefunden: dict[str, Any] = fall
    return gefunden


async def _verschiebe(datenbank: Zugang, um: timedelta) -> None:
    """As if everything had come in so much earlier."""
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute("UPDATE antrag SET eingegangen_am = eingegangen_am - $1::interval", um)
    await eigentuemer.execute("UPDATE vorgang SET angelegt_am = angelegt_am - $1::interval", um)
    await eigentuemer.close()


def _termin(fall: dict[str, Any]) -> date:
    return datetime.fromisoformat(fall["naechster_termin"]).astimezone(ORTSZEIT).date()


async def test_the_desk_sees_what_was_applied_for(person: httpx.AsyncClient, amt: httpx.AsyncClient) -> None:
    await stelle(person, "bewohnerparkausweis")
    offen = await fall_von(amt)
    assert offen["art"] == "leistung"
    fall = (await amt.get(f"{VORGAENGE}/{offen['id']}")).json()
    assert fall["gegenstand"]["leistung"] == "bewohnerparkausweis"
    assert fall["gegenstand"]["antworten"]["person"]["familienname"] == "Probe"
    assert fall["gegenstand"]["bestaetigung"] is fall["gegenstand"]["zustaendigkeit"] is None
    assert _termin(fall) - datetime.now(ORTSZEIT).date() == timedelta(days=14)


async def test_what_another_body_decides_says_to_whom_it_goes(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    schule = ALLE["schuelerticket"]()["schule"] | {"traeger": "kreis"}
    await stelle(person, "schuelerticket", schule=schule)
    assert (await fall_von(amt))["zustaendig"] == "Antragsannahme: Abgabe an Kreis Paderborn"


async def test_granting_closes_the_case_with_a_letter_to_the_applicant(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, archivtauglich: Callable[[bytes], None]
) -> None:
    antrag = await stelle(person, "bewohnerparkausweis")
    fall = await fall_von(amt)
    ort, eingabe = (
        f"{VORGAENGE}/{fall['id']}/bewilligen",
        {"text": "Sie bekommen den Ersatz.\n\nGültig ab heute."},
    )
    antworten = await asyncio.gather(*(amt.post(ort, json=eingabe) for _ in range(4)))
    assert {antwort.status_code for antwort in antworten} == {200}, antworten[0].text
    assert {antwort.json()["zustand"] for antwort in antworten} == {"erledigt"}
    bescheid = await person.get(f"{ANTRAEGE}/{antrag['id']}/bescheid")
    assert bescheid.status_code == 200
    archivtauglich(bescheid.content)
    text = gelesen(bescheid.content)
    for satz in (
        "Petra Probe",
        "Rathausplatz 1",
        "33098 Paderborn",
        "Bewilligung: Bewohnerparkausweis",
        "Gültig",
    ):
        assert satz in text
    assert "Rechtsbehelfsbelehrung" not in text
    anderer = await amt.post(ort, json={"text": "Etwas anderes"})
    assert (anderer.status_code, anderer.json()["code"]) == (409, "vorgang_erledigt")
    async with transaktion(gemeinde=PADERBORN) as session:
        ereignisse = [eintrag.ereignis for eintrag in await akte.historie(session, UUID(fall["id"]))]
    assert ereignisse == ["vorgang_eroeffnet", "vorgang_erledigt", "vorgang_entschieden", "dokument_abgelegt"]


async def test_a_part_that_is_refused_has_reasons_and_a_remedy(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    antrag = await stelle(person, "bewohnerparkausweis")
    fall = await fall_von(amt)
    eingabe = {
        "text": "Sie bekommen den Ausweis für ein Jahr.",
        "gruende": "Zwei Jahre sind nicht vorgesehen.",
    }
    assert (await amt.post(f"{VORGAENGE}/{fall['id']}/bewilligen", json=eingabe)).status_code == 200
    text = gelesen((await person.get(f"{ANTRAEGE}/{antrag['id']}/bescheid")).content)
    assert "Zwei Jahre sind nicht vorgesehen." in text
    assert "Verwaltungsgericht Minden" in " ".join(text.split())


async def test_a_refusal_gives_reasons_and_the_remedy(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    antrag = await stelle(person, "bewohnerparkausweis")
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    assert (await amt.post(f"{ort}/ablehnen", json={"text": "Nein."})).status_code == 422
    assert (await amt.post(f"{ort}/ablehnen", json=NEIN | {"text": "Nein 😀"})).status_code == 422
    erste = await amt.post(f"{ort}/ablehnen", json=NEIN)
    assert (erste.status_code, erste.json()["zustand"]) == (200, "abgelehnt"), erste.text
    assert (await amt.post(f"{ort}/ablehnen", json=NEIN)).json() == erste.json()
    # The reason stands in the letter, not where every list of cases shows it.
    assert erste.json()["entscheidung"] is None
    text = " ".join(gelesen((await person.get(f"{ANTRAEGE}/{antrag['id']}/bescheid")).content).split())
    assert "Sie wohnen nicht in dem Gebiet." in text
    assert "Klage beim Verwaltungsgericht Minden" in text
    spaet = await amt.post(f"{ort}/bewilligen", json={"text": "Doch."})
    assert (spaet.status_code, spaet.json()["code"]) == (409, "vorgang_abgelehnt")


async def test_the_applicant_is_told_by_an_email_that_says_nothing(
    person: httpx.AsyncClient,
    amt: httpx.AsyncClient,
    datenbank: Zugang,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AMT_SMTP_URL", "smtps://localhost:1")
    monkeypatch.setenv("AMT_SMTP_ABSENDER", "amt@probe.example")
    settings.cache_clear()
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute(
        'UPDATE nutzerkonto SET angaben = angaben || \'{"email": "petra@probe.example"}\' '
        "WHERE art = 'person'"
    )
    await stelle(person, "teilhabe")
    fall = await fall_von(amt)
    assert (await amt.post(f"{VORGAENGE}/{fall['id']}/ablehnen", json=NEIN)).status_code == 200
    [zeile] = await eigentuemer.fetch("SELECT stelle, grundlage::text FROM sendung WHERE art = 'hinweis'")
    await eigentuemer.close()
    assert zeile["stelle"] == "person"
    assert "petra@probe.example" in zeile["grundlage"]
    assert "Probe," not in zeile["grundlage"]
    monkeypatch.undo()
    settings.cache_clear()


async def test_nobody_else_reads_the_letter(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    antrag = await stelle(person, "bewohnerparkausweis")
    assert (await person.get(f"{ANTRAEGE}/{antrag['id']}/bescheid")).status_code == 404
    await amt.post(f"{VORGAENGE}/{(await fall_von(amt))['id']}/ablehnen", json=NEIN)
    assert (await (await logge_ein()).get(f"{ANTRAEGE}/{antrag['id']}/bescheid")).status_code == 404


async def test_a_notice_is_not_granted_and_an_application_not_certified(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, melde_an: Anmelden
) -> None:
    portal = await melde_an("einreichen")
    anzeige = (await portal.post("/api/v1/gewerbeanzeigen", json=zu_pruefen())).json()
    ort = f"{VORGAENGE}/{anzeige['anzeigen'][0]['vorgang_id']}"
    for weg, eingabe in (("bewilligen", {"text": "Ja"}), ("zustaendigkeit", None), ("weiterleiten", WEITER)):
        antwort = await amt.post(f"{ort}/{weg}", json=eingabe)
        assert (antwort.status_code, antwort.json()["code"]) == (409, "nicht_entscheidbar"), weg
    await amt.post(f"{ort}/zurueckweisen", json={"grund": "Angaben fehlen."})
    await stelle(person, "bewohnerparkausweis")
    antwort = await amt.post(f"{VORGAENGE}/{(await fall_von(amt))['id']}/bescheinigen")
    assert (antwort.status_code, antwort.json()["code"]) == (409, "nicht_bescheinigbar")


async def test_another_town_decides_nothing(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    await stelle(person, "teilhabe")
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    fremd = await logge_ein(rolle(Rolle.LEITUNG, gemeinde=BIELEFELD))
    for weg, eingabe in (
        ("bewilligen", {"text": "Ja"}),
        ("ablehnen", NEIN),
        ("zustaendigkeit", None),
        ("weiterleiten", WEITER),
    ):
        assert (await fremd.post(f"{ort}/{weg}", json=eingabe)).status_code == 404
    for weg in ("besonderes", "dokumente"):
        assert (await fremd.get(f"{ort}/{weg}")).status_code == 404


async def test_whoever_is_competent_has_three_weeks_from_receipt(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    await stelle(person, "teilhabe")
    fall = await fall_von(amt)
    heute = datetime.now(ORTSZEIT).date()
    assert _termin(fall) == heute + timedelta(days=14)
    behalten = (await amt.post(f"{VORGAENGE}/{fall['id']}/zustaendigkeit")).json()
    assert _termin(behalten) == heute + timedelta(days=21)
    assert behalten["gegenstand"]["zustaendigkeit"]["ergebnis"] == "behalten"
    assert (await amt.post(f"{VORGAENGE}/{fall['id']}/zustaendigkeit")).json() == behalten
    antwort = await amt.post(f"{VORGAENGE}/{fall['id']}/weiterleiten", json=WEITER)
    assert (antwort.status_code, antwort.json()["code"]) == (409, "zustaendigkeit_geklaert")


async def test_an_expert_opinion_starts_two_weeks_of_its_own(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, datenbank: Zugang
) -> None:
    await stelle(person, "teilhabe")
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    heute = datetime.now(ORTSZEIT).date()
    await _verschiebe(datenbank, timedelta(days=10))
    for schluessel, bis in (("gutachten", 14), ("mehrere_traeger", 32), ("entscheidung", 11)):
        fall = (await amt.post(f"{ort}/fristen/{schluessel}")).json()
        assert _termin(fall) == heute + timedelta(days=bis), schluessel
    antwort = await amt.post(f"{ort}/fristen/erstattung")
    assert (antwort.status_code, antwort.json()["code"]) == (404, "frist_unbekannt")
    await amt.post(f"{ort}/ablehnen", json=NEIN)
    antwort = await amt.post(f"{ort}/fristen/gutachten")
    assert (antwort.status_code, antwort.json()["code"]) == (409, "vorgang_abgelehnt")


async def test_forwarding_closes_the_case_and_tells_the_applicant(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, datenbank: Zugang
) -> None:
    antrag = await stelle(person, "teilhabe")
    fall = await fall_von(amt)
    await _verschiebe(datenbank, timedelta(days=13))
    weiter = await amt.post(f"{VORGAENGE}/{fall['id']}/weiterleiten", json=WEITER)
    assert (weiter.status_code, weiter.json()["zustand"]) == (200, "weitergeleitet"), weiter.text
    assert weiter.json()["gegenstand"]["zustaendigkeit"]["traeger"] == WEITER["traeger"]
    text = " ".join(gelesen((await person.get(f"{ANTRAEGE}/{antrag['id']}/bescheid")).content).split())
    assert "an Landschaftsverband Westfalen-Lippe weitergeleitet" in text
    assert "Rechtsbehelfsbelehrung" not in text
    assert (await amt.post(f"{VORGAENGE}/{fall['id']}/weiterleiten", json=WEITER)).json() == weiter.json()
    noch_einmal = await amt.post(f"{VORGAENGE}/{fall['id']}/weiterleiten", json=WEITER | {"traeger": "LVR"})
    assert (noch_einmal.status_code, noch_einmal.json()["code"]) == (409, "vorgang_weitergeleitet")


async def test_after_two_weeks_the_town_has_to_provide(
    person: httpx.AsyncClient, amt: httpx.AsyncClient, datenbank: Zugang
) -> None:
    await stelle(person, "teilhabe")
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    # Christmas and weekends can put the end off by a few days; three weeks are over in any case.
    await _verschiebe(datenbank, timedelta(days=21))
    fall = (await amt.get(ort)).json()
    assert fall["gegenstand"]["zustaendigkeit"]["ergebnis"] == "verfestigt"
    antwort = await amt.post(f"{ort}/weiterleiten", json=WEITER)
    assert (antwort.status_code, antwort.json()["code"]) == (409, "zustaendigkeit_verfestigt")
    assert (await amt.post(f"{ort}/bewilligen", json={"text": "Ja."})).status_code == 200


async def test_the_clock_is_for_rehabilitation_alone(
    person: httpx.AsyncClient, amt: httpx.AsyncClient
) -> None:
    await stelle(person, "bewohnerparkausweis")
    ort = f"{VORGAENGE}/{(await fall_von(amt))['id']}"
    for weg, eingabe in (("zustaendigkeit", None), ("weiterleiten", WEITER)):
        antwort = await amt.post(f"{ort}/{weg}", json=eingabe)
        assert (antwort.status_code, antwort.json()["code"]) == (409, "keine_zustaendigkeitsklaerung")


@pytest.mark.parametrize(
    ("eingang", "ende"),
    [
        # Monday, 2 November 2026: the fourteenth day is Monday the 16th, to its end.
        ("2026-11-02T10:00:00+01:00", "2026-11-17T00:00:00+01:00"),
        # The first minute of a day and its last count alike.
        ("2026-11-02T00:00:00+01:00", "2026-11-17T00:00:00+01:00"),
        ("2026-11-02T23:59:59+01:00", "2026-11-17T00:00:00+01:00"),
        # A Saturday: Monday (§ 26 Abs. 3 SGB X).
        ("2026-11-07T10:00:00+01:00", "2026-11-24T00:00:00+01:00"),
        # Christmas Day falls on a Friday: the Monday after the second holiday and Sunday.
        ("2026-12-11T10:00:00+01:00", "2026-12-29T00:00:00+01:00"),
        # Over the change of clocks.
        ("2026-10-19T10:00:00+02:00", "2026-11-03T00:00:00+01:00"),
    ],
)
def test_the_two_weeks_end_with_a_working_day(eingang: str, ende: str) -> None:
    assert klaerungsende(datetime.fromisoformat(eingang)) == datetime.fromisoformat(ende)


def test_every_town_has_a_court() -> None:
    gerichte = {verwaltungsgericht(ort.ags) for ort in alle_gemeinden()}
    assert gerichte == {"Aachen", "Arnsberg", "Düsseldorf", "Gelsenkirchen", "Köln", "Minden", "Münster"}
    assert "Widerspruch" in rechtsbehelf("sozial", ags=PADERBORN, behoerde="Stadt Paderborn")
