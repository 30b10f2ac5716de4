"""Whether a condition can hold at all: what can never be true asks nobody anything.

A condition is turned into alternatives; each says for every answer it looks at which values are left. An
answer has those values that conditions of the form tell apart, "anything else" and "not there". To have a
value, its question has to be asked, so that question's own condition is part of it. Where there would be too
many alternatives, or a comparison is not understood, the condition counts as possible: this check never
accuses wrongly.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.leistungen.definition import Bedingung, Definition, Feldangabe
from app.leistungen.maengel import Feldstelle, bedingungsstellen, teile_von

_NICHT_DA: Final = ("nicht da",)
_ANDERES: Final = ("anderes",)
_HOECHSTENS: Final = 400
_TIEFSTE: Final = 40
"""So far the questions are followed whose answers decide about one another."""

Werte = frozenset[Any]
Fall = Mapping[str, Werte]
Faelle = list[dict[str, Werte]]
_WAHR: Final[Faelle] = [{}]


class Erreichbarkeit:
    """The questions of a form with the values that they can have."""

    def __init__(self, definition: Definition, felder: Mapping[str, Feldstelle]) -> None:
        self._felder = felder
        self._schritte = {s.liste: s for s in definition.schritte if s.liste is not None}
        self._konstanten: dict[str, set[Any]] = {}
        for bedingung, stelle, liste in bedingungsstellen(definition):
            for teil, _ in teile_von(bedingung, stelle):
                self._merke(teil, liste)
        self._sichtbar: dict[str, Faelle] = {}
        self._unterwegs: set[str] = set()

    def moeglich(self, bedingungen: Iterable[Bedingung | None], liste: str = "") -> bool:
        """Whether all of these can hold together."""
        return bool(self._und([self._faelle(b, liste, ja=True) for b in bedingungen if b is not None]))

    def sichtbar(self, feld: Feldstelle) -> bool:
        """Whether there are answers that make this question asked."""
        return bool(self._faelle_sichtbar(feld.pfad))

    def _merke(self, teil: Bedingung, liste: str) -> None:
        voll = _voll(teil.feld or "", liste)
        menge = self._konstanten.setdefault(voll, set())
        for wert in (teil.ist, teil.nicht):
            if wert is not None:
                menge.add(_wert(wert))
        for werte in (teil.in_, teil.nicht_in):
            menge.update(_wert(wert) for wert in werte or ())
        for grenze in (teil.kleiner, teil.hoechstens, teil.groesser, teil.mindestens):
            if type(grenze) is int:
                menge.update(_wert(grenze + davon) for davon in (-1, 0, 1))

    def _alle_werte(self, pfad: str) -> Werte:
        feld = self._felder.get(pfad)
        if feld is None:
            return frozenset({_ANDERES, _NICHT_DA})
        angabe = feld.angabe
        werte: set[Any]
        if angabe.typ == "janein":
            werte = {_wert(True), _wert(False)}
        elif angabe.typ == "auswahl" and angabe.werte:
            werte = {_wert(wahl.wert) for wahl in angabe.werte}
        else:
            werte = self._konstanten.get(pfad, set()) | {_ANDERES}
            if angabe.typ in {"ganzzahl", "betrag"}:
                werte = _zahlen(werte - {_ANDERES}, angabe) or {_ANDERES}
        return frozenset(werte | {_NICHT_DA})

    def _faelle_sichtbar(self, pfad: str) -> Faelle:
        if pfad in self._sichtbar:
            return self._sichtbar[pfad]
        if pfad in self._unterwegs or len(self._unterwegs) > _TIEFSTE:
            return _WAHR
        feld = self._felder.get(pfad)
        self._unterwegs.add(pfad)
        if feld is None:
            schritt = self._schritte.get(pfad)
            faelle = _WAHR if schritt is None else self._faelle(schritt.wenn, "", ja=True)
        else:
            liste = feld.schritt.liste or ""
            gruppe = None if feld.gruppe is None else feld.gruppe.wenn
            faelle = self._und(
                [
                    self._faelle(feld.schritt.wenn, "", ja=True),
                    self._faelle(gruppe, liste, ja=True),
                    self._faelle(feld.angabe.wenn, liste, ja=True),
                ]
            )
        self._unterwegs.discard(pfad)
        self._sichtbar[pfad] = faelle
        return faelle

    def _faelle(self, bedingung: Bedingung | None, liste: str, *, ja: bool) -> Faelle:
        if bedingung is None:
            return _WAHR
        for teile, und, jeder in (
            (bedingung.alle, ja, ja),
            (bedingung.eine, not ja, ja),
            (bedingung.keine, ja, not ja),
        ):
            if teile is not None:
                faelle = [self._faelle(teil, liste, ja=jeder) for teil in teile]
                return self._und(faelle) if und else _oder(faelle)
        return self._vergleich(bedingung, liste, ja=ja)

    def _vergleich(self, bedingung: Bedingung, liste: str, *, ja: bool) -> Faelle:
        pfad = _voll(bedingung.feld or "", liste)
        alle = self._alle_werte(pfad)
        erfuellt = frozenset(wert for wert in alle if _gilt(bedingung, wert) is not False)
        verfehlt = frozenset(wert for wert in alle if _gilt(bedingung, wert) is not True)
        werte = erfuellt if ja else verfehlt
        if not werte:
            return []
        if _NICHT_DA in werte:
            return [{pfad: werte}]
        return self._und([self._faelle_sichtbar(pfad), [{pfad: werte}]])

    def _und(self, faelle: Sequence[Faelle]) -> Faelle:
        ergebnis: Faelle = [{}]
        for alternativen in faelle:
            if len(ergebnis) * len(alternativen) > 10 * _HOECHSTENS:
                return _WAHR
            neu: dict[Any, dict[str, Werte]] = {}
            for links in ergebnis:
                for rechts in alternativen:
                    fall = _vereint(links, rechts)
                    if fall is not None:
                        neu[frozenset(fall.items())] = fall
            if len(neu) > _HOECHSTENS:
                return _WAHR
            ergebnis = list(neu.values())
        return ergebnis


def _oder(faelle: Sequence[Faelle]) -> Faelle:
    alle = {frozenset(fall.items()): fall for alternativen in faelle for fall in alternativen}
    return _WAHR if len(alle) > _HOECHSTENS else list(alle.values())


def _vereint(links: Fall, rechts: Fall) -> dict[str, Werte] | None:
    fall = dict(links)
    for pfad, werte in rechts.items():
        fall[pfad] = fall[pfad] & werte if pfad in fall else werte
        if not fall[pfad]:
            return None
    return fall


def _voll(bezug: str, liste: str) -> str:
    return f"{liste}{bezug}" if bezug.startswith(".") else bezug


def _wert(wert: Any) -> tuple[type, Any]:
    return type(wert), wert


def _zahlen(konstanten: set[Any], angabe: Feldangabe) -> set[Any]:
    """Numbers that stand for all that the bounds allow: those that conditions tell apart, and the ends."""
    unten, oben = (
        grenze if type(grenze) is int else None for grenze in (angabe.mindestens, angabe.hoechstens)
    )
    enden = {_wert(grenze) for grenze in (unten, oben) if grenze is not None}
    return {
        wert
        for wert in konstanten | enden
        if (unten is None or wert[1] >= unten) and (oben is None or wert[1] <= oben)
    }


def _gilt(bedingung: Bedingung, wert: Any) -> bool | None:  # noqa: PLR0911 one each
    """Whether a comparison holds for a value; None: it may."""
    if wert == _NICHT_DA:
        return bedingung.vorhanden is False
    was = bedingung.art
    soll = getattr(bedingung, was)
    if was == "vorhanden":
        return bool(soll)
    if wert == _ANDERES:
        # What is none of the values that are told apart.
        return {"ist": False, "in_": False, "nicht": True, "nicht_in": True}.get(was)
    match was:
        case "ist" | "nicht":
            return (wert == _wert(soll)) is (was == "ist")
        case "in_" | "nicht_in":
            return (wert in {_wert(einer) for einer in soll}) is (was == "in_")
        case "beginnt_mit" if isinstance(wert[1], str):
            return wert[1].startswith(soll)
        case "kleiner" | "hoechstens" | "groesser" | "mindestens" if type(soll) is int and wert[0] is int:
            zahl = wert[1]
            return bool(
                {
                    "kleiner": zahl < soll,
                    "hoechstens": zahl <= soll,
                    "groesser": zahl > soll,
                    "mindestens": zahl >= soll,
                }[was]
            )
    return None
