"""The way through a draft: its pages in order, where one is, what comes before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.antraege import anlagen
from app.antraege.entwuerfe import Entwurf
from app.problems import Problem
from app.web.besuch import Besuch

NACHWEISE: Final = "nachweise"
PRUEFEN: Final = "pruefen"


@dataclass(frozen=True, slots=True)
class Station:
    """One page of the way."""

    schluessel: str
    titel: str
    hier: bool


@dataclass(frozen=True, slots=True)
class Weg:
    """All pages, seen from one of them."""

    entwurf_id: UUID
    leistung: str
    stationen: tuple[Station, ...]
    nummer: int
    """Of this page, counted from 1."""
    verfaellt_am: date
    adresse: str
    """Of this page."""

    @property
    def anzahl(self) -> int:
        """How many pages there are."""
        return len(self.stationen)

    @property
    def zurueck(self) -> str | None:
        """Address of the page before; None on the first."""
        return self.zu(self.stationen[self.nummer - 2].schluessel) if self.nummer > 1 else None

    @property
    def weiter(self) -> str:
        """Address of the next page; the last leads to itself."""
        return self.zu(self.stationen[min(self.nummer, self.anzahl - 1)].schluessel)

    def zu(self, schluessel: str) -> str:
        """Address of a page; of the first one for a page that is not there (any more)."""
        alle = [eine.schluessel for eine in self.stationen]
        return f"/antrag/{self.entwurf_id}/{schluessel if schluessel in alle else alle[0]}"


def weg(besuch: Besuch, entwurf: Entwurf, hier: str, eintrag: int | None = None) -> Weg:
    """The way of a draft; raises Problem 404 where `hier` is no page of it."""
    sprache = besuch.sprache.schluessel
    alle = [
        (schritt.schluessel, schritt.titel.in_sprache(sprache))
        for schritt in entwurf.formular.schritte(entwurf.antworten)
    ]
    if anlagen.verlangte(entwurf):
        alle.append((NACHWEISE, besuch.text("nachweise.titel")))
    alle.append((PRUEFEN, besuch.text("pruefen.titel")))
    nummer = _nummer(alle, hier)
    adresse = f"/antrag/{entwurf.id}/{hier}"
    return Weg(
        entwurf_id=entwurf.id,
        leistung=entwurf.formular.titel(sprache),
        stationen=tuple(Station(schluessel, titel, schluessel == hier) for schluessel, titel in alle),
        nummer=nummer,
        verfaellt_am=entwurf.verfaellt_am.date(),
        adresse=adresse if eintrag is None else f"{adresse}/{eintrag + 1}",
    )


def _nummer(alle: Sequence[tuple[str, str]], hier: str) -> int:
    for nummer, (schluessel, _) in enumerate(alle, 1):
        if schluessel == hier:
            return nummer
    raise Problem(404, "nicht_gefunden")
