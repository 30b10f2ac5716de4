"""Checking the time stamps beside the anchors."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, BigInteger, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.ankerdatei import Bestand
from app.akte.journalpruefung import Bruch
from app.akte.models import Journalblock
from app.akte.zeitstempel import Vertrauen, ZeitstempelFehler

SPAETESTENS = timedelta(days=2)
"""After a day a newer block is anchored, and the authority is asked about that one."""


@dataclass(frozen=True, slots=True)
class Stempelbericht:
    """How many time stamps are confirmed, the newest block and time among them, the first that is not."""

    bestaetigt: int = 0
    block: int | None = None
    zeit: datetime | None = None
    bruch: Bruch | None = None
    zeiten: dict[int, datetime] = field(default_factory=dict)
    """By block, the earliest confirmed time."""


def zeitstempel_pruefen(bestand: Bestand, vertrauen: Vertrauen) -> Stempelbericht:
    """Check every time stamp of the file against the authorities that are trusted."""
    bericht, zeiten = Stempelbericht(), dict[int, datetime]()
    for stempel in bestand.zeitstempel:
        nr = stempel.anker.block
        try:
            zeit = vertrauen.pruefe(stempel.token, str(stempel.anker).encode())
        except ZeitstempelFehler:
            bruch = Bruch("zeitstempel_ungueltig", nr)
            return Stempelbericht(bericht.bestaetigt, bericht.block, bericht.zeit, bruch, zeiten)
        zeiten[nr] = min(zeit, zeiten.get(nr, zeit))
        bericht = Stempelbericht(bericht.bestaetigt + 1, nr, zeit, None, zeiten)
    return bericht


async def zeitstempel_verspaetet(session: AsyncSession, bericht: Stempelbericht) -> Bruch | None:
    """The first block that got its time stamp long after the block behind it was sealed.

    Anybody may have an authority stamp the hashes of a journal that was written anew, but not as of the day
    the blocks say. Needs the scope of the whole system.
    """
    naechste = [nr + 1 for nr in bericht.zeiten]
    zeilen = await session.execute(
        select(Journalblock.nr, Journalblock.gesiegelt_am)
        .where(Journalblock.nr == func.any(literal(naechste, ARRAY(BigInteger))))
        .order_by(Journalblock.nr)
    )
    for zeile in zeilen:
        if bericht.zeiten[zeile.nr - 1] - zeile.gesiegelt_am > SPAETESTENS:
            return Bruch("zeitstempel_spaet", zeile.nr - 1)
    return None
