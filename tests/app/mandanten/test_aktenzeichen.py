"""A scheme makes file numbers, and only a scheme does."""

from datetime import date

import pytest

from app.mandanten.aktenzeichen import Schema, UngueltigesSchema

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
