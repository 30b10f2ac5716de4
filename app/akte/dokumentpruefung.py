"""Checking that every document is what and where it was when the journal noted its hash.

PostgreSQL hashes the bytes where they lie, some hundred megabytes a second, in portions; so the check
takes no memory here, but reads all there is. Check the journal too: it vouches for the hashes.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, cast, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.journalpruefung import Bruch
from app.akte.models import Dokument, Journaleintrag

_PORTION = 500
ABGELEGT = "dokument_abgelegt"


@dataclass(frozen=True, slots=True)
class Dokumentbericht:
    """How many documents were checked, and the first that is not as it was filed."""

    dokumente: int
    bruch: Bruch | None


async def dokumente_pruefen(session: AsyncSession) -> Dokumentbericht:
    """Compare every document with the journal. Needs the scope of the whole system."""
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    geprueft, nach = 0, UUID(int=0)
    vermerkt, inhalt = Journaleintrag.angaben["sha256"].astext, func.sha256(Dokument.inhalt)
    anderswo = or_(
        Dokument.ags.is_distinct_from(Journaleintrag.ags),
        Dokument.art.is_distinct_from(Journaleintrag.angaben["art"].astext),
        cast(Dokument.antrag_id, Text).is_distinct_from(Journaleintrag.angaben["antrag"].astext),
        cast(Dokument.vorgang_id, Text).is_distinct_from(Journaleintrag.angaben["vorgang"].astext),
    )
    while True:
        zeilen = (
            await session.execute(
                select(
                    Journaleintrag.id,
                    Journaleintrag.bezug_id,
                    Dokument.id.is_(None).label("fehlt"),
                    or_(
                        vermerkt.is_(None),
                        func.encode(inhalt, "hex") != vermerkt,
                        inhalt != Dokument.sha256,
                        anderswo,
                    ).label("geaendert"),
                )
                .outerjoin(Dokument, Dokument.id == Journaleintrag.bezug_id)
                .where(Journaleintrag.id > nach, Journaleintrag.ereignis == ABGELEGT)
                .order_by(Journaleintrag.id)
                .limit(_PORTION)
            )
        ).all()
        for zeile in zeilen:
            if zeile.fehlt:
                return Dokumentbericht(geprueft, Bruch("dokument_fehlt", dokument=zeile.bezug_id))
            if zeile.geaendert:
                return Dokumentbericht(geprueft, Bruch("dokument_geaendert", dokument=zeile.bezug_id))
            geprueft, nach = geprueft + 1, zeile.id
        if len(zeilen) < _PORTION:
            return Dokumentbericht(geprueft, await _nie_abgelegt(session))


async def _nie_abgelegt(session: AsyncSession) -> Bruch | None:
    eintrag = exists().where(Journaleintrag.bezug_id == Dokument.id, Journaleintrag.ereignis == ABGELEGT)
    fremd = await session.scalar(select(Dokument.id).where(~eintrag).order_by(Dokument.id).limit(1))
    return Bruch("dokument_eingefuegt", dokument=fremd) if fremd else None
