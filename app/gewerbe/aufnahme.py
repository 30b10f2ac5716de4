"""What becomes of notices that were taken in, on whatever way: a case each, and at once the certificate
where nobody needs to look. Never commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.service import Eingang
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.gewerbe import repository
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.bescheinigen import bescheinige
from app.gewerbe.eingabe import Meldung
from app.gewerbe.models import Gewerbeanzeige
from app.gewerbe.stand import Aufgenommen
from app.mandanten.service import Einstellung
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall
from xoev.befund import Befund

VERFAHRENSART = "gewerbeanzeige"
ZUSTAENDIG = "gewerbeamt"


async def eroeffne(
    session: AsyncSession,
    eingang: Eingang,
    einstellung: Einstellung,
    meldungen: Sequence[tuple[Meldung, Sequence[Befund]]],
    frist_tage: int,
) -> list[Aufgenommen]:
    """A case for each notice; what is complete and plausible is certified where the town wants it so."""
    aufgenommen: list[Aufgenommen] = []
    for satz, (meldung, befunde) in enumerate(meldungen, 1):
        fall = await vorgaenge.eroeffnen(
            session,
            ags=eingang.ags,
            antrag_id=eingang.id,
            art=VERFAHRENSART,
            zustaendig=ZUSTAENDIG,
            frist_tage=frist_tage,
            aktenzeichen_schema=einstellung.aktenzeichen_schema,
            befunde=[befund.als_dict() for befund in befunde],
        )
        bruchstelle("vorgang.eroeffnet")
        # What is kept is the notice as it goes out later: with its own UUID and that of the business.
        anzeige = meldung.anzeige.model_copy(
            update={
                "uuid": meldung.anzeige.uuid or uuid4(),
                "gewerbebetrieb_id": meldung.anzeige.gewerbebetrieb_id or uuid4(),
            }
        )
        zeile = _zeile(anzeige, meldung.ereigniszeitpunkt, fall, satz, eingang)
        repository.anlegen(session, zeile)
        bruchstelle("anzeige.angelegt")
        if einstellung.automatisch_bescheinigen and all(befund.severity == "info" for befund in befunde):
            aufgenommen.append(
                await bescheinige_fall(
                    session, zeile, fall, eingang, einstellung, anzeige=anzeige, automatisch=True
                )
            )
        else:
            aufgenommen.append(Aufgenommen(zeile, fall))
    return aufgenommen


async def bescheinige_fall(
    session: AsyncSession,
    zeile: Gewerbeanzeige,
    fall: Fall,
    eingang: Eingang,
    einstellung: Einstellung,
    *,
    anzeige: Anzeige,
    automatisch: bool,
) -> Aufgenommen:
    """Closes the case with the certificate and all that follows from it; `anzeige` is what `zeile` keeps."""
    geschlossen = await vorgaenge.abschliessen(session, fall.id)
    bruchstelle("vorgang.abgeschlossen")
    bescheinigung, sendungen = await bescheinige(
        session,
        zeile,
        geschlossen,
        einstellung,
        anzeige=anzeige,
        eingangsnummer=eingang.eingangsnummer,
        eingegangen_am=eingang.eingegangen_am,
        kammereingang=eingang.kammereingang,
        automatisch=automatisch,
    )
    return Aufgenommen(zeile, geschlossen, bescheinigung, sendungen)


def _zeile(
    anzeige: Anzeige, ereigniszeitpunkt: datetime | None, fall: Fall, satz: int, eingang: Eingang
) -> Gewerbeanzeige:
    return Gewerbeanzeige(
        id=neue_id(),
        ags=fall.ags,
        antrag_id=eingang.id,
        vorgang_id=fall.id,
        fassung=1,
        satz=satz,
        form=anzeige.form,
        uuid=anzeige.uuid,
        gewerbebetrieb_id=anzeige.gewerbebetrieb_id,
        meldungsnummer=fall.aktenzeichen,
        daten=anzeige.model_dump(mode="json"),
        ereigniszeitpunkt=ereigniszeitpunkt or eingang.eingegangen_am,
    )
