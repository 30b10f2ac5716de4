"""A trade notice to read: its numbered fields with their names, in the order of the form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.codes import bezeichnung
from app.gewerbe.felder import FELDNAMEN, Blatt, blaetter
from app.gewerbe.listen import rechtsformen, staaten, staatsangehoerigkeiten
from app.web.besuch import Besuch

_PERSON: Final = re.compile(r"/personen/(\d+)/")
_TAG: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEUTSCHLAND: Final = "276"
_LISTEN: Final = {
    name: name for name in ("geschlecht", "niederlassungsart", "oeffentliche_hand", "kanal", "funktion")
}
_GRUENDE: Final = {"A1": "grund_anmeldung", "A2": "grund_ummeldung", "A3": "grund_abmeldung"}


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
    sprache = besuch.sprache.schluessel
    werte: dict[int | None, dict[int, list[str]]] = {}
    for _, gruppe in groupby(blaetter(anzeige), key=_ort):
        blaetter_hier = list(gruppe)
        erstes = blaetter_hier[0]
        felder = erstes.felder
        if "/anschrift/" in erstes.pointer:
            wert = _anschrift(blaetter_hier)
        else:
            wert = _wert(erstes, besuch, anzeige.form, sprache)
        if felder and wert:
            gefunden = _PERSON.match(erstes.pointer)
            person = int(gefunden[1]) + 1 if gefunden else None
            werte.setdefault(person, {}).setdefault(min(felder), []).append(wert)
    namen = FELDNAMEN[anzeige.form]
    return [
        Abschnitt(
            person,
            tuple(
                Feldzeile(nummer, getattr(namen[nummer], sprache), "; ".join(felder[nummer]))
                for nummer in sorted(felder)
            ),
        )
        for person, felder in sorted(werte.items(), key=lambda paar: paar[0] or 0)
    ]


def _ort(blatt: Blatt) -> str:
    """The same for all parts of one address, else of this part alone."""
    vor, trenner, _ = blatt.pointer.rpartition("/anschrift/")
    return vor if trenner else blatt.pointer


def _anschrift(teile: list[Blatt]) -> str:
    angaben = {blatt.pointer.rsplit("/", 1)[-1]: str(blatt.wert) for blatt in teile}
    nation = angaben.pop("nation", _DEUTSCHLAND)
    erste = " ".join(angaben.pop(name, "") for name in ("strasse", "hausnummer")).strip()
    letzte = " ".join(angaben.pop(name, "") for name in ("plz", "ort")).strip()
    land = "" if nation == _DEUTSCHLAND else staaten().get(nation, nation)
    return ", ".join(teil for teil in (erste, *angaben.values(), letzte, land) if teil)


def _wert(blatt: Blatt, besuch: Besuch, form: str, sprache: str) -> str:
    wert, feld = blatt.wert, blatt.pointer.rsplit("/", 1)[-1]
    if isinstance(wert, bool):
        return _ja_nein(blatt.pointer, feld, wert, besuch)
    text = str(wert)
    if feld in {"vollzeit", "teilzeit"}:
        return besuch.text(f"beschaeftigte.{feld}", zahl=wert)
    if "/staatsangehoerigkeiten/" in blatt.pointer:
        eine = staatsangehoerigkeiten().get(text)
        return eine.name if eine else text
    if feld == "rechtsform":
        return rechtsformen().get(text, text)
    if liste := _LISTEN.get(feld, {"grund": _GRUENDE[form]}.get(feld)):
        return bezeichnung(liste, text, sprache) if liste != "kanal" else ""
    return besuch.datum(date.fromisoformat(text)) if _TAG.fullmatch(text) else text


def _ja_nein(pointer: str, feld: str, wert: bool, besuch: Besuch) -> str:
    if "/betriebsart/" in pointer:
        return besuch.text(f"betriebsart.{feld}") if wert else ""
    return besuch.text("allgemein.ja") if wert else besuch.text("allgemein.nein")
