"""One's own account: what is shown, copied and deleted; for whom one acts; what one's office shows."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.db.sitzung import ALLE, transaktion
from app.demo.beispiele import beispiele
from app.demo.einrichtung import Zugaenge, richte_staedte_ein
from app.demo.kunde import Kunde
from app.konto import konten, sitzungen
from app.konto.identitaet import Kontoart
from app.konto.rollen import Rolle
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from app.vorgaenge.service import ORTSZEIT
from app.web.geraet import geraet
from app.worker import arbeite_einmal
from tests.app.conftest import Einloggen, rolle

HTML = {"Accept": "text/html"}
FIRMA = {"tun": "hinzufuegen", "art": "organisation", "name": "Probe GmbH", "grundlage": "vollmacht"}


async def _sende(browser: httpx.AsyncClient, pfad: str, **felder: str) -> httpx.Response:
    return await browser.post(pfad, data={CSRF_FELD: browser.headers[CSRF_KOPF], **felder}, headers=HTML)


async def _konto(browser: httpx.AsyncClient) -> UUID:
    async with transaktion() as session:
        angemeldet = await sitzungen.lies(session, browser.cookies["amt"])
    assert angemeldet is not None
    return angemeldet.konto_id


async def test_the_copy_holds_what_is_stored(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    await _sende(browser, "/konto/vertretungen", **FIRMA)
    antwort = await browser.get("/konto/angaben.json")
    assert antwort.headers["content-disposition"] == 'attachment; filename="konto.json"'
    kopie = json.loads(antwort.text)
    assert kopie["konto"]["angaben"] == {"vornamen": "Petra", "familienname": "Probe"}
    assert kopie["vertretungen"][0]["vertreten"] == {"art": "organisation", "name": "Probe GmbH"}
    assert [eine["geraet"] for eine in kopie["sitzungen"]] == ["Probe"]
    assert kopie["einreichungen"] == kopie["einsichten"] == []
    # Every column of the account is in it, but for what only this house knows.
    async with transaktion(gemeinde=ALLE) as session:
        zeile = (await session.execute(text("SELECT * FROM nutzerkonto"))).mappings().one()
    genannt = {"kennung_beim_anbieter": "subjekt", "vertrauensniveau": "niveau"}
    genannt |= {"zuletzt_angemeldet_am": "angemeldet_am"}
    assert {genannt.get(n, n) for n in kopie["konto"]} == set(zeile) - {"geloescht_am"}


async def test_deleting_wants_to_be_confirmed(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    antwort = await _sende(browser, "/konto/loeschen")
    assert antwort.status_code == 422
    assert 'href="#ja"' in antwort.text
    assert (await browser.get("/konto")).status_code == 200


async def test_nothing_of_a_deleted_account_is_left_but_an_empty_row(logge_ein: Einloggen) -> None:
    browser, zweiter = await logge_ein(subjekt="bpk-petra"), await logge_ein(subjekt="bpk-petra")
    bleibt = await logge_ein()
    konto_id = await _konto(browser)
    await _sende(browser, "/konto/vertretungen", **FIRMA)
    antwort = await _sende(browser, "/konto/loeschen", ja="ja")
    assert antwort.status_code == 200
    assert "Ihr Konto ist gelöscht" in antwort.text
    for einer in (browser, zweiter):
        assert (await einer.get("/konto", headers=HTML)).status_code == 303
    assert (await bleibt.get("/konto", headers=HTML)).status_code == 200
    async with transaktion(gemeinde=ALLE) as session:
        suche = "SELECT coalesce(string_agg({0}::text, ''), '') FROM {0} WHERE {1} = :konto"
        reste = [
            (await session.execute(text(suche.format(tabelle, spalte)), {"konto": konto_id})).scalar_one()
            for tabelle, spalte in (
                ("nutzerkonto", "id"),
                ("vertretung", "konto_id"),
                ("websitzung", "konto_id"),
            )
        ]
    assert reste[0]
    for verschwunden in ("Petra", "bpk-petra", "Probe GmbH", "Firefox"):
        assert verschwunden not in "".join(reste)


async def test_who_comes_back_gets_a_new_account(logge_ein: Einloggen) -> None:
    browser = await logge_ein(subjekt="bpk-petra")
    frueher = await _konto(browser)
    await _sende(browser, "/konto/loeschen", ja="ja")
    assert await _konto(await logge_ein(subjekt="bpk-petra")) != frueher


async def test_powers_are_added_used_and_ended(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    antwort = await _sende(browser, "/konto/vertretungen", **FIRMA, gilt_bis="31.12.2099")
    assert antwort.status_code == 303
    seite = (await browser.get("/konto/vertretungen")).text
    vertretung = re.search(r'name="vertretung" value="([^"]+)"', seite)
    assert vertretung
    await _sende(browser, "/konto/vertretungen", tun="handeln", vertretung=vertretung[1])
    assert "Sie handeln für Probe GmbH." in (await browser.get("/")).text
    await _sende(browser, "/konto/vertretungen", tun="selbst")
    assert "Sie handeln für" not in (await browser.get("/")).text
    await _sende(browser, "/konto/vertretungen", tun="handeln", vertretung=vertretung[1])
    await _sende(browser, "/konto/vertretungen", tun="beenden", vertretung=vertretung[1])
    seite = (await browser.get("/konto/vertretungen")).text
    assert "Sie handeln für" not in seite
    assert "Probe GmbH" not in seite


async def test_nobody_acts_by_the_power_of_another(logge_ein: Einloggen) -> None:
    browser, fremder = await logge_ein(), await logge_ein()
    await _sende(browser, "/konto/vertretungen", **FIRMA)
    async with transaktion(gemeinde=ALLE) as session:
        vertretung = str((await session.execute(text("SELECT id FROM vertretung"))).scalar_one())
    for kennung in (vertretung, str(uuid4()), "x", ""):
        antwort = await _sende(fremder, "/konto/vertretungen", tun="handeln", vertretung=kennung)
        assert antwort.status_code == 404
    await _sende(fremder, "/konto/vertretungen", tun="beenden", vertretung=vertretung)
    assert "Probe GmbH" in (await browser.get("/konto/vertretungen")).text
    assert "Probe GmbH" not in (await fremder.get("/konto/vertretungen")).text


@pytest.mark.parametrize(
    ("feld", "wert"),
    [
        ("art", "gemeinde"),
        ("name", " "),
        ("name", "x" * 201),
        ("name", "Probe 🎉 GmbH"),
        ("name", "\u202eabc"),
        ("grundlage", "organisationskonto"),
        ("gilt_bis", "1.1.2020"),
        ("gilt_bis", "31.02.2099"),
        ("gilt_bis", "morgen"),
    ],
)
async def test_a_wrong_entry_is_explained_at_its_field(logge_ein: Einloggen, feld: str, wert: str) -> None:
    browser = await logge_ein()
    antwort = await _sende(browser, "/konto/vertretungen", **FIRMA | {feld: wert})
    assert antwort.status_code == 422
    assert f'href="#{feld}"' in antwort.text
    assert f'id="{feld}-fehler"' in antwort.text
    # What was right need not be typed again.
    if feld != "name":
        assert 'value="Probe GmbH"' in antwort.text


async def test_a_power_ends_with_its_last_day(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    konto_id, heute = await _konto(browser), datetime.now(ORTSZEIT).date()
    async with transaktion(person=str(konto_id)) as session:
        neu = await konten.lege_vertretung_an(
            session, konto_id, art="person", name="Max", grundlage="gesetzlich", gilt_bis=heute
        )
        assert neu.gilt_bis is not None
        assert neu.gilt_bis.astimezone(ORTSZEIT).date() == heute + timedelta(days=1)
        with pytest.raises(konten.VertretungUngueltig):
            await konten.lege_vertretung_an(
                session, konto_id, art="person", name="Max", grundlage="gesetzlich", gilt_bis=date(2020, 1, 1)
            )
    await _sende(browser, "/konto/vertretungen", tun="handeln", vertretung=str(neu.id))
    assert "Sie handeln für Max." in (await browser.get("/")).text
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(text("UPDATE vertretung SET gilt_bis = now() - interval '1 second'"))
    assert "Sie handeln für" not in (await browser.get("/")).text


async def test_sessions_are_listed_and_ended(logge_ein: Einloggen) -> None:
    browser, zweiter = await logge_ein(subjekt="p"), await logge_ein(subjekt="p")
    fremder = await logge_ein()
    seite = (await browser.get("/konto/sitzungen")).text
    assert seite.count("kern-card__footer") == 2
    assert (await _sende(browser, "/konto/sitzungen", sitzung="andere")).status_code == 303
    assert (await zweiter.get("/konto", headers=HTML)).status_code == 303
    assert (await fremder.get("/konto", headers=HTML)).status_code == 200
    seite = (await browser.get("/konto/sitzungen?beendet=andere")).text
    assert "Die Sitzung ist beendet." in seite
    diese = re.search(r'name="sitzung" value="([^"]+)"', seite)
    assert diese
    antwort = await _sende(browser, "/konto/sitzungen", sitzung=diese[1])
    assert antwort.headers["location"] == "/abgemeldet"
    assert (await browser.get("/konto", headers=HTML)).status_code == 303


async def test_a_reader_in_the_office_is_seen_by_the_auditor(
    client: httpx.AsyncClient, logge_ein: Einloggen, tmp_path: Path
) -> None:
    await richte_staedte_ein()
    portal = Kunde(client, await Zugaenge(tmp_path).portal())
    beispiel = beispiele(datetime.now(ORTSZEIT).date())[0]
    assert (await portal.reiche_ein(beispiel.als_bytes(), medientyp="application/json")).status_code == 201
    amt = "05774032"
    hand, revision = await logge_ein(rolle(Rolle.SACHBEARBEITUNG)), await logge_ein(rolle(Rolle.REVISION))
    liste = (await hand.get(f"/amt/{amt}/vorgaenge?zustand=erledigt")).text
    assert "Café Paderquell" in liste
    verweis = re.search(rf'href="(/amt/{amt}/vorgaenge/[^"?]+)"', liste)
    assert verweis
    vorgang = (await hand.get(verweis[1])).text
    for stueck in (
        "Erika Maria",
        "weiblich",
        "17.04.1985",
        "Am Probeplatz 3a, 33098 Paderborn",
        "Neugründung",
    ):
        assert stueck in vorgang
    assert "nichts ändern" not in vorgang
    einsicht = (await revision.get(f"/amt/{amt}/einsicht")).text
    assert einsicht.count("Sachbearbeitung") == 1
    assert str(await _konto(hand)) in einsicht
    assert "nichts ändern" in (await revision.get(verweis[1])).text
    assert (await hand.get(f"/amt/{amt}/einsicht", headers=HTML)).status_code == 403
    englisch = (await hand.get(verweis[1], headers={"Accept-Language": "en"})).text
    assert "female" in englisch
    assert "17 April 1985" in englisch


async def test_an_organisation_has_powers_too_and_staff_have_none(logge_ein: Einloggen) -> None:
    firma, hand = await logge_ein(art=Kontoart.ORGANISATION), await logge_ein(rolle(Rolle.LEITUNG))
    assert "/konto/vertretungen" in (await firma.get("/konto")).text
    assert "/konto/vertretungen" not in (await hand.get("/konto")).text


async def test_who_works_in_two_offices_chooses(logge_ein: Einloggen) -> None:
    beides = await logge_ein(rolle(Rolle.LEITUNG), rolle(Rolle.REVISION, gemeinde="05711000"))
    seite = (await beides.get("/amt")).text
    assert 'href="/amt/05774032"' in seite
    assert 'href="/amt/05711000"' in seite
    assert "nichts ändern" in (await beides.get("/amt/05711000")).text
    assert "nichts ändern" not in (await beides.get("/amt/05774032")).text


@pytest.mark.parametrize(
    ("user_agent", "wort"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Safari/537.36 Edg/126",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
        ("<script>", ""),
    ],
)
def test_a_browser_in_two_words(user_agent: str, wort: str) -> None:
    assert geraet(user_agent) == wort


async def test_a_chamber_sees_what_lies_ready_for_it_and_nothing_else(
    client: httpx.AsyncClient, logge_ein: Einloggen, tmp_path: Path
) -> None:
    await richte_staedte_ein()
    portal = Kunde(client, await Zugaenge(tmp_path).portal())
    beispiel = beispiele(datetime.now(ORTSZEIT).date())[0]
    assert (await portal.reiche_ein(beispiel.als_bytes(), medientyp="application/json")).status_code == 201
    await arbeite_einmal()
    for stelle, liegt in (("ihk-ostwestfalen-zu-bielefeld", True), ("ihk-koeln", False)):
        kammer = await logge_ein(rolle(Rolle.KAMMER, stelle=stelle))
        assert f"/amt/{stelle}/postfach" in (await kammer.get(f"/amt/{stelle}")).text
        postfach = (await kammer.get(f"/amt/{stelle}/postfach")).text
        assert ('<td class="kern-table__cell">Paderborn</td>' in postfach) is liegt
        assert "Paderquell" not in postfach
        fremd = "ihk-koeln" if liegt else "ihk-ostwestfalen-zu-bielefeld"
        assert (await kammer.get(f"/amt/{fremd}/postfach", headers=HTML)).status_code == 403
