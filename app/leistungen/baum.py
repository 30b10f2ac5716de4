"""A form compiled: every question a node with functions in place of conditions, in the order of evaluation.

An answer counts only where its question is asked. So conditions are evaluated in an order in which
everything they look at has been decided; that order exists, because a form whose conditions run in a circle
is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, NamedTuple

from app.leistungen.bedingung import Art, Lage, Pruefer, bezuege, uebersetze, uebersetze_grenze
from app.leistungen.definition import Bedingung, Definition, Feldangabe, Gruppe, Schritt
from app.leistungen.feldarten import HOECHSTLAENGEN, LISTEN, geglaettet
from app.leistungen.gegenstand import gegenstand
from app.leistungen.pfade import arten, felder_von, voller_pfad
from app.leistungen.werte import fehlt, hole, ist_antwort, setze

HOECHSTENS_EINTRAEGE: Final = 200
"""More entries are looked at in no list; the language allows none more."""


class Kreis(ValueError):
    """Conditions that wait for one another; `pfade` are the answers on the way."""

    def __init__(self, pfade: Sequence[str]) -> None:
        self.pfade = tuple(pfade)
        super().__init__(" -> ".join(self.pfade))


@dataclass(slots=True, eq=False)
class Knoten:
    """A question. `schluessel`: its path in the answers without numbers of entries; `pfad`: in its entry."""

    angabe: Feldangabe
    pfad: str
    schluessel: str
    teile: tuple[str, ...]
    schritt: int
    gruppe: Gruppe | None
    liste: str | None
    pointer: str
    glaette: Callable[[Any], Any]
    wenn: tuple[Pruefer, ...]
    pflicht: Pruefer
    hoechstlaenge: int
    codeliste: str | None
    wahl: tuple[tuple[str, Pruefer | None], ...]
    mindestens: Callable[[Lage], Any] | None
    hoechstens: Callable[[Lage], Any] | None
    pruefungen: tuple[Pruefer, ...]
    staat: str | None
    """Path of the answer that says in which country a postcode is."""
    vorbelegt: Pruefer
    """Whether the first value holds."""


@dataclass(slots=True, eq=False)
class Liste:
    """A step that collects entries."""

    pfad: str
    teile: tuple[str, ...]
    schritt: int
    knoten: tuple[Knoten, ...]
    """In the order of evaluation."""
    mindestens: Callable[[Lage], int]
    hoechstens: int


@dataclass(slots=True)
class Eintrag:
    """What is asked and answered in one entry."""

    werte: dict[str, Any] = field(default_factory=dict)
    sichtbar: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sicht:
    """What is asked and answered: paths that are shown, their answers, smoothed; hidden ones are gone."""

    heute: date
    schritte: list[bool]
    werte: dict[str, Any] = field(default_factory=dict)
    sichtbar: set[str] = field(default_factory=set)
    eintraege: dict[str, list[Eintrag]] = field(default_factory=dict)

    def lage(self, eintrag: Eintrag | None = None) -> Lage:
        """For conditions."""
        return Lage(self.werte, self.heute, None if eintrag is None else eintrag.werte)


Fuellung = Callable[[Knoten, Lage, int | None, Any], Any]
"""What an answer is before it counts: (question, decided so far, entry, given answer) -> answer."""


class _Stelle(NamedTuple):
    """Where what is found is put: into the whole, or into an entry."""

    werte: dict[str, Any]
    sichtbar: set[str]
    eintrag: int | None
    fuelle: Fuellung | None


def _immer(_: Lage) -> bool:
    return True


def _nie(_: Lage) -> bool:
    return False


class Baum:
    """The questions of a form. Raises Kreis, KeyError where a condition names what is not there."""

    def __init__(self, definition: Definition) -> None:
        self.schritte = definition.schritte
        self._gegenstand = definition.gegenstand
        self.arten = arten(definition)
        self._schrittbedingung = tuple(self._pruefer(schritt.wenn, None) for schritt in self.schritte)
        self.knoten: tuple[tuple[Knoten, ...], ...] = tuple(
            tuple(self._knoten(nummer, schritt)) for nummer, schritt in enumerate(self.schritte)
        )
        """Of each step, in the order of the page."""
        self.sperrbare: tuple[tuple[Knoten, ...], ...] = tuple(
            tuple(k for k in alle if k.angabe.vorbelegung is not None and k.angabe.vorbelegung.gesperrt_ab)
            for alle in self.knoten
        )
        """Of each step those that a login may lock."""
        self.listen: dict[str, Liste] = {}
        self._ordnung = self._geordnet()
        self.alle: Mapping[str, Knoten] = {k.schluessel: k for je_schritt in self.knoten for k in je_schritt}

    def sicht(self, antworten: Mapping[str, Any], heute: date, fuelle: Fuellung | None = None) -> Sicht:
        """What is asked of whom gives these answers."""
        offen: list[bool | None] = [None] * len(self.schritte)
        sicht = Sicht(heute, [])
        lage = Lage(sicht.werte, heute)
        stelle = _Stelle(sicht.werte, sicht.sichtbar, None, fuelle)
        for einheit in self._ordnung:
            nummer = einheit.schritt
            if offen[nummer] is None:
                offen[nummer] = self._schrittbedingung[nummer](lage)
            if not offen[nummer]:
                continue
            if isinstance(einheit, Liste):
                self._eintraege(einheit, antworten, sicht, fuelle)
            else:
                _nimm(einheit, antworten, lage, stelle)
        for nummer, (schritt, knoten) in enumerate(zip(self.schritte, self.knoten, strict=True)):
            # A page that asks nothing is none.
            sicht.schritte.append(
                bool(offen[nummer])
                and (schritt.liste is not None or any(k.pfad in sicht.sichtbar for k in knoten))
            )
        return sicht

    def _eintraege(
        self, liste: Liste, antworten: Mapping[str, Any], sicht: Sicht, fuelle: Fuellung | None
    ) -> None:
        roh = hole(antworten, liste.teile)
        eintraege = []
        for nummer, einer in enumerate(roh[:HOECHSTENS_EINTRAEGE] if isinstance(roh, list) else ()):
            eintrag = Eintrag()
            lage = sicht.lage(eintrag)
            stelle = _Stelle(eintrag.werte, eintrag.sichtbar, nummer, fuelle)
            for knoten in liste.knoten:
                _nimm(knoten, einer, lage, stelle)
            eintraege.append(eintrag)
        sicht.eintraege[liste.pfad] = eintraege
        if eintraege:
            sicht.werte[liste.pfad] = [eintrag.werte for eintrag in eintraege]

    def antworten(self, sicht: Sicht) -> dict[str, Any]:
        """The answers as nested object, in the order of the form."""
        alle: dict[str, Any] = {}
        for schritt, knoten in zip(self.schritte, self.knoten, strict=True):
            if schritt.liste is None:
                _lege_ab(alle, knoten, sicht.werte)
                continue
            eintraege = []
            for eintrag in sicht.eintraege.get(schritt.liste, ()):
                einer: dict[str, Any] = {}
                _lege_ab(einer, knoten, eintrag.werte)
                eintraege.append(einer)
            if eintraege:
                setze(alle, schritt.liste.split("."), eintraege)
        return alle

    # --- from data to functions ---

    def _knoten(self, nummer: int, schritt: Schritt) -> Iterator[Knoten]:
        for gruppe, angabe in felder_von(schritt):
            yield self._ein_knoten(nummer, schritt, gruppe, angabe)

    def _ein_knoten(self, nummer: int, schritt: Schritt, gruppe: Gruppe | None, angabe: Feldangabe) -> Knoten:
        schluessel = voller_pfad(schritt, angabe)
        hoechstlaenge = angabe.hoechstlaenge or HOECHSTLAENGEN.get(angabe.typ, 200)
        if self._gegenstand is not None and not angabe.nur_formular and angabe.typ != "hinweis":
            angabe, hoechstlaenge = self._nach_modell(angabe, schluessel, hoechstlaenge)
        liste = schritt.liste
        bedingungen = (None if gruppe is None else gruppe.wenn, angabe.wenn)
        wenn = [self._pruefer(eine, liste) for eine in bedingungen if eine is not None]
        return Knoten(
            angabe=angabe,
            pfad=angabe.schluessel,
            schluessel=schluessel,
            teile=tuple(angabe.schluessel.split(".")),
            schritt=nummer,
            gruppe=gruppe,
            liste=liste,
            pointer="/" + angabe.schluessel.replace(".", "/"),
            glaette=geglaettet(angabe.typ),
            wenn=tuple(wenn),
            pflicht=self._ja_nein(angabe.pflicht, liste),
            hoechstlaenge=hoechstlaenge,
            codeliste=LISTEN.get(angabe.typ, angabe.liste),
            wahl=tuple(
                (eine.wert, None if eine.wenn is None else self._pruefer(eine.wenn, liste))
                for eine in angabe.werte
            ),
            mindestens=None
            if angabe.mindestens is None
            else uebersetze_grenze(angabe.mindestens, angabe.typ),
            hoechstens=None
            if angabe.hoechstens is None
            else uebersetze_grenze(angabe.hoechstens, angabe.typ),
            pruefungen=tuple(self._pruefer(eine.muss, liste) for eine in angabe.pruefungen),
            staat=self._staat(schluessel, angabe) if angabe.typ == "plz" else None,
            vorbelegt=self._pruefer(None if angabe.vorbelegung is None else angabe.vorbelegung.wenn, liste),
        )

    def _nach_modell(self, angabe: Feldangabe, schluessel: str, hoechstlaenge: int) -> tuple[Feldangabe, int]:
        """What the file leaves open, the model says."""
        assert self._gegenstand is not None  # noqa: S101 asked before
        modell = gegenstand(self._gegenstand.art).modellangabe(self._gegenstand.form, schluessel)
        if modell is None:
            return angabe, hoechstlaenge
        ergaenzt = angabe.model_copy(
            update={
                "gewa": angabe.gewa or modell.gewa,
                "fim": angabe.fim or modell.fim,
                "liste": angabe.liste or modell.liste,
            }
        )
        grenzen = [grenze for grenze in (angabe.hoechstlaenge, modell.hoechstlaenge) if grenze]
        return ergaenzt, min(grenzen) if grenzen else hoechstlaenge

    def _staat(self, schluessel: str, angabe: Feldangabe) -> str | None:
        davor, _, _ = schluessel.rpartition(".")
        neben, _, _ = angabe.schluessel.rpartition(".")
        for name in ("nation", "staat"):
            if (f"{davor}.{name}" if davor else name) in self.arten:
                return f"{neben}.{name}" if neben else name
        return None

    def _pruefer(self, bedingung: Bedingung | None, liste: str | None) -> Pruefer:
        return _immer if bedingung is None else uebersetze(bedingung, _Arten(self.arten, liste))

    def _ja_nein(self, angabe: bool | Bedingung, liste: str | None) -> Pruefer:
        if isinstance(angabe, bool):
            return _immer if angabe else _nie
        return self._pruefer(angabe, liste)

    def pruefer(self, bedingung: Bedingung | None) -> Pruefer:
        """A condition of the whole form as function; None holds always."""
        return self._pruefer(bedingung, None)

    def ja_nein(self, angabe: bool | Bedingung) -> Pruefer:
        """What is so, is not so, or is so under a condition."""
        return self._ja_nein(angabe, None)

    # --- in which order ---

    def _geordnet(self) -> tuple[Knoten | Liste, ...]:
        einheiten: dict[str, Knoten | Liste] = {}
        graph: dict[str, set[str]] = {}
        for schritt, alle in zip(self.schritte, self.knoten, strict=True):
            if schritt.liste is None:
                for knoten in alle:
                    einheiten[knoten.pfad] = knoten
                    graph[knoten.pfad] = set(_sichtbezuege(schritt, knoten))
                continue
            in_liste = {k.pfad: k for k in alle}
            wartet = {f".{k.pfad}": {b for b in _sichtbezuege(schritt, k) if b.startswith(".")} for k in alle}
            reihe = tuple(in_liste[bezug[1:]] for bezug in _reihenfolge(wartet) if bezug[1:] in in_liste)
            liste = self._liste(schritt, reihe)
            einheiten[schritt.liste] = self.listen[schritt.liste] = liste
            graph[schritt.liste] = {
                b for k in alle for b in _sichtbezuege(schritt, k) if not b.startswith(".")
            } | set(bezuege(schritt.wenn))
        return tuple(einheiten[pfad] for pfad in _reihenfolge(graph) if pfad in einheiten)

    def _liste(self, schritt: Schritt, knoten: tuple[Knoten, ...]) -> Liste:
        if isinstance(schritt.mindestens, int):
            zahl = schritt.mindestens
            mindestens: Callable[[Lage], int] = lambda _: zahl  # noqa: E731
        else:
            noetig = self._pruefer(schritt.mindestens, None)
            mindestens = lambda lage: int(noetig(lage))  # noqa: E731
        assert schritt.liste is not None  # noqa: S101 asked by the caller
        return Liste(
            schritt.liste,
            tuple(schritt.liste.split(".")),
            knoten[0].schritt,
            knoten,
            mindestens,
            schritt.hoechstens,
        )


class _Arten(dict[str, Art]):
    """Kinds by reference: those of the form, and with a dot those of an entry."""

    def __init__(self, arten_: Mapping[str, Art], liste: str | None) -> None:
        super().__init__()
        self._arten = arten_
        self._liste = liste

    def __missing__(self, bezug: str) -> Art:
        if bezug.startswith("."):
            return self._arten[f"{self._liste}{bezug}"]
        return self._arten[bezug]


def _sichtbezuege(schritt: Schritt, knoten: Knoten) -> Iterator[str]:
    """What has to be decided before it is known whether a question is asked, and what it offers."""
    if schritt.liste is None:
        yield from bezuege(schritt.wenn)
    if knoten.gruppe is not None:
        yield from bezuege(knoten.gruppe.wenn)
    yield from bezuege(knoten.angabe.wenn)
    if knoten.angabe.vorbelegung is not None:
        yield from bezuege(knoten.angabe.vorbelegung.wenn)
    for wahl in knoten.angabe.werte:
        yield from bezuege(wahl.wenn)


def _reihenfolge(graph: Mapping[str, Iterable[str]]) -> list[str]:
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as fehler:
        raise Kreis(fehler.args[1]) from fehler


def _nimm(knoten: Knoten, antworten: Any, lage: Lage, stelle: _Stelle) -> None:
    """Whether it is asked, and what is answered."""
    for bedingung in knoten.wenn:
        if not bedingung(lage):
            return
    stelle.sichtbar.add(knoten.pfad)
    if knoten.angabe.typ == "hinweis":
        return
    wert = hole(antworten, knoten.teile)
    # What can be no answer at all is not kept; that it was there is told by who looks for unknown keys.
    wert = knoten.glaette(wert) if ist_antwort(wert) else None
    if stelle.fuelle is not None and knoten.angabe.vorbelegung is not None:
        wert = stelle.fuelle(knoten, lage, stelle.eintrag, wert)
    if not fehlt(wert):
        stelle.werte[knoten.pfad] = wert


def _lege_ab(ziel: dict[str, Any], knoten: Sequence[Knoten], werte: Mapping[str, Any]) -> None:
    for einer in knoten:
        if einer.pfad in werte:
            setze(ziel, einer.teile, werte[einer.pfad])
