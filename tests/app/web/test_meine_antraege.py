"""One's own applications on pages: the way, messages, documents, who got what, withdrawing."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from app.db.sitzung import transaktion
from app.konto.rollen import Rolle
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from app.mitteilungen import service as mitteilungen
from app.worker import arbeite_einmal
from tests.app.antraege.dateien import pdf
from tests.app.conftest import Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung, zu_pruefen

HTML = {"Accept": "text/html"}


async def _zeige_an(browser: httpx.AsyncClient, anzeige: dict[str, object]) -> dict[str, object]:
    antwort = await browser.post(
        "/api/v1/gewerbeanzeigen", json=anzeige, headers={"Idempotency-Key": str(uuid4())}
    )
    assert antwort.status_code == 201, antwort.text
    einreichung: dict[str, object] = antwort.json()
    return einreichung


async def _seite(browser: httpx.AsyncClient, pfad: str, status: int = 200) -> str:
    antwort = await browser.get(pfad, headers=HTML)
    assert antwort.status_code == status, antwort.text
    return antwort.text


async def _sende(browser: httpx.AsyncClient, pfad: str, **felder: str) -> httpx.Response:
    return await browser.post(pfad, data={CSRF_FELD: browser.headers[CSRF_KOPF], **felder}, headers=HTML)


async def test_the_way_of_a_certified_notice(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    person = await logge_ein()
    einreichung = await _zeige_an(person, anmeldung())
    await arbeite_einmal()
    pfad = f"/konto/antraege/{einreichung['id']}"
    assert f'href="{pfad}"' in await _seite(person, "/konto")
    seite = await _seite(person, pfad)
    assert str(einreichung["eingangsnummer"]) in seite
    assert seite.count("spur__station--fertig") >= 3
    assert "Bescheinigt" in seite
    assert "IHK Ostwestfalen zu Bielefeld" in seite
    assert "liegt zum Abholen bereit" in seite
    schein = re.search(r'href="(/api/v1/gewerbeanzeigen/[^"]+/bescheinigungen/[^"]+)"', seite)
    assert schein is not None
    assert (await person.get(schein[1])).content.startswith(b"%PDF")
    assert "/zuruecknehmen" not in seite


async def test_the_cockpit_shows_each_body_what_it_got_and_no_more(
    stadt: Stadt, logge_ein: Einloggen
) -> None:
    await stadt(PADERBORN)
    person = await logge_ein()
    einreichung = await _zeige_an(person, anmeldung())
    await arbeite_einmal()
    seite = await _seite(person, f"/konto/antraege/{einreichung['id']}/daten")
    abschnitte = seite.split('<section aria-labelledby="stelle-')[1:]
    eichamt = next(einer for einer in abschnitte if "Eich" in einer)
    ihk = next(einer for einer in abschnitte if "IHK" in einer)
    # Field 8 (date of birth) goes to the chamber and not to the office of weights and measures.
    assert "17.04.1985" in ihk
    assert "17.04.1985" not in eichamt
    assert "§ 3" in ihk
    nachricht = re.search(r'href="([^"]+/daten/[0-9a-f-]{36})"', ihk)
    assert nachricht is not None
    gesendet = await _seite(person, nachricht[1])
    assert "ihk.gewerbemeldung" in gesendet
    assert "Musterfrau" in gesendet


async def test_messages_with_a_file_and_their_faults(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    person = await logge_ein()
    einreichung = await _zeige_an(person, zu_pruefen())
    antrag_id = UUID(str(einreichung["id"]))
    pfad = f"/konto/antraege/{antrag_id}"
    async with transaktion(gemeinde=PADERBORN) as session:
        await mitteilungen.schreibe_an_person(
            session,
            antrag_id,
            "Bitte die <Erlaubnis> nachreichen.",
            ags=PADERBORN,
            vorgang_id=UUID(einreichung["anzeigen"][0]["vorgang_id"]),  # type: ignore[index]
            durch=uuid4(),
        )
    assert "Neue Nachrichten vom Amt: 1" in await _seite(person, pfad)
    assert "Bitte die &lt;Erlaubnis&gt; nachreichen." in await _seite(person, f"{pfad}/nachrichten")
    assert "Neue Nachrichten" not in await _seite(person, pfad)

    formular = {CSRF_FELD: person.headers[CSRF_KOPF], "text": "Anbei die Erlaubnis."}
    datei = ("erlaubnis.pdf", pdf(), "application/pdf")
    gesendet = await person.post(f"{pfad}/nachrichten", data=formular, files={"datei": datei}, headers=HTML)
    assert gesendet.status_code == 303, gesendet.text
    seite = await _seite(person, f"{pfad}/nachrichten")
    assert "Anbei die Erlaubnis." in seite
    anhang = re.search(rf'href="({pfad}/nachrichten/[0-9a-f-]{{36}})"', seite)
    assert anhang is not None
    assert (await person.get(anhang[1])).content == pdf()

    leer = await person.post(
        f"{pfad}/nachrichten", data={**formular, "text": " "}, files={"datei": datei}, headers=HTML
    )
    assert leer.status_code == 422
    assert 'href="#text"' in leer.text
    assert 'aria-invalid="true"' in leer.text
    schlecht = await person.post(
        f"{pfad}/nachrichten",
        data={**formular, "text": "Bleibt stehen"},
        files={"datei": ("a.pdf", b"MZ no pdf", "application/pdf")},
        headers=HTML,
    )
    assert schlecht.status_code in {413, 415, 422}
    assert 'href="#datei"' in schlecht.text
    assert "Bleibt stehen" in schlecht.text
    ohne = await person.post(f"{pfad}/nachrichten", data={"text": "x"}, files={"datei": datei}, headers=HTML)
    assert ohne.status_code == 403


async def test_the_copy_of_the_account_holds_drafts_and_messages(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    person = await logge_ein()
    einreichung = await _zeige_an(person, zu_pruefen())
    formular = {CSRF_FELD: person.headers[CSRF_KOPF], "text": "Wie lange dauert es?"}
    pfad = f"/konto/antraege/{einreichung['id']}/nachrichten"
    await person.post(pfad, data=formular, files={"datei": ("", b"")}, headers=HTML)
    beginn = {"leistung": "meldebescheinigung", "ags": PADERBORN}
    entwurf = await person.post("/api/v1/entwuerfe", json=beginn)
    assert entwurf.status_code == 201, entwurf.text
    kopie = (await person.get("/konto/angaben.json")).json()
    assert [eine["text"] for eine in kopie["mitteilungen"]] == ["Wie lange dauert es?"]
    assert [einer["leistung"] for einer in kopie["entwuerfe"]] == ["meldebescheinigung"]
    konto = await _seite(person, "/konto")
    assert f'href="/antrag/{entwurf.json()["id"]}"' in konto
    weg = await _sende(person, f"/konto/entwuerfe/{entwurf.json()['id']}/verwerfen")
    assert weg.status_code == 303
    assert "Meldebescheinigung" not in await _seite(person, "/konto")


async def test_withdrawn_while_nothing_is_decided(stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    person = await logge_ein()
    einreichung = await _zeige_an(person, zu_pruefen())
    pfad = f"/konto/antraege/{einreichung['id']}"
    assert f"{pfad}/zuruecknehmen" in await _seite(person, pfad)
    ohne_haken = await _sende(person, f"{pfad}/zuruecknehmen")
    assert ohne_haken.status_code == 422
    assert 'href="#ja"' in ohne_haken.text
    mit = await _sende(person, f"{pfad}/zuruecknehmen", ja="ja")
    assert mit.status_code == 303
    seite = await _seite(person, pfad)
    assert "Von Ihnen zurückgenommen" in seite
    assert "/zuruecknehmen" not in seite
    clerk = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    vorgang_id = einreichung["anzeigen"][0]["vorgang_id"]  # type: ignore[index]
    assert (await clerk.post(f"/api/v1/vorgaenge/{vorgang_id}/bescheinigen")).status_code == 409


@pytest.mark.parametrize(
    "unter",
    ["", "/nachrichten", "/daten", f"/daten/{UUID(int=7)}", "/zuruecknehmen", f"/dokumente/{UUID(int=7)}"],
)
async def test_nobody_sees_those_of_others(stadt: Stadt, logge_ein: Einloggen, unter: str) -> None:
    await stadt(PADERBORN)
    einreichung = await _zeige_an(await logge_ein(subjekt="eine"), zu_pruefen())
    fremd = await logge_ein(subjekt="andere")
    await _seite(fremd, f"/konto/antraege/{einreichung['id']}{unter}", 404)
