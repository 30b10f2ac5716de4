"""Every router of pages, in the order in which the app asks them."""

from typing import Final

from fastapi import APIRouter

from app.web.amt import router as amt
from app.web.amtsfall import router as amtsfall
from app.web.anmelden import router as anmelden
from app.web.antrag.beginnen import router as antrag_beginnen
from app.web.antrag.gesendet import router as antrag_gesendet
from app.web.antrag.nachweise import router as antrag_nachweise
from app.web.antrag.pruefen import router as antrag_pruefen
from app.web.antrag.schritte import router as antrag_schritte
from app.web.bestaetigen import router as bestaetigen
from app.web.gemeinde import router as gemeinde
from app.web.konto import router as konto
from app.web.leistungen import router as leistungen
from app.web.meine_antraege import router as meine_antraege
from app.web.pflichtseiten import router as pflichtseiten
from app.web.pruefcode import router as pruefcode
from app.web.router import router as start
from app.web.rueckmeldung import router as rueckmeldung
from app.web.vertretungen import router as vertretungen
from app.web.verwaltung import router as verwaltung

ROUTER: Final[tuple[APIRouter, ...]] = (
    start,
    leistungen,
    antrag_beginnen,
    antrag_nachweise,
    antrag_pruefen,
    antrag_gesendet,
    antrag_schritte,
    bestaetigen,
    pruefcode,
    pflichtseiten,
    rueckmeldung,
    anmelden,
    meine_antraege,
    vertretungen,
    konto,
    verwaltung,
    amt,
    amtsfall,
    gemeinde,
)
