"""Hostile requests against the real server: an answer with a reason within a second, and no memory kept."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.app.gewerbe.anzeigen import anmeldung
from tests.haerte.conftest import FRIST, Amt
from tests.haerte.feinde import ANZEIGEN, Feind, huellen_feinde, json_feinde, wege, xml_feinde

pytestmark = pytest.mark.usefixtures("_gesund")

_MIB = 1024 * 1024
_SEKUNDEN = 1.0
_RUNDEN = 4
FEINDE = [*xml_feinde(), *json_feinde(), *huellen_feinde()]


async def _schicke(netz: httpx.AsyncClient, amt: Amt, feind: Feind) -> tuple[httpx.Response, float]:
    """The answer, and the seconds of CPU that it took the server."""
    kopf = httpx.Headers(amt.koepfe["einreichen"] | feind.kopf, encoding="latin-1")
    kopf["Content-Type"] = feind.medientyp
    inhalt = feind.inhalt()
    vorher = amt.rechenzeit()
    antwort = await netz.post(ANZEIGEN, content=inhalt, headers=kopf)
    return antwort, amt.rechenzeit() - vorher


def _ist_problem(antwort: httpx.Response) -> dict[str, object]:
    assert antwort.headers["content-type"] == "application/problem+json", antwort.text[:200]
    inhalt: dict[str, object] = antwort.json()
    assert inhalt["status"] == antwort.status_code
    text = inhalt["text"]
    assert isinstance(text, dict)
    assert text["de"]
    assert text["en"]
    assert "root:" not in antwort.text, "no file of the server gets out"
    return inhalt


@pytest.mark.parametrize("feind", FEINDE, ids=lambda feind: feind.name)
async def test_hostile_content_is_refused_at_once_and_by_name(
    netz: httpx.AsyncClient, amt: Amt, feind: Feind
) -> None:
    antwort, dauer = await _schicke(netz, amt, feind)
    assert antwort.status_code in feind.status, antwort.text[:300]
    assert _ist_problem(antwort)["code"] == feind.code
    assert len(antwort.content) < 200_000, "an answer stays readable"
    assert dauer < _SEKUNDEN


async def test_odd_paths_and_parameters_are_refused(netz: httpx.AsyncClient, amt: Amt) -> None:
    for wer, methode, weg, erlaubt in wege():
        antwort = await netz.request(methode, amt.adresse + weg, headers=amt.koepfe[wer])
        assert antwort.status_code in erlaubt, (methode, weg[:80], antwort.status_code)
        if antwort.status_code >= 400 and not antwort.headers["content-type"].startswith("text/"):
            _ist_problem(antwort)


@pytest.mark.parametrize("angekuendigt", [True, False])
async def test_100_mb_are_not_kept(netz: httpx.AsyncClient, amt: Amt, angekuendigt: bool) -> None:
    """They are thrown away for a moment, so that whoever sends them comes to read the answer."""
    hoechstens = vorher = amt.speicher()

    async def endlos() -> AsyncIterator[bytes]:
        nonlocal hoechstens
        for _ in range(100):
            yield bytes(_MIB)
            hoechstens = max(hoechstens, amt.speicher())

    kopf = amt.koepfe["einreichen"] | {"Content-Type": "application/xml"}
    if angekuendigt:
        kopf["Content-Length"] = str(100 * _MIB)
    antwort = await netz.post(ANZEIGEN, content=endlos(), headers=kopf)
    assert antwort.status_code == 413
    assert _ist_problem(antwort)["code"] == "anfrage_zu_gross"
    assert antwort.headers["connection"] == "close"
    assert hoechstens - vorher < 30


async def test_only_deliveries_may_be_large(netz: httpx.AsyncClient, amt: Amt) -> None:
    """Small bodies are read on the event loop, where 10^6 wrong fields would hold everybody up."""
    for wer, weg in (
        ("sachbearbeitung", "/api/v1/vorgaenge/0190b6a0-0000-7000-8000-000000000001/zurueckweisen"),
        ("postfach", "/api/v1/postfach/sendungen/0190b6a0-0000-7000-8000-000000000001/quittung"),
        ("einreichen", "/api/v1/oauth/token"),
    ):
        inhalt = json.dumps(dict.fromkeys(map(str, range(100_000)))).encode()
        begonnen = time.perf_counter()
        antwort = await netz.post(
            weg, content=inhalt, headers=amt.koepfe[wer] | {"Content-Type": "application/json"}
        )
        assert antwort.status_code == 413
        assert time.perf_counter() - begonnen < _SEKUNDEN


def _roh(amt: Amt, *stuecke: bytes, pause: float = 0.0, frist: float = 5.0) -> tuple[bytes, float]:
    """Send as told over a bare connection; everything that comes back until it is closed, and the seconds."""
    begonnen = time.perf_counter()
    antwort = b""
    with socket.create_connection(("127.0.0.1", amt.port), timeout=frist) as leitung:
        try:
            for stueck in stuecke:
                leitung.sendall(stueck)
                time.sleep(pause)
        except OSError:
            pass  # hung up while we were still sending; what it said is there to be read
        try:
            while teil := leitung.recv(65536):
                antwort += teil
        except ConnectionResetError:
            pass
    return antwort, time.perf_counter() - begonnen


def _anfrage(amt: Amt, *zeilen: str, wer: str = "einreichen", methode: str = "POST") -> bytes:
    kopf = [f"{methode} {ANZEIGEN} HTTP/1.1", "Host: x", "Content-Type: application/json"]
    kopf += [f"{name}: {wert}" for name, wert in amt.koepfe.get(wer, {}).items()]
    return "\r\n".join([*kopf, *zeilen, "", ""]).encode("latin-1")


def test_a_slow_body_is_given_up(amt: Amt) -> None:
    tropfen = [b"{"] * 30
    antwort, dauer = _roh(amt, _anfrage(amt, "Content-Length: 1000"), *tropfen, pause=0.1)
    kopf, _, inhalt = antwort.partition(b"\r\n\r\n")
    assert kopf.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in kopf.lower()
    assert json.loads(inhalt)["code"] == "anfrage_zu_langsam"
    assert dauer < FRIST + 2


def test_a_body_that_never_comes_is_given_up(amt: Amt) -> None:
    antwort, dauer = _roh(amt, _anfrage(amt, "Content-Length: 1000"))
    assert antwort.startswith(b"HTTP/1.1 408")
    assert FRIST - 0.5 < dauer < FRIST + 1


def test_who_says_nothing_about_himself_is_not_waited_for(amt: Amt) -> None:
    antwort, dauer = _roh(amt, _anfrage(amt, "Content-Length: 1000", wer="niemand"))
    assert antwort.startswith(b"HTTP/1.1 401")
    assert b"connection: close" in antwort.lower()
    assert dauer < _SEKUNDEN


async def test_slow_bodies_hold_nobody_up(netz: httpx.AsyncClient, amt: Amt) -> None:
    """Far more of them than there are connections to the database."""

    async def langsam() -> bytes:
        lies, schreib = await asyncio.open_connection("127.0.0.1", amt.port)
        schreib.write(_anfrage(amt, "Content-Length: 1000"))
        antwort = await lies.read()
        schreib.close()
        return antwort[:12]

    alle = asyncio.gather(*(langsam() for _ in range(100)))
    await asyncio.sleep(0.3)
    antwort = await netz.get("/api/v1/vorgaenge", headers=amt.koepfe["sachbearbeitung"])
    assert antwort.status_code == 200
    assert not alle.done(), "served while they were still being waited for"
    assert set(await alle) == {b"HTTP/1.1 408"}


@pytest.mark.parametrize(
    ("zeilen", "inhalt"),
    [
        (["Content-Length: 5"], b"{}" + b"x" * 3 + b"POST / HTTP/1.1\r\n\r\n"),
        (["Content-Length: -1"], b"{}"),
        (["Content-Length: 0x10"], b"{}"),
        (["Content-Length: 2", "Content-Length: 3"], b"{}x"),
        (["Content-Length: 2", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked, identity"], b"{}"),
        (["Transfer-Encoding: xchunked"], b"{}"),
        (["Transfer-Encoding: chunked"], b"zz\r\n{}\r\n0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"ffffffffffffffffff\r\n{}"),
        (["Transfer-Encoding: chunked"], b"2\r\n{}\r\n0\r\nX-Trailer: y\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"1;" + b"x" * 100_000 + b"\r\n{"),
        (["Expect: 100-continue", "Content-Length: 2"], b""),
        (["Upgrade: websocket", "Connection: Upgrade", "Content-Length: 2"], b"{}"),
        (["X: " + "y" * 500_000, "Content-Length: 2"], b"{}"),
        ([f"X{i}: y" for i in range(20_000)] + ["Content-Length: 2"], b"{}"),
        (["X\x00: y", "Content-Length: 2"], b"{}"),
    ],
    ids=lambda wert: str(wert)[:40],
)
def test_lies_about_the_length_are_seen_through(amt: Amt, zeilen: list[str], inhalt: bytes) -> None:
    antwort, dauer = _roh(amt, _anfrage(amt, *zeilen, "Connection: close"), inhalt)
    # What is no HTTP is refused by the server in plain text, or by hanging up.
    antwort = antwort.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert antwort == b"" or antwort.split(b" ")[1][:1] == b"4", antwort[:200]
    assert dauer < FRIST + _SEKUNDEN


@pytest.mark.parametrize(
    "bytes_",
    [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\x00" * 1000, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
)
def test_what_is_no_http_is_hung_up_on(amt: Amt, bytes_: bytes) -> None:
    antwort, dauer = _roh(amt, bytes_)
    assert antwort == b"" or antwort.startswith((b"HTTP/1.1 400", b"HTTP/1.1 4"))
    assert dauer < _SEKUNDEN


async def test_many_at_once(netz: httpx.AsyncClient, amt: Amt) -> None:
    """The honest one among a hundred hostile ones is served."""
    kleine = [feind for feind in FEINDE if len(feind.inhalt()) < 200_000]
    sturm = asyncio.gather(*(_schicke(netz, amt, kleine[nummer % len(kleine)]) for nummer in range(100)))
    ehrlich = await netz.post(ANZEIGEN, json=anmeldung(), headers=amt.koepfe["einreichen"])
    assert ehrlich.status_code == 201, ehrlich.text
    assert {antwort.status_code // 100 for antwort, _ in await sturm} == {4}


async def test_memory_does_not_grow(netz: httpx.AsyncClient, amt: Amt) -> None:
    kleine = [feind for feind in FEINDE if len(feind.inhalt()) < 200_000]

    async def runde() -> None:
        """Some 250 requests, the large ones among them once."""
        for feind in [*FEINDE, *kleine]:
            antwort, _ = await _schicke(netz, amt, feind)
            assert antwort.status_code < 500

    # The first rounds fill what is kept for good: code, pools, threads, the allocator's arenas. What leaks
    # leaks in every round.
    zuwachs = [float("inf")]
    while zuwachs[-1] >= 20 and len(zuwachs) <= _RUNDEN:
        vorher = amt.speicher()
        await runde()
        zuwachs.append(amt.speicher() - vorher)
    assert zuwachs[-1] < 20, f"MiB kept, round by round: {zuwachs[1:]}"
