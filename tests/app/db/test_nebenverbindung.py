"""The connection beside the transactions: committed at once, for one town, and back after a loss."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from app.db.nebenverbindung import Nebenverbindung
from app.db.sitzung import Datenbank, daneben, transaktion
from app.problems import unerwartet

PADERBORN, BIELEFELD = "05774032", "05711000"
_NUMMER = (
    "INSERT INTO aktenzeichenzaehler (ags, jahr, letzte) VALUES ($1, 2026, 1) "
    "ON CONFLICT (ags, jahr) DO UPDATE SET letzte = aktenzeichenzaehler.letzte + 1 RETURNING letzte"
)
_WER = "SELECT pg_backend_pid()"


async def test_what_is_said_beside_stays_where_the_transaction_fails(verbunden: Datenbank) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 the block is what is tested
        async with transaktion(gemeinde=PADERBORN):
            assert await daneben(PADERBORN, _NUMMER, PADERBORN) == 1
            raise RuntimeError
    assert await daneben(PADERBORN, _NUMMER, PADERBORN) == 2


async def test_each_statement_sees_one_town(verbunden: Datenbank) -> None:
    assert await daneben(PADERBORN, _NUMMER, PADERBORN) == 1
    gezaehlt = "SELECT count(*) FROM aktenzeichenzaehler"
    assert [await daneben(ags, gezaehlt) for ags in (BIELEFELD, PADERBORN)] == [0, 1]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await daneben(BIELEFELD, _NUMMER, PADERBORN)
    assert await daneben(PADERBORN, _NUMMER, PADERBORN) == 2, "and it goes on after a refusal"


async def test_many_at_once_get_numbers_of_their_own(verbunden: Datenbank) -> None:
    orte = [PADERBORN, BIELEFELD] * 20
    nummern = await asyncio.gather(*(daneben(ags, _NUMMER, ags) for ags in orte))
    assert sorted(nummern[::2]) == sorted(nummern[1::2]) == list(range(1, 21))


async def test_a_lost_connection_is_opened_again(
    verbunden: Datenbank, verwaltung: asyncpg.Connection
) -> None:
    prozess = await daneben(PADERBORN, _WER)
    await verwaltung.fetchval("SELECT pg_terminate_backend($1, 5000)", prozess)
    # Whoever asks before the loss is noticed is told to come again.
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError):
        await daneben(PADERBORN, _WER)
    assert await daneben(PADERBORN, _WER) != prozess
    assert await daneben(PADERBORN, _NUMMER, PADERBORN) == 1, "the new one knows its town"


async def test_a_silent_statement_is_given_up_and_the_next_has_its_answer(verbunden: Datenbank) -> None:
    neben = Nebenverbindung(verbunden.verbinde, 0.2)
    try:
        with pytest.raises(TimeoutError):
            await neben.wert(PADERBORN, "SELECT pg_sleep(20)")
        assert await neben.wert(PADERBORN, "SELECT current_setting('amt.gemeinde')") == PADERBORN
    finally:
        await neben.schliesse()


async def test_a_line_that_has_gone_dead_is_given_up(verbunden: Datenbank) -> None:
    """No packet comes any more, no reset either: whoever waited on would wait for a quarter of an hour."""
    stumm: list[asyncpg.Connection] = []

    async def verbinde() -> asyncpg.Connection:
        stumm.append(await verbunden.verbinde())
        return stumm[-1]

    neben = Nebenverbindung(verbinde, 0.5)
    try:
        prozess = await neben.wert(PADERBORN, _WER)
        stumm[0]._transport.pause_reading()
        # What is asked to break off answers over the same dead line.
        with pytest.raises(TimeoutError):
            await neben.wert(PADERBORN, _WER)
        assert await neben.wert(PADERBORN, _WER) != prozess
        assert len(stumm) == 2
        assert stumm[0].is_closed()
    finally:
        await neben.schliesse()


async def test_the_end_does_not_wait_for_a_dead_line(
    verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.db.nebenverbindung._ABSCHIED", 0.2)
    offen = await verbunden.verbinde()

    async def verbinde() -> asyncpg.Connection:
        return offen

    neben = Nebenverbindung(verbinde, 5.0)
    await neben.wert(PADERBORN, _WER)
    offen._transport.pause_reading()
    async with asyncio.timeout(3):
        await neben.schliesse()
    assert offen.is_closed()


async def test_who_waits_too_long_for_the_turn_breaks_nothing(verbunden: Datenbank) -> None:
    neben = Nebenverbindung(verbunden.verbinde, 1.0)
    try:
        prozess = await neben.wert(PADERBORN, _WER)
        erster = asyncio.create_task(neben.wert(PADERBORN, "SELECT pg_backend_pid() FROM pg_sleep(0.4)"))
        await asyncio.sleep(0.1)
        wartend = asyncio.create_task(neben.wert(PADERBORN, _WER))
        await asyncio.sleep(0.1)
        wartend.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wartend
        assert await erster == prozess
        assert await neben.wert(PADERBORN, _WER) == prozess
    finally:
        await neben.schliesse()


async def test_whose_request_is_given_up_leaves_the_line_in_order(verbunden: Datenbank) -> None:
    neben = Nebenverbindung(verbunden.verbinde, 5.0)
    try:
        fort = asyncio.create_task(neben.wert(BIELEFELD, "SELECT pg_sleep(20)::text"))
        await asyncio.sleep(0.2)
        fort.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fort
        assert await neben.wert(PADERBORN, "SELECT current_setting('amt.gemeinde')") == PADERBORN
    finally:
        await neben.schliesse()


@pytest.mark.parametrize(
    ("fehler", "status"),
    [
        (asyncpg.DiskFullError("voll"), 507),
        (asyncpg.ConnectionDoesNotExistError("weg"), 503),
        (asyncpg.AdminShutdownError("beendet"), 503),
        (asyncpg.InterfaceError("connection is closed"), 503),
        (asyncpg.ReadOnlySQLTransactionError("noch nicht befördert"), 503),
        (asyncpg.CharacterNotInRepertoireError("NUL"), 400),
        (asyncpg.UntranslatableCharacterError("NUL in JSON"), 400),
        (asyncpg.UniqueViolationError("doppelt"), 500),
    ],
)
def test_its_faults_are_told_as_those_of_the_pool(fehler: Exception, status: int) -> None:
    assert unerwartet(fehler).status_code == status
