"""Every query of the check of completeness."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.gewerbe.abgleich import Bescheinigt
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Vollstaendigkeitslauf, Widerruf
from app.mandanten import service as mandanten


async def bescheinigte(
    session: AsyncSession,
    *,
    grenze: int,
    nach: UUID | None = None,
    von_bis: tuple[datetime, datetime] | None = None,
    nur: Collection[UUID] | None = None,
) -> Sequence[Bescheinigt]:
    """Certified versions behind the certificate `nach`, by the ids of their certificates.

    `nur`: only these notices (ids of versions).
    """
    spaeter = aliased(Gewerbeanzeige)
    frage = (
        select(
            Bescheinigung.id.label("bescheinigung_id"),
            Gewerbeanzeige.id.label("anzeige_id"),
            Gewerbeanzeige.vorgang_id,
            Gewerbeanzeige.ags,
            Gewerbeanzeige.daten,
            Bescheinigung.ausgestellt_am,
            Bescheinigung.umstaende,
            ~select(spaeter.id)
            .where(
                spaeter.vorgang_id == Gewerbeanzeige.vorgang_id,
                spaeter.fassung > Gewerbeanzeige.fassung,
            )
            .exists()
            .label("letzte_fassung"),
            Widerruf.id.is_not(None).label("widerrufen"),
        )
        .join(Gewerbeanzeige, Gewerbeanzeige.id == Bescheinigung.gewerbeanzeige_id)
        .outerjoin(Widerruf, Widerruf.vorgang_id == Gewerbeanzeige.vorgang_id)
        .order_by(Bescheinigung.id)
        .limit(grenze)
    )
    if nach is not None:
        frage = frage.where(Bescheinigung.id > nach)
    if von_bis is not None:
        frage = frage.where(
            Bescheinigung.ausgestellt_am >= von_bis[0], Bescheinigung.ausgestellt_am < von_bis[1]
        )
    if nur is not None:
        frage = frage.where(Gewerbeanzeige.id.in_(nur))
    zeilen = (await session.execute(frage)).all()
    # Certificates from before waivers and filters were kept: those of today stand in.
    heutige: dict[str, Mapping[str, Collection[str]]] = {}
    for ags in {zeile.ags for zeile in zeilen if zeile.umstaende is None}:
        stadt = await mandanten.einstellung(session, ags)
        heutige[ags] = {"verzichte": stadt.verzichte, "filter": stadt.filter}
    return [_version(zeile, zeile.umstaende or heutige[zeile.ags]) for zeile in zeilen]


def _version(zeile: Row[Any], umstaende: Mapping[str, Collection[str]]) -> Bescheinigt:
    return Bescheinigt(
        bescheinigung_id=zeile.bescheinigung_id,
        anzeige_id=zeile.anzeige_id,
        vorgang_id=zeile.vorgang_id,
        ags=zeile.ags,
        daten=zeile.daten,
        ausgestellt_am=zeile.ausgestellt_am,
        verzichte=frozenset(umstaende["verzichte"]),
        filter=frozenset(umstaende["filter"]),
        letzte_fassung=zeile.letzte_fassung,
        widerrufen=zeile.widerrufen,
    )


async def offener_lauf(session: AsyncSession, tag: date) -> Vollstaendigkeitslauf | None:
    """The run of this day, locked until the transaction ends; None if it is done or somebody has it."""
    await session.execute(
        insert(Vollstaendigkeitslauf).values(tag=tag).on_conflict_do_nothing(index_elements=["tag"])
    )
    return await session.scalar(
        select(Vollstaendigkeitslauf)
        .where(Vollstaendigkeitslauf.tag == tag, Vollstaendigkeitslauf.beendet_am.is_(None))
        .with_for_update(skip_locked=True)
    )


async def beendeter_lauf(session: AsyncSession, *, ab: date, vor: date) -> bool:
    """Whether a run of one of these days came to its end; `vor` is not one of them."""
    frage = select(Vollstaendigkeitslauf.tag).where(
        Vollstaendigkeitslauf.tag >= ab,
        Vollstaendigkeitslauf.tag < vor,
        Vollstaendigkeitslauf.beendet_am.is_not(None),
    )
    return await session.scalar(frage.limit(1)) is not None


async def letzter_lauf(session: AsyncSession) -> tuple[int, datetime] | None:
    """Findings and end of the last run that came to its end."""
    ergebnis = await session.execute(
        select(Vollstaendigkeitslauf.befunde, Vollstaendigkeitslauf.beendet_am)
        .where(Vollstaendigkeitslauf.beendet_am.is_not(None))
        .order_by(Vollstaendigkeitslauf.tag.desc())
        .limit(1)
    )
    for befunde, beendet_am in ergebnis:
        if beendet_am is not None:
            return befunde, beendet_am
    return None
