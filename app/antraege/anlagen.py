"""Files that belong to a draft: looked at, scanned, sealed, and gone with it."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import entwuerfe, entwurf_repository
from app.antraege.dateipruefung import Datei, pruefe_datei
from app.antraege.entwuerfe import Entwurf
from app.antraege.errors import AnlageUnbekannt, NachweisUnbekannt, ZuVieleAnlagen
from app.antraege.hochladen import NICHTS, Hochgeladen, formular_mit_datei, hochgeladen
from app.antraege.models import Anlage as Zeile
from app.antraege.virenpruefung import Virenstand, pruefe_auf_viren
from app.db.sitzung import schliesse_ab, transaktion, zeitpunkt
from app.db.tresor import oeffne, oeffne_json, verschliesse, verschliesse_json
from app.konto.zugriff import Wer
from app.leistungen.definition import Nachweis, Texte
from app.leistungen.formular import Nachweislage

__all__ = [
    "GESAMT_MIB",
    "HOECHSTENS",
    "KONTO_MIB",
    "NICHTS",
    "VOLLMACHT",
    "Anlage",
    "Hochgeladen",
    "anlagen",
    "entferne",
    "formular_mit_datei",
    "hochgeladen",
    "lade_hoch",
    "lies",
    "verlangte",
]

HOECHSTENS: Final = 100
"""Files of one draft."""
GESAMT_MIB: Final = 60
"""All files of one draft together: they are sent in one transaction."""
KONTO_MIB: Final = 300
"""All files of all drafts of one account."""
_MIB: Final = 1024 * 1024

VOLLMACHT: Final = Nachweis(
    schluessel="vollmacht",
    titel=Texte(
        de="Vollmacht",
        en="Power of attorney",
        leicht="Die Vollmacht. Das ist die Erlaubnis, für jemand anderen zu handeln.",
    ),
    hilfe=Texte(
        de="Laden Sie die unterschriebene Vollmacht der Person oder Firma hoch, für die Sie handeln.",
        en="Upload the signed power of attorney of the person or firm you act for.",
        leicht="Sie handeln für jemand anderen? Dann laden Sie hier die Erlaubnis hoch.",
    ),
    pflicht=True,
    anzahl=5,
)
"""Asked of whoever acts for another; no form has to name it."""


@dataclass(frozen=True, slots=True)
class Anlage:
    """An uploaded file; `geprueft`: a scanner has looked at it."""

    id: UUID
    nachweis: str
    dateiname: str
    medientyp: str
    groesse: int
    sha256: str
    geprueft: bool
    hochgeladen_am: datetime


def verlangte(entwurf: Entwurf) -> tuple[Nachweislage, ...]:
    """The documents that belong to these answers, and whether they have to be there.

    Who acts for another by a power of attorney adds it; who represents by law may.
    """
    lagen = entwurf.formular.nachweise(entwurf.antworten)
    if entwurf.vertreten is None:
        return lagen
    # A form that asks for one itself does not make it two.
    schon_gefragt = any(lage.angabe.schluessel == VOLLMACHT.schluessel and lage.pflicht for lage in lagen)
    andere = (lage for lage in lagen if lage.angabe.schluessel != VOLLMACHT.schluessel)
    pflicht = schon_gefragt or entwurf.vertreten["grundlage"] == "vollmacht"
    return (*andere, Nachweislage(VOLLMACHT, pflicht))


async def lade_hoch(
    session: AsyncSession,
    wer: Wer,
    entwurf_id: UUID,
    *,
    nachweis: str,
    dateiname: str,
    inhalt: bytes,
    erklaert: str | None,
) -> Anlage:
    """Takes a file in; the same file for the same purpose twice is one.

    For routes only: ends the transaction of `session` before the file is looked at, for a scan must not hold
    a connection to the database, and writes in one of its own. Raises NachweisUnbekannt, ZuVieleAnlagen,
    what dateipruefung and virenpruefung raise, and what entwuerfe.lies raises.
    """
    entwurf = await entwuerfe.lies(session, wer, entwurf_id)
    angabe = _gefragt(entwurf, nachweis)
    vorhanden = await entwurf_repository.anlagen(session, entwurf_id)
    if (schon := _schon_da(vorhanden, angabe, inhalt)) is not None:
        return schon
    _pruefe_platz(vorhanden, angabe, len(inhalt))
    if await entwurf_repository.belegt(session, wer.id) + len(inhalt) > KONTO_MIB * _MIB:
        raise ZuVieleAnlagen("groesse", KONTO_MIB)
    await schliesse_ab(session)
    datei = await asyncio.to_thread(
        pruefe_datei,
        inhalt,
        dateiname=dateiname,
        erklaert=erklaert,
        erlaubt=angabe.medientypen,
        hoechstens=angabe.hoechstens_mib * _MIB,
    )
    virenstand = await pruefe_auf_viren(inhalt)
    async with transaktion(person=str(wer.id)) as eigene:
        return await _lege_ab(
            eigene, wer, entwurf_id, angabe, datei, geprueft=virenstand is Virenstand.SAUBER
        )


async def anlagen(session: AsyncSession, wer: Wer, entwurf_id: UUID) -> list[Anlage]:
    """The files of a draft, oldest first; raises EntwurfUnbekannt, EntwurfEingereicht."""
    await entwuerfe.gehoert(session, wer, entwurf_id)
    return [_anlage(zeile) for zeile in await entwurf_repository.anlagen(session, entwurf_id)]


async def lies(session: AsyncSession, wer: Wer, entwurf_id: UUID, anlage_id: UUID) -> tuple[Anlage, bytes]:
    """A file with its bytes; raises AnlageUnbekannt and what entwuerfe.lies raises."""
    await entwuerfe.gehoert(session, wer, entwurf_id)
    zeile = await entwurf_repository.anlage(session, anlage_id, entwurf_id)
    if zeile is None:
        raise AnlageUnbekannt
    return _anlage(zeile), inhalt_von(zeile)


async def entferne(session: AsyncSession, wer: Wer, entwurf_id: UUID, anlage_id: UUID) -> None:
    """Deletes a file; raises AnlageUnbekannt, EntwurfUnbekannt, EntwurfEingereicht."""
    await entwuerfe.gesperrt(session, wer, entwurf_id)
    if not await entwurf_repository.loesche_anlage(session, anlage_id, entwurf_id):
        raise AnlageUnbekannt


async def zum_einreichen(session: AsyncSession, entwurf: Entwurf) -> list[tuple[Anlage, Zeile]]:
    """The files that go with the submission: those that its answers ask for, oldest first."""
    erlaubt = {lage.angabe.schluessel for lage in verlangte(entwurf)}
    return [
        (_anlage(zeile), zeile)
        for zeile in await entwurf_repository.anlagen(session, entwurf.id, mit_inhalt=True)
        if zeile.nachweis in erlaubt
    ]


async def vorhandene(session: AsyncSession, entwurf: Entwurf) -> set[str]:
    """For which documents there is a file."""
    return {zeile.nachweis for zeile in await entwurf_repository.anlagen(session, entwurf.id)}


def inhalt_von(zeile: Zeile) -> bytes:
    """The bytes of a file."""
    return oeffne(zeile.inhalt, f"anlage:{zeile.id}:inhalt")


async def _lege_ab(
    session: AsyncSession, wer: Wer, entwurf_id: UUID, angabe: Nachweis, datei: Datei, *, geprueft: bool
) -> Anlage:
    entwurf = await entwuerfe.gesperrt(session, wer, entwurf_id)
    vorhanden = await entwurf_repository.anlagen(session, entwurf_id)
    if (schon := _schon_da(vorhanden, angabe, datei.inhalt)) is not None:
        return schon
    _pruefe_platz(vorhanden, angabe, len(datei.inhalt))
    anlage_id = uuid4()
    angaben = {
        "dateiname": datei.name,
        "medientyp": datei.medientyp,
        "sha256": hashlib.sha256(datei.inhalt).hexdigest(),
        "geprueft": geprueft,
    }
    zeile = Zeile(
        id=anlage_id,
        entwurf_id=entwurf_id,
        einreicher_id=wer.id,
        nachweis=angabe.schluessel,
        groesse=len(datei.inhalt),
        angaben=verschliesse_json(angaben, f"anlage:{anlage_id}:angaben"),
        inhalt=verschliesse(datei.inhalt, f"anlage:{anlage_id}:inhalt"),
        hochgeladen_am=await zeitpunkt(session),
    )
    entwurf_repository.lege_an(session, zeile)
    await entwuerfe.beruehre(session, entwurf)
    return _anlage(zeile)


def _gefragt(entwurf: Entwurf, nachweis: str) -> Nachweis:
    for lage in verlangte(entwurf):
        if lage.angabe.schluessel == nachweis:
            return lage.angabe
    raise NachweisUnbekannt


def _schon_da(vorhanden: Sequence[Zeile], angabe: Nachweis, inhalt: bytes) -> Anlage | None:
    pruefsumme = hashlib.sha256(inhalt).hexdigest()
    for zeile in vorhanden:
        if zeile.nachweis == angabe.schluessel and _angaben(zeile)["sha256"] == pruefsumme:
            return _anlage(zeile)
    return None


def _pruefe_platz(vorhanden: Sequence[Zeile], angabe: Nachweis, groesse: int) -> None:
    if sum(zeile.groesse for zeile in vorhanden) + groesse > GESAMT_MIB * _MIB:
        raise ZuVieleAnlagen("groesse", GESAMT_MIB)
    if len(vorhanden) >= HOECHSTENS:
        raise ZuVieleAnlagen("anzahl", HOECHSTENS)
    if sum(zeile.nachweis == angabe.schluessel for zeile in vorhanden) >= angabe.anzahl:
        raise ZuVieleAnlagen("anzahl", angabe.anzahl)


def _angaben(zeile: Zeile) -> dict[str, Any]:
    angaben: dict[str, Any] = oeffne_json(zeile.angaben, f"anlage:{zeile.id}:angaben")
    return angaben


def _anlage(zeile: Zeile) -> Anlage:
    return Anlage(
        id=zeile.id,
        nachweis=zeile.nachweis,
        groesse=zeile.groesse,
        hochgeladen_am=zeile.hochgeladen_am,
        **_angaben(zeile),
    )
