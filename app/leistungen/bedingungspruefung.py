"""Whether the conditions of a file make sense: they name what there is and compare like with like."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.leistungen.bedingung import Art
from app.leistungen.codelisten import UnbekannteListe, codeliste
from app.leistungen.definition import Bedingung, Definition, Feldangabe, Vergleichswert
from app.leistungen.feldarten import LISTEN, TEXTARTEN, ZAHLARTEN
from app.leistungen.maengel import Feldstelle, Mangel, Stelle, bedingungsstellen, teile_von
from app.leistungen.pfade import arten
from app.leistungen.werte import als_tag

_EINZELNE: Final = TEXTARTEN | {"auswahl", "wz", "gemeinde"}
_GROESSEN: Final = ZAHLARTEN | {"datum"}
_LISTEN: Final = frozenset({"liste", "mehrfachauswahl"})
_GLEICH: Final = _EINZELNE | ZAHLARTEN | {"datum", "janein"}
_FUER: Final[Mapping[str, frozenset[str]]] = {
    "ist": _GLEICH,
    "nicht": _GLEICH,
    "in_": _GLEICH - {"janein"},
    "nicht_in": _GLEICH - {"janein"},
    "in_liste": _EINZELNE,
    "beginnt_mit": _EINZELNE,
    "enthaelt": frozenset({"mehrfachauswahl"}),
    "kleiner": _GROESSEN,
    "hoechstens": _GROESSEN,
    "groesser": _GROESSEN,
    "mindestens": _GROESSEN,
    "anzahl_mindestens": _LISTEN,
    "anzahl_hoechstens": _LISTEN,
    "alter_mindestens": frozenset({"datum"}),
    "alter_unter": frozenset({"datum"}),
}
GRENZVERGLEICHE: Final = ("kleiner", "hoechstens", "groesser", "mindestens")


class Bedingungspruefung:
    """The checks of one form."""

    def __init__(self, definition: Definition, felder: Mapping[str, Feldstelle]) -> None:
        self._definition = definition
        self._felder = felder
        self._arten = arten(definition)

    def maengel(self) -> Iterator[Mangel]:
        """Mistakes of all conditions and bounds, without the second person's questions."""
        ohne_zweite = self._definition.model_copy(update={"bestaetigung": None})
        for bedingung, stelle, liste in bedingungsstellen(ohne_zweite):
            for teil, wo in teile_von(bedingung, stelle):
                yield from self._vergleich(teil, wo, liste)
        for feld in self._felder.values():
            for name in ("mindestens", "hoechstens"):
                grenze = getattr(feld.angabe, name)
                if grenze is not None:
                    yield from self._grenze(
                        grenze, feld.angabe.typ, (*feld.stelle, name), feld.schritt.liste or ""
                    )

    def bezug(self, bezug: str, stelle: Stelle, liste: str) -> Mangel | None:
        """Whether a reference names an answer that can be seen from there."""
        if bezug.startswith("."):
            if not liste:
                return _mangel(
                    "unbekanntes_feld",
                    f"„{bezug}“ beginnt mit einem Punkt, steht aber in keiner Liste.",
                    f"“{bezug}” begins with a dot but stands in no list.",
                    stelle,
                )
            voll = f"{liste}{bezug}"
        else:
            voll = bezug
            fremd = self._felder.get(bezug)
            if fremd is not None and fremd.schritt.liste is not None:
                return _mangel(
                    "unbekanntes_feld",
                    f"„{bezug}“ gehört zu den Einträgen einer Liste und ist von hier nicht zu sehen. "
                    f"In der Liste selbst schreibt man .{fremd.angabe.schluessel}.",
                    f"“{bezug}” belongs to the entries of a list and cannot be seen from here. "
                    f"Within the list write .{fremd.angabe.schluessel}.",
                    stelle,
                )
        art = self._arten.get(voll)
        if art is None:
            nahe = _aehnlichstes(voll, self._arten)
            return _mangel(
                "unbekanntes_feld",
                f"Das Feld „{bezug}“ gibt es nicht." + (f" Ist „{nahe}“ gemeint?" if nahe else ""),
                f"There is no field “{bezug}”." + (f" Is “{nahe}” meant?" if nahe else ""),
                stelle,
            )
        if art == "hinweis":
            return _mangel(
                "vergleich",
                f"„{bezug}“ ist ein Hinweis und hat keine Antwort.",
                f"“{bezug}” is a hint and has no answer.",
                stelle,
            )
        return None

    def _vergleich(self, bedingung: Bedingung, stelle: Stelle, liste: str) -> Iterator[Mangel]:
        bezug = bedingung.feld or ""
        mangel = self.bezug(bezug, (*stelle, "feld"), liste)
        if mangel is not None:
            yield mangel
            return
        voll = f"{liste}{bezug}" if bezug.startswith(".") else bezug
        art = self._arten[voll]
        was = bedingung.art
        wort = was.removesuffix("_")
        if was != "vorhanden" and art not in _FUER[was]:
            yield _mangel(
                "vergleich",
                f"„{wort}“ passt nicht zu „{bezug}“: Das ist {art}.",
                f"“{wort}” does not fit “{bezug}”: that is {art}.",
                (*stelle, wort),
            )
            return
        soll = getattr(bedingung, was)
        feld = self._felder.get(voll)
        if was in GRENZVERGLEICHE:
            yield from self._grenze(soll, art, (*stelle, wort), liste)
        elif was == "in_liste":
            yield from liste_bekannt(soll, (*stelle, wort))
        elif was in {"ist", "nicht", "in_", "nicht_in", "enthaelt"} and feld is not None:
            for wert in soll if isinstance(soll, tuple) else (soll,):
                yield from _wert(wert, art, feld.angabe, (*stelle, wort))
        elif was == "beginnt_mit" and feld is not None and feld.angabe.werte:
            for anfang in soll:
                if not any(wahl.wert.startswith(anfang) for wahl in feld.angabe.werte):
                    yield _nie(f"{anfang}…", bezug, (*stelle, wort))

    def _grenze(self, grenze: Any, art: Art, stelle: Stelle, liste: str) -> Iterator[Mangel]:
        if isinstance(grenze, Vergleichswert):
            if grenze.heute is not None and art != "datum":
                yield _mangel(
                    "vergleich",
                    f"Mit „heute“ lässt sich nur ein Datum vergleichen, nicht {art}.",
                    f"Only a date can be compared with “heute”, not {art}.",
                    stelle,
                )
            if grenze.feld is not None:
                mangel = self.bezug(grenze.feld, (*stelle, "feld"), liste)
                andere = self._arten.get(
                    f"{liste}{grenze.feld}" if grenze.feld.startswith(".") else grenze.feld
                )
                if mangel is not None:
                    yield mangel
                elif andere != art:
                    yield _mangel(
                        "vergleich",
                        f"„{grenze.feld}“ ist {andere}, verglichen wird {art}.",
                        f"“{grenze.feld}” is {andere}, compared is {art}.",
                        stelle,
                    )
            return
        if art == "datum" and als_tag(grenze) is None:
            yield _mangel(
                "vergleich",
                f"„{grenze}“ ist kein Tag: JJJJ-MM-TT, heute oder feld.",
                f"“{grenze}” is no day: YYYY-MM-DD, heute or feld.",
                stelle,
            )
        elif art in ZAHLARTEN and not isinstance(grenze, int):
            yield _mangel(
                "vergleich", f"„{grenze}“ ist keine ganze Zahl.", f"“{grenze}” is no whole number.", stelle
            )


