"""The code lists of the trade as forms name them."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.gewerbe.codes import bezeichnung, codeworte
from app.gewerbe.listen import (
    handwerkskammern,
    rechtsformen,
    registergerichte,
    staaten,
    staaten_en,
    staatsangehoerigkeiten,
    staatsangehoerigkeiten_en,
)
from app.gewerbe.person import DEUTSCH, DEUTSCHLAND
from app.gewerbe.wz import titel, titel_aller
from app.gewerbe.wzsuche import suche
from app.leistungen import codelisten
from app.mandanten.ortssuche import gefaltet

WORTLISTEN: Final = (
    "funktion",
    "geschlecht",
    "grund_abmeldung",
    "grund_anmeldung",
    "grund_ummeldung",
    "niederlassungsart",
    "oeffentliche_hand",
    "registerart",
)
"""Lists of words (codes.py) that forms may name as `gewerbe.<list>`."""


@dataclass(frozen=True)
class Wortliste:
    """Our words for codes of XGewerbeanzeige."""

    liste: str
    gross: bool = False

    @property
    def name(self) -> str:
        """Under which forms name it."""
        return f"gewerbe.{self.liste}"

    def enthaelt(self, code: str) -> bool:
        """Whether it is one of the list."""
        return code in codeworte(self.liste)

    def bezeichnung(self, code: str, sprache: str) -> str:
        """What people read."""
        return bezeichnung(self.liste, code, sprache)

    def eintraege(self, sprache: str) -> Sequence[tuple[str, str]]:
        """All words in the order of the official form."""
        return [(wort, self.bezeichnung(wort, sprache)) for wort in codeworte(self.liste)]


Namen = Mapping[str, str]


@dataclass(frozen=True)
class Namensliste:
    """Codes and names, offered by name; German where there is no English one."""

    name: str
    deutsch: Callable[[], Namen]
    englisch: Callable[[], Namen] | None = None
    gross: bool = False
    zuerst: str | None = None
    """Offered before all others."""
    vergangen: AbstractSet[str] = frozenset()
    """No longer offered; what has been answered before stays right."""

    def enthaelt(self, code: str) -> bool:
        """Whether it is one of the list."""
        return code in self._deutsch

    def bezeichnung(self, code: str, sprache: str) -> str:
        """What people read; the code itself where it is unknown."""
        name = self._deutsch.get(code, code)
        return self._englisch.get(code, name) if sprache == "en" else name

    def eintraege(self, sprache: str) -> Sequence[tuple[str, str]]:
        """Codes and names, by name."""
        namen = ((code, self.bezeichnung(code, sprache)) for code in self._deutsch.keys() - self.vergangen)
        return sorted(namen, key=lambda paar: (paar[0] != self.zuerst, gefaltet(paar[1])))

    @cached_property
    def _deutsch(self) -> Namen:
        return self.deutsch()

    @cached_property
    def _englisch(self) -> Namen:
        return {} if self.englisch is None else self.englisch()


class Wirtschaftszweige:
    """WZ 2008."""

    name = "wz"
    gross = True

    def enthaelt(self, code: str) -> bool:
        """Whether the classification has it."""
        return titel(code) is not None

    def bezeichnung(self, code: str, sprache: str) -> str:
        """Its title."""
        return titel(code, sprache) or code

    def eintraege(self, sprache: str) -> Sequence[tuple[str, str]]:
        """All subclasses, by code."""
        return list(titel_aller(sprache).items())

    def suche(self, worte: str, sprache: str, hoechstens: int) -> Sequence[tuple[str, str]]:
        """Codes and titles that fit, the surest first."""
        return [(code, titel(code, sprache) or code) for code in suche(worte, hoechstens)]


_VERGANGEN: Final = frozenset({"120", "132", "133", "138", "159", "162", "276"})
"""States that no longer exist, the Sudan of before 2011 among them."""
_OHNE_STAAT: Final = frozenset({"910", "999"})
"""Codes for the statistics alone: no nationality of anybody."""


def _nationalitaeten() -> Namen:
    alle = staatsangehoerigkeiten()
    return {code: staat.name for code, staat in alle.items() if code not in _OHNE_STAAT}


def _freizuegige() -> Namen:
    return {code: staat.name for code, staat in staatsangehoerigkeiten().items() if staat.freizuegig}


def registriere() -> None:
    """Makes the lists known to all forms."""
    listen: tuple[codelisten.Codeliste, ...] = (
        *(Wortliste(wortliste) for wortliste in WORTLISTEN),
        Namensliste("gewerbe.rechtsform", rechtsformen),
        Namensliste("gewerbe.registergericht", registergerichte, gross=True),
        Namensliste("gewerbe.handwerkskammer", handwerkskammern),
        Namensliste("gewerbe.freizuegig", _freizuegige, staatsangehoerigkeiten_en, zuerst=DEUTSCH),
        Namensliste(
            "staatsangehoerigkeiten",
            _nationalitaeten,
            staatsangehoerigkeiten_en,
            zuerst=DEUTSCH,
            vergangen=_VERGANGEN,
        ),
        Namensliste("staaten", staaten, staaten_en, zuerst=DEUTSCHLAND),
        Wirtschaftszweige(),
    )
    for liste in listen:
        codelisten.registriere(liste)
