"""Whether every certified notice has set off exactly what the law wants: batch by batch. Never commits.

Walks the certificates by their ids, so memory stays bounded and a run can go on where it stopped.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.arbeitstag import erster_arbeitstag
from app.gewerbe import vollstaendigkeit_repository as repository
from app.gewerbe.abgleich import Bescheinigt, Vollstaendigkeitsbefund, gleiche_ab
from app.gewerbe.folgen import ARTEN
from app.versand import service as versand
from app.versand.service import Bestandszeile
from app.vorgaenge.service import ORTSZEIT

log = structlog.get_logger(__name__)

STAPEL = 100
"""Certificates of one transaction."""

EINZELN_HOECHSTENS = 1000
"""Findings of one night that are named one by one, in journal and log; all are counted."""


@dataclass(frozen=True, slots=True)
class Teil:
    """The outcome of one batch; `nach`: where the next one begins, None after the last."""

    geprueft: int
    befunde: Sequence[Vollstaendigkeitsbefund]
    nach: UUID | None


async def pruefe_teil(
    session: AsyncSession,
    nach: UUID | None,
    *,
    statistik_vor: date | None = None,
    zeitraum: tuple[date, date] | None = None,
) -> Teil:
    """Check the certificates behind `nach`, the oldest first.

    `statistik_vor`: what was certified before this day must have reached the statistics. `zeitraum`: only
    certificates of these days, the last not included. Needs the scope of the whole system.
    """
    versionen = await repository.bescheinigte(
        session, nach=nach, grenze=STAPEL, von_bis=_zeitpunkte(zeitraum) if zeitraum else None
    )
    befunde = await _befunde(session, versionen, statistik_vor)
    if befunde:
        # A correction may have come between the two questions: what is wrong is so on a second look, too.
        betroffen = {befund.anzeige_id for befund in befunde}
        erneut = await repository.bescheinigte(session, nur=betroffen, grenze=STAPEL)
        befunde = await _befunde(session, erneut, statistik_vor)
    weiter = versionen[-1].bescheinigung_id if len(versionen) == STAPEL else None
    return Teil(len(versionen), befunde, weiter)


async def pruefe_nachts(session: AsyncSession, jetzt: datetime) -> bool:
    """Do the next batch of tonight's run, unless another worker is at it; False if there is nothing to do.

    On the first working day of a month the statistics of the months before are looked at, too; after a day
    on which no run came to its end, on the next.
    """
    tag = jetzt.astimezone(ORTSZEIT).date()
    lauf = await repository.offener_lauf(session, tag)
    if lauf is None:
        return False
    erster = erster_arbeitstag(tag.year, tag.month)
    faellig = tag >= erster and not await repository.beendeter_lauf(session, ab=erster, vor=tag)
    statistik_vor = tag.replace(day=1) if faellig else None
    teil = await pruefe_teil(session, lauf.nach, statistik_vor=statistik_vor)
    for befund in teil.befunde[: max(0, EINZELN_HOECHSTENS - lauf.befunde)]:
        log.error(
            "vollstaendigkeit_befund",
            ags=befund.ags,
            gewerbeanzeige=str(befund.anzeige_id),
            mangel=befund.mangel,
            stelle=befund.stelle,
        )
        await akte.eintragen(
            session,
            ags=befund.ags,
            ereignis="vollstaendigkeit_befund",
            bezug_art="gewerbeanzeige",
            bezug_id=befund.anzeige_id,
            angaben={"vorgang": str(befund.vorgang_id), "mangel": befund.mangel, "stelle": befund.stelle},
        )
    lauf.geprueft += teil.geprueft
    lauf.befunde += len(teil.befunde)
    lauf.nach = teil.nach
    if teil.nach is None:
        lauf.beendet_am = datetime.now(UTC)
    await session.flush()
    return teil.nach is not None


async def letzte_befunde(session: AsyncSession) -> tuple[int, datetime] | None:
    """How many findings the last run that came to its end had, and when that was."""
    return await repository.letzter_lauf(session)


async def _befunde(
    session: AsyncSession, versionen: Sequence[Bescheinigt], statistik_vor: date | None
) -> list[Vollstaendigkeitsbefund]:
    bestand = await versand.bestand(session, {version.vorgang_id for version in versionen}, ARTEN)
    # Off the loop: a batch takes some tenths of a second.
    return await asyncio.to_thread(_gleiche_alle_ab, versionen, bestand, statistik_vor)


def _gleiche_alle_ab(
    versionen: Sequence[Bescheinigt],
    bestand: Mapping[UUID, Sequence[Bestandszeile]],
    statistik_vor: date | None,
) -> list[Vollstaendigkeitsbefund]:
    return [
        befund
        for version in versionen
        for befund in gleiche_ab(version, bestand[version.vorgang_id], statistik_vor=statistik_vor)
    ]


def _zeitpunkte(tage: tuple[date, date]) -> tuple[datetime, datetime]:
    von, bis = (datetime(tag.year, tag.month, tag.day, tzinfo=ORTSZEIT) for tag in tage)
    return von, bis
