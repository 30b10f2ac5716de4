"""Self-check of the virus scanner: whether one is set up, answers, and knows what has come up lately."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from app.antraege.virenpruefung import VirenpruefungFehlt, fassung
from app.verwaltung.pruefpunkt import Bereich, Pruefpunkt, Satz, Stand, gut

_HOECHSTENS_ALT: Final = timedelta(days=3)
"""Age of the signatures; new ones come every day."""


async def pruefe_virenschutz(frist: float) -> list[Pruefpunkt]:
    """How uploads are looked at; the scanner has `frist` seconds to answer."""
    try:
        async with asyncio.timeout(frist):
            gemeldet = await fassung()
    except (VirenpruefungFehlt, TimeoutError):
        return [
            _punkt(
                Stand.FEHLER,
                Satz(
                    "ClamAV antwortet nicht: Uploads werden abgelehnt.",
                    "ClamAV does not answer: uploads are refused.",
                ),
                Satz("Läuft clamd, und stimmt AMT_CLAMD?", "Does clamd run, and is AMT_CLAMD right?"),
            )
        ]
    if gemeldet is None:
        return [
            _punkt(
                Stand.WARNUNG,
                Satz("Uploads werden nicht auf Viren geprüft.", "Uploads are not checked for viruses."),
                Satz(
                    "clamav-daemon installieren und AMT_CLAMD setzen.",
                    "Install clamav-daemon, set AMT_CLAMD.",
                ),
            )
        ]
    vom = _signaturen_vom(gemeldet)
    if vom is None or datetime.now(UTC) - vom > _HOECHSTENS_ALT:
        return [
            _punkt(
                Stand.WARNUNG,
                Satz(
                    f"Die Signaturen von ClamAV sind vom {vom:%d.%m.%Y}."
                    if vom
                    else "ClamAV hat keine amtlichen Signaturen.",
                    f"The signatures of ClamAV are of {vom:%Y-%m-%d}."
                    if vom
                    else "ClamAV has no official signatures.",
                ),
                Satz("Läuft freshclam?", "Does freshclam run?"),
            )
        ]
    return [gut(Bereich.BETRIEB, "virenschutz", "Uploads werden geprüft.", "Uploads are checked.")]


def _punkt(stand: Stand, befund: Satz, abhilfe: Satz) -> Pruefpunkt:
    return Pruefpunkt(Bereich.BETRIEB, "virenschutz", stand, befund, abhilfe)


def _signaturen_vom(gemeldet: str) -> datetime | None:
    """Day of the official signatures in "ClamAV 1.4.6/27500/Sat Nov 21 09:26:47 2026"; None without them."""
    tag = gemeldet.rpartition("/")[2]
    try:
        return datetime.strptime(tag, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
