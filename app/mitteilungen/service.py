"""Messages between an applicant and the office about an application. Never commits.

Their text is sealed in the database; an e-mail tells a person that there is one, and nothing about it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import besonders, einreichen
from app.antraege import service as antraege
from app.antraege.service import Eingang
from app.db import tresor
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten, zeitpunkt
from app.konto import konten
from app.konto.zugriff import Wer
from app.mitteilungen import repository
from app.mitteilungen.errors import UnbekannterAnhang, UnbekannterAntrag
from app.mitteilungen.models import Mitteilung as Zeile
from app.mitteilungen.models import Mitteilungsanhang
from app.settings import settings
from app.versand import hinweis

__all__ = [
    "ART_DES_ANHANGS",
    "HOECHSTENS_ANHAENGE",
    "HOECHSTENS_ZEICHEN",
    "Anhang",
    "Beilage",
    "Mitteilung",
    "Seite",
    "UnbekannterAnhang",
    "UnbekannterAntrag",
    "anhang",
    "oeffne",
    "pruefe_zugang",
    "schreibe_an_person",
    "schreibe_ans_amt",
    "ungelesene",
    "verlauf",
    "vermerke_gelesen",
]

Seite = Literal["person", "amt"]
HOECHSTENS_ZEICHEN: Final = 5000
HOECHSTENS_ANHAENGE: Final = 5
ZWEITER_KLICK: Final = timedelta(minutes=2)
"""The same words with the same files within this time are one message, however often they are sent."""
ART_DES_ANHANGS: Final = "mitteilung"
"""Kind of the document that an attachment is in the file."""


@dataclass(frozen=True, slots=True)
class Beilage:
    """A file to be attached, looked at before (app.antraege.anlagen)."""

    dateiname: str
    medientyp: str
    inhalt: bytes


@dataclass(frozen=True, slots=True)
class Anhang:
    """A file that came with a message."""

    id: UUID
    dateiname: str
    medientyp: str
    groesse: int


@dataclass(frozen=True, slots=True)
class Mitteilung:
    """One message."""

    id: UUID
    von: Seite
    text: str
    erstellt_am: datetime
    gelesen_am: datetime | None
    """When the other side has first seen it."""
    anhaenge: Sequence[Anhang]


async def schreibe_ans_amt(
    session: AsyncSession, antrag_id: UUID, text: str, beilagen: Sequence[Beilage] = (), *, person: UUID
) -> Mitteilung:
    """The applicant writes to the office; raises UnbekannterAntrag."""
    eingang = await _eingang(session, antrag_id, person=person, ags=None)
    await gelten(session, gemeinde=eingang.ags, person=str(person))
    return await _schreibe(session, eingang, text, beilagen, von="person", verfasser=person, vorgang_id=None)


async def schreibe_an_person(
    session: AsyncSession,
    antrag_id: UUID,
    text: str,
    beilagen: Sequence[Beilage] = (),
    *,
    ags: str,
    vorgang_id: UUID,
    durch: UUID,
) -> Mitteilung:
    """The office writes to the applicant about a case; raises UnbekannterAntrag."""
    eingang = await _eingang(session, antrag_id, person=None, ags=ags)
    geschrieben = await _schreibe(
        session, eingang, text, beilagen, von="amt", verfasser=durch, vorgang_id=vorgang_id
    )
    await _sage_bescheid(session, eingang, vorgang_id, geschrieben.id)
    return geschrieben


async def pruefe_zugang(session: AsyncSession, antrag_id: UUID, *, person: UUID) -> None:
    """Raises UnbekannterAntrag unless it is one of this person's."""
    await _eingang(session, antrag_id, person=person, ags=None)


async def oeffne(session: AsyncSession, wer: Wer, *, antrag_id: UUID, vorgang_id: UUID) -> None:
    """Before the office reads: messages about special categories are opened for whoever may see those.

    For everybody else of the office they are not there.
    """
    if besonders.darf_lesen(wer) and await _geschuetzt(session, antrag_id):
        await besonders.oeffne(session, wer, antrag_id=antrag_id, vorgang_id=vorgang_id)


async def verlauf(
    session: AsyncSession, antrag_id: UUID, *, nach: UUID | None = None, grenze: int = 200
) -> list[Mitteilung]:
    """The messages about an application that the keys in force show, oldest first."""
    zeilen = await repository.seite(session, antrag_id, nach=nach, grenze=grenze)
    anhaenge: dict[UUID, list[Anhang]] = {}
    for einer in await repository.anhaenge(session, [zeile.id for zeile in zeilen]):
        anhaenge.setdefault(einer.mitteilung_id, []).append(_anhang(einer))
    return [_mitteilung(zeile, anhaenge.get(zeile.id, [])) for zeile in zeilen]


async def vermerke_gelesen(session: AsyncSession, antrag_id: UUID, *, durch: Seite) -> None:
    """Notes that `durch` has seen what the other side has written."""
    await repository.vermerke_gelesen(session, antrag_id, von="amt" if durch == "person" else "person")


async def ungelesene(session: AsyncSession, person: UUID) -> dict[UUID, int]:
    """How many messages of the office the applicant has not seen, by application."""
    return await repository.ungelesene(session, person)


async def anhang(
    session: AsyncSession, antrag_id: UUID, dokument_id: UUID, *, person: UUID | None, ags: str | None
) -> tuple[Anhang, bytes]:
    """An attachment with its bytes, for the applicant or the town.

    Raises UnbekannterAntrag, UnbekannterAnhang.
    """
    eingang = await _eingang(session, antrag_id, person=person, ags=ags)
    gefunden = await repository.anhang(session, antrag_id, dokument_id)
    if gefunden is None:
        raise UnbekannterAnhang
    if person is not None:
        await gelten(session, gemeinde=eingang.ags, person=str(person))
    return _anhang(gefunden), await akte.dokument_inhalt(session, dokument_id)


