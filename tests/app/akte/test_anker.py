"""What only a witness outside the database can show: a cut-off end, a journal written anew."""

import asyncio
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
from rfc3161_client import TimestampRequestBuilder
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import siegel, zeitstempel
from app.akte.ankerdatei import Anker, Ankerdatei, Zeitstempel
from app.akte.ankerpruefung import zeitstempel_pruefen, zeitstempel_verspaetet
from app.akte.journalpruefung import Bruch, Pruefbericht
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
        return await journal_pruefen(session, datei.lies().bezeugt)


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


def test_a_quiet_journal_is_anchored_every_day_too(datei: Ankerdatei) -> None:
    """Else nobody could tell a quiet weekend from a worker that no longer notes anything."""
    datei.vermerke(EINS, HEUTE)
    datei.vermerke(EINS, HEUTE + timedelta(days=3))
    bestand = datei.lies()
    assert (bestand.anker, bestand.zuletzt_am) == ((EINS, EINS), HEUTE + timedelta(days=3))


def test_a_clock_that_was_ahead_does_not_end_the_anchors(datei: Ankerdatei) -> None:
    datei.vermerke(EINS, HEUTE + timedelta(days=3650))
    assert datei.vermerke(ZWEI, HEUTE) == ZWEI
    assert datei.vermerke(EINS, HEUTE + timedelta(hours=1)) == ZWEI
    assert datei.lies().zuletzt_am == HEUTE


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
        '{"art": "anker", "block": 1e999, "hash": "%s", "am": "2026-11-21T08:15:00+00:00"}' % ("ab" * 32),
        '{"art": "anker", "block": 9223372036854775808, "hash": "%s", "am": "2026-11-21T08:15:00+00:00"}'
        % ("ab" * 32),
        '{"art": "anker", "block": "1", "hash": "%s", "am": "2026-11-21T08:15:00+00:00"}' % ("ab" * 32),
        '{"art": "anker", "block": true, "hash": "%s", "am": "2026-11-21T08:15:00+00:00"}' % ("ab" * 32),
        '{"art": "anker", "block": 1, "hash": "%s", "am": "0001-01-01T00:00:00+14:00"}' % ("ab" * 32),
        "[]",
        "[" * 100_000,
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


