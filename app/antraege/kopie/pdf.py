"""The copy of a declaration as PDF/A-2a and PDF/UA-1; the same content gives the same bytes."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from app.antraege.kopie.inhalt import Abschnitt, Kopieinhalt, Sprache
from app.satz import pdf

_VORLAGE: Final = Path(__file__).with_name("kopie.typ")
_TEXTE: Final = Path(__file__).with_name("texte.yaml")
_ORTSZEIT: Final = ZoneInfo("Europe/Berlin")
# What typst and PDF know as language: Leichte Sprache is German to them.
_SPRACHE: Final[Mapping[Sprache, tuple[str, str]]] = {
    "de": ("de", "DE"),
    "en": ("en", "GB"),
    "leicht": ("de", "DE"),
}


async def rendere(inhalt: Kopieinhalt) -> bytes:
    """`setze` beside the event loop."""
    return await pdf.setze_nebenher(_VORLAGE, _daten(inhalt), inhalt.eingegangen_am)


def setze(inhalt: Kopieinhalt) -> bytes:
    """The PDF, dated as the submission. Raises `app.satz.pdf.NichtSetzbar` for letters outside DIN 91379."""
    return pdf.setze(_VORLAGE, _daten(inhalt), inhalt.eingegangen_am)


@cache
def texte() -> Mapping[str, Mapping[str, Any]]:
    """The fixed words, by language and key."""
    gelesen: dict[str, dict[str, Any]] = yaml.safe_load(_TEXTE.read_text("utf-8"))
    return gelesen


def _daten(inhalt: Kopieinhalt) -> dict[str, Any]:
    sprache, region = _SPRACHE[inhalt.sprache]
    worte = texte()[inhalt.sprache]
    return {
        "sprache": sprache,
        "region": region,
        "leicht": inhalt.sprache == "leicht",
        "worte": worte,
        "gemeinde": inhalt.gemeinde,
        "leistung": inhalt.titel,
        "eingangsnummer": inhalt.eingangsnummer,
        "eingegangen": _zeit(inhalt, worte),
        "abschnitte": [_abschnitt(teil, worte["keine_angabe"]) for teil in inhalt.abschnitte],
        "anlagen": [
            (anlage.name, _groesse(anlage.groesse, inhalt.sprache), anlage.sha256)
            for anlage in inhalt.anlagen
        ],
        "empfaenger": [(stelle.name, stelle.angaben, stelle.grundlage) for stelle in inhalt.empfaenger],
        "erklaerungen": inhalt.erklaerungen,
        "hinweise": inhalt.hinweise,
    }


def _abschnitt(teil: Abschnitt, keine_angabe: str) -> dict[str, Any]:
    return {
        "ueberschrift": teil.ueberschrift,
        "angaben": [(label, wert.strip() or keine_angabe) for label, wert in teil.angaben],
        "abschnitte": [_abschnitt(einer, keine_angabe) for einer in teil.abschnitte],
    }


def _zeit(inhalt: Kopieinhalt, worte: Mapping[str, Any]) -> str:
    hier = inhalt.eingegangen_am.astimezone(_ORTSZEIT)
    zeit: str = worte["zeit"]
    return zeit.format(
        tag=hier.day,
        monat=worte["monate"][hier.month - 1],
        jahr=hier.year,
        stunde=hier.hour,
        minute=f"{hier:%M}",
    )


def _groesse(byte: int, sprache: Sprache) -> str:
    """A size as people read it: KB and MB as their devices show them, rounded up."""
    if byte < 1_000_000:
        return f"{max(1, -(-byte // 1000))} KB"
    megabyte = f"{-(-byte // 100_000) / 10:.1f}"
    return f"{megabyte if sprache == 'en' else megabyte.replace('.', ',')} MB"
