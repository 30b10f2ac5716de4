"""Each kind of person logs in at the real provider, sees exactly what is theirs, and logs out.

The two towns have one case each; whoever has no right to it meets nothing of it, on pages and interface.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.mandanten import service as mandanten
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung, zu_pruefen
from tests.mensch import Mensch, weiter

pytestmark = pytest.mark.usefixtures("idp_hier")

API = "/api/v1"
IHK = "ihk-ostwestfalen-zu-bielefeld"
BETRIEB = {PADERBORN: "Café Pader", BIELEFELD: "Café Sparren"}


@dataclass(frozen=True)
class Faelle:
    """Notice and case of each town, by AGS."""

    antrag: dict[str, str]
    vorgang: dict[str, str]


@pytest.fixture
async def faelle(stadt: Callable[..., Awaitable[str]], melde_an: Anmelden) -> Faelle:
    portal = await melde_an("einreichen")
    antraege, vorgaenge = {}, {}
    for ags, name in BETRIEB.items():
        await stadt(ags)
        anzeige = zu_pruefen(gemeinde=ags)
        anzeige["betrieb"] |= {"geschaeftsbezeichnung": name}
        antwort = await portal.post(f"{API}/gewerbeanzeigen", json=anzeige)
        assert antwort.status_code == 201, antwort.text
        antraege[ags] = antwort.json()["id"]
        vorgaenge[ags] = antwort.json()["anzeigen"][0]["vorgang_id"]
    return Faelle(antraege, vorgaenge)


async def status(mensch: Mensch, pfad: str, **daten: Any) -> int:
    """What the interface answers: to a GET, or with `json` to a POST, with the form's token."""
    if daten:
        return (await mensch.hier.post(f"{API}{pfad}", headers=mensch.schreibend, **daten)).status_code
    return (await mensch.hier.get(f"{API}{pfad}", headers={"Accept": "application/json"})).status_code


@pytest.mark.parametrize(
    ("anbieter", "person", "name", "niveau"),
    [
        ("bundid", "erika-musterfrau", "Erika Musterfrau", "basis"),
        ("bundid", "can-yilmaz", "Can Yılmaz", "substantiell"),
        ("bundid", "zoe-angstroem", "Zoë Märta Ångström", "hoch"),
        ("servicekonto", "ole-nielsen", "Ole Nielsen", "basis"),
        ("unternehmenskonto", "beispiel-gmbh", "Beispiel Software GmbH", "substantiell"),
    ],
)
async def test_a_citizen_or_firm_sees_its_own_notices_and_no_others(
    mensch: Mensch, faelle: Faelle, anbieter: str, person: str, name: str, niveau: str
) -> None:
    await mensch.meldet_sich_an(anbieter, person)
    antwort = await mensch.hier.post(f"{API}/gewerbeanzeigen", json=anmeldung(), headers=mensch.schreibend)
    assert antwort.status_code == 201, antwort.text
    konto = (await mensch.hier.get("/konto")).text
    assert name in konto
    assert antwort.json()["eingangsnummer"] in konto
    auskunft = (await mensch.hier.get("/konto/angaben.json")).json()
    assert auskunft["konto"]["vertrauensniveau"] == niveau
    assert len(auskunft["einreichungen"]) == 1
    assert await status(mensch, f"/gewerbeanzeigen/{antwort.json()['id']}") == 200
    for ags in BETRIEB:
        assert await status(mensch, f"/gewerbeanzeigen/{faelle.antrag[ags]}") == 404
        assert await status(mensch, f"/vorgaenge/{faelle.vorgang[ags]}") == 403
        assert (await mensch.hier.get(f"/amt/{ags}/vorgaenge")).status_code == 403
    for nichts in ("/vorgaenge", "/postfach/sendungen", "/verwaltung/empfaenger", "/gemeinden", "/einsicht"):
        assert await status(mensch, nichts) == 403, nichts
    assert (await mensch.hier.get("/amt")).status_code == 403


@pytest.mark.parametrize(
    ("anbieter", "person", "eigen", "darf"),
    [
        ("paderborn", "p-sachbearbeitung", PADERBORN, {"lesen", "entscheiden"}),
        ("paderborn", "p-leitung", PADERBORN, {"lesen", "entscheiden", "empfaenger", "gemeinde"}),
        ("paderborn", "p-revision", PADERBORN, {"lesen", "empfaenger", "gemeinde", "einsicht"}),
        ("paderborn", "p-administration", PADERBORN, {"empfaenger", "gemeinde", "klienten"}),
        ("bielefeld", "b-sachbearbeitung", BIELEFELD, {"lesen", "entscheiden"}),
        ("bielefeld", "b-leitung", BIELEFELD, {"lesen", "entscheiden", "empfaenger", "gemeinde"}),
    ],
)
async def test_staff_do_their_task_in_their_town_and_nowhere_else(
    mensch: Mensch, faelle: Faelle, anbieter: str, person: str, eigen: str, darf: set[str]
) -> None:
    antwort = await mensch.meldet_sich_an(anbieter, person, ziel="/amt")
    assert antwort.headers["location"] == "/amt"
    assert (await mensch.hier.get("/amt")).headers["location"] == f"/amt/{eigen}"
    assert (await mensch.hier.get(f"/amt/{eigen}")).status_code == 200

    (fremd,) = set(BETRIEB) - {eigen}
    liste = await mensch.hier.get(f"/amt/{eigen}/vorgaenge")
    assert (liste.status_code == 200) is ("lesen" in darf)
    assert (BETRIEB[eigen] in liste.text) is ("lesen" in darf)
    assert BETRIEB[fremd] not in liste.text
    fall, nachbar = faelle.vorgang[eigen], faelle.vorgang[fremd]
    assert (await mensch.hier.get(f"/amt/{eigen}/vorgaenge/{fall}")).status_code == liste.status_code
    # The neighbour's case is not there, whichever town the address names.
    for amt in (eigen, fremd):
        seite = await mensch.hier.get(f"/amt/{amt}/vorgaenge/{nachbar}")
        assert seite.status_code in {403, 404}
        assert BETRIEB[fremd] not in seite.text
    assert (await mensch.hier.get(f"/amt/{fremd}")).status_code == 403
    assert await status(mensch, f"/vorgaenge/{nachbar}") == (404 if "lesen" in darf else 403)

    gefragt = {
        "lesen": f"/vorgaenge/{fall}",
        "empfaenger": "/verwaltung/empfaenger",
        "gemeinde": f"/gemeinden/{eigen}",
        "einsicht": "/einsicht",
        "klienten": "/verwaltung/klienten",
    }
    antworten = {was: await status(mensch, pfad) for was, pfad in gefragt.items()}
    assert antworten == {was: 200 if was in darf else 403 for was in gefragt}
    assert await status(mensch, f"/gemeinden/{fremd}") in {403, 404}
    assert await status(mensch, f"/vorgaenge/{nachbar}/bescheinigen", json={}) in {403, 404}
    entschieden = await status(mensch, f"/vorgaenge/{fall}/bescheinigen", json={})
    assert entschieden == (200 if "entscheiden" in darf else 403)
    assert await status(mensch, "/gewerbeanzeigen", json=anmeldung(gemeinde=eigen)) == 403