async def test_chain_sealed_anew_to_its_end_is_found_by_anchors_alone(
    transaktion: Transaktion, angreifer: asyncpg.Connection, datei: Ankerdatei
) -> None:
    """Who can do everything changes an entry and computes every block after it: from inside all is well."""
    for _ in range(3):
        await siegle(transaktion)
    await Ankerwerk(datei).arbeite()
    await faelsche_ab(angreifer, 2)
    async with transaktion(gemeinde=ALLE) as session:
        bericht = await journal_pruefen(session)
    assert (bericht.heil, bericht.bloecke) == (True, 3)
    bruch = (await pruefe(transaktion, datei)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_weicht_ab", 3)


async def test_anchor_of_another_installation_is_not_ours(
    transaktion: Transaktion, datei: Ankerdatei
) -> None:
    datei.vermerke(ZWEI, HEUTE)
    for _ in range(2):
        await siegle(transaktion)
    bruch = (await pruefe(transaktion, datei)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_weicht_ab", 2)
    await Ankerwerk(datei).arbeite()
    assert REGISTRY.get_sample_value("amt_journal_anker_widerspruch") == 1


async def faelsche_ab(angreifer: asyncpg.Connection, nr: int) -> None:
    """Change an entry of block `nr` and seal it and all that follow anew."""
    eintrag = await angreifer.fetchval("SELECT eintraege[1] FROM journalblock WHERE nr = $1", nr)
    await angreifer.execute("UPDATE journaleintrag SET ereignis = 'gefaelscht' WHERE id = $1", eintrag)
    vorgaenger = await angreifer.fetchval("SELECT hash FROM journalblock WHERE nr = $1", nr - 1)
    vorgaenger = vorgaenger or siegel.ANFANG
    for block in await angreifer.fetch("SELECT * FROM journalblock WHERE nr >= $1 ORDER BY nr", nr):
        zeilen = [
            await angreifer.fetchrow(
                "SELECT id, ags, ereignis, bezug_art, bezug_id, angaben, zeitpunkt"
                " FROM journaleintrag WHERE id = $1",
                eintrag_id,
            )
            for eintrag_id in block["eintraege"]
        ]
        blaetter = b"".join(
            siegel.blatt(**{**zeile, "angaben": json.loads(zeile["angaben"])}) for zeile in zeilen
        )
        wurzel = siegel.wurzel(blaetter)
        neu = siegel.blockhash(
            nr=block["nr"],
            vorgaenger=vorgaenger,
            wurzel=wurzel,
            anzahl=len(zeilen),
            gesiegelt_am=block["gesiegelt_am"],
        )
        await angreifer.execute(
            "UPDATE journalblock SET vorgaenger = $2, blaetter = $3, wurzel = $4, hash = $5 WHERE nr = $1",
            block["nr"],
            vorgaenger,
            blaetter,
            wurzel,
            neu,
        )
        vorgaenger = neu


async def test_the_age_of_the_newest_anchor_is_told_even_where_none_can_be_noted(
    transaktion: Transaktion, tmp_path: Path
) -> None:
    """Without a number the alarm would stay silent for exactly those whose folder is not there."""
    await siegle(transaktion)
    with pytest.raises(OSError):
        await Ankerwerk(Ankerdatei(tmp_path / "fehlt" / "anker.jsonl")).arbeite()
    assert REGISTRY.get_sample_value("amt_journal_anker_zeitpunkt") == 0


@mit_openssl
async def test_time_stamps_witness_against_anchors_that_were_exchanged(
    transaktion: Transaktion, angreifer: asyncpg.Connection, datei: Ankerdatei, tmp_path: Path
) -> None:
    """Who gets at the file, too, can write other anchors, but no time stamps of an authority."""
    tsa = Tsa(tmp_path / "tsa")
    for _ in range(2):
        await siegle(transaktion)
    with tsa.am_netz() as url:
        await Ankerwerk(datei, Zeitstempelstelle(url, Vertrauen.lies(tsa.wurzel))).arbeite()
    await faelsche_ab(angreifer, 1)
    stempelzeile = datei.pfad.read_bytes().splitlines(keepends=True)[1]
    hash_ = (await angreifer.fetchval("SELECT hash FROM journalblock WHERE nr = 2")).hex()
    datei.pfad.unlink()
    datei.vermerke(Anker(2, hash_), datetime.now(UTC))
    async with transaktion(gemeinde=ALLE) as session:
        assert (await journal_pruefen(session, datei.lies().bezeugt)).heil
    with datei.pfad.open("ab") as roh:
        roh.write(stempelzeile)
    bruch = (await pruefe(transaktion, datei)).bruch
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("anker_weicht_ab", 2)
    await Ankerwerk(datei).arbeite()
    assert REGISTRY.get_sample_value("amt_journal_anker_widerspruch") == 1


@mit_openssl
async def test_time_stamps_that_were_got_afterwards_are_told(
    transaktion: Transaktion, angreifer: asyncpg.Connection, datei: Ankerdatei, tmp_path: Path
) -> None:
    """An authority stamps a forged hash, too, but with the day on which it is asked."""
    tsa = Tsa(tmp_path / "tsa")
    vertrauen = Vertrauen.lies(tsa.wurzel)
    for _ in range(2):
        await siegle(transaktion)

    async def der_bruch() -> Bruch | None:
        async with transaktion(gemeinde=ALLE) as session:
            return await zeitstempel_verspaetet(session, zeitstempel_pruefen(datei.lies(), vertrauen))

    with tsa.am_netz() as url:
        stelle = Zeitstempelstelle(url, vertrauen)
        async with transaktion(gemeinde=ALLE) as session:
            bloecke = (await session.execute(text("SELECT nr, hash FROM journalblock ORDER BY nr"))).all()
        for block in bloecke:
            anker = Anker(block.nr, block.hash.hex())
            datei.vermerke_zeitstempel(Zeitstempel(anker, await stelle.stemple(str(anker).encode())), HEUTE)
    assert await der_bruch() is None
    await angreifer.execute("UPDATE journalblock SET gesiegelt_am = gesiegelt_am - interval '3 days'")
    bruch = await der_bruch()
    assert bruch is not None
    assert (bruch.art, bruch.block) == ("zeitstempel_spaet", 1)


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
async def test_certificate_that_has_run_out_confirms_nothing_but_what_was_stamped_before(
    tmp_path: Path,
) -> None:
    abgelaufen = Tsa(tmp_path / "alt", bis=timedelta(seconds=-1))
    with abgelaufen.am_netz() as url, pytest.raises(ZeitstempelFehler, match="not confirmed"):
        await Zeitstempelstelle(url, Vertrauen.lies(abgelaufen.wurzel)).stemple(b"1:x")


@mit_openssl
@pytest.mark.parametrize(
    "antwort", ["abgelehnt", "falsche_nonce", "falscher_hash", "unsinn", "riesig", "zaeh"]
)
async def test_authority_that_answers_wrongly_keeps_no_anchor_waiting(
    transaktion: Transaktion, datei: Ankerdatei, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, antwort: str
) -> None:
    monkeypatch.setattr(zeitstempel, "_FRIST", 1.0)
    await siegle(transaktion)
    async with transaktion(gemeinde=ALLE) as session:
        daten = str((await journal_pruefen(session)).anker).encode()
    tsa = Tsa(tmp_path / "tsa")
    antworte, gesehen = tsa.antworte, []

    def luege(anfrage: bytes) -> bytes:
        gesehen.append(anfrage)
        match antwort:
            case "abgelehnt":
                return bytes.fromhex("30053003020102")
            case "unsinn":
                return b"\x30\x82" * 500
            case "riesig":
                return antworte(anfrage) + bytes(1 << 20)
        anders = TimestampRequestBuilder().data(b"9:z" if antwort == "falscher_hash" else daten)
        if antwort == "zaeh":
            return antworte(anfrage)
        return antworte(anders.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes())

    monkeypatch.setattr(tsa, "antworte", luege)
    tsa.pause = 0.4 if antwort == "zaeh" else 0.0
    with tsa.am_netz() as url:
        werk = Ankerwerk(datei, Zeitstempelstelle(url, Vertrauen.lies(tsa.wurzel)))
        async with asyncio.timeout(5):
            await werk.arbeite()
    bestand = datei.lies()
    assert ([anker.block for anker in bestand.anker], bestand.zeitstempel, len(gesehen)) == ([1], (), 1)


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
