"""What a template needs to know of a question: the control, its words, its value, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from app.leistungen.codelisten import Codeliste
from app.leistungen.definition import Feldangabe
from app.leistungen.eingabe import zeige
from app.leistungen.formular import Feldlage, Gruppenlage
from app.web.besuch import Besuch

Steuerelement = Literal["text", "mehrzeilig", "wahl", "liste", "haken", "suche", "hinweis"]

_RADIOS: Final = 7
"""So many choices stand below one another; more of them open as a list."""
_NEBENEINANDER: Final = 2
_ZEICHEN: Final = {"mehrzeilig": 2000}
_TASTATUR: Final = {"ganzzahl": "numeric", "betrag": "decimal", "plz": "numeric"}
_BREITE: Final = {
    "ganzzahl": "kurz",
    "betrag": "kurz",
    "plz": "kurz",
    "datum": "mittel",
    "kennzeichen": "mittel",
    "telefon": "mittel",
}
_TYP: Final = {"email": "email", "telefon": "tel"}


@dataclass(frozen=True, slots=True)
class Wahl:
    """One value to choose."""

    wert: str
    text: str
    hinweis: str | None = None


@dataclass(frozen=True, slots=True)
class Suchlage:
    """What was looked for in a long list."""

    wort: str
    gefunden: tuple[Wahl, ...]


@dataclass(frozen=True, slots=True)
class Feldbild:
    """One question as it stands on the page."""

    pfad: str
    """Name of the control."""
    id: str
    art: Steuerelement
    label: str
    hilfe: str | None
    herkunft: str | None
    """Where a value comes from that the person has not typed."""
    wert: str
    werte: tuple[str, ...]
    """What is chosen, by code."""
    pflicht: bool
    gesperrt: bool
    wahl: tuple[Wahl, ...]
    fehler: str | None
    typ: str
    autocomplete: str
    tastatur: str | None
    hoechstlaenge: int | None
    breite: str | None
    mehrere: bool
    sucht: str
    """What is looked for, as a key of the catalogue: wz | gemeinde | liste."""
    gewaehlt: tuple[Wahl, ...] = ()
    suchwort: str = ""
    gefunden: tuple[Wahl, ...] | None = None

    @property
    def beschrieben(self) -> str:
        """Ids of what describes the control."""
        teile = (("hinweis", self.hilfe), ("herkunft", self.herkunft), ("fehler", self.fehler))
        return " ".join(f"{self.id}-{teil}" for teil, text in teile if text)

    @property
    def nebeneinander(self) -> bool:
        """Whether the choices are so few and short that they stand in one line."""
        return len(self.wahl) <= _NEBENEINANDER and not any(eine.hinweis for eine in self.wahl)

    @property
    def anzeige(self) -> str:
        """The value in words."""
        return ", ".join(eine.text for eine in self.gewaehlt) or self.wert


@dataclass(frozen=True, slots=True)
class Gruppenbild:
    """Questions under one heading."""

    id: str
    titel: str
    hilfe: str | None
    felder: tuple[Feldbild, ...]


def kennung(pfad: str) -> str:
    """The id of the control of a path."""
    return pfad.replace(".", "-")


def bilder(
    lage: Sequence[Feldlage | Gruppenlage],
    besuch: Besuch,
    *,
    fehler: Mapping[str, str],
    suchen: Mapping[str, Suchlage] | None = None,
) -> tuple[Feldbild | Gruppenbild, ...]:
    """The questions of a page; `fehler` by path, `suchen` by the path of a field with a long list."""
    fertige: list[Feldbild | Gruppenbild] = []
    for nummer, eine in enumerate(lage):
        if isinstance(eine, Gruppenlage):
            sprache = besuch.sprache.schluessel
            fertige.append(
                Gruppenbild(
                    f"gruppe-{nummer}",
                    eine.gruppe.titel.in_sprache(sprache),
                    eine.gruppe.hilfe.in_sprache(sprache) if eine.gruppe.hilfe else None,
                    tuple(bild(feld, besuch, fehler, suchen or {}) for feld in eine.felder),
                )
            )
        else:
            fertige.append(bild(eine, besuch, fehler, suchen or {}))
    return tuple(fertige)


def bild(
    lage: Feldlage, besuch: Besuch, fehler: Mapping[str, str], suchen: Mapping[str, Suchlage]
) -> Feldbild:
    """One question."""
    angabe, sprache = lage.angabe, besuch.sprache.schluessel
    art = _steuerelement(lage)
    werte = _werte(lage.wert)
    eines = Feldbild(
        pfad=lage.pfad,
        id=kennung(lage.pfad),
        art=art,
        label=angabe.label.in_sprache(sprache),
        hilfe=_hilfe(angabe, besuch),
        herkunft=_herkunft(lage, besuch),
        wert="" if art in {"wahl", "haken", "liste", "suche"} else zeige(angabe, lage.wert, sprache),
        werte=werte,
        pflicht=lage.pflicht,
        gesperrt=lage.gesperrt,
        wahl=_wahl(lage, besuch),
        fehler=fehler.get(lage.pfad),
        typ=_TYP.get(angabe.typ, "text"),
        autocomplete=angabe.autocomplete or "off",
        tastatur=_TASTATUR.get(angabe.typ),
        hoechstlaenge=lage.hoechstlaenge or _ZEICHEN.get(angabe.typ, 200),
        breite=_BREITE.get(angabe.typ),
        mehrere=angabe.typ == "mehrfachauswahl",
        sucht=angabe.typ if angabe.typ in {"wz", "gemeinde"} else "liste",
    )
    if art == "suche":
        return _mit_suche(eines, lage, suchen.get(lage.pfad), sprache)
    if lage.gesperrt and eines.wahl:
        return replace(eines, gewaehlt=tuple(eine for eine in eines.wahl if eine.wert in werte))
    return eines


def grosse_liste(lage: Feldlage) -> Codeliste | None:
    """The list that is searched in place of being shown; None where all choices are shown."""
    return lage.liste if lage.liste is not None and lage.liste.gross and not lage.wahl else None


def _mit_suche(eines: Feldbild, lage: Feldlage, suche: Suchlage | None, sprache: str) -> Feldbild:
    liste = lage.liste
    gewaehlt = tuple(
        Wahl(code, liste.bezeichnung(code, sprache))
        for code in eines.werte
        if liste is not None and liste.enthaelt(code)
    )
    if suche is None:
        return replace(eines, gewaehlt=gewaehlt)
    gefunden = tuple(einer for einer in suche.gefunden if einer.wert not in eines.werte)
    if len(gefunden) == 1 and not eines.mehrere:
        # The only one there is: it is chosen already, and still to be confirmed by going on.
        return replace(eines, gefunden=gefunden, suchwort=suche.wort, werte=(gefunden[0].wert,))
    return replace(eines, gewaehlt=gewaehlt, gefunden=gefunden, suchwort=suche.wort)


def _steuerelement(lage: Feldlage) -> Steuerelement:
    angabe = lage.angabe
    if angabe.typ == "hinweis":
        return "hinweis"
    if grosse_liste(lage) is not None:
        return "suche"
    if angabe.typ == "mehrfachauswahl":
        return "haken"
    if angabe.typ == "janein" or (angabe.typ == "auswahl" and len(lage.wahl) <= _RADIOS):
        return "wahl"
    if angabe.typ == "auswahl":
        return "liste"
    return "mehrzeilig" if angabe.typ == "mehrzeilig" else "text"


def _wahl(lage: Feldlage, besuch: Besuch) -> tuple[Wahl, ...]:
    if lage.angabe.typ == "janein":
        return tuple(Wahl(wort, besuch.text(f"formular.{wort}")) for wort in ("ja", "nein"))
    sprache = besuch.sprache.schluessel
    return tuple(
        Wahl(
            eine.wert,
            eine.text.in_sprache(sprache),
            eine.hinweis.in_sprache(sprache) if eine.hinweis else None,
        )
        for eine in lage.wahl
    )


def _werte(wert: Any) -> tuple[str, ...]:
    """Chosen values as the page posts them."""
    if wert is None:
        return ()
    if isinstance(wert, bool):
        return ("ja" if wert else "nein",)
    return tuple(str(eines) for eines in wert) if isinstance(wert, list | tuple) else (str(wert),)


def _hilfe(angabe: Feldangabe, besuch: Besuch) -> str | None:
    eigene = angabe.hilfe.in_sprache(besuch.sprache.schluessel) if angabe.hilfe else None
    if angabe.typ in {"datum", "betrag"}:
        muster = besuch.text(f"formular.muster.{angabe.typ}")
        return f"{eigene}\n{muster}" if eigene else muster
    return eigene


def _herkunft(lage: Feldlage, besuch: Besuch) -> str | None:
    if lage.gesperrt:
        return besuch.text("formular.gesperrt")
    return besuch.text("formular.vorbelegt") if lage.vorbelegt else None
