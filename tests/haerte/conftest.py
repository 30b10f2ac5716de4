"""A server as it runs in a town: `amt serve`, a process of its own, with one client of each kind."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.db.rollen import WERK, Zugang, sql_name
from app.db.sitzung import ALLE, Datenbank, transaktion, verwende
from app.konto import jose
from app.konto import service as konto
from app.mandanten import service as mandanten
from app.settings import settings
from tests.app.gewerbe.anzeigen import PADERBORN
from tests.conftest import PgServer

WURZEL = Path(__file__).resolve().parents[2]
LANG = os.environ.get("AMT_LANG") == "1"
"""The long versions of the tests are asked for."""
FRIST = 1.5
"""Seconds the server under test gives a body."""
STELLE = "ihk-ostwestfalen"


@dataclass(frozen=True)
class Amt:
    """Where the server is, who may call it, and how much memory it takes."""

    port: int
    pid: int
    koepfe: dict[str, dict[str, str]]
    protokoll: Path
    zugang: Zugang

    @property
    def adresse(self) -> str:
        """Without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def speicher(self) -> float:
        """Resident memory in MiB."""
        zeilen = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(zeile.split()[1]) / 1024 for zeile in zeilen if zeile.startswith("VmRSS"))

    def rechenzeit(self) -> float:
        """Seconds of CPU so far: unlike the clock, they do not depend on what else the machine does."""
        felder = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(felder[11]) + int(felder[12])) / os.sysconf("SC_CLK_TCK")

    def fehler(self) -> list[str]:
        """Lines of the log that speak of an error nobody foresaw."""
        zeilen = self.protokoll.read_text().splitlines()
        woerter = ("unerwarteter_fehler", "Traceback", "Exception in ASGI")
        return [zeile for zeile in zeilen if any(wort in zeile for wort in woerter)]


@pytest.fixture(scope="module")
async def amt(testserver: PgServer, _vorlage: str, verwaltung: asyncpg.Connection) -> AsyncIterator[Amt]:
    """One server for all tests of a file."""
    name = f"amt_haerte_{uuid4().hex[:12]}"
    await verwaltung.execute(
        f"CREATE DATABASE {name} OWNER {sql_name(testserver.besitzer)} TEMPLATE {_vorlage} STRATEGY file_copy"
    )
    zugang = testserver.zugang(name)
    offen = Datenbank(zugang.werk, rolle=WERK, pool=2)
    verwende(offen)
    try:
        async with transaktion(gemeinde=ALLE) as session:
            await mandanten.einrichten(session, PADERBORN, automatisch_bescheinigen=False)
        koepfe = {
            "einreichen": await _kopf("einreichen"),
            "sachbearbeitung": await _kopf("sachbearbeitung", gemeinde=PADERBORN),
            "postfach": await _kopf("postfach", stelle=STELLE),
            "verwaltung": await _kopf("verwaltung", gemeinde=PADERBORN),
        }
    finally:
        verwende(None)
        await offen.schliesse()
    port = _freier_port()
    with tempfile.NamedTemporaryFile(suffix=".log") as protokoll:
        prozess = subprocess.Popen(  # noqa: ASYNC220 nothing else runs meanwhile
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
            cwd=WURZEL,
            env=os.environ
            | {
                "DATABASE_URL": zugang.anwendung,
                "AMT_BASIS_URL": settings().adresse,
                "AMT_EINGABE_FRIST": str(FRIST),
                "AMT_TOKEN_GUELTIG": "3600",
            },
            stdout=subprocess.DEVNULL,
            stderr=protokoll,
        )
        try:
            _bis_bereit(prozess, port, Path(protokoll.name))
            yield Amt(port, prozess.pid, koepfe, Path(protokoll.name), zugang)
        finally:
            prozess.terminate()
            prozess.wait(30)
            await verwaltung.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _freier_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _kopf(scope: str, *, gemeinde: str | None = None, stelle: str | None = None) -> dict[str, str]:
    async with transaktion() as session:
        neu = await konto.anlegen_klient(
            session, name="Probe", scopes=[scope], gemeinde=gemeinde, stelle=stelle
        )
    aussteller = jose.Aussteller(os.environ["AMT_TOKEN_KEY"], adresse=settings().adresse, gueltig=3600)
    return {"Authorization": f"Bearer {aussteller.stelle_aus(neu.klient.client_id, neu.klient.scopes)}"}


def _bis_bereit(prozess: "subprocess.Popen[bytes]", port: int, protokoll: Path) -> None:
    ende = time.monotonic() + 120
    while time.monotonic() < ende:
        assert prozess.poll() is None, protokoll.read_text()[-2000:]
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server is not ready within 120 s")


@pytest.fixture(scope="module")
async def netz(amt: Amt) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=amt.adresse, timeout=30) as offen:
        yield offen


@pytest.fixture
def _gesund(amt: Amt) -> Iterator[None]:
    """After each test the server answers, and has met nothing it did not foresee."""
    yield
    assert httpx.get(f"{amt.adresse}/health/ready").status_code == 200
    assert amt.fehler() == []
