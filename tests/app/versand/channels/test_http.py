"""Channel `http` against real servers: what counts as delivered, and that nobody can hold us up."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import os
import time
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from app.db.basis import neue_id
from app.settings import Settings
from app.versand.bau import Sendungsbild
from app.versand.channels.basis import NachrichtAbgewiesen, Zustellfehler
from app.versand.channels.http import ANTWORTGRENZE, Http, wartewunsch
from app.versand.channels.http_optionen import HttpOptionen
from app.versand.nachricht import Nachricht
from tests.app.versand.channels.gegenstelle import (
    NAME,
    Verhalten,
    Zertifikate,
    antworte,
    gegenstelle,
    schreibe,
)

JETZT = datetime(2026, 11, 22, 12, tzinfo=UTC)
GEHEIMNIS = base64.b64encode(os.urandom(32)).decode()
NEUES = base64.b64encode(os.urandom(32)).decode()
NACHRICHT = Nachricht.packe("<probe>Müller</probe>".encode())


def sendung(sendung_id: UUID | None = None) -> Sendungsbild:
    return Sendungsbild(
        id=sendung_id or neue_id(),
        ags="05774032",
        vorgang_id=neue_id(),
        art="probe",
        bezug_id=neue_id(),
        stelle="ihk-ostwestfalen-zu-bielefeld",
        stellenart="ihk",
        kanal="http",
        grundlage={},
        erstellt_am=JETZT,
        versuche=1,
    )


async def hierher(name: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def kanal(**umgebung: str) -> Http:
    return Http(
        aufloeser=hierher,
        umgebung={"AMT_GEHEIMNIS_IHK": GEHEIMNIS, "AMT_GEHEIMNIS_IHK_NEU": f"whsec_{NEUES}"} | umgebung,
    )


def optionen(port: int, **weitere: Any) -> HttpOptionen:
    return HttpOptionen.model_validate(
        {
            "url": f"https://{NAME}:{port}/annahme?art=gewa",
            "geheimnisse": ["AMT_GEHEIMNIS_IHK"],
            "netze": ["127.0.0.0/8"],
            "lesen": 0.5,
            "gesamt": 1.5,
        }
        | weitere
    )


@pytest.fixture(scope="module")
def zertifikate(tmp_path_factory: pytest.TempPathFactory) -> Zertifikate:
    return Zertifikate(tmp_path_factory.mktemp("ca"))


@pytest.fixture(autouse=True)
def _vertraue(zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.versand.channels.vertrauen.settings", lambda: Settings(ca_datei=zertifikate.datei)
    )


async def liefere(verhalten: Verhalten, zertifikate: Zertifikate, **weitere: Any) -> None:
    async with gegenstelle(verhalten, zertifikate.kontext()) as stelle:
        await kanal().zustellen(sendung(), NACHRICHT, optionen(stelle.port, **weitere), JETZT)


async def scheitere(verhalten: Verhalten, zertifikate: Zertifikate, **weitere: Any) -> Zustellfehler:
    with pytest.raises(Zustellfehler) as fehler:
        await liefere(verhalten, zertifikate, **weitere)
    return fehler.value


async def test_the_receiver_gets_the_message_and_can_tell_whose_it_is(zertifikate: Zertifikate) -> None:
    eine = sendung()
    async with gegenstelle(antworte(202), zertifikate.kontext()) as stelle:
        beide = optionen(stelle.port, geheimnisse=["AMT_GEHEIMNIS_IHK_NEU", "AMT_GEHEIMNIS_IHK"])
        await kanal().zustellen(eine, NACHRICHT, beide, JETZT)
    [(anfrage, koepfe, inhalt)] = stelle.anfragen
    assert anfrage == "POST /annahme?art=gewa HTTP/1.1"
    assert koepfe["host"] == f"{NAME}:{stelle.port}"
    assert inhalt == NACHRICHT.inhalt()
    assert koepfe["content-type"] == "application/xml"
    assert koepfe["webhook-id"] == str(eine.id)
    assert koepfe["webhook-timestamp"] == str(int(JETZT.timestamp()))
    erwartet = [_unterschrift(geheimnis, koepfe, inhalt) for geheimnis in (NEUES, GEHEIMNIS)]
    assert koepfe["webhook-signature"].split(" ") == erwartet


def _unterschrift(geheimnis: str, koepfe: dict[str, str], inhalt: bytes) -> str:
    """As a receiver computes it, by the words of the specification."""
    text = f"{koepfe['webhook-id']}.{koepfe['webhook-timestamp']}.".encode() + inhalt
    summe = hmac.new(base64.b64decode(geheimnis), text, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(summe).decode()}"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_a_delivery(status: int, zertifikate: Zertifikate) -> None:
    await liefere(antworte(status), zertifikate)


@pytest.mark.parametrize("status", [401, 403, 404, 408, 409, 410, 429, 500, 502, 503])
async def test_what_speaks_of_the_receiver_is_tried_again(status: int, zertifikate: Zertifikate) -> None:
    fehler = await scheitere(antworte(status), zertifikate)
    assert fehler.code == f"http_{status}"
    assert f"(HTTP {status})" in fehler.satz
    assert not isinstance(fehler, NachrichtAbgewiesen)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_what_speaks_of_the_message_needs_a_person(status: int, zertifikate: Zertifikate) -> None:
    assert isinstance(await scheitere(antworte(status), zertifikate), NachrichtAbgewiesen)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int, zertifikate: Zertifikate) -> None:
    async with gegenstelle(antworte(200), zertifikate.kontext()) as ziel:
        umleitung = antworte(status, f"Location: https://{NAME}:{ziel.port}/")
        fehler = await scheitere(umleitung, zertifikate)
    assert fehler.code == f"http_{status}"
    assert ziel.verbindungen == 0


async def test_the_receiver_may_ask_for_time(zertifikate: Zertifikate) -> None:
    fehler = await scheitere(antworte(503, "Retry-After: 120"), zertifikate)
    assert fehler.erst_nach == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("kopf", "wartezeit"),
    [
        (None, None),
        ("0", timedelta()),
        ("99999999999999999999", timedelta(hours=24)),
        ("Sun, 22 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 22 Nov 2020 12:05:00 GMT", timedelta()),
        ("Sun, 22 Nov 2099 12:05:00 GMT", timedelta(hours=24)),
        ("-5", None),
        ("bald", None),
        ("٣", None),
    ],
)
def test_a_wish_to_wait_is_read_and_bounded(kopf: str | None, wartezeit: timedelta | None) -> None:
    assert wartewunsch(kopf, JETZT) == wartezeit


@pytest.mark.parametrize(
    ("verhalten", "code"),
    [
        (schreibe(dann=60), "zu_langsam"),
        (schreibe(*([b"H"] * 50), abstand=0.1), "zu_langsam"),
        (schreibe(b"HTTP/1.1 200 OK\r\nX-Endlos: ", *([b"a" * 100] * 100), abstand=0.1), "zu_langsam"),
        (schreibe(b"HTTP/1.1 200 OK\r\nX-Gross: " + b"a" * 2_000_000 + b"\r\n\r\n"), "antwort_unlesbar"),
        (schreibe(), "abgebrochen"),
        (schreibe(b"HTTP/1.1 200 OK\r\nContent-Le"), "abgebrochen"),
        (schreibe(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "antwort_unlesbar"),
        (schreibe(b"HTTP/1.1 100 Continue\r\n\r\n" * 20, dann=60), "zu_langsam"),
    ],
    ids=["hangs", "drips", "endless header", "huge header", "closes", "closes in header", "ssh", "only 100"],
)
async def test_no_answer_is_no_delivery_and_is_known_in_time(
    verhalten: Verhalten, code: str, zertifikate: Zertifikate
) -> None:
    beginn = time.monotonic()
    fehler = await scheitere(verhalten, zertifikate)
    assert fehler.code == code
    assert time.monotonic() - beginn < 3


async def test_a_gigabyte_is_left_where_it_is(zertifikate: Zertifikate) -> None:
    gesendet = 0

    async def flut(_: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        nonlocal gesendet
        schreiber.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
        for _stueck in range(16384):
            schreiber.write(b"x" * 65536)
            await schreiber.drain()
            gesendet += 65536

    await liefere(flut, zertifikate)
    assert ANTWORTGRENZE <= gesendet < 16 * 1024 * 1024


@pytest.mark.parametrize(
    "verhalten",
    [
        schreibe(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nkurz"),
        schreibe(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nviel zu lang"),
        schreibe(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        schreibe(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *([b"x"] * 50), abstand=0.1),
        schreibe(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
    ],
    ids=["too short", "too long", "broken chunk", "drips", "not gzip"],
)
async def test_what_comes_after_a_2xx_takes_nothing_back(
    verhalten: Verhalten, zertifikate: Zertifikate
) -> None:
    beginn = time.monotonic()
    await liefere(verhalten, zertifikate)
    assert time.monotonic() - beginn < 3


async def test_a_2xx_shortly_before_the_time_is_over_counts(zertifikate: Zertifikate) -> None:
    """The time is for the answer; its tail is read in a time of its own."""
    spaet = schreibe(b"HTTP/1.1 ", b"200 OK\r\nContent-Length: 500\r\n\r\n", *([b"x"] * 50), abstand=0.4)
    await liefere(spaet, zertifikate, gesamt=0.8)


async def test_a_bomb_is_not_unpacked_and_an_endless_answer_is_left(zertifikate: Zertifikate) -> None:
    kopf = b"HTTP/1.1 %d OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    bombe = gzip.compress(bytes(50_000_000))
    stueck = b"%x\r\n%s\r\n" % (len(bombe), bombe)
    beginn = time.monotonic()
    tracemalloc.start()
    await liefere(schreibe(kopf % 200, *([stueck] * 10_000)), zertifikate)
    fehler = await scheitere(schreibe(kopf % 503, *([stueck] * 10_000)), zertifikate)
    _, hoechstens = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fehler.code == "http_503"
    assert hoechstens < 10_000_000
    assert time.monotonic() - beginn < 10


async def test_only_a_valid_certificate_of_the_right_name_will_do(
    zertifikate: Zertifikate, tmp_path: Path
) -> None:
    fremde = Zertifikate(tmp_path)
    for kontext in (
        zertifikate.kontext(tage=-1),
        zertifikate.kontext("anderer.test"),
        fremde.kontext(),
    ):
        async with gegenstelle(antworte(200), kontext) as stelle:
            with pytest.raises(Zustellfehler) as fehler:
                await kanal().zustellen(sendung(), NACHRICHT, optionen(stelle.port), JETZT)
        assert fehler.value.code == "zertifikat"
        assert stelle.anfragen == []


async def test_nobody_listens(zertifikate: Zertifikate) -> None:
    async with gegenstelle(antworte(200), zertifikate.kontext()) as stelle:
        pass
    with pytest.raises(Zustellfehler) as fehler:
        await kanal().zustellen(sendung(), NACHRICHT, optionen(stelle.port), JETZT)
    assert fehler.value.code == "nicht_erreichbar"


async def test_an_inner_address_is_refused_before_anything_is_sent(zertifikate: Zertifikate) -> None:
    async with gegenstelle(antworte(200), zertifikate.kontext()) as stelle:
        with pytest.raises(Zustellfehler) as fehler:
            await kanal().zustellen(sendung(), NACHRICHT, optionen(stelle.port, netze=[]), JETZT)
    assert fehler.value.code == "adresse_verboten"
    assert stelle.verbindungen == 0


async def test_a_name_is_resolved_once(zertifikate: Zertifikate) -> None:
    """DNS rebinding: whatever the name server says the second time, nobody asks."""
    fragen = []

    async def wankelmuetig(name: str, port: int) -> Sequence[str]:
        fragen.append(name)
        return ["127.0.0.1"] if len(fragen) == 1 else ["169.254.169.254"]

    async with gegenstelle(antworte(200), zertifikate.kontext()) as stelle:
        eigener = Http(aufloeser=wankelmuetig, umgebung={"AMT_GEHEIMNIS_IHK": GEHEIMNIS})
        await eigener.zustellen(sendung(), NACHRICHT, optionen(stelle.port), JETZT)
    assert fragen == [NAME]
    assert len(stelle.anfragen) == 1


async def test_an_international_name_is_the_one_that_was_registered(zertifikate: Zertifikate) -> None:
    """By the older rule (IDNA 2003) straße.test would be strasse.test: somebody else's name, with her
    certificate."""
    fragen = []

    async def merke(name: str, port: int) -> Sequence[str]:
        fragen.append(name)
        return ["127.0.0.1"]

    eigener = Http(aufloeser=merke, umgebung={"AMT_GEHEIMNIS_IHK": GEHEIMNIS})
    async with gegenstelle(antworte(200), zertifikate.kontext("xn--strae-oqa.test")) as richtige:
        ziel = optionen(richtige.port, url=f"https://xn--strae-oqa.test:{richtige.port}/")
        await eigener.zustellen(sendung(), NACHRICHT, ziel, JETZT)
    async with gegenstelle(antworte(200), zertifikate.kontext("strasse.test")) as fremde:
        ziel = optionen(fremde.port, url=f"https://xn--strae-oqa.test:{fremde.port}/")
        with pytest.raises(Zustellfehler, match="zertifikat"):
            await eigener.zustellen(sendung(), NACHRICHT, ziel, JETZT)
    assert fragen == ["xn--strae-oqa.test"] * 2
    assert [koepfe["host"].partition(":")[0] for _, koepfe, _ in richtige.anfragen] == [fragen[0]]
    assert fremde.anfragen == []


@pytest.mark.parametrize(
    "name",
    [
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.1",
        "a.localhost",
    ],
)
async def test_our_own_machine_is_not_reached_however_it_is_written(
    name: str, zertifikate: Zertifikate
) -> None:
    async with gegenstelle(antworte(200), zertifikate.kontext()) as stelle:
        with pytest.raises(Zustellfehler) as fehler:
            await Http(umgebung={"AMT_GEHEIMNIS_IHK": GEHEIMNIS}).zustellen(
                sendung(), NACHRICHT, optionen(0, url=f"https://{name}:{stelle.port}/", netze=[]), JETZT
            )
    assert fehler.value.code in {"adresse_verboten", "name_unbekannt"}
    assert stelle.verbindungen == 0


async def test_certificates_to_trust_that_are_not_there_are_a_fault_with_a_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for inhalt in (None, b"kein Zertifikat"):
        datei = tmp_path / "ca.pem"
        if inhalt is not None:
            datei.write_bytes(inhalt)
        monkeypatch.setattr(
            "app.versand.channels.vertrauen.settings", lambda datei=datei: Settings(ca_datei=datei)
        )
        with pytest.raises(Zustellfehler, match="vertrauen_fehlt"):
            await kanal().zustellen(sendung(), NACHRICHT, optionen(443), JETZT)
        assert [mangel.code for mangel in await kanal().check_config(optionen(443))] == ["vertrauen_fehlt"]


@pytest.mark.parametrize("wert", [None, "", "whsec_", "kurz", "!" * 40])
async def test_without_a_secret_nothing_is_sent(wert: str | None, zertifikate: Zertifikate) -> None:
    umgebung = {} if wert is None else {"AMT_GEHEIMNIS_IHK": wert}
    async with gegenstelle(antworte(200), zertifikate.kontext()) as stelle:
        with pytest.raises(Zustellfehler) as fehler:
            await Http(aufloeser=hierher, umgebung=umgebung).zustellen(
                sendung(), NACHRICHT, optionen(stelle.port), JETZT
            )
    assert fehler.value.code == "geheimnis_fehlt"
    assert stelle.verbindungen == 0


@pytest.mark.parametrize(
    "falsch",
    [
        {"url": "http://empfaenger.test/"},
        {"url": "https://nutzer:kennwort@empfaenger.test/"},
        {"url": "https:///ohne-namen"},
        {"url": "https://empfaenger.test:99999/"},
        {"url": "https://empfaenger.test:0/"},
        {"url": "https://@empfaenger.test/"},
        {"url": "https://:@empfaenger.test/"},
        {"url": "https://[v1.x]/"},
        {"url": "https://[::1]empfaenger.test/"},
        {"url": "https://emp faenger.test/"},
        {"url": "https://empfaenger%2etest/"},
        {"url": "https://empfaenger..test/"},
        {"url": "https://empfaenger.test\\@127.0.0.1/"},
        {"url": f"https://{'a' * 64}.test/"},
        {"url": "https://empfaenger.test/\r\nX-Kopf: eingeschleust"},
        {"url": "file:///etc/passwd"},
        {"geheimnisse": []},
        {"geheimnisse": ["DATABASE_URL"]},
        {"geheimnisse": ["AMT_TOKEN_KEY"]},
        {"netze": ["ueberall"]},
        {"gesamt": 0},
        {"unbekannt": 1},
    ],
)
def test_options_that_make_no_sense_are_refused(falsch: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HttpOptionen.model_validate(
            {"url": "https://empfaenger.test/", "geheimnisse": ["AMT_GEHEIMNIS_IHK"]} | falsch
        )


@pytest.mark.parametrize(
    ("verhalten", "maengel"),
    [
        (antworte(200), []),
        (antworte(405), []),
        (antworte(401), ["http_401"]),
        (antworte(404), ["http_404"]),
        (antworte(500), ["http_500"]),
        (antworte(302, "Location: /"), ["http_302"]),
        (schreibe(dann=60), ["zu_langsam"]),
    ],
)
async def test_the_check_asks_and_sends_no_message(
    verhalten: Verhalten, maengel: list[str], zertifikate: Zertifikate
) -> None:
    async with gegenstelle(verhalten, zertifikate.kontext()) as stelle:
        gefunden = await kanal().check_config(optionen(stelle.port))
    assert [mangel.code for mangel in gefunden] == maengel
    assert all(mangel.text["de"] and mangel.text["en"] for mangel in gefunden)
    [(anfrage, koepfe, inhalt)] = stelle.anfragen
    assert anfrage.startswith("HEAD ")
    assert inhalt == b""
    assert "webhook-signature" in koepfe


async def test_the_check_names_every_fault_in_both_languages(zertifikate: Zertifikate) -> None:
    async with gegenstelle(antworte(200), zertifikate.kontext(tage=-1)) as stelle:
        assert [m.code for m in await kanal().check_config(optionen(stelle.port))] == ["zertifikat"]
        assert [m.code for m in await kanal().check_config(optionen(stelle.port, netze=[]))] == [
            "adresse_verboten"
        ]
        ohne = Http(aufloeser=hierher, umgebung={})
        assert [m.code for m in await ohne.check_config(optionen(stelle.port))] == ["geheimnis_fehlt"]

    async def nirgends(name: str, port: int) -> Sequence[str]:
        raise OSError

    verloren = Http(aufloeser=nirgends, umgebung={"AMT_GEHEIMNIS_IHK": GEHEIMNIS})
    assert [m.code for m in await verloren.check_config(optionen(443))] == ["name_unbekannt"]
