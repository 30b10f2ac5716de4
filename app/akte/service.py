"""The file of a case: documents, file numbers, journal. Never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import repository
from app.akte.ankerdatei import Anker, Ankerdatei, Bestand
from app.akte.ankerpruefung import Stempelbericht, zeitstempel_pruefen, zeitstempel_verspaetet
from app.akte.dokumentpruefung import ABGELEGT, Dokumentbericht, dokumente_pruefen
from app.akte.errors import UnbekanntesDokument
from app.akte.journalpruefung import Bruch, Pruefbericht, journal_pruefen
from app.akte.versiegelung import HOECHSTZAHL, versiegeln
from app.akte.zeitstempel import Vertrauen, ZeitstempelFehler, Zeitstempelstelle
from app.db.basis import neue_id
from app.db.tresor import oeffne, verschliesse
from app.mandanten.aktenzeichen import Schema

__all__ = [
    "HOECHSTZAHL",
    "Anker",
    "Ankerdatei",
    "Bestand",
    "Bruch",
    "Dokument",
    "Dokumentbericht",
    "Eintrag",
    "Ereignis",
    "Pruefbericht",
    "Stempelbericht",
    "UnbekanntesDokument",
    "Vertrauen",
    "ZeitstempelFehler",
    "Zeitstempelstelle",
    "ablegen",
    "aktenplan",
    "dokument_inhalt",
    "dokument_pruefsumme",
    "dokumente",
    "dokumente_pruefen",
    "eintragen",
    "eintragen_alle",
    "historie",
    "journal_pruefen",
    "neues_aktenzeichen",
    "versiegeln",
    "zeitstempel_pruefen",
    "zeitstempel_verspaetet",
]

Angabe = str | int | Sequence[str] | Sequence[int]


@dataclass(frozen=True, slots=True)
class Dokument:
    """A document of the file without its bytes."""

    id: UUID
    vorgang_id: UUID | None
    """None: it came with the submission and belongs to each of its cases."""
    art: str
    dateiname: str
    medientyp: str
    sha256: bytes
    erstellt_am: datetime
    besonders: bool = False


@dataclass(frozen=True, slots=True)
class Eintrag:
    """An entry of the journal."""

    ereignis: str
    bezug_art: str
    bezug_id: UUID
    angaben: Mapping[str, Any]
    zeitpunkt: datetime


async def ablegen(
    session: AsyncSession,
    *,
    ags: str,
    antrag_id: UUID,
    vorgang_id: UUID | None = None,
    art: str,
    dateiname: str,
    medientyp: str,
    inhalt: bytes,
    besonders: bool = False,
) -> UUID:
    """File a document for good, with its SHA-256 in the journal; returns its id.

    Without `vorgang_id` it belongs to every case of the submission. `besonders`: it holds special categories
    of personal data; it lies sealed, and nobody finds it who has not noted the reading
    (app.antraege.besonders). The hash is that of the bytes that lie there.
    """
    dokument_id = neue_id()
    if besonders:
        inhalt = verschliesse(inhalt, _zweck(dokument_id))
    pruefsumme = sha256(inhalt)
    repository.lege_ab(
        session,
        id=dokument_id,
        ags=ags,
        antrag_id=antrag_id,
        vorgang_id=vorgang_id,
        art=art,
        dateiname=dateiname,
        medientyp=medientyp,
        inhalt=inhalt,
        sha256=pruefsumme.digest(),
        besonders=besonders,
    )
    await eintragen(
        session,
        ags=ags,
        ereignis=ABGELEGT,
        bezug_art="dokument",
        bezug_id=dokument_id,
        angaben={
            "art": art,
            "antrag": str(antrag_id),
            "sha256": pruefsumme.hexdigest(),
            **({"vorgang": str(vorgang_id)} if vorgang_id else {}),
        },
    )
    return dokument_id


async def dokumente(session: AsyncSession, *, antrag_id: UUID, vorgang_id: UUID) -> list[Dokument]:
    """The documents of a case and of its submission as a whole, oldest first."""
    return [Dokument(*zeile) for zeile in await repository.dokumente(session, antrag_id, vorgang_id)]


async def dokument_inhalt(session: AsyncSession, dokument_id: UUID) -> bytes:
    """A document's bytes as they were filed. Raises `UnbekanntesDokument`."""
    zeile = await repository.inhalt(session, dokument_id)
    if zeile is None:
        raise UnbekanntesDokument(dokument_id)
    return oeffne(zeile.inhalt, _zweck(dokument_id)) if zeile.besonders else zeile.inhalt


def _zweck(dokument_id: UUID) -> str:
    return f"dokument:{dokument_id}"


async def dokument_pruefsumme(session: AsyncSession, dokument_id: UUID) -> bytes:
    """The SHA-256 of a document's bytes. Raises `UnbekanntesDokument`."""
    pruefsumme = await repository.pruefsumme(session, dokument_id)
    if pruefsumme is None:
        raise UnbekanntesDokument(dokument_id)
    return pruefsumme


def aktenplan(schema: str) -> str | None:
    """The sign in the town's plan of files (``32.30``) with which a scheme begins, if it does."""
    return Schema.lies(schema).aktenplan


async def neues_aktenzeichen(*, ags: str, schema: str, tag: date) -> str:
    """The next file number of a town, drawn at once and beside the transaction: nobody waits for a commit.

    Numbers never come twice; where the transaction fails, its number is missing.
    """
    gelesen = Schema.lies(schema)
    nummer = await repository.naechste_nummer(ags, gelesen.zaehlerjahr(tag))
    return gelesen.aktenzeichen(ags=ags, tag=tag, nummer=nummer)


async def eintragen(
    session: AsyncSession,
    *,
    ags: str | None,
    ereignis: str,
    bezug_art: str,
    bezug_id: UUID,
    angaben: Mapping[str, Angabe] | None = None,
) -> None:
    """Append to the journal that something happened; `angaben` are references, codes and hashes.

    No personal data: entries outlive the data they speak of. An entry about something else than a case
    names its case as ``vorgang`` in `angaben`, so that it is part of that case's history; about several, all
    of them as ``vorgaenge`` in its first entry. Further entries about it without either belong to the same.
    """
    await eintragen_alle(session, [Ereignis(ags, ereignis, bezug_art, bezug_id, angaben or {})])


@dataclass(frozen=True, slots=True)
class Ereignis:
    """Something that happened, for the journal: the arguments of `eintragen`."""

    ags: str | None
    ereignis: str
    bezug_art: str
    bezug_id: UUID
    angaben: Mapping[str, Angabe]


async def eintragen_alle(session: AsyncSession, ereignisse: Sequence[Ereignis]) -> None:
    """Append many entries, in this order."""
    repository.trage_ein(
        session,
        (
            {
                "ags": eines.ags,
                "ereignis": eines.ereignis,
                "bezug_art": eines.bezug_art,
                "bezug_id": eines.bezug_id,
                "angaben": eines.angaben,
            }
            for eines in ereignisse
        ),
    )


async def historie(session: AsyncSession, vorgang_id: UUID, bezuege: Sequence[UUID] = ()) -> list[Eintrag]:
    """What the journal says about a case, what belongs to it, and `bezuege` beside it; oldest first.

    Which other cases an entry is about, it does not say.
    """
    return [
        Eintrag(
            e.ereignis,
            e.bezug_art,
            e.bezug_id,
            {name: wert for name, wert in e.angaben.items() if name != "vorgaenge"},
            e.zeitpunkt,
        )
        for e in await repository.eintraege_zu(session, vorgang_id, bezuege)
    ]
