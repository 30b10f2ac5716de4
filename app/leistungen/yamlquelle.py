"""YAML as it is written by people and sent by strangers: data alone, with the line of everything.

The part of YAML 1.2 that a form needs: mappings, sequences, scalars; ``true``, ``false``, ``null`` and whole
numbers without leading zeros, all else is text (``ja``, ``no``, ``05774032`` and 2026-01-01 stay what they
look like). Aliases, tags, several documents and what is larger than a form ever is are refused. The text is
read as a stream of events, never recursively.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import yaml

from app.leistungen.formularfehler import Formularfehler, FormularUngueltig

HOECHSTENS_ZEICHEN: Final = 1_000_000
HOECHSTENS_TIEF: Final = 30
HOECHSTENS_TEILE: Final = 100_000

_GANZZAHL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_WOERTER: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_LESER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Karte(dict[str, Any]):
    """A mapping that knows its lines."""

    __slots__ = ("datei", "dateien", "zeile", "zeilen")

    def __init__(self, zeile: int, datei: str | None) -> None:
        super().__init__()
        self.zeile = zeile
        self.zeilen: dict[str, int] = {}
        self.dateien: dict[str, str | None] = {}
        """Files of keys that come from another file than the rest."""
        self.datei = datei


class Liste(list[Any]):
    """A sequence that knows its lines."""

    __slots__ = ("datei", "zeile", "zeilen")

    def __init__(self, zeile: int, datei: str | None) -> None:
        super().__init__()
        self.zeile = zeile
        self.zeilen: list[int] = []
        self.datei = datei


def lies_yaml(text: str, datei: str | None = None) -> Any:
    """The document as mappings, sequences and scalars.

    Raises FormularUngueltig: not readable, a key twice, an alias, a tag, too large or too deep.
    """
    if len(text) > HOECHSTENS_ZEICHEN:
        raise FormularUngueltig(
            [_fehler("gross", "Die Datei ist zu groß.", "The file is too large.", None, datei)]
        )
    aufbau = _Aufbau(datei)
    try:
        for ereignis in yaml.parse(text, Loader=_LESER):
            aufbau.nimm(ereignis)
    except yaml.YAMLError as fehler:
        marke = getattr(fehler, "problem_mark", None)
        was = getattr(fehler, "problem", None) or "?"
        raise FormularUngueltig(
            [
                *aufbau.fehler,
                _fehler(
                    "yaml",
                    f"Das ist kein YAML: {was}.",
                    f"This is not YAML: {was}.",
                    marke.line + 1 if marke is not None else None,
                    datei,
                ),
            ]
        ) from fehler
    if aufbau.fehler:
        raise FormularUngueltig(aufbau.fehler)
    return aufbau.wurzel


def zeile_von(wurzel: Any, pfad: Sequence[str | int]) -> tuple[int | None, str | None]:
    """Line and file of what `pfad` leads to, or of the nearest that holds it.

    Steps that lead nowhere (names that a validator puts between) are passed over.
    """
    zeile, datei = getattr(wurzel, "zeile", None), getattr(wurzel, "datei", None)
    stelle = wurzel
    for teil in pfad:
        if isinstance(stelle, Karte) and teil in stelle:
            zeile = stelle.zeilen.get(str(teil), zeile)
            datei = stelle.dateien.get(str(teil), stelle.datei)
        elif isinstance(stelle, Liste) and isinstance(teil, int) and teil < len(stelle):
            # Of a question out of a building block the block's own line, not that of its use.
            teilwert = stelle[teil]
            zeile = teilwert.zeile if isinstance(teilwert, Karte) else stelle.zeilen[teil]
            datei = teilwert.datei if isinstance(teilwert, Karte) else stelle.datei
        else:
            continue
        stelle = stelle[teil]
    return zeile, datei


def _fehler(code: str, de: str, en: str, zeile: int | None, datei: str | None) -> Formularfehler:
    return Formularfehler(code, de, en, zeile=zeile, datei=datei)


class _Aufbau:
    """Puts events together, with a stack of its own."""

    def __init__(self, datei: str | None) -> None:
        self.wurzel: Any = None
        self.fehler: list[Formularfehler] = []
        self._datei = datei
        self._stapel: list[Karte | Liste] = []
        self._schluessel: list[tuple[str, int] | None] = []
        self._teile = 0
        self._dokumente = 0

    def nimm(self, ereignis: Any) -> None:
        zeile = ereignis.start_mark.line + 1
        if isinstance(ereignis, yaml.AliasEvent):
            self._ab("alias", "Verweise (*name) sind nicht erlaubt.", "Aliases (*name) are refused.", zeile)
        elif isinstance(ereignis, yaml.DocumentStartEvent):
            self._dokumente += 1
            if self._dokumente > 1:
                self._ab("yaml", "Eine Datei ist ein Dokument.", "A file is one document.", zeile)
        elif isinstance(ereignis, yaml.NodeEvent):
            self._knoten(ereignis, zeile)
        elif isinstance(ereignis, yaml.CollectionEndEvent):
            self._stapel.pop()
            self._schluessel.pop()

    def _knoten(self, ereignis: Any, zeile: int) -> None:
        self._teile += 1
        if self._teile > HOECHSTENS_TEILE or len(self._stapel) > HOECHSTENS_TIEF:
            self._ab("gross", "Zu viele oder zu tiefe Angaben.", "Too many or too deep entries.", zeile)
        if getattr(ereignis, "tag", None) not in {None, "!"}:
            self._ab("tag", f"Marken ({ereignis.tag}) sind nicht erlaubt.", "Tags are refused.", zeile)
        if isinstance(ereignis, yaml.ScalarEvent):
            # A key is a word, whatever it looks like.
            self._stelle_ein(ereignis.value if self._wartet_auf_schluessel() else _wert(ereignis), zeile)
            return
        neu = (Karte if isinstance(ereignis, yaml.MappingStartEvent) else Liste)(zeile, self._datei)
        self._stelle_ein(neu, zeile)
        self._stapel.append(neu)
        self._schluessel.append(None)

    def _wartet_auf_schluessel(self) -> bool:
        return bool(self._stapel) and isinstance(self._stapel[-1], Karte) and self._schluessel[-1] is None

    def _stelle_ein(self, wert: Any, zeile: int) -> None:
        if not self._stapel:
            self.wurzel = wert
            return
        oben = self._stapel[-1]
        if isinstance(oben, Liste):
            oben.append(wert)
            oben.zeilen.append(zeile)
            return
        schluessel = self._schluessel[-1]
        if schluessel is None:
            if isinstance(wert, Karte | Liste):
                self._ab("yaml", "Ein Schlüssel ist ein Wort.", "A key is a word.", zeile)
            name = str(wert)
            if name in oben:
                self.fehler.append(
                    _fehler(
                        "doppelt",
                        f"„{name}“ steht hier schon einmal (Zeile {oben.zeilen[name]}).",
                        f"“{name}” is here already (line {oben.zeilen[name]}).",
                        zeile,
                        self._datei,
                    )
                )
            self._schluessel[-1] = (name, zeile)
            return
        name, wo = schluessel
        self._schluessel[-1] = None
        oben[name] = wert
        oben.zeilen[name] = wo

    def _ab(self, code: str, de: str, en: str, zeile: int) -> None:
        raise FormularUngueltig([*self.fehler, _fehler(code, de, en, zeile, self._datei)])


def _wert(ereignis: Any) -> Any:
    text: str = ereignis.value
    if not ereignis.implicit[0]:
        return text
    if text in _WOERTER:
        return _WOERTER[text]
    return int(text) if _GANZZAHL.fullmatch(text) else text
