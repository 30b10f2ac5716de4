"""Every operation that shows personal data notes who has read; a new one has to say which kind it is."""

from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.sitzung import transaktion
from app.konto.rechteangabe import erfordernisse
from app.konto.rollen import Rolle
from app.mitteilungen import service as mitteilungen
from app.mitteilungen.service import Beilage
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.einsicht import test_antraege_vermerkt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung, zu_pruefen

IHK = "ihk-ostwestfalen-zu-bielefeld"

EIGENES = (
    *(("GET", pfad) for pfad in ("", "/angaben.json", "/sitzungen", "/loeschen", "/vertretungen")),
    *(("POST", pfad) for pfad in ("/sitzungen", "/loeschen", "/vertretungen")),
)
ANTRAG = (
    *(("GET", pfad) for pfad in ("", "/spaeter", "/nachweise", "/nachweise/{anlage_id}", "/pruefen")),
    *(("POST", pfad) for pfad in ("/nachweise", "/nachweise/{nachweis}", "/pruefen")),
    *((methode, pfad) for methode in ("GET", "POST") for pfad in ("/{schritt}", "/{schritt}/{nummer}")),
)
ENTWUERFE = (
    *(("POST", pfad) for pfad in ("", "/{entwurf_id}/anlagen", "/{entwurf_id}/einreichung")),
    *(("GET", pfad) for pfad in ("", "/{entwurf_id}", "/{entwurf_id}/anlagen")),
    *((methode, "/{entwurf_id}") for methode in ("PUT", "DELETE")),
    *((methode, "/{entwurf_id}/anlagen/{anlage_id}") for methode in ("GET", "DELETE")),
)
ANTRAEGE = (
    *(("GET", pfad) for pfad in ("", "/{antrag_id}", "/{antrag_id}/kopie")),
    *(("POST", pfad) for pfad in ("", "/{antrag_id}/ruecknahme")),
)
MEINE = (
    *(("GET", pfad) for pfad in ("", "/nachrichten", "/nachrichten/{anhang_id}", "/daten", "/zuruecknehmen")),
    *(("GET", pfad) for pfad in ("/daten/{sendung_id}", "/dokumente/{dokument_id}")),
    *(("POST", pfad) for pfad in ("/nachrichten", "/zuruecknehmen", "/code")),
)
GEMEINDEN = (
    *(("GET", pfad) for pfad in ("", "/{ags}", "/{ags}/pruefung")),
    *(("PUT", "/{ags}"), ("PATCH", "/{ags}"), ("PUT", "/{ags}/wappen")),
)
# What shows data of a notice or of the person behind it, and what the entry calls it.
ZEIGT = {
    "GET /api/v1/gewerbeanzeigen/{antrag_id}": "antrag",
    "GET /api/v1/gewerbeanzeigen/{antrag_id}/bescheinigungen/{anzeige_id}": "bescheinigung",
    "GET /api/v1/vorgaenge/{vorgang_id}": "vorgang",
    "POST /api/v1/vorgaenge/{vorgang_id}/bescheinigen": "vorgang",
    "POST /api/v1/vorgaenge/{vorgang_id}/zurueckweisen": "vorgang",
    "GET /api/v1/vorgaenge/{vorgang_id}/akte": "akte",
    "GET /amt/{amt}/vorgaenge/{vorgang_id}": "vorgang",
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/nachrichten": "mitteilung",
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/nachrichten/{anhang_id}": "mitteilung",
    "GET /api/v1/vorgaenge/{vorgang_id}/mitteilungen": "mitteilung",
    "GET /api/v1/vorgaenge/{vorgang_id}/mitteilungen/anhaenge/{anhang_id}": "mitteilung",
    "GET /api/v1/postfach/nachrichten": "nachricht",
    "GET /api/v1/postfach/sendungen/{sendung_id}/nachricht": "nachricht",
}
# What does not, and why.
ZEIGT_NICHT = {
    "POST /api/v1/gewerbeanzeigen": "answers the sender about what it has just sent",
    "POST /api/v1/gewerbeanzeigen/{anzeige_id}/berichtigungen": "the reader has sent it; in the journal",
    "POST /api/v1/gewerbeanzeigen/{anzeige_id}/widerruf": "states and times only; in the journal",
    "GET /amt": "offices",
    "GET /amt/{amt}": "what one may do",
    "GET /amt/{amt}/vorgaenge": "names of businesses (§ 14 Abs. 5 GewO); others are noted: test_amtsfall",
    **{f"{methode} /konto{pfad}": "one's own data" for methode, pfad in EIGENES},
    **{f"{methode} /konto/antraege/{{antrag_id}}{pfad}": "one's own data" for methode, pfad in MEINE},
    "POST /konto/entwuerfe/{entwurf_id}/verwerfen": "one's own data",
    **{
        f"{methode} /leistungen/{{ags}}/{{leistung}}/beginnen": "one's own drafts"
        for methode in ("GET", "POST")
    },
    **{f"{methode} /antrag/{{entwurf_id}}{pfad}": "one's own draft" for methode, pfad in ANTRAG},
    "GET /antrag/{antrag_id}/gesendet": "one's own application",
    **{f"{methode} /api/v1/entwuerfe{pfad}": "one's own drafts" for methode, pfad in ENTWUERFE},
    **{f"{methode} /api/v1/antraege{pfad}": "one's own applications" for methode, pfad in ANTRAEGE},
    "GET /api/v1/vorgaenge": "numbers, dates and rules, nothing of a notice",
    "GET /api/v1/antraege/{antrag_id}/mitteilungen": "one's own application",
    "POST /api/v1/antraege/{antrag_id}/mitteilungen": "one's own application",
    "GET /api/v1/antraege/{antrag_id}/mitteilungen/anhaenge/{anhang_id}": "one's own application",
    "POST /api/v1/vorgaenge/{vorgang_id}/mitteilungen": "what the writer has just written; in the journal",
    "POST /amt/{amt}/vorgaenge/{vorgang_id}/nachrichten": "nothing, leads on to the page that notes it",
    "GET /api/v1/postfach/sendungen": "numbers, kinds and hashes of messages",
    "POST /api/v1/postfach/quittungen": "states",
    "POST /api/v1/postfach/sendungen/{sendung_id}/quittung": "states",
    "GET /api/v1/verwaltung/empfaenger": "bodies and counts",
    "GET /api/v1/verwaltung/sendungen": "states and times of deliveries",
    "POST /api/v1/verwaltung/sendungen/{sendung_id}/erneut": "a count",
    "POST /api/v1/verwaltung/sendungen/erneut": "a count",
    "GET /api/v1/verwaltung/klienten": "machines",
    "POST /api/v1/verwaltung/klienten": "machines",
    "POST /api/v1/verwaltung/klienten/{client_id}/rotieren": "machines",
    "POST /api/v1/verwaltung/klienten/{client_id}/sperren": "machines",
    "GET /amt/{amt}/einsicht": "the log itself: file numbers, roles, no names",
    "GET /amt/{amt}/postfach": "numbers, kinds and towns of messages",
    "GET /amt/{amt}/gemeinde": "the town's settings",
    **{f"{methode} /api/v1/gemeinden{pfad}": "the town's settings" for methode, pfad in GEMEINDEN},
    "GET /api/v1/einsicht": "the log itself: ids and file numbers",
    "GET /api/v1/rueckmeldungen": "what people have said about pages; nothing of a case",
}


