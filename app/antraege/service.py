"""Takes a submission of any kind in, once and for all, however often it is sent."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import repository
from app.antraege.eingangsnummer import neue_eingangsnummer
from app.antraege.errors import SchluesselUngueltig, SchluesselVergeben
from app.antraege.models import Antrag
from app.antraege.models import Kammereingang as Kammerzeile
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import zeitpunkt

__all__ = [
    "KAMMER",
    "Annahme",
    "Eingang",
    "Einreichung",
    "Kammereingang",
    "SchluesselUngueltig",
    "SchluesselVergeben",
    "annehmen",
    "eigene",
    "eingang",
    "frueherer_eingang",
    "kopfschluessel",
    "sperre",
]

_SICHTBARES_ASCII = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")

KAMMER: Final = "kammer"
"""Channel of a submission that a chamber has taken in for a founder."""


@dataclass(frozen=True, slots=True)
class Kammereingang:
    """A chamber has taken the submission in: which one, who there, and on which day."""

    kammer: str
    bearbeiter_id: UUID
    bearbeiter_art: Literal["konto", "klient"]
    eingegangen_am: date


@dataclass(frozen=True, slots=True)
class Einreichung:
    """What a client sends. `schluessel`: every key under which it may send the same again."""

    ags: str
    art: str
    einreicher_id: UUID
    kanal: str
    schluessel: Collection[str]
    inhalt_sha256: bytes
    vertreten: Mapping[str, Any] | None = None
    kammereingang: Kammereingang | None = None
    antrag_id: UUID | None = None
    """That of the draft, where there was one."""


@dataclass(frozen=True, slots=True)
class Eingang:
    """A submission that has been taken in."""

    id: UUID
    ags: str
    art: str
    einreicher_id: UUID
    kanal: str
    eingangsnummer: str
    eingegangen_am: datetime
    vertreten: Mapping[str, Any] | None = None
    kammereingang: Kammereingang | None = None


@dataclass(frozen=True, slots=True)
class Annahme:
    """Outcome of taking in: `neu` is False where the same has been taken in before."""

    eingang: Eingang
    neu: bool


def kopfschluessel(werte: list[str]) -> list[str]:
    """The key of the header ``Idempotency-Key`` as it is kept; raises SchluesselUngueltig.

    One header at most, 1 to 255 visible ASCII characters; letters' case does not count.
    """
    if not werte:
        return []
    wert = werte[0].strip()
    if len(werte) > 1 or not _SICHTBARES_ASCII.fullmatch(wert):
        raise SchluesselUngueltig
    return [f"kopf:{wert.lower()}"]


async def frueherer_eingang(session: AsyncSession, einreichung: Einreichung) -> Eingang | None:
    """The submission made before under one of the keys, which then stands under all of them.

    Raises SchluesselVergeben where it had other content.
    """
    treffer = await repository.nach_schluesseln(
        session,
        ags=einreichung.ags,
        einreicher_id=einreichung.einreicher_id,
        schluessel=_gefaltet(einreichung),
    )
    if not treffer:
        return None
    if any(antrag.inhalt_sha256 != einreichung.inhalt_sha256 for antrag in treffer):
        raise SchluesselVergeben
    await _belegen(session, einreichung, treffer[0].id)
    return await _mit_kammer(session, treffer[0])


async def annehmen(session: AsyncSession, einreichung: Einreichung) -> Annahme:
    """Writes the submission unless it is there already, also when several arrive at the same moment.

    Whoever comes second waits until the first has committed and then finds its submission; if the first
    fails, the second takes its place. Raises SchluesselVergeben for other content under the same key.
    """
    antrag = Antrag(
        id=einreichung.antrag_id or neue_id(),
        ags=einreichung.ags,
        art=einreichung.art,
        einreicher_id=einreichung.einreicher_id,
        kanal=einreichung.kanal,
        eingangsnummer=neue_eingangsnummer(),
        inhalt_sha256=einreichung.inhalt_sha256,
        eingegangen_am=await zeitpunkt(session),
        vertreten=dict(einreichung.vertreten) if einreichung.vertreten else None,
    )
    if not einreichung.schluessel:
        repository.anlegen(session, antrag)
        return Annahme(await _vermerkt(session, antrag, einreichung), neu=True)
    versuch = await session.begin_nested()
    repository.anlegen(session, antrag)
    bruchstelle("antrag.angelegt")
    if await _belegen(session, einreichung, antrag.id):
        bruchstelle("antrag.schluessel")
        await versuch.commit()
        return Annahme(await _vermerkt(session, antrag, einreichung), neu=True)

    await versuch.rollback()
    frueher = await frueherer_eingang(session, einreichung)
    if frueher is None:
        raise RuntimeError("A key is taken, but its submission is not to be seen")
    return Annahme(frueher, neu=False)


async def eingang(
    session: AsyncSession, antrag_id: UUID, *, einreicher_id: UUID | None, ags: str | None
) -> Eingang | None:
    """The submission, for the client that made it or for the town it was made to; None for all others."""
    antrag = await repository.sichtbarer(session, antrag_id, einreicher_id=einreicher_id, ags=ags)
    return await _mit_kammer(session, antrag) if antrag else None


async def sperre(session: AsyncSession, antrag_id: UUID) -> None:
    """Holds the submission until the transaction ends, for what is to be done to it once."""
    await repository.sperre(session, antrag_id)


async def eigene(session: AsyncSession, einreicher_id: UUID) -> list[Eingang]:
    """What this person or client has submitted, newest first."""
    return [_eingang(antrag) for antrag in await repository.eigene(session, einreicher_id)]


async def _belegen(session: AsyncSession, einreichung: Einreichung, antrag_id: UUID) -> bool:
    """Puts the submission under all its keys; False where one of them was taken."""
    schluessel = _gefaltet(einreichung)
    belegt = await repository.schluessel_belegen(
        session,
        ags=einreichung.ags,
        einreicher_id=einreichung.einreicher_id,
        schluessel=schluessel,
        antrag_id=antrag_id,
    )
    return belegt == len(schluessel)


def _gefaltet(einreichung: Einreichung) -> frozenset[str]:
    return frozenset(schluessel.lower() for schluessel in einreichung.schluessel)


async def _vermerkt(session: AsyncSession, antrag: Antrag, einreichung: Einreichung) -> Eingang:
    """The new submission; the chamber that has taken it in is noted with it."""
    eine = einreichung.kammereingang
    if eine is not None:
        await repository.vermerke_kammer(
            session,
            Kammerzeile(
                antrag_id=antrag.id,
                ags=antrag.ags,
                kammer=eine.kammer,
                bearbeiter_id=eine.bearbeiter_id,
                bearbeiter_art=eine.bearbeiter_art,
                eingegangen_am=eine.eingegangen_am,
            ),
        )
    return _eingang(antrag, eine)


async def _mit_kammer(session: AsyncSession, antrag: Antrag) -> Eingang:
    zeile = await repository.kammereingang(session, antrag.id) if antrag.kanal == KAMMER else None
    if zeile is None:
        return _eingang(antrag)
    art: Literal["konto", "klient"] = "konto" if zeile.bearbeiter_art == "konto" else "klient"
    return _eingang(antrag, Kammereingang(zeile.kammer, zeile.bearbeiter_id, art, zeile.eingegangen_am))


def _eingang(antrag: Antrag, kammereingang: Kammereingang | None = None) -> Eingang:
    return Eingang(
        id=antrag.id,
        ags=antrag.ags,
        art=antrag.art,
        einreicher_id=antrag.einreicher_id,
        kanal=antrag.kanal,
        eingangsnummer=antrag.eingangsnummer,
        eingegangen_am=antrag.eingegangen_am,
        vertreten=antrag.vertreten,
        kammereingang=kammereingang,
    )
