"""`amt`: complete, quick to start, and `amt serve` as a process that ends the way it should."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.cli import _KOMMANDOS

WURZEL = Path(__file__).resolve().parents[2]


def test_every_command_module_is_mounted() -> None:
    module = {
        datei.stem
        for datei in (WURZEL / "app" / "kommandos").glob("*.py")
        if re.search(r"^def registrieren\(", datei.read_text("utf-8"), re.MULTILINE)
    }
    assert module == set(_KOMMANDOS)


def test_help_does_not_load_what_only_commands_need() -> None:
    schwer = ("sqlalchemy", "fastapi", "alembic", "lxml", "xmlschema", "uvicorn", "typst")
    befehl = f"import sys, app.cli; print([m for m in {schwer} if m in sys.modules])"
    ergebnis = subprocess.run(
        [sys.executable, "-c", befehl], cwd=WURZEL, capture_output=True, text=True, check=True
    )
    assert ergebnis.stdout.strip() == "[]"


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _amt(*argumente: str, **umgebung: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *argumente],
        cwd=WURZEL,
        env=os.environ | umgebung,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _warte_auf(adresse: str, prozess: "subprocess.Popen[str]") -> None:
    ende = time.monotonic() + 60
    while time.monotonic() < ende and prozess.poll() is None:
        try:
            if httpx.get(f"{adresse}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(prozess.communicate(timeout=5)[0] if prozess.poll() is not None else "not ready in time")


@pytest.mark.parametrize(("nummer", "prozesse"), [(signal.SIGINT, 1), (signal.SIGTERM, 2)])
def test_serve_starts_from_nothing_and_ends_in_order(
    datenordner: Path, nummer: signal.Signals, prozesse: int
) -> None:
    port = _freier_port()
    umgebung = {"AMT_DATENORDNER": str(datenordner), "AMT_PORT": str(port)}
    with _amt("serve", "--prozesse", str(prozesse), **umgebung) as serve:
        try:
            _warte_auf(f"http://127.0.0.1:{port}", serve)
            with _amt("klient", "anlegen", "Probe", "--scope", "einreichen", **umgebung) as klient:
                ausgabe, _ = klient.communicate(timeout=60)
            angaben = dict(re.findall(r"(client_\w+): +(\S+)", ausgabe))
            antwort = httpx.post(
                f"http://127.0.0.1:{port}/api/v1/oauth/token",
                data={"grant_type": "client_credentials"} | angaben,
            )
            assert antwort.status_code == 200
            serve.send_signal(nummer)
            ausgabe, _ = serve.communicate(timeout=60)
        finally:
            serve.kill()
    assert "Traceback" not in ausgabe
    assert not (datenordner / "verbindung.json").exists(), "the server was ended by its owner, in order"


def test_a_wrong_database_is_told_without_a_traceback() -> None:
    with _amt("klient", "liste", DATABASE_URL="postgresql://x@/x?host=/gibt/es/nicht") as prozess:
        ausgabe, _ = prozess.communicate(timeout=60)
    assert prozess.returncode == 2
    assert "Datenbank" in ausgabe
    assert "Traceback" not in ausgabe
