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

_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
# Two queries and no join: the planner would walk the journal from its first entry to find the last ones.
_OFFENE = (
    select(JournalUnversiegelt.eintrag_id)
    .order_by(JournalUnversiegelt.eintrag_id)
    .limit(bindparam("hoechstzahl"))
)
_EINTRAEGE = select(*SPALTEN).where(Journaleintrag.id == _IDS).order_by(Journaleintrag.id)
_VERSIEGELT = (
    delete(JournalUnversiegelt)
    .where(JournalUnversiegelt.eintrag_id == _IDS)
    .execution_options(synchronize_session=False)
)


async def versiegeln(session: AsyncSession, hoechstzahl: int = HOECHSTZAHL) -> int:
    """Seal up to `hoechstzahl` open entries into one block; returns how many, 0 where nothing was to do.

    Does nothing while another transaction seals. Needs the scope of the whole system.
    """
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(_SPERRE))):
        return 0
    vorgemerkte = list(await session.scalars(_OFFENE, {"hoechstzahl": hoechstzahl}))
    if not vorgemerkte:
        return 0
    offen = (await session.execute(_EINTRAEGE, {"ids": vorgemerkte})).all()
    letzter = (
        await session.execute(
            select(Journalblock.nr, Journalblock.hash).order_by(Journalblock.nr.desc()).limit(1)
        )
    ).one_or_none()
    nr, vorgaenger = (letzter.nr + 1, letzter.hash) if letzter else (1, siegel.ANFANG)
    gesiegelt_am = (await session.scalars(select(func.clock_timestamp()))).one()
    blaetter = b"".join(siegel.blatt(**eintrag._mapping) for eintrag in offen)
    wurzel = siegel.wurzel(blaetter)
    eintraege = [eintrag.id for eintrag in offen]
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
