"""Every router of pages, in the order in which the app asks them."""

from typing import Final

from fastapi import APIRouter

from app.web.amt import router as amt
from app.web.anmelden import router as anmelden
from app.web.gemeinde import router as gemeinde
from app.web.konto import router as konto
from app.web.pflichtseiten import router as pflichtseiten
from app.web.pruefcode import router as pruefcode
from app.web.router import router as start
from app.web.rueckmeldung import router as rueckmeldung
from app.web.vertretungen import router as vertretungen
from app.web.verwaltung import router as verwaltung

ROUTER: Final[tuple[APIRouter, ...]] = (
    start,
    pruefcode,
    pflichtseiten,
    rueckmeldung,
    anmelden,
    vertretungen,
    konto,
    verwaltung,
    amt,
    gemeinde,
)
