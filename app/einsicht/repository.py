"""Every query about the log of readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.einsicht.models import Einsicht

_TABELLE = Einsicht.metadata.tables[Einsicht.__tablename__]


@dataclass(frozen=True, slots=True)
class Suche:
    """What the entries of a page have in common."""

    ags: str | None = None
    betroffener: UUID | None = None
    vorgang_id: UUID | None = None
    leser_id: UUID | None = None

    def bedingungen(self) -> list[ColumnElement[bool]]:
        """As conditions of a query."""
        paare: list[tuple[Any, object]] = [
            (Einsicht.ags, self.ags),
            (Einsicht.betroffener, self.betroffener),
            (Einsicht.vorgang_id, self.vorgang_id),
            (Einsicht.leser_id, self.leser_id),
        ]
        return [spalte == wert for spalte, wert in paare if wert is not None]


async def trage_ein(session: AsyncSession, zeilen: Sequence[dict[str, Any]]) -> None:
    """Append entries; what is missing in them is known to the database."""
    # Inline: a body may write an entry, but not read it back.
    await session.execute(insert(_TABELLE).inline(), list(zeilen))


async def seite(session: AsyncSession, suche: Suche, *, nach: UUID | None, grenze: int) -> Sequence[Einsicht]:
    """Entries of the last six months, newest first, older than the entry `nach`."""
    frage = (
        select(Einsicht)
        .where(*suche.bedingungen(), Einsicht.zeitpunkt > text("now() - interval '6 months'"))
        .order_by(Einsicht.id.desc())
        .limit(grenze)
    )
    if nach is not None:
        frage = frage.where(Einsicht.id < nach)
    return (await session.scalars(frage)).all()


async def pflege(session: AsyncSession) -> None:
    """Let the database make the months to come and forget what is over six months old."""
    await session.execute(text("SELECT einsicht_pflegen()"))
