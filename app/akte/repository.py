"""Every query of the file's documents and numbers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Dokument, Journaleintrag
from app.db.sitzung import daneben, vormerken_werte

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


_NUMMER = (
    "INSERT INTO aktenzeichenzaehler (ags, jahr, letzte) VALUES ($1, $2, 1) "
    "ON CONFLICT (ags, jahr) DO UPDATE SET letzte = aktenzeichenzaehler.letzte + 1 RETURNING letzte"
)


def lege_ab(session: AsyncSession, **dokument: Any) -> None:
    """Store a document: its columns."""
    vormerken_werte(session, Dokument, [dokument])


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


async def inhalt(session: AsyncSession, dokument_id: UUID) -> Row[bytes, bool] | None:
    """A document's bytes as they lie there, and whether they are special and sealed."""
    zeilen = await session.execute(
        select(Dokument.inhalt, Dokument.besonders).where(Dokument.id == dokument_id)
    )
    return zeilen.one_or_none()


async def pruefsumme(session: AsyncSession, dokument_id: UUID) -> bytes | None:
    """The SHA-256 of a document's bytes."""
    return await session.scalar(select(Dokument.sha256).where(Dokument.id == dokument_id))


async def naechste_nummer(ags: str, jahr: int) -> int:
    """Count one up, at once and for good: a lock until the commit would let one case wait for the other."""
    return int(await daneben(ags, _NUMMER, ags, jahr))


def trage_ein(session: AsyncSession, eintraege: Iterable[dict[str, Any]]) -> None:
    """Append entries to the journal."""
    vormerken_werte(session, Journaleintrag, eintraege)


async def eintraege_zu(
    session: AsyncSession, vorgang_id: UUID, bezuege: Sequence[UUID]
) -> Sequence[Journaleintrag]:
    """The journal's entries that belong to a case or are about the given things, oldest first.

    By ids alone: row-level security lets nothing that looks into jsonb use an index (migration 0027).
    """
    des_vorgangs = select(func.journal_zu_vorgang(vorgang_id)).scalar_subquery()
    ergebnis = await session.scalars(
        select(Journaleintrag)
        .where(
            or_(
                Journaleintrag.bezug_id.in_([vorgang_id, *bezuege]),
                Journaleintrag.id == func.any(func.array(des_vorgangs)),
            )
        )
        .order_by(Journaleintrag.id)
    )
    return ergebnis.all()
