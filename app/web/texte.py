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

from app.leichte_sprache import HOECHSTENS_WOERTER, saetze, woerter

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
    return MappingProxyType({name: zeilen(sprache, satz) for name, satz in _flach("", inhalt)})


def uebersetze(sprache: str, schluessel: str, **werte: object) -> str:
    """The sentence with its places filled; raises KeyError for a key that no catalogue has."""
    return katalog(sprache)[schluessel].format(**werte)


def in_sprache(texte: Mapping[Any, str], sprache: str) -> str:
    """The sentence of a problem or finding that best fits the language of the page."""
    return zeilen(sprache, texte[sprache]) if texte.get(sprache) else texte["de"]


def zeilen(sprache: str, text: str) -> str:
    """The text; in Leichte Sprache each sentence on a line. Few words after a colon stay beside it."""
    if sprache != LEICHT.schluessel:
        return text
    return "\n".join(zeile for absatz in text.split("\n") for zeile in _in_zeilen(absatz))


def _in_zeilen(absatz: str) -> list[str]:
    fertig: list[str] = []
    for satz in saetze(absatz) or [absatz]:
        vorher = fertig[-1] if fertig else ""
        if vorher.endswith(":") and woerter(vorher) + woerter(satz) <= HOECHSTENS_WOERTER:
            fertig[-1] = f"{vorher} {satz}"
        else:
            fertig.append(satz)
    return fertig


def _flach(vor: str, zweig: Mapping[str, Any]) -> list[tuple[str, str]]:
    blaetter: list[tuple[str, str]] = []
    for name, wert in zweig.items():
        if isinstance(wert, Mapping):
            blaetter += _flach(f"{vor}{name}.", wert)
        else:
            blaetter.append((f"{vor}{name}", str(wert)))
    return blaetter
