"""The trade notice as what answers end in: its fields, lists and rules, told to the forms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final

from pydantic import ValidationError

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung, klasse_von
from app.gewerbe.fehlertexte import befunde_aus
from app.gewerbe.feld import FORMEN, Form
from app.gewerbe.felder import alle_felder
from app.gewerbe.formularbau import Antworten, Entwurf, art_der, baue
from app.gewerbe.formularhinweise import fuer_das_amt
from app.gewerbe.formularschema import json_schema
from app.gewerbe.formularwege import formularzeiger, modellpfad
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet
from app.gewerbe.plausibilitaet_regel import Treffer, befund
from app.leistungen.gegenstand import Kontext, Modellangabe
from xoev.befund import Befund

Anzeige = Anmeldung | Ummeldung | Abmeldung

ART: Final = "gewerbeanzeige"
NICHT_GEFRAGT: Final[Mapping[Form, frozenset[int]]] = {
    "A1": frozenset({32, 33}),
    "A2": frozenset({29, 30}),
    "A3": frozenset({29, 30}),
}
"""The date is the day of sending; an electronic notice has no signature (§ 2 Abs. 2 GewAnzV)."""

_LISTEN: Final[Mapping[str, str]] = {
    "art": "gewerbe.registerart",
    "funktion": "gewerbe.funktion",
    "gericht": "gewerbe.registergericht",
    "geschlecht": "gewerbe.geschlecht",
    "hwk": "gewerbe.handwerkskammer",
    "nation": "staaten",
    "niederlassungsart": "gewerbe.niederlassungsart",
    "oeffentliche_hand": "gewerbe.oeffentliche_hand",
    "rechtsform": "gewerbe.rechtsform",
    "staatsangehoerigkeiten": "staatsangehoerigkeiten",
    "grund": "gewerbe.grund_abmeldung",
    "gruende": "gewerbe.grund_ummeldung",
}
"""Code lists by the last part of the model's path."""
_EIGENE_WERTE: Final = frozenset({"anlass", "ausuebung"})
"""Questions whose choices are not the model's words."""


class Gewerbegegenstand:
    """The kind `gewerbeanzeige`."""

    def pruefe(self, form: str, antworten: Antworten, kontext: Kontext) -> Sequence[Befund]:
        """What the model and the plausibility rules find; once, however many notices it is in."""
        gefunden: dict[tuple[str, str], Befund] = {}
        entwuerfe = baue(_form(form), antworten, ags=kontext.ags, heute=kontext.heute)
        for entwurf in entwuerfe:
            for einer in _befunde(_form(form), entwurf, kontext):
                ort = formularzeiger(_form(form), einer.rule, einer.pointer, antworten, entwurf)
                gefunden.setdefault((einer.rule, ort), replace(einer, pointer=ort))
        gefunden.update(_zu_wenige(_form(form), antworten, entwuerfe))
        return [*gefunden.values(), *fuer_das_amt(antworten, kontext.ags)]

    def modellangabe(self, form: str, pfad: str) -> Modellangabe | None:
        """What the model knows of a path of the form."""
        return _modellangabe(_form(form), pfad)

    def nummern(self, form: str) -> frozenset[int]:
        """The numbers of the official form that are asked."""
        return alle_felder(_form(form)) - NICHT_GEFRAGT[_form(form)]


def anzeigen_aus(form: Form, antworten: Antworten, *, ags: str, heute: date) -> list[Anzeige]:
    """The notices of answers that have been checked. Raises ValidationError where they have not."""
    return [
        klasse_von(form).model_validate(entwurf.daten)
        for entwurf in baue(form, antworten, ags=ags, heute=heute)
    ]


def _befunde(form: Form, entwurf: Entwurf, kontext: Kontext) -> Sequence[Befund]:
    try:
        anzeige = klasse_von(form).model_validate(entwurf.daten)
    except ValidationError as fehler:
        return befunde_aus(fehler, form)
    return pruefe_plausibilitaet(anzeige, kontext.heute, streng=True)


def _zu_wenige(
    form: Form, antworten: Antworten, entwuerfe: Sequence[Entwurf]
) -> dict[tuple[str, str], Befund]:
    """A partnership states how many manage it; each notice alone cannot tell that there are more."""
    zahl = antworten.get("betrieb", {}).get("anzahl_beteiligte")
    if art_der(antworten) != "personengesellschaft" or zahl is None or zahl >= len(entwuerfe):
        return {}
    regel, ort = "PLA-ANZAHL-ZU-KLEIN", "/betrieb/anzahl_beteiligte"
    return {(regel, ort): befund(Treffer("warning", regel, 12, ort), form, streng=True)}


def _form(form: str) -> Form:
    for eine in FORMEN:
        if eine == form:
            return eine
    raise ValueError(form)


@cache
def _modellangabe(form: Form, pfad: str) -> Modellangabe | None:
    weg = modellpfad(form, pfad)
    knoten = _schema(form)
    for teil in weg.split("."):
        naechste: Mapping[str, Any] = _gegenstueck(knoten).get("properties", {})
        if teil not in naechste:
            return None
        knoten = naechste[teil]
    blatt = _gegenstueck(knoten)
    return Modellangabe(
        titel=str(knoten.get("title", "")),
        gewa=tuple(sorted(_nummern(knoten))),
        fim=blatt.get("x-fim"),
        hoechstlaenge=blatt.get("maxLength"),
        liste=None if pfad in _EIGENE_WERTE else _LISTEN.get(weg.rpartition(".")[2]),
    )


@cache
def _schema(form: Form) -> Mapping[str, Any]:
    return json_schema(form)


def _gegenstueck(knoten: Mapping[str, Any]) -> Mapping[str, Any]:
    """A list's entry in place of the list."""
    eintrag: Mapping[str, Any] = knoten.get("items", knoten)
    return eintrag


def _nummern(knoten: Mapping[str, Any]) -> set[int]:
    nummern = set(knoten.get("x-gewa-feld", ()))
    for teil in (*knoten.get("properties", {}).values(), *([knoten["items"]] if "items" in knoten else ())):
        nummern |= _nummern(teil)
    return nummern
