"""How submissions and their notices stand: versions, certificates, deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.service import Eingang
from app.gewerbe import repository
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Widerruf
from app.versand import service as versand
from app.versand.service import Sendungsstand
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall

Fassung = tuple[Gewerbeanzeige, Bescheinigung | None]


@dataclass(frozen=True, slots=True)
class Anzeigenstand:
    """How one notice of a submission stands; `zeile` and `bescheinigung` are of the version in force."""

    id: UUID
    """Of the notice as it was taken in, whatever versions follow."""
    zeile: Gewerbeanzeige
    fall: Fall
    bescheinigung: Bescheinigung | None
    widerruf: Widerruf | None
    sendungen: Sequence[Sendungsstand]


@dataclass(frozen=True, slots=True)
class Einreichungsstand:
    """How a submission stands."""

    eingang: Eingang
    anzeigen: Sequence[Anzeigenstand]


@dataclass(frozen=True, slots=True)
class Aufgenommen:
    """A notice as it was taken in; certified at once or waiting."""

    zeile: Gewerbeanzeige
    fall: Fall
    bescheinigung: Bescheinigung | None = None
    sendungen: Sequence[Sendungsstand] = ()


async def wie_es_steht(session: AsyncSession, eingang: Eingang) -> Einreichungsstand:
    """The submission with the versions in force and every delivery there has been."""
    faelle = await _faelle(session, eingang)
    geltend: dict[UUID, tuple[UUID, Fassung]] = {}
    for zeile, schein in await repository.anzeigen_zu_antrag(session, eingang.id):
        erste = geltend[zeile.vorgang_id][0] if zeile.vorgang_id in geltend else zeile.id
        geltend[zeile.vorgang_id] = erste, (zeile, schein)
    widerrufe = await repository.widerrufe(session, list(geltend))
    sendungen = await _sendungen(session, list(geltend))
    return Einreichungsstand(
        eingang,
        [
            Anzeigenstand(erste, zeile, faelle[fall_id], schein, widerrufe.get(fall_id), sendungen[fall_id])
            for fall_id, (erste, (zeile, schein)) in geltend.items()
        ],
    )


async def bei_eingang(session: AsyncSession, eingang: Eingang) -> Einreichungsstand:
    """The submission without what corrections and withdrawals have added, for its first answer again."""
    faelle = await _faelle(session, eingang)
    sendungen = await _sendungen(session, list(faelle))
    return wie_aufgenommen(
        eingang,
        [
            Aufgenommen(
                zeile,
                faelle[zeile.vorgang_id],
                schein,
                [sendung for sendung in sendungen[zeile.vorgang_id] if sendung.bezug_id == zeile.id],
            )
            for zeile, schein in await repository.anzeigen_zu_antrag(session, eingang.id)
            if zeile.fassung == 1
        ],
    )


def wie_aufgenommen(eingang: Eingang, anzeigen: Sequence[Aufgenommen]) -> Einreichungsstand:
    """The submission with its first versions and their deliveries."""
    return Einreichungsstand(
        eingang,
        [
            Anzeigenstand(eine.zeile.id, eine.zeile, eine.fall, eine.bescheinigung, None, eine.sendungen)
            for eine in anzeigen
        ],
    )


async def _faelle(session: AsyncSession, eingang: Eingang) -> dict[UUID, Fall]:
    return {fall.id: fall for fall in await vorgaenge.faelle(session, eingang.id)}


async def _sendungen(session: AsyncSession, faelle: Sequence[UUID]) -> dict[UUID, list[Sendungsstand]]:
    sendungen: dict[UUID, list[Sendungsstand]] = {fall_id: [] for fall_id in faelle}
    for sendung in await versand.stand(session, faelle):
        sendungen[sendung.vorgang_id].append(sendung)
    return sendungen
