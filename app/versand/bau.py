"""Builders of messages: one for each kind of delivery, registered by the room that knows the content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xoev.befund import Befund


@dataclass(frozen=True, slots=True)
class Sendungsbild:
    """A delivery as the worker has claimed it; stays valid without a database session."""

    id: UUID
    ags: str
    vorgang_id: UUID
    art: str
    bezug_id: UUID
    stelle: str
    stellenart: str
    kanal: str
    grundlage: Mapping[str, Any]
    erstellt_am: datetime
    versuche: int


class NichtBaubar(Exception):
    """The message cannot be built or would break the standard or the law: a person has to look."""

    def __init__(self, befunde: Sequence[Befund]) -> None:
        super().__init__(", ".join(sorted({befund.rule for befund in befunde})))
        self.befunde = tuple(befunde)


class Nachrichtenbau(Protocol):
    """Builds the recipient's message from what lies in the database."""

    async def bauen(self, session: AsyncSession, sendung: Sendungsbild) -> bytes:
        """The message as it leaves the house. Work for the CPU belongs into a thread.

        Raises `NichtBaubar`.
        """


@runtime_checkable
class Stapelbau(Nachrichtenbau, Protocol):
    """A builder that can share work between deliveries."""

    async def bauen_alle(
        self, session: AsyncSession, sendungen: Sequence[Sendungsbild]
    ) -> Mapping[UUID, bytes]:
        """The messages by delivery; those that cannot be built are left out, `bauen` says why."""


@runtime_checkable
class Buendelbau(Nachrichtenbau, Protocol):
    """A builder that can put several deliveries to one body into one message."""

    async def bauen_buendel(self, session: AsyncSession, sendungen: Sequence[Sendungsbild]) -> bytes:
        """One message for all of them, in their order; it bears the name of the first.

        Raises `NichtBaubar`.
        """


_baumeister: dict[str, Nachrichtenbau] = {}


def registriere_bau(art: str, bau: Nachrichtenbau) -> None:
    """Name the builder of deliveries of this kind; called once, where the program is wired."""
    _baumeister[art] = bau


def bau_fuer(art: str) -> Nachrichtenbau:
    """The builder of this kind. Raises `LookupError`: the program was wired without it."""
    try:
        return _baumeister[art]
    except KeyError as fehler:
        raise LookupError(f"no builder of messages is registered for {art!r}") from fehler
