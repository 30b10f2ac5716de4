"""What a kind of case can do. The room vorgaenge knows cases; what they are about, its procedures know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.problems import Problem

Rechtsweg = Literal["verwaltung", "sozial"]


class Verfahren(Protocol):
    """The procedure of one kind of case, e.g. of a service of the town."""

    async def bescheinigen(self, session: AsyncSession, vorgang_id: UUID) -> None:
        """Certifies what the case is about and closes the case, in the session's transaction."""

    async def gegenstand(self, session: AsyncSession, vorgang_id: UUID) -> Mapping[str, Any]:
        """What the clerk has to know to decide, as JSON."""

    async def einreicher(self, session: AsyncSession, vorgang_id: UUID) -> UUID:
        """Whose case it is: the account or machine client that has submitted it."""


@dataclass(frozen=True, slots=True)
class Amtsfrist:
    """A time that the law sets to the office, in days."""

    tage: int
    ab_eingang: bool
    """From receipt; else from the day on which it happens that starts it."""


@dataclass(frozen=True, slots=True)
class Entscheidungslage:
    """What has to be known of a case to decide it and to write the letter."""

    titel: str
    """Name of the service, in German."""
    einreicher_id: UUID
    adressat: tuple[str, ...]
    """Lines of the address."""
    anrede: str
    besonders: bool
    """The letter holds special categories of personal data."""
    rechtsweg: Rechtsweg
    klaert_zustaendigkeit: bool
    """§ 14 SGB IX holds."""
    fristen: Mapping[str, Amtsfrist]
    """By key."""
    hindernis: Problem | None
    """Why it cannot be granted yet."""


@runtime_checkable
class Antragsverfahren(Verfahren, Protocol):
    """The procedure of an application that is granted or refused."""

    async def lage(self, session: AsyncSession, vorgang_id: UUID) -> Entscheidungslage:
        """What the decision is made from."""

    async def verzichte(self, session: AsyncSession, vorgang_id: UUID, grund: str, *, durch: UUID) -> None:
        """The office goes on without what is missing, and says why."""


_VERFAHREN: dict[str, Verfahren] = {}


def registriere(art: str, verfahren: Verfahren) -> None:
    """Makes a procedure known under the key that its cases carry."""
    _VERFAHREN[art] = verfahren


def antragsverfahren(art: str) -> Antragsverfahren | None:
    """The procedure of this kind of case, if it is one of applications."""
    verfahren = _VERFAHREN.get(art)
    return verfahren if isinstance(verfahren, Antragsverfahren) else None


def verfahren_fuer(art: str) -> Verfahren:
    """The procedure of this kind of case. A KeyError is a fault in the wiring."""
    return _VERFAHREN[art]
