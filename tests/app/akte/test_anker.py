"""What only a witness outside the database can show: a cut-off end, a journal written anew."""

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.ankerdatei import Anker, Ankerdatei, Zeitstempel
from app.akte.ankerpruefung import zeitstempel_pruefen
from app.akte.journalpruefung import Pruefbericht
from app.akte.service import eintragen, journal_pruefen, versiegeln
from app.akte.tasks import Ankerwerk
from app.akte.zeitstempel import Vertrauen, ZeitstempelFehler, Zeitstempelstelle
from app.db.basis import neue_id
from app.db.sitzung import ALLE
from tests.app.akte.tsa import Tsa

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
HEUTE = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
EINS, ZWEI = Anker(1, "ab" * 32), Anker(2, "cd" * 32)
mit_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture
def datei(tmp_path: Path) -> Ankerdatei:
    return Ankerdatei(tmp_path / "anker.jsonl")


async def siegle(transaktion: Transaktion) -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await eintragen(session, ags=None, ereignis="x", bezug_art="y", bezug_id=neue_id())
    async with transaktion(gemeinde=ALLE) as session:
        assert await versiegeln(session) == 1


async def pruefe(transaktion: Transaktion, datei: Ankerdatei) -> Pruefbericht:
    async with transaktion(gemeinde=ALLE) as session:
        return await journal_pruefen(session, datei.lies().anker)


def einen_tag_aelter(datei: Ankerdatei) -> None:
    """Whatever was noted was noted yesterday."""
    zeilen = [json.loads(zeile) for zeile in datei.pfad.read_text().splitlines()]
    for zeile in zeilen:
        zeile["am"] = (datetime.fromisoformat(zeile["am"]) - timedelta(days=1)).isoformat()
    datei.pfad.write_text("".join(json.dumps(zeile) + "\n" for zeile in zeilen))


def bestaetigt_openssl(ordner: Path, daten: str, token: bytes, wurzel: Path) -> bool:
    """Somebody else's tool comes to the same end."""
    (ordner / "daten").write_text(daten)
    (ordner / "antwort").write_bytes(token)
    befehl = ["openssl", "ts", "-verify", "-data", "daten", "-in", "antwort", "-CAfile", str(wurzel)]
    ergebnis = subprocess.run(befehl, cwd=ordner, capture_output=True, text=True, check=False)
    return "Verification: OK" in ergebnis.stdout


def test_one_anchor_a_day_and_nothing_is_overwritten(datei: Ankerdatei) -> None:
    assert datei.vermerke(EINS, HEUTE) == EINS
    vorher = datei.pfad.read_bytes()
    assert datei.vermerke(ZWEI, HEUTE + timedelta(hours=15)) == EINS
    assert datei.pfad.read_bytes() == vorher
    assert datei.vermerke(ZWEI, HEUTE + timedelta(hours=16)) == ZWEI
    assert datei.pfad.read_bytes().startswith(vorher)
    bestand = datei.lies()
    assert bestand.anker == (EINS, ZWEI)
    assert bestand.zuletzt_am == HEUTE + timedelta(hours=16)


def test_a_quiet_journal_needs_no_second_anchor(datei: Ankerdatei) -> None:
    datei.vermerke(EINS, HEUTE)
    datei.vermerke(EINS, HEUTE + timedelta(days=3))
    assert datei.lies().anker == (EINS,)


def test_a_torn_line_is_told_and_harms_no_other(datei: Ankerdatei) -> None:
    datei.vermerke(EINS, HEUTE)
    with datei.pfad.open("a") as roh:
        roh.write('{"art": "anker", "blo')
    datei.vermerke(ZWEI, HEUTE + timedelta(days=1))
    bestand = datei.lies()
    assert bestand.anker == (EINS, ZWEI)
    assert bestand.unlesbar == (2,)


@pytest.mark.parametrize(
    "zeile",
    [
        '{"art": "anker", "block": 0, "hash": "%s", "am": "2026-11-21T08:15:00+00:00"}' % ("ab" * 32),
        '{"art": "anker", "block": 1, "hash": "AB", "am": "2026-11-21T08:15:00+00:00"}',
        '{"art": "anker", "block": 1, "hash": "%s", "am": "2026-11-21T08:15:00"}' % ("ab" * 32),
        '{"art": "fremd", "block": 1, "hash": "%s", "am": "2026-11-21T08:15:00+00:00"}' % ("ab" * 32),
        '{"art": "zeitstempel", "block": 1, "hash": "%s", "am": "2026-11-21T08:15:00+00:00", "token": "?"}'
        % ("ab" * 32),
        "[]",
        "\x00\xff",
    ],
)
def test_lines_that_are_none_of_ours_are_told(datei: Ankerdatei, zeile: str) -> None:
    datei.vermerke(EINS, HEUTE)
    with datei.pfad.open("a", encoding="latin-1") as roh:
        roh.write(zeile + "\n")
    bestand = datei.lies()
    assert (bestand.anker, bestand.zeitstempel, bestand.unlesbar) == ((EINS,), (), (2,))


async def test_worker_notes_the_newest_block_once_a_day(transaktion: Transaktion, datei: Ankerdatei) -> None:
    werk = Ankerwerk(datei)
    await werk.arbeite()
    assert not datei.pfad.exists()
    for _ in range(2):
        await siegle(transaktion)
        await werk.arbeite()
    assert [anker.block for anker in datei.lies().anker] == [1]
    einen_tag_aelter(datei)
    await werk.arbeite()
    assert [anker.block for anker in datei.lies().anker] == [1, 2]
    assert (await pruefe(transaktion, datei)).heil
    assert REGISTRY.get_sample_value("amt_journal_anker_zeitpunkt") == pytest.approx(
        datetime.now(UTC).timestamp(), abs=60
    )


