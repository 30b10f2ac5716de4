"""The answers as a declaration to read: for the page before sending and for the copy as PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from app.leistungen.baum import Baum, Eintrag, Knoten, Sicht
from app.leistungen.codelisten import codeliste
from app.leistungen.definition import Schritt
from app.leistungen.eingabe_formen import betrag_als_text, tag_als_text
from app.leistungen.werte import als_tag

_JA_NEIN: Final = {"de": ("Nein", "Ja"), "en": ("No", "Yes"), "leicht": ("Nein", "Ja")}


class Zeile(NamedTuple):
    """A question and its answer; `pfad` relative to the entry in a list."""

    label: str
    text: str
    pfad: str


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """A step, a group in it, or an entry of a list.

    `schritt`: key of the step, and `eintrag` number of the entry, where it is changed.
    """

    titel: str
    zeilen: tuple[Zeile, ...] = ()
    gruppen: tuple["Abschnitt", ...] = ()
    eintraege: tuple["Abschnitt", ...] = ()
    schritt: str = ""
    eintrag: int | None = None


def abschnitte(baum: Baum, sicht: Sicht, sprache: str) -> Iterator[Abschnitt]:
    """The steps that are asked, with what was answered."""
    for nummer, schritt in enumerate(baum.schritte):
        if not sicht.schritte[nummer]:
            continue
        titel = schritt.titel.in_sprache(sprache)
        alle = baum.knoten[nummer]
        if schritt.liste is None:
            yield _abschnitt(titel, alle, sicht.werte, sprache, schritt.schluessel, None)
            continue
        eintraege = tuple(
            _abschnitt(
                eintragstitel(schritt, alle, einer, i, sprache),
                alle,
                einer.werte,
                sprache,
                schritt.schluessel,
                i,
            )
            for i, einer in enumerate(sicht.eintraege.get(schritt.liste, ()))
        )
        yield Abschnitt(titel, eintraege=eintraege, schritt=schritt.schluessel)


def _abschnitt(  # noqa: PLR0917 what a heading and its lines need
    titel: str,
    knoten: Sequence[Knoten],
    werte: dict[str, Any],
    sprache: str,
    schritt: str,
    eintrag: int | None,
) -> Abschnitt:
    lose: list[Zeile] = []
    gruppen: dict[int, tuple[str, list[Zeile]]] = {}
    for einer in knoten:
        if einer.pfad not in werte:
            continue
        zeile = Zeile(
            einer.angabe.label.in_sprache(sprache), als_text(einer, werte[einer.pfad], sprache), einer.pfad
        )
        if einer.gruppe is None:
            lose.append(zeile)
        else:
            name = einer.gruppe.titel.in_sprache(sprache)
            gruppen.setdefault(id(einer.gruppe), (name, []))[1].append(zeile)
    unter = tuple(
        Abschnitt(name, tuple(zeilen), schritt=schritt, eintrag=eintrag) for name, zeilen in gruppen.values()
    )
    return Abschnitt(titel, tuple(lose), unter, schritt=schritt, eintrag=eintrag)


def eintragstitel(
    schritt: Schritt, knoten: Sequence[Knoten], eintrag: Eintrag, nummer: int, sprache: str
) -> str:
    """What names an entry: its own answers, else what an entry is called, and its number."""
    nach_pfad = {einer.pfad: einer for einer in knoten}
    worte = [
        als_text(nach_pfad[pfad], eintrag.werte[pfad], sprache)
        for pfad in schritt.eintragstitel
        if pfad in eintrag.werte and pfad in nach_pfad
    ]
    if worte:
        return " ".join(worte)
    name = schritt.eintrag.in_sprache(sprache) if schritt.eintrag else ""
    return f"{name} {nummer + 1}".strip()


def als_text(knoten: Knoten, wert: Any, sprache: str) -> str:  # noqa: PLR0911 one each
    """An answer to read; what could not be read stands as it was typed."""
    typ = knoten.angabe.typ
    if isinstance(wert, bool):
        return _JA_NEIN.get(sprache, _JA_NEIN["de"])[wert]
    if isinstance(wert, list):
        return ", ".join(_name(knoten, str(eines), sprache) for eines in wert)
    if typ == "datum":
        tag = als_tag(wert)
        return str(wert) if tag is None else tag_als_text(tag, sprache)
    if typ == "betrag" and type(wert) is int:
        return f"{betrag_als_text(wert, sprache)} €"
    if typ == "iban" and isinstance(wert, str):
        return " ".join(wert[i : i + 4] for i in range(0, len(wert), 4))
    if typ == "wz" and isinstance(wert, str):
        name = _name(knoten, wert, sprache)
        return name if name == wert else f"{wert} {name}"
    return _name(knoten, str(wert), sprache)


def _name(knoten: Knoten, code: str, sprache: str) -> str:
    for wahl in knoten.angabe.werte:
        if wahl.wert == code:
            return wahl.text.in_sprache(sprache)
    return code if knoten.codeliste is None else codeliste(knoten.codeliste).bezeichnung(code, sprache)
