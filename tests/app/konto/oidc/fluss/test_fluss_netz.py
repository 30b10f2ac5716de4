"""A provider that hangs, drips, leads elsewhere or talks nonsense: a page in time, and nobody else waits."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import httpx
import pytest
from fastapi import FastAPI

from app.db.sitzung import Datenbank
from app.konto.oidc.anbieter import Anbieter
from app.konto.oidc.netz import GESAMT, Leitung
from tests.app.conftest import Einloggen
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.fluss.conftest import FRIST, Aufbau, zeilen
from tests.app.konto.oidc.kleiner_anbieter import KleinerAnbieter, laeuft
from tests.conftest import vor
from tests.mensch import HTML, Besucher

ENTDECKUNG = "/.well-known/openid-configuration"
GEDULD = 0.4
ZEHN_MB = json.dumps({"keys": [{"kty": "RSA", "kid": "x" * 1000}] * 10_000}).encode()

NICHT_ERREICHBAR, UNBRAUCHBAR = "anbieter_nicht_erreichbar", "anbieter_antwort"
Stoerung = Callable[[KleinerAnbieter, str, str], None]


@pytest.fixture(autouse=True)
def _ungeduldig(monkeypatch: pytest.MonkeyPatch) -> None:
    zu: Callable[[Anbieter], Leitung] = Leitung.zu
    monkeypatch.setattr(Leitung, "zu", lambda anbieter: replace(zu(anbieter), gesamt=GEDULD))


def test_with_usual_patience_a_login_ends_before_browsers_give_up() -> None:
    # Metadata, keys, tokens, userinfo.
    assert 4 * GESAMT <= 40


def _antworte(status: int, inhalt: bytes, **koepfe: str) -> Stoerung:
    def stoere(kleiner: KleinerAnbieter, pfad: str, opfer: str) -> None:
        kleiner.antworten[pfad] = (
            status,
            {name: wert.format(opfer) for name, wert in koepfe.items()},
            inhalt,
        )

    return stoere


STOERUNGEN: dict[str, tuple[Stoerung, str]] = {
    "hangs": (lambda kleiner, pfad, _: kleiner.stumm.add(pfad), NICHT_ERREICHBAR),
    "drips": (lambda kleiner, pfad, _: kleiner.tropfend.add(pfad), NICHT_ERREICHBAR),
    "redirects to localhost": (_antworte(302, b"{}", Location="http://localhost:{}/"), NICHT_ERREICHBAR),
    "redirects within the house": (
        _antworte(307, b"{}", Location="http://127.0.0.1:{}/"),
        NICHT_ERREICHBAR,
    ),
    "answers 500": (_antworte(500, b'{"error": "server_error"}'), NICHT_ERREICHBAR),
    "answers in HTML": (_antworte(200, b"<html>Wartung</html>"), UNBRAUCHBAR),
    "answers with 10 MB": (_antworte(200, ZEHN_MB), UNBRAUCHBAR),
}


@pytest.mark.parametrize("stoerung", STOERUNGEN)
@pytest.mark.parametrize("pfad", [ENTDECKUNG, "/jwks", "/token"])
async def test_a_broken_provider_is_told_in_time(aufbau: Aufbau, pfad: str, stoerung: str) -> None:
    stoere, code = STOERUNGEN[stoerung]
    async with laeuft() as opfer:
        stoere(aufbau.kleiner, pfad, opfer.issuer.rpartition(":")[2])
        await aufbau.scheitert(code)
        assert opfer.anfragen == []


async def test_metadata_of_another_provider_are_not_believed(aufbau: Aufbau) -> None:
    aufbau.kleiner.verzeichnis = {"issuer": "https://boese.example"}
    await aufbau.scheitert(UNBRAUCHBAR)


async def test_metadata_cannot_turn_the_browser_elsewhere(aufbau: Aufbau) -> None:
    for ort in ("javascript:alert(1)", "http://boese.example/auth", "//boese.example/auth"):
        aufbau.kleiner.verzeichnis = {"authorization_endpoint": ort}
        assert ort not in await aufbau.scheitert(UNBRAUCHBAR)


async def test_userinfo_that_hangs_logs_nobody_in(aufbau: Aufbau, konfiguriere: Konfiguriere) -> None:
    konfiguriere(probe=angaben(aufbau.kleiner.issuer, abweichend=None))
    aufbau.kleiner.stumm = {"/userinfo"}
    await aufbau.scheitert(NICHT_ERREICHBAR)


async def test_many_who_wait_for_the_same_silence_wait_once(app: FastAPI, aufbau: Aufbau) -> None:
    aufbau.kleiner.stumm = {ENTDECKUNG}

    async def einer() -> int:
        async with vor(app) as hier:
            return (await Besucher(hier).drueckt("probe")).status_code

    beginn = monotonic()
    assert await asyncio.gather(*(einer() for _ in range(12))) == [503] * 12
    assert monotonic() - beginn < FRIST
    assert aufbau.kleiner.gezaehlt(ENTDECKUNG) == 1


async def test_whoever_waits_for_a_provider_keeps_nobody_else_waiting(
    aufbau: Aufbau, api_datenbank: Datenbank, logge_ein: Einloggen
) -> None:
    anderer = await logge_ein()
    aufbau.kleiner.stumm = {"/token"}
    wartend = asyncio.create_task(aufbau.meldet_sich_an())
    while not aufbau.kleiner.gezaehlt("/token"):  # noqa: ASYNC110 the small provider sets no event
        await asyncio.sleep(0.01)
    assert api_datenbank.maschine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert (await anderer.get("/konto", headers=HTML)).status_code == 200
    assert (await wartend).status_code == 503


async def test_nobody_is_kept_logged_in_by_a_provider_that_is_gone(aufbau: Aufbau) -> None:
    await aufbau.meldet_sich_an()
    aufbau.kleiner.antworten = dict.fromkeys((ENTDECKUNG, "/jwks", "/token"), (503, {}, b"{}"))
    antwort: httpx.Response = await aufbau.besucher.meldet_sich_ab()
    assert antwort.status_code in {200, 303}
    assert not await aufbau.besucher.ist_angemeldet()
    assert await zeilen("websitzung WHERE beendet_am IS NULL") == 0