def test_every_operation_has_said_what_it_shows(app: FastAPI) -> None:
    verlangt = {
        f"{methode.upper()} {pfad}" for methode, pfad, einer in erfordernisse(app.routes) if einer is not None
    }
    antraege = test_antraege_vermerkt.ZEIGT.keys() | test_antraege_vermerkt.ZEIGT_NICHT.keys()
    assert verlangt == ZEIGT.keys() | ZEIGT_NICHT.keys() | antraege


@pytest.fixture
async def faelle(stadt: Stadt, melde_an: Anmelden) -> dict[str, str]:
    """One case that is certified and two that wait, with the path parameters of each operation."""
    await stadt(PADERBORN)
    portal = await melde_an("einreichen")
    fertig = (await portal.post("/api/v1/gewerbeanzeigen", json=anmeldung())).json()
    offen = [(await portal.post("/api/v1/gewerbeanzeigen", json=zu_pruefen())).json() for _ in range(2)]
    await arbeite_einmal()
    return {
        "antrag_id": fertig["id"],
        "anzeige_id": fertig["anzeigen"][0]["id"],
        "vorgang_id": fertig["anzeigen"][0]["vorgang_id"],
        "sendung_id": next(zeile["id"] for zeile in fertig["empfaenger"] if zeile["stelle"] == IHK),
        "anhang_id": await _anhang(fertig["id"], fertig["anzeigen"][0]["vorgang_id"]),
        "bescheinigen": offen[0]["anzeigen"][0]["vorgang_id"],
        "amt": PADERBORN,
        "dokument_id": str(UUID(int=0)),
        "zurueckweisen": offen[1]["anzeigen"][0]["vorgang_id"],
    }


