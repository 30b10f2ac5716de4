"""The self-check finds what is wrong, says it in words, and what to do."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.db.rollen import WERK, Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.konto.oidc.fehler import AnmeldungGescheitert
from app.mandanten import service as mandanten
from app.settings import Settings
from app.verwaltung import pruefung, service
from app.verwaltung.pruefpunkt import Pruefpunkt, Stand
from app.verwaltung.service import WERKNAME
from app.verwaltung.zertifikate import pruefe_zertifikate
from tests.app.versand.channels.gegenstelle import Zertifikate

PADERBORN = "05774032"


async def punkte(ags: str = PADERBORN) -> dict[str, Pruefpunkt]:
    bericht = await service.pruefe(ags)
    assert all(punkt.abhilfe for punkt in bericht.punkte if punkt.stand is not Stand.IN_ORDNUNG)
    assert all(punkt.befund.de and punkt.befund.en for punkt in bericht.punkte)
    json.dumps(bericht.als_dict())
    return {punkt.schluessel: punkt for punkt in bericht.punkte}


async def einrichten() -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.richte_ein(session, PADERBORN)


async def test_a_running_worker_is_seen_by_the_api(
    verbunden: Datenbank, api_datenbank: Datenbank, datenbank: Zugang
) -> None:
    await einrichten()
    assert (await punkte())["worker"].stand is Stand.FEHLER
    worker = Datenbank(datenbank.werk, rolle=WERK, name=WERKNAME, pool=1)
    try:
        async with worker.maschine.connect():
            assert (await punkte())["worker"].stand is Stand.IN_ORDNUNG
    finally:
        await worker.schliesse()


async def test_a_town_that_is_not_there_is_the_one_thing_to_mend(verbunden: Datenbank) -> None:
    gefunden = await punkte()
    assert gefunden["eingerichtet"].stand is Stand.FEHLER
    assert "ueberfaellig" not in gefunden


async def test_a_provider_that_does_not_answer_is_named(
    verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch
) -> None:
    einer = SimpleNamespace(
        schluessel="stadt",
        fuer_personal=True,
        gemeinden=(PADERBORN,),
        stellen=(),
        name={"de": "Stadt", "en": "Town"},
    )

    async def stumm(_: str) -> AnmeldungGescheitert:
        return AnmeldungGescheitert("anbieter_nicht_erreichbar")

    monkeypatch.setattr(pruefung, "anbieter", lambda: {"stadt": einer})
    monkeypatch.setattr(pruefung, "pruefe_anbieter", stumm)
    await einrichten()
    gefunden = await punkte()
    assert gefunden["stadt"].stand is Stand.FEHLER
    assert "beschaeftigte" not in gefunden


async def test_anchors_that_are_old_are_told(
    verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    datei = tmp_path / "anker.jsonl"
    monkeypatch.setattr(pruefung, "settings", lambda: Settings(anker_datei=datei))
    await einrichten()
    for alter, stand in ((None, Stand.WARNUNG), (1, Stand.IN_ORDNUNG), (3, Stand.FEHLER)):
        if alter is not None:
            am = datetime.now(UTC) - timedelta(days=alter)
            zeile = {"art": "anker", "block": 1, "hash": "0" * 64, "am": am.isoformat()}
            datei.write_text(json.dumps(zeile) + "\n")
        assert (await punkte())["anker"].stand is stand


@pytest.fixture(scope="module")
def zertifikate(tmp_path_factory: pytest.TempPathFactory) -> Zertifikate:
    return Zertifikate(tmp_path_factory.mktemp("ca"))


@pytest.mark.parametrize(("tage", "stand"), [(90, Stand.IN_ORDNUNG), (10, Stand.FEHLER)])
async def test_the_certificate_of_a_receiver_is_watched(
    zertifikate: Zertifikate, tage: int, stand: Stand
) -> None:
    async def nichts(_: asyncio.StreamReader, schreiben: asyncio.StreamWriter) -> None:
        schreiben.close()

    server = await asyncio.start_server(
        nichts, "127.0.0.1", 0, ssl=zertifikate.kontext("localhost", tage=tage)
    )
    port = server.sockets[0].getsockname()[1]
    async with server:
        gefunden = await pruefe_zertifikate(
            Settings(ca_datei=zertifikate.datei), {"ihk": f"https://localhost:{port}/annahme"}
        )
    assert {punkt.schluessel: punkt.stand for punkt in gefunden}["ihk"] is stand


async def test_what_cannot_be_trusted_or_reached_is_a_fault(zertifikate: Zertifikate, tmp_path: Path) -> None:
    leer = tmp_path / "leer.pem"
    leer.write_text("kein Zertifikat")
    gefunden = await pruefe_zertifikate(
        Settings(tsa_url="https://tsa.example", tsa_zertifikate=leer, basis_url="http://amt.example"),
        {"ihk": "https://127.0.0.1:1/"},
    )
    assert {punkt.schluessel: punkt.stand for punkt in gefunden} == {
        "amt_tsa_zertifikate": Stand.FEHLER,
        "ohne_tls": Stand.FEHLER,
        "ihk": Stand.FEHLER,
    }
