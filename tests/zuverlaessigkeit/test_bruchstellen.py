"""The failpoints: each in the code once, each on the way of a notice, none active by chance."""

import ast
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from app.db import bruchstelle
from app.db.bruchstelle import BRUCHSTELLEN, UngueltigeBruchstelle, richte_ein
from app.gewerbe.router import PFAD
from app.versand import stapel
from app.versand.tasks import Zusteller
from app.worker import arbeite_einmal
from tests.app import conftest as oben
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung, zu_pruefen
from tests.zuverlaessigkeit.bericht import DATEI
from tests.zuverlaessigkeit.szenario import SCHRITTE, Schritt

WURZEL = Path(__file__).resolve().parents[2]
stadt = oben.stadt
melde_an = oben.melde_an


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
    assert tuple(spur[2:]) == _schritt("deliver singly").punkte
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
