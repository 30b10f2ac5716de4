"""Builds what a body receives of a notice, and lets nothing out that the standard or the law forbids."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from app.gewerbe import repository
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.codes import code_von
from app.gewerbe.models import Gewerbeanzeige
from app.gewerbe.nachricht import Behoerde, Behoerdenanschrift, Kopf, Satzkopf
from app.gewerbe.recht.empfaenger import Anspruch
from app.gewerbe.recht.nachricht import (
    NichtBerechtigt,
    Teil,
    baue_buendel,
    leser_von,
    pruefe_gebautes_buendel,
)
from app.mandanten import service as mandanten
from app.mandanten.service import Einstellung
from app.mandanten.zustaendig import UnbekannteStelle, stelle
from app.versand.service import Gruppe, NichtBaubar, Sendungsbild
from app.vorgaenge.service import ORTSZEIT
from xoev.befund import Befund, hat_fehler
from xoev.bundles import KeinBundle

_NACHRICHTEN = UUID("b7f0a3c2-3d0e-4a53-9a8e-6b5a3c1f9d27")
"""Name space of message UUIDs: made from the delivery's id, so that a second attempt is the same message."""


class Gewerbenachricht:
    """The builder of deliveries of the kind ``xgewerbeanzeige``."""

    async def bauen(self, session: AsyncSession, sendung: Sendungsbild) -> bytes:
        """The message with what the law of the day of certification grants, in today's bundle.

        Raises NichtBaubar with the findings of schema, rules and law.
        """
        zeile = await repository.anzeige(session, sendung.bezug_id)
        if zeile is None:
            raise NichtBaubar([_OHNE_ANZEIGE])
        einstellung = await mandanten.einstellung(session, sendung.ags)
        return await asyncio.to_thread(_baue, zeile, _gelesen(zeile), sendung, einstellung)

    async def bauen_alle(self, session: AsyncSession, gruppen: Sequence[Gruppe]) -> Mapping[UUID, bytes]:
        """The messages by their first delivery, each notice read once; what cannot be built is left out."""
        sendungen = [eine for gruppe in gruppen for eine in gruppe]
        zeilen = await repository.anzeigen(session, {eine.bezug_id for eine in sendungen})
        einstellungen = {
            ags: await mandanten.einstellung(session, ags) for ags in {eine.ags for eine in sendungen}
        }
        return await asyncio.to_thread(_baue_alle, zeilen, gruppen, einstellungen)


def _baue_alle(
    zeilen: Mapping[UUID, Gewerbeanzeige],
    gruppen: Sequence[Gruppe],
    einstellungen: Mapping[str, Einstellung],
) -> dict[UUID, bytes]:
    anzeigen = {anzeige_id: _gelesen(zeile) for anzeige_id, zeile in zeilen.items()}
    autoren = {ags: autor_von(einstellung) for ags, einstellung in einstellungen.items()}
    gebaute: dict[UUID, bytes] = {}
    for gruppe in gruppen:
        erste, autor = gruppe[0], autoren[gruppe[0].ags]
        with suppress(NichtBaubar, KeyError):
            teile = [_teil(zeilen[eine.bezug_id], anzeigen[eine.bezug_id], eine, autor) for eine in gruppe]
            gebaute[erste.id] = _gebaut(teile, erste, autor)
    return gebaute


def _gelesen(zeile: Gewerbeanzeige) -> Anzeige:
    anzeige: Anzeige = GEWERBEANZEIGE.validate_python(zeile.daten)
    return anzeige


def _baue(zeile: Gewerbeanzeige, anzeige: Anzeige, sendung: Sendungsbild, einstellung: Einstellung) -> bytes:
    autor = autor_von(einstellung)
    return _gebaut([_teil(zeile, anzeige, sendung, autor)], sendung, autor)


def _teil(zeile: Gewerbeanzeige, anzeige: Anzeige, sendung: Sendungsbild, autor: Behoerde) -> Teil:
    return Teil(
        anzeige,
        Anspruch.aus_grundlage(sendung.grundlage),
        Satzkopf(
            satz_erstellung=sendung.erstellt_am,
            ereigniszeitpunkt=zeile.ereigniszeitpunkt,
            autor=autor,
            meldungsnummer=zeile.meldungsnummer,
            ist_korrektur=bool(sendung.grundlage.get("korrektur")),
        ),
    )


def _gebaut(teile: Sequence[Teil], erste: Sendungsbild, autor: Behoerde) -> bytes:
    """The message that the delivery `erste` carries, checked."""
    try:
        kopf = Kopf(
            nachrichten_uuid=nachrichten_uuid(erste.id),
            erstellt=datetime.now(ORTSZEIT),
            leser=leser_von(stelle(erste.stelle)),
            autor=autor,
        )
        nachricht = baue_buendel(teile, kopf=kopf, stelle=erste.stelle)
    except (NichtBerechtigt, UnbekannteStelle, KeinBundle) as fehler:
        raise NichtBaubar([_nicht_zu_bauen(fehler)]) from fehler
    befunde = pruefe_gebautes_buendel(nachricht, [(teil.anzeige, teil.anspruch) for teil in teile])
    if hat_fehler(befunde):
        raise NichtBaubar(befunde)
    return nachricht


def nachrichten_uuid(sendung_id: UUID) -> UUID:
    """The UUID that the message of this delivery carries."""
    return uuid5(_NACHRICHTEN, str(sendung_id))


def autor_von(einstellung: Einstellung) -> Behoerde:
    """The town as sender, by its AGS."""
    teile = {name: str(wert) for name, wert in einstellung.anschrift.items() if wert}
    vollstaendig = {"strasse", "plz", "ort"} <= teile.keys()
    return Behoerde(
        praefix="MELDID",
        kennung=einstellung.ags,
        name=einstellung.behoerdenname,
        erreichbarkeit=tuple(
            (code_von("kanal", weg["kanal"]), weg["kennung"]) for weg in einstellung.erreichbarkeit
        ),
        anschrift=Behoerdenanschrift(
            strasse=teile["strasse"],
            hausnummer=teile.get("hausnummer"),
            plz=teile["plz"],
            ort=teile["ort"],
        )
        if vollstaendig
        else None,
    )


_OHNE_ANZEIGE = Befund(
    "error",
    "BAU-ANZEIGE",
    {"de": "Die Anzeige dieser Sendung ist nicht vorhanden.", "en": "The delivery's notice is not there."},
)


def _nicht_zu_bauen(fehler: Exception) -> Befund:
    return Befund(
        "error",
        f"BAU-{type(fehler).__name__.upper()}",
        {
            "de": "Für diese Sendung kann heute keine Nachricht erstellt werden.",
            "en": "No message can be made for this delivery today.",
        },
    )
