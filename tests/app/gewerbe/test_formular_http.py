"""A trade form over the interface: from answers to certificates, and into the office's file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text

from app.akte import service as akte
from app.db.sitzung import ALLE, transaktion
from app.gewerbe.feld import Form
from app.gewerbe.models import Gewerbeanzeige
from app.konto import konten
from app.settings import settings
from app.versand.models import Sendung
from tests.app.conftest import Anmelden, Einloggen, Stadt
from tests.app.gewerbe.formulargang import FORMULARE, PADERBORN, Wunsch, gehe

ANTRAEGE, ENTWUERFE = "/api/v1/antraege", "/api/v1/entwuerfe"
PUNKT = Path(__file__).parents[1] / "antraege" / "punkt.png"

GBR = {
    "inhaberart": "personengesellschaft",
    "betrieb.rechtsform": "270",
    "betrieb.anzahl_beteiligte": 3,
    "gesellschafter.0.familienname": "Ahorn",
    "gesellschafter.1.familienname": "Buche",
    "gesellschafter.2.familienname": "Citrus",
}


def antworten(form: Form, **wuensche: Any) -> dict[str, Any]:
    """Answers that can be sent on any day: what begins, begins tomorrow."""
    morgen = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    tage = dict.fromkeys(("beginn", "aenderung", "aufgabe"), morgen)
    return gehe(form, Wunsch({**tage, **wuensche}, {"gesellschafter": 3}))


async def gestellt(wer: httpx.AsyncClient, form: Form, werte: dict[str, Any], **kopf: str) -> httpx.Response:
    """The answer to sending them without a draft."""
    return await wer.post(
        ANTRAEGE,
        json={
            "leistung": FORMULARE[form],
            "ags": PADERBORN,
            "antworten": werte,
            "kenntnis": True,
            "sprache": "de",
        },
        headers={"Idempotency-Key": str(uuid4()), **kopf},
    )


@pytest.mark.parametrize("form", ["A1", "A2", "A3"])
async def test_a_sole_trader_is_certified_at_once(form: Form, stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt()
    wer = await logge_ein()
    antwort = await gestellt(wer, form, antworten(form))
    assert antwort.status_code == 201, antwort.text
    antrag = antwort.json()
    [fall] = antrag["faelle"]
    assert fall["zustand"] == "erledigt"
    anzeige = (await wer.get(f"/api/v1/gewerbeanzeigen/{antrag['id']}")).json()
    assert anzeige["eingangsnummer"] == antrag["eingangsnummer"]
    assert anzeige["zustand"] == "bescheinigt"
    assert anzeige["anzeigen"][0]["form"] == form
    assert any(zeile["stelle"].startswith("ihk") for zeile in anzeige["empfaenger"])


async def test_a_gbr_of_three_has_one_receipt_and_three_certificates(
    stadt: Stadt, logge_ein: Einloggen
) -> None:
    await stadt()
    wer = await logge_ein()
    schluessel = {"Idempotency-Key": "gbr"}
    werte = antworten("A1", **GBR)
    antrag = (await gestellt(wer, "A1", werte, **schluessel)).json()
    assert len(antrag["faelle"]) == 3
    stand = (await wer.get(f"/api/v1/gewerbeanzeigen/{antrag['id']}")).json()
    assert (stand["eingangsnummer"], stand["zustand"]) == (antrag["eingangsnummer"], "bescheinigt")
    assert len({anzeige["bescheinigung"]["pruefcode"] for anzeige in stand["anzeigen"]}) == 3
    assert len({anzeige["aktenzeichen"] for anzeige in stand["anzeigen"]}) == 3
    nochmal = await gestellt(wer, "A1", werte, **schluessel)
    assert nochmal.json()["eingangsnummer"] == antrag["eingangsnummer"]


async def test_the_desk_reads_the_notice_and_the_answers(
    stadt: Stadt, logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    await stadt()
    antrag = (await gestellt(await logge_ein(), "A1", antworten("A1", erlaubnis_noetig="unklar"))).json()
    [fall] = antrag["faelle"]
    assert fall["zustand"] == "in_pruefung"
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    vorgang = (await amt.get(f"/api/v1/vorgaenge/{fall['id']}")).json()
    assert {befund["rule"] for befund in vorgang["befunde"]} == {"FORMULAR-ERLAUBNIS-UNKLAR"}
    assert vorgang["gegenstand"]["anzeige"]["personen"][0]["funktion"] == "inhaber"
    async with transaktion(gemeinde=PADERBORN) as session:
        dokumente = await akte.dokumente(session, antrag_id=antrag["id"], vorgang_id=fall["id"])
    assert {eines.dateiname for eines in dokumente} >= {"einreichung.json", "einreichung.xml"}
    fertig = await amt.post(f"/api/v1/vorgaenge/{fall['id']}/bescheinigen")
    assert fertig.status_code == 200, fertig.text


async def test_a_power_of_attorney_is_uploaded_and_looked_at(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt()
    wer = await logge_ein()
    entwurf = (await wer.post(ENTWUERFE, json={"leistung": FORMULARE["A1"], "ags": PADERBORN})).json()
    pfad = f"{ENTWUERFE}/{entwurf['id']}"
    werte = antworten("A1", auftrag="vollmacht")
    stand = await wer.put(pfad, json={"antworten": werte, "fassung": entwurf["fassung"]})
    assert stand.status_code == 200, stand.text
    senden = {"kenntnis": True, "sprache": "de"}
    ohne = await wer.post(f"{pfad}/einreichung", json=senden)
    assert ohne.status_code == 422
    assert {fehler["pointer"] for fehler in ohne.json()["errors"]} == {"/nachweise/vollmacht"}
    datei = ("vollmacht.png", PUNKT.read_bytes(), "image/png")
    hoch = await wer.post(f"{pfad}/anlagen", data={"nachweis": "vollmacht"}, files={"datei": datei})
    assert hoch.status_code == 201, hoch.text
    antrag = (await wer.post(f"{pfad}/einreichung", json=senden)).json()
    [fall] = antrag["faelle"]
    assert fall["zustand"] == "in_pruefung"
    async with transaktion(gemeinde=PADERBORN) as session:
        dokumente = await akte.dokumente(session, antrag_id=antrag["id"], vorgang_id=fall["id"])
    assert "vollmacht" in {eines.art for eines in dokumente}


@pytest.mark.parametrize(("grundlage", "zustand"), [("vollmacht", "in_pruefung"), ("gesetzlich", "erledigt")])
async def test_who_acts_for_another_by_the_account_is_looked_at_too(
    stadt: Stadt, logge_ein: Einloggen, grundlage: str, zustand: str
) -> None:
    await stadt()
    wer = await logge_ein(subjekt="anna")
    async with transaktion(gemeinde="*") as session:
        konto_id = await session.scalar(text("SELECT id FROM nutzerkonto"))
        sitzung_id = await session.scalar(text("SELECT id FROM websitzung"))
    async with transaktion(person=str(konto_id)) as session:
        vertretung = await konten.lege_vertretung_an(
            session, konto_id, art="organisation", name="Bäckerei Probe", grundlage=grundlage
        )
        assert await konten.handle_fuer(session, sitzung_id, konto_id, vertretung.id)
    entwurf = (await wer.post(ENTWUERFE, json={"leistung": FORMULARE["A1"], "ags": PADERBORN})).json()
    pfad = f"{ENTWUERFE}/{entwurf['id']}"
    await wer.put(pfad, json={"antworten": antworten("A1"), "fassung": entwurf["fassung"]})
    datei = ("vollmacht.png", PUNKT.read_bytes(), "image/png")
    await wer.post(f"{pfad}/anlagen", data={"nachweis": "vollmacht"}, files={"datei": datei})
    antrag = await wer.post(f"{pfad}/einreichung", json={"kenntnis": True, "sprache": "de"})
    assert antrag.status_code == 201, antrag.text
    assert [fall["zustand"] for fall in antrag.json()["faelle"]] == [zustand]


async def test_what_contradicts_itself_is_refused_at_its_question(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt()
    wer = await logge_ein()
    werte = antworten("A1", **{"inhaber.geburtsdatum": "1900-02-01"})
    antwort = await gestellt(wer, "A1", werte)
    assert (antwort.status_code, antwort.json()["code"]) == (422, "antrag_unvollstaendig")
    [fehler] = antwort.json()["errors"]
    assert (fehler["pointer"], fehler["rule"]) == ("/inhaber/geburtsdatum", "PLA-GEBURTSDATUM")
    assert set(fehler["text"]) == {"de", "en", "leicht"}


async def test_activities_are_found_by_what_people_call_them(client: httpx.AsyncClient) -> None:
    antwort = (await client.get("/api/v1/wz", params={"suche": "coffee shop", "sprache": "en"})).json()
    assert antwort["zweige"][0] == {"code": "56104", "titel": "Cafés"}
    assert (await client.get("/api/v1/wz", params={"suche": "?"})).json() == {"zweige": []}
    assert (await client.get("/api/v1/wz", params={"suche": "x" * 201})).status_code == 422


async def test_what_the_office_decides_her_applicant_is_told_once_and_without_content(
    stadt: Stadt, logge_ein: Einloggen, melde_an: Anmelden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Certified, corrected, withdrawn, refused: she is not in front of the screen when it happens."""
    monkeypatch.setenv("AMT_SMTP_URL", "smtps://localhost:1")
    monkeypatch.setenv("AMT_SMTP_ABSENDER", "amt@probe.example")
    settings.cache_clear()
    await stadt()
    wer = await logge_ein()
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            text('UPDATE nutzerkonto SET angaben = angaben || \'{"email": "petra@probe.example"}\'')
        )

    async def briefe() -> int:
        async with transaktion(gemeinde=ALLE) as session:
            hinweise = list(await session.scalars(select(Sendung).filter_by(art="hinweis")))
        assert {eine.grundlage["optionen"]["an"] for eine in hinweise} <= {"petra@probe.example"}
        return len(hinweise)

    async def sage(weg: str, eingabe: dict[str, Any] | None, *, mal: int = 2) -> None:
        for _ in range(mal):
            antwort = await amt.post(weg, json=eingabe, headers={"Idempotency-Key": weg})
            assert antwort.is_success, antwort.text

    try:
        await gestellt(wer, "A1", antworten("A1"))
        assert await briefe() == 0, "certified at once: she sees it"
        unklar = antworten("A1", erlaubnis_noetig="unklar")
        antrag = (await gestellt(wer, "A1", unklar)).json()
        assert await briefe() == 0
        await sage(f"/api/v1/vorgaenge/{antrag['faelle'][0]['id']}/bescheinigen", None)
        assert await briefe() == 1
        [anzeige] = (await wer.get(f"/api/v1/gewerbeanzeigen/{antrag['id']}")).json()["anzeigen"]
        async with transaktion(gemeinde=ALLE) as session:
            daten = (await session.get_one(Gewerbeanzeige, UUID(anzeige["id"]))).daten
        ort = f"/api/v1/gewerbeanzeigen/{anzeige['id']}"
        await sage(f"{ort}/berichtigungen", daten | {"nebenerwerb": not daten["nebenerwerb"]})
        assert await briefe() == 2
        await sage(f"{ort}/widerruf", {"grund": "Doppelt erstattet"})
        assert await briefe() == 3
        andere = (await gestellt(wer, "A1", unklar)).json()
        fall = andere["faelle"][0]["id"]
        await sage(f"/api/v1/vorgaenge/{fall}/zurueckweisen", {"grund": "Angaben fehlen."})
        assert await briefe() == 4
    finally:
        monkeypatch.undo()
        settings.cache_clear()
