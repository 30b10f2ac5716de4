"""A decision as letter, PDF/A-2a and PDF/UA-1; the same content gives the same bytes."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

from app.satz import pdf
from app.vorgaenge.bescheid.inhalt import Entscheidungsinhalt

_VORLAGE: Final = Path(__file__).with_name("bescheid.typ")
_MONATE: Final = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)


async def rendere(inhalt: Entscheidungsinhalt) -> bytes:
    """`setze` beside the event loop."""
    return await pdf.setze_nebenher(_VORLAGE, _daten(inhalt), _zeitpunkt(inhalt))


def setze(inhalt: Entscheidungsinhalt) -> bytes:
    """The PDF, dated as the letter. Raises `app.satz.pdf.NichtSetzbar` for letters outside DIN 91379."""
    return pdf.setze(_VORLAGE, _daten(inhalt), _zeitpunkt(inhalt))


def _daten(inhalt: Entscheidungsinhalt) -> dict[str, Any]:
    tag = inhalt.datum
    return asdict(inhalt) | {"datum": f"{tag.day}. {_MONATE[tag.month - 1]} {tag.year}"}


def _zeitpunkt(inhalt: Entscheidungsinhalt) -> datetime:
    return datetime.combine(inhalt.datum, time(12), UTC)
