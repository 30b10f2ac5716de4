"""A town's administration: set up, change, check. Changes are noted in the journal. Never commits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.mandanten import service as mandanten
from app.mandanten.service import Einrichtung, Wappen
from app.verwaltung.pruefpunkt import Bereich, Pruefbericht, Pruefpunkt, Stand
from app.verwaltung.pruefung import WERKNAME, pruefe

__all__ = [
    "WERKNAME",
    "Bereich",
    "Einrichtung",
    "Pruefbericht",
    "Pruefpunkt",
    "Stand",
    "aendere",
    "pruefe",
    "richte_ein",
    "setze_wappen",
]

# Towns have keys, no ids; the entry's town says which.
_DIE_GEMEINDE = UUID(int=0)


async def richte_ein(
    session: AsyncSession, ags: str, aenderung: Mapping[str, Any] | None = None, *, durch: str
) -> Einrichtung:
    """Makes the town ready; what is there stays but for `aenderung`. `durch`: who wants it, no person's name.

    Raises UnbekannteGemeinde and UngueltigeEinstellungen.
    """
    ergebnis = await mandanten.richte_ein(session, ags, aenderung)
    await _vermerke(session, ergebnis, durch)
    return ergebnis


async def aendere(
    session: AsyncSession, ags: str, aenderung: Mapping[str, Any], *, durch: str
) -> Einrichtung:
    """Changes what is given; raises as `richte_ein`."""
    ergebnis = await mandanten.aendere(session, ags, aenderung)
    await _vermerke(session, ergebnis, durch)
    return ergebnis


async def setze_wappen(session: AsyncSession, ags: str, inhalt: bytes, *, durch: str) -> Wappen:
    """Keep the coat of arms. Raises UngueltigesWappen and UnbekannteGemeinde."""
    bild = await mandanten.setze_wappen(session, ags, inhalt)
    await _trage_ein(session, ags, "wappen_gesetzt", {"sha256": bild.sha256.hex(), "durch": durch})
    return bild


async def _vermerke(session: AsyncSession, ergebnis: Einrichtung, durch: str) -> None:
    if ergebnis.neu:
        await _trage_ein(session, ergebnis.ags, "gemeinde_eingerichtet", {"durch": durch})
    elif ergebnis.geaendert:
        angaben = {"geaendert": list(ergebnis.geaendert), "durch": durch}
        await _trage_ein(session, ergebnis.ags, "gemeinde_geaendert", angaben)


async def _trage_ein(session: AsyncSession, ags: str, ereignis: str, angaben: Mapping[str, Any]) -> None:
    await akte.eintragen(
        session, ags=ags, ereignis=ereignis, bezug_art="gemeinde", bezug_id=_DIE_GEMEINDE, angaben=angaben
    )
