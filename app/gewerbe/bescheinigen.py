"""Certifying a notice: register entry, certificate, a delivery for every entitled body, all in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege.service import Kammereingang
from app.db.bruchstelle import bruchstelle
from app.gewerbe import repository
from app.gewerbe.anzeige import Abmeldung, Anmeldung
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.bescheinigung.inhalt import Empfaenger, Kammer, inhalt_aus
from app.gewerbe.bescheinigung.pruefcode import neuer_pruefcode
from app.gewerbe.empfaengerkreis import berechtigte
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Registereintrag
from app.gewerbe.recht.empfaenger import Anspruch
from app.mandanten.service import Einstellung
from app.mandanten.zustaendig import Stelle, stelle
from app.settings import settings
from app.versand import service as versand
from app.versand.service import Sendungsstand
from app.vorgaenge.service import Fall
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

SENDUNGSART = "xgewerbeanzeige"


@dataclass(frozen=True, slots=True)
class Ausgestellt:
    """What certifying has written, and who is to hear of it."""

    eintrag: Registereintrag
    bescheinigung: Bescheinigung
    empfaenger: Sequence[tuple[Stelle, Anspruch]]


async def bescheinige(
    session: AsyncSession,
    zeile: Gewerbeanzeige,
    fall: Fall,
    einstellung: Einstellung,
    *,
    anzeige: Anzeige,
    eingangsnummer: str,
    eingegangen_am: datetime,
    kammereingang: Kammereingang | None = None,
    automatisch: bool,
) -> tuple[Bescheinigung, Sequence[Sendungsstand]]:
    """Writes everything that follows from the certificate but the state of the case, which the caller sets.

    `anzeige` is what `zeile` keeps. The law that counts is that of today. Gives the certificate and its
    deliveries.
    """
    ausgestellt = await stelle_aus(
        session,
        zeile,
        fall,
        einstellung,
        anzeige=anzeige,
        eingangsnummer=eingangsnummer,
        eingegangen_am=eingegangen_am,
        kammereingang=kammereingang,
        automatisch=automatisch,
    )
    bruchstelle("bescheinigung.angelegt")
    sendungen = await versand.neu_einstellen(
        session, [auftrag(zeile, eine, recht) for eine, recht in ausgestellt.empfaenger]
    )
    bruchstelle("sendungen.eingestellt")
    await akte.eintragen(
        session,
        ags=zeile.ags,
        ereignis="gewerbeanzeige_bescheinigt",
        bezug_art="gewerbeanzeige",
        bezug_id=zeile.id,
        angaben={
            "vorgang": str(fall.id),
            "bescheinigung": str(ausgestellt.bescheinigung.id),
            "registereintrag": str(ausgestellt.eintrag.id),
            "automatisch": "ja" if automatisch else "nein",
            "empfaenger": [eine.schluessel for eine, _ in ausgestellt.empfaenger],
        },
    )
    bruchstelle("bescheinigung.journal")
    return ausgestellt.bescheinigung, sendungen


async def stelle_aus(
    session: AsyncSession,
    zeile: Gewerbeanzeige,
    fall: Fall,
    einstellung: Einstellung,
    *,
    anzeige: Anzeige,
    eingangsnummer: str,
    eingegangen_am: datetime,
    kammereingang: Kammereingang | None = None,
    automatisch: bool,
    ersetzt: Bescheinigung | None = None,
) -> Ausgestellt:
    """Register entry and certificate by the law of today; `ersetzt`: the certificate that it replaces.

    Waivers and filters are kept with the certificate: the town may change them tomorrow.
    """
    jetzt = datetime.now(UTC)
    empfaenger = berechtigte(anzeige, jetzt, verzichte=einstellung.verzichte, filter=einstellung.filter)
    pruefcode = neuer_pruefcode()
    inhalt = inhalt_aus(
        anzeige,
        behoerde=einstellung.behoerdenname,
        siegelzeile=einstellung.siegelzeile,
        anschrift=einstellung.anschrift,
        aktenzeichen=fall.aktenzeichen,
        eingangsnummer=eingangsnummer,
        eingegangen_am=eingegangen_am,
        kammer=_kammer(kammereingang),
        ausgestellt_am=jetzt,
        empfaenger=[Empfaenger(name=eine.name, grundlage=recht.paragraph) for eine, recht in empfaenger],
        pruefcode=pruefcode,
        webadresse=settings().adresse,
        automatisch=automatisch,
        ersetzt_vom=ersetzt.ausgestellt_am if ersetzt else None,
    )
    eintrag = Registereintrag(
        ags=zeile.ags,
        gewerbeanzeige_id=zeile.id,
        gewerbebetrieb_id=zeile.gewerbebetrieb_id,
        form=zeile.form,
        wirksam_ab=_wirksam_ab(anzeige),
    )
    bescheinigung = Bescheinigung(
        ags=zeile.ags,
        gewerbeanzeige_id=zeile.id,
        pruefcode=pruefcode,
        automatisch=automatisch,
        inhalt=inhalt.model_dump(mode="json"),
        umstaende={"verzichte": sorted(einstellung.verzichte), "filter": sorted(einstellung.filter)},
        ausgestellt_am=jetzt,
    )
    repository.anlegen(session, eintrag, bescheinigung)
    return Ausgestellt(eintrag, bescheinigung, empfaenger)


def auftrag(
    zeile: Gewerbeanzeige, empfaenger: Stelle, anspruch: Anspruch, *, korrektur: bool = False
) -> versand.Auftrag:
    """The delivery of this version of the notice to one body; `korrektur`: it has an earlier version."""
    merkmale = {"form": zeile.form, "nachrichtentyp": typ_fuer_stelle(anspruch.stelle).code}
    if korrektur:
        merkmale["korrektur"] = "ja"
    return versand.Auftrag(
        ags=zeile.ags,
        vorgang_id=zeile.vorgang_id,
        art=SENDUNGSART,
        bezug_id=zeile.id,
        stelle=empfaenger.schluessel,
        stellenart=anspruch.stelle,
        grundlage=anspruch.als_grundlage()
        | {"fassung": zeile.fassung, "korrektur": korrektur, "merkmale": merkmale},
        reihenfolge_schluessel=str(zeile.gewerbebetrieb_id),
    )


def _kammer(eingang: Kammereingang | None) -> Kammer | None:
    return (
        Kammer(name=stelle(eingang.kammer).name, eingegangen_am=eingang.eingegangen_am) if eingang else None
    )


def _wirksam_ab(anzeige: Anzeige) -> date:
    if isinstance(anzeige, Anmeldung):
        return anzeige.beginn
    return anzeige.aufgabe if isinstance(anzeige, Abmeldung) else anzeige.aenderung
