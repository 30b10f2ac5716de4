"""What a kind of case can do. The room vorgaenge knows cases; what they are about, its procedures know."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


class Verfahren(Protocol):
    """The procedure of one kind of case, e.g. of a service of the town."""

    async def bescheinigen(self, session: AsyncSession, vorgang_id: UUID) -> None:
        """Certifies what the case is about and closes the case, in the session's transaction."""

    async def gegenstand(self, session: AsyncSession, vorgang_id: UUID) -> Mapping[str, Any]:
        """What the clerk has to know to decide, as JSON."""


_VERFAHREN: dict[str, Verfahren] = {}


def registriere(art: str, verfahren: Verfahren) -> None:
    """Makes a procedure known under the key that its cases carry."""
    _VERFAHREN[art] = verfahren


def verfahren_fuer(art: str) -> Verfahren:
    """The procedure of this kind of case. A KeyError is a fault in the wiring."""
    return _VERFAHREN[art]
