"""A case with all it holds, described for the DMS (xdomea): from the rows to a package."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service
from app.akte.dokumentpruefung import ABGELEGT
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
    vermerkt = {
        eintrag.bezug_id: _pruefsumme(eintrag.angaben)
        for eintrag in eintraege
        if eintrag.ereignis == ABGELEGT
    }
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
            aktenplan=_aktenplan(behoerde.aktenzeichen_schema, vorgang.aktenzeichen),
            dokumente=tuple(
                [
                    await _dokument(session, abgelegt, je_dokument[abgelegt.id], vermerkt.get(abgelegt.id))
                    for abgelegt in ablagen
                ]
            ),
            historie=tuple(des_vorgangs),
        ),
    )


async def _dokument(
    session: AsyncSession,
    abgelegt: service.Dokument,
    historie: Sequence[Ereignis],
    vermerkt: bytes | None,
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
            # Of what lies sealed the journal knows the hash of the sealed bytes; opening it proves them.
            sha256=None if abgelegt.besonders else vermerkt,
        ),
        eingang=_tag(abgelegt.erstellt_am) if abgelegt.vorgang_id is None else None,
        historie=tuple(historie),
    )


def _pruefsumme(angaben: Mapping[str, Any]) -> bytes:
    """The hash an entry notes; of one that was tampered with, one that no file has."""
    try:
        return bytes.fromhex(str(angaben.get("sha256")))
    except ValueError:
        return b""


def _aktenplan(schema: str, aktenzeichen: str) -> str | None:
    """The unit of the plan of files; none where the number is of an older scheme."""
    plan = service.aktenplan(schema)
    return plan if plan and re.match(re.escape(plan) + r"(?![0-9.A-Za-z])", aktenzeichen) else None


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
