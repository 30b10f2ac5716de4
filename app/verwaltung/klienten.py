"""What is done to machine clients stands in the journal, with who has done it."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.konto.service import KlientBild

Ereignis = Literal["klient_angelegt", "klient_rotiert", "klient_gesperrt"]
KOMMANDOZEILE = "kommandozeile"
"""Who works at the machine itself; the machine's own log knows which person that is."""


async def vermerke(session: AsyncSession, ereignis: Ereignis, bild: KlientBild, *, durch: str) -> None:
    """Note it in the journal of the client's town, or of the house where it belongs to none."""
    await akte.eintragen(
        session,
        ags=bild.gemeinde,
        ereignis=ereignis,
        bezug_art="klient",
        bezug_id=bild.id,
        angaben={"durch": durch, "client_id": bild.client_id, "scopes": sorted(bild.scopes)},
    )