async def test_a_chamber_clerk_reads_the_mailbox_and_files_for_founders(
    mensch: Mensch, stadt: Callable[..., Awaitable[str]], melde_an: Anmelden
) -> None:
    await stadt(PADERBORN)
    portal = await melde_an("einreichen")
    antrag = (await portal.post(f"{API}/gewerbeanzeigen", json=anmeldung())).json()["id"]
    await arbeite_einmal()
    await mensch.meldet_sich_an("ihk-ostwestfalen", "ihk-gruendungsberatung", ziel="/amt")
    assert (await mensch.hier.get("/amt")).headers["location"] == f"/amt/{IHK}"
    assert (await mensch.hier.get(f"/amt/{IHK}")).status_code == 200
    (sendung,) = (await mensch.hier.get(f"{API}/postfach/sendungen")).json()["sendungen"]
    quittung = f"/postfach/sendungen/{sendung['id']}/quittung"
    assert await status(mensch, quittung, json={"ergebnis": "angenommen"}) == 403
    # What was sent to the chamber is not the town's file, nor somebody else's notice.
    assert await status(mensch, f"/gewerbeanzeigen/{antrag}") == 404
    assert await status(mensch, "/vorgaenge") == 403
    assert (await mensch.hier.get(f"/amt/{PADERBORN}/vorgaenge")).status_code == 403
    eigene = await mensch.hier.post(f"{API}/gewerbeanzeigen", json=zu_pruefen(), headers=mensch.schreibend)
    assert eigene.status_code == 201, eigene.text
    assert eigene.json()["kammereingang"]["stelle"] == IHK
    assert await status(mensch, f"/gewerbeanzeigen/{eigene.json()['id']}") == 200


async def test_a_notice_that_needs_more_gets_it_by_a_step_up(
    mensch: Mensch, stadt: Callable[..., Awaitable[str]], transaktion: Callable[..., Any]
) -> None:
    await stadt(PADERBORN)
    async with transaktion(gemeinde="*") as session:
        await mandanten.aendere(session, PADERBORN, {"niveaus": {"gewerbeanzeige": "substantiell"}})
    await mensch.meldet_sich_an("bundid", "erika-musterfrau")
    vorher = mensch.geheimnis
    antwort = await mensch.hier.post(f"{API}/gewerbeanzeigen", json=anmeldung(), headers=mensch.schreibend)
    assert (antwort.status_code, antwort.json()["code"]) == (403, "niveau_zu_niedrig")
    # The provider has the person authenticate again, although it knows her: she comes in another way.
    await mensch.meldet_sich_an("bundid", "can-yilmaz", niveau="substantiell")
    assert mensch.geheimnis != vorher
    assert await status(mensch, "/gewerbeanzeigen", json=anmeldung()) == 201
    mensch.traegt(vorher or "")
    assert not await mensch.ist_angemeldet()


async def test_logs_know_nobody(mensch: Mensch, capsys: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as zeilen:
        url = await mensch.beginnt("bundid", ziel="/konto/sitzungen")
        zurueck = await mensch.dort.waehle(url, "can-yilmaz")
        await mensch.kehrt_zurueck(zurueck)
        geheimnis = mensch.geheimnis or "-"
        await mensch.hier.get("/konto")
        await mensch.meldet_sich_ab()
    gesagt = json.dumps(zeilen, default=str, ensure_ascii=False) + "".join(capsys.readouterr())
    assert "sitzung_begonnen" in gesagt
    code = zurueck.partition("code=")[2].partition("&")[0]
    for geheim in ("Can", "Yılmaz", "can-yilmaz", "bPK2", "can@example", code, geheimnis, "eyJ", "state="):
        assert geheim not in gesagt


async def test_two_people_at_one_browser_after_each_other(mensch: Mensch) -> None:
    """Who comes second sees nothing of who came first."""
    await mensch.meldet_sich_an("bundid", "zoe-angstroem")
    await mensch.dort.melde_ab(weiter((await mensch.meldet_sich_ab()).text))
    await mensch.meldet_sich_an("bundid", "can-yilmaz")
    konto = (await mensch.hier.get("/konto")).text
    assert "Can Yılmaz" in konto
    assert "Ångström" not in konto
