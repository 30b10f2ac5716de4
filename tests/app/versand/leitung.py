"""A channel that is up or down, as the test says."""

import asyncio
from datetime import datetime
from typing import ClassVar

from app.versand.bau import Sendungsbild
from app.versand.channels.basis import ExternerKanal, Mangel, Optionen, Zustellfehler
from app.versand.nachricht import Nachricht
from app.versand.tasks import Zusteller

FERN = Zustellfehler("nicht_erreichbar", "Es kommt keine Verbindung zum Empfänger zustande.")


class Leitung(ExternerKanal[Optionen]):
    """Up or down; remembers who came through, in order."""

    name: ClassVar[str] = "leitung"
    optionen_typ = Optionen

    def __init__(self) -> None:
        self.fehler: Exception | None = None
        self.angeklopft: list[str] = []
        self.angekommen: list[str] = []
        self.unertraeglich: set[str] = set()
        self.dauer = 0.0

    async def check_config(self, optionen: Optionen) -> tuple[Mangel, ...]:
        return ()

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: Optionen, jetzt: datetime
    ) -> None:
        self.angeklopft.append(str(sendung.bezug_id))
        await asyncio.sleep(self.dauer)
        if self.fehler is not None:
            raise self.fehler
        if str(sendung.bezug_id) in self.unertraeglich:
            raise FERN
        self.angekommen.append(str(sendung.bezug_id))


async def arbeite_alles(zusteller: Zusteller) -> None:
    while await zusteller.arbeite():
        pass


async def pausiere(leitung: Leitung) -> Zusteller:
    leitung.fehler = FERN
    zusteller = Zusteller(pause_ab=3, gleichzeitig=1, stapel=3)
    await arbeite_alles(zusteller)
    return zusteller