async def test_cut_off_end_is_found_by_check_and_worker(
    transaktion: Transaktion, angreifer: asyncpg.Connection, datei: Ankerdatei
) -> None:
    for _ in range(3):
        await siegle(transaktion)
    await Ankerwerk(datei).arbeite()
    await angreifer.execute(
        "DELETE FROM journaleintrag WHERE id = (SELECT max(id::text)::uuid FROM journaleintrag)"
    )
    await angreifer.execute("DELETE FROM journalblock WHERE nr = 3")
    async with transaktion(gemeinde=ALLE) as session:
        assert (await journal_pruefen(session)).heil
    bruch = (await pruefe(transaktion, datei)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_fehlt", 3)

    einen_tag_aelter(datei)
    vorher = datei.pfad.read_bytes()
    await Ankerwerk(datei).arbeite()
    assert REGISTRY.get_sample_value("amt_journal_anker_widerspruch") == 1
    assert datei.pfad.read_bytes() == vorher


async def test_end_written_anew_is_found_by_any_anchor(
    transaktion: Transaktion, angreifer: asyncpg.Connection, datei: Ankerdatei
) -> None:
    """Who may do everything in the database cuts the end off and lets the program seal other entries."""
    await siegle(transaktion)
    await Ankerwerk(datei).arbeite()
    await angreifer.execute("TRUNCATE journaleintrag, journalblock, journal_unversiegelt CASCADE")
    for _ in range(2):
        await siegle(transaktion)
    async with transaktion(gemeinde=ALLE) as session:
        assert (await journal_pruefen(session)).heil
    bruch = (await pruefe(transaktion, datei)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_weicht_ab", 1)


@mit_openssl
async def test_authority_confirms_the_anchor(
    transaktion: Transaktion, datei: Ankerdatei, tmp_path: Path
) -> None:
    await siegle(transaktion)
    tsa = Tsa(tmp_path / "tsa")
    vertrauen = Vertrauen.lies(tsa.wurzel)
    with tsa.am_netz() as url:
        werk = Ankerwerk(datei, Zeitstempelstelle(url, vertrauen))
        tsa.status = 503
        vorher = REGISTRY.get_sample_value("amt_zeitstempel_gescheitert_total") or 0
        await werk.arbeite()
        assert REGISTRY.get_sample_value("amt_zeitstempel_gescheitert_total") == vorher + 1
        assert len(datei.lies().anker) == 1
        tsa.status = 200
        for _ in range(2):
            await werk.arbeite()
    assert tsa.anfragen == 1
    bestand = datei.lies()
    bericht = zeitstempel_pruefen(bestand, vertrauen)
    assert (bericht.bestaetigt, bericht.block, bericht.bruch) == (1, 1, None)
    assert bericht.zeit is not None
    assert abs(bericht.zeit - datetime.now(UTC)) < timedelta(minutes=5)
    assert bestaetigt_openssl(tmp_path, str(bestand.anker[0]), bestand.zeitstempel[0].token, tsa.wurzel)


@mit_openssl
async def test_false_time_stamps_are_refused(datei: Ankerdatei, tmp_path: Path) -> None:
    tsa, fremde = Tsa(tmp_path / "tsa"), Tsa(tmp_path / "fremde", "Fremde")
    vertrauen = Vertrauen.lies(tsa.wurzel)
    with tsa.am_netz() as url, fremde.am_netz() as fremde_url:
        token = await Zeitstempelstelle(url, vertrauen).stemple(str(EINS).encode())
        with pytest.raises(ZeitstempelFehler, match="not confirmed"):
            await Zeitstempelstelle(fremde_url, vertrauen).stemple(str(EINS).encode())
    with pytest.raises(ZeitstempelFehler):
        vertrauen.pruefe(token, str(EINS).encode(), nonce=7)
    mitte = len(token) // 2
    for falsch in (
        token[:-8],
        b"",
        b"x" * 100,
        token[:mitte] + bytes([token[mitte] ^ 1]) + token[mitte + 1 :],
    ):
        with pytest.raises(ZeitstempelFehler):
            vertrauen.pruefe(falsch, str(EINS).encode())
    datei.vermerke_zeitstempel(Zeitstempel(EINS, token), HEUTE)
    datei.vermerke_zeitstempel(Zeitstempel(ZWEI, token), HEUTE)
    bericht = zeitstempel_pruefen(datei.lies(), vertrauen)
    assert bericht.bestaetigt == 1
    assert bericht.bruch is not None
    assert (bericht.bruch.art, bericht.bruch.block) == ("zeitstempel_ungueltig", 2)


@mit_openssl
async def test_authority_that_sends_no_certificate_is_known_by_ours(tmp_path: Path) -> None:
    tsa = Tsa(tmp_path / "tsa")
    beide = tmp_path / "beide.pem"
    beide.write_bytes(tsa.stelle.read_bytes() + tsa.wurzel.read_bytes())
    with tsa.am_netz() as url:
        token = await Zeitstempelstelle(url, Vertrauen.lies(beide)).stemple(b"1:x")
    Vertrauen.lies(beide).pruefe(token, b"1:x")
    with pytest.raises(ZeitstempelFehler):
        Vertrauen.lies(tsa.wurzel).pruefe(token, b"1:x")


@pytest.mark.parametrize("inhalt", [b"", b"kein PEM"])
def test_file_without_certificates_is_refused(tmp_path: Path, inhalt: bytes) -> None:
    datei = tmp_path / "leer.pem"
    datei.write_bytes(inhalt)
    with pytest.raises(ZeitstempelFehler, match=r"leer\.pem"):
        Vertrauen.lies(datei)
