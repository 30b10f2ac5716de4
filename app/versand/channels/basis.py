"""What every channel is: a class with typed options that knows whether it is set up well.

A channel gets the message and a picture of the delivery, never the row. External channels get no
database session either: a slow receiver must not hold a connection or a lock.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand.bau import Sendungsbild
from app.versand.nachricht import Nachricht


class Optionen(BaseModel):
    """Options of a channel for one receiver."""

    model_config = ConfigDict(frozen=True, extra="forbid")


O = TypeVar("O", bound=Optionen)  # noqa: E741 - the options of a channel


@dataclass(frozen=True)
class Mangel:
    """Something that keeps a channel from working: stable code and sentences for the administrator."""

    code: str
    text: Mapping[str, str]


class Zustellfehler(Exception):
    """The receiver could not be reached or has refused; `code` and `satz` hold no content of the message.

    `erst_nach` is how long the receiver has asked us to wait.
    """

    def __init__(self, code: str, satz: str, *, erst_nach: timedelta | None = None) -> None:
        super().__init__(f"{code}: {satz}")
        self.code = code
        self.satz = satz
        self.erst_nach = erst_nach


class NachrichtAbgewiesen(Zustellfehler):
    """The receiver works and refuses this message: this one needs a person, the next may go well."""


class Kanal(ABC, Generic[O]):
    """One way out of the house."""

    name: ClassVar[str]
    liefert: ClassVar[bool] = True
    """False where it only tells that something is there: no way to give a body its messages."""
    optionen_typ: type[O]

    def optionen(self, roh: Mapping[str, Any]) -> O:
        """The options as configured for a receiver. Raises `pydantic.ValidationError`."""
        return self.optionen_typ.model_validate(dict(roh))

    @abstractmethod
    async def check_config(self, optionen: O) -> tuple[Mangel, ...]:
        """Settings, connection, credentials of one receiver; empty where all is well.

        Holds no database connection while it talks to another machine.
        """


class InternerKanal(Kanal[O]):
    """A channel into our own tables: hands over in the transaction that records the attempt."""

    @abstractmethod
    async def bereitstellen(
        self, session: AsyncSession, sendung: Sendungsbild, inhaber: UUID, nachricht: Nachricht
    ) -> bool:
        """Make the message visible to its receiver; the last statement of the transaction.

        False if `inhaber` no longer holds the lease: the transaction must then be rolled back.
        """


class ExternerKanal(Kanal[O]):
    """A channel to somebody else's machine: at least once, so it must carry `sendung.id` as a key."""

    @abstractmethod
    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: O, jetzt: datetime
    ) -> None:
        """Hand the message over; returns when the receiver has confirmed it. Raises `Zustellfehler`.

        `jetzt` is the database's time: the clock of this machine may be wrong.
        """
