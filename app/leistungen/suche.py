"""Finding a service by what people call it, in any language: spelling is forgiven, nothing is guessed."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from app.leistungen.definition import SPRACHEN
from app.leistungen.formular import Formular

_WORT = re.compile(r"[a-z0-9]+")
_UMLAUTE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_HOECHSTENS_WORTE = 12
_AEHNLICH = 0.82
_KUERZESTES_TIPPWORT = 5
_TITEL, _SUCHWORT, _KURZ = 4, 3, 1


def suche(formulare: Iterable[Formular], worte: str) -> list[Formular]:
    """The services that fit every word, the best first; all of them where nothing is asked."""
    gefragt = _gefaltet(worte)[:_HOECHSTENS_WORTE]
    bewertet = [
        (sum(punkte), formular) for formular in formulare if all(punkte := _punkte(formular, gefragt))
    ]
    return [formular for _, formular in sorted(bewertet, key=lambda paar: -paar[0])]


def _punkte(formular: Formular, gefragt: Sequence[str]) -> list[float]:
    definition = formular.definition
    gewichtet = [
        (_TITEL, [wort for sprache in SPRACHEN for wort in _gefaltet(definition.titel.in_sprache(sprache))]),
        (_SUCHWORT, [wort for satz in definition.suchworte for wort in _gefaltet(satz)]),
        (_KURZ, [wort for sprache in SPRACHEN for wort in _gefaltet(definition.kurz.in_sprache(sprache))]),
    ]
    return [
        max(
            (gewicht * _passung(eines, wort) for gewicht, woerter in gewichtet for wort in woerter), default=0
        )
        for eines in gefragt
    ]


def _passung(gefragt: str, wort: str) -> float:
    if wort == gefragt:
        return 1.0
    if wort.startswith(gefragt):
        return 0.8
    if len(gefragt) < _KUERZESTES_TIPPWORT:
        return 0.0
    if gefragt in wort:
        return 0.6
    if abs(len(gefragt) - len(wort)) > 2:
        return 0.0
    aehnlich = SequenceMatcher(None, gefragt, wort).ratio()
    return 0.4 if aehnlich >= _AEHNLICH else 0.0


def _gefaltet(text: str) -> list[str]:
    klein = text.lower().replace("·", "").translate(_UMLAUTE)
    ohne = "".join(z for z in unicodedata.normalize("NFD", klein) if not unicodedata.combining(z))
    return _WORT.findall(ohne)
