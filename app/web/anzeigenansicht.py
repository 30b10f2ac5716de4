"""A trade notice to read: its numbered fields with their names, in the order of the form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.felder import FELDNAMEN, Blatt, blaetter
from app.gewerbe.listen import rechtsformen, staaten, staatsangehoerigkeiten
from app.web.besuch import Besuch

_PERSON: Final = re.compile(r"/personen/(\d+)/")
_TAG: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEUTSCHLAND: Final = "276"


@dataclass(frozen=True, slots=True)
class Feldzeile:
    """One numbered field: number, name, what was filled in."""

    nummer: int
    name: str
    wert: str


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """The business, or one of its persons."""

    person: int | None
    """Counted from 1; None for the business."""
    zeilen: tuple[Feldzeile, ...]


def abschnitte(daten: Mapping[str, Any], besuch: Besuch) -> list[Abschnitt]:
    """The filled fields of a stored notice (its JSON value)."""
    anzeige = GEWERBEANZEIGE.validate_python(daten)
    werte: dict[int | None, dict[int, list[str]]] = {}
    for blatt in blaetter(anzeige):
        if blatt.felder and (wert := _wert(blatt, besuch)):
            gefunden = _PERSON.match(blatt.pointer)
            person = int(gefunden[1]) + 1 if gefunden else None
            werte.setdefault(person, {}).setdefault(min(blatt.felder), []).append(wert)
    namen = FELDNAMEN[anzeige.form]
    en = besuch.sprache.html == "en"
    return [
        Abschnitt(
            person,
            tuple(
                Feldzeile(nummer, namen[nummer].en if en else namen[nummer].de, ", ".join(felder[nummer]))
                for nummer in sorted(felder)
            ),
        )
        for person, felder in sorted(werte.items(), key=lambda paar: paar[0] or 0)
    ]


def _wert(blatt: Blatt, besuch: Besuch) -> str:
    wert, feld = blatt.wert, blatt.pointer.rsplit("/", 1)[-1]
    if isinstance(wert, bool):
        return _ja_nein(blatt.pointer, feld, wert, besuch)
    text = str(wert)
    if feld == "kanal" or (feld == "nation" and text == _DEUTSCHLAND):
        return ""
    if "/staatsangehoerigkeiten/" in blatt.pointer:
        feld = "staatsangehoerigkeit"
    if feld in _LISTEN:
        return _LISTEN[feld](text) or text
    return besuch.datum(date.fromisoformat(text)) if _TAG.fullmatch(text) else text


def _ja_nein(pointer: str, feld: str, wert: bool, besuch: Besuch) -> str:
    if "/betriebsart/" in pointer:
        return besuch.text(f"betriebsart.{feld}") if wert else ""
    return besuch.text("allgemein.ja" if wert else "allgemein.nein")


def _staatsangehoerigkeit(code: str) -> str | None:
    eine = staatsangehoerigkeiten().get(code)
    return eine.name if eine else None


_LISTEN: Final[Mapping[str, Callable[[str], str | None]]] = {
    "nation": lambda code: staaten().get(code),
    "rechtsform": lambda code: rechtsformen().get(code),
    "staatsangehoerigkeit": _staatsangehoerigkeit,
}