async def _eingang(
    session: AsyncSession, antrag_id: UUID, *, person: UUID | None, ags: str | None
) -> Eingang:
    gefunden = await antraege.eingang(session, antrag_id, einreicher_id=person, ags=ags)
    if gefunden is None:
        raise UnbekannterAntrag
    return gefunden


async def _geschuetzt(session: AsyncSession, antrag_id: UUID) -> bool:
    gestellt = await einreichen.inhalt(session, antrag_id)
    return gestellt is not None and besonders.hat_besondere(gestellt.formular)


async def _schreibe(
    session: AsyncSession,
    eingang: Eingang,
    text: str,
    beilagen: Sequence[Beilage],
    *,
    von: Seite,
    verfasser: UUID,
    vorgang_id: UUID | None,
) -> Mitteilung:
    await repository.sperre(session, eingang.id)
    if (schon := await _eben_geschrieben(session, eingang.id, verfasser, text, beilagen)) is not None:
        return schon
    mitteilung_id = neue_id()
    geschuetzt = await _geschuetzt(session, eingang.id)
    anhaenge = [
        Mitteilungsanhang(
            mitteilung_id=mitteilung_id,
            dokument_id=await akte.ablegen(
                session,
                ags=eingang.ags,
                antrag_id=eingang.id,
                vorgang_id=vorgang_id,
                art=ART_DES_ANHANGS,
                dateiname=eine.dateiname,
                medientyp=eine.medientyp,
                inhalt=eine.inhalt,
                besonders=geschuetzt,
            ),
            ags=eingang.ags,
            einreicher_id=eingang.einreicher_id,
            dateiname=eine.dateiname,
            medientyp=eine.medientyp,
            groesse=len(eine.inhalt),
            besonders=geschuetzt,
        )
        for eine in beilagen
    ]
    bruchstelle("mitteilung.anhaenge")
    zeile = Zeile(
        id=mitteilung_id,
        ags=eingang.ags,
        antrag_id=eingang.id,
        vorgang_id=vorgang_id,
        einreicher_id=eingang.einreicher_id,
        von=von,
        verfasser_id=verfasser,
        inhalt=tresor.verschliesse(text.encode(), _zweck(mitteilung_id)),
        erstellt_am=await zeitpunkt(session),
        besonders=geschuetzt,
    )
    repository.schreibe(session, zeile, anhaenge)
    bruchstelle("mitteilung.angelegt")
    await akte.eintragen(
        session,
        ags=eingang.ags,
        ereignis="mitteilung_geschrieben",
        bezug_art="mitteilung",
        bezug_id=mitteilung_id,
        angaben={
            "von": von,
            "antrag": str(eingang.id),
            "anhaenge": len(anhaenge),
            **({"vorgang": str(vorgang_id)} if vorgang_id else {}),
        },
    )
    bruchstelle("mitteilung.journal")
    return _mitteilung(zeile, [_anhang(einer) for einer in anhaenge])


async def _eben_geschrieben(
    session: AsyncSession, antrag_id: UUID, verfasser: UUID, text: str, beilagen: Sequence[Beilage]
) -> Mitteilung | None:
    """The same as this, if it is the last that its author wrote and a moment old: a second click."""
    zeile = await repository.letzte(
        session, antrag_id, verfasser, seit=await zeitpunkt(session) - ZWEITER_KLICK
    )
    if zeile is None:
        return None
    anhaenge = [_anhang(einer) for einer in await repository.anhaenge(session, [zeile.id])]
    gleich = sorted((einer.dateiname, einer.groesse) for einer in anhaenge) == sorted(
        (eine.dateiname, len(eine.inhalt)) for eine in beilagen
    )
    letzte = _mitteilung(zeile, anhaenge)
    return letzte if gleich and letzte.text == text else None


async def _sage_bescheid(
    session: AsyncSession, eingang: Eingang, vorgang_id: UUID, mitteilung_id: UUID
) -> None:
    """An e-mail to an applicant who has an address, where this installation sends any."""
    if settings().smtp_url is None:
        return
    await gelten(session, gemeinde=eingang.ags, person=str(eingang.einreicher_id))
    konto = await konten.konto(session, eingang.einreicher_id)
    if konto is not None and konto.angaben.email:
        # An address that no mail goes to is the provider's; the message lies ready all the same.
        with suppress(ValueError):
            await hinweis.benachrichtige(
                session,
                ags=eingang.ags,
                vorgang_id=vorgang_id,
                bezug_id=mitteilung_id,
                adresse=konto.angaben.email,
            )


def _mitteilung(zeile: Zeile, anhaenge: Sequence[Anhang]) -> Mitteilung:
    return Mitteilung(
        id=zeile.id,
        von=zeile.von,  # type: ignore[arg-type]
        text=tresor.oeffne(zeile.inhalt, _zweck(zeile.id)).decode(),
        erstellt_am=zeile.erstellt_am,
        gelesen_am=zeile.gelesen_am,
        anhaenge=anhaenge,
    )


def _anhang(zeile: Mitteilungsanhang) -> Anhang:
    return Anhang(zeile.dokument_id, zeile.dateiname, zeile.medientyp, zeile.groesse)


def _zweck(mitteilung_id: UUID) -> str:
    return f"mitteilung:{mitteilung_id}"
