"""A walk through a trade form as a person takes it: page by page, what is asked gets some answer."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.gewerbe import formularlisten
from app.gewerbe.feld import Form
from app.gewerbe.formular import ART, Gewerbegegenstand
from app.gewerbe.texte import glaetten
from app.konto.niveau import Niveau
from app.leistungen import gegenstand
from app.leistungen.formular import Feldlage, Formular, Gruppenlage, Kontext
from app.leistungen.laden import lade
from xoev.zeichensatz import din91379_zeichen

PADERBORN = "05774032"
HEUTE = date(2026, 11, 22)
FORMULARE: Mapping[Form, str] = {
    "A1": "gewerbeanmeldung",
    "A2": "gewerbeummeldung",
    "A3": "gewerbeabmeldung",
}
KONTEXT = Kontext(PADERBORN, HEUTE, Niveau.BASIS, {})
KUENFTIG = {"beginn", "aenderung", "aufgabe"}
T = TypeVar("T")


class Wahl(Protocol):
    """Who decides: a list of wishes, or Hypothesis."""

    def eines(self, pfad: str, moeglich: list[T]) -> T:
        """One of what is possible."""


@cache
def formular(form: Form) -> Formular:
    """The shipped form."""
    gegenstand.registriere(ART, Gewerbegegenstand())
    formularlisten.registriere()
    return lade(Path(str(files("forms"))) / f"{FORMULARE[form]}.yaml")


class Wunsch:
    """Answers by path; what is not wished is the first possibility, what is voluntary is left out."""

    def __init__(self, wuensche: Mapping[str, Any], anzahl: Mapping[str, int] | None = None) -> None:
        self._wuensche, self._anzahl = dict(wuensche), dict(anzahl or {})
        self.offen = set(self._wuensche) | set(self._anzahl)

    def eines(self, pfad: str, moeglich: list[T]) -> T:
        """The wish, or the first."""
        if pfad.endswith("#") and pfad[:-1] in self._anzahl:
            self.offen.discard(pfad[:-1])
            return self._anzahl[pfad[:-1]]  # type: ignore[return-value]
        for name in (pfad, _ohne_nummern(pfad)):
            if name in self._wuensche:
                self.offen.discard(name)
                return self._wuensche[name]  # type: ignore[no-any-return]
        return moeglich[0]


class Lang(Wunsch):
    """Leaves nothing out, and writes as much as there is room for, with all the characters there are."""

    def eines(self, pfad: str, moeglich: list[T]) -> T:
        """The wish, or the first that says something."""
        return super().eines(pfad, [eines for eines in moeglich if eines is not None])


@cache
def langer_text(hoechstens: int) -> str:
    """So many characters of DIN 91379, all of them in turn."""
    text = ""
    for zeichen in cycle(din91379_zeichen()):
        if zeichen in "|" or zeichen.isspace():
            continue
        if len(glaetten(text + zeichen)) > hoechstens:
            return text
        text = glaetten(text + zeichen)
    raise AssertionError


def _ohne_nummern(pfad: str) -> str:
    return ".".join(teil for teil in pfad.split(".") if not teil.isdecimal())


def gehe(form: Form, wahl: Wahl) -> dict[str, Any]:
    """Answers to everything that is asked on the way."""
    dieses = formular(form)
    antworten: dict[str, Any] = {}
    besucht: set[str] = set()
    while offen := [s for s in dieses.schritte(antworten, HEUTE) if s.schluessel not in besucht]:
        schritt = offen[0]
        besucht.add(schritt.schluessel)
        if schritt.liste is None:
            _beantworte(dieses, schritt.schluessel, antworten, None, "", wahl)
            continue
        mindestens = schritt.mindestens if isinstance(schritt.mindestens, int) else 0
        anzahl = wahl.eines(f"{schritt.liste}#", list(range(max(1, mindestens), 4)))
        for nummer in range(anzahl):
            _ort(antworten, schritt.liste, []).append({})
            _beantworte(dieses, schritt.schluessel, antworten, nummer, f"{schritt.liste}.{nummer}.", wahl)
    return dieses.bereinige(antworten, HEUTE)


def _beantworte(
    dieses: Formular, schritt: str, antworten: dict[str, Any], eintrag: int | None, davor: str, wahl: Wahl
) -> None:
    fertig: set[str] = set()
    while offen := [lage for lage in _felder(dieses, schritt, antworten, eintrag) if lage.pfad not in fertig]:
        lage = offen[0]
        fertig.add(lage.pfad)
        if lage.angabe.typ == "hinweis":
            continue
        wert = _wert(lage, davor + lage.pfad, wahl)
        if wert is not None:
            _setze(antworten, davor + lage.pfad, wert)


def _felder(
    dieses: Formular, schritt: str, antworten: dict[str, Any], eintrag: int | None
) -> Iterator[Feldlage]:
    for teil in dieses.lage(schritt, antworten, KONTEXT, eintrag):
        yield from teil.felder if isinstance(teil, Gruppenlage) else (teil,)


def _wert(lage: Feldlage, pfad: str, wahl: Wahl) -> Any:
    moeglich = _moegliche(lage, pfad)
    if isinstance(wahl, Lang) and lage.angabe.typ in {"text", "mehrzeilig"}:
        return langer_text(lage.hoechstlaenge or 0)
    return wahl.eines(pfad, moeglich if lage.pflicht else [None, *moeglich])


def _moegliche(lage: Feldlage, pfad: str) -> list[Any]:
    nummer = next((teil for teil in pfad.split(".") if teil.isdecimal()), "")
    match lage.angabe.typ:
        case "janein":
            return [False, True]
        case "auswahl":
            if lage.wahl:
                return [eine.wert for eine in lage.wahl]
            assert lage.liste is not None
            alle = [code for code, _ in lage.liste.eintraege("de")]
            return [alle[0], *alle[1 :: max(1, len(alle) // 12)]]
        case "mehrfachauswahl":
            werte = [eine.wert for eine in lage.wahl]
            return [[wert] for wert in werte] + [werte[:2], werte]
        case "datum":
            tage = [-10_000, -9_000, -1, 0]
            if lage.pfad in KUENFTIG:
                tage = [10, -40, 0, 200]
            return [(HEUTE + timedelta(days=tag)).isoformat() for tag in tage]
        case "ganzzahl":
            return [2, 1, 40]
        case andere:
            return {
                "plz": ["33098", "01067"],
                "email": ["kontakt@example.org"],
                "telefon": ["05251 12345", "+49 170 1234567"],
                "wz": ["56104", "96021", "68311"],
                "gemeinde": ["05711000"],
                "mehrzeilig": [f"Betrieb eines Cafés {nummer}", f"Übersetzen,\nDolmetschen {nummer}"],
            }.get(andere, [f"Beispiel {nummer}".strip(), f"Żółć-Łódź {nummer}".strip()])


def _setze(antworten: dict[str, Any], pfad: str, wert: Any) -> None:
    *davor, name = pfad.split(".")
    stelle: Any = antworten
    for teil in davor:
        stelle = stelle[int(teil)] if teil.isdecimal() else stelle.setdefault(teil, {})
    stelle[name] = wert


def _ort(antworten: dict[str, Any], pfad: str, sonst: Any) -> Any:
    *davor, name = pfad.split(".")
    stelle: Any = antworten
    for teil in davor:
        stelle = stelle.setdefault(teil, {})
    return stelle.setdefault(name, sonst)
