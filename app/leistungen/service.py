"""Which services a town offers, with which form; versions are kept for what was made with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.leistungen import repository
from app.leistungen.bestand import bestand
from app.leistungen.definition import Definition
from app.leistungen.errors import GemeindeNichtHier, NichtAngeboten, UnbekannteLeistung
from app.leistungen.formular import Formular
from app.leistungen.suche import suche
from app.leistungen.uebertragung import Frage, Uebertragung, uebertrage
from app.mandanten import service as mandanten

__all__ = [
    "Angebot",
    "Frage",
    "GemeindeNichtHier",
    "NichtAngeboten",
    "Uebertragung",
    "UnbekannteLeistung",
    "Zustand",
    "angebot",
    "bestand",
    "formular",
    "halte_fest",
    "katalog",
    "setze_zustand",
    "suche",
    "uebernimm",
    "uebertrage",
]

Zustand = Literal["angeboten", "ausgesetzt"]


@dataclass(frozen=True, slots=True)
class Angebot:
    """A service as a town offers it."""

    ags: str
    leistung: str
    formular: Formular
    zustand: Zustand
    herkunft: Mapping[str, Any] | None = None
    """Where the town has taken the form over from; None: it is shipped or the installation's own."""


_HOECHSTENS_FASSUNGEN = 256
_fassungen: dict[str, Formular] = {}
"""Versions that only the database has. A version never changes, so that no copy can be out of date."""


async def katalog(session: AsyncSession, ags: str) -> list[Angebot]:
    """Every service of the town, also those that are suspended; raises GemeindeNichtHier."""
    await _gemeinde(session, ags)
    zeilen = {zeile.leistung: zeile for zeile in await repository.angebote(session, ags)}
    alle: list[Angebot] = []
    for leistung in sorted({*bestand(), *zeilen}):
        zeile = zeilen.get(leistung)
        eines = await _form_des_angebots(session, leistung, zeile.formular_hash if zeile else None)
        if eines is not None:
            alle.append(_angebot(ags, leistung, eines, zeile))
    return alle


async def angebot(
    session: AsyncSession, ags: str, leistung: str, *, auch_ausgesetzt: bool = False
) -> Angebot:
    """The service as the town offers it; raises GemeindeNichtHier, UnbekannteLeistung, NichtAngeboten."""
    await _gemeinde(session, ags)
    zeile = await repository.angebot(session, ags, leistung)
    eines = await _form_des_angebots(session, leistung, zeile.formular_hash if zeile else None)
    if eines is None:
        raise UnbekannteLeistung
    gefunden = _angebot(ags, leistung, eines, zeile)
    if gefunden.zustand == "ausgesetzt" and not auch_ausgesetzt:
        raise NichtAngeboten
    return gefunden


async def formular(session: AsyncSession, hash_: str) -> Formular:
    """The version with this hash; raises UnbekannteLeistung."""
    for eines in bestand().values():
        if eines.hash == hash_:
            return eines
    if (bekannt := _fassungen.get(hash_)) is not None:
        return bekannt
    inhalt = await repository.inhalt(session, hash_)
    if inhalt is None:
        raise UnbekannteLeistung
    if len(_fassungen) >= _HOECHSTENS_FASSUNGEN:
        _fassungen.pop(next(iter(_fassungen)))
    neu = _fassungen[hash_] = Formular(Definition.model_validate(inhalt))
    return neu


async def halte_fest(session: AsyncSession, eines: Formular) -> None:
    """Keeps the version, before anything refers to it."""
    await repository.halte_fest(
        session, hash_=eines.hash, leistung=eines.definition.leistung, inhalt=eines.inhalt
    )


async def setze_zustand(session: AsyncSession, ags: str, leistung: str, zustand: Zustand) -> Angebot:
    """Offers the service or suspends it; raises GemeindeNichtHier, UnbekannteLeistung."""
    await angebot(session, ags, leistung, auch_ausgesetzt=True)
    await repository.setze_angebot(session, ags, leistung, {"zustand": zustand})
    return await angebot(session, ags, leistung, auch_ausgesetzt=True)


async def uebernimm(session: AsyncSession, ags: str, eines: Formular, herkunft: Mapping[str, Any]) -> Angebot:
    """The town offers this form from now on; drafts keep theirs until they are opened again."""
    await _gemeinde(session, ags)
    await halte_fest(session, eines)
    leistung = eines.definition.leistung
    await repository.setze_angebot(
        session, ags, leistung, {"formular_hash": eines.hash, "herkunft": dict(herkunft)}
    )
    return await angebot(session, ags, leistung, auch_ausgesetzt=True)


async def _gemeinde(session: AsyncSession, ags: str) -> None:
    try:
        await mandanten.einstellung(session, ags)
    except mandanten.UnbekannteGemeinde:
        raise GemeindeNichtHier from None


async def _form_des_angebots(session: AsyncSession, leistung: str, hash_: str | None) -> Formular | None:
    return await formular(session, hash_) if hash_ else bestand().get(leistung)


def _angebot(ags: str, leistung: str, eines: Formular, zeile: Any) -> Angebot:
    if zeile is None:
        return Angebot(ags, leistung, eines, "angeboten")
    return Angebot(ags, leistung, eines, zeile.zustand, zeile.herkunft)
