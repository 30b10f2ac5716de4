"""Every query of the worker: leases, attempts, and the step that makes a message visible."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Interval,
    Uuid,
    bindparam,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.db.basis import neue_id
from app.versand.bau import Sendungsbild
from app.versand.models import Sendung, Zustellversuch
from app.versand.nachricht import Nachricht

# Times of leases and attempts come from the database: workers' clocks may differ.
JETZT = func.clock_timestamp()

_BILD = (
    Sendung.id,
    Sendung.ags,
    Sendung.vorgang_id,
    Sendung.art,
    Sendung.bezug_id,
    Sendung.stelle,
    Sendung.stellenart,
    Sendung.kanal,
    Sendung.grundlage,
    Sendung.erstellt_am,
    Sendung.versuche,
)


@dataclass(frozen=True, slots=True)
class Gehalten:
    """A delivery whose row is locked until the end of the transaction."""

    id: UUID
    ags: str
    vorgang_id: UUID
    stelle: str
    kanal: str
    seit: datetime
    """From when the time counts after which it is given up."""
    versuche: int
    lease_bis: datetime
    jetzt: datetime
    saetze: int
    """How many deliveries its message carries."""


def gehalten_spalten() -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]:
    """What a query returns to fill a `Gehalten`."""
    return (
        Sendung.id,
        Sendung.ags,
        Sendung.vorgang_id,
        Sendung.stelle,
        Sendung.kanal,
        func.coalesce(Sendung.erneut_am, Sendung.erstellt_am),
        Sendung.versuche,
        Sendung.lease_bis,
        JETZT.label("jetzt"),
        Sendung.saetze,
    )


# A claim walks the index of what can be claimed and stops when it has enough. Left to its estimates the
# planner reads and sorts all that is due: before the first statistics, and while a plan lives that was made
# when the outbox was empty. These hold for the transaction, so for the bundles that fill up beside it, too.
_NUR_ENTLANG = text(
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true), "
    "set_config('jit', 'off', true)"
)


@cache
def _beanspruchen() -> Executable:
    faellige = (
        select(Sendung.id)
        .where(
            Sendung.naechster_versuch_am <= func.now(),
            ~Sendung.geparkt,
            # Tied to another, which is the one to be sent.
            Sendung.buendel_id.is_(None),
            # Not in the index: a claim would go into all indexes anew. Those that are held are few.
            Sendung.lease_inhaber.is_(None),
            or_(Sendung.reihenfolge_schluessel.is_(None), ~frueher_offen()),
        )
        .order_by(Sendung.naechster_versuch_am, Sendung.id)
        .limit(bindparam("anzahl"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(Sendung)
        # An array is made once: in a join or in IN (...) the planner may run a LIMIT more than once.
        .where(Sendung.id == func.any(func.array(faellige.correlate(None).scalar_subquery())))
        .values(**beansprucht())
        .returning(*_BILD, Sendung.naechster_versuch_am)
        .execution_options(synchronize_session=False)
    )


async def beanspruche(
    session: AsyncSession, *, inhaber: UUID, dauer: timedelta, anzahl: int
) -> list[Sendungsbild]:
    """Lease up to `anzahl` due deliveries that nobody holds, the longest due first.

    Of deliveries with the same key to one body only the earliest open one is taken.
    """
    await session.execute(_NUR_ENTLANG)
    ergebnis = await session.execute(_beanspruchen(), {"inhaber": inhaber, "dauer": dauer, "anzahl": anzahl})
    zeilen = sorted(ergebnis, key=lambda zeile: (zeile.naechster_versuch_am, zeile.id))
    return [Sendungsbild(*zeile[:-1]) for zeile in zeilen]


def beansprucht() -> dict[str, Any]:
    """What a claim sets, of the parameters `inhaber` and `dauer`."""
    return {
        "lease_inhaber": bindparam("inhaber", type_=Uuid),
        "lease_bis": JETZT + bindparam("dauer", type_=Interval),
        "versuche": Sendung.versuche + 1,
    }


def bild_spalten() -> tuple[InstrumentedAttribute[Any], ...]:
    """What a query returns to fill a `Sendungsbild`."""
    return _BILD


def frueher_offen() -> ColumnElement[bool]:
    """An earlier delivery with the same key to the same body has still to be done."""
    frueher = aliased(Sendung)
    return (
        select(frueher.id)
        .where(
            frueher.reihenfolge_schluessel == Sendung.reihenfolge_schluessel,
            frueher.stelle == Sendung.stelle,
            frueher.naechster_versuch_am.is_not(None),
            tuple_(frueher.erstellt_am, frueher.id) < tuple_(Sendung.erstellt_am, Sendung.id),
        )
        .correlate(Sendung)
        .exists()
    )


async def halte(session: AsyncSession, sendung_id: UUID, inhaber: UUID) -> Gehalten | None:
    """Lock the row if `inhaber` still holds its lease (fencing)."""
    ergebnis = await session.execute(
        select(*gehalten_spalten())
        .where(Sendung.id == sendung_id, Sendung.lease_inhaber == inhaber)
        .with_for_update()
    )
    zeile = ergebnis.one_or_none()
    return None if zeile is None else Gehalten(*zeile)


async def verlaengere(session: AsyncSession, sendung_id: UUID, dauer: timedelta) -> None:
    """Let the lease of a held delivery run from now."""
    await session.execute(
        update(Sendung)
        .where(Sendung.id == sendung_id)
        .values(lease_bis=JETZT + dauer)
        .execution_options(synchronize_session=False)
    )


async def bewahrte(session: AsyncSession, sendung_id: UUID) -> Nachricht | None:
    """The message an earlier attempt has built."""
    zeile = (
        await session.execute(
            select(Sendung.nachricht, Sendung.nachricht_sha256, Sendung.nachricht_groesse).where(
                Sendung.id == sendung_id
            )
        )
    ).one()
    return _nachricht(*zeile)


def _nachricht(komprimiert: bytes | None, sha256: bytes | None, groesse: int | None) -> Nachricht | None:
    # The three are written together or not at all.
    if komprimiert is None or sha256 is None or groesse is None:
        return None
    return Nachricht(komprimiert, sha256, groesse)


_INS_POSTFACH = text(
    """
    WITH zaehler AS (
        INSERT INTO postfachzaehler (stelle, letzte) VALUES (:stelle, 1)
        ON CONFLICT (stelle) DO UPDATE SET letzte = postfachzaehler.letzte + 1
        RETURNING letzte
    )
    UPDATE sendung
    SET nummer = zaehler.letzte, bereitgestellt_am = clock_timestamp(),
        nachricht = :nachricht, nachricht_sha256 = :sha256, nachricht_groesse = :groesse,
        naechster_versuch_am = NULL, lease_inhaber = NULL, lease_bis = NULL
    FROM zaehler
    WHERE sendung.id = :id AND sendung.lease_inhaber = :inhaber
    RETURNING nummer
    """
)


async def ins_postfach(
    session: AsyncSession, sendung_id: UUID, stelle: str, inhaber: UUID, nachricht: Nachricht
) -> bool:
    """Number the message and show it to its receiver; False if the lease is lost.

    To be the last statement before the commit: until then every other delivery to this mailbox waits.
    """
    ergebnis = await session.execute(
        _INS_POSTFACH,
        {
            "stelle": stelle,
            "id": sendung_id,
            "inhaber": inhaber,
            "nachricht": nachricht.komprimiert,
            "sha256": nachricht.sha256,
            "groesse": nachricht.groesse,
        },
    )
    return ergebnis.one_or_none() is not None


async def bewahre(session: AsyncSession, sendung_id: UUID, nachricht: Nachricht) -> None:
    """Keep the built message, so that every attempt sends the same bytes."""
    await session.execute(
        update(Sendung)
        .where(Sendung.id == sendung_id)
        .values(
            nachricht=nachricht.komprimiert,
            nachricht_sha256=nachricht.sha256,
            nachricht_groesse=nachricht.groesse,
        )
        .execution_options(synchronize_session=False)
    )


async def unterbrochene(session: AsyncSession, *, inhaber: UUID, grenze: int) -> list[Gehalten]:
    """Deliveries whose lease has run out, and those `inhaber` has left behind after a fault."""
    ergebnis = await session.execute(
        select(*gehalten_spalten())
        .where(
            Sendung.naechster_versuch_am.is_not(None),
            (Sendung.lease_bis < func.now()) | (Sendung.lease_inhaber == inhaber),
        )
        .limit(grenze)
        .with_for_update(skip_locked=True)
    )
    return [Gehalten(*zeile) for zeile in ergebnis]


async def vermerke_versuch(
    session: AsyncSession,
    *,
    ags: str,
    sendung_id: UUID,
    nr: int,
    ergebnis: str,
    dauer: timedelta,
    fehler: str | None = None,
) -> None:
    """Append attempt number `nr`, which began `dauer` ago."""
    await session.execute(
        insert(Zustellversuch).values(
            id=neue_id(),
            ags=ags,
            sendung_id=sendung_id,
            nr=nr,
            begonnen_am=JETZT - dauer,
            beendet_am=JETZT,
            ergebnis=ergebnis,
            fehler=fehler,
        )
    )
