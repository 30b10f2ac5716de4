"""From the answers of a trade form to the notices of the model: one, or one for each managing partner.

The form asks what the model holds, at the same paths, with a few exceptions that people understand better:
one person alone is `inhaber`, partners are `gesellschafter`, ways to reach somebody are named fields, and
guiding questions stand in place of codes. They all stand here and in formularwege.py.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.gewerbe.feld import Form
from app.gewerbe.listen import GBR, Inhaberart, inhaberart

Antworten = Mapping[str, Any]

NATIONALITAETEN: Final = (
    "staatsangehoerigkeit",
    "zweite_staatsangehoerigkeit",
    "dritte_staatsangehoerigkeit",
)
KANAELE: Final = ("email", "telefon", "fax", "web")
BETRIEBSARTEN: Final = ("industrie", "handwerk", "handel", "sonstiges")
LISTE_DER: Final[Mapping[Inhaberart, str]] = {
    "einzeln": "inhaber",
    "personengesellschaft": "gesellschafter",
    "juristische_person": "personen",
}
"""Where the form asks for persons."""

_BETRIEB: Final = (
    "rechtsform",
    "eingetragener_name",
    "registereintrag",
    "geschaeftsbezeichnung",
    "anzahl_beteiligte",
    "oeffentliche_hand",
)
_PERSON: Final = (
    "doktorgrad",
    "familienname",
    "vornamen",
    "geschlecht",
    "geburtsname",
    "geburtsdatum",
    "geburtsort",
    "geburtsland",
    "anschrift",
)
_GLEICH: Final[Mapping[Form, tuple[str, ...]]] = {
    "A1": ("nebenerwerb", "beginn", "frueherer_gewerbetreibender", "erlaubnis", "handwerkskarte"),
    "A2": ("nebenerwerb", "aenderung", "gruende", "sonstige_gruende", "erlaubnis", "handwerkskarte"),
    "A3": ("nebenerwerb", "aufgabe", "grund", "kuenftiger_gewerbetreibender", "ursachen"),
}
_ORTE: Final[Mapping[Form, tuple[str, ...]]] = {
    "A1": ("hauptniederlassung", "fruehere_betriebsstaette"),
    "A2": ("hauptniederlassung", "fruehere_betriebsstaette"),
    "A3": ("hauptniederlassung", "kuenftige_betriebsstaette"),
}


@dataclass(frozen=True, slots=True)
class Entwurf:
    """One notice as JSON of the model, not yet validated; `eintraege`: which persons of the form it has."""

    daten: dict[str, Any]
    eintraege: tuple[int, ...]


def art_der(antworten: Antworten) -> Inhaberart:
    """Who the owner is; a sole trader where the legal form is not answered yet."""
    return inhaberart(str(_teil(antworten, "betrieb").get("rechtsform", "180")))


def baue(form: Form, antworten: Antworten, *, ags: str, heute: date) -> list[Entwurf]:
    """The notices that these answers, pruned, make; those of a draft may still be anything."""
    grundlage = _grundlage(form, antworten, ags, heute)
    art = art_der(antworten)
    if art == "personengesellschaft":
        return list(_je_gesellschafter(form, antworten, grundlage))
    if art == "einzeln":
        inhaber = _teil(antworten, "inhaber")
        return [_mit_personen(grundlage, [_person(form, inhaber, "inhaber")], (0,))]
    vertreter = _eintraege(antworten, "personen")
    personen = [_person(form, einer, "gesetzlicher_vertreter") for einer in vertreter]
    return [_mit_personen(grundlage, personen, tuple(range(len(vertreter))))]


def _grundlage(form: Form, antworten: Antworten, ags: str, heute: date) -> dict[str, Any]:
    """All but the persons."""
    daten: dict[str, Any] = {
        "form": form,
        "gemeinde": ags,
        "datum": heute.isoformat(),
        "betrieb": _nur(_teil(antworten, "betrieb"), _BETRIEB),
        "betriebsstaette": _betriebsstaette(antworten),
        "reisegewerbe": antworten.get("ausuebung") == "reise",
        **_nur(antworten, ("niederlassungsart", "vertretungsberechtigte_person", *_GLEICH[form])),
        "taetigkeit": _taetigkeit(form, antworten),
    }
    if antworten.get("ausuebung") == "automaten":
        daten["automatenaufstellung"] = True
    for name in _ORTE[form]:
        if name in antworten:
            daten[name] = _ort(_teil(antworten, name))
    if "hat_beschaeftigte" in antworten:
        keine = {"vollzeit": 0, "teilzeit": 0}
        daten["beschaeftigte"] = {**keine, **_teil(antworten, "beschaeftigte")}
    if isinstance(gewaehlt := antworten.get("betriebsart"), list) and form != "A2":
        daten["betriebsart"] = {art: art in gewaehlt for art in BETRIEBSARTEN}
    if form == "A1":
        daten.update(_herkunft(antworten))
    return daten


def _herkunft(antworten: Antworten) -> Iterator[tuple[str, Any]]:
    """Fields 25 and 27 of GewA 1. What is opened beside an establishment elsewhere is a new one."""
    anlass = antworten.get("anlass")
    if anlass is not None:
        yield "grund", "neugruendung" if anlass == "weitere_betriebsstaette" else anlass
    if "unfallversicherung_bekannt" in antworten:
        bekannt = _teil(antworten, "unfallversicherung")
        yield "unfallversicherung", dict(bekannt) or {"nicht_bekannt": True}


def _betriebsstaette(antworten: Antworten) -> dict[str, Any]:
    ort = _ort(_teil(antworten, "betriebsstaette"))
    if antworten.get("in_wohnung"):
        ort["anschrift"] = _teil(_teil(antworten, "inhaber"), "anschrift")
    return ort


def _taetigkeit(form: Form, antworten: Antworten) -> dict[str, Any]:
    """In GewA 2 an activity is new (field 18) or carried on (field 19)."""
    angaben = _teil(antworten, "taetigkeit")
    fortgesetzt = {"neu_ausgeuebt": False} if form == "A2" else {}
    schwerpunkt = {**fortgesetzt, **_teil(angaben, "schwerpunkt")}
    weitere = [{**(fortgesetzt if "wz" in eine else {}), **eine} for eine in _eintraege(angaben, "weitere")]
    return {"schwerpunkt": schwerpunkt, **({"weitere": weitere} if weitere else {})}


def _je_gesellschafter(form: Form, antworten: Antworten, grundlage: dict[str, Any]) -> Iterator[Entwurf]:
    """A notice for each managing partner; those who represent the same company share one."""
    alle = _eintraege(antworten, "gesellschafter")
    gruppen: defaultdict[str, list[int]] = defaultdict(list)
    for i, einer in enumerate(alle):
        ist_firma = einer.get("gesellschafter_art") == "firma"
        gruppen[f"firma {_name(einer).casefold()}" if ist_firma else str(i)].append(i)
    weitere = [
        str(einer["name"])
        for einer in _eintraege(_teil(antworten, "betrieb"), "weitere_gesellschafter")
        if "name" in einer
    ]
    for schluessel, eintraege in gruppen.items():
        betrieb = dict(grundlage["betrieb"])
        erster = alle[eintraege[0]]
        ist_firma = erster.get("gesellschafter_art") == "firma"
        if ist_firma:
            betrieb["geschaeftsfuehrende_firma"] = dict(_teil(erster, "firma"))
        if betrieb.get("rechtsform") == GBR:
            andere = [_name(alle[gruppe[0]]) for anderer, gruppe in gruppen.items() if anderer != schluessel]
            betrieb["weitere_gesellschafter"] = [*andere, *weitere]
        funktion = "gesetzlicher_vertreter" if ist_firma else "geschaeftsfuehrender_gesellschafter"
        personen = [_person(form, alle[i], funktion) for i in eintraege]
        yield _mit_personen({**grundlage, "betrieb": betrieb}, personen, tuple(eintraege))


def _mit_personen(
    grundlage: dict[str, Any], personen: list[dict[str, Any]], eintraege: tuple[int, ...]
) -> Entwurf:
    return Entwurf({**grundlage, "personen": personen}, eintraege)


def _person(form: Form, roh: Antworten, funktion: str) -> dict[str, Any]:
    person = {"funktion": funktion, **_nur(roh, _PERSON), **_erreichbarkeit(roh)}
    if nationalitaeten := [str(roh[name]) for name in NATIONALITAETEN if name in roh]:
        person["staatsangehoerigkeiten"] = list(dict.fromkeys(nationalitaeten))
    if form != "A3" and "aufenthaltstitel" in roh:
        person["aufenthaltstitel"] = roh["aufenthaltstitel"]
    return person


def _name(gesellschafter: Antworten) -> str:
    if gesellschafter.get("gesellschafter_art") == "firma":
        return str(_teil(gesellschafter, "firma").get("name", ""))
    teile = (gesellschafter.get(name) for name in ("doktorgrad", "vornamen", "familienname"))
    return " ".join(str(teil) for teil in teile if teil)


def _ort(roh: Antworten) -> dict[str, Any]:
    return {**_nur(roh, ("anschrift", "gemeinde")), **_erreichbarkeit(roh)}


def _erreichbarkeit(roh: Antworten) -> dict[str, Any]:
    kontakt = _teil(roh, "kontakt")
    wege = [{"kanal": kanal, "kennung": kontakt[kanal]} for kanal in KANAELE if kanal in kontakt]
    return {"erreichbarkeit": wege} if wege else {}


def _nur(roh: Antworten, namen: Sequence[str]) -> dict[str, Any]:
    return {name: roh[name] for name in namen if name in roh}


def _teil(roh: Antworten, name: str) -> Mapping[str, Any]:
    teil = roh.get(name)
    return teil if isinstance(teil, Mapping) else {}


def _eintraege(roh: Antworten, name: str) -> list[Mapping[str, Any]]:
    liste = roh.get(name)
    return [einer for einer in liste if isinstance(einer, Mapping)] if isinstance(liste, list) else []
