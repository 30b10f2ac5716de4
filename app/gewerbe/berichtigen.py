"""Correcting a certified notice: a new version beside the old one, which stays as it was.

The desk of the town decides. What an applicant has to change is a notice of its own (Ummeldung).
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import service as antraege
from app.antraege.service import Einreichung
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.gewerbe import repository
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.bescheinigen import stelle_aus
from app.gewerbe.eingabe import Lieferung
from app.gewerbe.errors import (
    AnzeigeWiderrufen,
    NichtAnnehmbar,
    NochNichtBescheinigt,
    SchluesselFehlt,
    UnbekannteAnzeige,
)
from app.gewerbe.folgen import ARTEN, besitz, nach_berichtigung
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet
from app.mandanten import service as mandanten
from app.versand import service as versand
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import ORTSZEIT, Fall
from xoev.befund import Befund, hat_fehler

BERICHTIGUNGSART = "gewerbeanzeige_berichtigung"


async def berichtige(
    session: AsyncSession,
    anzeige_id: UUID,
    lieferung: Lieferung,
    *,
    durch: UUID,
    kopfschluessel: Sequence[str],
    jetzt: datetime,
) -> tuple[UUID, bool]:
    """Writes the corrected version and all that follows from it; the case, and whether it is new.

    `anzeige_id` is that of any version, `durch` the client that decides. Raises UnbekannteAnzeige,
    SchluesselFehlt, antraege.SchluesselVergeben, NochNichtBescheinigt, AnzeigeWiderrufen, NichtAnnehmbar.
    """
    bekannt = await repository.anzeige(session, anzeige_id)
    if bekannt is None:
        raise UnbekannteAnzeige
    if not kopfschluessel:
        raise SchluesselFehlt
    einreichung = Einreichung(
        ags=bekannt.ags,
        art=BERICHTIGUNGSART,
        einreicher_id=durch,
        kanal="api-json",
        # Among the keys of a client's submissions, which may be the same words.
        schluessel=[f"berichtigung:{schluessel}" for schluessel in kopfschluessel],
        inhalt_sha256=sha256(bekannt.vorgang_id.bytes + lieferung.inhalt_sha256).digest(),
    )
    if await antraege.frueherer_eingang(session, einreichung):
        return bekannt.vorgang_id, False
    fall, aktuell, schein = await zu_aendern(session, bekannt.vorgang_id)
    neu = _fassung(aktuell, lieferung, jetzt)
    annahme = await antraege.annehmen(session, einreichung)
    if not annahme.neu:
        return fall.id, False
    await _schreibe(session, alt=aktuell, neu=neu, schein=schein, fall=fall, lieferung=lieferung, durch=durch)
    return fall.id, True


async def zu_aendern(session: AsyncSession, vorgang_id: UUID) -> tuple[Fall, Gewerbeanzeige, Bescheinigung]:
    """The case, held until the transaction ends, with the version in force and its certificate.

    Raises NochNichtBescheinigt, AnzeigeWiderrufen.
    """
    fall = await vorgaenge.sperren(session, vorgang_id)
    aktuell = await repository.anzeige_zu_vorgang(session, vorgang_id)
    schein = await repository.bescheinigung_zu_anzeige(
        session, antrag_id=aktuell.antrag_id, anzeige_id=aktuell.id
    )
    if schein is None:
        raise NochNichtBescheinigt
    if await repository.widerruf(session, vorgang_id):
        raise AnzeigeWiderrufen
    return fall, aktuell, schein


async def _schreibe(
    session: AsyncSession,
    *,
    alt: Gewerbeanzeige,
    neu: Gewerbeanzeige,
    schein: Bescheinigung,
    fall: Fall,
    lieferung: Lieferung,
    durch: UUID,
) -> None:
    eingang = await antraege.eingang(session, alt.antrag_id, einreicher_id=None, ags=alt.ags)
    if eingang is None:
        raise RuntimeError("A notice without its submission")
    repository.anlegen(session, neu)
    bruchstelle("berichtigung.fassung")
    dokument_id = await akte.ablegen(
        session,
        ags=neu.ags,
        antrag_id=neu.antrag_id,
        vorgang_id=neu.vorgang_id,
        art="berichtigung",
        dateiname=f"berichtigung-{neu.fassung}.json",
        medientyp="application/json",
        inhalt=lieferung.original,
    )
    bruchstelle("berichtigung.dokument")
    await repository.beende_registereintraege(session, fall.id)
    bruchstelle("berichtigung.register")
    ausgestellt = await stelle_aus(
        session,
        neu,
        fall,
        await mandanten.einstellung(session, neu.ags),
        anzeige=GEWERBEANZEIGE.validate_python(neu.daten),
        eingangsnummer=eingang.eingangsnummer,
        eingegangen_am=eingang.eingegangen_am,
        kammereingang=eingang.kammereingang,
        automatisch=False,
        ersetzt=schein,
    )
    bruchstelle("berichtigung.bescheinigung")
    bei = besitz(await versand.rufe_zurueck(session, fall.id, ARTEN))
    bruchstelle("berichtigung.zurueckgerufen")
    await versand.einstellen_alle(session, nach_berichtigung(neu, ausgestellt.empfaenger, bei))
    bruchstelle("berichtigung.sendungen")
    await akte.eintragen(
        session,
        ags=neu.ags,
        ereignis="gewerbeanzeige_berichtigt",
        bezug_art="gewerbeanzeige",
        bezug_id=neu.id,
        angaben={
            "vorgang": str(fall.id),
            "fassung": neu.fassung,
            "frueher": str(alt.id),
            "dokument": str(dokument_id),
            "bescheinigung": str(ausgestellt.bescheinigung.id),
            "registereintrag": str(ausgestellt.eintrag.id),
            "empfaenger": [stelle.schluessel for stelle, _ in ausgestellt.empfaenger],
            "hatten_sie": sorted(bei),
            "durch": str(durch),
        },
    )
    bruchstelle("berichtigung.journal")


def _fassung(aktuell: Gewerbeanzeige, lieferung: Lieferung, jetzt: datetime) -> Gewerbeanzeige:
    """The next version; raises NichtAnnehmbar for another notice, the same, or nonsense."""
    [meldung] = lieferung.meldungen
    anzeige = meldung.anzeige
    befunde = [
        *_andere(aktuell, anzeige),
        *pruefe_plausibilitaet(anzeige, jetzt.astimezone(ORTSZEIT).date(), streng=False),
    ]
    anzeige = anzeige.model_copy(
        update={"uuid": aktuell.uuid, "gewerbebetrieb_id": aktuell.gewerbebetrieb_id}
    )
    daten = anzeige.model_dump(mode="json")
    if daten == aktuell.daten:
        befunde.append(_UNVERAENDERT)
    if hat_fehler(befunde):
        raise NichtAnnehmbar(befunde)
    return Gewerbeanzeige(
        id=neue_id(),
        ags=aktuell.ags,
        antrag_id=aktuell.antrag_id,
        vorgang_id=aktuell.vorgang_id,
        fassung=aktuell.fassung + 1,
        satz=aktuell.satz,
        form=aktuell.form,
        uuid=aktuell.uuid,
        gewerbebetrieb_id=aktuell.gewerbebetrieb_id,
        meldungsnummer=aktuell.meldungsnummer,
        daten=daten,
        ereigniszeitpunkt=aktuell.ereigniszeitpunkt,
    )


def _andere(aktuell: Gewerbeanzeige, anzeige: Anzeige) -> list[Befund]:
    """What makes it another notice instead of a correction of this one."""
    feste = {
        "form": (aktuell.form, anzeige.form),
        "gemeinde": (aktuell.ags, anzeige.gemeinde),
        "uuid": (aktuell.uuid, anzeige.uuid or aktuell.uuid),
        "gewerbebetrieb_id": (
            aktuell.gewerbebetrieb_id,
            anzeige.gewerbebetrieb_id or aktuell.gewerbebetrieb_id,
        ),
    }
    return [
        Befund(
            "error",
            "BERICHTIGUNG-ANDERE-ANZEIGE",
            {
                "de": f"Eine Berichtigung ändert „{name}“ nicht: Das wäre eine andere Anzeige.",
                "en": f"A correction does not change “{name}”: that would be another notice.",
            },
            pointer=f"/{name}",
        )
        for name, (soll, ist) in feste.items()
        if soll != ist
    ]


_UNVERAENDERT = Befund(
    "error",
    "BERICHTIGUNG-OHNE-AENDERUNG",
    {
        "de": "Die Berichtigung sagt dasselbe wie die geltende Fassung.",
        "en": "The correction says the same as the version in force.",
    },
)
