"""Calling back what has not left the house yet, and telling what has. Never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.versand import repository
from app.versand.eintrag import eintrag
from app.versand.models import Sendung


@dataclass(frozen=True, slots=True)
class Ausgegangen:
    """A message that its receiver has, or may have: to another machine it went at least once."""

    sendung_id: UUID
    """The delivery whose message brought it: of a bundle the first."""
    art: str
    bezug_id: UUID
    stelle: str
    stellenart: str
    grundlage: Mapping[str, Any]


async def rufe_zurueck(session: AsyncSession, vorgang_id: UUID, arten: Collection[str]) -> list[Ausgegangen]:
    """Stop every delivery of the case that has not left the house; those that have (or may).

    A worker that has one in hand finds its lease gone. A delivery that has been stopped is never taken up
    again.
    """
    ausgegangen = []
    for sendung in await repository.gesperrte_des_vorgangs(session, vorgang_id, arten):
        if sendung.angehalten_am is not None:
            continue
        if _hat_das_haus_verlassen(sendung):
            ausgegangen.append(
                Ausgegangen(
                    sendung.buendel_id or sendung.id,
                    sendung.art,
                    sendung.bezug_id,
                    sendung.stelle,
                    sendung.stellenart,
                    sendung.grundlage,
                )
            )
            continue
        sendung.angehalten_am = func.now()
        sendung.naechster_versuch_am = sendung.lease_inhaber = sendung.lease_bis = None
        # A dead letter that must not go out needs nobody any more; the journal keeps that it was one.
        sendung.aufgegeben_am = None
        await akte.eintragen_alle(session, [eintrag(sendung, "sendung_angehalten")])
    await session.flush()
    return ausgegangen


def _hat_das_haus_verlassen(sendung: Sendung) -> bool:
    # Into our own tables a message goes in one commit or not at all. For another machine it is kept first:
    # from then on an attempt that failed may have arrived all the same.
    return sendung.bereitgestellt_am is not None or sendung.nachricht_sha256 is not None
