"""Drafts go when their time is over, with the account, and with nothing left behind."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.antraege import tasks
from app.db.sitzung import transaktion
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from app.mandanten import service as mandanten
from tests.app.antraege.conftest import (
    ENTWUERFE,
    PADERBORN,
    Person,
    antworten,
    begonnen,
    fertiger,
    gespeichert,
    hochgeladen,
    zahl,
)


async def _altere(tage: int) -> None:
    """As if nobody had done anything for so many days."""
    async with transaktion(gemeinde="*") as session:
        for spalte in ("angelegt_am", "geaendert_am", "verfaellt_am"):
            await session.execute(
                text(f"UPDATE entwurf SET {spalte} = {spalte} - make_interval(days => :tage)"), {"tage": tage}
            )


async def test_a_draft_goes_on_its_day_and_leaves_nothing(person: Person) -> None:
    wer = await person()
    await fertiger(wer)
    await _altere(29)
    await tasks.loesche_verfallene()
    assert (await zahl("entwurf"), await zahl("anlage")) == (1, 1)
    eintraege = await zahl("journaleintrag")
    await _altere(1)
    await tasks.loesche_verfallene()
    assert (await zahl("entwurf"), await zahl("anlage")) == (0, 0)
    # It was never the office's: its books say nothing of it.
    assert await zahl("journaleintrag") == eintraege


async def test_who_works_on_it_keeps_it(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    await _altere(20)
    stand = (await gespeichert(wer, entwurf, antworten())).json()
    frist = datetime.fromisoformat(stand["verfaellt_am"]) - datetime.fromisoformat(stand["geaendert_am"])
    assert frist == timedelta(days=30)
    await _altere(20)
    await hochgeladen(wer, stand)
    await _altere(20)
    await tasks.loesche_verfallene()
    assert await zahl("entwurf") == 1


async def test_the_town_says_how_long(person: Person) -> None:
    wer = await person()
    async with transaktion(gemeinde=PADERBORN) as session:
        await mandanten.aendere(session, PADERBORN, {"fristen": {"entwurf_tage": 3}})
    entwurf = await begonnen(wer)
    frist = datetime.fromisoformat(entwurf["verfaellt_am"]) - datetime.fromisoformat(entwurf["angelegt_am"])
    assert frist == timedelta(days=3)


async def test_more_than_one_batch_goes_at_once(person: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr(tasks, "STAPEL", 2)
    wer = await person()
    for _ in range(5):
        await begonnen(wer)
    await _altere(31)
    await tasks.loesche_verfallene()
    assert await zahl("entwurf") == 0


async def test_what_somebody_writes_just_now_is_left_for_later(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    await _altere(31)
    async with transaktion(gemeinde="*") as session:
        await session.execute(text("SELECT 1 FROM entwurf WHERE id = :id FOR UPDATE"), {"id": entwurf["id"]})
        await tasks.loesche_verfallene()
    assert await zahl("entwurf") == 1


async def test_the_day_is_found_without_reading_all(person: Person) -> None:
    await person()
    async with transaktion(gemeinde="*") as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await session.execute(
            text("EXPLAIN SELECT id FROM entwurf WHERE verfaellt_am <= now() ORDER BY verfaellt_am LIMIT 10")
        )
        assert "ix_entwurf_verfaellt_am" in "".join(zeile[0] for zeile in plan)


async def test_with_the_account_its_drafts_go(person: Person) -> None:
    wer = await person(subjekt="anna")
    entwurf = await fertiger(wer)
    auskunft = (await wer.get("/konto/angaben.json")).json()
    assert auskunft["entwuerfe"][0]["antworten"] == antworten()
    antwort = await wer.post("/konto/loeschen", data={"ja": "ja", CSRF_FELD: wer.headers[CSRF_KOPF]})
    assert antwort.status_code == 200
    assert (await zahl("entwurf"), await zahl("anlage")) == (0, 0)
    wieder = await person(subjekt="anna")
    assert (await wieder.get(f"{ENTWUERFE}/{entwurf['id']}")).status_code == 404
