"""Builders of messages: one for each kind of delivery, registered by the room that knows the content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast, runtime_checkable
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


Gruppe = Sequence[Sendungsbild]
"""Deliveries of one message, all to one body and from one town; mostly one."""


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
    """A builder that can share work between messages, and put several deliveries into one."""

    async def bauen_alle(self, session: AsyncSession, gruppen: Sequence[Gruppe]) -> Mapping[UUID, bytes]:
        """One message for each group, with a record for each delivery.

        By the first delivery of the group, whose name the message bears. What cannot be built is left out;
        `bauen` says of each delivery alone why.
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


def stapelbau_fuer(art: str) -> Stapelbau | None:
    """The builder of this kind, if there is one and it can build many."""
    bau = _baumeister.get(art)
    typ: type = type(bau)
    return cast("Stapelbau", bau) if _kann_stapeln(typ) else None


@cache
def _kann_stapeln(typ: type) -> bool:
    # Asked for each delivery; Python looks at every member of a protocol each time.
    return issubclass(typ, Stapelbau)


def buendelbare_arten() -> list[str]:
    """Kinds of deliveries that can go several in a message."""
    return sorted(art for art in _baumeister if stapelbau_fuer(art))
