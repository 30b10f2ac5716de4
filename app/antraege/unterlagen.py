"""The documents of an application made with a form: what was said, as JSON and XML, and the evidence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import besonders
from app.antraege.anlagen import VOLLMACHT, Anlage
from app.antraege.dateiname import Dateiname
from app.antraege.service import Eingang
from app.db.bruchstelle import bruchstelle
from app.leistungen.dokument import Anlagenangabe, Kopf, schreibe_xml
from app.leistungen.formular import Formular

_TITEL: Final = 60
"""Characters of the evidence's title in the name of its file."""


@dataclass(frozen=True, slots=True)
class Unterlage:
    """A file that goes with the application."""

    anlage: Anlage
    inhalt: bytes


def pruefsumme(
    formular: Formular, ags: str, antworten: Mapping[str, Any], unterlagen: Sequence[Unterlage] = ()
) -> bytes:
    """SHA-256 of what an application says; the same for the same, whenever it is sent."""
    wert = {
        "leistung": formular.definition.leistung,
        "ags": ags,
        "antworten": antworten,
        "nachweise": [(eine.anlage.nachweis, eine.anlage.sha256) for eine in unterlagen],
    }
    kanonisch = json.dumps(wert, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(kanonisch.encode()).digest()


async def lege_ab(  # noqa: PLR0917 the parts of one application
    session: AsyncSession,
    eingang: Eingang,
    formular: Formular,
    antworten: Mapping[str, Any],
    unterlagen: Sequence[Unterlage],
    sprache: str,
) -> None:
    """Files all of it, under the key of the town."""

    async def datei(art: str, name: str, medientyp: str, inhalt: bytes, besondere: bool) -> None:
        await akte.ablegen(
            session,
            ags=eingang.ags,
            antrag_id=eingang.id,
            art=art,
            dateiname=name,
            medientyp=medientyp,
            inhalt=inhalt,
            besonders=besondere,
        )

    besondere = besonders.hat_besondere(formular)
    als_json = _json(eingang, formular, antworten, unterlagen, sprache)
    await datei("einreichung", "einreichung.json", "application/json", als_json, besondere)
    kopf = Kopf(eingang.ags, eingang.eingangsnummer, eingang.eingegangen_am, sprache)
    angaben = [_angabe(eine.anlage) for eine in unterlagen]
    als_xml = schreibe_xml(formular, antworten, kopf, angaben)
    await datei("einreichung", "einreichung.xml", "application/xml", als_xml, besondere)
    bruchstelle("absenden.einreichung")
    verlangt = {eines.schluessel: eines for eines in (*formular.definition.nachweise, VOLLMACHT)}
    for eine in unterlagen:
        anlage = eine.anlage
        art = "vollmacht" if anlage.nachweis == VOLLMACHT.schluessel else "nachweis"
        nachweis = verlangt[anlage.nachweis]
        name = _mit_titel(nachweis.titel.de, anlage.dateiname)
        await datei(art, name, anlage.medientyp, eine.inhalt, nachweis.besonders)
        bruchstelle("absenden.nachweis")


def _mit_titel(titel: str, dateiname: str) -> str:
    """What it proves comes first: the office reads lists of files."""
    kurz = titel[:_TITEL].replace("/", "-").replace("\\", "-")
    name = Dateiname.aus(f"{kurz} - {dateiname}")
    return name.stamm + name.endung


def _json(
    eingang: Eingang,
    formular: Formular,
    antworten: Mapping[str, Any],
    unterlagen: Sequence[Unterlage],
    sprache: str,
) -> bytes:
    wert = {
        "leistung": formular.definition.leistung,
        "leika": formular.definition.leika,
        "formular": formular.hash,
        "gemeinde": eingang.ags,
        "eingangsnummer": eingang.eingangsnummer,
        "eingegangen_am": eingang.eingegangen_am.isoformat(),
        "sprache": sprache,
        "vertreten": eingang.vertreten,
        "antworten": antworten,
        "nachweise": [
            {
                "nachweis": eine.anlage.nachweis,
                "dateiname": eine.anlage.dateiname,
                "medientyp": eine.anlage.medientyp,
                "groesse": eine.anlage.groesse,
                "sha256": eine.anlage.sha256,
                "auf_viren_geprueft": eine.anlage.geprueft,
            }
            for eine in unterlagen
        ],
    }
    return (json.dumps(wert, ensure_ascii=False, indent=2) + "\n").encode()


def _angabe(anlage: Anlage) -> Anlagenangabe:
    return Anlagenangabe(
        nachweis=anlage.nachweis,
        dateiname=anlage.dateiname,
        medientyp=anlage.medientyp,
        groesse=anlage.groesse,
        sha256=anlage.sha256,
    )
