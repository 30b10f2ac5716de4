"""What a town offers: services taken over from other towns, handed on, suspended. Noted in the journal."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.leistungen import service as leistungen
from app.leistungen.austausch import Einsatz, Paket, packe
from app.leistungen.service import Angebot, Zustand
from app.leistungen.tauschschluessel import tauschschluessel
from app.leistungen.vergleich import Aenderung, vergleiche
from app.mandanten.zustaendig import gemeinde

__all__ = ["gib_aus", "probe", "setze_zustand", "uebernimm"]

# A service of a town has a key, no id; the entry's town and its statement say which.
_DAS_ANGEBOT = UUID(int=0)


async def setze_zustand(
    session: AsyncSession, ags: str, leistung: str, zustand: Zustand, *, durch: str
) -> Angebot:
    """Offers the service or suspends it.

    Raises leistungen.GemeindeNichtHier, leistungen.UnbekannteLeistung.
    """
    angebot = await leistungen.setze_zustand(session, ags, leistung, zustand)
    await _trage_ein(session, ags, f"leistung_{zustand}", {"leistung": leistung, "durch": durch})
    return angebot


async def probe(session: AsyncSession, ags: str, paket: Paket) -> list[Aenderung] | None:
    """What taking the form over would change; None where the town has no such service yet."""
    try:
        heute = await leistungen.angebot(session, ags, paket.angaben.leistung, auch_ausgesetzt=True)
    except leistungen.UnbekannteLeistung:
        return None
    return vergleiche(heute.formular, paket.formular)


async def uebernimm(session: AsyncSession, ags: str, paket: Paket, *, durch: str) -> Angebot:
    """The town offers the form of the ZIP from now on; raises leistungen.GemeindeNichtHier."""
    angebot = await leistungen.uebernimm(session, ags, paket.formular, paket.herkunft)
    await _trage_ein(
        session,
        ags,
        "formular_uebernommen",
        {
            "leistung": angebot.leistung,
            "formular": paket.formular.hash,
            "von": paket.angaben.ags,
            "schluessel": paket.fingerabdruck,
            "durch": durch,
        },
    )
    return angebot


async def gib_aus(session: AsyncSession, ags: str, leistung: str, *, seit: date | None = None) -> bytes:
    """The signed ZIP of a service as the town offers it.

    Raises leistungen.GemeindeNichtHier, leistungen.UnbekannteLeistung, and Betriebsfehler without a key.
    """
    angebot = await leistungen.angebot(session, ags, leistung, auch_ausgesetzt=True)
    return packe(
        angebot.formular,
        ags=ags,
        gemeinde=gemeinde(ags).name,
        einsatz=Einsatz(zustand=angebot.zustand, seit=seit),
        schluessel=tauschschluessel(),
    )


async def _trage_ein(session: AsyncSession, ags: str, ereignis: str, angaben: Mapping[str, Any]) -> None:
    await akte.eintragen(
        session, ags=ags, ereignis=ereignis, bezug_art="leistung", bezug_id=_DAS_ANGEBOT, angaben=angaben
    )
