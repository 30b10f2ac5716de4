"""Providers that are slow, large, elsewhere, or send us on."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from time import monotonic

import pytest

from app.konto.anmeldung import AnmeldungGescheitert
from app.konto.oidc.netz import HOECHSTENS_BYTES, Leitung
from app.settings import settings
from tests.app.konto.oidc.kleiner_anbieter import KleinerAnbieter, laeuft
from tests.app.versand.channels.gegenstelle import Zertifikate

LOKAL = Leitung("probe", lokal=True, gesamt=1.0)


async def _grund(leitung: Leitung, url: str) -> tuple[str, str]:
    with pytest.raises(AnmeldungGescheitert) as fehler:
        await leitung.hole(url)
    return fehler.value.code, fehler.value.grund


async def test_a_json_object_is_read() -> None:
    async with laeuft() as anbieter:
        antwort = await LOKAL.hole(f"{anbieter.issuer}/jwks")
        assert antwort.status == 200
        assert len(antwort.inhalt["keys"]) == 2
        assert anbieter.anfragen[0][1]["host"] == anbieter.issuer.removeprefix("http://")


async def test_a_silent_provider_is_not_waited_for() -> None:
    async with laeuft() as anbieter:
        anbieter.stumm = {"/jwks"}
        beginn = monotonic()
        assert await _grund(LOKAL, f"{anbieter.issuer}/jwks") == ("anbieter_nicht_erreichbar", "zu_langsam")
        assert monotonic() - beginn < 5


async def test_a_dripping_provider_is_not_waited_for() -> None:
    """Each byte in time, the whole never."""

    async def tropfe(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        try:
            await leser.readuntil(b"\r\n\r\n")
            schreiber.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while True:
                schreiber.write(b" ")
                await schreiber.drain()
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            schreiber.close()

    server = await asyncio.start_server(tropfe, "127.0.0.1", 0)
    try:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        assert await _grund(LOKAL, url) == ("anbieter_nicht_erreichbar", "zu_langsam")
    finally:
        server.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
async def test_nobody_sends_us_on(status: int) -> None:
    async with laeuft() as anbieter, laeuft() as opfer:
        anbieter.antworten["/jwks"] = (status, {"Location": f"{opfer.issuer}/jwks"}, b"")
        assert await _grund(LOKAL, f"{anbieter.issuer}/jwks") == ("anbieter_nicht_erreichbar", "umleitung")
        assert opfer.anfragen == []


async def _antworte(anbieter: KleinerAnbieter, inhalt: bytes, **koepfe: str) -> tuple[str, str]:
    anbieter.antworten["/jwks"] = (
        200,
        {name.replace("_", "-"): wert for name, wert in koepfe.items()},
        inhalt,
    )
    return await _grund(LOKAL, f"{anbieter.issuer}/jwks")


async def test_an_answer_has_an_end() -> None:
    async with laeuft() as anbieter:
        gerade = json.dumps({"a": "x" * (HOECHSTENS_BYTES - 9)}).encode()
        assert len(gerade) == HOECHSTENS_BYTES
        anbieter.antworten["/gerade"] = (200, {}, gerade)
        await LOKAL.hole(f"{anbieter.issuer}/gerade")
        assert await _antworte(anbieter, gerade + b" ") == ("anbieter_antwort", "zu_gross")
        zehn_mb = json.dumps({"keys": ["x" * 1000] * 10_000}).encode()
        assert await _antworte(anbieter, zehn_mb) == ("anbieter_antwort", "zu_gross")


async def test_packed_answers_are_not_unpacked() -> None:
    async with laeuft() as anbieter:
        bombe = gzip.compress(b" " * 10_000_000)
        assert await _antworte(anbieter, bombe, Content_Encoding="gzip") == ("anbieter_antwort", "kodierung")
        assert anbieter.anfragen[0][1]["accept-encoding"] == "identity"


@pytest.mark.parametrize("inhalt", [b"", b"<html>", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_object_is_no_answer(inhalt: bytes) -> None:
    async with laeuft() as anbieter:
        assert await _antworte(anbieter, inhalt) == ("anbieter_antwort", "kein_json")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_provider_is_not_reached(status: int) -> None:
    async with laeuft() as anbieter:
        anbieter.antworten["/jwks"] = (status, {}, b"{}")
        assert await _grund(LOKAL, f"{anbieter.issuer}/jwks") == ("anbieter_nicht_erreichbar", "status")


async def test_nobody_listens() -> None:
    async with laeuft() as anbieter:
        url = anbieter.issuer
    assert await _grund(LOKAL, url) == ("anbieter_nicht_erreichbar", "verbindung")


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/",
        "http://127.0.0.1:1/",
        "ftp://idp.example/",
        "https://nutzer:wort@idp.example/",
        "https://idp.example/#x",
        "https://",
        "https://idp.example:99999/",
        "https://idp.exa mple/",
        "https:\\\\idp.example",
        "file:///etc/passwd",
    ],
)
async def test_only_https_is_called(url: str) -> None:
    async def niemand(name: str, port: int) -> Sequence[str]:
        raise AssertionError(name)

    leitung = Leitung("probe", aufloeser=niemand)
    assert await _grund(leitung, url) == ("anbieter_nicht_erreichbar", "adresse_verboten")


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://10.0.0.1/", "http://127.0.0.1.example/"])
async def test_the_demo_calls_this_machine_and_no_other(url: str) -> None:
    assert await _grund(LOKAL, url) == ("anbieter_nicht_erreichbar", "adresse_verboten")


@pytest.mark.parametrize(
    "adressen",
    [["127.0.0.1"], ["10.1.2.3"], ["::1"], ["169.254.169.254"], ["::ffff:10.0.0.1", "fe80::1"], []],
)
async def test_inner_addresses_are_not_called(adressen: list[str]) -> None:
    async def dort(_name: str, _port: int) -> Sequence[str]:
        return adressen

    leitung = Leitung("probe", aufloeser=dort)
    assert await _grund(leitung, "https://idp.example/") == ("anbieter_nicht_erreichbar", "adresse_verboten")


@pytest.mark.parametrize("name", ["xn--strae-oqa.example", "xn--a.example"])
async def test_an_international_name_is_the_one_that_was_registered(name: str) -> None:
    """Decoded and encoded again by the older rule (IDNA 2003) it would be another name: strasse.example."""
    fragen = []

    async def merke(rechner: str, _port: int) -> Sequence[str]:
        fragen.append(rechner)
        return []

    grund = await _grund(Leitung("probe", aufloeser=merke), f"https://{name}/")
    assert (fragen, grund[1]) == ([name], "adresse_verboten")


async def test_an_inner_network_can_be_allowed(unused_tcp_port: int) -> None:
    async def dort(_name: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    leitung = Leitung("probe", netze=(ip_network("127.0.0.0/8"),), aufloeser=dort)
    url = f"https://idp.example:{unused_tcp_port}/"
    assert await _grund(leitung, url) == ("anbieter_nicht_erreichbar", "verbindung")


async def test_a_name_that_does_not_exist() -> None:
    async def nirgends(_name: str, _port: int) -> Sequence[str]:
        raise OSError

    leitung = Leitung("probe", aufloeser=nirgends)
    assert await _grund(leitung, "https://idp.example/") == ("anbieter_nicht_erreichbar", "name_unbekannt")


async def test_the_certificate_has_to_be_of_that_name_and_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dort(_name: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    aussteller = Zertifikate(tmp_path)
    leitung = Leitung("probe", netze=(ip_network("127.0.0.0/8"),), aufloeser=dort)
    async with laeuft(aussteller.kontext("idp.example")) as anbieter:
        url = anbieter.issuer.replace("http://127.0.0.1", "https://idp.example") + "/jwks"
        assert await _grund(leitung, url) == ("anbieter_nicht_erreichbar", "verbindung")
        monkeypatch.setenv("AMT_CA_DATEI", str(aussteller.datei))
        settings.cache_clear()
        try:
            assert (await leitung.hole(url)).status == 200
            anderer_name = url.replace("idp.example", "anders.example")
            assert await _grund(leitung, anderer_name) == ("anbieter_nicht_erreichbar", "verbindung")
        finally:
            monkeypatch.undo()
            settings.cache_clear()
        assert anbieter.gezaehlt("/jwks") == 1


async def test_proxies_of_the_environment_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    async with laeuft() as anbieter:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert (await LOKAL.hole(f"{anbieter.issuer}/jwks")).status == 200
