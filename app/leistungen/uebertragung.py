"""What becomes of a draft when its service has a new form: nothing that was typed is lost."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from app.leistungen.definition import Feldangabe
from app.leistungen.formular import Formular


@dataclass(frozen=True, slots=True)
class Frage:
    """An answer that the new form has no place for, kept for its applicant to look at."""

    pfad: str
    label: Mapping[str, str]
    """What the old form asked, by language."""
    wert: Any


@dataclass(frozen=True, slots=True)
class Uebertragung:
    """Answers as the new form takes them, and what it does not."""

    antworten: dict[str, Any]
    fragen: tuple[Frage, ...]


def uebertrage(alt: Formular, neu: Formular, antworten: Mapping[str, Any]) -> Uebertragung:
    """Carries over what the new form asks under the same name and in the same kind."""
    if alt.hash == neu.hash:
        return Uebertragung(deepcopy(dict(antworten)), ())
    alte, neue = _felder(alt), _felder(neu)
    behalten: dict[str, Any] = {}
    fragen: list[Frage] = []
    for pfad, angabe in alte.items():
        liste, eigener = pfad
        ziel = neue.get(pfad)
        gleich = ziel is not None and _passt(angabe, ziel)
        if liste is None:
            wert = _lies(antworten, eigener)
            if wert is None:
                continue
            if gleich and _bekannt(ziel, wert):
                _setze(behalten, eigener, wert)
            else:
                fragen.append(Frage(eigener, angabe.label.model_dump(), wert))
            continue
        for nummer, eintrag in enumerate(_lies(antworten, liste) or ()):
            wert = _lies(eintrag, eigener) if isinstance(eintrag, Mapping) else None
            if wert is None:
                continue
            if gleich and _bekannt(ziel, wert):
                _setze(_eintrag(behalten, liste, nummer), eigener, wert)
            else:
                fragen.append(Frage(f"{liste}.{nummer}.{eigener}", angabe.label.model_dump(), wert))
    return Uebertragung(behalten, tuple(fragen))


def _felder(formular: Formular) -> dict[tuple[str | None, str], Feldangabe]:
    return {(schritt.liste, angabe.schluessel): angabe for schritt, angabe, _ in formular.felder()}


def _passt(alt: Feldangabe, neu: Feldangabe) -> bool:
    return alt.typ == neu.typ and alt.liste == neu.liste


def _bekannt(angabe: Feldangabe | None, wert: Any) -> bool:
    """Whether a chosen value can still be chosen."""
    if angabe is None or not angabe.werte:
        return True
    werte = {eines.wert for eines in angabe.werte}
    return set(wert) <= werte if isinstance(wert, list) else wert in werte


def _lies(antworten: Mapping[str, Any], pfad: str) -> Any:
    wert: Any = antworten
    for teil in pfad.split("."):
        if not isinstance(wert, Mapping):
            return None
        wert = wert.get(teil)
    return wert


def _setze(antworten: dict[str, Any], pfad: str, wert: Any) -> None:
    *eltern, letzter = pfad.split(".")
    for teil in eltern:
        antworten = antworten.setdefault(teil, {})
    antworten[letzter] = deepcopy(wert)


def _eintrag(antworten: dict[str, Any], liste: str, nummer: int) -> dict[str, Any]:
    *eltern, letzter = liste.split(".")
    for teil in eltern:
        antworten = antworten.setdefault(teil, {})
    eintraege: list[dict[str, Any]] = antworten.setdefault(letzter, [])
    while len(eintraege) <= nummer:
        eintraege.append({})
    return eintraege[nummer]
