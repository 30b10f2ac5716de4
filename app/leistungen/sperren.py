"""First values and locks: what comes from the login, and what nobody but the login may change."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from app.konto.niveau import Niveau
from app.leistungen.baum import Baum, Eintrag, Fuellung, Knoten, Sicht
from app.leistungen.bedingung import Lage
from app.leistungen.codelisten import codeliste
from app.leistungen.feldarten import pruefe_art
from app.leistungen.gegenstand import Kontext
from app.leistungen.orte import listenzeiger
from app.leistungen.werte import fehlt


class Gesperrt(NamedTuple):
    """A locked question: where it is, and whether its answer is another than the source's."""

    pointer: str
    eintrag: int | None
    knoten: Knoten
    veraendert: bool


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
    roh = {**kontext.quellen, "heute": kontext.heute.isoformat(), "gemeinde.ags": kontext.ags}
    wert = knoten.glaette(roh.get(vorbelegung.quelle))
    if not wert:
        return None
    if knoten.angabe.typ == "mehrfachauswahl":
        wert = [wert]
    return wert if _waere_antwort(knoten, wert) else None


def _waere_antwort(knoten: Knoten, wert: Any) -> bool:
    if pruefe_art(knoten.angabe.typ, wert, knoten.hoechstlaenge, ausland=True) is not None:
        return False
    codes = wert if isinstance(wert, list) else [wert]
    if knoten.wahl:
        return all(any(moeglich == code for moeglich, _ in knoten.wahl) for code in codes)
    if knoten.codeliste is not None:
        return all(map(codeliste(knoten.codeliste).enthaelt, codes))
    return True


def mit_ersten_werten(kontext: Kontext) -> Fuellung:
    """Where there is no answer the source's; where it is locked, always."""

    def fuelle(knoten: Knoten, lage: Lage, eintrag: int | None, wert: Any) -> Any:
        if not fehlt(wert) and not ist_gesperrt(knoten, kontext):
            return wert
        quelle = quellwert(knoten, kontext, lage, eintrag)
        return wert if quelle is None else quelle

    return fuelle


def mit_gesperrten(kontext: Kontext) -> Fuellung:
    """Where there is no answer and it is locked, the source's."""

    def fuelle(knoten: Knoten, lage: Lage, eintrag: int | None, wert: Any) -> Any:
        if fehlt(wert) and ist_gesperrt(knoten, kontext):
            return quellwert(knoten, kontext, lage, eintrag)
        return wert

    return fuelle


def gesperrte(baum: Baum, nummer: int, sicht: Sicht, kontext: Kontext) -> Iterator[Gesperrt]:
    """The locked questions of a page."""
    for knoten in baum.sperrbare[nummer]:
        if not ist_gesperrt(knoten, kontext):
            continue
        for i, einer in _stellen(knoten, sicht):
            stand = sicht if einer is None else einer
            if knoten.pfad not in stand.sichtbar:
                continue
            quelle = quellwert(knoten, kontext, sicht.lage(einer), i)
            if quelle is not None:
                davor = "" if knoten.liste is None else listenzeiger(knoten.liste, i)
                veraendert = stand.werte.get(knoten.pfad) != quelle
                yield Gesperrt(davor + knoten.pointer, i, knoten, veraendert)


def _stellen(knoten: Knoten, sicht: Sicht) -> Iterator[tuple[int | None, Eintrag | None]]:
    if knoten.liste is None:
        yield None, None
    else:
        yield from enumerate(sicht.eintraege.get(knoten.liste, ()))
