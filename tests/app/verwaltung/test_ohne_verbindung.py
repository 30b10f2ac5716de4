"""Whoever waits for another machine holds no connection to the database meanwhile, and does not wait long."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from app.db.sitzung import ALLE, Datenbank, transaktion
from app.konto.oidc.netz import Antwort, Leitung
from app.konto.rollen import Rolle
from app.mandanten import service as mandanten
from app.settings import Settings
from app.versand import verwaltung as versand
from app.versand.channels.basis import Mangel
from app.verwaltung import pruefung, tasks
from app.verwaltung.pruefpunkt import Pruefpunkt, Stand
from app.verwaltung.service import pruefe
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.verwaltung.test_tagesbericht import MORGEN
from tests.mensch import Mensch

PADERBORN = "05774032"
IHK, HWK = "ihk-ostwestfalen-zu-bielefeld", "hwk-ostwestfalen-lippe-zu-bielefeld"
STADT = SimpleNamespace(
    schluessel="stadt",
    fuer_personal=True,
    gemeinden=(PADERBORN,),
    stellen=(),
    name={"de": "Stadt", "en": "Town"},
)


class Fremde:
    """Other machines: they answer when each of them has been asked, and see who is connected then."""

    def __init__(self, datenbank: Datenbank, monkeypatch: pytest.MonkeyPatch) -> None:
        self._datenbank = datenbank
        self._alle = asyncio.Barrier(3)
        self.verbunden: list[int] = []
        monkeypatch.setattr(pruefung, "anbieter", lambda: {"stadt": STADT})
        monkeypatch.setattr(pruefung, "pruefe_anbieter", self.anbieter)
        monkeypatch.setattr(versand, "_pruefe", self.empfaenger)

    async def anbieter(self, _: str) -> None:
        await self._antworte()

    async def empfaenger(self, _: object, optionen: dict[str, Any]) -> tuple[Mangel, ...]:
        if optionen["stelle"] in {IHK, HWK}:
            await self._antworte()
        return ()

    async def _antworte(self) -> None:
        async with asyncio.timeout(5):
            await self._alle.wait()
        self.verbunden.append(self._datenbank.maschine.pool.checkedout())  # type: ignore[attr-defined]


@pytest.fixture
def fremde(api_datenbank: Datenbank, monkeypatch: pytest.MonkeyPatch) -> Fremde:
    return Fremde(api_datenbank, monkeypatch)


async def test_the_self_check_asks_all_at_once_and_holds_nothing(
    stadt: Stadt, melde_an: Anmelden, fremde: Fremde
) -> None:
    await stadt(PADERBORN)
    amt = await melde_an("verwaltung", gemeinde=PADERBORN)
    antwort = await amt.get(f"/api/v1/gemeinden/{PADERBORN}/pruefung")
    assert antwort.status_code == 200, antwort.text
    assert fremde.verbunden == [0, 0, 0]


async def test_nor_does_the_page(stadt: Stadt, logge_ein: Einloggen, fremde: Fremde) -> None:
    await stadt(PADERBORN)
    browser = await logge_ein(rolle(Rolle.ADMINISTRATION, gemeinde=PADERBORN))
    antwort = await browser.get(f"/amt/{PADERBORN}/gemeinde")
    assert antwort.status_code == 200, antwort.text
    assert fremde.verbunden == [0, 0, 0]


async def test_nor_does_the_daily_report(verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch) -> None:
    fremde = Fremde(verbunden, monkeypatch)
    post: list[int] = []

    async def schreibe(*_: object, **__: object) -> None:
        post.append(verbunden.maschine.pool.checkedout())  # type: ignore[attr-defined]

    mit_mail = Settings(smtp_url=SecretStr("smtps://mail.example"), smtp_absender="amt@stadt.example")
    monkeypatch.setattr(tasks, "settings", lambda: mit_mail)
    monkeypatch.setattr("app.verwaltung.tasks.versand.schreibe", schreibe)
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.richte_ein(session, PADERBORN, {"bericht_an": "leitung@stadt.example"})
    assert await tasks.berichte(jetzt=MORGEN) == 1
    assert (fremde.verbunden, post) == ([0, 0, 0], [0])


async def test_machines_that_never_answer_are_named_after_a_while(
    verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nie(*_: object) -> Any:
        await asyncio.sleep(3600)

    monkeypatch.setattr(pruefung, "anbieter", lambda: {"stadt": STADT})
    monkeypatch.setattr(pruefung, "pruefe_anbieter", nie)
    monkeypatch.setattr(versand, "_pruefe", nie)
    monkeypatch.setattr(pruefung, "FRIST", 0.3)
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.richte_ein(session, PADERBORN)
    beginn = time.monotonic()
    gefunden: dict[str, Pruefpunkt] = {punkt.schluessel: punkt for punkt in (await pruefe(PADERBORN)).punkte}
    # A dozen receivers one after the other would take more than that.
    assert time.monotonic() - beginn < 0.3 * 12
    for eine in ("stadt", IHK, HWK):
        assert gefunden[eine].stand is Stand.FEHLER
    assert "Keine Antwort" in gefunden[IHK].befund.de


@pytest.mark.usefixtures("idp_hier")
async def test_nor_does_a_login_or_a_logout(
    api_datenbank: Datenbank, mensch: Mensch, monkeypatch: pytest.MonkeyPatch
) -> None:
    verbunden: list[int] = []
    frage = Leitung._frage

    async def gesehen(self: Leitung, *was: Any) -> Antwort:
        verbunden.append(api_datenbank.maschine.pool.checkedout())  # type: ignore[attr-defined]
        return await frage(self, *was)

    monkeypatch.setattr(Leitung, "_frage", gesehen)
    antwort = await mensch.meldet_sich_an("bundid", "erika-musterfrau")
    assert antwort.headers["location"] == "/konto"
    await mensch.meldet_sich_ab()
    assert set(verbunden) == {0}
