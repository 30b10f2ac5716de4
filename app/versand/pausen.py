"""The fuse of each receiver: after repeated failure nothing is sent for a while, then one tries alone.

Deliveries that meet a paused receiver are parked: they leave the queue of what is due, so that others
are found as fast as before however many wait. When the receiver answers again they come back, the oldest
first. All times are the database's.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Interval, bindparam, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand.bau import Sendungsbild
from app.versand.leases import JETZT, Gehalten, gehalten_spalten
from app.versand.models import Empfaenger, Sendung
from app.versand.wiederholung import pausendauer

FREIGABEGRENZE = 500
"""Parked deliveries of one receiver that come back at once."""

REIHUM = 10
"""So many of the oldest take turns in trying alone."""

# Nothing has been tried: the attempt that the claim has counted is taken back.
_GEPARKT: Mapping[str, Any] = {
    "geparkt": True,
    "lease_inhaber": None,
    "lease_bis": None,
    "versuche": Sendung.versuche - 1,
}

# A success is noted at most this often: its row is shared by all deliveries to the receiver.
_ERFOLG_ABSTAND = timedelta(seconds=10)


async def halte_zurueck(
    session: AsyncSession, sendungen: Sequence[Sendungsbild], *, probefrist: timedelta
) -> list[Sendungsbild]:
    """Of freshly claimed deliveries those that may be sent now; the others are parked.

    Where a pause is over the oldest one is let through, and nobody else's for `probefrist`.
    """
    if not sendungen:
        return []
    stellen = {sendung.stelle for sendung in sendungen}
    pausen = await session.execute(
        select(Empfaenger.stelle, Empfaenger.kanal, Empfaenger.pausiert_bis <= func.now()).where(
            Empfaenger.stelle.in_(stellen), Empfaenger.pausiert_bis.is_not(None)
        )
    )
    zurueck: set[UUID] = set()
    for stelle, kanal, vorbei in pausen.all():
        eigene = [eine for eine in sendungen if (eine.stelle, eine.kanal) == (stelle, kanal)]
        if not eigene:
            continue
        aelteste = min(eigene, key=lambda eine: (eine.erstellt_am, eine.id))
        if vorbei and await _beginne_probe(session, aelteste, probefrist):
            eigene.remove(aelteste)
        zurueck.update(eine.id for eine in eigene)
    if zurueck:
        await session.execute(
            update(Sendung)
            .where(Sendung.id.in_(zurueck))
            .values(**_GEPARKT)
            .execution_options(synchronize_session=False)
        )
    return [eine for eine in sendungen if eine.id not in zurueck]


async def _beginne_probe(session: AsyncSession, sendung: Sendungsbild, frist: timedelta) -> bool:
    # Two workers may see the pause end; the row's lock lets the condition hold for one of them.
    ergebnis = await session.execute(
        update(Empfaenger)
        .where(Empfaenger.stelle == sendung.stelle, Empfaenger.pausiert_bis <= func.now())
        .values(pausiert_bis=JETZT + frist, probe_sendung=sendung.id)
        .returning(Empfaenger.stelle)
        .execution_options(synchronize_session=False)
    )
    return ergebnis.one_or_none() is not None


async def parke_bei_pause(session: AsyncSession, sendung: Sendungsbild) -> bool:
    """Park the delivery if its receiver was paused after the claim; True if so."""
    ergebnis = await session.execute(
        update(Sendung)
        .where(
            Sendung.id == sendung.id,
            Empfaenger.stelle == Sendung.stelle,
            Empfaenger.kanal == Sendung.kanal,
            Empfaenger.pausiert_bis > func.now(),
            Empfaenger.probe_sendung.is_distinct_from(Sendung.id),
        )
        .values(**_GEPARKT)
        .returning(Sendung.id)
        .execution_options(synchronize_session=False)
    )
    return ergebnis.one_or_none() is not None


async def gib_frei(session: AsyncSession) -> int:
    """Let parked deliveries come back: one where a pause is over, many where there is none (any more).

    They are due since they were made, so that the oldest goes first.
    """
    ergebnis = await session.execute(_GIB_FREI, {"viele": FREIGABEGRENZE, "reihum": REIHUM})
    return len(ergebnis.all())


# Trials take turns among the oldest: one message that its receiver cannot bear must not keep all others.
_GIB_FREI = text(
    """
    WITH frei AS (
        SELECT je.id FROM empfaenger e
        CROSS JOIN LATERAL (
            SELECT id, row_number() OVER (ORDER BY erstellt_am, id) AS rang, count(*) OVER () AS anzahl
            FROM (
                SELECT s.id, s.erstellt_am FROM sendung s
                WHERE s.stelle = e.stelle AND s.geparkt AND s.naechster_versuch_am IS NOT NULL
                ORDER BY s.erstellt_am, s.id
                LIMIT CASE WHEN e.pausiert_bis IS NULL THEN :viele ELSE :reihum END
            ) aelteste
        ) je
        WHERE e.pausiert_bis IS NULL
            OR (e.pausiert_bis <= now() AND je.rang = 1 + greatest(e.pausen_in_folge - 1, 0) % je.anzahl)
    )
    UPDATE sendung SET geparkt = false, naechster_versuch_am = sendung.erstellt_am
    FROM frei WHERE sendung.id = frei.id AND sendung.geparkt AND sendung.naechster_versuch_am IS NOT NULL
    RETURNING sendung.id
    """
).bindparams(bindparam("viele", type_=Integer), bindparam("reihum", type_=Integer))


async def abgelaufene(session: AsyncSession, *, frist: timedelta, grenze: int) -> list[Gehalten]:
    """Parked deliveries whose time is over: unparked, locked, and counted as one more attempt."""
    ende = func.now() - literal(frist, Interval)
    zu_alt = (
        select(Sendung.id)
        .where(
            Sendung.geparkt,
            Sendung.naechster_versuch_am.is_not(None),
            Sendung.erstellt_am < ende,
            func.coalesce(Sendung.erneut_am, Sendung.erstellt_am) < ende,
        )
        .limit(grenze)
        .with_for_update(skip_locked=True)
        .cte("zu_alt")
    )
    ergebnis = await session.execute(
        update(Sendung)
        .where(Sendung.id == zu_alt.c.id)
        .values(geparkt=False, versuche=Sendung.versuche + 1, lease_bis=JETZT)
        .returning(*gehalten_spalten())
        .execution_options(synchronize_session=False)
    )
    return [Gehalten(*zeile) for zeile in ergebnis]


async def letzte_fehler(session: AsyncSession, stellen: Collection[str]) -> dict[str, str]:
    """Code and sentence of the last fault of each of these receivers that has failed."""
    zeilen = await session.execute(
        select(Empfaenger.stelle, Empfaenger.letzter_fehler).where(
            Empfaenger.stelle.in_(stellen), Empfaenger.letzter_fehler.is_not(None)
        )
    )
    return {zeile.stelle: zeile.letzter_fehler for zeile in zeilen}


async def melde_erfolg(session: AsyncSession, stelle: str, kanal: str) -> None:
    """The receiver has answered: end its pause."""
    await session.execute(
        update(Empfaenger)
        .where(
            Empfaenger.stelle == stelle,
            Empfaenger.kanal == kanal,
            or_(
                Empfaenger.fehler_in_folge > 0,
                Empfaenger.pausiert_bis.is_not(None),
                Empfaenger.letzter_erfolg_am.is_(None),
                Empfaenger.letzter_erfolg_am < func.now() - literal(_ERFOLG_ABSTAND, Interval),
            ),
        )
        .values(
            letzter_erfolg_am=JETZT,
            fehler_in_folge=0,
            pausen_in_folge=0,
            pausiert_bis=None,
            probe_sendung=None,
        )
        .execution_options(synchronize_session=False)
    )


async def melde_fehlschlag(
    session: AsyncSession,
    gehalten: Gehalten,
    fehler: str,
    *,
    pause_ab: int,
    mindestens: timedelta | None = None,
) -> datetime | None:
    """The receiver has failed; the end of its pause if one begins now.

    A pause begins with failure number `pause_ab` in a row, and again when the one that tried alone has
    failed. `mindestens` is how long the receiver has asked us to wait.
    """
    frage = select(Empfaenger).where(Empfaenger.stelle == gehalten.stelle, Empfaenger.kanal == gehalten.kanal)
    # Expired first: the identity map would hand out what an earlier transaction has seen.
    empfaenger = (
        await session.scalars(frage.with_for_update().execution_options(populate_existing=True))
    ).one_or_none()
    if empfaenger is None:
        return None
    empfaenger.fehler_in_folge += 1
    empfaenger.letzter_fehlschlag_am = gehalten.jetzt
    empfaenger.letzter_fehler = fehler
    if empfaenger.pausiert_bis is None:
        beginnt = empfaenger.fehler_in_folge >= pause_ab
    else:
        # Others that were under way when the pause began fail too; they say nothing new.
        beginnt = empfaenger.probe_sendung == gehalten.id
    if beginnt:
        dauer = max(pausendauer(empfaenger.pausen_in_folge), mindestens or timedelta())
        empfaenger.pausen_in_folge += 1
        empfaenger.probe_sendung = None
        empfaenger.pausiert_bis = gehalten.jetzt + dauer
    if empfaenger.pausiert_bis is not None:
        # It waits with the others, so that it keeps its place in front of them.
        await session.execute(
            update(Sendung)
            .where(Sendung.id == gehalten.id, Sendung.naechster_versuch_am.is_not(None))
            .values(geparkt=True)
            .execution_options(synchronize_session=False)
        )
    return empfaenger.pausiert_bis if beginnt else None


async def zaehle_pausierte(session: AsyncSession) -> int:
    """How many receivers are paused."""
    frage = select(func.count()).select_from(Empfaenger).where(Empfaenger.pausiert_bis.is_not(None))
    return int(await session.scalar(frage) or 0)
