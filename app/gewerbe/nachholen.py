"""Makes good what the check of completeness has found missing. Never commits."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.gewerbe import repository
from app.gewerbe import vollstaendigkeit_repository as bescheinigungen
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.bescheinigen import SENDUNGSART, auftrag
from app.gewerbe.empfaengerkreis import berechtigte
from app.gewerbe.folgen import ARTEN, RUECKNAHMEART
from app.versand import service as versand
from app.versand.service import Auftrag, Bestandszeile
from app.vorgaenge import service as vorgaenge


async def fehlende(session: AsyncSession, anzeige_id: UUID) -> list[Auftrag]:
    """The deliveries that the law of the day of certification gives this version and that do not exist.

    None for a version that no longer holds: nobody is told now what has been corrected or withdrawn since.
    """
    gefunden = await bescheinigungen.bescheinigte(session, nur={anzeige_id}, grenze=1)
    zeile = await repository.anzeige(session, anzeige_id)
    if zeile is None or not gefunden or not gefunden[0].geltend:
        return []
    [version] = gefunden
    bestand = (await versand.bestand(session, {version.vorgang_id}, ARTEN))[version.vorgang_id]
    vorhanden = {eine.stelle for eine in bestand if (eine.art, eine.bezug_id) == (SENDUNGSART, anzeige_id)}
    return [
        auftrag(zeile, stelle, anspruch, korrektur=_hat_eine_fruehere(bestand, stelle.schluessel))
        for stelle, anspruch in berechtigte(
            GEWERBEANZEIGE.validate_python(version.daten),
            version.ausgestellt_am,
            verzichte=version.verzichte,
            filter=version.filter,
        )
        if stelle.schluessel not in vorhanden
    ]


async def hole_nach(session: AsyncSession, vorgang_id: UUID, anzeige_id: UUID) -> list[Auftrag]:
    """Puts what is missing into the outbox, each with an entry in the journal; what that was.

    Holds the case, so that no correction comes in between. Raises UnbekannterVorgang.
    """
    await vorgaenge.sperren(session, vorgang_id)
    auftraege = await fehlende(session, anzeige_id)
    ids = await versand.einstellen_alle(session, auftraege)
    for sendung_id, einer in zip(ids, auftraege, strict=True):
        await akte.eintragen(
            session,
            ags=einer.ags,
            ereignis="sendung_nachgeholt",
            bezug_art="sendung",
            bezug_id=sendung_id,
            angaben={
                "vorgang": str(vorgang_id),
                "gewerbeanzeige": str(anzeige_id),
                "stelle": einer.stelle,
            },
        )
    return auftraege


def _hat_eine_fruehere(bestand: list[Bestandszeile], stelle: str) -> bool:
    """Whether the body has a version of the notice that nobody has taken back."""
    ausgegangen = [eine for eine in bestand if eine.stelle == stelle and not eine.angehalten]
    if not ausgegangen:
        return False
    return max(ausgegangen, key=lambda eine: eine.grundlage.get("fassung", 1)).art != RUECKNAHMEART
