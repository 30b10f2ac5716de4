"""The failpoints: each in the code once, each on the way of a notice, none active by chance."""

import ast
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.db import bruchstelle
from app.db.bruchstelle import BRUCHSTELLEN, UngueltigeBruchstelle, richte_ein
from app.db.sitzung import ALLE, transaktion
from app.gewerbe.router import PFAD
from app.settings import settings
from app.versand import stapel
from app.versand.service import richte_buendelung_ein
from app.versand.tasks import Zusteller
from app.versand.verwaltung import richte_empfaenger_ein
from app.worker import arbeite_einmal
from tests.app import conftest as oben
from tests.app.antraege.conftest import abgeschickt, fertiger
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung, zu_pruefen
from tests.zuverlaessigkeit.bericht import DATEI
from tests.zuverlaessigkeit.szenario import SCHRITTE, Schritt

WURZEL = Path(__file__).resolve().parents[2]
stadt = oben.stadt
melde_an = oben.melde_an
logge_ein = oben.logge_ein


def _aufrufe() -> list[str]:
    gefunden = []
    for datei in (WURZEL / "app").rglob("*.py"):
        for knoten in ast.walk(ast.parse(datei.read_text("utf-8"))):
            if (
                isinstance(knoten, ast.Call)
                and isinstance(knoten.func, ast.Name)
                and knoten.func.id == "bruchstelle"
            ):
                assert isinstance(knoten.args[0], ast.Constant), datei
                gefunden.append(str(knoten.args[0].value))
    return sorted(gefunden)


def test_each_stands_in_the_code_once() -> None:
    assert _aufrufe() == sorted(BRUCHSTELLEN)


def test_each_is_in_the_scenario_and_in_the_documentation() -> None:
    assert {punkt for schritt in SCHRITTE for punkt in schritt.punkte} == set(BRUCHSTELLEN)
    for schritt in SCHRITTE:
        tabelle = DATEI.read_text("utf-8").partition(f"<!-- matrix {schritt.name}:begin -->")[2]
        for punkt in schritt.punkte:
            assert f"| `{punkt}` |" in tabelle.partition("<!-- matrix ")[0]


@pytest.fixture
def spur() -> Iterator[list[str]]:
    """The points this process comes to."""
    gesehen: list[str] = []
    bruchstelle.beobachte(gesehen.append)
    yield gesehen
    bruchstelle.beobachte(None)


def _schritt(name: str) -> Schritt:
    return next(schritt for schritt in SCHRITTE if schritt.name == name)


async def test_a_notice_comes_to_every_point_in_order(
    stadt: Callable[..., Awaitable[str]], melde_an: oben.Anmelden, spur: list[str]
) -> None:
    await stadt()
    portal = await melde_an("einreichen")
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)

    def kam_durch(name: str) -> None:
        assert tuple(spur) == _schritt(name).punkte
        spur.clear()

    spur.clear()
    antwort = (await portal.post(PFAD, json=anmeldung(), headers={"Idempotency-Key": "x"})).json()
    kam_durch("submit")
    offen = (await portal.post(PFAD, json=zu_pruefen())).json()
    spur.clear()
    await amt.post(f"/api/v1/vorgaenge/{offen['anzeigen'][0]['vorgang_id']}/bescheinigen")
    kam_durch("certify")

    await Zusteller(stapel=1).arbeite()
    kam_durch("deliver")
    with pytest.MonkeyPatch.context() as allein:
        allein.setattr(stapel, "ist_moeglich", lambda _: False)
        await Zusteller(stapel=1).arbeite()
    assert tuple(spur[3:]) == _schritt("deliver singly").punkte
    spur.clear()
    await arbeite_einmal()
    weiter = [punkt for punkt in dict.fromkeys(spur) if not punkt.startswith(("zustellung.", "stapel."))]
    assert weiter == [*_schritt("render").punkte, *_schritt("seal").punkte]

    kammer = await melde_an("postfach", stelle=antwort["empfaenger"][0]["stelle"])
    spur.clear()
    liste = (await kammer.get("/api/v1/postfach/sendungen")).json()["sendungen"]
    kam_durch("list")
    pfad = f"/api/v1/postfach/sendungen/{liste[0]['id']}"
    await kammer.get(f"{pfad}/nachricht")
    kam_durch("fetch")
    await kammer.post(f"{pfad}/quittung", json={"ergebnis": "angenommen"})
    kam_durch("acknowledge")
    await kammer.get("/api/v1/postfach/nachrichten")
    kam_durch("fetch many")
    quittungen = [{"id": zeile["id"], "ergebnis": "angenommen"} for zeile in liste]
    await kammer.post("/api/v1/postfach/quittungen", json={"quittungen": quittungen})
    kam_durch("acknowledge many")


