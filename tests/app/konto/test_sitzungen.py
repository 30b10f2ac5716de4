"""Sessions of browsers: rotated, ended in time, found by their secret alone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from app.konto import cookies, sitzungen
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle, Rollenzuweisung
from app.problems import Problem
from app.settings import settings

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]

ANNA = Anmeldung(
    anbieter="buergerkonto",
    issuer="https://idp.example",
    subjekt="bpk-anna",
    art=Kontoart.PERSON,
    niveau=Niveau.BASIS,
    angaben=Angaben(vornamen="Anna", familienname="Müller"),
    authentifiziert_am=datetime(2026, 11, 21, 9, tzinfo=UTC),
    sid="sid-1",
)
BERND = replace(ANNA, subjekt="bpk-bernd", sid="sid-2", angaben=Angaben(vornamen="Bernd"))
CARLA = replace(
    ANNA,
    subjekt="carla",
    sid="sid-3",
    art=Kontoart.BESCHAEFTIGT,
    rollen=(Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde="05774032"),),
)


async def _lies(transaktion: Transaktion, geheimnis: str) -> sitzungen.Angemeldet | None:
    async with transaktion() as session:
        return await sitzungen.lies(session, geheimnis)


async def _beginne(transaktion: Transaktion, anmeldung: Anmeldung = ANNA, bisher: str | None = None) -> str:
    async with transaktion() as session:
        return await sitzungen.beginne(session, anmeldung, geraet="Firefox, Linux", bisher=bisher)


async def _drehe(transaktion: Transaktion, **spalten: timedelta) -> None:
    async with transaktion() as session:
        for spalte, um in spalten.items():
            await session.execute(
                text(f"UPDATE websitzung SET {spalte} = {spalte} - CAST(:um AS interval)"), {"um": um}
            )


async def test_a_login_is_found_by_its_secret_and_nothing_else(transaktion: Transaktion) -> None:
    geheimnis = await _beginne(transaktion, CARLA)
    angemeldet = await _lies(transaktion, geheimnis)
    assert angemeldet is not None
    assert (angemeldet.name, angemeldet.art) == ("Anna Müller", Kontoart.BESCHAEFTIGT)
    assert angemeldet.rollen == CARLA.rollen
    assert await _lies(transaktion, geheimnis[:-1]) is None
    assert await _lies(transaktion, "") is None
    assert await _lies(transaktion, "\udcff\x00") is None


async def test_the_database_does_not_know_the_secret(transaktion: Transaktion) -> None:
    geheimnis = await _beginne(transaktion)
    async with transaktion() as session:
        zeile = (await session.execute(text("SELECT websitzung::text FROM websitzung"))).scalar_one()
    assert geheimnis not in zeile
    assert len(geheimnis) >= 43
    angemeldet = await _lies(transaktion, geheimnis)
    assert angemeldet is not None
    assert geheimnis not in repr(angemeldet)
    assert angemeldet.csrf not in repr(angemeldet)


async def test_step_up_ends_the_earlier_session(transaktion: Transaktion) -> None:
    erstes = await _beginne(transaktion)
    zweites = await _beginne(transaktion, replace(ANNA, niveau=Niveau.HOCH), bisher=erstes)
    assert await _lies(transaktion, erstes) is None
    angemeldet = await _lies(transaktion, zweites)
    assert angemeldet is not None
    assert angemeldet.niveau is Niveau.HOCH


async def test_a_secret_that_was_planted_opens_nothing(transaktion: Transaktion) -> None:
    geheimnis = await _beginne(transaktion, bisher="planted-by-somebody-else")
    assert geheimnis != "planted-by-somebody-else"
    assert await _lies(transaktion, "planted-by-somebody-else") is None


async def test_the_session_of_another_ends_too_but_gives_nothing(transaktion: Transaktion) -> None:
    fremdes = await _beginne(transaktion, BERND)
    eigenes = await _beginne(transaktion, bisher=fremdes)
    angemeldet = await _lies(transaktion, eigenes)
    assert angemeldet is not None
    assert angemeldet.name == "Anna Müller"
    assert await _lies(transaktion, fremdes) is None


async def test_the_same_person_keeps_one_account(transaktion: Transaktion) -> None:
    eins = await _lies(transaktion, await _beginne(transaktion))
    umbenannt = replace(ANNA, angaben=Angaben(vornamen="Anna", familienname="Neu"))
    zwei = await _lies(transaktion, await _beginne(transaktion, umbenannt))
    andere = await _lies(
        transaktion, await _beginne(transaktion, replace(ANNA, issuer="https://other.example"))
    )
    assert eins is not None
    assert zwei is not None
    assert andere is not None
    assert eins.konto_id == zwei.konto_id != andere.konto_id
    assert zwei.name == "Anna Neu"


@pytest.mark.parametrize(
    ("anmeldung", "minuten", "bleibt"),
    [
        (ANNA, 29, True),
        (ANNA, 31, False),
        (replace(ANNA, niveau=Niveau.SUBSTANTIELL), 29, True),
        (replace(ANNA, niveau=Niveau.HOCH), 14, True),
        (replace(ANNA, niveau=Niveau.HOCH), 16, False),
        (CARLA, 14, True),
        (CARLA, 16, False),
    ],
)
async def test_idle_for_too_long(
    transaktion: Transaktion, anmeldung: Anmeldung, minuten: int, bleibt: bool
) -> None:
    geheimnis = await _beginne(transaktion, anmeldung)
    await _drehe(transaktion, zuletzt_am=timedelta(minutes=minuten))
    assert (await _lies(transaktion, geheimnis) is not None) is bleibt


async def test_use_keeps_a_session_alive_until_its_absolute_end(transaktion: Transaktion) -> None:
    geheimnis = await _beginne(transaktion)
    for _ in range(4):
        await _drehe(transaktion, zuletzt_am=timedelta(minutes=20), endet_am=timedelta(minutes=20))
        assert await _lies(transaktion, geheimnis)
    await _drehe(transaktion, endet_am=timedelta(hours=12) - timedelta(minutes=81))
    assert await _lies(transaktion, geheimnis)
    await _drehe(transaktion, endet_am=timedelta(minutes=2))
    assert await _lies(transaktion, geheimnis) is None


async def test_last_use_is_written_once_a_minute(transaktion: Transaktion) -> None:
    geheimnis = await _beginne(transaktion)

    async def zuletzt() -> datetime:
        async with transaktion() as session:
            zeit: datetime = (await session.execute(text("SELECT zuletzt_am FROM websitzung"))).scalar_one()
            return zeit

    vorher = await zuletzt()
    await _lies(transaktion, geheimnis)
    assert await zuletzt() == vorher
    await _drehe(transaktion, zuletzt_am=timedelta(seconds=61))
    await _lies(transaktion, geheimnis)
    assert await zuletzt() > vorher


async def test_one_request_does_not_wait_for_another(transaktion: Transaktion) -> None:
    geheimnis = await _beginne(transaktion)
    await _drehe(transaktion, zuletzt_am=timedelta(minutes=2))
    async with transaktion() as langsam:
        assert await sitzungen.lies(langsam, geheimnis)
        async with transaktion() as schnell:
            await schnell.execute(text("SET LOCAL lock_timeout = '500ms'"))
            assert await sitzungen.lies(schnell, geheimnis)


async def test_one_of_two_sessions_ends(transaktion: Transaktion) -> None:
    bleibt, geht = await _beginne(transaktion), await _beginne(transaktion)
    fremd = await _beginne(transaktion, BERND)
    angemeldet, fremder = await _lies(transaktion, geht), await _lies(transaktion, fremd)
    assert angemeldet is not None
    assert fremder is not None
    async with transaktion() as session:
        assert len(await sitzungen.offene(session, angemeldet.konto_id)) == 2
        # An id of somebody else's session is of no use.
        assert not await sitzungen.beende(session, fremder.sitzung_id, konto_id=angemeldet.konto_id)
        assert await sitzungen.beende(session, angemeldet.sitzung_id, konto_id=angemeldet.konto_id)
        assert len(await sitzungen.offene(session, angemeldet.konto_id)) == 1
    assert await _lies(transaktion, geht) is None
    assert await _lies(transaktion, bleibt)
    assert await _lies(transaktion, fremd)


async def test_all_but_this_one_end(transaktion: Transaktion) -> None:
    geheimnisse = [await _beginne(transaktion) for _ in range(3)]
    fremd = await _beginne(transaktion, BERND)
    angemeldet = await _lies(transaktion, geheimnisse[0])
    assert angemeldet is not None
    async with transaktion() as session:
        assert await sitzungen.beende_alle(session, angemeldet.konto_id, ausser=angemeldet.sitzung_id) == 2
    assert [bool(await _lies(transaktion, g)) for g in [*geheimnisse, fremd]] == [True, False, False, True]


@pytest.mark.parametrize(
    ("sid", "subjekt", "beendet"),
    [
        ("sid-1", None, [True, False, False]),
        ("sid-1", "bpk-anna", [True, False, False]),
        ("sid-1", "bpk-bernd", [False, False, False]),
        (None, "bpk-anna", [True, True, False]),
        ("unknown", None, [False, False, False]),
    ],
)
async def test_the_provider_ends_what_it_names(
    transaktion: Transaktion, sid: str | None, subjekt: str | None, beendet: list[bool]
) -> None:
    anmeldungen = [ANNA, replace(ANNA, sid="sid-1b"), BERND]
    geheimnisse = [await _beginne(transaktion, eine) for eine in anmeldungen]
    async with transaktion() as session:
        assert await sitzungen.beende_vom_anbieter(session, "https://other.example", sid, subjekt) == 0
        anzahl = await sitzungen.beende_vom_anbieter(session, ANNA.issuer, sid, subjekt)
    assert anzahl == sum(beendet)
    assert [await _lies(transaktion, g) is None for g in geheimnisse] == beendet


async def test_a_logout_that_names_nothing_ends_nothing(transaktion: Transaktion) -> None:
    async with transaktion() as session:
        with pytest.raises(ValueError, match="names"):
            await sitzungen.beende_vom_anbieter(session, ANNA.issuer)


async def test_rows_of_ended_sessions_go_after_a_day(transaktion: Transaktion) -> None:
    alt, neu = await _beginne(transaktion), await _beginne(transaktion, BERND)
    angemeldet = await _lies(transaktion, alt)
    assert angemeldet is not None
    async with transaktion() as session:
        await sitzungen.beende(session, angemeldet.sitzung_id, konto_id=angemeldet.konto_id)
        assert await sitzungen.raeume_auf(session) == 0
        await session.execute(
            text(
                "UPDATE websitzung SET beendet_am = now() - interval '25 hours' WHERE beendet_am IS NOT NULL"
            )
        )
        assert await sitzungen.raeume_auf(session) == 1
    assert await _lies(transaktion, neu)


async def test_csrf_token_is_the_sessions_own(transaktion: Transaktion) -> None:
    angemeldet = await _lies(transaktion, await _beginne(transaktion))
    anderer = await _lies(transaktion, await _beginne(transaktion))
    assert angemeldet is not None
    assert anderer is not None
    sitzungen.pruefe_csrf(angemeldet, angemeldet.csrf)
    for falsch in (None, "", anderer.csrf, angemeldet.csrf + "x", "ü\udcff"):
        with pytest.raises(Problem) as fehler:
            sitzungen.pruefe_csrf(angemeldet, falsch)
        assert (fehler.value.status_code, fehler.value.code) == (403, "csrf")


def _anfrage(keks: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", keks.encode())]})


@pytest.mark.parametrize(
    ("adresse", "name", "secure"),
    [
        ("https://gewerbe.example", "__Host-amt", True),
        ("http://gewerbe.example", "__Host-amt", True),
        ("http://127.0.0.1.example", "__Host-amt", True),
        ("http://127.0.0.1:8000", "amt", False),
        ("http://[::1]:8000", "amt", False),
        ("http://localhost:8000", "amt", False),
    ],
)
def test_cookie_flags(monkeypatch: pytest.MonkeyPatch, adresse: str, name: str, secure: bool) -> None:
    monkeypatch.setenv("AMT_BASIS_URL", adresse)
    settings.cache_clear()
    try:
        antwort = Response()
        cookies.setze_sitzungskeks(antwort, "secret")
        wert, *eigenschaften = antwort.headers["set-cookie"].split("; ")
        assert wert == f"{name}=secret"
        assert set(eigenschaften) == {"HttpOnly", "Path=/", "SameSite=lax"} | (
            {"Secure"} if secure else set()
        )
        assert cookies.sitzungskeks(_anfrage(f"{name}=secret")) == "secret"
        # The name without the prefix could have been set by a neighbour of the host.
        assert (cookies.sitzungskeks(_anfrage("amt=secret")) == "secret") is not secure
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_browser_keeps_its_language_beside_its_secret() -> None:
    antwort = Response()
    browser = cookies.neuer_browser("en")
    cookies.setze_browserkeks(antwort, browser)
    assert cookies.browserkeks(_anfrage(antwort.headers["set-cookie"].partition(";")[0])) == browser
    assert cookies.browserkeks(_anfrage("amt-browser=")) is None
    assert cookies.browserkeks(_anfrage("amt-browser=" + "x" * 300)) is None
