"""Checking the time stamps beside the anchors."""

from dataclasses import dataclass
from datetime import datetime

from app.akte.ankerdatei import Bestand
from app.akte.journalpruefung import Bruch
from app.akte.zeitstempel import Vertrauen, ZeitstempelFehler


@dataclass(frozen=True, slots=True)
class Stempelbericht:
    """How many time stamps are confirmed, the newest block and time among them, the first that is not."""

    bestaetigt: int = 0
    block: int | None = None
    zeit: datetime | None = None
    bruch: Bruch | None = None


def zeitstempel_pruefen(bestand: Bestand, vertrauen: Vertrauen) -> Stempelbericht:
    """Check every time stamp of the file against the authorities that are trusted."""
    bericht = Stempelbericht()
    for stempel in bestand.zeitstempel:
        try:
            zeit = vertrauen.pruefe(stempel.token, str(stempel.anker).encode())
        except ZeitstempelFehler:
            bruch = Bruch("zeitstempel_ungueltig", stempel.anker.block)
            return Stempelbericht(bericht.bestaetigt, bericht.block, bericht.zeit, bruch)
        bericht = Stempelbericht(bericht.bestaetigt + 1, stempel.anker.block, zeit)
    return bericht
