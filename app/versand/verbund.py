"""A message to another machine that carries several deliveries: tied before it is sent, one fate afterwards.

The first delivery carries the message, tries, waits and is given up; the others name it, are never claimed
by themselves, and share whatever happens to it. Once tied they stay so: the receiver may have had the
message, and gets the same bytes again until it says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand import leases
from app.versand.bau import Gruppe
from app.versand.leases import JETZT, Gehalten, gehalten_spalten
from app.versand.models import Sendung
from app.versand.nachricht import Nachricht


async def knuepfe(session: AsyncSession, gruppe: Gruppe, nachricht: Nachricht) -> None:
    """Keep the message with the first of these leased deliveries and tie the others to it."""
    erste, *weitere = gruppe
    await leases.bewahre(session, erste.id, nachricht)
    await session.execute(
        update(Sendung)
        .where(Sendung.id == erste.id)
        .values(saetze=len(gruppe))
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Sendung)
        .where(Sendung.id.in_([eine.id for eine in weitere]))
        .values(
            buendel_id=erste.id,
            # Says that it may have left the house, as with the message itself.
            nachricht_sha256=nachricht.sha256,
            lease_inhaber=None,
            lease_bis=None,
        )
        .execution_options(synchronize_session=False)
    )


async def alle(session: AsyncSession, gehalten: Gehalten) -> Sequence[Gehalten]:
    """The held delivery and those that are tied to it, with its number of attempts."""
    if gehalten.saetze == 1:
        return [gehalten]
    weitere = await session.execute(
        select(*gehalten_spalten())
        .where(Sendung.buendel_id == gehalten.id)
        .order_by(Sendung.erstellt_am, Sendung.id)
        .with_for_update()
    )
    return [gehalten, *(replace(Gehalten(*zeile), versuche=gehalten.versuche) for zeile in weitere)]


async def uebergeben(session: AsyncSession, gehalten: Gehalten) -> None:
    """The receiver's machine has taken the message: visible and fetched in one."""
    await session.execute(
        update(Sendung)
        .where(_mit_weiteren(gehalten))
        .values(
            # A replay does not change when the receiver first had it.
            bereitgestellt_am=func.coalesce(Sendung.bereitgestellt_am, JETZT),
            abgeholt_am=func.coalesce(Sendung.abgeholt_am, JETZT),
            versuche=gehalten.versuche,
            naechster_versuch_am=None,
            lease_inhaber=None,
            lease_bis=None,
        )
        .execution_options(synchronize_session=False)
    )


async def verschiebe(session: AsyncSession, gehalten: Gehalten, auf: datetime | None) -> None:
    """Give the lease back and try again at `auf`; None gives the delivery up, with all that is tied to it."""
    await session.execute(
        update(Sendung)
        .where(_mit_weiteren(gehalten))
        .values(
            naechster_versuch_am=auf,
            aufgegeben_am=JETZT if auf is None else None,
            versuche=gehalten.versuche,
            lease_inhaber=None,
            lease_bis=None,
        )
        .execution_options(synchronize_session=False)
    )


async def loese(session: AsyncSession, erste: Sequence[UUID]) -> None:
    """Untie what these carry: on their new way, into the mailbox, each goes alone."""
    if not erste:
        return
    await session.execute(
        update(Sendung)
        .where(or_(Sendung.buendel_id.in_(erste), Sendung.id.in_(erste)), Sendung.nummer.is_(None))
        .values(buendel_id=None, saetze=1)
        .execution_options(synchronize_session=False)
    )


def _mit_weiteren(gehalten: Gehalten) -> ColumnElement[bool]:
    eine: ColumnElement[bool] = Sendung.id == gehalten.id
    return eine if gehalten.saetze == 1 else or_(eine, Sendung.buendel_id == gehalten.id)