def liste_bekannt(name: str, stelle: Stelle) -> Iterator[Mangel]:
    """Whether a code list of this name is registered."""
    try:
        codeliste(name)
    except UnbekannteListe:
        yield _mangel(
            "unbekannte_liste",
            f"Die Codeliste „{name}“ gibt es nicht.",
            f"There is no code list “{name}”.",
            stelle,
        )


def _wert(wert: Any, art: Art, angabe: Feldangabe, stelle: Stelle) -> Iterator[Mangel]:
    typ = bool if art == "janein" else int if art in ZAHLARTEN else str
    if type(wert) is not typ:
        yield _mangel(
            "vergleich",
            f"„{angabe.schluessel}“ ist {art}, verglichen wird mit „{wert}“"
            + (" (Codes stehen in Anführungszeichen)." if typ is str else "."),
            f"“{angabe.schluessel}” is {art}, compared with “{wert}”"
            + (" (codes stand in quotation marks)." if typ is str else "."),
            stelle,
        )
        return
    if art == "datum" and als_tag(wert) is None:
        yield _mangel(
            "vergleich", f"„{wert}“ ist kein Tag (JJJJ-MM-TT).", f"“{wert}” is no day (YYYY-MM-DD).", stelle
        )
    name = LISTEN.get(art, angabe.liste)
    if angabe.werte:
        if all(wahl.wert != wert for wahl in angabe.werte):
            yield _nie(str(wert), angabe.schluessel, stelle)
    elif name is not None:
        try:
            bekannt = codeliste(name).enthaelt(str(wert))
        except UnbekannteListe:
            return
        if not bekannt:
            yield _nie(str(wert), angabe.schluessel, stelle)


def _nie(wert: str, bezug: str, stelle: Stelle) -> Mangel:
    return _mangel(
        "unerreichbar",
        f"Den Wert „{wert}“ kann „{bezug}“ nie haben.",
        f"“{bezug}” can never have the value “{wert}”.",
        stelle,
    )


def _mangel(code: str, de: str, en: str, stelle: Stelle) -> Mangel:
    return Mangel(code, de, en, stelle)


def _aehnlichstes(gesucht: str, bekannte: Mapping[str, Any]) -> str | None:
    """The known path that ends alike or differs in a letter or two."""
    ende = gesucht.rpartition(".")[2]
    gleich_endend = [pfad for pfad in bekannte if pfad.rpartition(".")[2] == ende]
    if len(gleich_endend) == 1:
        return gleich_endend[0]
    from difflib import get_close_matches  # noqa: PLC0415 only where there is a mistake

    return next(iter(get_close_matches(gesucht, bekannte, 1, 0.8)), None)
