"""A case's file on its way to the town's DMS: the package, and what the DMS answers. Never commits."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service
from app.akte.aktenpaket import beschreibe
from app.akte.models import AktenExport
from app.versand.service import NichtBaubar, Sendungsbild
from app.vorgaenge.service import fall
from xoev.xdomea.antworten import Empfang, Import
from xoev.xdomea.paket import packe, pruefsummen
from xoev.xdomea.pruefen import pruefe_paket
from xoev.xdomea.schriftgut import Ablage


class Aktenbau:
    """Builds deliveries of the kind ``xdomea``: the case as it stands, as transfer file."""

    async def bauen(self, session: AsyncSession, sendung: Sendungsbild) -> bytes:
        """The package. Raises `NichtBaubar` where it would be refused or lose records."""
        ablage = await beschreibe(session, sendung.vorgang_id)
        inhalt = await asyncio.to_thread(_packe_geprueft, ablage)
        await session.execute(
            insert(AktenExport)
            .values(prozess_id=ablage.prozess_id, ags=sendung.ags, vorgang_id=sendung.vorgang_id)
            .on_conflict_do_nothing()
        )
        return inhalt


def _packe_geprueft(ablage: Ablage) -> bytes:
    paket = packe(ablage)
    if befunde := pruefe_paket(paket.dateiname, paket.inhalt, pruefsummen(ablage)):
        raise NichtBaubar(befunde)
    return paket.inhalt


async def vermerke_antwort(session: AsyncSession, ags: str, antwort: Empfang | Import) -> bool:
    """Keep what the DMS of this town has answered; False if nothing was sent to it under this id.

    The same answer again changes nothing; a later success takes the place of a failure, never the other
    way round; an id that comes later is kept, one that is there is not exchanged. Needs the scope of the
    town or of the whole system.
    """
    export = (
        await session.scalars(
            select(AktenExport)
            .where(AktenExport.prozess_id == antwort.prozess_id, AktenExport.ags == ags)
            .with_for_update()
        )
    ).one_or_none()
    if export is None:
        return False
    if isinstance(antwort, Empfang):
        if export.empfangen_am is None:
            await _setze(session, export.prozess_id, empfangen_am=func.now())
            await _journal(session, export, "akte_empfangen", {})
        return True
    if not _ist_neu(export, antwort):
        return True
    await _setze(
        session,
        export.prozess_id,
        beantwortet_am=func.now(),
        erfolgreich=antwort.erfolgreich,
        dms_id=antwort.dms_id,
        codes=list(antwort.codes),
    )
    angaben: dict[str, Any] = {"codes": list(antwort.codes)}
    if antwort.dms_id:
        angaben["dms"] = str(antwort.dms_id)
    await _journal(session, export, "akte_abgelegt" if antwort.erfolgreich else "akte_abgewiesen", angaben)
    return True


def _ist_neu(export: AktenExport, antwort: Import) -> bool:
    if export.erfolgreich:
        return antwort.erfolgreich and export.dms_id is None and antwort.dms_id is not None
    return export.erfolgreich is None or antwort.erfolgreich


async def uebergaben(session: AsyncSession, vorgang_id: UUID) -> Sequence[AktenExport]:
    """The case's transfers to the DMS, oldest first; raises UnbekannterVorgang, also for another town's."""
    await fall(session, vorgang_id)
    zeilen = await session.scalars(
        select(AktenExport).where(AktenExport.vorgang_id == vorgang_id).order_by(AktenExport.erstellt_am)
    )
    return zeilen.all()


async def _setze(session: AsyncSession, prozess_id: UUID, **werte: Any) -> None:
    await session.execute(
        update(AktenExport)
        .where(AktenExport.prozess_id == prozess_id)
        .values(**werte)
        .execution_options(synchronize_session=False)
    )


async def _journal(
    session: AsyncSession, export: AktenExport, ereignis: str, angaben: dict[str, Any]
) -> None:
    await service.eintragen(
        session,
        ags=export.ags,
        ereignis=ereignis,
        bezug_art="akten_export",
        bezug_id=export.prozess_id,
        angaben={"vorgang": str(export.vorgang_id), **angaben},
    )
