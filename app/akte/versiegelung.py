"""Sealing: entries that no block holds yet become a block, one sealer at a time."""

from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import siegel
from app.akte.models import Journalblock, Journaleintrag, JournalUnversiegelt
from app.db.bruchstelle import bruchstelle

HOECHSTZAHL = 1000
"""Entries in one block; what remains is for the next."""
_SPERRE = 0x4A4F55524E414C  # "JOURNAL"
SPALTEN = (
    Journaleintrag.id,
    Journaleintrag.ags,
    Journaleintrag.ereignis,
    Journaleintrag.bezug_art,
    Journaleintrag.bezug_id,
    Journaleintrag.angaben,
    Journaleintrag.zeitpunkt,
)

_EINTRAG = Journaleintrag.__table__
_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
_SPERREN = select(func.pg_try_advisory_xact_lock(_SPERRE))
# By name and without a join: the planner would walk the journal from its first entry to find the last ones.
_OFFENE = (
    select(*(_EINTRAG.c[spalte.name] for spalte in SPALTEN))
    .where(
        _EINTRAG.c.id
        == func.any(
            func.array(
                select(JournalUnversiegelt.eintrag_id)
                .order_by(JournalUnversiegelt.eintrag_id)
                .limit(bindparam("hoechstzahl"))
                .scalar_subquery()
            )
        )
    )
    .order_by(_EINTRAG.c.id)
)
_NAMEN = tuple(spalte.name for spalte in SPALTEN)
_ENDE = select(Journalblock.nr, Journalblock.hash).order_by(Journalblock.nr.desc()).limit(1).subquery()
_NAECHSTER = select(
    func.coalesce(select(_ENDE.c.nr).scalar_subquery(), 0) + 1,
    func.coalesce(select(_ENDE.c.hash).scalar_subquery(), siegel.ANFANG),
    func.clock_timestamp(),
)
_VERSIEGELT = (
    delete(JournalUnversiegelt)
    .where(JournalUnversiegelt.eintrag_id == _IDS)
    .execution_options(synchronize_session=False)
)


async def versiegeln(session: AsyncSession, hoechstzahl: int = HOECHSTZAHL) -> int:
    """Seal up to `hoechstzahl` open entries into one block; returns how many, 0 where nothing was to do.

    Does nothing while another transaction seals. Needs the scope of the whole system.
    """
    if not await session.scalar(_SPERREN):
        return 0
    zeilen = await session.execute(_OFFENE, {"hoechstzahl": hoechstzahl})
    offen = [dict(zip(_NAMEN, zeile, strict=True)) for zeile in zeilen]
    if not offen:
        return 0
    nr, vorgaenger, gesiegelt_am = (await session.execute(_NAECHSTER)).one()
    eintraege = [eintrag["id"] for eintrag in offen]
    blaetter = b"".join(siegel.blatt(**eintrag) for eintrag in offen)
    wurzel = siegel.wurzel(blaetter)
    await session.execute(
        insert(Journalblock).values(
            nr=nr,
            vorgaenger=vorgaenger,
            wurzel=wurzel,
            hash=siegel.blockhash(
                nr=nr, vorgaenger=vorgaenger, wurzel=wurzel, anzahl=len(eintraege), gesiegelt_am=gesiegelt_am
            ),
            eintraege=eintraege,
            blaetter=blaetter,
            gesiegelt_am=gesiegelt_am,
        )
    )
    bruchstelle("siegel.block")
    await session.execute(_VERSIEGELT, {"ids": eintraege})
    bruchstelle("siegel.vor_commit")
    return len(eintraege)
