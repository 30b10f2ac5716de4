"""Every query of the outbox but those of the worker (leases.py) and of the mailboxes."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Executable,
    Text,
    Uuid,
    and_,
    bindparam,
    collate,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.db.basis import neue_id
from app.db.sitzung import vormerken_werte
from app.versand.models import STANDARDKANAL, Buendelung, Empfaenger, Sendung, Zustellversuch

# Wakes the workers. New rows call by themselves (a trigger), once per transaction with its commit.
WECKRUF = "amt_sendung"

# Kind of delivery that only tells of another one.
HINWEIS = "hinweis"

# Kind of delivery that stays in the house: a case's file for the town's DMS.
AKTE = "xdomea"

# Times come from the database: the clocks of several machines differ.
JETZT = func.clock_timestamp()

ZEITEN = (
    Sendung.lease_bis,
    Sendung.bereitgestellt_am,
    Sendung.abgeholt_am,
    Sendung.angenommen_am,
    Sendung.abgelehnt_am,
    Sendung.angehalten_am,
    Sendung.aufgegeben_am,
)

_STAND = (
    Sendung.id,
    Sendung.vorgang_id,
    Sendung.art,
    Sendung.bezug_id,
    Sendung.stelle,
    Sendung.stellenart,
    Sendung.grundlage,
    Sendung.erstellt_am,
    Sendung.naechster_versuch_am,
    Sendung.versuche,
    Sendung.ablehnungscode,
    Sendung.ablehnungsgrund,
    Sendung.buendel_id,
    *ZEITEN,
)

# As Python sorts: what was just noted is shown in the same order as what is read.
REIHENFOLGE = (Sendung.stellenart, Sendung.stelle, Sendung.art)

_NEU = (
    column("id", Uuid),
    column("ags", Text),
    column("vorgang_id", Uuid),
    column("art", Text),
    column("bezug_id", Uuid),
    column("stelle", Text),
    column("stellenart", Text),
    column("kanal", Text),
    column("grundlage", JSONB),
    column("reihenfolge_schluessel", Text),
)
# May share a message with others: waits for them where its receiver wants that.
_BUENDELBAR = column("buendelbar", Boolean)


@cache
def _einfuegen() -> Executable:
    """Takes all rows as one JSON value `zeilen`: the same statement, whatever their number."""
    eingabe = bindparam("zeilen", type_=JSONB)
    quelle = func.jsonb_to_recordset(eingabe).table_valued(*_NEU, _BUENDELBAR).render_derived(with_types=True)
    warten = func.make_interval(0, 0, 0, 0, 0, 0, func.coalesce(Buendelung.warten_sekunden, 0))
    neu = (
        insert(Sendung)
        .from_select(
            [*(spalte.name for spalte in _NEU), Sendung.naechster_versuch_am.name],
            select(
                *(
                    func.coalesce(quelle.c.kanal, Empfaenger.kanal, literal(STANDARDKANAL))
                    if spalte.name == "kanal"
                    else quelle.c[spalte.name]
                    for spalte in _NEU
                ),
                func.now() + warten,
            ).select_from(
                quelle.outerjoin(Empfaenger, Empfaenger.stelle == quelle.c.stelle).outerjoin(
                    Buendelung,
                    and_(
                        Buendelung.stelle == quelle.c.stelle, Buendelung.hoechstens > 1, quelle.c.buendelbar
                    ),
                )
            ),
        )
        .on_conflict_do_nothing(index_elements=["bezug_id", "stelle", "art"])
        .returning(Sendung.id, Sendung.bezug_id, Sendung.stelle, Sendung.art)
        .cte("neu")
    )
    return select(neu.c.id, neu.c.bezug_id, neu.c.stelle, neu.c.art)


def fuege_neue_ein(session: AsyncSession, zeilen: Sequence[dict[str, Any]]) -> None:
    """New rows of the outbox about something that has none yet.

    Without `kanal` and `naechster_versuch_am` they take those that their receiver wants.
    """
    vormerken_werte(session, Sendung, zeilen)


async def fuege_ein(
    session: AsyncSession, zeilen: Sequence[Mapping[str, Any]]
) -> dict[tuple[UUID, str, str], UUID]:
    """New rows of the outbox; ids by (bezug_id, stelle, art).

    A row without `kanal` takes that of its receiver; one with `buendelbar` waits as long as its receiver
    wants bundles to fill. One that is there already stays as it is and keeps its id.
    """
    ergebnis = await session.execute(
        _einfuegen(), {"zeilen": [_als_json({"id": neue_id(), **zeile}) for zeile in zeilen]}
    )
    ids = {(zeile.bezug_id, zeile.stelle, zeile.art): zeile.id for zeile in ergebnis}
    for bezug_id in {zeile["bezug_id"] for zeile in zeilen} if len(ids) < len(zeilen) else set():
        vorhandene = await session.execute(
            select(Sendung.id, Sendung.stelle, Sendung.art).where(Sendung.bezug_id == bezug_id)
        )
        ids |= {(bezug_id, zeile.stelle, zeile.art): zeile.id for zeile in vorhandene}
    return ids


def _als_json(zeile: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(wert) if isinstance(wert, UUID) else wert for name, wert in zeile.items()}


@cache
def _stand_der_vorgaenge() -> Executable:
    letzter = (
        select(Zustellversuch.fehler)
        .where(Zustellversuch.sendung_id == Sendung.id)
        .order_by(Zustellversuch.nr.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*_STAND, letzter.label("letzter_fehler"))
        .where(
            Sendung.vorgang_id.in_(bindparam("vorgaenge", expanding=True)),
            Sendung.art.not_in((HINWEIS, AKTE)),
        )
        .order_by(Sendung.vorgang_id, *(collate(spalte, "C") for spalte in REIHENFOLGE))
    )


async def optionen_des_kanals(session: AsyncSession, kanal: str) -> dict[str, Mapping[str, Any]]:
    """Options of every body that is reached over this channel, by body."""
    zeilen = await session.execute(
        select(Empfaenger.stelle, Empfaenger.optionen).where(Empfaenger.kanal == kanal)
    )
    return {zeile.stelle: zeile.optionen for zeile in zeilen}


async def kanal_von(session: AsyncSession, stelle: str) -> str | None:
    """The channel that has been set for the body, if one has."""
    return await session.scalar(select(Empfaenger.kanal).where(Empfaenger.stelle == stelle))


async def sendungen_der_vorgaenge(session: AsyncSession, vorgang_ids: Sequence[UUID]) -> Sequence[Any]:
    """Deliveries of these cases with the fault of their last failed attempt, without the messages."""
    return (await session.execute(_stand_der_vorgaenge(), {"vorgaenge": list(vorgang_ids)})).all()


async def gesperrte_des_vorgangs(
    session: AsyncSession, vorgang_id: UUID, arten: Collection[str]
) -> Sequence[Sendung]:
    """The deliveries of the case of these kinds, locked (in one order) until the transaction ends."""
    return (
        await session.scalars(
            select(Sendung)
            .where(Sendung.vorgang_id == vorgang_id, Sendung.art.in_(arten))
            .order_by(Sendung.id)
            .options(defer(Sendung.nachricht))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()


async def offene(session: AsyncSession) -> tuple[int, float]:
    """How many deliveries wait for the worker, and the age of the oldest in seconds (0 if none).

    What waits for its bundle as its receiver wants it is not late, and has no age.
    """
    planmaessig = and_(Sendung.versuche == 0, ~Sendung.geparkt, Sendung.naechster_versuch_am > func.now())
    aelteste = func.min(Sendung.erstellt_am).filter(~planmaessig)
    alter = func.extract("epoch", func.now() - aelteste)
    zeile = (
        await session.execute(
            select(func.count(), func.coalesce(alter, literal(0))).where(
                Sendung.naechster_versuch_am.is_not(None)
            )
        )
    ).one()
    return int(zeile[0]), float(zeile[1])
