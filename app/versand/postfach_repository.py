"""Every query of the mailboxes: what lies there, what has been fetched, what its receivers answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Executable,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand.models import Postfachzaehler, Sendung
from app.versand.nachricht import Nachricht
from app.versand.repository import ZEITEN

_ZEILE = (
    Sendung.nummer,
    Sendung.id,
    Sendung.ags,
    Sendung.art,
    Sendung.stelle,
    Sendung.grundlage["merkmale"].label("merkmale"),
    Sendung.nachricht_sha256,
    Sendung.nachricht_groesse,
    Sendung.saetze,
    *ZEITEN,
)


_IDS = bindparam("ids", type_=ARRAY(Uuid))


@dataclass(frozen=True, slots=True)
class Betroffen:
    """A message to which something has happened, by its first delivery."""

    id: UUID
    ags: str
    vorgang_id: UUID
    saetze: int


@dataclass(frozen=True, slots=True)
class Gesperrt:
    """A visible message whose row is locked, and the answer it has had."""

    id: UUID
    angenommen_am: datetime | None
    abgelehnt_am: datetime | None
    ablehnungscode: str | None
    ablehnungsgrund: str | None


async def postfach(
    session: AsyncSession, *, stelle: str, nach: int, anzahl: int, alle: bool
) -> Sequence[Any]:
    """Visible messages of one mailbox with a number above `nach`, without the messages themselves."""
    werte = {"stelle": stelle, "nach": nach, "anzahl": anzahl}
    return (await session.execute(_postfach(alle=alle), werte)).all()


# Statements are made once: making one takes longer than sending it.
@cache
def _postfach(*, alle: bool) -> Executable:
    frage = (
        select(*_ZEILE)
        .where(Sendung.stelle == bindparam("stelle"), Sendung.nummer > bindparam("nach"))
        .order_by(Sendung.nummer)
        .limit(bindparam("anzahl"))
    )
    if alle:
        return frage
    # The first is for the index.
    return frage.where(~Sendung.beantwortet, Sendung.angenommen_am.is_(None), Sendung.abgelehnt_am.is_(None))


async def nachrichten(
    session: AsyncSession, sendung_ids: Collection[UUID], stelle: str
) -> Mapping[UUID, Nachricht]:
    """The messages of these visible deliveries of the mailbox."""
    zeilen = await session.execute(_nachrichten(), {"ids": list(sendung_ids), "stelle": stelle})
    return {
        sendung_id: Nachricht(komprimiert, sha256, groesse)
        for sendung_id, komprimiert, sha256, groesse in zeilen
        # The three are written together or not at all.
        if komprimiert is not None and sha256 is not None and groesse is not None
    }


@cache
def _nachrichten() -> Executable:
    return select(Sendung.id, Sendung.nachricht, Sendung.nachricht_sha256, Sendung.nachricht_groesse).where(
        *_sichtbar()
    )


def _sichtbar() -> tuple[ColumnElement[bool], ...]:
    """Messages with one of `ids` in the mailbox of `stelle`."""
    return (
        Sendung.id == func.any(_IDS),
        Sendung.stelle == bindparam("stelle"),
        Sendung.nummer.is_not(None),
    )


async def getragene_vorgaenge(
    session: AsyncSession, sendung_ids: Collection[UUID]
) -> list[tuple[UUID, UUID]]:
    """Each of these messages with the case of each delivery that it carries."""
    zeilen = await session.execute(_getragene_vorgaenge(), {"ids": list(sendung_ids)})
    return [(zeile[0], zeile[1]) for zeile in zeilen]


@cache
def _getragene_vorgaenge() -> Executable:
    getragen = select(Sendung.buendel_id, Sendung.vorgang_id).where(Sendung.buendel_id == func.any(_IDS))
    eigene = select(Sendung.id, Sendung.vorgang_id).where(Sendung.id == func.any(_IDS))
    return eigene.union(getragen)


# The messages' own rows are locked first and in one order: two readers never wait in a circle. Who comes
# second finds the times set.
_ABGEHOLT = text(
    """
    WITH kopf AS MATERIALIZED (
        SELECT id, ags, vorgang_id, saetze FROM sendung
        WHERE id = ANY(:ids) AND stelle = :stelle AND nummer IS NOT NULL AND abgeholt_am IS NULL
        ORDER BY id FOR UPDATE
    ), gelesen AS (
        SELECT id FROM kopf
        UNION ALL
        SELECT weitere.id FROM kopf JOIN sendung weitere ON weitere.buendel_id = kopf.id
    ), vermerkt AS (
        UPDATE sendung SET abgeholt_am = clock_timestamp()
        FROM gelesen WHERE sendung.id = gelesen.id AND sendung.abgeholt_am IS NULL
    )
    SELECT id, ags, vorgang_id, saetze FROM kopf ORDER BY id
    """
).bindparams(_IDS)


async def vermerke_abholung(
    session: AsyncSession, sendung_ids: Collection[UUID], stelle: str
) -> list[Betroffen]:
    """Note the first time that these messages are read, for every delivery that they carry; returns them."""
    ergebnis = await session.execute(_ABGEHOLT, {"ids": list(sendung_ids), "stelle": stelle})
    return [Betroffen(*zeile) for zeile in ergebnis]


async def sperre(session: AsyncSession, sendung_ids: Collection[UUID], stelle: str) -> dict[UUID, Gesperrt]:
    """Lock these visible messages of the mailbox until the transaction ends; others are left out."""
    ergebnis = await session.execute(_sperre(), {"ids": list(sendung_ids), "stelle": stelle})
    return {zeile[0]: Gesperrt(*zeile) for zeile in ergebnis}


@cache
def _sperre() -> Executable:
    return (
        select(
            Sendung.id,
            Sendung.angenommen_am,
            Sendung.abgelehnt_am,
            Sendung.ablehnungscode,
            Sendung.ablehnungsgrund,
        )
        .where(*_sichtbar())
        .order_by(Sendung.id)
        .with_for_update()
    )


_QUITTUNG = text(
    """
    WITH kopf AS MATERIALIZED (
        SELECT * FROM unnest(:ids, :angenommen, :codes, :gruende) AS zeile (id, angenommen, code, grund)
    ), quittiert AS (
        SELECT * FROM kopf
        UNION ALL
        SELECT weitere.id, angenommen, code, grund FROM kopf JOIN sendung weitere ON buendel_id = kopf.id
    ), vermerkt AS (
        UPDATE sendung
        SET angenommen_am = CASE WHEN angenommen THEN clock_timestamp() END,
            abgelehnt_am = CASE WHEN NOT angenommen THEN clock_timestamp() END,
            ablehnungscode = code, ablehnungsgrund = grund, beantwortet = (sendung.nummer IS NOT NULL)
        FROM quittiert WHERE sendung.id = quittiert.id
    )
    SELECT id, ags, vorgang_id, saetze, angenommen FROM kopf JOIN sendung USING (id) ORDER BY id
    """
).bindparams(
    _IDS,
    bindparam("angenommen", type_=ARRAY(Boolean)),
    bindparam("codes", type_=ARRAY(Text)),
    bindparam("gruende", type_=ARRAY(Text)),
)


async def quittiere(
    session: AsyncSession, antworten: Sequence[tuple[UUID, bool, str | None, str | None]]
) -> list[tuple[Betroffen, bool]]:
    """Note the answer to each of these locked messages, for every delivery that it carries.

    An answer is (id, accepted, code, reason); returns each message and whether it was accepted.
    """
    ids, angenommen, codes, gruende = (list(spalte) for spalte in zip(*antworten, strict=True))
    ergebnis = await session.execute(
        _QUITTUNG, {"ids": ids, "angenommen": angenommen, "codes": codes, "gruende": gruende}
    )
    return [(Betroffen(*zeile[:-1]), bool(zeile[-1])) for zeile in ergebnis]


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
