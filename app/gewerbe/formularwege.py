"""Where the form asks what the model holds: paths of the form to those of the model, pointers back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.gewerbe.feld import Form
from app.gewerbe.formularbau import LISTE_DER, NATIONALITAETEN, Antworten, Entwurf, art_der

_PERSONEN: Final = re.compile(r"^(?:inhaber|gesellschafter)(?=\.)")
_KONTAKT: Final = re.compile(r"(^|\.)kontakt\.\w+$")
_NATIONALITAET: Final = re.compile(r"(?:zweite_|dritte_)?staatsangehoerigkeit$")


def modellpfad(form: Form, pfad: str) -> str:
    """The dotted path of the model for one of the form, without the numbers of entries."""
    if pfad.startswith("gesellschafter.firma."):
        return pfad.replace("gesellschafter.firma.", "betrieb.geschaeftsfuehrende_firma.", 1)
    if pfad == "betrieb.weitere_gesellschafter.name":
        return "betrieb.weitere_gesellschafter"
    if pfad == "ausuebung":
        return "reisegewerbe"
    if pfad == "anlass" and form == "A1":
        return "grund"
    pfad = _KONTAKT.sub(r"\1erreichbarkeit.kennung", _PERSONEN.sub("personen", pfad))
    return _NATIONALITAET.sub("staatsangehoerigkeiten", pfad)


_GEFRAGT_ALS: Final[Mapping[str, str]] = {
    "reisegewerbe": "/ausuebung",
    "automatenaufstellung": "/ausuebung",
    "beschaeftigte": "/hat_beschaeftigte",
    "unfallversicherung": "/unfallversicherung_bekannt",
    "gruende": "/gruende",
    "betriebsart": "/betriebsart",
}
"""Parts of the model that one question of another name stands for."""


def formularzeiger(form: Form, regel: str, zeiger: str, antworten: Antworten, entwurf: Entwurf) -> str:
    """Where in the answers the thing is that a finding about the notice `entwurf` points to.

    A part with several questions may be named as a whole: the form then leads to the first of them.
    """
    return _nach_regel(form, regel, antworten) or _nach_ort(form, zeiger, antworten, entwurf)


def _nach_regel(form: Form, regel: str, antworten: Antworten) -> str | None:
    """What is missing is shown where it can be added, not where it was noticed."""
    match regel:
        case "PLA-ERLAUBNIS":
            ort = "/erlaubnis_noetig"
        case "PLA-HANDWERKSKARTE" if form == "A2" and not antworten.get("ist_handwerk"):
            ort = "/ist_handwerk"
        case "PLA-HANDWERKSKARTE":
            ort = "/handwerkskarte/vorhanden"
        case "PLA-REGISTER-FEHLT" if not antworten.get("eingetragen"):
            ort = "/eingetragen"
        case "PLA-FRUEHERE-GEMEINDE":
            ort = "/in_nrw"
        case _:
            return None
    return ort


def _nach_ort(form: Form, zeiger: str, antworten: Antworten, entwurf: Entwurf) -> str:
    match zeiger.split("/")[1:]:
        case ["personen"]:
            ort = f"/{LISTE_DER[art_der(antworten)]}"
        case ["personen", nummer, *rest]:
            ort = _person(int(nummer), rest, antworten, entwurf)
        case ["betrieb", "geschaeftsfuehrende_firma", *rest]:
            ort = "/".join(("/gesellschafter", str(entwurf.eintraege[0]), "firma", *rest))
        case ["betrieb", "weitere_gesellschafter", *rest]:
            ort = _weitere(rest, antworten, entwurf)
        case ["betriebsstaette", "anschrift", *rest] if antworten.get("in_wohnung"):
            ort = "/".join(("/inhaber/anschrift", *rest))
        case ["grund"] if form == "A1":
            ort = "/anlass"
        case ["taetigkeit", "schwerpunkt"]:
            ort = f"{zeiger}/wz"
        case ["taetigkeit", "weitere", _]:
            ort = f"{zeiger}/wz"
        case [name, "erreichbarkeit", *rest]:
            ort = f"/{name}/kontakt{_kanal(entwurf.daten[name], rest)}"
        case [name, *_] if name in _GEFRAGT_ALS:
            ort = _GEFRAGT_ALS[name]
        case _:
            ort = zeiger
    return ort


def _person(nummer: int, teile: Sequence[str], antworten: Antworten, entwurf: Entwurf) -> str:
    liste = LISTE_DER[art_der(antworten)]
    wurzel = "/inhaber" if liste == "inhaber" else f"/{liste}/{entwurf.eintraege[nummer]}"
    match teile:
        case ["staatsangehoerigkeiten", *rest]:
            return f"{wurzel}/{NATIONALITAETEN[int(rest[0]) if rest else 0]}"
        case ["erreichbarkeit", *rest]:
            return f"{wurzel}/kontakt{_kanal(entwurf.daten['personen'][nummer], rest)}"
    return "/".join((wurzel, *teile))


def _weitere(teile: Sequence[str], antworten: Antworten, entwurf: Entwurf) -> str:
    """Of the further partners the managing ones come first; those have entries of their own."""
    if not teile:
        return "/hat_weitere"
    eigene = antworten.get("betrieb", {}).get("weitere_gesellschafter") or ()
    stelle = int(teile[0]) - len(entwurf.daten["betrieb"]["weitere_gesellschafter"]) + len(eigene)
    return f"/betrieb/weitere_gesellschafter/{stelle}/name" if stelle >= 0 else "/gesellschafter"


def _kanal(halter: Mapping[str, Any], teile: Sequence[str]) -> str:
    """``/1/kennung`` is the field of that channel."""
    return f"/{halter['erreichbarkeit'][int(teile[0])]['kanal']}" if teile else ""
