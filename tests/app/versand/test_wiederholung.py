"""Backoff: bounded, spread over its whole window, ending on the last day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.versand.wiederholung import GEWOEHNLICH, MENSCH, Takt, naechster_versuch, wartezeit

ANFANG = datetime(2026, 11, 21, tzinfo=UTC)
FRIST = timedelta(days=14)


@pytest.mark.parametrize(
    ("versuch", "fenster"),
    [
        (1, timedelta(seconds=2)),
        (2, timedelta(seconds=4)),
        (5, timedelta(seconds=32)),
        (12, timedelta(hours=1)),
    ],
)
def test_the_window_doubles_up_to_its_limit(versuch: int, fenster: timedelta) -> None:
    assert wartezeit(versuch, GEWOEHNLICH, lambda: 1.0) == fenster
    assert wartezeit(versuch, GEWOEHNLICH, lambda: 0.5) == fenster / 2


@given(st.integers(0, 10**6), st.floats(0, 1, exclude_max=True), st.sampled_from([GEWOEHNLICH, MENSCH]))
def test_the_wait_stays_within_its_bounds(versuch: int, zufall: float, takt: Takt) -> None:
    assert takt.mindestens <= wartezeit(versuch, takt, lambda: zufall) <= takt.hoechstens


@given(
    st.integers(1, 10**4), st.floats(0, 1, exclude_max=True), st.integers(0, int(FRIST.total_seconds()) - 1)
)
def test_the_next_attempt_lies_ahead_and_not_behind_the_end(versuch: int, zufall: float, alter: int) -> None:
    jetzt = ANFANG + timedelta(seconds=alter)
    naechster = naechster_versuch(
        jetzt, seit=ANFANG, versuch=versuch, takt=GEWOEHNLICH, frist=FRIST, zufall=lambda: zufall
    )
    assert naechster is not None
    assert jetzt < naechster <= ANFANG + FRIST


def test_the_last_attempt_falls_on_the_end() -> None:
    naechster = naechster_versuch(
        ANFANG + FRIST - timedelta(minutes=1),
        seit=ANFANG,
        versuch=50,
        takt=GEWOEHNLICH,
        frist=FRIST,
        zufall=lambda: 0.9,
    )
    assert naechster == ANFANG + FRIST


def test_after_the_end_it_is_given_up() -> None:
    assert naechster_versuch(ANFANG + FRIST, seit=ANFANG, versuch=1, takt=GEWOEHNLICH, frist=FRIST) is None
