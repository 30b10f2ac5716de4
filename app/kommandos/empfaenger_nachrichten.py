"""The messages that `amt empfaenger --xml` writes: built and checked as for sending, marked test."""

from datetime import UTC, datetime, time
from pathlib import Path
from uuid import uuid4

from app.gewerbe.anzeige import Anmeldung, Gewerbeanzeige
from app.gewerbe.nachricht import Behoerde, Kopf, Satzkopf, gewerbeamt
from app.gewerbe.recht.empfaenger import Anspruch
from app.gewerbe.recht.nachricht import baue_nachricht, leser_von, pruefe_gebaut
from app.mandanten.zustaendig import Stelle, UnbekannteGemeinde, gemeinde, stelle_fuer
from xoev.befund import Befund, hat_fehler

_MELDUNGSNUMMER = "1"


def adressat(anzeige: Gewerbeanzeige, anspruch: Anspruch) -> Stelle | None:
    """The body that is meant for this notice; None for a Gemeinde outside Nordrhein-Westfalen."""
    register = anzeige.betrieb.registereintrag
    frueher = anzeige.fruehere_betriebsstaette if isinstance(anzeige, Anmeldung) else None
    try:
        return stelle_fuer(
            anspruch.stelle,
            anzeige.gemeinde,
            gericht=register.gericht if register else None,
            fruehere_gemeinde=frueher.gemeinde if frueher else None,
            frueherer_ort=frueher.anschrift.ort if frueher else None,
        )
    except UnbekannteGemeinde:
        return None


def schreibe_nachricht(
    datei: Path, anzeige: Gewerbeanzeige, anspruch: Anspruch, zeitpunkt: datetime
) -> tuple[Befund, ...]:
    """Write the body's message; with an error among the findings nothing is written."""
    nachricht = baue_nachricht(
        anzeige,
        anspruch,
        kopf=Kopf(uuid4(), zeitpunkt, _leser(anzeige, anspruch), _autor(anzeige), test=True),
        satzkopf=Satzkopf(
            satz_erstellung=zeitpunkt,
            ereigniszeitpunkt=datetime.combine(anzeige.datum, time(), UTC) if anzeige.datum else zeitpunkt,
            autor=_autor(anzeige),
            meldungsnummer=_MELDUNGSNUMMER,
            uuid=uuid4(),
            gewerbebetrieb_id=uuid4(),
        ),
    )
    befunde = pruefe_gebaut(nachricht, anzeige, anspruch)
    if not hat_fehler(befunde):
        datei.parent.mkdir(parents=True, exist_ok=True)
        datei.write_bytes(nachricht)
    return befunde


def _leser(anzeige: Gewerbeanzeige, anspruch: Anspruch) -> Behoerde:
    stelle = adressat(anzeige, anspruch)
    if stelle:
        return leser_von(stelle)
    return leser_von(
        Stelle(anspruch.stelle, anspruch.stelle, anspruch.name["de"], "xga", "990000000000", "erschlossen")
    )


def _autor(anzeige: Gewerbeanzeige) -> Behoerde:
    try:
        name = gemeinde(anzeige.gemeinde).name
    except UnbekannteGemeinde:
        name = f"der Gemeinde {anzeige.gemeinde}"
    return gewerbeamt(anzeige.gemeinde, f"Gewerbeamt {name}")
