"""A message on its way in: its text held to what can be printed, its files looked at."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Request

from app.antraege.dateipruefung import pruefe_datei
from app.antraege.hochladen import Datei, mehrteilig
from app.antraege.virenpruefung import pruefe_auf_viren
from app.mitteilungen.errors import TextFehlt, TextUngueltig
from app.mitteilungen.service import HOECHSTENS_ANHAENGE, HOECHSTENS_ZEICHEN, Beilage
from app.problems import Problem
from xoev.zeichensatz import pruefe_text

_ERLAUBT: Final = ("application/pdf", "image/jpeg", "image/png", "image/tiff")
_HOECHSTENS: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entwurf:
    """What was sent, not yet looked at."""

    text: str
    dateien: Sequence[Datei] = ()
    felder: Mapping[str, str] = field(default_factory=dict)
    """What else the form has sent."""
    unlesbar: Problem | None = None
    """Why it could not be read; told only to who may write at all."""

    def gepruefter_text(self) -> str:
        """The text as it is kept; raises TextFehlt, TextUngueltig, and what kept it from being read."""
        if self.unlesbar is not None:
            raise self.unlesbar
        text = "\n".join(zeile.rstrip() for zeile in self.text.replace("\r\n", "\n").split("\n")).strip()
        if not text:
            raise TextFehlt
        if len(text) > HOECHSTENS_ZEICHEN:
            raise TextUngueltig(zu_lang=HOECHSTENS_ZEICHEN)
        if fremd := pruefe_text(text.replace("\n", " ")):
            raise TextUngueltig(zeichen=fremd[0].codepoint)
        return text

    async def gepruefte_beilagen(self) -> list[Beilage]:
        """The files, each looked at; without a connection to the database. Raises DateiAbgelehnt."""
        beilagen = []
        for eine in self.dateien:
            datei = await asyncio.to_thread(
                pruefe_datei,
                eine.inhalt,
                dateiname=eine.dateiname,
                erklaert=eine.erklaert,
                erlaubt=_ERLAUBT,
                hoechstens=_HOECHSTENS,
            )
            await pruefe_auf_viren(eine.inhalt)
            beilagen.append(Beilage(datei.name, datei.medientyp, datei.inhalt))
        return beilagen


async def entwurf(request: Request) -> Entwurf:
    """The message of the request; stands before the check of token or session."""
    try:
        dateien, felder = await mehrteilig(request, hoechstens=HOECHSTENS_ANHAENGE)
    except Problem as problem:
        return Entwurf("", unlesbar=problem)
    return Entwurf(felder.get("text", ""), dateien, felder)


Eingegangen = Annotated[Entwurf, Depends(entwurf)]
