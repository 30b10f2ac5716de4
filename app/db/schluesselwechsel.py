"""Sealing again, with the newest key, what lies in the database sealed with older ones.

Models say which of their columns hold tokens and of which place (`info=versiegelt(...)`): nothing has to be
listed here, and a test finds a column that nobody has thought of.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import Base
from app.db.tresor import VERSIEGELT, tresor


class Stelle(NamedTuple):
    """A column that holds tokens."""

    tabelle: Table
    schluessel: Column[Any]
    spalte: Column[Any]
    zweck: str
    """Of a row's token; ``{}`` stands for the row's key."""


def stellen() -> Iterator[Stelle]:
    """Every column with tokens of the models that are loaded."""
    for tabelle in Base.metadata.sorted_tables:
        [schluessel, *_] = tabelle.primary_key.columns
        for spalte in tabelle.columns:
            if VERSIEGELT in spalte.info:
                yield Stelle(tabelle, schluessel, spalte, spalte.info[VERSIEGELT])


async def erneuere(session: AsyncSession, stelle: Stelle, grenze: int) -> int:
    """Seals so many tokens of older keys again; how many it were. Raises tresor.TresorVerschlossen."""
    offen = tresor()
    zeilen = await session.execute(
        select(stelle.schluessel, stelle.spalte)
        .where(func.substring(stelle.spalte, 1, len(offen.anfang)) != offen.anfang)
        .limit(grenze)
        .with_for_update()
    )
    alle = zeilen.all()
    for schluessel, token in alle:
        zweck = stelle.zweck.format(schluessel)
        neu = offen.verschliesse(offen.oeffne(token, zweck), zweck)
        await session.execute(
            update(stelle.tabelle).where(stelle.schluessel == schluessel).values({stelle.spalte: neu})
        )
    return len(alle)
