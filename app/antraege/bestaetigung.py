"""A second person confirms part of an application, with a login of their own. Never commits.

The applicant gets a code when the application is sent, and hands it on. Who enters it sees the answers that
the form names, as they were sealed for this purpose, and no others; every look is noted. The case cannot be
granted before, unless the office goes without and says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import repository
from app.antraege import service as antraege
from app.antraege.bestaetigungscode import fingerabdruck, neuer_code
from app.antraege.errors import (
    AntragUnbekannt,
    BestaetigungAbgelaufen,
    BestaetigungBeantwortet,
    BestaetigungFehlt,
    BestaetigungUnvollstaendig,
    EigenerAntrag,
    KeineBestaetigung,
    UnbekannterCode,
)
from app.antraege.models import Bestaetigung
from app.antraege.service import Eingang
from app.db import tresor
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten, vormerken, zeitpunkt
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.zugriff import Wer
from app.leistungen import service as leistungen
from app.leistungen.definition import SPRACHEN
from app.leistungen.formular import Abschnitt, Formular, Kontext
from app.problems import Problem
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import ORTSZEIT

__all__ = [
    "BestaetigungUnvollstaendig",
    "Bitte",
    "Stand",
    "UnbekannterCode",
    "antworte",
    "erneuere_code",
    "fordere_an",
    "hindernis",
    "lehne_ab",
    "oeffne",
    "stand",
    "verzichte",
]

Zustand = Literal["offen", "abgelaufen", "bestaetigt", "abgelehnt", "verzichtet"]


@dataclass(frozen=True, slots=True)
class Bitte:
    """What the second person is asked."""

    ags: str
    formular: Formular
    """The application's; its `bestaetigung` holds the questions."""
    gezeigt: Mapping[str, Sequence[tuple[str, str]]]
    """By language: label and value of each answer that is shown."""
    gueltig_bis: datetime
    heute: datetime


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the confirmation is, for applicant and office."""

    zustand: Zustand
    gueltig_bis: datetime
    beantwortet_am: datetime | None
    antworten: Mapping[str, Any]
    """What was confirmed."""
    grund: str | None
    """Why it was refused, or why the office goes without."""


async def fordere_an(
    session: AsyncSession, eingang: Eingang, formular: Formular, antworten: Mapping[str, Any]
) -> str | None:
    """Asks for the confirmation that the form wants: its code, to be shown to the applicant this once."""
    angabe = formular.definition.bestaetigung
    if angabe is None:
        return None
    code = neuer_code()
    vormerken(
        session,
        Bestaetigung(
            antrag_id=eingang.id,
            ags=eingang.ags,
            einreicher_id=eingang.einreicher_id,
            formular_hash=formular.hash,
            code_sha256=fingerabdruck(code),
            gezeigt=tresor.verschliesse_json(_gezeigt(formular, antworten), _zweck(eingang.id)),
            zustand="offen",
            gueltig_bis=await zeitpunkt(session) + timedelta(days=angabe.tage),
        ),
    )
    await _eintragen(session, eingang.ags, eingang.id, "bestaetigung_erbeten")
    return code


async def erneuere_code(session: AsyncSession, wer: Wer, antrag_id: UUID) -> str:
    """A new code for the applicant who has lost hers, or whose time is over; the old one is void.

    Raises AntragUnbekannt, KeineBestaetigung, BestaetigungBeantwortet, BestaetigungAbgelaufen.
    """
    eingang = await antraege.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    if eingang is None:
        raise AntragUnbekannt
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    zeile = await repository.gesperrte_bestaetigung(session, antrag_id)
    if zeile is None:
        raise KeineBestaetigung
    if zeile.zustand != "offen":
        raise BestaetigungBeantwortet
    await _pruefe_offen(session, antrag_id)
    code = neuer_code()
    formular = await leistungen.formular(session, zeile.formular_hash)
    angabe = formular.definition.bestaetigung
    await repository.aendere_bestaetigung(
        session,
        antrag_id,
        code_sha256=fingerabdruck(code),
        gueltig_bis=await zeitpunkt(session) + timedelta(days=angabe.tage if angabe else 1),
    )
    await _eintragen(session, eingang.ags, antrag_id, "bestaetigungscode_erneuert")
    return code


async def oeffne(session: AsyncSession, wer: Wer, code: str) -> Bitte:
    """What the owner of the code is asked to confirm; notes the look.

    Raises UnbekannterCode, EigenerAntrag, BestaetigungBeantwortet, BestaetigungAbgelaufen.
    """
    zeile, formular = await _gefunden(session, wer, code)
    await _pruefe_frei(session, zeile)
    await einsicht.vermerke(
        session, wer, Gegenstand.BESTAETIGUNG, [Lesung(zeile.antrag_id, antrag_id=zeile.antrag_id)]
    )
    gezeigt = tresor.oeffne_json(zeile.gezeigt, _zweck(zeile.antrag_id))
    return Bitte(
        zeile.ags,
        formular,
        {sprache: [(label, wert) for label, wert in zeilen] for sprache, zeilen in gezeigt.items()},
        zeile.gueltig_bis,
        await zeitpunkt(session),
    )


async def antworte(session: AsyncSession, wer: Wer, code: str, antworten: Mapping[str, Any]) -> None:
    """The second person confirms; the same again changes nothing.

    Raises as `oeffne`, and BestaetigungUnvollstaendig.
    """
    zeile, formular = await _gefunden(session, wer, code)
    if not _beantwortet_von(zeile, wer, "bestaetigt"):
        await _pruefe_frei(session, zeile)
    fragen = formular.bestaetigung
    if fragen is None:
        raise KeineBestaetigung
    heute = (await zeitpunkt(session)).astimezone(ORTSZEIT).date()
    pruefung = fragen.pruefe(antworten, Kontext(zeile.ags, heute, wer.niveau, {}))
    if not pruefung.in_ordnung:
        raise BestaetigungUnvollstaendig(pruefung.befunde)
    await _beantworte(session, zeile, wer, "bestaetigt", {"antworten": pruefung.antworten})


async def lehne_ab(session: AsyncSession, wer: Wer, code: str, grund: str) -> None:
    """The second person does not confirm, and says why; the same again changes nothing.

    Raises as `oeffne`.
    """
    zeile, _ = await _gefunden(session, wer, code)
    if not _beantwortet_von(zeile, wer, "abgelehnt"):
        await _pruefe_frei(session, zeile)
    await _beantworte(session, zeile, wer, "abgelehnt", {"grund": grund})


async def verzichte(session: AsyncSession, antrag_id: UUID, grund: str, *, durch: UUID) -> None:
    """The office goes without the confirmation; with the key of the town."""
    zeile = await repository.gesperrte_bestaetigung(session, antrag_id)
    if zeile is not None and zeile.zustand != "bestaetigt":
        await _schliesse(session, zeile, "verzichtet", {"grund": grund}, durch=durch)


async def stand(session: AsyncSession, antrag_id: UUID) -> Stand | None:
    """How far it is, for the applicant or the town; None where nothing is to be confirmed."""
    zeile = await repository.bestaetigung(session, antrag_id)
    if zeile is None:
        return None
    offen = tresor.oeffne_json(zeile.antwort, _zweck(antrag_id)) if zeile.antwort else {}
    zustand: Zustand = zeile.zustand  # type: ignore[assignment]
    if zustand == "offen" and zeile.gueltig_bis <= await zeitpunkt(session):
        zustand = "abgelaufen"
    return Stand(
        zustand, zeile.gueltig_bis, zeile.beantwortet_am, offen.get("antworten", {}), offen.get("grund")
    )


async def hindernis(session: AsyncSession, antrag_id: UUID) -> Problem | None:
    """Why the application cannot be granted yet."""
    einer = await stand(session, antrag_id)
    if einer is None or einer.zustand in {"bestaetigt", "verzichtet"}:
        return None
    return BestaetigungFehlt(einer.zustand)


async def _gefunden(session: AsyncSession, wer: Wer, code: str) -> tuple[Bestaetigung, Formular]:
    abdruck = fingerabdruck(code)
    ags = await repository.gemeinde_der_bestaetigung(session, abdruck) if abdruck else None
    if abdruck is None or ags is None:
        raise UnbekannterCode
    await gelten(session, gemeinde=ags, person=str(wer.id))
    zeile = await repository.bestaetigung_zu_code(session, abdruck)
    if zeile is None:
        raise UnbekannterCode
    if zeile.einreicher_id == wer.id:
        raise EigenerAntrag
    return zeile, await leistungen.formular(session, zeile.formular_hash)


async def _pruefe_frei(session: AsyncSession, zeile: Bestaetigung) -> None:
    """Raises where it can no longer be answered."""
    if zeile.zustand != "offen":
        raise BestaetigungBeantwortet
    if zeile.gueltig_bis <= await zeitpunkt(session):
        raise BestaetigungAbgelaufen
    await _pruefe_offen(session, zeile.antrag_id)


def _beantwortet_von(zeile: Bestaetigung, wer: Wer, zustand: str) -> bool:
    return (zeile.zustand, zeile.durch) == (zustand, wer.id)


async def _beantworte(
    session: AsyncSession, zeile: Bestaetigung, wer: Wer, zustand: str, antwort: Mapping[str, Any]
) -> None:
    """Keep the second person's answer; whose first was lost on the way says the same again."""
    if zeile.antwort is None:
        await _schliesse(session, zeile, zustand, antwort, durch=wer.id)
    elif tresor.oeffne_json(zeile.antwort, _zweck(zeile.antrag_id)) != antwort:
        raise BestaetigungBeantwortet


