"""Elements of XGewerbeanzeige and the fields of the official forms GewA 1, 2, 3."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATEI = Path(__file__).with_name("felder.toml")
FORM_VON_SATZART: Mapping[str, str] = {"anmeldung": "A1", "ummeldung": "A2", "abmeldung": "A3"}


@dataclass(frozen=True, slots=True)
class Zuordnung:
    """What the forms know about an element.

    `felder`: numbers on the form of this kind of notice. Without numbers the element is either
    `technisch` (stays in every message) or not asked for by this form (goes to nobody).
    """

    felder: frozenset[int]
    technisch: bool
    de: str
    en: str


@cache
def _tabelle() -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, str]]]:
    daten = tomllib.loads(DATEI.read_text(encoding="utf-8"))
    return {eintrag["pfad"]: eintrag for eintrag in daten["feld"]}, daten["element"]


@cache
def _behaelter() -> frozenset[str]:
    """Technical elements that only hold others which have entries of their own."""
    tabelle = _tabelle()[0]
    eltern = {pfad.rpartition("/")[0] for pfad in tabelle}
    return frozenset(pfad for pfad in eltern if pfad and tabelle[pfad].get("technisch"))


@cache
def zuordnung(satzart: str, pfad: str) -> Zuordnung:
    """The entry for `pfad` (local names below `satzart`, without indices) or its nearest ancestor.

    `satzart` is "anmeldung", "ummeldung" or "abmeldung". KeyError for a path no entry covers.
    """
    form = FORM_VON_SATZART[satzart]
    tabelle, elemente = _tabelle()
    teile = pfad.split("/")
    for laenge in range(len(teile), 0, -1):
        eintrag = tabelle.get("/".join(teile[:laenge]))
        if eintrag is None:
            continue
        if laenge < len(teile) and "/".join(teile[:laenge]) in _behaelter():
            break  # what stands in a container beside its known parts is unknown, not technical
        name = eintrag.get("formen", {}).get(form, eintrag)
        de, en = name["de"], name["en"]
        if laenge < len(teile) and teile[-1] not in {"code", "name"}:
            de, en = f"{de}: {elemente[teile[-1]]['de']}", f"{en}: {elemente[teile[-1]]['en']}"
        return Zuordnung(frozenset(eintrag.get(form, ())), bool(eintrag.get("technisch")), de, en)
    raise KeyError(pfad)


def felder_von_pfad(satzart: str, pfad: str) -> frozenset[int]:
    """Field numbers on the form of this kind of notice; empty where the form has no such field."""
    return zuordnung(satzart, pfad).felder


def bezeichnung(satzart: str, pfad: str, sprache: str = "de") -> str:
    """Name of the element for people, German ("de") or English ("en")."""
    eintrag = zuordnung(satzart, pfad)
    return eintrag.en if sprache == "en" else eintrag.de


def ist_behaelter(pfad: str) -> bool:
    """True for elements that say nothing themselves and only hold others."""
    return pfad in _behaelter()


def feldangabe(satzart: str, pfad: str) -> str | None:
    """Place on the form, e.g. "GewA 1, Feld 8" or "GewA 3, Felder 25, 26"; None without a field."""
    nummern = sorted(felder_von_pfad(satzart, pfad))
    if not nummern:
        return None
    wort = "Feld" if len(nummern) == 1 else "Felder"
    return f"GewA {FORM_VON_SATZART[satzart][1]}, {wort} {', '.join(map(str, nummern))}"


def elementname(name: str) -> Mapping[str, str] | None:
    """German and English name of an element that occurs in many places; None if unknown."""
    return _tabelle()[1].get(name)
