"""Every query of the file's documents and numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Aktenzeichenzaehler, Dokument, Journaleintrag
from app.db.basis import Base

Dokumentzeile = Row[UUID, UUID | None, str, str, str, bytes, datetime]

DOKUMENTSPALTEN = (
    Dokument.id,
    Dokument.vorgang_id,
    Dokument.art,
    Dokument.dateiname,
    Dokument.medientyp,
    Dokument.sha256,
    Dokument.erstellt_am,
)


# Statements of every submission are made once: making one takes longer than sending it.
_TABELLEN = Base.metadata.tables
_DOKUMENT = insert(_TABELLEN[Dokument.__tablename__])
_EINTRAG = insert(_TABELLEN[Journaleintrag.__tablename__])
_NUMMER = (
    pg_insert(Aktenzeichenzaehler)
    .values(ags=bindparam("ags"), jahr=bindparam("jahr"), letzte=1)
    .on_conflict_do_update(
        index_elements=[Aktenzeichenzaehler.ags, Aktenzeichenzaehler.jahr],
        set_={"letzte": Aktenzeichenzaehler.letzte + 1},
    )
    .returning(Aktenzeichenzaehler.letzte)
)


async def lege_ab(session: AsyncSession, **werte: Any) -> None:
    """Store a document's row."""
    await session.execute(_DOKUMENT, werte)


async def dokumente(session: AsyncSession, antrag_id: UUID, vorgang_id: UUID) -> Sequence[Dokumentzeile]:
    """The documents of a case and those of its whole submission, oldest first, without their bytes."""
    ergebnis = await session.execute(
        select(*DOKUMENTSPALTEN)
        .where(
            Dokument.antrag_id == antrag_id,
            or_(Dokument.vorgang_id == vorgang_id, Dokument.vorgang_id.is_(None)),
        )
        .order_by(Dokument.id)
    )
    return ergebnis.all()


async def inhalt(session: AsyncSession, dokument_id: UUID) -> bytes | None:
    """A document's bytes."""
    return await session.scalar(select(Dokument.inhalt).where(Dokument.id == dokument_id))


async def pruefsumme(session: AsyncSession, dokument_id: UUID) -> bytes | None:
    """The SHA-256 of a document's bytes."""
    return await session.scalar(select(Dokument.sha256).where(Dokument.id == dokument_id))


async def naechste_nummer(session: AsyncSession, ags: str, jahr: int) -> int:
    """Count one up. The counter's row stays locked until the transaction ends."""
    return int((await session.execute(_NUMMER, {"ags": ags, "jahr": jahr})).scalar_one())


async def trage_ein(session: AsyncSession, **werte: Any) -> None:
    """Append one entry to the journal."""
    await session.execute(_EINTRAG, werte)


_ALLE = text(
    """
    INSERT INTO journaleintrag (id, ags, ereignis, bezug_art, bezug_id, angaben)
    SELECT * FROM jsonb_to_recordset(:zeilen)
        AS zeile (id uuid, ags text, ereignis text, bezug_art text, bezug_id uuid, angaben jsonb)
    """
).bindparams(bindparam("zeilen", type_=JSONB))


async def trage_alle_ein(session: AsyncSession, zeilen: Sequence[Mapping[str, Any]]) -> None:
    """Append many entries with one statement."""
    await session.execute(_ALLE, {"zeilen": zeilen})


async def eintraege_zu(
    session: AsyncSession, vorgang_id: UUID, bezuege: Sequence[UUID]
) -> Sequence[Journaleintrag]:
    """The journal's entries that belong to a case or are about the given things, oldest first."""
    ergebnis = await session.scalars(
        select(Journaleintrag)
        .where(
            or_(
                Journaleintrag.bezug_id.in_([vorgang_id, *bezuege]),
                Journaleintrag.angaben["vorgang"].astext == str(vorgang_id),
            )
        )
        .order_by(Journaleintrag.id)
    )
    return ergebnis.all()
