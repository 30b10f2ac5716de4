"""A chamber takes a notice in for a founder: which may, on which day, and what the day means (ADR 0012)."""

from datetime import date, timedelta
from typing import Final

from app.antraege.service import Kammereingang
from app.gewerbe.errors import KammereingangUngueltig, KammerUnzustaendig
from app.mandanten.zustaendig import UnbekannteGemeinde, zustaendige_stellen

HOECHSTENS_TAGE: Final = 60
"""So old a day at the chamber may be: what lay there longer is no notice that was passed on."""
KAMMERARTEN: Final = ("ihk", "hwk")
_WEITERGABE_TAGE: Final = 3


def kammertag(angegeben: str | None, heute: date) -> date:
    """The day on which the founder was at the chamber, by default today; raises KammereingangUngueltig."""
    if angegeben is None:
        return heute
    try:
        tag = date.fromisoformat(angegeben.strip())
    except ValueError:
        raise KammereingangUngueltig("kein_datum") from None
    if tag > heute:
        raise KammereingangUngueltig("zukunft")
    if tag < heute - timedelta(days=HOECHSTENS_TAGE):
        raise KammereingangUngueltig("zu_alt")
    return tag


def pruefe_zustaendigkeit(kammer: str, ags: str) -> None:
    """Raises KammerUnzustaendig unless the body is a chamber of this town."""
    try:
        stellen = zustaendige_stellen(ags)
    except UnbekannteGemeinde:
        # That the town is not served here is said by whoever takes the notice in.
        return
    if kammer not in {stellen[art].schluessel for art in KAMMERARTEN if art in stellen}:
        raise KammerUnzustaendig


def verbleibende_tage(frist_tage: int, eingang: Kammereingang | None, heute: date) -> int:
    """Days until the certificate is due, counted from today.

    The authority's days begin when the notice reaches it, at the latest on the third day after the founder
    was at the chamber (as § 71b Abs. 2 VwVfG has it for the einheitliche Stelle), and end today at the
    earliest.
    """
    if eingang is None:
        return frist_tage
    beginn = min(heute, eingang.eingegangen_am + timedelta(days=_WEITERGABE_TAGE))
    return max(0, (beginn + timedelta(days=frist_tage) - heute).days)
