"""The conditions of the law table, by name: what must be true of a notice before a body may receive it.

Each takes the notice and the office's own knowledge and gives a reason, in German, English and Leichte
Sprache. The reasons never quote the notice, so they may be printed and logged.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.gewerbe.anzeige import Anmeldung, Gewerbeanzeige, Ummeldung
from app.gewerbe.listen import staatsangehoerigkeiten
from app.gewerbe.person import Person, PersonOhneTitel

_HANDELS_UND_GENOSSENSCHAFTSREGISTER: Final = {"A", "B", "G"}
_WEDER_VERLEGUNG_NOCH_WECHSEL: Final = {"namensaenderung", "nebenerwerb"}


@dataclass(frozen=True, slots=True)
class Umstaende:
    """What the office knows or has settled beside the notice.

    `zoll_anhaltspunkte`: signs of a breach of the laws named in § 14 Abs. 8 S. 1 Nr. 7 GewO. The filters are
    those of § 14 Abs. 8 S. 2 GewO (docs/adr/0005-datensparsamkeit.md).
    """

    zoll_anhaltspunkte: bool = False
    filter_auslaenderbehoerde: bool = True
    filter_hwk: bool = False
    filter_eichamt: bool = False


@dataclass(frozen=True, slots=True)
class Pruefung:
    """Whether a condition is met, and why."""

    erfuellt: bool
    de: str
    en: str
    leicht: str

    @property
    def grund(self) -> dict[str, str]:
        """The reason in its languages."""
        return {"de": self.de, "en": self.en, "leicht": self.leicht}


Bedingung = Callable[[Gewerbeanzeige, Umstaende], Pruefung | None]
"""A condition; None where it has nothing to say about this notice (a filter that is off)."""


def _eingetragene_haupt_oder_zweigniederlassung(anzeige: Gewerbeanzeige, _: Umstaende) -> Pruefung:
    register = anzeige.betrieb.registereintrag
    if register is None or register.art not in _HANDELS_UND_GENOSSENSCHAFTSREGISTER:
        return Pruefung(
            False,
            "Der Betrieb ist nicht im Handels- oder Genossenschaftsregister eingetragen.",
            "The business is not entered in the commercial register or the register of cooperatives.",
            "Die Firma steht nicht in der Liste vom Gericht.",
        )
    if anzeige.niederlassungsart not in {"haupt", "zweig"}:
        return Pruefung(
            False,
            "Abgemeldet wird eine unselbständige Zweigstelle, keine Haupt- oder Zweigniederlassung.",
            "What is given up is a dependent branch, not a head or branch office.",
            "Nur ein kleiner Teil von der Firma hört auf.",
        )
    return Pruefung(
        True,
        "Abmeldung einer im Handels- oder Genossenschaftsregister eingetragenen Niederlassung.",
        "An office entered in the commercial register or register of cooperatives is given up.",
        "Die Firma steht in der Liste vom Gericht. Jetzt hört sie auf.",
    )


def _anhaltspunkte_der_schwarzarbeit(_: Gewerbeanzeige, umstaende: Umstaende) -> Pruefung:
    if umstaende.zoll_anhaltspunkte:
        return Pruefung(
            True,
            "Das Gewerbeamt hat Anhaltspunkte für Verstöße festgestellt.",
            "The trade office has found signs of a breach of law.",
            "Das Amt denkt: Vielleicht ist etwas verboten.",
        )
    return Pruefung(
        False,
        "Es liegen keine Anhaltspunkte für Verstöße vor; ohne sie erhält der Zoll nichts.",
        "There are no signs of a breach of law; without them customs receives nothing.",
        "Alles ist erlaubt. Dann bekommt der Zoll nichts.",
    )


def _kein_reisegewerbe(anzeige: Gewerbeanzeige, _: Umstaende) -> Pruefung | None:
    if not anzeige.reisegewerbe:
        return None
    return Pruefung(
        False,
        "Reisegewerbe ohne Reisegewerbekarte: § 55c GewO verweist nicht auf die Statistik des § 14 Abs. 13.",
        "Itinerant trade without a card: § 55c GewO does not refer to the statistics of § 14 (13).",
        "Es ist ein Gewerbe auf Reisen. Dann bekommt dieses Amt nichts (§ 55c GewO).",
    )


def _mehr_als_namensaenderung(anzeige: Gewerbeanzeige, _: Umstaende) -> Pruefung | None:
    if not isinstance(anzeige, Ummeldung):
        return None
    taetigkeit = anzeige.taetigkeit
    if taetigkeit.schwerpunkt.neu_ausgeuebt or any(weitere.neu_ausgeuebt for weitere in taetigkeit.weitere):
        return None
    if not anzeige.gruende or set(anzeige.gruende) - _WEDER_VERLEGUNG_NOCH_WECHSEL:
        return None
    return Pruefung(
        False,
        "Die Ummeldung ist weder Verlegung noch Wechsel oder Ausdehnung (§ 14 Abs. 8 S. 1 Nr. 9 GewO).",
        "Neither a relocation nor a change or extension of activity (§ 14 (8) sentence 1 no. 9 GewO).",
        "Die Firma zieht nicht um. Sie macht auch nichts Neues. Dann bekommt dieses Amt nichts.",
    )


def _aufenthaltstitel_noetig(anzeige: Gewerbeanzeige, umstaende: Umstaende) -> Pruefung | None:
    if not umstaende.filter_auslaenderbehoerde:
        return None
    if any(_braucht_aufenthaltstitel(person) for person in anzeige.personen):
        return Pruefung(
            True,
            "Eine Person hat eine Staatsangehörigkeit, die einen Aufenthaltstitel erfordert.",
            "A person has a nationality that requires a residence title.",
            "Ein Mensch braucht eine Erlaubnis für Deutschland (Aufenthalts·titel).",
        )
    return Pruefung(
        False,
        "Niemand in der Anzeige braucht einen Aufenthaltstitel (Deutschland, EU, EWR, Schweiz).",
        "Nobody in the notice needs a residence title (Germany, EU, EEA, Switzerland).",
        "Niemand braucht eine Erlaubnis für Deutschland (Aufenthalts·titel).",
    )


def _braucht_aufenthaltstitel(person: PersonOhneTitel) -> bool:
    angegeben = set(person.staatsangehoerigkeiten) - set(_minderung()["aufenthaltstitel"]["nicht_angegeben"])
    if not angegeben:
        return isinstance(person, Person) and bool(
            person.aufenthaltstitel and person.aufenthaltstitel.vorhanden
        )
    bekannt = staatsangehoerigkeiten()
    return not any(code in bekannt and bekannt[code].freizuegig for code in angegeben)


def _handwerk_falls_gefiltert(anzeige: Gewerbeanzeige, umstaende: Umstaende) -> Pruefung | None:
    if not umstaende.filter_hwk or isinstance(anzeige, Ummeldung):
        return None  # GewA 2 has no field for the kind of business, so it cannot be ruled out
    if anzeige.betriebsart is None or anzeige.betriebsart.handwerk:
        return None
    if isinstance(anzeige, Anmeldung) and anzeige.handwerkskarte and anzeige.handwerkskarte.vorhanden:
        return None
    return Pruefung(
        False,
        "Kein Handwerk angezeigt (Filter der Gemeinde nach § 14 Abs. 8 S. 2 GewO).",
        "No craft was notified (the town's filter under § 14 (8) sentence 2 GewO).",
        "Es ist kein Handwerk. Dann bekommt diese Kammer nichts (§ 14 Abs. 8 GewO).",
    )


def _messgeraete_falls_gefiltert(anzeige: Gewerbeanzeige, umstaende: Umstaende) -> Pruefung | None:
    if not umstaende.filter_eichamt:
        return None
    taetigkeit = anzeige.taetigkeit
    zweige = {taetigkeit.schwerpunkt.wz, *(weitere.wz for weitere in taetigkeit.weitere)}
    uebliche = tuple(_minderung()["messgeraete"]["wz"])
    if any(wz is None or wz.startswith(uebliche) for wz in zweige):
        return None
    return Pruefung(
        False,
        "Keine Tätigkeit mit geeichten Messgeräten (Filter der Gemeinde nach § 14 Abs. 8 S. 2 GewO).",
        "No activity with verified measuring instruments (the town's filter under § 14 (8) sentence 2 GewO).",
        "Die Firma hat keine Waagen oder Zähler. Dann bekommt dieses Amt nichts (§ 14 Abs. 8 GewO).",
    )


def _verlegung_aus_anderem_meldebezirk(anzeige: Gewerbeanzeige, _: Umstaende) -> Pruefung:
    if isinstance(anzeige, Anmeldung) and anzeige.grund == "verlegung_aus_anderem_meldebezirk":
        return Pruefung(
            True,
            "Verlegung aus einem anderen Meldebezirk: die Anmeldung gilt dort zugleich als Abmeldung.",
            "Relocation from another district: there the notice counts as the end of the business.",
            "Die Firma zieht um. In der alten Stadt ist sie dann abgemeldet.",
        )
    return Pruefung(
        False,
        "Keine Verlegung aus einem anderen Meldebezirk.",
        "No relocation from another registration district.",
        "Die Firma zieht nicht aus einer anderen Stadt um.",
    )


BEDINGUNGEN: Final[Mapping[str, Bedingung]] = MappingProxyType(
    {
        "eingetragene_haupt_oder_zweigniederlassung": _eingetragene_haupt_oder_zweigniederlassung,
        "anhaltspunkte_der_schwarzarbeit": _anhaltspunkte_der_schwarzarbeit,
        "kein_reisegewerbe": _kein_reisegewerbe,
        "mehr_als_namensaenderung": _mehr_als_namensaenderung,
        "aufenthaltstitel_noetig": _aufenthaltstitel_noetig,
        "handwerk_falls_gefiltert": _handwerk_falls_gefiltert,
        "messgeraete_falls_gefiltert": _messgeraete_falls_gefiltert,
        "verlegung_aus_anderem_meldebezirk": _verlegung_aus_anderem_meldebezirk,
    }
)


@cache
def _minderung() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "minderung.toml").read_text("utf-8"))
