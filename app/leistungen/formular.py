"""A service's form at work: what is asked, what is wrong, what there is to read. One check for all."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from app.leistungen import lesen, meldungen
from app.leistungen.antwortpruefung import Kenner, pruefe_anzahl, pruefe_schritt
from app.leistungen.antwortschema import json_schema
from app.leistungen.baum import HOECHSTENS_EINTRAEGE, Baum, Knoten, Sicht
from app.leistungen.bedingung import Lage
from app.leistungen.codelisten import Codeliste
from app.leistungen.definition import (
    Datenempfaenger,
    Definition,
    Feldangabe,
    Gebuehrenfall,
    Schritt,
    Zustaendigkeit,
)
from app.leistungen.eingabe_formen import betrag_als_text
from app.leistungen.formularfehler import Formularfehler
from app.leistungen.gegenstand import Kontext, gegenstand
from app.leistungen.lagebild import (
    Feldlage,
    Gruppenlage,
    Nachweislage,
    Wahl,
    lagen,
)
from app.leistungen.lesen import Abschnitt, Zeile
from app.leistungen.orte import Ort, naechster, ort
from app.leistungen.sperren import gesperrte, mit_ersten_werten, mit_gesperrten
from app.leistungen.werte import heute as heutiger_tag
from xoev.befund import Befund, hat_fehler

__all__ = [
    "Abschnitt",
    "Codeliste",
    "Feldlage",
    "Formular",
    "Gruppenlage",
    "Kontext",
    "Nachweislage",
    "Ort",
    "Pruefung",
    "UnbekannterSchritt",
    "Wahl",
    "Zeile",
    "betrag_als_text",
]

_BESTAETIGUNG: Final = "bestaetigung"
Antworten = Mapping[str, Any]


class UnbekannterSchritt(LookupError):
    """The form has no step of this key."""


@dataclass(frozen=True, slots=True)
class Pruefung:
    """Answers as they count, pruned and smoothed, and what is wrong with them."""

    antworten: dict[str, Any]
    befunde: tuple[Befund, ...]

    @property
    def in_ordnung(self) -> bool:
        """No finding keeps it from being sent."""
        return not hat_fehler(self.befunde)


class Formular:
    """A service, ready to ask. Immutable; as many drafts as there are may share it.

    `hinweise`: what the file's author should still look at.
    """

    def __init__(self, definition: Definition, hinweise: tuple[Formularfehler, ...] = ()) -> None:
        self.definition = definition
        self.hinweise = hinweise
        self.inhalt: dict[str, Any] = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        kanonisch = json.dumps(self.inhalt, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        self.hash = hashlib.sha256(kanonisch.encode()).hexdigest()
        self._baum = Baum(definition)
        self._kenner = Kenner(self._baum)
        pruefer = self._baum.pruefer
        self._regeln = tuple((r, pruefer(r.wenn), pruefer(r.muss)) for r in definition.regeln)
        self._dokumente = tuple(
            (n, pruefer(n.wenn), self._baum.ja_nein(n.pflicht)) for n in definition.nachweise
        )
        self._nummer = {schritt.schluessel: n for n, schritt in enumerate(definition.schritte)}

    def titel(self, sprache: str) -> str:
        """The service's name."""
        return self.definition.titel.in_sprache(sprache)

    # --- answers ---

    def bereinige(self, antworten: Antworten, heute: date | None = None) -> dict[str, Any]:
        """The answers to what is asked, smoothed; a copy. Nothing of a path that was left remains."""
        return self._baum.antworten(self._sicht(antworten, heute))

    def vorbelegt(self, antworten: Antworten, kontext: Kontext) -> dict[str, Any]:
        """The answers with first values where there was none, and with the source's where it is locked."""
        return self._baum.antworten(self._baum.sicht(antworten, kontext.heute, mit_ersten_werten(kontext)))

    def pruefe(
        self,
        antworten: Antworten,
        kontext: Kontext,
        *,
        schritt: str | None = None,
        eintrag: int | None = None,
        nachweise: Collection[str] | None = None,
    ) -> Pruefung:
        """Everything that is wrong, in the order of the form.

        With `schritt` only that page, with `eintrag` only that entry. `nachweise`: keys of what was
        uploaded; None: not looked at. A locked value that is missing is put in, one that differs is refused.
        """
        sicht = self._baum.sicht(antworten, kontext.heute, mit_gesperrten(kontext))
        befunde: list[Befund] = []
        if schritt is None:
            befunde += self._kenner.unbekannte(antworten)
        for nummer in range(len(self._baum.schritte)) if schritt is None else (self._nr(schritt),):
            if sicht.schritte[nummer]:
                befunde += self._pruefe_seite(nummer, sicht, antworten, kontext, eintrag)
        befunde += self._pruefe_regeln(sicht, schritt, eintrag)
        if schritt is None and nachweise is not None:
            befunde += self._pruefe_nachweise(sicht, nachweise)
        bereinigt = self._baum.antworten(sicht)
        if schritt is None and not hat_fehler(befunde):
            befunde += self._pruefe_gegenstand(bereinigt, sicht, kontext)
        return Pruefung(bereinigt, tuple(befunde))

    def _pruefe_seite(
        self, nummer: int, sicht: Sicht, antworten: Antworten, kontext: Kontext, eintrag: int | None
    ) -> Iterator[Befund]:
        for einer in gesperrte(self._baum, nummer, sicht, kontext):
            # A value that was missing has been put in: what is left has been changed.
            if einer.veraendert and eintrag in {None, einer.eintrag}:
                yield meldungen.befund("feld_gesperrt", einer.pointer, {"feld": einer.knoten.angabe.label})
        yield from pruefe_schritt(self._baum, nummer, sicht, eintrag)
        pfad = self._baum.schritte[nummer].liste
        if pfad is not None and eintrag is None:
            befund = pruefe_anzahl(self._baum.listen[pfad], sicht, antworten)
            if befund is not None:
                yield befund

    def _pruefe_regeln(self, sicht: Sicht, schritt: str | None, eintrag: int | None) -> Iterator[Befund]:
        if eintrag is not None:
            return
        lage = sicht.lage()
        for regel, wenn, muss in self._regeln:
            if not wenn(lage) or muss(lage):
                continue
            pointer = "/" + regel.feld.replace(".", "/")
            wo = self.ort(pointer)
            if schritt is not None and (wo is None or wo[0] != schritt):
                continue
            yield meldungen.eigener(regel.code, regel.text, naechster(self._baum, sicht, pointer))

    def _pruefe_nachweise(self, sicht: Sicht, vorhanden: Collection[str]) -> Iterator[Befund]:
        for eine in self._nachweise(sicht.lage()):
            if eine.pflicht and eine.angabe.schluessel not in vorhanden:
                pointer = f"/nachweise/{eine.angabe.schluessel}"
                yield meldungen.befund("nachweis", pointer, {"feld": eine.angabe.titel})

    def _pruefe_gegenstand(
        self, antworten: dict[str, Any], sicht: Sicht, kontext: Kontext
    ) -> Iterator[Befund]:
        ziel = self.definition.gegenstand
        if ziel is None:
            return
        for befund in gegenstand(ziel.art).pruefe(ziel.form, antworten, kontext):
            texte = {"leicht": befund.text["de"], **befund.text}
            yield Befund(
                befund.severity,
                befund.rule,
                texte,
                feld=befund.feld,
                pointer=naechster(self._baum, sicht, befund.pointer),
            )

    # --- pages ---

    def schritte(self, antworten: Antworten, heute: date | None = None) -> tuple[Schritt, ...]:
        """The steps that are asked, in order."""
        sicht = self._sicht(antworten, heute)
        return tuple(schritt for schritt, da in zip(self._baum.schritte, sicht.schritte, strict=True) if da)

    def lage(
        self, schritt: str, antworten: Antworten, kontext: Kontext, eintrag: int | None = None
    ) -> tuple[Feldlage | Gruppenlage, ...]:
        """The questions of a page as they stand. One more than there are entries means a new one."""
        nummer = self._nr(schritt)
        liste = self._baum.schritte[nummer].liste
        alle = self._baum.knoten[nummer]
        if liste is None:
            sicht = self._baum.sicht(antworten, kontext.heute, mit_gesperrten(kontext))
            return lagen(alle, sicht, sicht.lage(), kontext, None)
        nummer = eintrag or 0
        mit = self._mit_eintrag(antworten, liste, nummer)
        sicht = self._baum.sicht(mit, kontext.heute, mit_gesperrten(kontext))
        stand = sicht.eintraege.get(liste, [])[nummer : nummer + 1]
        return lagen(alle, stand[0], sicht.lage(stand[0]), kontext, nummer) if stand else ()

    def _mit_eintrag(self, antworten: Antworten, liste: str, eintrag: int) -> dict[str, Any]:
        """The answers with an entry of this number."""
        mit = self._baum.antworten(self._sicht(antworten, None))
        stelle: dict[str, Any] = mit
        *davor, name = liste.split(".")
        for teil in davor:
            stelle = stelle.setdefault(teil, {})
        stelle[name] = (stelle.get(name) or [])[: eintrag + 1]
        while len(stelle[name]) <= min(eintrag, HOECHSTENS_EINTRAEGE - 1):
            stelle[name].append({})
        return mit

    def eintraege(self, schritt: str, antworten: Antworten, sprache: str) -> tuple[str, ...]:
        """What names each entry of a step."""
        nummer = self._nr(schritt)
        angabe = self._baum.schritte[nummer]
        sicht = self._sicht(antworten, None)
        return tuple(
            lesen.eintragstitel(angabe, self._baum.knoten[nummer], einer, i, sprache)
            for i, einer in enumerate(sicht.eintraege.get(angabe.liste or "", ()))
        )

    def ort(self, pointer: str) -> Ort | None:
        """Where on the pages a pointer leads; None: to none of them."""
        return ort(self._baum, pointer)

    def nachweise(self, antworten: Antworten, heute: date | None = None) -> tuple[Nachweislage, ...]:
        """The documents that are asked for."""
        return tuple(self._nachweise(self._sicht(antworten, heute).lage()))

    def _nachweise(self, lage: Lage) -> Iterator[Nachweislage]:
        for angabe, wenn, pflicht in self._dokumente:
            if wenn(lage):
                yield Nachweislage(angabe, pflicht(lage))

    # --- to know ---

    def gebuehr(self, antworten: Antworten) -> Gebuehrenfall:
        """What it costs; the last case where no condition holds."""
        lage = self._sicht(antworten, None).lage()
        faelle = self.definition.gebuehr.faelle
        return next((fall for fall in faelle if self._baum.pruefer(fall.wenn)(lage)), faelle[-1])

    def zustaendig(self, antworten: Antworten) -> Zustaendigkeit:
        """Who decides; the last case where no condition holds."""
        lage = self._sicht(antworten, None).lage()
        faelle = self.definition.zustaendig
        return next((fall for fall in faelle if self._baum.pruefer(fall.wenn)(lage)), faelle[-1])

    def empfaenger(self, antworten: Antworten) -> tuple[Datenempfaenger, ...]:
        """Who else gets data."""
        lage = self._sicht(antworten, None).lage()
        alle = self.definition.datenschutz.empfaenger
        return tuple(einer for einer in alle if self._baum.pruefer(einer.wenn)(lage))

    def abschnitte(
        self, antworten: Antworten, sprache: str, heute: date | None = None
    ) -> tuple[Abschnitt, ...]:
        """The declaration to read."""
        return tuple(lesen.abschnitte(self._baum, self._sicht(antworten, heute), sprache))

    def felder(self) -> Iterator[tuple[Schritt, Feldangabe, str]]:
        """Every question with its step and its path, in a list without the number of the entry."""
        for schritt, knoten in zip(self._baum.schritte, self._baum.knoten, strict=True):
            for einer in knoten:
                yield schritt, einer.angabe, einer.schluessel

    def knoten(self, schritt: str) -> tuple[Knoten, ...]:
        """The compiled questions of a step."""
        return self._baum.knoten[self._nr(schritt)]

    def sichtbare(
        self, schritt: str, antworten: Antworten, eintrag: int | None = None, heute: date | None = None
    ) -> frozenset[str]:
        """Paths of the questions of a page that are asked."""
        liste = self._baum.schritte[self._nr(schritt)].liste
        if liste is None:
            return frozenset(self._sicht(antworten, heute).sichtbar)
        sicht = self._sicht(self._mit_eintrag(antworten, liste, eintrag or 0), heute)
        return frozenset(pfad for einer in sicht.eintraege.get(liste, [])[-1:] for pfad in einer.sichtbar)

    @cached_property
    def bestaetigung(self) -> "Formular | None":
        """The second person's questions, as a form of one step."""
        angabe = self.definition.bestaetigung
        if angabe is None:
            return None
        schritt = Schritt(
            schluessel=_BESTAETIGUNG, titel=angabe.durch, hilfe=angabe.hinweis, felder=angabe.felder
        )
        return Formular(
            self.definition.model_copy(
                update={
                    "schritte": (schritt,),
                    "nachweise": (),
                    "regeln": (),
                    "gegenstand": None,
                    "bestaetigung": None,
                }
            )
        )

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (draft 2020-12) of the answers as they count."""
        return json_schema(self.definition, self._baum.knoten)

    def _sicht(self, antworten: Antworten, heute: date | None) -> Sicht:
        return self._baum.sicht(antworten, heute or heutiger_tag())

    def _nr(self, schritt: str) -> int:
        try:
            return self._nummer[schritt]
        except KeyError:
            raise UnbekannterSchritt(schritt) from None
