"""What answers end in: a domain model with rules, lists and lengths of its own, which its room registers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from app.konto.niveau import Niveau
from xoev.befund import Befund

__all__ = ["Gegenstandsart", "Kontext", "Modellangabe", "UnbekannterGegenstand", "gegenstand", "registriere"]


@dataclass(frozen=True, slots=True)
class Kontext:
    """Where and when answers are given, and by whom.

    `niveau`: of the login, None without one. `quellen`: the first values, by `Vorbelegung.quelle`.
    """

    ags: str
    heute: date
    niveau: Niveau | None
    quellen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Modellangabe:
    """What the model says about one of its fields."""

    titel: str
    gewa: tuple[int, ...] = ()
    fim: str | None = None
    hoechstlaenge: int | None = None
    liste: str | None = None


class Gegenstandsart(Protocol):
    """A kind of domain model."""

    def pruefe(self, form: str, antworten: Mapping[str, Any], kontext: Kontext) -> Sequence[Befund]:
        """Findings of the model; pointers lead into the answers."""

    def modellangabe(self, form: str, pfad: str) -> Modellangabe | None:
        """What the model knows of a dotted path, without the numbers of entries
        (``personen.familienname``); None: no part of it."""

    def nummern(self, form: str) -> Collection[int]:
        """The numbers of the official form that a form of this service has to ask."""


class UnbekannterGegenstand(LookupError):
    """No room has registered this kind."""


_ARTEN: dict[str, Gegenstandsart] = {}


def registriere(art: str, verfahren: Gegenstandsart) -> None:
    """Make a kind known; another of the same name takes its place."""
    _ARTEN[art] = verfahren


def gegenstand(art: str) -> Gegenstandsart:
    """The kind of this name; raises UnbekannterGegenstand."""
    try:
        return _ARTEN[art]
    except KeyError:
        raise UnbekannterGegenstand(art) from None
