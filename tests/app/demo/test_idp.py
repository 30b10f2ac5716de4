"""The demo's login provider: there for the demo, nowhere else."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
import yaml

from app.demo.haus import IDP, Haus
from app.demo.idp import Anmeldedienst, knoten

ohne_node = pytest.mark.skipif(
    knoten() is None, reason="node or the npm package oidc-provider is missing: npm ci"
)
BASIS = "http://127.0.0.1:8000"


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_port_stays_a_port(tmp_path: Path) -> None:
    if knoten() is None:
        assert Anmeldedienst.neben(tmp_path, 8000, BASIS) is None
        return
    for port, erwartet in ((8000, 9000), (65000, 64000)):
        dienst = Anmeldedienst.neben(tmp_path, port, BASIS)
        assert dienst
        assert dienst.port == erwartet


@pytest.mark.parametrize("basis", ["http://0.0.0.0:8000", "http://192.168.0.5:8000", "https://amt.example"])
def test_a_house_that_others_reach_has_no_provider_without_passwords(tmp_path: Path, basis: str) -> None:
    assert Anmeldedienst.neben(tmp_path, 8000, basis) is None


def test_secrets_are_new_and_kept_from_others(tmp_path: Path) -> None:
    erste, zweite = (Anmeldedienst(tmp_path, 9000, BASIS).schreibe() for _ in range(2))
    geheimnisse = {name: wert for name, wert in erste.items() if name.endswith("_SECRET")}
    assert geheimnisse
    assert all(zweite[name] != wert for name, wert in geheimnisse.items())
    for datei in ("idp.json", "bielefeld.pem"):
        assert (tmp_path / datei).stat().st_mode & 0o777 == 0o600
    offen = (tmp_path / "anbieter.yaml").read_text("utf-8")
    assert all(wert not in offen for wert in zweite.values() if len(wert) == 43)


def test_every_provider_is_marked_as_one_of_the_demo(tmp_path: Path) -> None:
    Anmeldedienst(tmp_path, 9000, BASIS).schreibe()
    anbieter = yaml.safe_load((tmp_path / "anbieter.yaml").read_text("utf-8"))["anbieter"]
    assert {angaben["karte"] for angaben in anbieter.values()} == {
        "bundid-keycloak",
        "muk-keycloak",
        "servicekonto-nrw",
        "keycloak-behoerde",
    }
    assert all(angaben["demo"] is True for angaben in anbieter.values())


@ohne_node
@pytest.mark.parametrize("umgebung", [{}, {"AMT_DEMO": "false"}, {"AMT_DEMO": "1"}])
def test_outside_the_demo_it_does_not_start(tmp_path: Path, umgebung: dict[str, str]) -> None:
    dienst = Anmeldedienst(tmp_path, _freier_port(), BASIS)
    dienst.schreibe()
    ergebnis = subprocess.run(
        dienst.befehl(),
        env={"PATH": os.environ["PATH"], **umgebung},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ergebnis.returncode == 2
    assert b"AMT_DEMO" in ergebnis.stderr


@ohne_node
def test_it_lives_and_dies_with_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_DEMO", "true")
    dienst = Anmeldedienst(tmp_path, _freier_port(), BASIS)
    dienst.schreibe()
    haus = Haus(tmp_path, "127.0.0.1", _freier_port(), dienst)
    url = f"{dienst.issuer('bundid')}/.well-known/openid-configuration"
    with haus.offen(IDP):
        transport = httpx.HTTPTransport(retries=10)
        with httpx.Client(transport=transport, trust_env=False) as http:
            for _ in range(100):
                antwort = http.get(url)
                if antwort.is_success:
                    break
                # It listens before it knows its people.
                time.sleep(0.1)
        assert antwort.json()["issuer"] == dienst.issuer("bundid")
        seite = httpx.get(f"{dienst.issuer('bundid')}/person/nichts", trust_env=False)
        assert seite.status_code == 400
        assert "kein echter Anmeldedienst" in seite.text
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_people_have_lasting_names_and_no_real_addresses() -> None:
    personen = json.loads((Path("demo") / "idp" / "personen.json").read_text("utf-8"))
    konten = [person["konto"] for anbieter in personen.values() for person in anbieter["personen"]]
    assert len(konten) == len(set(konten))
    post = [p["claims"]["email"] for a in personen.values() for p in a["personen"] if "email" in p["claims"]]
    assert all(adresse.endswith(("@example.org", "@example.com")) for adresse in post)
