"""File numbers never come twice."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.service import neues_aktenzeichen

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
AGS = "05774032"
TAG = date(2026, 11, 21)


async def test_parallel_cases_get_different_numbers(transaktion: Transaktion) -> None:
    async def eines() -> str:
        async with transaktion(gemeinde=AGS) as session:
            return await neues_aktenzeichen(session, ags=AGS, schema="{jahr}-{nummer:04d}", tag=TAG)

    zeichen = await asyncio.gather(*(eines() for _ in range(8)))
    assert sorted(zeichen) == [f"2026-{nummer:04d}" for nummer in range(1, 9)]
    async with transaktion(gemeinde=AGS) as session:
        neujahr = await neues_aktenzeichen(
            session, ags=AGS, schema="{jahr}-{nummer:04d}", tag=date(2027, 1, 1)
        )
    assert neujahr == "2027-0001"
