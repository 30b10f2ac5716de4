"""Every query of the file's documents and numbers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Aktenzeichenzaehler, Dokument, Journaleintrag
from app.db.sitzung import daneben, vormerken, vormerken_werte

Dokumentzeile = Row[UUID, UUID | None, str, str, str, bytes, datetime, bool]

DOKUMENTSPALTEN = (
    Dokument.id,
    Dokument.vorgang_id,
    Dokument.art,
    Dokument.dateiname,
    Dokument.medientyp,
    Dokument.sha256,
    Dokument.erstellt_am,
    Dokument.besonders,
)


# Made once: making the statement takes longer than sending it.
_NUMMER = (
    pg_insert(Aktenzeichenzaehler)
    .values(ags=bindparam("ags"), jahr=bindparam("jahr"), letzte=1)
    .on_conflict_do_update(
        index_elements=[Aktenzeichenzaehler.ags, Aktenzeichenzaehler.jahr],
        set_={"letzte": Aktenzeichenzaehler.letzte + 1},
    )
    .returning(Aktenzeichenzaehler.letzte)
)


def lege_ab(session: AsyncSession, dokument: Dokument) -> None:
    """Store a document."""
    vormerken(session, dokument)


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


async def naechste_nummer(ags: str, jahr: int) -> int:
    """Count one up, at once and for good: a lock until the commit would let one case wait for the other."""
    async with daneben(ags) as verbindung:
        return int((await verbindung.execute(_NUMMER, {"ags": ags, "jahr": jahr})).scalar_one())


def trage_ein(session: AsyncSession, eintraege: Iterable[dict[str, Any]]) -> None:
    """Append entries to the journal."""
    vormerken_werte(session, Journaleintrag, eintraege)


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
