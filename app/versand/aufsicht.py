"""Every query of the people who watch over the deliveries: what waits, what was given up, send it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.versand import verbund
from app.versand.empfaenger import OFFEN_HOECHSTENS, Empfaengerstand
from app.versand.models import STANDARDKANAL, Empfaenger, Sendung, Zustellversuch
from app.versand.repository import HINWEIS, WECKRUF, ZEITEN

Auswahl = Literal["aufgegeben", "wartend", "zugestellt"]
"""Given up; not delivered yet; taken by the receiver's machine (not: laid into its mailbox)."""

TOTE_HOECHSTENS = 1000
"""Dead letters are counted up to here."""

_BEDINGUNG: dict[Auswahl, ColumnElement[bool]] = {
    "aufgegeben": Sendung.aufgegeben_am.is_not(None),
    "wartend": Sendung.naechster_versuch_am.is_not(None),
    "zugestellt": and_(
        Sendung.bereitgestellt_am.is_not(None), Sendung.nummer.is_(None), Sendung.art != HINWEIS
    ),
}
# In the mailbox it can be read again any number of times; stopped it must not go out; in hand it is going.
# What another delivery's message carries is sent again with that one, by whichever id it is asked for.
_WIEDERHOLBAR = and_(
    Sendung.nummer.is_(None),
    Sendung.angehalten_am.is_(None),
    Sendung.lease_inhaber.is_(None),
    Sendung.buendel_id.is_(None),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries; times are those of their making, `von` included and `bis` not."""

    auswahl: Auswahl = "aufgegeben"
    stelle: str | None = None
    von: datetime | None = None
    bis: datetime | None = None

    def bedingungen(self) -> list[ColumnElement[bool]]:
        """For a WHERE."""
        grenzen: list[ColumnElement[bool]] = [_BEDINGUNG[self.auswahl]]
        if self.stelle is not None:
            grenzen.append(Sendung.stelle == self.stelle)
        if self.von is not None:
            grenzen.append(Sendung.erstellt_am >= self.von)
        if self.bis is not None:
            grenzen.append(Sendung.erstellt_am < self.bis)
        return grenzen


async def zeilen(session: AsyncSession, filter_: Filter, *, nach: UUID | None, anzahl: int) -> Sequence[Any]:
    """Deliveries with an id above `nach`, the oldest first, each with its last fault."""
    letzter = (
        select(Zustellversuch.fehler)
        .where(Zustellversuch.sendung_id == Sendung.id)
        .order_by(Zustellversuch.nr.desc())
        .limit(1)
        .scalar_subquery()
    )
    frage = (
        select(
            Sendung.id,
            Sendung.ags,
            Sendung.vorgang_id,
            Sendung.art,
            Sendung.stelle,
            Sendung.kanal,
            Sendung.erstellt_am,
            Sendung.naechster_versuch_am,
            Sendung.versuche,
            *ZEITEN,
            letzter.label("letzter_fehler"),
        )
        .where(*filter_.bedingungen())
        .order_by(Sendung.id)
        .limit(anzahl)
    )
    if nach is not None:
        frage = frage.where(Sendung.id > nach)
    return (await session.execute(frage)).all()


async def gibt_es(session: AsyncSession, sendung_id: UUID) -> bool:
    """Whether there is such a delivery."""
    return await session.scalar(select(Sendung.id).where(Sendung.id == sendung_id)) is not None


async def sende_erneut(
    session: AsyncSession, *, filter_: Filter | None = None, sendung_id: UUID | None = None, anzahl: int = 1
) -> Sequence[Any]:
    """Make up to `anzahl` deliveries due now, the oldest first; id, ags, vorgang_id and stelle of each.

    They keep their id and their message and start a new period. They go by the channel their receiver has
    now, and a pause of the receiver ends: one of them tries.
    """
    grenzen = filter_.bedingungen() if filter_ is not None else [Sendung.id == _traegerin(sendung_id)]
    auswahl = (
        select(Sendung.id)
        .where(*grenzen, _WIEDERHOLBAR)
        .order_by(Sendung.id)
        .limit(anzahl)
        .with_for_update(skip_locked=True)
        .cte("auswahl")
    )
    jetziger = select(Empfaenger.kanal).where(Empfaenger.stelle == Sendung.stelle).scalar_subquery()
    ergebnis = await session.execute(
        update(Sendung)
        .where(or_(Sendung.id == auswahl.c.id, Sendung.buendel_id == auswahl.c.id))
        .values(
            kanal=case((Sendung.art == HINWEIS, Sendung.kanal), else_=func.coalesce(jetziger, STANDARDKANAL)),
            naechster_versuch_am=func.now(),
            erneut_am=func.now(),
            aufgegeben_am=None,
            geparkt=False,
        )
        .returning(Sendung.id, Sendung.ags, Sendung.vorgang_id, Sendung.stelle, Sendung.kanal)
        .execution_options(synchronize_session=False)
    )
    betroffen = ergebnis.all()
    await verbund.loese(session, [eine.id for eine in betroffen if eine.kanal == STANDARDKANAL])
    if betroffen:
        await session.execute(
            update(Empfaenger)
            .where(
                Empfaenger.stelle.in_({zeile.stelle for zeile in betroffen}),
                Empfaenger.pausiert_bis > func.now(),
            )
            .values(pausiert_bis=func.now())
            .execution_options(synchronize_session=False)
        )
        await session.execute(select(func.pg_notify(WECKRUF, "")))
    return betroffen


def _traegerin(sendung_id: UUID | None) -> ColumnElement[UUID]:
    """The delivery whose message this one goes with: mostly itself."""
    eine = aliased(Sendung)
    return select(func.coalesce(eine.buendel_id, eine.id)).where(eine.id == sendung_id).scalar_subquery()


async def zaehle_aufgegebene(session: AsyncSession) -> int:
    """How many dead letters wait for a person, counted up to `TOTE_HOECHSTENS`."""
    tote = select(Sendung.id).where(Sendung.aufgegeben_am.is_not(None)).limit(TOTE_HOECHSTENS).subquery()
    return int(await session.scalar(select(func.count()).select_from(tote)) or 0)


async def empfaengerstaende(session: AsyncSession) -> list[Empfaengerstand]:
    """Every body that has been set up, has got something or is going to, by key."""
    ergebnis = await session.execute(_STAENDE, {"hoechstens": OFFEN_HOECHSTENS, "kanal": STANDARDKANAL})
    return [Empfaengerstand(*zeile) for zeile in ergebnis]


# Bodies with open deliveries by hopping from one to the next in the index: their number counts, not that
# of the deliveries.
_STAENDE = text(
    """
    WITH RECURSIVE offene(stelle) AS (
        (SELECT s.stelle FROM sendung s WHERE s.naechster_versuch_am IS NOT NULL ORDER BY s.stelle LIMIT 1)
        UNION ALL
        SELECT (
            SELECT s.stelle FROM sendung s
            WHERE s.naechster_versuch_am IS NOT NULL AND s.stelle > o.stelle ORDER BY s.stelle LIMIT 1
        )
        FROM offene o WHERE o.stelle IS NOT NULL
    ),
    alle AS (
        SELECT stelle FROM offene WHERE stelle IS NOT NULL
        UNION SELECT stelle FROM empfaenger
        UNION SELECT stelle FROM postfachzaehler
    )
    SELECT alle.stelle, coalesce(e.kanal, :kanal), greatest(e.letzter_erfolg_am, letzte.bereitgestellt_am),
        e.letzter_fehlschlag_am, e.letzter_fehler, coalesce(e.fehler_in_folge, 0), e.pausiert_bis,
        (
            SELECT count(*) FROM (
                SELECT FROM sendung s
                WHERE s.stelle = alle.stelle AND s.naechster_versuch_am IS NOT NULL LIMIT :hoechstens
            ) einige
        ),
        (
            SELECT s.erstellt_am FROM sendung s
            WHERE s.stelle = alle.stelle AND s.naechster_versuch_am IS NOT NULL
            ORDER BY s.erstellt_am, s.id LIMIT 1
        )
    FROM alle
    LEFT JOIN empfaenger e ON e.stelle = alle.stelle
    LEFT JOIN postfachzaehler z ON z.stelle = alle.stelle
    LEFT JOIN sendung letzte ON letzte.stelle = z.stelle AND letzte.nummer = z.letzte
    ORDER BY alle.stelle
    """
)
