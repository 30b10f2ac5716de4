"""What a page shows: its questions as they stand, with values, choices and locks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from app.konto.niveau import Niveau
from app.leistungen.antwortpruefung import wird_angeboten
from app.leistungen.baum import Knoten
from app.leistungen.bedingung import Lage
from app.leistungen.codelisten import Codeliste, codeliste
from app.leistungen.definition import SPRACHEN, Feldangabe, Gruppe, Nachweis, Texte
from app.leistungen.feldarten import pruefe_art
from app.leistungen.gegenstand import Kontext


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


def ist_gesperrt(knoten: Knoten, kontext: Kontext) -> bool:
    """Whether the login is sure enough that its value counts and no other."""
    vorbelegung = knoten.angabe.vorbelegung
    return (
        vorbelegung is not None
        and vorbelegung.gesperrt_ab is not None
        and kontext.niveau is not None
        and kontext.niveau >= Niveau.von(vorbelegung.gesperrt_ab)
    )


def quellwert(knoten: Knoten, kontext: Kontext, lage: Lage, eintrag: int | None) -> Any:
    """The first value of a question; None where it does not hold or would be no answer."""
    vorbelegung = knoten.angabe.vorbelegung
    if vorbelegung is None or vorbelegung.nur_eintrag not in {None, eintrag} or not knoten.vorbelegt(lage):
        return None
    roh: Mapping[str, str] = {
        **kontext.quellen,
        "heute": kontext.heute.isoformat(),
        "gemeinde.ags": kontext.ags,
    }
    wert = knoten.glaette(roh.get(vorbelegung.quelle))
    if not wert:
        return None
    if knoten.angabe.typ == "mehrfachauswahl":
        wert = [wert]
    if pruefe_art(knoten.angabe.typ, wert, knoten.hoechstlaenge, ausland=True) is not None:
        return None
    codes = wert if isinstance(wert, list) else [wert]
    if knoten.wahl and not all(any(w == code for w, _ in knoten.wahl) for code in codes):
        return None
    if not knoten.wahl and knoten.codeliste is not None:
        liste = codeliste(knoten.codeliste)
        if not all(liste.enthaelt(code) for code in codes):
            return None
    return wert
