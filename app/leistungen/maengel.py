"""What the checks of a file share: a mistake with its place, the questions with theirs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from pydantic import BaseModel

from app.leistungen.definition import Bedingung, Definition, Feldangabe, Gruppe, Regel, Schritt

Stelle = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mangel:
    """A mistake before its line is known."""

    code: str
    de: str
    en: str
    stelle: Stelle
    schwere: Literal["error", "warning"] = "error"


class Feldstelle(NamedTuple):
    """A question and where it stands."""

    angabe: Feldangabe
    gruppe: Gruppe | None
    schritt: Schritt
    stelle: Stelle
    schrittstelle: Stelle

    @property
    def pfad(self) -> str:
        """The path in the answers, without the number of the entry."""
        schluessel = self.angabe.schluessel
        return schluessel if self.schritt.liste is None else f"{self.schritt.liste}.{schluessel}"


def feldstellen(definition: Definition) -> Iterator[Feldstelle]:
    """Every question of the steps, in the order of the file."""
    for i, schritt in enumerate(definition.schritte):
        oben: Stelle = ("schritte", i)
        for j, element in enumerate(schritt.felder):
            wo: Stelle = (*oben, "felder", j)
            if isinstance(element, Gruppe):
                for k, angabe in enumerate(element.felder):
                    yield Feldstelle(angabe, element, schritt, (*wo, "felder", k), oben)
            else:
                yield Feldstelle(element, None, schritt, wo, oben)


class Bedingungsstelle(NamedTuple):
    """A condition, where it stands, and in which list ("" in none)."""

    bedingung: Bedingung
    stelle: Stelle
    liste: str


_ALIAS: Final[Mapping[str, str]] = {"in_": "in"}


def bedingungsstellen(teil: Any, stelle: Stelle = (), liste: str = "") -> Iterator[Bedingungsstelle]:
    """Every condition that is not part of another, wherever it stands."""
    if isinstance(teil, Bedingung):
        yield Bedingungsstelle(teil, stelle, liste)
    elif isinstance(teil, Schritt):
        # A step's own conditions are asked before there are entries.
        yield from _des_schritts(teil, stelle)
    elif isinstance(teil, Regel):
        yield from bedingungsstellen(teil.wenn, (*stelle, "wenn"))
        yield Bedingungsstelle(teil.muss, (*stelle, "muss"), "")
    elif isinstance(teil, BaseModel):
        for name in type(teil).model_fields:
            yield from bedingungsstellen(getattr(teil, name), (*stelle, _ALIAS.get(name, name)), liste)
    elif isinstance(teil, tuple):
        for i, eines in enumerate(teil):
            yield from bedingungsstellen(eines, (*stelle, i), liste)
    elif isinstance(teil, dict):
        for name, eines in teil.items():
            yield from bedingungsstellen(eines, (*stelle, name), liste)


def _des_schritts(schritt: Schritt, stelle: Stelle) -> Iterator[Bedingungsstelle]:
    for name in ("wenn", "mindestens"):
        yield from bedingungsstellen(getattr(schritt, name), (*stelle, name))
    yield from bedingungsstellen(schritt.felder, (*stelle, "felder"), schritt.liste or "")


def teile_von(bedingung: Bedingung, stelle: Stelle) -> Iterator[tuple[Bedingung, Stelle]]:
    """The comparisons in a condition, each with its place."""
    if bedingung.feld is not None:
        yield bedingung, stelle
    for name in ("alle", "eine", "keine"):
        for i, teil in enumerate(getattr(bedingung, name) or ()):
            yield from teile_von(teil, (*stelle, name, i))
