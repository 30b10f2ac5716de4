"""Where an application leads: rooms that know what becomes of it register themselves, by kind or service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.service import Eingang
from app.leistungen.behoerde import behoerde, der_gemeinde
from app.leistungen.formular import Formular
from app.mandanten.service import Einstellung
from app.vorgaenge import service as vorgaenge
from xoev.befund import Befund

_FRIST: Final = 30
"""Days for a first look, where the form names none."""


@dataclass(frozen=True, slots=True)
class Vorlage:
    """An application that was taken in, in the transaction that takes it in."""

    eingang: Eingang
    einstellung: Einstellung
    formular: Formular
    antworten: Mapping[str, Any]
    """Pruned, typed, complete."""
    befunde: Sequence[Befund]
    """What does not keep it from being sent, and somebody should look at."""
    heute: date


class Ziel(Protocol):
    """What becomes of an application."""

    @property
    def art(self) -> str:
        """Kind of the submission and of its cases."""

    async def eroeffne(self, session: AsyncSession, vorlage: Vorlage) -> Sequence[UUID]:
        """Opens what it needs and gives the ids of its cases, in the order of the answers."""


class Einzelfall:
    """One case that a person decides."""

    art = "leistung"

    async def eroeffne(self, session: AsyncSession, vorlage: Vorlage) -> Sequence[UUID]:
        """Opens the case with whom the form names, and the shortest time that the law gives the office."""
        definition = vorlage.formular.definition
        fristen = [
            frist.tage for frist in definition.fristen if frist.fuer == "amt" and frist.ab == "eingang"
        ]
        ags = vorlage.eingang.ags
        wer = vorlage.formular.zustaendig(vorlage.antworten)
        eigene = der_gemeinde(wer.ebene, ags)
        fall = await vorgaenge.eroeffnen(
            session,
            ags=ags,
            antrag_id=vorlage.eingang.id,
            art=self.art,
            zustaendig=wer.einheit.de if eigene else f"Antragsannahme: Abgabe an {behoerde(wer.ebene, ags)}",
            frist_tage=min(fristen, default=_FRIST),
            aktenzeichen_schema=vorlage.einstellung.aktenzeichen_schema,
            befunde=[befund.als_dict() for befund in vorlage.befunde],
        )
        return [fall.id]


_EINZELFALL: Final = Einzelfall()
_ZIELE: dict[str, Ziel] = {}


def registriere_ziel(schluessel: str, ziel: Ziel) -> None:
    """Make a goal known for a service, or for all services that end in this kind of domain model."""
    _ZIELE[schluessel] = ziel


def ziel_von(formular: Formular) -> Ziel:
    """The goal of the service, or else of its kind; without either one case."""
    definition = formular.definition
    art = definition.gegenstand.art if definition.gegenstand else ""
    return _ZIELE.get(definition.leistung) or _ZIELE.get(art) or _EINZELFALL
