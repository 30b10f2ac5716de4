"""The frame around every route: problems, bounds, request log, health and metrics."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import asyncpg
import httpx
import pytest
import structlog
from fastapi import Body, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import text
from starlette.responses import StreamingResponse
from starlette.types import Message

from app.db.sitzung import Datenbank, verwende
from app.eingabefehler import HOECHSTENS, fehler_aus_pydantic, zeiger
from app.main import create_app
from app.problems import Problem
from app.settings import settings
from tests.conftest import vor

GEHEIM = "Musterfrau"
GROSS = "/api/v1/gewerbeanzeigen/probe/berichtigungen"


class Hund(BaseModel):
    model_config = ConfigDict(extra="forbid")
    art: Literal["hund"]
    name: Annotated[str, Field(max_length=3)]


class Katze(BaseModel):
    art: Literal["katze"]
    leben: int


class Haus(BaseModel):
    tiere: list[Annotated[Hund | Katze, Field(discriminator="art")]]


@pytest.fixture
async def probe() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app()

    @app.post("/probe/haus")
    async def haus(haus: Haus) -> None: ...

    @app.get("/probe/zahl/{zahl}")
    async def zahl(zahl: int, nach: Annotated[int, Query(ge=0)] = 0) -> None: ...

    @app.get("/probe/fehler/{art}")
    async def fehler(art: str) -> None:
        if art == "problem":
            raise Problem(409, "schon_da", "Das gibt es schon.", "Exists.", errors=[{"pointer": "/x"}])
        if art == "http":
            raise HTTPException(404, detail=GEHEIM)
        raise RuntimeError(GEHEIM)

    @app.get("/probe/halb")
    async def halb() -> StreamingResponse:
        async def teile() -> AsyncIterator[bytes]:
            yield b"anfang"
            raise RuntimeError(GEHEIM)

        return StreamingResponse(teile())

    @app.put(GROSS)
    async def bytes_(inhalt: Annotated[bytes, Body(media_type="application/xml")]) -> int:
        return len(inhalt)

    async with vor(app) as client:
        yield client


def _problem(antwort: httpx.Response, status: int) -> dict[str, object]:
    assert antwort.status_code == status
    assert antwort.headers["content-type"] == "application/problem+json"
    inhalt: dict[str, object] = antwort.json()
    assert inhalt["status"] == status
    assert inhalt["request_id"] == antwort.headers["x-request-id"]
    assert isinstance(inhalt["text"], dict)
    assert {"de", "en"} <= set(inhalt["text"]) <= {"de", "en", "leicht"}
    return inhalt


async def test_a_problem_arrives_as_it_was_raised(probe: httpx.AsyncClient) -> None:
    inhalt = _problem(await probe.get("/probe/fehler/problem"), 409)
    assert inhalt["code"] == "schon_da"
    assert inhalt["title"] == "Das gibt es schon."
    assert inhalt["errors"] == [{"pointer": "/x"}]


async def test_details_of_the_framework_do_not_get_out(probe: httpx.AsyncClient) -> None:
    antwort = await probe.get("/probe/fehler/http")
    assert _problem(antwort, 404)["code"] == "not_found"
    assert GEHEIM not in antwort.text
    assert _problem(await probe.post("/probe/zahl/1"), 405)["code"] == "method_not_allowed"


async def test_an_unforeseen_error_says_nothing(
    probe: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as ereignisse:
        antwort = await probe.get("/probe/fehler/anders")
    assert _problem(antwort, 500)["code"] == "interner_fehler"
    assert GEHEIM not in antwort.text
    (fehler,) = [ereignis for ereignis in ereignisse if ereignis["event"] == "unerwarteter_fehler"]
    assert fehler["art"] == "RuntimeError"
    assert any("test_rahmen.py" in ort for ort in fehler["ort"])
    assert GEHEIM not in json.dumps(ereignisse) + "".join(capsys.readouterr())


async def test_half_an_answer_is_not_patched_up(probe: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as ereignisse:
        antwort = await probe.get("/probe/halb")
    assert antwort.content == b"anfang"
    assert [e["abgebrochen"] for e in ereignisse if e["event"] == "anfrage"] == [True]


async def test_findings_point_into_the_input(probe: httpx.AsyncClient) -> None:
    tiere = [
        {"art": "hund", "name": GEHEIM, "a/b": 1},
        {"art": "katze"},
        {"art": "maus"},
        {},
        {"art": "katze", "leben": "viele"},
    ]
    antwort = await probe.post("/probe/haus", json={"tiere": tiere})
    inhalt = _problem(antwort, 422)
    assert inhalt["code"] == "eingabe_ungueltig"
    assert isinstance(inhalt["errors"], list)
    gefunden = {(fehler["pointer"], fehler["code"]) for fehler in inhalt["errors"]}
    assert gefunden == {
        ("/tiere/0/name", "string_too_long"),
        ("/tiere/0/a~1b", "extra_forbidden"),
        ("/tiere/1/leben", "missing"),
        ("/tiere/2", "union_tag_invalid"),
        ("/tiere/3", "union_tag_not_found"),
        ("/tiere/4/leben", "int_parsing"),
    }
    assert GEHEIM not in antwort.text
    assert "maus" not in antwort.text
    assert all(fehler["text"]["de"] and fehler["text"]["en"] for fehler in inhalt["errors"])


async def test_parameters_are_named(probe: httpx.AsyncClient) -> None:
    antwort = await probe.get("/probe/zahl/drei", params={"nach": "-1"})
    errors = _problem(antwort, 422)["errors"]
    assert isinstance(errors, list)
    assert {fehler["parameter"] for fehler in errors} == {"zahl", "nach"}


@pytest.mark.parametrize("koerper", [b"{", b"\xff\xfe", b"", b'{"a": NaN', b"[" * 100_000])
async def test_what_is_not_json_is_a_client_error(probe: httpx.AsyncClient, koerper: bytes) -> None:
    antwort = await probe.post("/probe/haus", content=koerper, headers={"Content-Type": "application/json"})
    assert 400 <= antwort.status_code < 500
    assert antwort.headers["content-type"] == "application/problem+json"


def test_our_own_checks_bring_their_own_sentence() -> None:
    eigener = PydanticCustomError("eigen", "So nicht.", {"en": "Not so."})
    fehler = [{"type": eigener.type, "loc": ("a",), "msg": eigener.message(), "ctx": eigener.context}]
    (eintrag,) = fehler_aus_pydantic(fehler, {"a": 1})
    assert eintrag == {"code": "eigen", "pointer": "/a", "text": {"de": "So nicht.", "en": "Not so."}}


def test_of_very_many_mistakes_the_first_are_told() -> None:
    fehler = [{"type": "extra_forbidden", "loc": ("body", str(i)), "msg": ""} for i in range(5000)]
    gesagt = fehler_aus_pydantic(fehler, dict.fromkeys(map(str, range(5000))))
    assert [eintrag["pointer"] for eintrag in gesagt] == [f"/{i}" for i in range(HOECHSTENS)]


@pytest.mark.parametrize(
    ("pfad", "eingabe", "erwartet"),
    [
        ((), {}, ""),
        (("a", "b"), {"a": {}}, "/a/b"),
        (("A1", "a"), {"a": 1}, "/a"),
        ((0, "A1", "a"), [{"a": 1}], "/0/a"),
        (("a", 5), {"a": [1]}, "/a"),
        (("a~/",), {"a~/": 1}, "/a~0~1"),
        (("a",), None, ""),
    ],
)
def test_pointers_hold_only_what_is_in_the_input(
    pfad: tuple[int | str, ...], eingabe: object, erwartet: str
) -> None:
    assert zeiger(pfad, eingabe) == erwartet


async def test_a_large_body_is_refused(probe: httpx.AsyncClient) -> None:
    async def endlos() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024 * 1024

    kopf = {"Content-Type": "application/xml"}
    angekuendigt = await probe.put(
        GROSS, content=endlos(), headers=kopf | {"Content-Length": str(100 * 1024**2)}
    )
    assert _problem(angekuendigt, 413)["code"] == "anfrage_zu_gross"
    assert angekuendigt.headers["connection"] == "close"
    riesig = await probe.put(GROSS, content=b"x", headers=kopf | {"Content-Length": "9" * 5000})
    assert riesig.status_code == 413
    stueckweise = await probe.put(GROSS, content=endlos(), headers=kopf)
    assert stueckweise.status_code == 413
    assert (await probe.put(GROSS, content=b"x" * 10 * 1024**2, headers=kopf)).json() == 10 * 1024**2


@pytest.mark.parametrize("zeichensatz", ["undefined", "idna", "punycode", "hex", "utf-16", "\xfc", "a\x01"])
async def test_a_form_in_an_odd_encoding_is_refused(probe: httpx.AsyncClient, zeichensatz: str) -> None:
    art = f"multipart/form-data; boundary=x; charset={zeichensatz}".encode("latin-1")
    teil = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfea\r\n--x--\r\n'
    for weg in ("/rueckmeldung", "/api/v1/antraege/0190b6a0-0000-7000-8000-000000000001/mitteilungen"):
        antwort = await probe.post(weg, content=teil, headers=[(b"Content-Type", art)])
        assert _problem(antwort, 400)["code"] == "zeichensatz_unbekannt"


async def test_a_form_may_say_that_it_is_in_utf_8(probe: httpx.AsyncClient) -> None:
    for zeichensatz in ("utf-8", "UTF8", '"utf-8"'):
        art = f"multipart/form-data; boundary=x; charset={zeichensatz}"
        antwort = await probe.post("/rueckmeldung", content=b"--x--\r\n", headers={"Content-Type": art})
        assert antwort.json()["code"] != "zeichensatz_unbekannt"


async def test_only_notices_may_be_large(probe: httpx.AsyncClient) -> None:
    kopf = {"Content-Type": "application/json"}
    gross = await probe.post("/probe/haus", content=b"x" * (64 * 1024 + 1), headers=kopf)
    assert _problem(gross, 413)["code"] == "anfrage_zu_gross"
    assert (await probe.post("/probe/haus", content=b"x" * 64 * 1024, headers=kopf)).status_code == 400


async def test_whoever_hangs_up_is_no_fault_of_ours() -> None:
    app = create_app()

    @app.post("/probe/bytes")
    async def bytes_(request: Request) -> None:
        await request.body()

    async def empfange() -> Message:
        return {"type": "http.disconnect"}

    async def sende(nachricht: Message) -> None:
        raise AssertionError("nobody is there")

    kopf = [(b"content-length", b"5")]
    anfrage = {"type": "http", "method": "POST", "path": "/probe/bytes", "headers": kopf, "query_string": b""}
    with structlog.testing.capture_logs() as ereignisse:
        await app(anfrage, empfange, sende)
    assert [ereignis["event"] for ereignis in ereignisse] == ["anfrage"]


@pytest.mark.parametrize("nummer", ["abcdefgh-123", "x", "ä" * 20, "a b c d e f g h", "y" * 200])
async def test_every_request_has_a_number(probe: httpx.AsyncClient, nummer: str) -> None:
    antwort = await probe.get("/health/live", headers=[(b"X-Request-ID", nummer.encode())])
    if nummer == "abcdefgh-123":
        assert antwort.headers["x-request-id"] == nummer
    else:
        assert antwort.headers["x-request-id"] != nummer


async def test_the_log_holds_no_personal_data(probe: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as ereignisse:
        await probe.get(f"/probe/zahl/{GEHEIM}", params={"q": GEHEIM}, headers={"X-Name": GEHEIM})
        await probe.get(f"/{GEHEIM}")
    assert GEHEIM not in json.dumps(ereignisse)
    assert [e["route"] for e in ereignisse] == ["/probe/zahl/{zahl}", "(keine Route)"]


async def test_alive_needs_no_database(probe: httpx.AsyncClient) -> None:
    assert (await probe.get("/health/live")).json() == {"status": "ok"}
    assert _problem(await probe.get("/health/ready"), 503)["code"] == "datenbank_nicht_erreichbar"


async def test_ready_means_migrated(client: httpx.AsyncClient, verbunden: Datenbank) -> None:
    assert (await client.get("/health/ready")).status_code == 200


async def test_an_old_schema_is_not_ready(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.db.migration.sollstand", lambda: "zukunft")
    assert _problem(await client.get("/health/ready"), 503)["code"] == "migration_fehlt"


async def test_an_unreachable_database_is_not_ready(probe: httpx.AsyncClient) -> None:
    tot = Datenbank("postgresql://niemand@/nichts?host=/gibt/es/nicht")
    verwende(tot)
    try:
        assert (await probe.get("/health/ready")).status_code == 503
    finally:
        verwende(None)
        await tot.schliesse()


async def test_a_lost_database_asks_to_come_again(
    client: httpx.AsyncClient, verbunden: Datenbank, verwaltung: asyncpg.Connection
) -> None:
    async def frage() -> httpx.Response:
        return await client.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials", "client_id": "niemand", "client_secret": "x"},
        )

    assert (await frage()).status_code == 401
    name = await _name(verbunden)
    await verwaltung.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await verwaltung.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    antwort = await frage()
    assert _problem(antwort, 503)["code"] == "datenbank_nicht_erreichbar"
    assert antwort.headers["retry-after"]
    await verwaltung.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert (await frage()).status_code == 401, "the pool recovers by itself"


async def _name(verbunden: Datenbank) -> str:
    async with verbunden.maschine.connect() as verbindung:
        return str(await verbindung.scalar(text("SELECT current_database()")))


async def test_metrics_count_by_route_not_by_path(probe: httpx.AsyncClient) -> None:
    await probe.get("/probe/zahl/471147114711")
    await probe.request("ERFUNDEN", "/erfundener/pfad")
    messwerte = (await probe.get("/metrics")).text
    assert 'route="/probe/zahl/{zahl}"' in messwerte
    assert "471147114711" not in messwerte
    assert "rfunden" not in messwerte


async def test_metrics_can_be_closed(probe: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_METRIK_TOKEN", "messgeheimnis")
    settings.cache_clear()
    try:
        assert (await probe.get("/metrics")).status_code == 401
        falsch = await probe.get("/metrics", headers={"Authorization": "Bearer falsch"})
        assert falsch.status_code == 401
        richtig = await probe.get("/metrics", headers={"Authorization": "Bearer messgeheimnis"})
        assert richtig.status_code == 200
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_every_problem_of_the_interface_is_declared_as_problem_json() -> None:
    beschreibung = create_app().openapi()
    for pfad, methoden in beschreibung["paths"].items():
        for methode, vorgang in methoden.items():
            for status, antwort in vorgang["responses"].items():
                inhalt = antwort.get("content", {})
                if status[0] in "45" and not pfad.endswith("/oauth/token") and "text/html" not in inhalt:
                    assert "application/problem+json" in inhalt, f"{methode} {pfad} {status}"
                    assert "application/json" not in inhalt, f"{methode} {pfad} {status}"
