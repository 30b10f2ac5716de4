"""Who is asking: a session's cookie, its guard against forged requests, levels, and one town at a time."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from sqlalchemy import text

from app.db.sitzung import Datenbank, Sitzung, transaktion
from app.konto import sitzungen
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle
from app.konto.zugriff import KOPF_AMT, Recht, Wer, erfordert
from app.main import create_app
from tests.app.conftest import Anmelden, Einloggen, rolle
from tests.conftest import vor

PADERBORN, BIELEFELD, IHK = "05774032", "05711000", "ihk-probe"


@pytest.fixture
async def client(verbunden: Datenbank) -> AsyncIterator[httpx.AsyncClient]:
    """The app with routes that tell what their declaration gave them."""
    app = create_app()

    async def schluessel(sitzung: Sitzung, wer: Wer) -> dict[str, str | None]:
        namen = ("gemeinde", "person", "stelle")
        felder = ", ".join(f"current_setting('amt.{name}', true) AS {name}" for name in namen)
        zeile = (await sitzung.execute(text(f"SELECT {felder}"))).one()._asdict()
        return zeile | {"id": str(wer.id), "art": wer.art}

    @app.get("/probe/sehen")
    async def sehen(
        wer: Annotated[Wer, erfordert(Recht.ANZEIGE_SEHEN)], sitzung: Sitzung
    ) -> dict[str, str | None]:
        return await schluessel(sitzung, wer)

    @app.get("/probe/postfach")
    async def fach(
        wer: Annotated[Wer, erfordert(Recht.POSTFACH_LESEN)], sitzung: Sitzung
    ) -> dict[str, str | None]:
        return await schluessel(sitzung, wer)

    @app.post("/probe/eigenes")
    async def eigenes(
        wer: Annotated[Wer, erfordert(Recht.KONTO_EIGENES)], sitzung: Sitzung
    ) -> dict[str, str | None]:
        return await schluessel(sitzung, wer)

    @app.get("/probe/hoch")
    async def hoch(
        wer: Annotated[Wer, erfordert(Recht.KONTO_EIGENES, niveau=Niveau.HOCH)], sitzung: Sitzung
    ) -> dict[str, str | None]:
        return await schluessel(sitzung, wer)

    async with vor(app) as offen:
        yield offen


async def _sieht(browser: httpx.AsyncClient, pfad: str, **kopf: str) -> tuple[str, str, str]:
    antwort = await browser.get(pfad, headers=kopf)
    assert antwort.status_code == 200, antwort.text
    inhalt = antwort.json()
    return (
        inhalt["gemeinde"],
        "ich" if inhalt["person"] == inhalt["id"] else inhalt["person"],
        inhalt["stelle"],
    )


async def test_each_sees_through_its_own_key(logge_ein: Einloggen) -> None:
    assert await _sieht(await logge_ein(), "/probe/sehen") == ("", "ich", "")
    for name in (Rolle.SACHBEARBEITUNG, Rolle.LEITUNG, Rolle.REVISION):
        assert await _sieht(await logge_ein(rolle(name)), "/probe/sehen") == (PADERBORN, "", "")
    kammer = await logge_ein(rolle(Rolle.KAMMER))
    assert await _sieht(kammer, "/probe/sehen") == ("", "ich", "")
    assert await _sieht(kammer, "/probe/postfach") == ("", "", IHK)


async def test_who_works_for_two_towns_names_one(logge_ein: Einloggen) -> None:
    beide = await logge_ein(
        rolle(Rolle.SACHBEARBEITUNG), rolle(Rolle.LEITUNG), rolle(Rolle.SACHBEARBEITUNG, gemeinde=BIELEFELD)
    )
    antwort = await beide.get("/probe/sehen")
    assert (antwort.status_code, antwort.json()["code"]) == (400, "amt_waehlen")
    assert await _sieht(beide, "/probe/sehen", **{KOPF_AMT: BIELEFELD}) == (BIELEFELD, "", "")
    fremd = await beide.get("/probe/sehen", headers={KOPF_AMT: "05711004"})
    assert (fremd.status_code, fremd.json()["code"]) == (403, "recht_fehlt")


async def test_a_forged_request_changes_nothing(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    assert (await browser.post("/probe/eigenes")).status_code == 200
    richtig = browser.headers.pop(sitzungen.CSRF_KOPF)
    for token in ({}, {sitzungen.CSRF_KOPF: ""}, {sitzungen.CSRF_KOPF: richtig[:-1]}):
        antwort = await browser.post("/probe/eigenes", headers=token)
        assert (antwort.status_code, antwort.json()["code"]) == (403, "csrf")
    assert (await browser.get("/probe/sehen")).status_code == 200


async def test_too_low_a_level_says_which_is_needed(logge_ein: Einloggen) -> None:
    for niveau in (Niveau.BASIS, Niveau.SUBSTANTIELL):
        antwort = await (await logge_ein(niveau=niveau)).get("/probe/hoch")
        assert (antwort.status_code, antwort.json()["code"]) == (403, "niveau_zu_niedrig")
        assert antwort.json()["errors"][0]["niveau"] == "hoch"
        assert 'acr_values="hoch"' in antwort.headers["www-authenticate"]
    assert (await (await logge_ein(niveau=Niveau.HOCH)).get("/probe/hoch")).status_code == 200


async def test_who_lacks_the_right_is_not_sent_to_a_higher_level(
    logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    antwort = await (await logge_ein(rolle(Rolle.KAMMER))).get("/probe/sehen")
    assert antwort.status_code == 200
    antwort = await (await logge_ein(rolle(Rolle.ADMINISTRATION))).get("/probe/sehen")
    assert (antwort.status_code, antwort.json()["code"]) == (403, "recht_fehlt")
    maschine = await melde_an("einreichen")
    antwort = await maschine.get("/probe/hoch")
    assert (antwort.status_code, antwort.json()["code"]) == (403, "nur_fuer_menschen")


async def test_an_ended_session_opens_nothing(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    konto = (await browser.get("/probe/sehen")).json()["id"]
    async with transaktion(person=konto) as session:
        await sitzungen.beende_alle(session, konto)
    antwort = await browser.get("/probe/sehen")
    assert (antwort.status_code, antwort.json()["code"]) == (401, "sitzung_beendet")


async def test_a_token_counts_before_a_cookie(logge_ein: Einloggen) -> None:
    browser = await logge_ein()
    antwort = await browser.get("/probe/sehen", headers={"Authorization": "Bearer x.y.z"})
    assert (antwort.status_code, antwort.json()["code"]) == (401, "token_ungueltig")
