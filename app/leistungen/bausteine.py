"""Building blocks: questions that many services ask, written once and put in where a file names them.

``- baustein: anschrift`` among questions, with `pfad` (may be empty), `titel`, `hilfe`, `wenn`, `gewa`,
`ohne`, `aendern`, `vorbelegt`. References that begin with ``^`` are meant beneath `pfad`. First values and
the tokens of autofill are kept only with `vorbelegt` (``true``, or the condition under which they hold): an
address of a shop is not that of the person who logs in. Among steps a block that holds `schritte` stands for
its pages; there are `wenn`, `ohne`, `aendern`, by key of the page.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from app.leistungen.formularfehler import Formularfehler, FormularUngueltig
from app.leistungen.yamlquelle import Karte, Liste

Bausteine = Mapping[str, Karte]
HOECHSTENS_TIEF: Final = 5
HOECHSTENS_FELDER: Final = 5000
_WOERTER_SCHRITTE: Final = frozenset({"baustein", "wenn", "ohne", "aendern"})
_WOERTER: Final = frozenset(
    {"baustein", "pfad", "titel", "hilfe", "wenn", "gewa", "ohne", "aendern", "vorbelegt"}
)


def setze_ein(roh: Any, bausteine: Bausteine) -> Any:
    """The file with every building block in its place. Raises FormularUngueltig."""
    fehler: list[Formularfehler] = []
    ersatz = _Ersatz(bausteine, fehler)
    if isinstance(roh, Karte):
        ersatz.schritte(roh, 0)
    for schritt in _karten(roh, "schritte"):
        ersatz.felder(schritt, 0)
    if isinstance(roh, Karte) and isinstance(roh.get("bestaetigung"), Karte):
        ersatz.felder(roh["bestaetigung"], 0)
    if fehler:
        raise FormularUngueltig(fehler)
    _loese_bezuege(roh)
    return roh


def _karten(roh: Any, name: str) -> Iterable[Karte]:
    liste = roh.get(name) if isinstance(roh, Karte) else None
    return [eine for eine in liste if isinstance(eine, Karte)] if isinstance(liste, Liste) else []


class _Ersatz:
    def __init__(self, bausteine: Bausteine, fehler: list[Formularfehler]) -> None:
        self._bausteine = bausteine
        self._fehler = fehler
        self._anzahl = 0

    def schritte(self, halter: Karte, tiefe: int) -> None:
        """Replace in `schritte` what names a block of pages."""
        self._ersetze(halter, "schritte", tiefe)

    def felder(self, halter: Karte, tiefe: int) -> None:
        """Replace in `felder` of a step, a group or a block what names a block."""
        self._ersetze(halter, "felder", tiefe)

    def _ersetze(self, halter: Karte, was: str, tiefe: int) -> None:
        alte = halter.get(was)
        if not isinstance(alte, Liste):
            return
        neue = Liste(alte.zeile, alte.datei)
        for zeile, teil in zip(alte.zeilen, alte, strict=True):
            if isinstance(teil, Karte) and "baustein" in teil:
                for eines in self._eingesetzt(teil, was, tiefe):
                    neue.append(eines)
                    neue.zeilen.append(zeile)
                continue
            if was == "felder" and isinstance(teil, Karte) and "felder" in teil:
                self.felder(teil, tiefe)
            neue.append(teil)
            neue.zeilen.append(zeile)
        halter[was] = neue

    def _eingesetzt(self, gebrauch: Karte, was: str, tiefe: int) -> list[Any]:
        name = gebrauch["baustein"]
        baustein = self._bausteine.get(name) if isinstance(name, str) else None
        if baustein is None or was not in baustein:
            bekannt = ", ".join(sorted(n for n, b in self._bausteine.items() if was in b)) or "–"
            self._melde(
                gebrauch,
                "baustein",
                "baustein",
                f"Den Baustein „{name}“ gibt es nicht. Es gibt: {bekannt}.",
                f"There is no building block “{name}”. There are: {bekannt}.",
            )
            return []
        if tiefe >= HOECHSTENS_TIEF or self._anzahl > HOECHSTENS_FELDER:
            self._melde(
                gebrauch,
                "baustein",
                "kreis",
                "Bausteine stehen ineinander, zu tief oder im Kreis.",
                "Building blocks hold each other, too deep or in a circle.",
            )
            return []
        for wort in gebrauch.keys() - (_WOERTER if was == "felder" else _WOERTER_SCHRITTE):
            self._melde(gebrauch, wort, "unbekannt", f"Unbekanntes Wort „{wort}“.", f"Unknown word “{wort}”.")
        kopie = _kopie(baustein)
        self._ersetze(kopie, was, tiefe + 1)
        teile = [teil for teil in kopie[was] if isinstance(teil, Karte)]
        self._anzahl += len(teile)
        return self._angepasst(teile, gebrauch) if was == "felder" else self._seiten(teile, gebrauch)

    def _seiten(self, schritte: list[Karte], gebrauch: Karte) -> list[Any]:
        aendern, ohne = self._aenderungen(gebrauch, {schritt.get("schluessel") for schritt in schritte})
        for schritt in schritte:
            if isinstance(aendern.get(str(schritt.get("schluessel"))), Karte):
                _mische(schritt, aendern[schritt["schluessel"]])
        bleiben = [schritt for schritt in schritte if schritt.get("schluessel") not in ohne]
        return [_bedingt(schritt, gebrauch.get("wenn")) for schritt in bleiben]

    def _aenderungen(self, gebrauch: Karte, bekannte: Collection[Any]) -> tuple[Karte, Collection[str]]:
        """What a use changes and what it leaves out."""
        aendern, ohne = gebrauch.get("aendern"), gebrauch.get("ohne")
        aendern = aendern if isinstance(aendern, Karte) else Karte(gebrauch.zeile, gebrauch.datei)
        ohne = ohne if isinstance(ohne, Liste) else []
        for gemeint in (*aendern, *ohne):
            if gemeint not in bekannte:
                self._melde(
                    gebrauch,
                    "aendern" if gemeint in aendern else "ohne",
                    "unbekanntes_feld",
                    f"Der Baustein hat kein „{gemeint}“.",
                    f"The building block has no “{gemeint}”.",
                )
        return aendern, ohne

    def _angepasst(self, felder: list[Karte], gebrauch: Karte) -> list[Any]:
        bekannte = {feld.get("schluessel") for feld in _alle_felder(felder)}
        aendern, ohne = self._aenderungen(gebrauch, bekannte)
        felder = _ohne(felder, ohne)
        for feld in _alle_felder(felder):
            _vorbelege(feld, gebrauch.get("vorbelegt"))
            aenderung = aendern.get(str(feld.get("schluessel")))
            if isinstance(aenderung, Karte):
                _mische(feld, aenderung)
            if "gewa" in gebrauch and "gewa" not in (aenderung or {}):
                feld["gewa"] = gebrauch["gewa"]
        pfad = gebrauch.get("pfad") or ""
        felder = [_verschoben(feld, str(pfad)) for feld in felder]
        if "titel" not in gebrauch:
            return [_bedingt(feld, gebrauch.get("wenn")) for feld in felder] if "wenn" in gebrauch else felder
        return self._gruppe(felder, gebrauch)

    def _gruppe(self, felder: list[Karte], gebrauch: Karte) -> list[Any]:
        gruppe = Karte(gebrauch.zeile, gebrauch.datei)
        for wort in ("titel", "hilfe", "wenn"):
            if wort in gebrauch:
                gruppe[wort] = gebrauch[wort]
                gruppe.zeilen[wort] = gebrauch.zeilen[wort]
        flach = Liste(gebrauch.zeile, gebrauch.datei)
        # Groups within a group do not exist: their questions are taken, under this heading.
        for feld in felder:
            for eines in feld["felder"] if isinstance(feld.get("felder"), Liste) else (feld,):
                flach.append(_bedingt(eines, feld.get("wenn")) if eines is not feld else eines)
                flach.zeilen.append(getattr(eines, "zeile", gebrauch.zeile))
        gruppe["felder"] = flach
        gruppe.zeilen["felder"] = gebrauch.zeile
        return [gruppe]

    def _melde(self, gebrauch: Karte, wort: str, code: str, de: str, en: str) -> None:
        zeile = gebrauch.zeilen.get(wort, gebrauch.zeile)
        self._fehler.append(Formularfehler(code, de, en, wort, zeile, gebrauch.datei))


def _alle_felder(felder: Iterable[Any]) -> Iterable[Karte]:
    for feld in felder:
        if isinstance(feld, Karte) and isinstance(feld.get("felder"), Liste):
            yield from _alle_felder(feld["felder"])
        elif isinstance(feld, Karte):
            yield feld


def _ohne(felder: Iterable[Karte], ohne: Collection[str]) -> list[Karte]:
    bleiben = []
    for feld in felder:
        if isinstance(feld.get("felder"), Liste):
            rest = Liste(feld["felder"].zeile, feld["felder"].datei)
            for eines, zeile in zip(feld["felder"], feld["felder"].zeilen, strict=True):
                if not (isinstance(eines, Karte) and eines.get("schluessel") in ohne):
                    rest.append(eines)
                    rest.zeilen.append(zeile)
            feld["felder"] = rest
        elif feld.get("schluessel") in ohne:
            continue
        bleiben.append(feld)
    return bleiben


def _kopie(wert: Any) -> Any:
    if isinstance(wert, Karte):
        karte = Karte(wert.zeile, wert.datei)
        karte.zeilen = dict(wert.zeilen)
        karte.dateien = dict(wert.dateien)
        karte.update((name, _kopie(teil)) for name, teil in wert.items())
        return karte
    if isinstance(wert, Liste):
        liste = Liste(wert.zeile, wert.datei)
        liste.zeilen = list(wert.zeilen)
        liste.extend(_kopie(teil) for teil in wert)
        return liste
    return wert


def _vorbelege(feld: Karte, vorbelegt: Any) -> None:
    """First values and autofill are those of whoever is logged in: kept where the use says so."""
    if vorbelegt is None or vorbelegt is False:
        feld.pop("vorbelegung", None)
        feld.pop("autocomplete", None)
    elif isinstance(vorbelegt, Karte) and isinstance(feld.get("vorbelegung"), Karte):
        feld["vorbelegung"] = _bedingt(feld["vorbelegung"], vorbelegt)


def _mische(feld: Karte, aenderung: Karte) -> None:
    """The change wins; ``null`` takes away."""
    for name, wert in aenderung.items():
        if wert is None:
            feld.pop(name, None)
        else:
            feld[name] = _kopie(wert)
            feld.zeilen[name] = aenderung.zeilen.get(name, aenderung.zeile)
            feld.dateien[name] = aenderung.datei


def _bedingt(feld: Any, wenn: Any) -> Any:
    """Asked only if the condition of the use holds, too."""
    if wenn is None or not isinstance(feld, Karte):
        return feld
    # A copy each: references are moved in place.
    wenn = _kopie(wenn)
    eigene = feld.get("wenn")
    if eigene is None:
        feld["wenn"] = wenn
        return feld
    beide, liste = Karte(feld.zeile, feld.datei), Liste(feld.zeile, feld.datei)
    liste.extend([wenn, eigene])
    liste.zeilen.extend([feld.zeile, feld.zeile])
    beide["alle"] = liste
    feld["wenn"] = beide
    return feld


def _verschoben(feld: Karte, pfad: str) -> Karte:
    """The question with its path, and its references, beneath `pfad`."""
    davor = f"{pfad}." if pfad else ""

    def neu(bezug: str) -> str:
        # ^x of a block in a block becomes ^outer.x until the outermost use makes it a path.
        return f"{davor}{bezug}"

    for eines in _alle_felder([feld]):
        if isinstance(eines.get("schluessel"), str):
            eines["schluessel"] = neu(eines["schluessel"])
    _jeder_bezug(feld, lambda bezug: f"^{neu(bezug[1:])}" if bezug.startswith("^") else bezug)
    return feld


def _loese_bezuege(roh: Any) -> None:
    """Turn ``^`` into what it stands for: nothing, or the dot of an entry."""
    for schritt in _karten(roh, "schritte"):
        punkt = "." if isinstance(schritt.get("liste"), str) else ""
        _jeder_bezug(schritt, lambda b, punkt=punkt: punkt + b[1:] if b.startswith("^") else b)  # type: ignore[misc]
    if isinstance(roh, Karte) and isinstance(roh.get("bestaetigung"), Karte):
        _jeder_bezug(roh["bestaetigung"], lambda b: b.removeprefix("^"))


def _jeder_bezug(wert: Any, neu: Callable[[str], str]) -> None:
    """Every `feld` of a condition or a bound, wherever it stands."""
    if isinstance(wert, Karte):
        for name, teil in wert.items():
            if name == "feld" and isinstance(teil, str):
                wert[name] = neu(teil)
            else:
                _jeder_bezug(teil, neu)
    elif isinstance(wert, Liste):
        for teil in wert:
            _jeder_bezug(teil, neu)
