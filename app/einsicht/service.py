"""The log of who has read personal data (§ 14 Abs. 11 GewO). Never commits.

An entry is written in the transaction that reads: what could not be noted is not shown. What a sender reads
of what it has itself submitted is not noted. The log serves to check readings and nothing else: an auditor
reads that of the town, a person that of her own submissions, without the names of clerks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.einsicht import repository
from app.einsicht.models import Einsicht
from app.einsicht.repository import Suche
from app.konto.rollen import Rolle
from app.konto.zugriff import Scope, Wer

__all__ = [
    "Auskunft",
    "Eintrag",
    "Gegenstand",
    "Lesung",
    "Suche",
    "Zweck",
    "pflege",
    "seite",
    "vermerke",
    "wer_hat_gelesen",
]


class Gegenstand(StrEnum):
    """What was read."""

    ANTRAG = "antrag"
    VORGANG = "vorgang"
    AKTE = "akte"
    BESCHEINIGUNG = "bescheinigung"
    NACHRICHT = "nachricht"
    MITTEILUNG = "mitteilung"
    BESONDERE_ANGABEN = "besondere_angaben"
    """Special categories of personal data: noting it opens them, for the transaction."""
    BESTAETIGUNG = "bestaetigung"
    """What a second person is asked to confirm."""


class Zweck(StrEnum):
    """What for."""

    BEARBEITUNG = "bearbeitung"
    PRUEFUNG = "pruefung"
    AUFGABEN_DER_STELLE = "aufgaben_der_stelle"
    """Of a body that the law has told (§ 14 Abs. 8 GewO)."""
    BESTAETIGUNG = "bestaetigung"
    """Of somebody whom the applicant has asked to confirm it."""


@dataclass(frozen=True, slots=True)
class Lesung:
    """One thing that was read, of one case; of a submission as a whole where there is no case."""

    id: UUID
    vorgang_id: UUID | None = None
    antrag_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Auskunft:
    """A reading, as the person whose data it were gets to know it."""

    id: UUID
    zeitpunkt: datetime
    ags: str
    stelle: str | None
    rolle: str
    gegenstand: str
    bezeichnung: str
    antrag_id: UUID
    zweck: str


@dataclass(frozen=True, slots=True)
class Eintrag(Auskunft):
    """A reading with who is answerable for it, for the auditor."""

    vorgang_id: UUID | None
    gegenstand_id: UUID
    leser_art: str
    leser_id: UUID


async def vermerke(
    session: AsyncSession, wer: Wer, gegenstand: Gegenstand, lesungen: Sequence[Lesung]
) -> None:
    """Note that `wer` reads this now, with the town's or the body's key in force."""
    if not lesungen:
        return
    await repository.trage_ein(
        session,
        [(lesung.id, lesung.vorgang_id, lesung.antrag_id) for lesung in lesungen],
        {
            "leser_art": wer.art,
            "leser_id": wer.id,
            "rolle": ",".join(wer.rechtsgrund),
            "stelle": wer.handelt_fuer_stelle,
            "gegenstand": gegenstand.value,
            "zweck": _zweck(wer).value,
        },
    )


async def wer_hat_gelesen(
    session: AsyncSession, konto_id: UUID, *, nach: UUID | None = None, anzahl: int = 50
) -> list[Auskunft]:
    """Who has read what this account has submitted, newest first; next page: `nach` the last entry's id."""
    zeilen = await repository.seite(session, Suche(betroffener=konto_id), nach=nach, grenze=anzahl)
    return [Auskunft(**_gemeinsam(zeile)) for zeile in zeilen]


async def seite(
    session: AsyncSession, suche: Suche, *, nach: UUID | None = None, anzahl: int = 100
) -> list[Eintrag]:
    """Readings for the auditor, newest first; next page: `nach` the last entry's id."""
    return [
        Eintrag(
            **_gemeinsam(zeile),
            vorgang_id=zeile.vorgang_id,
            gegenstand_id=zeile.gegenstand_id,
            leser_art=zeile.leser_art,
            leser_id=zeile.leser_id,
        )
        for zeile in await repository.seite(session, suche, nach=nach, grenze=anzahl)
    ]


async def pflege(session: AsyncSession) -> None:
    """Make room for the months to come, forget what is over six months old (§ 14 Abs. 11 Satz 6 GewO)."""
    await repository.pflege(session)


def _zweck(wer: Wer) -> Zweck:
    if wer.handelt_fuer_stelle is not None:
        return Zweck.AUFGABEN_DER_STELLE
    if not any(isinstance(einer, Rolle | Scope) for einer in wer.traeger):
        return Zweck.BESTAETIGUNG
    return Zweck.PRUEFUNG if wer.traeger == {Rolle.REVISION} else Zweck.BEARBEITUNG


def _gemeinsam(zeile: Einsicht) -> dict[str, Any]:
    return {name: getattr(zeile, name) for name in Auskunft.__slots__}
