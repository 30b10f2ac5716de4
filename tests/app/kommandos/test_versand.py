"""`amt versand` and `amt empfaenger kanal|pruefen|liste` as a shell sees them."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from app.db.rollen import Zugang
from app.db.sitzung import Datenbank
from tests.app.versand.conftest import aendere, bau_probe, stelle_ein, zeile

__all__ = ["bau_probe", "stelle_ein"]

WURZEL = Path(__file__).resolve().parents[3]
IHK = "ihk-ostwestfalen-zu-bielefeld"


async def rufe(datenbank: Zugang, *argumente: str) -> tuple[int | None, str]:
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", *argumente),
        cwd=WURZEL,
        env={**os.environ, "DATABASE_URL": datenbank.anwendung, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    ausgabe, _ = await prozess.communicate()
    return prozess.returncode, ausgabe.decode()


async def test_dead_letters_are_shown_and_sent_again(
    datenbank: Zugang, verbunden: Datenbank, stelle_ein: object
) -> None:
    assert callable(stelle_ein)
    bezuege = await stelle_ein(3)
    for bezug in bezuege[:2]:
        await aendere(bezug, naechster_versuch_am=None, aufgegeben_am=datetime.now(UTC))
    sendung = await zeile(bezuege[0])
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute(
        "INSERT INTO zustellversuch (id, ags, sendung_id, nr, begonnen_am, beendet_am, ergebnis, fehler) "
        "VALUES (gen_random_uuid(), $1, $2, 1, now(), now(), 'gescheitert', 'zu_langsam: Keine Antwort.')",
        sendung.ags,
        sendung.id,
    )
    await eigentuemer.close()

    code, ausgabe = await rufe(datenbank, "versand", "tote")
    assert code == 0, ausgabe
    assert str(sendung.id) in ausgabe
    assert "zu_langsam: Keine Antwort." in ausgabe
    code, ausgabe = await rufe(datenbank, "versand", "liste", "--json", "--stelle", IHK)
    assert [eine["id"] for eine in json.loads(ausgabe)] == [str((await zeile(bezuege[2])).id)]

    code, ausgabe = await rufe(datenbank, "versand", "erneut", str(sendung.id))
    assert (code, ausgabe.startswith("1 Sendungen")) == (0, True)
    code, ausgabe = await rufe(datenbank, "versand", "erneut", "--stelle", IHK, "--von", "2026-01-01")
    assert (code, ausgabe.startswith("1 Sendungen")) == (0, True)
    assert (await rufe(datenbank, "versand", "erneut"))[0] == 1
    assert (await rufe(datenbank, "versand", "erneut", "00000000-0000-0000-0000-000000000000"))[0] == 1
    assert (await zeile(bezuege[1])).naechster_versuch_am is not None


async def test_a_receiver_is_set_up_and_checked(datenbank: Zugang) -> None:
    code, ausgabe = await rufe(datenbank, "empfaenger", "pruefen")
    assert (code, "Postfach" in ausgabe) == (0, True)
    neu = ("-o", "url=https://empfaenger.invalid/", "-o", 'geheimnisse=["AMT_GEHEIMNIS_IHK"]')
    code, ausgabe = await rufe(datenbank, "empfaenger", "kanal", IHK, "http", *neu)
    assert code == 0, ausgabe
    code, ausgabe = await rufe(datenbank, "empfaenger", "pruefen", IHK)
    assert (code, "geheimnis_fehlt" in ausgabe) == (1, True), ausgabe
    code, ausgabe = await rufe(datenbank, "empfaenger", "liste")
    assert (code, ausgabe.split()[:3]) == (0, [IHK, "http", "in_ordnung"])


@pytest.mark.parametrize(
    "falsch",
    [
        ("kanal", IHK, "brieftaube"),
        ("kanal", "ihk-entenhausen", "postfach"),
        ("kanal", IHK, "http", "-o", "url=http://empfaenger.invalid/"),
        ("kanal", IHK, "http", "-o", "url"),
        ("kanal", IHK, "http", "-o", "geheimnisse=[kaputt"),
        ("pruefen", "ihk-entenhausen"),
    ],
)
async def test_what_cannot_be_is_refused(falsch: tuple[str, ...], datenbank: Zugang) -> None:
    code, ausgabe = await rufe(datenbank, "empfaenger", *falsch)
    assert code == 2, ausgabe
    assert "Traceback" not in ausgabe


async def test_a_notice_needs_no_further_word(datenbank: Zugang) -> None:
    anzeige = WURZEL / "tests" / "beispiele" / "anmeldung-gmbh.json"
    kurz = await rufe(datenbank, "empfaenger", str(anzeige), "--json")
    lang = await rufe(datenbank, "empfaenger", "anzeige", str(anzeige), "--json")
    vorn = await rufe(datenbank, "empfaenger", "--json", str(anzeige))
    assert kurz == lang == vorn
    assert kurz[0] == 0
    code, ausgabe = await rufe(datenbank, "empfaenger", "--help")
    assert code == 0
    for wort in ("anzeige", "pruefen", "liste", "kanal"):
        assert wort in ausgabe
