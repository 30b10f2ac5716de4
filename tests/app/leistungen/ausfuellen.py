"""Fills in any form as somebody would: page by page, only what is asked, with any of the choices."""

from collections.abc import Iterator
from random import Random
from typing import Any

from app.leistungen.codelisten import codeliste, suche
from app.leistungen.definition import Schritt
from app.leistungen.eingabe import lies_eingabe
from app.leistungen.formular import Feldlage, Formular, Gruppenlage, Kontext

_GETIPPT = {
    "text": ("Groß-Øster", "Łódź 7"),
    "mehrzeilig": ("Eine Zeile\r\nund noch eine", "kurz"),
    "ganzzahl": ("3", "1", "12"),
    "betrag": ("1.234,50", "0,99"),
    "janein": ("ja", "nein"),
    "email": ("erika@example.org",),
    "telefon": ("+49 (0) 5251 88-0",),
    "plz": ("33098",),
    "iban": ("DE89 3704 0044 0532 0130 00",),
    "kennzeichen": ("pb ab 123",),
    "datum": ("1.4.85", "17.12.2010", "2026-12-15", "1.6.2024", "1.2.2015"),
}


def fuelle_aus(formular: Formular, kontext: Kontext, zufall: Random) -> dict[str, Any]:
    """Answers as a person would leave them who corrects what a page complains about a few times."""
    antworten = formular.vorbelegt({}, kontext)
    for _ in range(3):
        for schritt in formular.definition.schritte:
            if schritt in formular.schritte(antworten, kontext.heute):
                antworten = _fuelle_schritt(formular, schritt, antworten, kontext, zufall)
    return antworten


def _fuelle_schritt(
    formular: Formular, schritt: Schritt, antworten: dict[str, Any], kontext: Kontext, zufall: Random
) -> dict[str, Any]:
    da = len(formular.eintraege(schritt.schluessel, antworten, "de"))
    anzahl = min(schritt.hoechstens, max(da, zufall.choice((1, 2))))
    for eintrag in range(anzahl) if schritt.liste else (None,):
        for _ in range(40):
            roh = {
                feld.pfad: _getippt(feld, zufall)
                for feld in _felder(formular, schritt, antworten, kontext, eintrag)
                if feld.angabe.typ != "hinweis" and not feld.gesperrt
            }
            neu = lies_eingabe(formular, schritt.schluessel, roh, antworten, eintrag, "de")
            antworten = formular.bereinige(neu, kontext.heute)
            geprueft = formular.pruefe(antworten, kontext, schritt=schritt.schluessel, eintrag=eintrag)
            if not geprueft.befunde:
                break
    return antworten


def _felder(
    formular: Formular, schritt: Schritt, antworten: dict[str, Any], kontext: Kontext, eintrag: int | None
) -> Iterator[Feldlage]:
    for lage in formular.lage(schritt.schluessel, antworten, kontext, eintrag):
        if isinstance(lage, Gruppenlage):
            yield from lage.felder
        else:
            yield lage


def _getippt(feld: Feldlage, zufall: Random) -> list[str]:
    typ = feld.angabe.typ
    if feld.wert is not None and zufall.random() < 0.5 and not isinstance(feld.wert, bool | list):
        return [str(feld.wert) if typ != "betrag" else "3,50"]
    if not feld.pflicht and zufall.random() < 0.3:
        return []
    if typ in {"auswahl", "mehrfachauswahl", "wz", "gemeinde"}:
        codes = [wahl.wert for wahl in feld.wahl] or _gesucht(feld)
        return (
            zufall.sample(codes, k=min(len(codes), zufall.choice((1, 2))))
            if typ[0] == "m"
            else [zufall.choice(codes)]
        )
    return [zufall.choice(_GETIPPT[typ])]


def _gesucht(feld: Feldlage) -> list[str]:
    liste = feld.liste or codeliste("gemeinden")
    return [code for wort in ("a", "er", "pa", "de") for code, _ in suche(liste, wort, "de")] or [
        code for code, _ in liste.eintraege("de")
    ]
