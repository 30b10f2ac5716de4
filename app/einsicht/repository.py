"""Every query about the log of readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.einsicht.models import Einsicht

_LISTE = ARRAY(Uuid)
# One statement for a mailbox of a thousand messages. Nothing is returned: a body may write an entry, but not
# read it back.
_EINTRAGEN = text(
    """
    INSERT INTO einsicht (id, gegenstand_id, vorgang_id, antrag_id,
                          leser_art, leser_id, rolle, stelle, gegenstand, zweck)
    SELECT eine.*, :leser_art, :leser_id, :rolle, :stelle, :gegenstand, :zweck
    FROM unnest(:ids, :gegenstaende, :vorgaenge, :antraege) AS eine
    """
).bindparams(
    *(bindparam(name, type_=_LISTE) for name in ("ids", "gegenstaende", "vorgaenge", "antraege")),
    bindparam("leser_id", type_=Uuid()),
    *(bindparam(name, type_=String()) for name in ("leser_art", "rolle", "stelle", "gegenstand", "zweck")),
)


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


async def trage_ein(
    session: AsyncSession,
    gelesen: Sequence[tuple[UUID, UUID | None, UUID | None]],
    gemeinsam: dict[str, object],
) -> None:
    """Append an entry for each thing read (its id, case, submission); the database knows the rest."""
    await session.execute(
        _EINTRAGEN,
        gemeinsam
        | {
            "ids": [neue_id() for _ in gelesen],
            "gegenstaende": [eine[0] for eine in gelesen],
            "vorgaenge": [eine[1] for eine in gelesen],
            "antraege": [eine[2] for eine in gelesen],
        },
    )


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
