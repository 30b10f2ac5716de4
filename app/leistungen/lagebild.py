"""What a page shows: its questions as they stand, with values, choices and locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from app.leistungen.antwortpruefung import wird_angeboten
from app.leistungen.baum import Eintrag, Knoten, Sicht
from app.leistungen.bedingung import Lage
from app.leistungen.codelisten import Codeliste, codeliste
from app.leistungen.definition import SPRACHEN, Feldangabe, Gruppe, Nachweis, Texte
from app.leistungen.gegenstand import Kontext
from app.leistungen.sperren import ist_gesperrt, quellwert


class Wahl(NamedTuple):
    """One value to choose."""

    wert: str
    text: Texte
    hinweis: Texte | None = None


@dataclass(frozen=True, slots=True)
class Feldlage:
    """A question on the page. `pfad` is relative to the entry in a list; `wert` as it is stored.

    `vorbelegt`: the value is the source's. `wahl` is empty where `liste` is too large to be shown.
    """

    angabe: Feldangabe
    pfad: str
    wert: Any
    pflicht: bool
    gesperrt: bool
    vorbelegt: bool
    wahl: tuple[Wahl, ...]
    hoechstlaenge: int | None
    liste: Codeliste | None


@dataclass(frozen=True, slots=True)
class Gruppenlage:
    """Questions under one heading."""

    gruppe: Gruppe
    felder: tuple[Feldlage, ...]


@dataclass(frozen=True, slots=True)
class Nachweislage:
    """A document that is asked for."""

    angabe: Nachweis
    pflicht: bool


def lagen(
    alle: Sequence[Knoten], stand: Sicht | Eintrag, lage: Lage, kontext: Kontext, eintrag: int | None
) -> tuple["Feldlage | Gruppenlage", ...]:
    """The questions of a page, or of an entry, as they stand: those of one group together."""
    unberuehrt = not any(k.pfad in stand.werte and not ist_gesperrt(k, kontext) for k in alle)
    ergebnis: list[Feldlage | Gruppenlage] = []
    sichtbare = (k for k in alle if k.pfad in stand.sichtbar)
    for _, knoten in groupby(sichtbare, key=lambda k: id(k.gruppe) if k.gruppe is not None else 0):
        zusammen = list(knoten)
        felder = tuple(feldlage(k, lage, kontext, eintrag, unberuehrt) for k in zusammen)
        gruppe = zusammen[0].gruppe
        ergebnis += felder if gruppe is None else (Gruppenlage(gruppe, felder),)
    return tuple(ergebnis)


def feldlage(knoten: Knoten, lage: Lage, kontext: Kontext, eintrag: int | None, unberuehrt: bool) -> Feldlage:
    """How a question stands. `unberuehrt`: nothing was answered on this page yet."""
    angabe = knoten.angabe
    wert = lage.wert("." + knoten.pfad if knoten.liste else knoten.pfad)
    quelle = quellwert(knoten, kontext, lage, eintrag)
    pflicht = angabe.typ != "hinweis" and knoten.pflicht(lage)
    gesperrt = quelle is not None and ist_gesperrt(knoten, kontext)
    # What somebody has cleared does not come back; what has to be answered cannot have been cleared.
    if gesperrt or (wert is None and (unberuehrt or pflicht)):
        wert = quelle if quelle is not None else wert
    liste = None if knoten.codeliste is None else codeliste(knoten.codeliste)
    return Feldlage(
        angabe=angabe,
        pfad=knoten.pfad,
        wert=wert,
        pflicht=pflicht,
        gesperrt=gesperrt,
        vorbelegt=quelle is not None and wert == quelle,
        wahl=_wahl(knoten, lage, liste),
        hoechstlaenge=knoten.hoechstlaenge if angabe.typ in {"text", "mehrzeilig"} else None,
        liste=liste,
    )


def _wahl(knoten: Knoten, lage: Lage, liste: Codeliste | None) -> tuple[Wahl, ...]:
    if knoten.wahl:
        return tuple(
            Wahl(eine.wert, eine.text, eine.hinweis)
            for eine in knoten.angabe.werte
            if wird_angeboten(knoten, eine.wert, lage)
        )
    return () if liste is None or liste.gross else _eintraege(liste)


@lru_cache(maxsize=64)
def _eintraege(liste: Codeliste) -> tuple[Wahl, ...]:
    return tuple(Wahl(code, bezeichnung(liste, code)) for code, _ in liste.eintraege("de"))


def bezeichnung(liste: Codeliste, code: str) -> Texte:
    """The name of a code in every language."""
    de, en, leicht = (liste.bezeichnung(code, sprache) for sprache in SPRACHEN)
    return Texte.model_construct(de=de, en=en, leicht=leicht)
