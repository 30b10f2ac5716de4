"""A case in one line, whatever it is about: for the worklist, the head of its page and the demo's start."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import einreichen
from app.antraege.einreichen import Antragsinhalt
from app.antraege.leistungsverfahren import ART as LEISTUNG
from app.antraege.leistungsverfahren import adressat
from app.problems import Problem
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall
from app.web.besuch import Besuch

__all__ = ["LEISTUNG", "Fallbild", "fallbild", "gestellter"]

_SOZIALES: Final = "E"
"""Archetype of services for people with an illness or a disability."""


@dataclass(frozen=True, slots=True)
class Fallbild:
    """What a case is about, in the language of the page."""

    titel: str
    name: str
    """Of the business or of the applicant."""
    oeffentlich: bool
    """Name and trade may be told to anybody (§ 14 Abs. 5 Satz 2 GewO): no reading to be noted."""
    geschuetzt: bool = False
    """That the person asks for this says something about health or the like: no name in a list."""


async def fallbild(session: AsyncSession, fall: Fall, besuch: Besuch) -> Fallbild:
    """The case in one line."""
    if fall.art == LEISTUNG:
        gestellt = await gestellter(session, fall)
        formular = gestellt.formular
        name, _ = adressat(formular, gestellt.antworten)
        return Fallbild(
            formular.titel(besuch.sprache.schluessel),
            name,
            oeffentlich=False,
            geschuetzt=formular.definition.archetyp == _SOZIALES,
        )
    gegenstand: Any = await vorgaenge.gegenstand(session, fall)
    betrieb = gegenstand["anzeige"]["betrieb"]
    name = betrieb.get("eingetragener_name") or betrieb.get("geschaeftsbezeichnung") or "–"
    return Fallbild(besuch.text(f"form.{gegenstand['form']}"), name, oeffentlich=True)


async def gestellter(session: AsyncSession, fall: Fall) -> Antragsinhalt:
    """The application of a case that was made with a form; its special answers are not in it."""
    gestellt = await einreichen.inhalt(session, fall.antrag_id)
    if gestellt is None:
        raise Problem(404, "nicht_gefunden")
    return gestellt
