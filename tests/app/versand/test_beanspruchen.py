"""A claim reads what it takes, whatever the planner believes about the outbox."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Executable, text
from sqlalchemy.dialects.postgresql import asyncpg as dialekt
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.db.rollen import Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.versand import buendel, leases
from tests.app.versand.conftest import ART, IHK, PADERBORN, vorgang_anlegen

VIELE = 30_000
STAPEL = 50

# Each of a business of its own, so that each is held against the order of its business.
_FUELLEN = """
    INSERT INTO sendung (id, ags, vorgang_id, art, bezug_id, stelle, stellenart, kanal, grundlage,
        reihenfolge_schluessel, naechster_versuch_am)
    SELECT gen_random_uuid(), $1, $2, $3, gen_random_uuid(), $4, 'ihk', 'postfach', '{}',
        gen_random_uuid()::text, now() - make_interval(secs => nr)
    FROM generate_series(1, $5::int) AS nr
"""
_DAVOR = f"(SELECT id FROM sendung ORDER BY naechster_versuch_am LIMIT {VIELE - 100})"
LAGEN = {
    "nie gezählt": "SELECT",
    "gezählt": "ANALYZE sendung",
    "viele geparkt": f"UPDATE sendung SET geparkt = true WHERE id IN {_DAVOR}",
    "viele angeknüpft": (
        "UPDATE sendung SET buendel_id = (SELECT id FROM sendung ORDER BY naechster_versuch_am DESC LIMIT 1) "
        f"WHERE id IN {_DAVOR}"
    ),
}


class Planer:
    """The owner's connection: what the planner does with a statement of the worker."""

    def __init__(self, verbindung: asyncpg.Connection, vorgang: UUID) -> None:
        self.verbindung = verbindung
        self._vorgang = vorgang

    async def fuelle(self, anzahl: int) -> None:
        """So many due deliveries, in one transaction."""
        await self.verbindung.execute(_FUELLEN, PADERBORN, self._vorgang, ART, IHK, anzahl)

    async def bereite_vor(self, anweisung: Executable, plan: str) -> None:
        """Have the statement planned as `plan` says: for each call, or once for all."""
        await self.verbindung.execute(f"SET plan_cache_mode = {plan}")
        await self.verbindung.execute(f"PREPARE probe AS {anweisung.compile(dialect=dialekt.dialect())}")  # type: ignore[attr-defined,no-untyped-call]

    async def laufe(self, *werte: str) -> dict[str, Any]:
        """Carry it out as a claim does; gives the plan with what it has read. Nothing of it stays."""
        transaktion = self.verbindung.transaction()
        await transaktion.start()
        try:
            await self.verbindung.execute(str(leases._NUR_ENTLANG))
            frage = f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE probe ({', '.join(werte)})"
            plan: dict[str, Any] = json.loads(await self.verbindung.fetchval(frage))[0]["Plan"]
            return plan
        finally:
            await transaktion.rollback()


@pytest.fixture
async def planer(datenbank: Zugang, verbunden: object) -> AsyncIterator[Planer]:
    verbindung = await asyncpg.connect(datenbank.eigentuemer)
    # Statistics come when the test says so.
    await verbindung.execute("ALTER TABLE sendung SET (autovacuum_enabled = off)")
    yield Planer(verbindung, await vorgang_anlegen())
    await verbindung.close()


BEANSPRUCHEN = ("1", f"'{neue_id()}'", "'1 min'", str(STAPEL))


