"""What people say about the pages, without login and without a name. Never commits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.db.sitzung import gelten
from app.db.tresor import TresorVerschlossen, oeffne_json, verschliesse_json
from app.rueckmeldung import repository
from app.rueckmeldung.models import Rueckmeldung

AUFBEWAHRUNG: Final = timedelta(days=180)
TEXT_HOECHSTENS: Final = 2000
_SEITE_HOECHSTENS: Final = 200
_PFAD: Final = re.compile(r"/[\w./~%-]*", re.ASCII)
# What names a draft, a submission, a case or a certificate.
_KENNUNG: Final = re.compile(
    r"(?<=/)[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|(?<=/pruefcode/)[^/]+"
)


class Anliegen(StrEnum):
    """What it is about."""

    LOB = "lob"
    FRAGE = "frage"
    FEHLER = "fehler"
    BARRIERE = "barriere"
    """Something that keeps people out; the town answers within six weeks (§ 5 Abs. 2 BITVNRW)."""


@dataclass(frozen=True, slots=True)
class Stimme:
    """What somebody says about a page."""

    seite: str
    sprache: str
    anliegen: Anliegen
    bewertung: int | None = None
    text: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Eintrag:
    """A voice as the town reads it."""

    id: UUID
    ags: str | None
    erstellt_am: datetime
    seite: str
    sprache: str
    anliegen: Anliegen
    bewertung: int | None
    text: str | None
    """None where nothing was written, or the key is gone."""
    email: str | None


def ohne_kennungen(pfad: str) -> str:
    """The path of a page of ours, a star in place of whatever names a draft, a case or a certificate."""
    pfad = pfad.partition("?")[0]
    if not _PFAD.fullmatch(pfad) or pfad.startswith("//"):
        return "/"
    return _KENNUNG.sub("*", pfad)[:_SEITE_HOECHSTENS]


async def nimm_auf(session: AsyncSession, ags: str | None, stimme: Stimme) -> None:
    """Keep what was said, for the town `ags` or for nobody's in particular."""
    kennung = neue_id()
    if ags is not None:
        await gelten(session, gemeinde=ags)
    angaben = {"text": stimme.text[:TEXT_HOECHSTENS], "email": stimme.email}
    gesagt = {name: wert for name, wert in angaben.items() if wert}
    await repository.trage_ein(
        session,
        {
            "id": kennung,
            "ags": ags,
            "seite": ohne_kennungen(stimme.seite),
            "sprache": stimme.sprache,
            "anliegen": stimme.anliegen.value,
            "bewertung": stimme.bewertung,
            "inhalt": verschliesse_json(gesagt, _zweck(kennung)) if gesagt else None,
        },
    )


async def seite(
    session: AsyncSession, ags: str | None, *, nach: UUID | None = None, anzahl: int = 100
) -> list[Eintrag]:
    """Newest first; next page: `nach` the last entry's id. Without `ags` all that the session may see."""
    return [_eintrag(zeile) for zeile in await repository.seite(session, ags, nach=nach, grenze=anzahl)]


async def alle(session: AsyncSession, ags: str | None) -> list[Eintrag]:
    """Everything that is kept, newest first."""
    eintraege: list[Eintrag] = []
    while teil := await seite(session, ags, nach=eintraege[-1].id if eintraege else None, anzahl=1000):
        eintraege += teil
    return eintraege


async def pflege(session: AsyncSession) -> None:
    """Forget what is older than half a year."""
    await repository.loesche(session, AUFBEWAHRUNG)


def _eintrag(zeile: Rueckmeldung) -> Eintrag:
    gesagt = dict(_gesagt(zeile))
    return Eintrag(
        id=zeile.id,
        ags=zeile.ags,
        erstellt_am=zeile.erstellt_am,
        seite=zeile.seite,
        sprache=zeile.sprache,
        anliegen=Anliegen(zeile.anliegen),
        bewertung=zeile.bewertung,
        text=gesagt.get("text"),
        email=gesagt.get("email"),
    )


def _gesagt(zeile: Rueckmeldung) -> Iterator[tuple[str, str]]:
    if zeile.inhalt is not None:
        try:
            yield from oeffne_json(zeile.inhalt, _zweck(zeile.id)).items()
        except TresorVerschlossen:
            # One that cannot be opened does not hide the others; the safe has logged it.
            return


def _zweck(kennung: UUID) -> str:
    return f"rueckmeldung:{kennung}"
