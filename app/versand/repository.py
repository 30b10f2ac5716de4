"""Every query of the outbox and of the mailboxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.versand.bau import Sendungsbild
from app.versand.models import Postfachzaehler, Sendung, Zustellversuch
from app.versand.nachricht import Nachricht

# Wakes the workers; sent with the commit, once per transaction however many deliveries it brings.
WECKRUF = "amt_sendung"

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

_ZEITEN = (
    Sendung.lease_bis,
    Sendung.bereitgestellt_am,
    Sendung.abgeholt_am,
    Sendung.angenommen_am,
    Sendung.abgelehnt_am,
    Sendung.aufgegeben_am,
)

_STAND = (
    Sendung.id,
    Sendung.vorgang_id,
    Sendung.art,
    Sendung.stelle,
    Sendung.stellenart,
    Sendung.grundlage,
    Sendung.erstellt_am,
    Sendung.naechster_versuch_am,
    Sendung.versuche,
    Sendung.ablehnungscode,
    Sendung.ablehnungsgrund,
    *_ZEITEN,
)

_POSTFACH = (
    Sendung.nummer,
    Sendung.id,
    Sendung.ags,
    Sendung.art,
    Sendung.stelle,
    Sendung.grundlage["merkmale"].label("merkmale"),
    Sendung.nachricht_sha256,
    Sendung.nachricht_groesse,
    *_ZEITEN,
)


@dataclass(frozen=True, slots=True)
class Gehalten:
    """A delivery whose row is locked until the end of the transaction."""

    id: UUID
    ags: str
    vorgang_id: UUID
    stelle: str
    kanal: str
    erstellt_am: datetime
    versuche: int
    lease_bis: datetime
    jetzt: datetime


_GEHALTEN = (
    Sendung.id,
    Sendung.ags,
    Sendung.vorgang_id,
    Sendung.stelle,
    Sendung.kanal,
    Sendung.erstellt_am,
    Sendung.versuche,
    Sendung.lease_bis,
    JETZT.label("jetzt"),
)


async def fuege_ein(
    session: AsyncSession, zeilen: Sequence[Mapping[str, Any]]
) -> dict[tuple[UUID, str, str], UUID]:
    """New rows of the outbox and the call to the workers; ids by (bezug_id, stelle, art).

    A row that is there already stays as it is and keeps its id.
    """
    tabelle = insert(Sendung).values([{"id": neue_id(), **zeile} for zeile in zeilen])
    neu = (
        tabelle.on_conflict_do_nothing(index_elements=["bezug_id", "stelle", "art"])
        .returning(Sendung.id, Sendung.bezug_id, Sendung.stelle, Sendung.art)
        .cte("neu")
    )
    ergebnis = await session.execute(
        select(neu.c.id, neu.c.bezug_id, neu.c.stelle, neu.c.art, func.pg_notify(WECKRUF, ""))
    )
    ids = {(zeile.bezug_id, zeile.stelle, zeile.art): zeile.id for zeile in ergebnis}
    for bezug_id in {zeile["bezug_id"] for zeile in zeilen} if len(ids) < len(zeilen) else set():
        vorhandene = await session.execute(
            select(Sendung.id, Sendung.stelle, Sendung.art).where(Sendung.bezug_id == bezug_id)
        )
        ids |= {(bezug_id, zeile.stelle, zeile.art): zeile.id for zeile in vorhandene}
    return ids


async def beanspruche(
    session: AsyncSession, *, inhaber: UUID, dauer: timedelta, anzahl: int
) -> list[Sendungsbild]:
    """Lease up to `anzahl` due deliveries that nobody holds, the longest due first."""
    # A materialised CTE: inside IN (...) the planner may run a LIMIT more than once.
    faellig = (
        select(Sendung.id, Sendung.naechster_versuch_am)
        .where(Sendung.naechster_versuch_am <= func.now(), Sendung.lease_inhaber.is_(None))
        .order_by(Sendung.naechster_versuch_am, Sendung.id)
        .limit(anzahl)
        .with_for_update(skip_locked=True)
        .cte("faellig")
    )
    ergebnis = await session.execute(
        update(Sendung)
        .where(Sendung.id == faellig.c.id)
        .values(lease_inhaber=inhaber, lease_bis=JETZT + dauer, versuche=Sendung.versuche + 1)
        .returning(*_BILD, faellig.c.naechster_versuch_am)
        .execution_options(synchronize_session=False)
    )
    zeilen = sorted(ergebnis, key=lambda zeile: (zeile.naechster_versuch_am, zeile.id))
    return [Sendungsbild(*zeile[:-1]) for zeile in zeilen]


async def halte(session: AsyncSession, sendung_id: UUID, inhaber: UUID) -> Gehalten | None:
    """Lock the row if `inhaber` still holds its lease (fencing)."""
    ergebnis = await session.execute(
        select(*_GEHALTEN).where(Sendung.id == sendung_id, Sendung.lease_inhaber == inhaber).with_for_update()
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


async def uebergeben(session: AsyncSession, sendung_id: UUID) -> None:
    """The receiver's machine has taken the message: visible and fetched in one."""
    await session.execute(
        update(Sendung)
        .where(Sendung.id == sendung_id)
        .values(
            bereitgestellt_am=JETZT,
            abgeholt_am=JETZT,
            naechster_versuch_am=None,
            lease_inhaber=None,
            lease_bis=None,
        )
        .execution_options(synchronize_session=False)
    )