@pytest.mark.parametrize("plan", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("lage", LAGEN)
async def test_a_claim_walks_its_index(planer: Planer, lage: str, plan: str) -> None:
    await planer.fuelle(VIELE)
    await planer.verbindung.execute(LAGEN[lage])
    await planer.bereite_vor(leases._beanspruchen(), plan)
    await _nimmt_nur_vom_anfang(planer)


async def test_a_plan_made_for_an_empty_outbox_serves_a_full_one(planer: Planer) -> None:
    await planer.bereite_vor(leases._beanspruchen(), "force_generic_plan")
    assert _gelesen(await planer.laufe(*BEANSPRUCHEN)) == 0
    await planer.fuelle(VIELE)
    await _nimmt_nur_vom_anfang(planer)


async def test_what_others_hold_is_all_that_a_claim_walks_past(planer: Planer) -> None:
    await planer.fuelle(VIELE)
    gehaltene = 2_000
    await planer.verbindung.execute(
        "UPDATE sendung SET lease_inhaber = gen_random_uuid() WHERE id IN "
        f"(SELECT id FROM sendung ORDER BY naechster_versuch_am LIMIT {gehaltene})"
    )
    await planer.bereite_vor(leases._beanspruchen(), "force_generic_plan")
    await _nimmt_nur_vom_anfang(planer, vorbei_an=gehaltene)


@pytest.mark.parametrize("plan", ["force_custom_plan", "force_generic_plan"])
async def test_a_bundle_is_filled_along_its_index(planer: Planer, plan: str) -> None:
    await planer.fuelle(VIELE)
    await planer.bereite_vor(buendel._wartende(), plan)
    plan_der_fuellung = await planer.laufe(
        f"'{PADERBORN}'", f"'{IHK}'", f"'{ART}'", "'postfach'", "0", str(STAPEL)
    )
    assert _gelesen(plan_der_fuellung) == STAPEL
    assert not _sortiert(plan_der_fuellung)


@pytest.mark.parametrize("lage", ["SELECT", "ANALYZE sendung"])
async def test_a_full_bundle_is_found_among_what_is_open(planer: Planer, lage: str) -> None:
    await planer.bereite_vor(buendel._VOLLE, "force_generic_plan")
    await planer.fuelle(VIELE)
    await planer.verbindung.execute(
        "UPDATE sendung SET naechster_versuch_am = NULL, versuche = 1, nummer = nr "
        "FROM (SELECT id, row_number() OVER () AS nr FROM sendung) AS alle WHERE sendung.id = alle.id"
    )
    await planer.verbindung.execute(f"INSERT INTO buendelung VALUES ('{IHK}', {STAPEL}, 20)")
    await planer.fuelle(STAPEL)
    await planer.verbindung.execute(lage)
    plan = await planer.laufe("'{postfach}'", f"'{{{ART}}}'")
    assert plan["Actual Rows"] == 1
    [gang] = [knoten for knoten in _knoten(plan) if knoten.get("Relation Name") == "sendung"]
    assert (gang["Index Name"], gang["Actual Rows"]) == ("ix_sendung_offen", STAPEL)


async def _nimmt_nur_vom_anfang(planer: Planer, *, vorbei_an: int = 0) -> None:
    plan = await planer.laufe(*BEANSPRUCHEN)
    [gang] = [knoten for knoten in _knoten(plan) if knoten.get("Index Name") == "ix_sendung_beanspruchbar"]
    assert gang["Actual Rows"] == STAPEL
    assert gang["Rows Removed by Filter"] == vorbei_an
    assert not _sortiert(plan)
    # Which are the earlier ones of a business is looked up as well.
    assert {knoten.get("Index Name") for knoten in _knoten(plan) if knoten.get("Alias") == "sendung_1"} == {
        "ix_sendung_reihenfolge"
    }
    assert _gelesen(plan) == STAPEL + STAPEL


def _knoten(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(tiefer for kind in plan.get("Plans", ()) for tiefer in _knoten(kind))]


def _sortiert(plan: dict[str, Any]) -> bool:
    return any("Sort" in knoten["Node Type"] for knoten in _knoten(plan))


def _gelesen(plan: dict[str, Any]) -> float:
    """Rows that have come out of tables."""
    return sum(
        float(knoten["Actual Rows"]) * int(knoten["Actual Loops"])
        for knoten in _knoten(plan)
        if "Scan" in knoten["Node Type"] and knoten["Node Type"] != "Bitmap Index Scan"
    )


async def test_a_claim_binds_the_planner_for_its_transaction_only(verbunden: Datenbank) -> None:
    async def sortiert(session: AsyncSession) -> str:
        return str(await session.scalar(text("SHOW enable_sort")))

    async with transaktion(gemeinde=ALLE) as session:
        await leases.beanspruche(session, inhaber=neue_id(), dauer=timedelta(minutes=1), anzahl=1)
        assert await sortiert(session) == "off"
    async with transaktion(gemeinde=ALLE) as session:
        assert await sortiert(session) == "on"
