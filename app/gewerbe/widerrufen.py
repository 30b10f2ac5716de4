"""Withdrawing a certified notice: it counts as not made, and whoever had it is told so."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.gewerbe import repository
from app.gewerbe.berichtigen import zu_aendern
from app.gewerbe.errors import AnzeigeWiderrufen, UnbekannteAnzeige
from app.gewerbe.folgen import ARTEN, besitz, nach_widerruf
from app.gewerbe.models import Widerruf
from app.versand import service as versand
from app.vorgaenge import service as vorgaenge


async def widerrufe(session: AsyncSession, anzeige_id: UUID, grund: str, *, durch: UUID) -> UUID:
    """Withdraws the notice for good; its case. The same reason once more changes nothing.

    `anzeige_id` is that of any version, `durch` the client that decides. Raises UnbekannteAnzeige,
    NochNichtBescheinigt, and AnzeigeWiderrufen for another reason.
    """
    bekannt = await repository.anzeige(session, anzeige_id)
    if bekannt is None:
        raise UnbekannteAnzeige
    await vorgaenge.sperren(session, bekannt.vorgang_id)
    if frueher := await repository.widerruf(session, bekannt.vorgang_id):
        if frueher.grund != grund:
            raise AnzeigeWiderrufen
        return bekannt.vorgang_id
    fall, zeile, _ = await zu_aendern(session, bekannt.vorgang_id)
    widerruf = Widerruf(id=neue_id(), ags=zeile.ags, vorgang_id=fall.id, grund=grund, durch=durch)
    repository.anlegen(session, widerruf)
    bruchstelle("widerruf.angelegt")
    await repository.beende_registereintraege(session, fall.id)
    bruchstelle("widerruf.register")
    bei = besitz(await versand.rufe_zurueck(session, fall.id, ARTEN))
    bruchstelle("widerruf.zurueckgerufen")
    await versand.einstellen_alle(session, nach_widerruf(zeile, widerruf.id, bei))
    bruchstelle("widerruf.sendungen")
    await akte.eintragen(
        session,
        ags=zeile.ags,
        ereignis="gewerbeanzeige_widerrufen",
        bezug_art="gewerbeanzeige",
        bezug_id=zeile.id,
        angaben={
            "vorgang": str(fall.id),
            "widerruf": str(widerruf.id),
            "hatten_sie": sorted(bei),
            "durch": str(durch),
        },
    )
    bruchstelle("widerruf.journal")
    return fall.id
