"""A case with all it holds, described for the DMS (xdomea): from the rows to a package."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service
from app.mandanten.service import einstellung
from app.vorgaenge.service import ORTSZEIT, fall
from xoev.xdomea.schriftgut import Ablage, Datei, Dokument, Ereignis, Vorgang

PRODUKT = "Digitales Gewerbeamt"


async def beschreibe(session: AsyncSession, vorgang_id: UUID) -> Ablage:
    """The case as it stands; raises UnbekannterVorgang, also for a case of another town.

    Subjects name the kind of the case and its number, not the person it is about: they are what
    everybody who searches the DMS gets to see.
    """
    vorgang = await fall(session, vorgang_id)
    behoerde = await einstellung(session, vorgang.ags)
    ablagen = await service.dokumente(session, antrag_id=vorgang.antrag_id, vorgang_id=vorgang.id)
    eintraege = await service.historie(
        session, vorgang.id, [vorgang.antrag_id, *(abgelegt.id for abgelegt in ablagen)]
    )
    je_dokument: dict[UUID, list[Ereignis]] = {abgelegt.id: [] for abgelegt in ablagen}
    des_vorgangs: list[Ereignis] = []
    for eintrag in eintraege:
        je_dokument.get(eintrag.bezug_id, des_vorgangs).append(_ereignis(eintrag))
    art = vorgang.art.replace("_", " ").capitalize()
    return Ablage(
        behoerde=behoerde.behoerdenname,
        produkt=PRODUKT,
        produktversion=_version(),
        stand=_stand(vorgang.angelegt_am, eintraege),
        vorgang=Vorgang(
            id=vorgang.id,
            kennzeichen=vorgang.aktenzeichen,
            betreff=f"{art} {vorgang.aktenzeichen}",
            typ=vorgang.art,
            beginn=_tag(vorgang.angelegt_am),
            ende=_tag(vorgang.abgeschlossen_am) if vorgang.abgeschlossen_am else None,
            aktenplan=service.aktenplan(behoerde.aktenzeichen_schema),
            dokumente=tuple(
                [await _dokument(session, abgelegt, je_dokument[abgelegt.id]) for abgelegt in ablagen]
            ),
            historie=tuple(des_vorgangs),
        ),
    )


async def _dokument(
    session: AsyncSession, abgelegt: service.Dokument, historie: Sequence[Ereignis]
) -> Dokument:
    return Dokument(
        id=abgelegt.id,
        betreff=abgelegt.art.replace("_", " ").capitalize(),
        typ=abgelegt.art,
        datei=Datei(
            dateiname=abgelegt.dateiname,
            medientyp=abgelegt.medientyp,
            inhalt=await service.dokument_inhalt(session, abgelegt.id),
            erstellt_am=abgelegt.erstellt_am,
        ),
        eingang=_tag(abgelegt.erstellt_am) if abgelegt.vorgang_id is None else None,
        historie=tuple(historie),
    )


def _ereignis(eintrag: service.Eintrag) -> Ereignis:
    return Ereignis(
        zeitpunkt=eintrag.zeitpunkt,
        akteur=PRODUKT,
        aktion=eintrag.ereignis,
        bemerkung=_bemerkung({"bezug": f"{eintrag.bezug_art} {eintrag.bezug_id}", **eintrag.angaben}),
    )


def _bemerkung(angaben: Mapping[str, Any]) -> str:
    return json.dumps(angaben, ensure_ascii=False, sort_keys=True)


def _stand(angelegt_am: datetime, eintraege: Sequence[service.Eintrag]) -> datetime:
    return max([angelegt_am, *(eintrag.zeitpunkt for eintrag in eintraege)]).astimezone(UTC)


def _tag(zeitpunkt: datetime) -> date:
    return zeitpunkt.astimezone(ORTSZEIT).date()


def _version() -> str:
    try:
        return version("digitales-gewerbeamt")
    except PackageNotFoundError:
        return "unbekannt"