async def _anhang(antrag_id: str, vorgang_id: str) -> str:
    async with transaktion(gemeinde=PADERBORN) as session:
        geschrieben = await mitteilungen.schreibe_an_person(
            session,
            UUID(antrag_id),
            "Anbei",
            [Beilage("a.pdf", "application/pdf", b"%PDF")],
            ags=PADERBORN,
            vorgang_id=UUID(vorgang_id),
            durch=UUID(int=1),
        )
    return str(geschrieben.anhaenge[0].id)


async def _eintraege() -> list[tuple[str, str, UUID]]:
    async with transaktion(gemeinde=PADERBORN) as session:
        zeilen = await session.execute(
            text("SELECT gegenstand, rolle, betroffener FROM einsicht ORDER BY id")
        )
        return [tuple(zeile) for zeile in zeilen]


async def _rufe(
    operation: str, faelle: dict[str, str], amt: httpx.AsyncClient, kammer: httpx.AsyncClient
) -> httpx.Response:
    methode, muster = operation.split()
    werte = faelle | {
        "ags": PADERBORN,
        "amt": IHK if "postfach" in muster else PADERBORN,
        "vorgang_id": faelle.get(muster.rpartition("/")[2], faelle["vorgang_id"]),
        **dict.fromkeys(("entwurf_id", "anlage_id"), str(UUID(int=1))),
        **dict.fromkeys(("schritt", "nummer", "nachweis", "leistung"), "1"),
    }
    inhalt = {"grund": "Angaben fehlen."} if muster.endswith("zurueckweisen") else None
    return await (kammer if "postfach" in muster else amt).request(
        methode, muster.format(**werte), json=inhalt
    )


@pytest.mark.parametrize("operation", ZEIGT)
async def test_what_shows_personal_data_notes_who_has_read(
    operation: str, faelle: dict[str, str], logge_ein: Einloggen
) -> None:
    amt, kammer = await logge_ein(rolle(Rolle.LEITUNG)), await logge_ein(rolle(Rolle.KAMMER, stelle=IHK))
    antwort = await _rufe(operation, faelle, amt, kammer)
    assert antwort.status_code == 200, antwort.text
    [(gegenstand, grund, _)] = await _eintraege()
    assert gegenstand == ZEIGT[operation]
    assert grund == ("rolle:kammer" if "postfach" in operation else "rolle:leitung")


@pytest.mark.parametrize("operation", [eine for eine in ZEIGT_NICHT if eine.startswith("GET")])
async def test_what_shows_none_notes_nothing(
    operation: str, faelle: dict[str, str], logge_ein: Einloggen
) -> None:
    amt, kammer = await logge_ein(rolle(Rolle.LEITUNG)), await logge_ein(rolle(Rolle.KAMMER, stelle=IHK))
    antwort = await _rufe(operation, faelle, amt, kammer)
    for name in ("Musterfrau", "1985-04-17", "Wohnweg"):
        assert name not in antwort.text
    assert await _eintraege() == []
