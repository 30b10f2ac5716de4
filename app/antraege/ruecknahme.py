"""An applicant no longer wants what was applied for, while nothing has been decided yet. Never commits."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import einreichen
from app.antraege import service as antraege
from app.antraege.besonders import hat_besondere
from app.antraege.errors import AntragUnbekannt, RuecknahmeZuSpaet
from app.antraege.service import Eingang
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten
from app.konto.zugriff import Wer
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall

__all__ = ["AntragUnbekannt", "RuecknahmeZuSpaet", "moeglich", "nimm_zurueck"]


async def nimm_zurueck(session: AsyncSession, wer: Wer, antrag_id: UUID, grund: str | None) -> Eingang:
    """Withdraws all cases of the application, or none; twice is once.

    Raises AntragUnbekannt, and RuecknahmeZuSpaet where one of them has been decided.
    """
    eingang = await antraege.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    if eingang is None:
        raise AntragUnbekannt
    # Its cases are the town's: from here on only what belongs to this application is touched.
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    faelle = [
        await vorgaenge.sperren(session, fall.id) for fall in await vorgaenge.faelle(session, antrag_id)
    ]
    if any(fall.zustand not in {"in_pruefung", "zurueckgezogen"} for fall in faelle):
        raise RuecknahmeZuSpaet
    gestellt = await einreichen.inhalt(session, antrag_id)
    if grund and gestellt is not None and hat_besondere(gestellt.formular):
        await _lege_ab(session, eingang, [fall for fall in faelle if fall.zustand == "in_pruefung"], grund)
        grund = None
    bruchstelle("ruecknahme.grund")
    for fall in faelle:
        await vorgaenge.zuruecknehmen(session, fall.id, grund, durch=wer.id)
        bruchstelle("ruecknahme.akte")
    return eingang


async def _lege_ab(session: AsyncSession, eingang: Eingang, faelle: Sequence[Fall], grund: str) -> None:
    """Files the reason as special: with the case every list would show it."""
    for fall in faelle:
        await akte.ablegen(
            session,
            ags=eingang.ags,
            antrag_id=eingang.id,
            vorgang_id=fall.id,
            art="ruecknahme",
            dateiname="Ruecknahme.txt",
            medientyp="text/plain; charset=utf-8",
            inhalt=grund.encode(),
            besonders=True,
        )


async def moeglich(session: AsyncSession, wer: Wer, antrag_id: UUID) -> bool:
    """Whether it can still be withdrawn."""
    eingang = await antraege.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    if eingang is None:
        return False
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    faelle = await vorgaenge.faelle(session, antrag_id)
    return bool(faelle) and all(fall.zustand == "in_pruefung" for fall in faelle)
