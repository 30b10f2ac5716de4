"""Notices without content: "something new lies in the mailbox", to a body or a person.

A body gets one notice however much arrives, and the next at the earliest an hour later.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.settings import settings
from app.versand import empfaenger, repository
from app.versand.bau import Sendungsbild, registriere_bau
from app.versand.channels.email import Email, pruefe_adresse

ART = repository.HINWEIS
"""Kind of delivery; not one of those that the law asks for."""

ABSTAND = timedelta(hours=1)

_TEXT = """\
Guten Tag,

im Postfach liegt eine neue Nachricht. Bitte melden Sie sich dort an, um sie zu lesen:
{adresse}

Diese E-Mail enthält absichtlich keine weiteren Angaben. Bitte antworten Sie nicht darauf.

--

A new message lies in your mailbox. Please log in there to read it: {adresse}
This e-mail deliberately says no more. Please do not reply to it.
"""


class Hinweisbau:
    """The builder of deliveries of the kind ``hinweis``."""

    async def bauen(self, session: AsyncSession, sendung: Sendungsbild) -> bytes:
        """The same words for everybody: neither name nor matter."""
        return _TEXT.format(adresse=settings().adresse).encode()


async def sage_bescheid(session: AsyncSession, sendung: Sendungsbild) -> None:
    """Have the body told of this message, if it wishes to be and is not going to be told anyway."""
    await empfaenger.fuege_hinweis_ein(session, sendung, kanal=Email.name, abstand=ABSTAND)


async def benachrichtige(
    session: AsyncSession, *, ags: str, vorgang_id: UUID, bezug_id: UUID, adresse: str
) -> UUID:
    """Have a person told once that something about `bezug_id` lies ready.

    Raises `ValueError` for what is no e-mail address.
    """
    zeile = {
        "ags": ags,
        "vorgang_id": vorgang_id,
        "art": ART,
        "bezug_id": bezug_id,
        "stelle": "person",
        "stellenart": "person",
        "kanal": Email.name,
        "grundlage": {"optionen": {"an": pruefe_adresse(adresse)}},
        "reihenfolge_schluessel": None,
    }
    return (await repository.fuege_ein(session, [zeile]))[bezug_id, "person", ART]


registriere_bau(ART, Hinweisbau())
