"""File numbers follow the town's scheme and never come twice."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.aktenzeichen import Schema
from app.akte.errors import UngueltigesSchema
from app.akte.service import neues_aktenzeichen

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
AGS = "05774032"
TAG = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("schema", "erwartet"),
    [
        ("32.30-{jahr}-{nummer:06d}", "32.30-2026-000007"),
        ("{nummer}", "7"),
        ("GA {nummer:03d}/{jahr} ({ags}".replace("(", ""), "GA 007/2026 05774032"),
    ],
)
def test_scheme_is_filled_in(schema: str, erwartet: str) -> None:
    assert Schema.lies(schema).aktenzeichen(ags=AGS, tag=TAG, nummer=7) == erwartet


@pytest.mark.parametrize(
    "schema",
    [
        "",
        "32.30-{jahr}",
        "{nummer}{nummer}",
        "{nummer}-{name}",
        "{nummer!r}",
        "{nummer.__class__}",
        "{nummer:>1000000000}",
        "{nummer:06d}-{jahr:1000d}",
        "{nummer}{",
        "{nummer}\n",
        "x" * 60 + "{nummer}",
    ],
)
def test_anything_else_is_refused(schema: str) -> None:
    with pytest.raises(UngueltigesSchema):
        Schema.lies(schema)


def test_without_the_year_the_counter_does_not_begin_anew() -> None:
    assert Schema.lies("{nummer}").zaehlerjahr(TAG) == 0
    assert Schema.lies("{jahr}/{nummer}").zaehlerjahr(TAG) == 2026


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
