"""`amt versand` and `amt empfaenger kanal|pruefen|liste` as a shell sees them."""

import asyncio
import base64
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from app.db.rollen import Zugang
from app.db.sitzung import Datenbank
from app.versand import bau
from tests.app.versand.channels.gegenstelle import Zertifikate, antworte, gegenstelle
from tests.app.versand.conftest import ART, Stelle_ein, aendere, bau_probe, stelle_ein, zeile
from tests.app.versand.test_stapel import Stapelprobe

__all__ = ["bau_probe", "stelle_ein"]

WURZEL = Path(__file__).resolve().parents[3]
IHK = "ihk-ostwestfalen-zu-bielefeld"
LOKAL = ["127.0.0.0/8", "::1/128"]


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


async def test_the_check_tries_every_receiver_and_names_what_is_wrong(
    datenbank: Zugang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against real servers; one receiver that cannot be checked does not keep the others from it."""
    zertifikate = Zertifikate(tmp_path)
    monkeypatch.setenv("AMT_CA_DATEI", str(zertifikate.datei))
    monkeypatch.setenv("AMT_GEHEIMNIS_IHK", f"whsec_{base64.b64encode(bytes(32)).decode()}")
    async with (
        gegenstelle(antworte(204), zertifikate.kontext("localhost")) as gute,
        gegenstelle(antworte(204), zertifikate.kontext("localhost", tage=-1)) as abgelaufene,
        gegenstelle(antworte(302, "Location: https://127.0.0.1/"), zertifikate.kontext("localhost")) as weg,
    ):
        optionen = {
            stelle: {"url": url, "geheimnisse": ["AMT_GEHEIMNIS_IHK"], "netze": netze}
            for stelle, url, netze in (
                ("amt-gut", f"https://localhost:{gute.port}/", LOKAL),
                ("amt-abgelaufen", f"https://localhost:{abgelaufene.port}/", LOKAL),
                ("amt-weg", f"https://localhost:{weg.port}/", LOKAL),
                ("amt-innen", f"https://localhost:{gute.port}/", []),
                # As an older version of the program took it.
                ("amt-kaputt", "https://emp faenger.invalid/", []),
            )
        }
        eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
        for stelle, eine in optionen.items():
            await eigentuemer.execute(
                "INSERT INTO empfaenger (stelle, kanal, optionen) VALUES ($1, 'http', $2)",
                stelle,
                json.dumps(eine),
            )
        await eigentuemer.execute("INSERT INTO empfaenger (stelle, kanal) VALUES ('amt-taube', 'brieftaube')")
        await eigentuemer.close()
        code, ausgabe = await rufe(datenbank, "empfaenger", "pruefen", "--json")
    assert code == 1, ausgabe
    gefunden = {
        stelle: [mangel["code"] for mangel in maengel] for stelle, maengel in json.loads(ausgabe).items()
    }
    assert gefunden == {
        "amt-gut": [],
        "amt-abgelaufen": ["zertifikat"],
        "amt-weg": ["http_302"],
        "amt-innen": ["adresse_verboten"],
        "amt-kaputt": ["optionen_ungueltig"],
        "amt-taube": ["kanal_unbekannt"],
    }
    assert [erste.split()[0] for erste, _, _ in gute.anfragen] == ["HEAD"], "no message is sent for a check"


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


async def test_a_body_gets_its_notices_together_and_again_one_by_one(
    datenbank: Zugang, verbunden: Datenbank, stelle_ein: Stelle_ein, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(bau._baumeister, ART, Stapelprobe())
    code, ausgabe = await rufe(datenbank, "buendelung", IHK, "--hoechstens", "50", "--minuten", "90")
    assert (code, "50 je Nachricht" in ausgabe) == (0, True), ausgabe
    [bezug] = await stelle_ein()
    eine = await zeile(bezug)
    assert eine.naechster_versuch_am == eine.erstellt_am + timedelta(minutes=90)
    assert (await rufe(datenbank, "buendelung", IHK, "--hoechstens", "1"))[0] == 0
    [weitere] = await stelle_ein()
    eine = await zeile(weitere)
    assert eine.naechster_versuch_am == eine.erstellt_am


@pytest.mark.parametrize(
    "falsch",
    [
        ("ihk-entenhausen", "--hoechstens", "2"),
        (IHK, "--hoechstens", "0"),
        (IHK, "--hoechstens", "501"),
        (IHK, "--hoechstens", "2", "--minuten", "1441"),
        (IHK, "--hoechstens", "2", "--minuten", "-1"),
        (IHK, "--hoechstens", "2", "--minuten", "99999999999999"),
    ],
)
async def test_a_bundling_outside_of_its_bounds_is_refused(
    falsch: tuple[str, ...], datenbank: Zugang
) -> None:
    code, ausgabe = await rufe(datenbank, "buendelung", *falsch)
    assert code == 2, ausgabe
    assert "Traceback" not in ausgabe
