"""What the start page of the demo shows: the latest cases and how far each message has come."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import gelten
from app.mandanten import service as mandanten
from app.mandanten.zustaendig import gemeinde, stelle
from app.versand import service as versand
from app.versand.service import Sendungsstand
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall
from app.web.antragsspur import GEWERBEANZEIGE
from app.web.besuch import Besuch
from app.web.fallbild import Fallbild, fallbild

HOECHSTENS = 50


@dataclass(frozen=True, slots=True)
class Empfaengerzeile:
    """One body and its message."""

    name: str
    zustand: str
    gut: bool


@dataclass(frozen=True, slots=True)
class Vorgangszeile:
    """One case as the start page shows it."""

    aktenzeichen: str
    gemeinde: str
    titel: str
    name: str
    """Of the business."""
    eingegangen_am: datetime
    zustand: str
    empfaenger: Sequence[Empfaengerzeile]

    @property
    def zahlen(self) -> Counter[str]:
        """How many messages are in each state."""
        return Counter(zeile.zustand for zeile in self.empfaenger)


async def uebersicht(session: AsyncSession, besuch: Besuch) -> list[Vorgangszeile]:
    """The latest cases of every town, newest first; each town is read under its own key."""
    zeilen: list[Vorgangszeile] = []
    for stadt in await mandanten.alle_einstellungen(session):
        await gelten(session, gemeinde=stadt.ags)
        zeilen += await _zeilen(session, besuch)
    return sorted(zeilen, key=lambda zeile: zeile.eingegangen_am, reverse=True)[:HOECHSTENS]


async def _zeilen(session: AsyncSession, besuch: Besuch) -> list[Vorgangszeile]:
    # Name and trade may be told to anybody (§ 14 Abs. 5 Satz 2 GewO); of other applications nothing is shown.
    faelle = [
        fall for fall in await vorgaenge.neueste(session, grenze=HOECHSTENS) if fall.art == GEWERBEANZEIGE
    ]
    sendungen: dict[Any, list[Sendungsstand]] = {}
    for sendung in await versand.stand(session, [fall.id for fall in faelle]):
        sendungen.setdefault(sendung.vorgang_id, []).append(sendung)
    return [
        _zeile(fall, await fallbild(session, fall, besuch), sendungen.get(fall.id, ())) for fall in faelle
    ]


def _zeile(fall: Fall, bild: Fallbild, sendungen: Sequence[Sendungsstand]) -> Vorgangszeile:
    return Vorgangszeile(
        aktenzeichen=fall.aktenzeichen,
        gemeinde=gemeinde(fall.ags).name,
        titel=bild.titel,
        name=bild.name,
        eingegangen_am=fall.angelegt_am,
        zustand=fall.zustand,
        empfaenger=[
            Empfaengerzeile(stelle(eine.stelle).name, eine.zustand, not eine.mensch_noetig)
            for eine in sendungen
        ],
    )
