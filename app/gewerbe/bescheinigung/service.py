"""Certificates of receipt: setting their PDFs, proving that one is genuine. Never commits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten
from app.gewerbe.bescheinigung import repository
from app.gewerbe.bescheinigung.inhalt import ORTSZEIT, Anzeigenart, Bescheinigungsinhalt
from app.gewerbe.bescheinigung.pdf import rendere
from app.gewerbe.bescheinigung.pruefcode import normalisiert
from app.satz.pdf import NichtSetzbar
from app.versand import service as versand

Geltung = Literal["gueltig", "ersetzt", "widerrufen"]

_log = structlog.get_logger()

# What this process could not set. It is left alone until the process starts anew, perhaps with the cause
# repaired, so that it does not hold up all others.
_nicht_setzbar: set[UUID] = set()


@dataclass(frozen=True, slots=True)
class Echtheit:
    """What a check code proves, without anything about a person."""

    pruefcode: str
    behoerde: str
    art: Anzeigenart
    ausgestellt_am: date
    sha256: str | None
    """Hash of the PDF in hex; None until the worker has set it."""
    geltung: Geltung = "gueltig"
    seit: date | None = None
    """Since when it is replaced or withdrawn."""


async def rendern(session: AsyncSession, grenze: int = 10) -> int:
    """Set and file the PDF of up to `grenze` certificates that have none; returns how many it did.

    Needs the scope of the whole system. Several workers may run it at once: each row is locked by one.
    """
    fertig = 0
    for offen in await repository.beanspruche_ohne_pdf(session, grenze, _nicht_setzbar):
        try:
            inhalt = Bescheinigungsinhalt.model_validate(offen.inhalt)
            pdf = await rendere(inhalt, offen.ausgestellt_am)
        except (NichtSetzbar, ValidationError) as fehler:
            _nicht_setzbar.add(offen.id)
            # The fault's text may quote a name: only its kind is logged.
            _log.error("bescheinigung_nicht_setzbar", id=str(offen.id), fehler=type(fehler).__name__)
            continue
        bruchstelle("pdf.gesetzt")
        dokument_id = await akte.ablegen(
            session,
            ags=offen.ags,
            antrag_id=offen.antrag_id,
            vorgang_id=offen.vorgang_id,
            art="bescheinigung",
            dateiname="Empfangsbescheinigung.pdf",
            medientyp="application/pdf",
            inhalt=pdf,
        )
        bruchstelle("pdf.abgelegt")
        await repository.verbinde(session, offen.id, dokument_id)
        # The file is complete now, not when the case was closed: the certificate belongs into it.
        await versand.akte_uebergeben(session, ags=offen.ags, vorgang_id=offen.vorgang_id, anlass=dokument_id)
        bruchstelle("pdf.verbunden")
        fertig += 1
    return fertig


async def alter_ohne_pdf(session: AsyncSession) -> float:
    """Seconds for which somebody has been waiting for a PDF; needs the scope of the whole system."""
    return await repository.alter_ohne_pdf(session)


async def echtheit(session: AsyncSession, eingabe: str) -> Echtheit | None:
    """What the code that somebody typed proves; None where no certificate has it.

    Puts the town that issued the certificate in force: a code does not say which one that is.
    """
    code = normalisiert(eingabe)
    ags = await repository.gemeinde_des_pruefcodes(session, code) if code else None
    if code is None or ags is None:
        return None
    await gelten(session, gemeinde=ags)
    gefunden = await repository.zu_pruefcode(session, code)
    if gefunden is None:
        return None
    inhalt = Bescheinigungsinhalt.model_validate(gefunden.inhalt)
    sha256 = await akte.dokument_pruefsumme(session, gefunden.dokument_id) if gefunden.dokument_id else None
    geltung, seit = _geltung(gefunden)
    return Echtheit(
        pruefcode=inhalt.pruefcode,
        behoerde=inhalt.behoerde,
        art=inhalt.art,
        ausgestellt_am=inhalt.ausgestellt_am,
        sha256=sha256.hex() if sha256 else None,
        geltung=geltung,
        seit=seit.astimezone(ORTSZEIT).date() if seit else None,
    )


def _geltung(gefunden: repository.Gefunden) -> tuple[Geltung, datetime | None]:
    if gefunden.widerrufen_am:
        return "widerrufen", gefunden.widerrufen_am
    if gefunden.ersetzt_am:
        return "ersetzt", gefunden.ersetzt_am
    return "gueltig", None
