"""Every query of the room antraege."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.models import Antrag, BesondererInhalt, Bestaetigung, Idempotenzschluessel, Kammereingang
from app.db.sitzung import vormerken


async def nach_schluesseln(
    session: AsyncSession, *, ags: str, einreicher_id: UUID, schluessel: Collection[str]
) -> Sequence[Antrag]:
    """The submissions that this client has already made to the town under any of the keys."""
    if not schluessel:
        return ()
    return (
        await session.scalars(
            select(Antrag)
            .join(Idempotenzschluessel, Idempotenzschluessel.antrag_id == Antrag.id)
            .where(
                Idempotenzschluessel.ags == ags,
                Idempotenzschluessel.einreicher_id == einreicher_id,
                Idempotenzschluessel.schluessel.in_(schluessel),
            )
            .distinct()
        )
    ).all()


async def schluessel_belegen(
    session: AsyncSession, *, ags: str, einreicher_id: UUID, schluessel: Collection[str], antrag_id: UUID
) -> int:
    """Takes the keys that are free and tells how many that were; waits for whoever is taking one just now.

    Two submissions with several keys in common take them in the same order and cannot lock each other out.
    """
    einer = func.unnest(literal(sorted(schluessel), ARRAY(Text))).column_valued("einer")
    zeilen = select(literal(ags), literal(einreicher_id), einer, literal(antrag_id)).order_by(einer)
    ergebnis = await session.scalars(
        insert(Idempotenzschluessel)
        .from_select(["ags", "einreicher_id", "schluessel", "antrag_id"], zeilen)
        .on_conflict_do_nothing()
        .returning(Idempotenzschluessel.schluessel)
    )
    return len(ergebnis.all())


def anlegen(session: AsyncSession, antrag: Antrag) -> None:
    """Writes a new submission."""
    vormerken(session, antrag)


async def sichtbarer(
    session: AsyncSession, antrag_id: UUID, *, einreicher_id: UUID | None, ags: str | None
) -> Antrag | None:
    """The submission, if this client has made it or it was made to this town."""
    sicht = []
    if einreicher_id is not None:
        sicht.append(Antrag.einreicher_id == einreicher_id)
    if ags is not None:
        sicht.append(Antrag.ags == ags)
    if not sicht:
        return None
    return await session.scalar(select(Antrag).where(Antrag.id == antrag_id, or_(*sicht)))


async def sperre(session: AsyncSession, antrag_id: UUID) -> None:
    """Holds the submission until the transaction ends."""
    await session.execute(select(Antrag.id).where(Antrag.id == antrag_id).with_for_update())


async def eigene(session: AsyncSession, einreicher_id: UUID) -> Sequence[Antrag]:
    """What this person or client has submitted, newest first."""
    zeilen = await session.scalars(
        select(Antrag).where(Antrag.einreicher_id == einreicher_id).order_by(Antrag.id.desc())
    )
    return zeilen.all()


async def vermerke_kammer(session: AsyncSession, eingang: Kammereingang) -> None:
    """Writes that a chamber has taken the submission in."""
    session.add(eingang)
    await session.flush()


async def kammereingang(session: AsyncSession, antrag_id: UUID) -> Kammereingang | None:
    """Which chamber has taken the submission in, if one has."""
    return await session.get(Kammereingang, antrag_id)


async def besonderer_inhalt(session: AsyncSession, antrag_id: UUID) -> bytes | None:
    """The special categories of a submission, as far as the transaction may see them."""
    return await session.scalar(
        select(BesondererInhalt.inhalt).where(BesondererInhalt.antrag_id == antrag_id)
    )


async def bestaetigung(session: AsyncSession, antrag_id: UUID) -> Bestaetigung | None:
    """What a second person is asked about this submission."""
    return await session.get(Bestaetigung, antrag_id, populate_existing=True)


async def gesperrte_bestaetigung(session: AsyncSession, antrag_id: UUID) -> Bestaetigung | None:
    """The same, locked until the transaction ends."""
    return await session.get(Bestaetigung, antrag_id, with_for_update=True, populate_existing=True)


async def gemeinde_der_bestaetigung(session: AsyncSession, code_sha256: bytes) -> str | None:
    """AGS of the town that waits for the answer to this code, whatever the transaction may see."""
    return await session.scalar(select(func.gemeinde_der_bestaetigung(code_sha256)))


async def bestaetigung_zu_code(session: AsyncSession, code_sha256: bytes) -> Bestaetigung | None:
    """What this code asks, locked until the transaction ends."""
    anfrage = select(Bestaetigung).where(Bestaetigung.code_sha256 == code_sha256).with_for_update()
    return await session.scalar(anfrage.execution_options(populate_existing=True))


async def aendere_bestaetigung(session: AsyncSession, antrag_id: UUID, **werte: Any) -> None:
    """Writes a new code, or the answer."""
    await session.execute(
        update(Bestaetigung)
        .where(Bestaetigung.antrag_id == antrag_id)
        .values(**werte)
        .execution_options(synchronize_session=False)
    )
