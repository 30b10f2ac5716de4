"""The history of a case: its own entries, and those about what several cases have in common."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.service import eintragen, historie
from app.db.basis import neue_id

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
AGS = "05774032"
_GELESEN = text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'journaleintrag'")


async def test_what_is_about_several_cases_is_in_the_history_of_each(transaktion: Transaktion) -> None:
    erster, zweiter, anderer, nachricht, einzelne = [neue_id() for _ in range(5)]
    async with transaktion(gemeinde=AGS) as session:

        async def geschieht(ereignis: str, bezug_id: object, **angaben: object) -> None:
            await eintragen(
                session,
                ags=AGS,
                ereignis=ereignis,
                bezug_art="sendung",
                bezug_id=bezug_id,  # type: ignore[arg-type]
                angaben=angaben,  # type: ignore[arg-type]
            )

        await geschieht("gegeben", nachricht, vorgaenge=[str(erster), str(zweiter)])
        await geschieht("gegeben", einzelne, vorgang=str(anderer))
        await geschieht("geholt", nachricht)
        # Of one of the two alone, though the message is the same thing.
        await geschieht("gescheitert", nachricht, vorgang=str(erster))
    async with transaktion(gemeinde=AGS) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        assert [
            [eintrag.ereignis for eintrag in await historie(session, fall)]
            for fall in (erster, zweiter, anderer)
        ] == [["gegeben", "geholt", "gescheitert"], ["gegeben", "geholt"], ["gegeben"]]
        assert await session.scalar(_GELESEN) == 0, "read along its indexes"
        assert str(zweiter) not in str(await historie(session, erster)), "whose else the message was"
    async with transaktion(gemeinde="05711000") as session:
        assert await historie(session, erster) == []