async def verschiebe(session: AsyncSession, sendung_id: UUID, auf: datetime | None) -> None:
    """Give the lease back and try again at `auf`; None gives the delivery up."""
    await session.execute(
        update(Sendung)
        .where(Sendung.id == sendung_id)
        .values(
            naechster_versuch_am=auf,
            aufgegeben_am=JETZT if auf is None else None,
            lease_inhaber=None,
            lease_bis=None,
        )
        .execution_options(synchronize_session=False)
    )


async def unterbrochene(session: AsyncSession, *, inhaber: UUID, grenze: int) -> list[Gehalten]:
    """Deliveries whose lease has run out, and those `inhaber` has left behind after a fault."""
    ergebnis = await session.execute(
        select(*_GEHALTEN)
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


async def sendungen_der_vorgaenge(session: AsyncSession, vorgang_ids: Sequence[UUID]) -> Sequence[Any]:
    """Deliveries of these cases with the fault of their last failed attempt, without the messages."""
    letzter = (
        select(Zustellversuch.fehler)
        .where(Zustellversuch.sendung_id == Sendung.id)
        .order_by(Zustellversuch.nr.desc())
        .limit(1)
        .scalar_subquery()
    )
    ergebnis = await session.execute(
        select(*_STAND, letzter.label("letzter_fehler"))
        .where(Sendung.vorgang_id.in_(vorgang_ids))
        .order_by(Sendung.vorgang_id, Sendung.stellenart, Sendung.stelle, Sendung.art)
    )
    return ergebnis.all()


async def postfach(
    session: AsyncSession, *, stelle: str, nach: int, anzahl: int, alle: bool
) -> Sequence[Any]:
    """Visible messages of one mailbox with a number above `nach`, without the messages themselves."""
    frage = (
        select(*_POSTFACH)
        .where(Sendung.stelle == stelle, Sendung.nummer > nach)
        .order_by(Sendung.nummer)
        .limit(anzahl)
    )
    if not alle:
        frage = frage.where(Sendung.angenommen_am.is_(None), Sendung.abgelehnt_am.is_(None))
    return (await session.execute(frage)).all()


async def aus_postfach(
    session: AsyncSession, sendung_id: UUID, stelle: str, *, sperren: bool = False
) -> Sendung | None:
    """One visible delivery of this mailbox; with `sperren` locked until the end of the transaction."""
    frage = select(Sendung).where(
        Sendung.id == sendung_id, Sendung.stelle == stelle, Sendung.nummer.is_not(None)
    )
    return (await session.scalars(frage.with_for_update() if sperren else frage)).one_or_none()


async def abgeholt(session: AsyncSession, sendung_id: UUID) -> bool:
    """Note the first time the message is read; False if it has been read before."""
    ergebnis = await session.execute(
        update(Sendung)
        .where(Sendung.id == sendung_id, Sendung.abgeholt_am.is_(None))
        .values(abgeholt_am=JETZT)
        .returning(Sendung.id)
        .execution_options(synchronize_session=False)
    )
    return ergebnis.one_or_none() is not None


async def quittiere(
    session: AsyncSession, sendung_id: UUID, *, angenommen: bool, code: str | None, grund: str | None
) -> None:
    """Note the receiver's answer."""
    zeiten = {"angenommen_am" if angenommen else "abgelehnt_am": JETZT}
    await session.execute(
        update(Sendung)
        .where(Sendung.id == sendung_id)
        .values(ablehnungscode=code, ablehnungsgrund=grund, **zeiten)
        .execution_options(synchronize_session=False)
    )


async def postfach_lueckenlos(session: AsyncSession, stelle: str) -> bool:
    """The mailbox shows exactly the numbers 1 to the counter."""
    letzte = select(Postfachzaehler.letzte).where(Postfachzaehler.stelle == stelle).scalar_subquery()
    return bool(
        await session.scalar(
            select(func.count() == func.coalesce(letzte, 0)).where(
                Sendung.stelle == stelle, Sendung.nummer.is_not(None)
            )
        )
    )


async def offene(session: AsyncSession) -> tuple[int, float]:
    """How many deliveries wait for the worker, and the age of the oldest in seconds (0 if none)."""
    alter = func.extract("epoch", func.now() - func.min(Sendung.erstellt_am))
    zeile = (
        await session.execute(
            select(func.count(), func.coalesce(alter, literal(0))).where(
                Sendung.naechster_versuch_am.is_not(None)
            )
        )
    ).one()
    return int(zeile[0]), float(zeile[1])
