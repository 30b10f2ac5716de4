"""Channel `postfach`: the receiver fetches its messages from us, numbered without gaps."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import transaktion
from app.mandanten.zustaendig import UnbekannteStelle, stelle
from app.versand import leases, postfach_repository
from app.versand.bau import Sendungsbild
from app.versand.channels.basis import InternerKanal, Mangel, Optionen
from app.versand.nachricht import Nachricht


class PostfachOptionen(Optionen):
    """Whose mailbox it is."""

    stelle: str


class Postfach(InternerKanal[PostfachOptionen]):
    """Puts the message into the receiver's mailbox in our own database."""

    name: ClassVar[str] = "postfach"
    optionen_typ = PostfachOptionen

    async def check_config(self, optionen: PostfachOptionen) -> tuple[Mangel, ...]:
        """The mailbox must belong to a body we know, and its numbers must be without gap."""
        maengel = []
        try:
            stelle(optionen.stelle)
        except UnbekannteStelle:
            maengel.append(
                Mangel(
                    "stelle_unbekannt",
                    {
                        "de": "Diese Stelle steht nicht im Verzeichnis der zuständigen Stellen.",
                        "en": "This body is not in the list of competent bodies.",
                    },
                )
            )
        async with transaktion(stelle=optionen.stelle) as session:
            lueckenlos = await postfach_repository.postfach_lueckenlos(session, optionen.stelle)
        if not lueckenlos:
            maengel.append(
                Mangel(
                    "postfach_lueckenhaft",
                    {
                        "de": "Die Nummern des Postfachs haben Lücken: Nachrichten fehlen.",
                        "en": "The numbers of the mailbox have gaps: messages are missing.",
                    },
                )
            )
        return tuple(maengel)

    async def bereitstellen(
        self, session: AsyncSession, sendung: Sendungsbild, inhaber: UUID, nachricht: Nachricht
    ) -> bool:
        """Give the next number and make the message visible.

        The counter's row stays locked until the commit, so a higher number can never become visible
        before a lower one: a receiver that asks for `nach=N` misses nothing.
        """
        return await leases.ins_postfach(session, sendung.id, sendung.stelle, inhaber, nachricht)
