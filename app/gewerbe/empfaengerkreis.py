"""Which bodies in fact receive a notice: the law's table of a day, and who is competent for this place."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from app.gewerbe.anzeige import Anmeldung
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.recht.empfaenger import Anspruch, empfaenger_von
from app.mandanten.zustaendig import Stelle, stelle_fuer
from app.vorgaenge.service import ORTSZEIT


def berechtigte(
    anzeige: Anzeige,
    zeitpunkt: datetime,
    *,
    verzichte: AbstractSet[str],
    filter: AbstractSet[str],  # noqa: A002 - as the town's setting is called
) -> list[tuple[Stelle, Anspruch]]:
    """The bodies that receive the notice by the law of that day, each with what it may have."""
    ansprueche = empfaenger_von(
        anzeige,
        zeitpunkt.astimezone(ORTSZEIT).date(),
        verzichte=verzichte,
        filter_hwk="hwk" in filter,
        filter_eichamt="eichamt" in filter,
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