async def _pruefe_offen(session: AsyncSession, antrag_id: UUID) -> None:
    if not any(fall.zustand == "in_pruefung" for fall in await vorgaenge.faelle(session, antrag_id)):
        raise BestaetigungAbgelaufen


async def _schliesse(
    session: AsyncSession, zeile: Bestaetigung, zustand: str, antwort: Mapping[str, Any], *, durch: UUID
) -> None:
    await repository.aendere_bestaetigung(
        session,
        zeile.antrag_id,
        zustand=zustand,
        antwort=tresor.verschliesse_json(dict(antwort), _zweck(zeile.antrag_id)),
        durch=durch,
        beantwortet_am=await zeitpunkt(session),
    )
    bruchstelle("bestaetigung.beantwortet")
    await _eintragen(session, zeile.ags, zeile.antrag_id, f"bestaetigung_{zustand}", durch=str(durch))
    bruchstelle("bestaetigung.journal")


async def _eintragen(session: AsyncSession, ags: str, antrag_id: UUID, ereignis: str, **angaben: str) -> None:
    await akte.eintragen(
        session, ags=ags, ereignis=ereignis, bezug_art="antrag", bezug_id=antrag_id, angaben=angaben
    )


def _gezeigt(formular: Formular, antworten: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    angabe = formular.definition.bestaetigung
    besondere = {pfad for _, eine, pfad in formular.felder() if eine.besonders}
    pfade = set(angabe.zeigt) - besondere if angabe else set()
    return {
        sprache: [
            (zeile.label, zeile.text)
            for abschnitt in formular.abschnitte(antworten, sprache)
            for zeile in _zeilen(abschnitt)
            if zeile.pfad in pfade
        ]
        for sprache in SPRACHEN
    }


def _zeilen(abschnitt: Abschnitt) -> list[Any]:
    # Entries of lists are left out: their paths are relative and could be taken for others.
    return [*abschnitt.zeilen, *(zeile for gruppe in abschnitt.gruppen for zeile in gruppe.zeilen)]


def _zweck(antrag_id: UUID) -> str:
    return f"bestaetigung:{antrag_id}"
