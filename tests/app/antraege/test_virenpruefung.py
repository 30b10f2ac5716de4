"""Uploads before a real ClamAV: what it knows is refused, and so is everything while it does not answer."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from app.antraege.virenpruefung import (
    DateiInfiziert,
    VirenpruefungFehlt,
    Virenstand,
    fassung,
    pruefe_auf_viren,
)
from app.settings import Settings, settings
from tests.app.antraege.dateien import jpeg, pdf
from tests.clamd import LAENGSTER_STROM, VERSEUCHT, VERSEUCHTE_DATEI, Clamd

Einrichten = Callable[..., None]


@pytest.fixture
def eingerichtet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Einrichten]:
    def richte_ein(adresse: str, frist: float = 30) -> None:
        monkeypatch.setenv("AMT_CLAMD", adresse)
        monkeypatch.setenv("AMT_CLAMD_FRIST", str(frist))
        settings.cache_clear()

    yield richte_ein
    settings.cache_clear()


async def test_without_a_scanner_a_file_is_marked_as_not_looked_at() -> None:
    assert await pruefe_auf_viren(VERSEUCHT) is Virenstand.NICHT_GEPRUEFT
    assert await fassung() is None


@pytest.mark.parametrize("weg", ["unix", "tcp"])
async def test_clean_files_pass_over_socket_and_port(
    weg: str, clamd: Clamd, eingerichtet: Einrichten
) -> None:
    eingerichtet(getattr(clamd, weg))
    assert await pruefe_auf_viren(pdf()) is Virenstand.SAUBER
    assert await pruefe_auf_viren(b"") is Virenstand.SAUBER
    # More than one piece.
    assert await pruefe_auf_viren(bytes(LAENGSTER_STROM)) is Virenstand.SAUBER
    assert (await fassung() or "").startswith("ClamAV ")


@pytest.mark.parametrize(
    ("inhalt", "signatur"),
    [
        (VERSEUCHTE_DATEI, "Amt.Probe.Datei.UNOFFICIAL"),
        (jpeg() + VERSEUCHT, "Amt.Probe.Inhalt.UNOFFICIAL"),
        (bytes(70_000) + VERSEUCHT + bytes(70_000), "Amt.Probe.Inhalt.UNOFFICIAL"),
    ],
)
@pytest.mark.usefixtures("clamd_hier")
async def test_what_clamav_knows_is_refused(inhalt: bytes, signatur: str) -> None:
    with structlog.testing.capture_logs() as zeilen, pytest.raises(DateiInfiziert) as fehler:
        await pruefe_auf_viren(inhalt)
    assert (fehler.value.status_code, fehler.value.code) == (422, "datei_infiziert")
    assert fehler.value.signatur == signatur
    assert "nicht gespeichert" in fehler.value.text["de"]
    assert [zeile["event"] for zeile in zeilen] == ["datei_infiziert"]


@pytest.mark.usefixtures("clamd_hier")
async def test_many_at_once_are_told_apart() -> None:
    dateien = [VERSEUCHT if nr % 3 == 0 else pdf() for nr in range(24)]
    urteile = await asyncio.gather(*map(pruefe_auf_viren, dateien), return_exceptions=True)
    assert [isinstance(urteil, DateiInfiziert) for urteil in urteile] == [nr % 3 == 0 for nr in range(24)]
    assert set(urteile[1::3]) == {Virenstand.SAUBER}


@pytest.mark.usefixtures("clamd_hier")
async def test_a_file_too_long_for_clamd_does_not_come_in_unseen() -> None:
    with structlog.testing.capture_logs() as zeilen, pytest.raises(VirenpruefungFehlt):
        await pruefe_auf_viren(bytes(LAENGSTER_STROM * 2))
    assert zeilen[0]["byte"] == LAENGSTER_STROM * 2


@pytest.mark.parametrize(
    "adresse", ["unix:{tmp}/niemand.sock", "tcp://127.0.0.1:1", "tcp://niemand.invalid:1"]
)
async def test_a_scanner_that_is_not_there_refuses(
    adresse: str, eingerichtet: Einrichten, tmp_path: Path
) -> None:
    eingerichtet(adresse.format(tmp=tmp_path))
    with pytest.raises(VirenpruefungFehlt) as fehler:
        await pruefe_auf_viren(pdf())
    assert fehler.value.status_code == 503
    assert fehler.value.headers == {"Retry-After": "120"}
    assert set(fehler.value.text) == {"de", "en", "leicht"}
    with pytest.raises(VirenpruefungFehlt):
        await fassung()


@pytest.mark.parametrize(
    "antwort", [b"", b"stream: OK", b"Unsinn\0", b"x" * 100_000, b"stream: nothing ERROR\0"]
)
async def test_a_scanner_that_talks_nonsense_refuses(antwort: bytes, eingerichtet: Einrichten) -> None:
    with socket.create_server(("127.0.0.1", 0)) as horcher:

        def antworte() -> None:
            verbindung, _ = horcher.accept()
            with verbindung:
                verbindung.recv(65536)
                verbindung.sendall(antwort)

        faden = threading.Thread(target=antworte)
        faden.start()
        eingerichtet(f"tcp://127.0.0.1:{horcher.getsockname()[1]}")
        with pytest.raises(VirenpruefungFehlt):
            await pruefe_auf_viren(jpeg())
        faden.join()


async def test_a_scanner_that_is_silent_refuses_in_time(eingerichtet: Einrichten) -> None:
    with socket.create_server(("127.0.0.1", 0)) as horcher:
        eingerichtet(f"tcp://127.0.0.1:{horcher.getsockname()[1]}", frist=0.2)
        async with asyncio.timeout(3):
            with pytest.raises(VirenpruefungFehlt):
                await pruefe_auf_viren(pdf())


def test_an_empty_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_CLAMD", "")
    assert Settings().clamd is None


@pytest.mark.parametrize(
    ("adresse", "gut"),
    [
        ("unix:/run/clamav/clamd.ctl", True),
        ("tcp://clamav:3310", True),
        ("tcp://[::1]:3310", True),
        ("tcp://clamav", False),
        ("unix:clamd.ctl", False),
        ("/run/clamav/clamd.ctl", False),
        ("http://clamav:3310", False),
    ],
)
def test_an_address_that_is_none_is_refused_at_start(
    adresse: str, gut: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMT_CLAMD", adresse)
    if gut:
        assert Settings().clamd == adresse
    else:
        with pytest.raises(ValueError, match="AMT_CLAMD"):
            Settings()
