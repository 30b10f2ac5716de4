"""Every query about receivers: how they are reached, whether they answer, what waits for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, Text, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.versand import verbund
from app.versand.bau import Sendungsbild
from app.versand.models import STANDARDKANAL, Empfaenger, Sendung
from app.versand.repository import HINWEIS

OFFEN_HOECHSTENS = 1000
"""Open deliveries of a receiver are counted up to here: nobody needs to know more, and counting costs."""


@dataclass(frozen=True, slots=True)
class Empfaengerstand:
    """How a body is reached and how well that works."""

    stelle: str
    kanal: str
    letzter_erfolg_am: datetime | None
    letzter_fehlschlag_am: datetime | None
    letzter_fehler: str | None
    fehler_in_folge: int
    pausiert_bis: datetime | None
    offen: int
    """At most `OFFEN_HOECHSTENS`, which then means "or more"."""
    aelteste_offene_am: datetime | None


async def empfaenger(session: AsyncSession, stelle: str) -> Empfaenger | None:
    """What has been set for the body."""
    return await session.get(Empfaenger, stelle)


async def eingerichtete(session: AsyncSession) -> Sequence[Empfaenger]:
    """All bodies for which something has been set, by key."""
    return (await session.scalars(select(Empfaenger).order_by(Empfaenger.stelle))).all()


async def optionen_fuer(session: AsyncSession, sendung: Sendungsbild) -> Mapping[str, Any] | None:
    """Options of the channel for this delivery: its own, or those of its receiver; None if there are none."""
    if (eigene := sendung.grundlage.get("optionen")) is not None:
        return dict(eigene)
    optionen: Mapping[str, Any] | None = await session.scalar(
        select(Empfaenger.optionen).where(
            Empfaenger.stelle == sendung.stelle, Empfaenger.kanal == sendung.kanal
        )
    )
    return optionen


async def richte_ein(
    session: AsyncSession,
    stelle: str,
    *,
    kanal: str,
    optionen: Mapping[str, Any],
    hinweis_an: str | None,
) -> int:
    """Set how the body is reached, also for what still waits for it (how many). Its pause ends."""
    werte = {
        "kanal": kanal,
        "optionen": dict(optionen),
        "hinweis_an": hinweis_an,
        "geaendert_am": func.now(),
        "fehler_in_folge": 0,
        "pausen_in_folge": 0,
        "pausiert_bis": None,
        "probe_sendung": None,
    }
    await session.execute(
        insert(Empfaenger)
        .values(stelle=stelle, **werte)
        .on_conflict_do_update(index_elements=["stelle"], set_=werte)
    )
    ergebnis = await session.execute(
        update(Sendung)
        .where(
            Sendung.stelle == stelle,
            Sendung.naechster_versuch_am.is_not(None),
            Sendung.bereitgestellt_am.is_(None),
            Sendung.art != HINWEIS,
            Sendung.kanal != kanal,
        )
        .values(kanal=kanal)
        .returning(Sendung.id)
        .execution_options(synchronize_session=False)
    )
    betroffen = ergebnis.scalars().all()
    if kanal == STANDARDKANAL:
        await verbund.loese(session, betroffen)
    return len(betroffen)


async def fuege_hinweis_ein(
    session: AsyncSession, sendung: Sendungsbild, *, kanal: str, abstand: timedelta
) -> None:
    """Have the body told that something lies ready, if it wishes to be and is not going to be told anyway.

    Not sooner than `abstand` after the time for which the last notice was planned.
    """
    await session.execute(
        _HINWEIS,
        {
            "id": neue_id(),
            "ags": sendung.ags,
            "vorgang_id": sendung.vorgang_id,
            "art": HINWEIS,
            "bezug_id": sendung.id,
            "stelle": sendung.stelle,
            "stellenart": sendung.stellenart,
            "kanal": kanal,
            "abstand": abstand,
        },
    )


_HINWEIS = text(
    """
    WITH faellig AS (
        UPDATE empfaenger SET hinweis_am = greatest(now(), hinweis_am + :abstand)
        WHERE stelle = :stelle AND hinweis_an IS NOT NULL AND (hinweis_am IS NULL OR hinweis_am <= now())
        RETURNING stelle, hinweis_an, hinweis_am
    )
    INSERT INTO sendung
        (id, ags, vorgang_id, art, bezug_id, stelle, stellenart, kanal, grundlage, naechster_versuch_am)
    SELECT :id, :ags, :vorgang_id, :art, :bezug_id, stelle, :stellenart, :kanal,
        jsonb_build_object('optionen', jsonb_build_object('an', hinweis_an)), hinweis_am
    FROM faellig
    ON CONFLICT (bezug_id, stelle, art) DO NOTHING
    """
).bindparams(
    bindparam("abstand", type_=Interval), bindparam("kanal", type_=Text), bindparam("art", type_=Text)
)
