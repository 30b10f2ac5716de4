"""A draft that somebody has open: every page of it begins here."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import entwuerfe
from app.antraege.entwuerfe import Entwurf
from app.db.sitzung import Sitzung
from app.konto.zugriff import Recht, Wer
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.konto import kennung
from app.web.zugang import seite_erfordert

SKRIPT: Final = "antrag.js"


Antragsteller = Annotated[Wer, seite_erfordert(Recht.ANTRAG_STELLEN)]


@dataclass(frozen=True, slots=True)
class Offen:
    """The draft, whose it is, and the visit in the look of its town."""

    besuch: Besuch
    session: AsyncSession
    wer: Wer
    entwurf: Entwurf


async def offen(
    entwurf_id: str,
    besuch: Annotated[Besuch, Depends(besuch)],
    session: Sitzung,
    wer: Antragsteller,
) -> Offen:
    """The draft of the person who is logged in; raises EntwurfUnbekannt, EntwurfEingereicht."""
    entwurf = await entwuerfe.lies(session, wer, kennung(entwurf_id))
    besuch.auftritt = await auftritt(session, entwurf.ags)
    return Offen(besuch, session, wer, entwurf)


Geoeffnet = Annotated[Offen, Depends(offen)]
