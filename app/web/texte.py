"""Every sentence of the pages, by key, one file per language; all files have the same keys (tested).

A sentence may hold places `{name}`. It is plain text: markup belongs into templates. Leichte Sprache has each
sentence on a line of its own, which web.css shows where there is room for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from app.leichte_sprache import saetze

_ORDNER: Final = Path(__file__).parent / "texte"


@dataclass(frozen=True, slots=True)
class Sprache:
    """A language of the pages: its key, how HTML calls it (RFC 5646), and what it calls itself."""

    schluessel: str
    html: str
    name: str


_BEKANNT: Final = (
    Sprache("de", "de", "Deutsch"),
    Sprache("en", "en", "English"),
    Sprache("leicht", "de-simple", "Leichte Sprache"),
)
DEUTSCH: Final = _BEKANNT[0]
LEICHT: Final = _BEKANNT[2]


@cache
def sprachen() -> Mapping[str, Sprache]:
    """The languages that have a catalogue, by key, German first."""
    return MappingProxyType(
        {s.schluessel: s for s in _BEKANNT if (_ORDNER / f"{s.schluessel}.yaml").is_file()}
    )


@cache
def katalog(sprache: str) -> Mapping[str, str]:
    """Sentences by dotted key."""
    inhalt = yaml.safe_load((_ORDNER / f"{sprache}.yaml").read_text("utf-8"))
    zeilen = _in_zeilen if sprache == LEICHT.schluessel else str
    return MappingProxyType({name: zeilen(satz) for name, satz in _flach("", inhalt)})


def uebersetze(sprache: str, schluessel: str, **werte: object) -> str:
    """The sentence with its places filled; raises KeyError for a key that no catalogue has."""
    return katalog(sprache)[schluessel].format(**werte)


def in_sprache(texte: Mapping[Any, str], sprache: str) -> str:
    """The sentence of a problem or finding that best fits the language of the page."""
    if sprache == LEICHT.schluessel and sprache in texte:
        return _in_zeilen(texte[sprache])
    return texte.get(sprache) or texte["de"]


def _in_zeilen(text: str) -> str:
    return "\n".join(saetze(text)) or text


def _flach(vor: str, zweig: Mapping[str, Any]) -> list[tuple[str, str]]:
    blaetter: list[tuple[str, str]] = []
    for name, wert in zweig.items():
        if isinstance(wert, Mapping):
            blaetter += _flach(f"{vor}{name}.", wert)
        else:
            blaetter.append((f"{vor}{name}", str(wert)))
    return blaetter
