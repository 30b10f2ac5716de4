"""A case as the desk sees it: shown once the reading is noted."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.zugriff import Wer
from app.vorgaenge import service
from app.vorgaenge.schemas import VorgangAntwort, VorgangZeile
from app.vorgaenge.service import Fall


async def zeige(session: AsyncSession, wer: Wer, fall: Fall) -> VorgangAntwort:
    """The case with what it is about; notes that `wer` has read it."""
    await einsicht.vermerke(session, wer, Gegenstand.VORGANG, [Lesung(fall.id, vorgang_id=fall.id)])
    zeile = VorgangZeile.model_validate(fall).model_dump()
    return VorgangAntwort(**zeile, gegenstand=dict(await service.gegenstand(session, fall)))