async def test_a_draft_that_is_sent_comes_to_every_point_in_order(
    stadt: Callable[..., Awaitable[str]],
    melde_an: oben.Anmelden,
    spur: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AMT_FORMULARE", str(WURZEL / "tests" / "app" / "leistungen"))
    settings.cache_clear()
    await stadt()
    portal = await melde_an("einreichen")
    entwurf = await fertiger(portal)
    spur.clear()
    assert (await abgeschickt(portal, entwurf)).status_code == 201
    settings.cache_clear()
    assert tuple(spur) == _schritt("send").punkte


async def test_what_happens_to_an_application_comes_to_every_point_in_order(
    stadt: Callable[..., Awaitable[str]],
    melde_an: oben.Anmelden,
    logge_ein: oben.Einloggen,
    spur: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AMT_FORMULARE", str(WURZEL / "tests" / "app" / "leistungen"))
    settings.cache_clear()
    await stadt()
    portal = await melde_an("einreichen")
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    zweite = await logge_ein()

    async def gestellt() -> tuple[dict[str, Any], str]:
        antrag = (await abgeschickt(portal, await fertiger(portal))).json()
        faelle = (await amt.get("/api/v1/vorgaenge")).json()["vorgaenge"]
        [fall] = [fall["id"] for fall in faelle if fall["antrag_id"] == antrag["id"]]
        spur.clear()
        return antrag, f"/api/v1/vorgaenge/{fall}"

    antrag, fall = await gestellt()
    code = {"code": antrag["bestaetigungscode"], "antworten": {"stimmt": True}}
    assert (await zweite.post("/api/v1/bestaetigungen/antwort", json=code)).status_code == 204
    assert tuple(spur) == _schritt("confirm").punkte
    spur.clear()
    geschrieben = await amt.post(f"{fall}/mitteilungen", data={"text": "Hallo"}, files={"datei": ("", b"")})
    assert geschrieben.status_code == 201
    # That commit is the request's own; the message's was before it.
    assert tuple(punkt for punkt in spur if punkt != "anfrage.vor_commit") == _schritt("write").punkte
    spur.clear()
    nein = {"text": "Nein.", "gruende": "Die Voraussetzungen fehlen."}
    assert (await amt.post(f"{fall}/ablehnen", json=nein)).status_code == 200
    assert tuple(spur) == _schritt("decide").punkte
    antrag, _ = await gestellt()
    zurueck = await portal.post(f"/api/v1/antraege/{antrag['id']}/ruecknahme", json={"grund": "Erledigt"})
    assert zurueck.status_code == 200
    settings.cache_clear()
    assert tuple(spur) == _schritt("take back").punkte


async def test_what_goes_to_another_machine_comes_to_every_point_in_order(
    stadt: Callable[..., Awaitable[str]],
    melde_an: oben.Anmelden,
    spur: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Over the exchange folder; the other channels come to the same points but its own."""
    schritt = _schritt("hand over by folder")
    gemeinsame = {punkt for punkt in schritt.punkte if punkt.startswith("uebergabe.")}
    assert all(gemeinsame <= set(s.punkte) for s in SCHRITTE if s.aussen)
    await stadt()
    (tmp_path / "stelle" / "ausgang").mkdir(parents=True)
    monkeypatch.setenv("AMT_AUSTAUSCH_ORDNER", str(tmp_path))
    settings.cache_clear()
    portal = await melde_an("einreichen")
    stelle = (await portal.post(PFAD, json=anmeldung())).json()["empfaenger"][0]["stelle"]
    async with transaktion(gemeinde=ALLE) as session:
        await richte_empfaenger_ein(session, stelle, kanal="ordner", optionen={"ordner": "stelle"})
    spur.clear()
    await Zusteller(gleichzeitig=1).arbeite()
    settings.cache_clear()
    assert tuple(p for p in spur if p.startswith(("uebergabe.", "ordner."))) == schritt.punkte


async def test_bundle_correction_and_withdrawal_come_to_every_point_in_order(
    stadt: Callable[..., Awaitable[str]], melde_an: oben.Anmelden, spur: list[str]
) -> None:
    await stadt()
    portal = await melde_an("einreichen")
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    [eine, _] = [(await portal.post(PFAD, json=anmeldung())).json()["anzeigen"][0] for _ in range(2)]
    async with transaktion(gemeinde=ALLE) as session:
        await richte_buendelung_ein(
            session, eine["empfaenger"][0]["stelle"], hoechstens=2, warten=timedelta(hours=1)
        )
    spur.clear()
    await Zusteller().arbeite()
    assert tuple(spur) == _schritt("deliver bundled").punkte

    spur.clear()
    await amt.post(
        f"{PFAD}/{eine['id']}/berichtigungen",
        json=anmeldung(nebenerwerb=True),
        headers={"Idempotency-Key": "x"},
    )
    assert tuple(spur) == _schritt("correct").punkte
    spur.clear()
    await amt.post(f"{PFAD}/{eine['id']}/widerruf", json={"grund": "Doppelt erstattet"})
    assert tuple(spur) == _schritt("withdraw").punkte


@pytest.mark.parametrize(
    "umgebung",
    [
        {"AMT_BRUCHSTELLE": "eingang.gelesen"},
        {"AMT_BRUCHSTELLE": "eingang.gelesen", "AMT_BRUCHSTELLEN_ERLAUBT": "0"},
        {"AMT_BRUCHSTELLE": "gibt.es.nicht", "AMT_BRUCHSTELLEN_ERLAUBT": "1"},
        {"AMT_BRUCHSTELLE": "eingang.gelesen:x", "AMT_BRUCHSTELLEN_ERLAUBT": "1"},
    ],
)
def test_a_process_refuses_to_run_with_one_that_is_not_allowed(umgebung: dict[str, str]) -> None:
    with pytest.raises(UngueltigeBruchstelle):
        richte_ein(umgebung)
    ergebnis = subprocess.run(
        [sys.executable, "-c", "import app.db.sitzung"],
        env={**os.environ, **umgebung},
        cwd=WURZEL,
        capture_output=True,
        check=False,
    )
    assert b"UngueltigeBruchstelle" in ergebnis.stderr


def test_off_without_the_environment(spur: list[str]) -> None:
    bruchstelle.beobachte(None)
    richte_ein({"AMT_BRUCHSTELLEN_ERLAUBT": "1"})
    bruchstelle.bruchstelle("eingang.gelesen")
    assert spur == []
