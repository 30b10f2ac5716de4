"""File numbers never come twice, and nobody waits for one."""

import asyncio
from datetime import date

import pytest

from app.akte.service import neues_aktenzeichen
from app.db.sitzung import Datenbank, transaktion

AGS, ANDERE = "05774032", "05711000"
TAG = date(2026, 11, 21)


async def _eines(ags: str = AGS, tag: date = TAG) -> str:
    return await neues_aktenzeichen(ags=ags, schema="{jahr}-{nummer:04d}", tag=tag)


async def test_parallel_cases_get_different_numbers(verbunden: Datenbank) -> None:
    zeichen = await asyncio.gather(*(_eines() for _ in range(8)))
    assert sorted(zeichen) == [f"2026-{nummer:04d}" for nummer in range(1, 9)]
    assert await _eines(tag=date(2027, 1, 1)) == "2027-0001"


async def test_each_town_has_its_own(verbunden: Datenbank) -> None:
    assert [await _eines(ags) for ags in (AGS, ANDERE, AGS, ANDERE)] == ["2026-0001"] * 2 + ["2026-0002"] * 2


async def test_an_open_transaction_holds_nobody_up(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=AGS):
        assert await _eines() == "2026-0001"
        async with asyncio.timeout(10):
            assert await _eines() == "2026-0002"


async def test_a_number_is_missing_where_its_transaction_fails(verbunden: Datenbank) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 the block is what is tested
        async with transaktion(gemeinde=AGS):
            assert await _eines() == "2026-0001"
            raise RuntimeError
    assert await _eines() == "2026-0002"
