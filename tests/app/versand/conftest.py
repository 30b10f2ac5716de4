"""A case to hang deliveries on, and a builder of messages that does as it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Journaleintrag
from app.antraege.models import Antrag
from app.db.basis import neue_id
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.konto.models import Klient
from app.versand import bau, channels, service
from app.versand.models import Empfaenger, Sendung, Zustellversuch
from app.vorgaenge.models import Vorgang
from tests.app.versand.leitung import Leitung

ART = "probe"
PADERBORN = "05774032"
IHK = "ihk-ostwestfalen-zu-bielefeld"
HWK = "hwk-ostwestfalen-lippe-zu-bielefeld"


class Probebau:
    """Builds `<probe>` with the reference; faults and delays by reference."""

    def __init__(self) -> None:
        self.fehler: dict[UUID, Exception] = {}
        self.dauer: dict[UUID, float] = {}
        self.gebaut: list[UUID] = []

    async def bauen(self, session: AsyncSession, sendung: service.Sendungsbild) -> bytes:
        self.gebaut.append(sendung.bezug_id)
        await asyncio.sleep(self.dauer.get(sendung.bezug_id, 0))
        if fehler := self.fehler.get(sendung.bezug_id):
            raise fehler
        return f"<probe>{sendung.bezug_id}</probe>".encode()


@pytest.fixture
def bau_probe(monkeypatch: pytest.MonkeyPatch) -> Probebau:
    """The builder of deliveries of the kind `ART`."""
    probe = Probebau()
    monkeypatch.setitem(bau._baumeister, ART, probe)
    return probe


Stelle_ein = Callable[..., Awaitable[list[UUID]]]


async def vorgang_anlegen(ags: str = PADERBORN) -> UUID:
    """A case with its submission and client, as deliveries need it."""
    klient_id, antrag_id, vorgang_id = neue_id(), neue_id(), neue_id()
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            insert(Klient).values(
                id=klient_id, client_id=str(klient_id), name="Test", secret_sha256=b"", scopes=[]
            )
        )
        await session.execute(
            insert(Antrag).values(
                id=antrag_id,
                ags=ags,
                art="probe",
                einreicher_id=klient_id,
                kanal="api",
                eingangsnummer=str(antrag_id),
                inhalt_sha256=b"",
            )
        )
        await session.execute(
            insert(Vorgang).values(
                id=vorgang_id,
                ags=ags,
                antrag_id=antrag_id,
                art="probe",
                aktenzeichen=str(vorgang_id),
                zustand="erledigt",
                zustaendig="Gewerbeamt",
            )
        )
    return vorgang_id


@pytest.fixture
def stelle_ein(verbunden: Datenbank, bau_probe: Probebau) -> Stelle_ein:
    """Puts `anzahl` deliveries to `stelle` into the outbox; returns what they are made from."""

    async def ein(
        anzahl: int = 1, *, stelle: str = IHK, ags: str = PADERBORN, betrieb: str | None = None
    ) -> list[UUID]:
        vorgang_id = await vorgang_anlegen(ags)
        bezuege = [neue_id() for _ in range(anzahl)]
        async with transaktion(gemeinde=ags) as session:
            await service.einstellen_alle(
                session,
                [
                    service.Auftrag(
                        ags=ags,
                        vorgang_id=vorgang_id,
                        art=ART,
                        bezug_id=bezug_id,
                        stelle=stelle,
                        stellenart="ihk",
                        grundlage={"merkmale": {"form": "A1"}},
                        reihenfolge_schluessel=betrieb,
                    )
                    for bezug_id in bezuege
                ],
            )
        return bezuege

    return ein


async def sprich_an(stelle: str, kanal: str, **werte: object) -> None:
    """Have the body reached over this channel."""
    async with transaktion() as session:
        session.add(Empfaenger(stelle=stelle, kanal=kanal, **werte))


async def empfaenger(stelle: str = IHK) -> Empfaenger:
    """What is known about the body."""
    async with transaktion() as session:
        return (await session.scalars(select(Empfaenger).where(Empfaenger.stelle == stelle))).one()


async def aendere_empfaenger(stelle: str, **werte: object) -> None:
    """Turn the clock for one body."""
    async with transaktion() as session:
        await session.execute(update(Empfaenger).where(Empfaenger.stelle == stelle).values(**werte))


@pytest.fixture
async def leitung(verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch) -> Leitung:
    kanal = Leitung()
    monkeypatch.setitem(channels._kanaele, kanal.name, kanal)
    await sprich_an(IHK, kanal.name)
    return kanal


async def zeile(bezug_id: UUID) -> Sendung:
    """The delivery that was made from this."""
    async with transaktion(gemeinde=ALLE) as session:
        return (await session.scalars(select(Sendung).where(Sendung.bezug_id == bezug_id))).one()


async def versuche(bezug_id: UUID) -> list[tuple[int, str, str | None]]:
    """Number, result and fault of every attempt at the delivery that was made from this."""
    async with transaktion(gemeinde=ALLE) as session:
        ergebnis = await session.execute(
            select(Zustellversuch.nr, Zustellversuch.ergebnis, Zustellversuch.fehler)
            .join(Sendung, Sendung.id == Zustellversuch.sendung_id)
            .where(Sendung.bezug_id == bezug_id)
            .order_by(Zustellversuch.nr)
        )
        return [(eine.nr, eine.ergebnis, eine.fehler) for eine in ergebnis]


async def aendere(bezug_id: UUID, **werte: object) -> None:
    """Turn the clock for one delivery."""
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(update(Sendung).where(Sendung.bezug_id == bezug_id).values(**werte))


async def nummern(stelle: str = IHK) -> list[int]:
    """What the receiver sees."""
    async with transaktion() as session:
        return [eine.nummer for eine in await service.lies_postfach(session, stelle, alle=True, anzahl=1000)]


async def journal(bezug_id: UUID) -> list[str]:
    """What the journal says about the delivery that was made from this."""
    sendung = await zeile(bezug_id)
    async with transaktion(gemeinde=ALLE) as session:
        eintraege = await session.scalars(
            select(Journaleintrag)
            .where(Journaleintrag.bezug_id.in_([sendung.id, sendung.buendel_id]))
            .order_by(Journaleintrag.zeitpunkt)
        )
        return [
            eintrag.ereignis
            for eintrag in eintraege
            # Of the message that carries it: what is not about another delivery alone.
            if eintrag.bezug_id == sendung.id or "vorgang" not in eintrag.angaben
        ]
