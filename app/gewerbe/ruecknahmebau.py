"""Builds the message that takes a notice back from a body that had received it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.gewerbe.recht.nachricht import leser_von
from app.gewerbe.ruecknahme.nachricht import Ruecknahme, schreibe_ruecknahme
from app.gewerbe.versandbau import autor_von, nachrichten_uuid
from app.mandanten import service as mandanten
from app.mandanten.zustaendig import stelle
from app.versand.service import Sendungsbild
from app.vorgaenge.service import ORTSZEIT


class Ruecknahmenachricht:
    """The builder of deliveries of the kind ``ruecknahme``."""

    async def bauen(self, session: AsyncSession, sendung: Sendungsbild) -> bytes:
        """The message, made from the delivery alone: nothing of the notice goes into it."""
        einstellung = await mandanten.einstellung(session, sendung.ags)
        return schreibe_ruecknahme(
            Ruecknahme(
                nachrichten_uuid=nachrichten_uuid(sendung.id),
                erstellt=datetime.now(ORTSZEIT),
                leser=leser_von(stelle(sendung.stelle)),
                autor=autor_von(einstellung),
                grund=sendung.grundlage["grund"],
                satz_uuid=UUID(sendung.grundlage["satz_uuid"]),
                zurueckgenommen=[nachrichten_uuid(UUID(eine)) for eine in sendung.grundlage["sendungen"]],
            )
        )
