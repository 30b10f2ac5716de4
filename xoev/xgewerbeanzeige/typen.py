"""Message types of XGewerbeanzeige: which root element and number each body gets."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATEI = Path(__file__).with_name("nachrichtentypen.toml")


@dataclass(frozen=True, slots=True)
class Nachrichtentyp:
    """One message type: four-digit `code`, short name `kurz`, the bodies that get it.

    `belegt` is true where an official message shows the number; else it is inferred.
    """

    code: str
    kurz: str
    stellen: tuple[str, ...]
    belegt: bool

    @property
    def stelle(self) -> str:
        """Key of the body that names the type, e.g. "ihk"."""
        return self.stellen[0]

    @property
    def wurzel(self) -> str:
        """Local name of the root element, e.g. "ihk.gewerbemeldung.0200"."""
        return f"{self.kurz}.gewerbemeldung.{self.code}"


@cache
def alle_typen() -> tuple[Nachrichtentyp, ...]:
    """All message types in the order of their numbers."""
    eintraege = tomllib.loads(DATEI.read_text(encoding="utf-8"))["typ"]
    return tuple(
        Nachrichtentyp(
            code=eintrag["code"],
            kurz=eintrag["kurz"],
            stellen=tuple(eintrag["stellen"]),
            belegt=eintrag["belegt"],
        )
        for eintrag in eintraege
    )


@cache
def typ_fuer_stelle(stelle: str) -> Nachrichtentyp:
    """The message type for a body key such as "ihk"; KeyError if no type is meant for it."""
    for typ in alle_typen():
        if stelle in typ.stellen:
            return typ
    raise KeyError(stelle)


@cache
def typ_fuer_wurzel(wurzel: str) -> Nachrichtentyp | None:
    """The message type of a root element's local name, None if there is none."""
    return next((typ for typ in alle_typen() if typ.wurzel == wurzel), None)
