"""Certifying a notice: register entry, certificate, a delivery for every entitled body, all in one go."""

from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.bruchstelle import bruchstelle
from app.gewerbe import repository
from app.gewerbe.anzeige import GEWERBEANZEIGE, Abmeldung, Anmeldung
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.bescheinigung.inhalt import Empfaenger, inhalt_aus
from app.gewerbe.bescheinigung.pruefcode import neuer_pruefcode
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige, Registereintrag
from app.gewerbe.recht.empfaenger import Anspruch, empfaenger_von
from app.mandanten.service import Einstellung
from app.mandanten.zustaendig import Stelle, stelle_fuer
from app.settings import settings
from app.versand import service as versand
from app.vorgaenge.service import ORTSZEIT, Fall
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

SENDUNGSART = "xgewerbeanzeige"


async def bescheinige(
    session: AsyncSession,
    zeile: Gewerbeanzeige,
    fall: Fall,
    einstellung: Einstellung,
    *,
    eingangsnummer: str,
    eingegangen_am: datetime,
    automatisch: bool,
) -> Bescheinigung:
    """Writes everything that follows from the certificate but the state of the case, which the caller sets.

    The law that counts is that of today.
    """
    jetzt = datetime.now(UTC)
    anzeige: Anzeige = GEWERBEANZEIGE.validate_python(zeile.daten)
    empfaenger = berechtigte(anzeige, einstellung, jetzt)
    pruefcode = neuer_pruefcode()
    inhalt = inhalt_aus(
        anzeige,
        behoerde=einstellung.behoerdenname,
        anschrift=einstellung.anschrift,
        aktenzeichen=fall.aktenzeichen,
        eingangsnummer=eingangsnummer,
        eingegangen_am=eingegangen_am,
        ausgestellt_am=jetzt,
        empfaenger=[Empfaenger(name=stelle.name, grundlage=recht.paragraph) for stelle, recht in empfaenger],
        pruefcode=pruefcode,
        webadresse=settings().adresse,
        automatisch=automatisch,
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
        ausgestellt_am=jetzt,
    )
    await repository.anlegen(session, eintrag, bescheinigung)
    bruchstelle("bescheinigung.angelegt")
    await versand.einstellen_alle(session, [_auftrag(zeile, stelle, recht) for stelle, recht in empfaenger])
    bruchstelle("sendungen.eingestellt")
    await akte.eintragen(
        session,
        ags=zeile.ags,
        ereignis="gewerbeanzeige_bescheinigt",
        bezug_art="gewerbeanzeige",
        bezug_id=zeile.id,
        angaben={
            "vorgang": str(fall.id),
            "bescheinigung": str(bescheinigung.id),
            "registereintrag": str(eintrag.id),
            "automatisch": "ja" if automatisch else "nein",
            "empfaenger": [stelle.schluessel for stelle, _ in empfaenger],
        },
    )
    bruchstelle("bescheinigung.journal")
    return bescheinigung


def berechtigte(
    anzeige: Anzeige, einstellung: Einstellung, zeitpunkt: datetime
) -> list[tuple[Stelle, Anspruch]]:
    """The bodies that receive the notice by the law of that day, each with what it may have."""
    ansprueche = empfaenger_von(
        anzeige,
        zeitpunkt.astimezone(ORTSZEIT).date(),
        verzichte=einstellung.verzichte,
        filter_hwk="hwk" in einstellung.filter,
        filter_eichamt="eichamt" in einstellung.filter,
    )
    register = anzeige.betrieb.registereintrag
    frueher = anzeige.fruehere_betriebsstaette if isinstance(anzeige, Anmeldung) else None
    return [
        (
            stelle_fuer(
                anspruch.stelle,
                anzeige.gemeinde,
                gericht=register.gericht if register else None,
                fruehere_gemeinde=frueher.gemeinde if frueher else None,
                frueherer_ort=frueher.anschrift.ort if frueher else None,
            ),
            anspruch,
        )
        for anspruch in ansprueche
        if anspruch.berechtigt
    ]


def _auftrag(zeile: Gewerbeanzeige, stelle: Stelle, anspruch: Anspruch) -> versand.Auftrag:
    return versand.Auftrag(
        ags=zeile.ags,
        vorgang_id=zeile.vorgang_id,
        art=SENDUNGSART,
        bezug_id=zeile.id,
        stelle=stelle.schluessel,
        stellenart=anspruch.stelle,
        grundlage=anspruch.als_dict()
        | {"merkmale": {"form": zeile.form, "nachrichtentyp": typ_fuer_stelle(anspruch.stelle).code}},
    )


def _wirksam_ab(anzeige: Anzeige) -> date:
    if isinstance(anzeige, Anmeldung):
        return anzeige.beginn
    return anzeige.aufgabe if isinstance(anzeige, Abmeldung) else anzeige.aenderung
