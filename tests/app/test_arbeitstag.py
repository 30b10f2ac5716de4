"""Working days in Nordrhein-Westfalen."""

from datetime import date

import pytest

from app.arbeitstag import erster_arbeitstag, feiertage, ist_arbeitstag, ostersonntag


@pytest.mark.parametrize(
    "tag",
    # 1954, 1981 and 2049 are where simpler formulas go wrong.
    [
        "1954-04-18",
        "1981-04-19",
        "2000-04-23",
        "2024-03-31",
        "2026-04-05",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
    ],
)
def test_easter(tag: str) -> None:
    ostern = date.fromisoformat(tag)
    assert ostersonntag(ostern.year) == ostern


def test_holidays_of_2026() -> None:
    assert {tag.isoformat() for tag in feiertage(2026)} == {
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25"),
        *("2026-06-04", "2026-10-03", "2026-11-01", "2026-12-25", "2026-12-26"),
    }


@pytest.mark.parametrize(
    ("jahr", "monat", "tag"),
    [(2026, 1, 2), (2026, 5, 4), (2026, 8, 3), (2026, 11, 2), (2026, 12, 1), (2027, 1, 4), (2018, 4, 3)],
)
def test_first_working_day(jahr: int, monat: int, tag: int) -> None:
    erster = erster_arbeitstag(jahr, monat)
    assert erster == date(jahr, monat, tag)
    assert not any(ist_arbeitstag(date(jahr, monat, frueher)) for frueher in range(1, tag))
