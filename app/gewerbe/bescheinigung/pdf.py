"""The certificate as PDF/A-2a and PDF/UA-1."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app.gewerbe.bescheinigung.inhalt import Bescheinigungsinhalt
from app.gewerbe.bescheinigung.pruefcode import gruppiert
from app.satz import pdf

_VORLAGE: Final = Path(__file__).with_name("template.typ")


def setze(inhalt: Bescheinigungsinhalt, ausgestellt_am: datetime) -> bytes:
    """The PDF of a certificate, dated `ausgestellt_am`. Takes some 10 ms. Raises `NichtSetzbar`."""
    return pdf.setze(_VORLAGE, _daten(inhalt), ausgestellt_am)


async def rendere(inhalt: Bescheinigungsinhalt, ausgestellt_am: datetime) -> bytes:
    """`setze` beside the event loop."""
    return await pdf.setze_nebenher(_VORLAGE, _daten(inhalt), ausgestellt_am)


def _daten(inhalt: Bescheinigungsinhalt) -> dict[str, Any]:
    return inhalt.model_dump(mode="json") | {"pruefcode_gruppiert": gruppiert(inhalt.pruefcode)}
