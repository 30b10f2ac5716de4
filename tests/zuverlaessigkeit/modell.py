"""What must be in the database after what the clients were told, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.zuverlaessigkeit.klient import Kammer, Portal

# Of everything that a certified notice leaves behind: one row per reference.
_TABELLEN = {
    "antrag": "SELECT id FROM antrag",
    "schluessel": "SELECT antrag_id FROM idempotenzschluessel WHERE schluessel LIKE 'kopf:%'",
    "einreichung": "SELECT antrag_id FROM dokument WHERE art = 'einreichung'",
    "vorgang": "SELECT antrag_id FROM vorgang WHERE zustand = 'erledigt'",
    "gewerbeanzeige": "SELECT antrag_id FROM gewerbeanzeige",
    "registereintrag": "SELECT antrag_id FROM registereintrag r JOIN gewerbeanzeige g"
    " ON g.id = r.gewerbeanzeige_id",
    "bescheinigung": "SELECT antrag_id FROM bescheinigung b JOIN gewerbeanzeige g"
    " ON g.id = b.gewerbeanzeige_id WHERE b.dokument_id IS NOT NULL",
    "pdf": "SELECT antrag_id FROM dokument WHERE art = 'bescheinigung'",
    "sendung": "SELECT id FROM sendung WHERE angenommen_am IS NOT NULL",
    "zustellung": "SELECT sendung_id FROM zustellversuch WHERE ergebnis <> 'gescheitert'",
}
_JE_ANTRAG = ("antrag_eingegangen",)
_JE_SENDUNG = ("sendung_bereitgestellt", "sendung_abgeholt", "sendung_angenommen")


@dataclass
class Abgleich:
    """How the database differs from what was promised."""

    verloren: Counter[tuple[str, str]] = field(default_factory=Counter)
    doppelt: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows too many: doubled, or of something nobody was promised."""

    def vergleiche(self, was: str, soll: Iterable[Any], ist: Iterable[Any]) -> None:
        """Note what is missing in `ist` and what it has too often."""
        erwartet, gefunden = Counter(map(str, soll)), Counter(map(str, ist))
        for wert, anzahl in (erwartet - gefunden).items():
            self.verloren[was, wert] += anzahl
        for wert, anzahl in (gefunden - erwartet).items():
            self.doppelt[was, wert] += anzahl

    @property
    def einwandfrei(self) -> bool:
        """Nothing lost, nothing doubled."""
        return not self.verloren and not self.doppelt


async def gleiche_ab(
    verbindung: asyncpg.Connection, portal: Portal, kammern: Mapping[str, Kammer]
) -> Abgleich:
    """Compare the whole database with everything the clients have been told; all work has to be done."""
    abgleich = Abgleich()
    antraege = [zusage["id"] for zusage in portal.zugesagt.values()]
    # Once certified, which bodies a notice goes to is the law's answer, given by the portal's state.
    sendungen = [sendung for kammer in kammern.values() for sendung in kammer.bestand]
    for was, frage in _TABELLEN.items():
        soll = sendungen if was in {"sendung", "zustellung"} else antraege
        abgleich.vergleiche(was, soll, [zeile[0] for zeile in await verbindung.fetch(frage)])

    stellen = await verbindung.fetch(
        "SELECT g.antrag_id, s.stelle FROM sendung s JOIN gewerbeanzeige g ON g.id = s.bezug_id"
    )
    abgleich.vergleiche(
        "empfaenger",
        [(antrag, stelle) for antrag in antraege for stelle in sorted(kammern)],
        [(str(zeile[0]), zeile[1]) for zeile in stellen],
    )
    eintraege = await verbindung.fetch("SELECT ereignis, bezug_id FROM journaleintrag")
    abgleich.vergleiche(
        "journal",
        [(ereignis, antrag) for ereignis in _JE_ANTRAG for antrag in antraege]
        + [(ereignis, sendung) for ereignis in _JE_SENDUNG for sendung in sendungen],
        [(e[0], str(e[1])) for e in eintraege if e[0] in _JE_ANTRAG or e[0] in _JE_SENDUNG],
    )
    dokumente = await verbindung.fetch("SELECT id FROM dokument")
    abgleich.vergleiche(
        "dokument im journal",
        [zeile[0] for zeile in dokumente],
        [e[1] for e in eintraege if e[0] == "dokument_abgelegt"],
    )
    for stelle, kammer in kammern.items():
        abgleich.vergleiche(f"nummern {stelle}", range(1, len(antraege) + 1), kammer.nummern)
    return abgleich
