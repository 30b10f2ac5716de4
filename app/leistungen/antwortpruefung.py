"""The check of answers: of one question, of a list, of what has to hold between them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.leistungen import meldungen
from app.leistungen.baum import Baum, Eintrag, Knoten, Liste, Sicht
from app.leistungen.bedingung import Lage
from app.leistungen.codelisten import codeliste
from app.leistungen.eingabe_formen import betrag_als_text
from app.leistungen.feldarten import LISTEN, pruefe_art
from app.leistungen.orte import listenzeiger
from app.leistungen.werte import als_tag, hole, ist_antwort
from xoev.befund import Befund, gekuerzt

DEUTSCHLAND: Final = "276"
_HOECHSTENS_UNBEKANNTE: Final = 20


def pruefe_feld(knoten: Knoten, werte: Mapping[str, Any], lage: Lage, davor: str) -> Befund | None:
    """The first thing that is wrong with the answer to a question that is asked.

    `werte`: the answers among which it is, `davor`: what comes before its pointer.
    """
    angabe = knoten.angabe
    if angabe.typ == "hinweis":
        return None
    wert = werte.get(knoten.pfad)
    if wert is None:
        if not knoten.pflicht(lage):
            return None
        return meldungen.befund("pflicht", davor + knoten.pointer, {"feld": angabe.label})
    ausland = knoten.staat is not None and _ausland(knoten.staat, werte)
    fehler = pruefe_art(angabe.typ, wert, knoten.hoechstlaenge, ausland)
    if fehler is not None:
        angaben = {"feld": angabe.label, **fehler.angaben}
        return meldungen.befund(fehler.name, davor + knoten.pointer, angaben)
    return (
        ((knoten.wahl or knoten.codeliste) and _pruefe_codes(knoten, wert, lage, davor))
        or ((knoten.mindestens or knoten.hoechstens) and _pruefe_grenzen(knoten, wert, lage, davor))
        or (knoten.pruefungen and _pruefe_eigene(knoten, lage, davor))
        or None
    )


def _ausland(pfad: str, werte: Mapping[str, Any]) -> bool:
    staat = werte.get(pfad)
    return staat is not None and staat != DEUTSCHLAND


def _pruefe_codes(knoten: Knoten, wert: Any, lage: Lage, davor: str) -> Befund | None:
    typ = knoten.angabe.typ
    codes = wert if isinstance(wert, list) else (wert,)
    if knoten.wahl:
        if all(wird_angeboten(knoten, code, lage) for code in codes):
            return None
        return meldungen.befund("auswahl", davor + knoten.pointer, {"feld": knoten.angabe.label})
    liste = codeliste(knoten.codeliste or "")
    if all(liste.enthaelt(code) for code in codes):
        return None
    name = typ if typ in LISTEN else "auswahl"
    return meldungen.befund(
        name, davor + knoten.pointer, {"feld": knoten.angabe.label, "wert": gekuerzt(str(wert))}
    )


def wird_angeboten(knoten: Knoten, code: str, lage: Lage) -> bool:
    """Whether this value can be chosen now."""
    return any(wert == code and (wenn is None or wenn(lage)) for wert, wenn in knoten.wahl)


def _pruefe_grenzen(knoten: Knoten, wert: Any, lage: Lage, davor: str) -> Befund | None:
    typ = knoten.angabe.typ
    groesse = als_tag(wert) if typ == "datum" else wert
    art = "tag" if typ == "datum" else "grenze"
    if knoten.mindestens is not None:
        grenze = knoten.mindestens(lage)
        if grenze is not None and groesse < grenze:
            return meldungen.befund(
                f"{art}_mindestens", davor + knoten.pointer, {"grenze": _als_text(grenze, typ)}
            )
    if knoten.hoechstens is not None:
        grenze = knoten.hoechstens(lage)
        if grenze is not None and groesse > grenze:
            return meldungen.befund(
                f"{art}_hoechstens", davor + knoten.pointer, {"grenze": _als_text(grenze, typ)}
            )
    return None


def _als_text(grenze: Any, typ: str) -> str:
    if isinstance(grenze, date):
        return grenze.strftime("%d.%m.%Y")
    return f"{betrag_als_text(grenze, 'de')} Euro" if typ == "betrag" else str(grenze)


def _pruefe_eigene(knoten: Knoten, lage: Lage, davor: str) -> Befund | None:
    for pruefung, muss in zip(knoten.angabe.pruefungen, knoten.pruefungen, strict=True):
        if not muss(lage):
            return meldungen.eigener(pruefung.code, pruefung.text, davor + knoten.pointer)
    return None


def pruefe_schritt(baum: Baum, nummer: int, sicht: Sicht, eintrag: int | None) -> Iterator[Befund]:
    """The findings of a page; with `eintrag` of one of its entries alone."""
    schritt = baum.schritte[nummer]
    alle = baum.knoten[nummer]
    if schritt.liste is None:
        yield from _pruefe_felder(alle, sicht, sicht.lage(), "")
        return
    for i, einer in enumerate(sicht.eintraege.get(schritt.liste, [])):
        if eintrag is None or eintrag == i:
            yield from _pruefe_felder(alle, einer, sicht.lage(einer), listenzeiger(schritt.liste, i))


def _pruefe_felder(
    alle: Sequence[Knoten], stand: Sicht | Eintrag, lage: Lage, davor: str
) -> Iterator[Befund]:
    werte, sichtbar = stand.werte, stand.sichtbar
    for knoten in alle:
        if knoten.pfad in sichtbar:
            befund = pruefe_feld(knoten, werte, lage, davor)
            if befund is not None:
                yield befund


def pruefe_anzahl(liste: Liste, sicht: Sicht, antworten: Mapping[str, Any]) -> Befund | None:
    """Whether there are as many entries as there have to be."""
    roh = hole(antworten, liste.teile)
    anzahl = len(roh) if isinstance(roh, list) else 0
    mindestens = liste.mindestens(sicht.lage())
    pointer = listenzeiger(liste.pfad)
    if anzahl < mindestens:
        angaben = {"grenze": mindestens, "anzahl": anzahl}
        return meldungen.befund("eintraege_mindestens", pointer, angaben)
    if anzahl > liste.hoechstens:
        angaben = {"grenze": liste.hoechstens, "anzahl": anzahl}
        return meldungen.befund("eintraege_hoechstens", pointer, angaben)
    return None


class Kenner:
    """Knows which keys there can be."""

    def __init__(self, baum: Baum) -> None:
        self._wurzel: dict[str, Any] = {}
        for schritt, knoten in zip(baum.schritte, baum.knoten, strict=True):
            ast = self._wurzel
            if schritt.liste is not None:
                teile = schritt.liste.split(".")
                for teil in teile[:-1]:
                    ast = ast.setdefault(teil, {})
                ast = ast.setdefault(teile[-1], {}).setdefault("", {})
            for einer in knoten:
                if einer.angabe.typ == "hinweis":
                    continue
                stelle = ast
                for teil in einer.teile[:-1]:
                    stelle = stelle.setdefault(teil, {})
                stelle[einer.teile[-1]] = None

    def unbekannte(self, antworten: Any) -> list[Befund]:
        """A finding for each key that no question has, and for each object or list that is none."""
        befunde: list[Befund] = []
        stapel: list[tuple[Any, Any, str]] = [(antworten, self._wurzel, "")]
        while stapel and len(befunde) < _HOECHSTENS_UNBEKANNTE:
            wert, ast, ort = stapel.pop()
            if wert is None:
                continue
            if ast is None:
                if not ist_antwort(wert):
                    befunde.append(_falsch(ort))
            elif "" in ast:
                if isinstance(wert, list):
                    stapel.extend((einer, ast[""], f"{ort}/{i}") for i, einer in enumerate(wert[:200]))
                else:
                    befunde.append(_falsch(ort))
            elif not isinstance(wert, dict):
                befunde.append(_falsch(ort))
            else:
                for name, teil in wert.items():
                    wo = f"{ort}/{str(name).replace('~', '~0').replace('/', '~1')}"
                    if name in ast:
                        stapel.append((teil, ast[name], wo))
                    elif len(befunde) < _HOECHSTENS_UNBEKANNTE:
                        befunde.append(meldungen.befund("unbekannt", wo, {"name": gekuerzt(str(name))}))
        return befunde


def _falsch(ort: str) -> Befund:
    return meldungen.befund("typ", ort, {"feld": ort.rpartition("/")[2] or "/"})
