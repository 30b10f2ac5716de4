"""Who receives what of a notice (§ 14 Abs. 8, Abs. 13 GewO, § 3 GewAnzV): the one reader of the law table."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, NamedTuple

from app.gewerbe.anzeige import Gewerbeanzeige
from app.gewerbe.feld import Form
from app.gewerbe.felder import alle_felder
from app.gewerbe.recht.bedingungen import BEDINGUNGEN, Pruefung, Umstaende
from app.gewerbe.recht.rechtsstand import Zeile, rechtsstand

_VORDRUCK_NAMEN: Mapping[Form, tuple[str, str, str]] = {
    "A1": ("Anmeldung", "registration", "Gewerbe·anmeldung"),
    "A2": ("Ummeldung", "change", "Gewerbe·ummeldung"),
    "A3": ("Abmeldung", "deregistration", "Gewerbe·abmeldung"),
}


_KRAFT_GESETZES = Pruefung(
    True,
    "Empfängerin kraft Gesetzes; ein Verzicht liegt nicht vor.",
    "Recipient by law; there is no waiver.",
    "Das Gesetz sagt: Dieses Amt bekommt die Daten.",
)
_AMTLICH = ("de", "en")
"""Languages of what is kept with a delivery."""


class Anspruch(NamedTuple):
    """What one body may receive of one notice, and why. `stelle` is the body's key in the law table."""

    stelle: str
    name: Mapping[str, str]
    form: Form
    berechtigt: bool
    grund: Mapping[str, str]
    paragraph: str
    frist: str
    felder: frozenset[int]
    """Field numbers of the form that are sent; empty for a body that is not entitled."""

    @property
    def zurueckgehalten(self) -> frozenset[int]:
        """All other field numbers of the form."""
        return alle_felder(self.form) - self.felder

    @classmethod
    def aus_grundlage(cls, werte: Mapping[str, Any]) -> "Anspruch":
        """The law of the day of certification, as it was kept with the delivery by als_grundlage."""
        eigene = {name: werte[name] for name in cls._fields}
        return cls(**eigene | {"felder": frozenset(werte["felder"])})

    def als_grundlage(self) -> dict[str, Any]:
        """What is kept with each delivery; without what the rest says already, a row is written often."""
        return self._asdict() | {
            "name": {sprache: self.name[sprache] for sprache in _AMTLICH},
            "grund": {sprache: self.grund[sprache] for sprache in _AMTLICH},
            "felder": sorted(self.felder),
        }

    def als_dict(self) -> dict[str, Any]:
        """Plain data for JSON, field numbers in order."""
        return self._asdict() | {
            "name": dict(self.name),
            "grund": dict(self.grund),
            "felder": sorted(self.felder),
            "zurueckgehalten": sorted(self.zurueckgehalten),
        }


def empfaenger_von(
    anzeige: Gewerbeanzeige,
    tag: date,
    *,
    verzichte: AbstractSet[str] = frozenset(),
    zoll_anhaltspunkte: bool = False,
    filter_auslaenderbehoerde: bool = True,
    filter_hwk: bool = False,
    filter_eichamt: bool = False,
) -> tuple[Anspruch, ...]:
    """One Anspruch for every body in the law table of that day, entitled or not.

    `tag` is the day of certification. `verzichte` are keys of bodies that have waived the regular transfer;
    `zoll_anhaltspunkte` is the office's own finding. The filters carry out § 14 Abs. 8 S. 2 GewO, see
    docs/adr/0005-datensparsamkeit.md. Raises KeinRechtsstand for a day without a table.
    """
    stand = rechtsstand(tag)
    umstaende = Umstaende(zoll_anhaltspunkte, filter_auslaenderbehoerde, filter_hwk, filter_eichamt)
    ansprueche = []
    for zeile in stand.zeilen:
        pruefung = _pruefen(zeile, anzeige, umstaende, verzichte)
        felder = zeile.felder[anzeige.form] if pruefung.erfuellt else frozenset[int]()
        ansprueche.append(
            Anspruch(
                stelle=zeile.schluessel,
                name=zeile.name,
                form=anzeige.form,
                berechtigt=pruefung.erfuellt,
                grund=pruefung.grund,
                paragraph=zeile.paragraph,
                frist=zeile.frist,
                felder=felder,
            )
        )
    return tuple(ansprueche)


def _pruefen(
    zeile: Zeile, anzeige: Gewerbeanzeige, umstaende: Umstaende, verzichte: AbstractSet[str]
) -> Pruefung:
    if anzeige.form not in zeile.felder:
        de, en, leicht = _VORDRUCK_NAMEN[anzeige.form]
        return Pruefung(
            False,
            f"Aus einer {de} erhält diese Stelle nichts.",
            f"This body receives nothing of a {en}.",
            f"Bei einer {leicht} bekommt dieses Amt nichts.",
        )
    if zeile.verzichtbar and zeile.schluessel in verzichte:
        return Pruefung(
            False,
            "Die Stelle hat auf die regelmäßige Datenübermittlung verzichtet.",
            "The body has waived the regular transfer of data.",
            "Dieses Amt möchte die Daten nicht haben.",
        )
    ergebnisse = [BEDINGUNGEN[name](anzeige, umstaende) for name in zeile.voraussetzungen]
    gesagt = [ergebnis for ergebnis in ergebnisse if ergebnis is not None]
    unerfuellt = [ergebnis for ergebnis in gesagt if not ergebnis.erfuellt]
    return (unerfuellt or gesagt or [_KRAFT_GESETZES])[0]
