"""Every page that asks for a right, and which; a new one has to be added here, by hand."""

import re
from collections.abc import Mapping
from uuid import UUID

from app.konto.rechte import Recht

SEITEN: Mapping[str, Recht] = {
    "GET /konto": Recht.KONTO_EIGENES,
    "GET /konto/angaben.json": Recht.KONTO_EIGENES,
    "GET /konto/sitzungen": Recht.KONTO_EIGENES,
    "POST /konto/sitzungen": Recht.KONTO_EIGENES,
    "GET /konto/loeschen": Recht.KONTO_EIGENES,
    "POST /konto/loeschen": Recht.KONTO_EIGENES,
    "GET /bestaetigen": Recht.BESTAETIGEN,
    "POST /bestaetigen": Recht.BESTAETIGEN,
    "GET /konto/vertretungen": Recht.ANZEIGE_EINREICHEN,
    "POST /konto/vertretungen": Recht.ANZEIGE_EINREICHEN,
    "GET /leistungen/{ags}/{leistung}/beginnen": Recht.ANTRAG_STELLEN,
    "POST /leistungen/{ags}/{leistung}/beginnen": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}/spaeter": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}/{schritt}": Recht.ANTRAG_STELLEN,
    "POST /antrag/{entwurf_id}/{schritt}": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}/{schritt}/{nummer}": Recht.ANTRAG_STELLEN,
    "POST /antrag/{entwurf_id}/{schritt}/{nummer}": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}/nachweise": Recht.ANTRAG_STELLEN,
    "POST /antrag/{entwurf_id}/nachweise": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}/nachweise/{anlage_id}": Recht.ANTRAG_STELLEN,
    "POST /antrag/{entwurf_id}/nachweise/{nachweis}": Recht.ANTRAG_STELLEN,
    "GET /antrag/{entwurf_id}/pruefen": Recht.ANTRAG_STELLEN,
    "POST /antrag/{entwurf_id}/pruefen": Recht.ANTRAG_STELLEN,
    "GET /antrag/{antrag_id}/gesendet": Recht.ANTRAG_STELLEN,
    "POST /konto/entwuerfe/{entwurf_id}/verwerfen": Recht.ANTRAG_STELLEN,
    "GET /konto/antraege/{antrag_id}": Recht.ANTRAG_SEHEN,
    "GET /konto/antraege/{antrag_id}/nachrichten": Recht.ANTRAG_SEHEN,
    "POST /konto/antraege/{antrag_id}/nachrichten": Recht.ANTRAG_STELLEN,
    "GET /konto/antraege/{antrag_id}/nachrichten/{anhang_id}": Recht.ANTRAG_SEHEN,
    "GET /konto/antraege/{antrag_id}/dokumente/{dokument_id}": Recht.ANTRAG_SEHEN,
    "GET /konto/antraege/{antrag_id}/daten": Recht.ANTRAG_SEHEN,
    "GET /konto/antraege/{antrag_id}/daten/{sendung_id}": Recht.ANTRAG_SEHEN,
    "GET /konto/antraege/{antrag_id}/zuruecknehmen": Recht.ANTRAG_STELLEN,
    "POST /konto/antraege/{antrag_id}/zuruecknehmen": Recht.ANTRAG_STELLEN,
    "POST /konto/antraege/{antrag_id}/code": Recht.ANTRAG_STELLEN,
    "GET /amt": Recht.KONTO_EIGENES,
    "GET /amt/{amt}": Recht.KONTO_EIGENES,
    "GET /amt/{amt}/gemeinde": Recht.GEMEINDE_LESEN,
    "GET /amt/{amt}/einsicht": Recht.EINSICHT_LESEN,
    "GET /amt/{amt}/vorgaenge": Recht.VORGANG_LESEN,
    "GET /amt/{amt}/vorgaenge/{vorgang_id}": Recht.VORGANG_LESEN,
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/dokumente/{dokument_id}": Recht.VORGANG_LESEN,
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/besonderes": Recht.BESONDERES_LESEN,
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/besonderes/dokumente/{dokument_id}": Recht.BESONDERES_LESEN,
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/nachrichten": Recht.VORGANG_LESEN,
    "POST /amt/{amt}/vorgaenge/{vorgang_id}/nachrichten": Recht.VORGANG_ENTSCHEIDEN,
    "GET /amt/{amt}/vorgaenge/{vorgang_id}/nachrichten/{anhang_id}": Recht.VORGANG_LESEN,
    "GET /amt/{amt}/postfach": Recht.POSTFACH_LESEN,
}


def aufruf(operation: str, amt: str) -> tuple[str, str]:
    """Method and path of an operation in the office `amt`; whatever else the path names is not there."""
    methode, pfad = operation.split()
    return methode, re.sub(r"{\w+}", str(UUID(int=0)), pfad.replace("{amt}", amt))
