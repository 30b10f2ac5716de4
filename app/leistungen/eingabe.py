"""What people type on a page, made to answers; and answers shown as they can be typed again.

Nothing typed is lost: what cannot be read stays as text in its place and is a finding at every check.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from app.leistungen.baum import HOECHSTENS_EINTRAEGE, Knoten
from app.leistungen.bedingung import Lage
from app.leistungen.definition import Feldangabe, Vergleichswert
from app.leistungen.eingabe_formen import betrag_als_text, lies_betrag, lies_ganzzahl, lies_tag
from app.leistungen.formular import Formular
from app.leistungen.werte import als_tag, entferne, heute, hole, setze

__all__ = ["lies_eingabe", "zeige"]

_JA: Final = frozenset({"ja", "yes", "true", "1", "on"})
_NEIN: Final = frozenset({"nein", "no", "false", "0"})
_HOECHSTENS_ZEICHEN: Final = 20_000
_HOECHSTENS_GEWAEHLTE: Final = 500


def lies_eingabe(  # noqa: PLR0917 the six that a posted page has
    formular: Formular,
    schritt: str,
    roh: Mapping[str, Sequence[str]],
    antworten: Mapping[str, Any],
    eintrag: int | None = None,
    sprache: str = "de",
) -> dict[str, Any]:
    """All answers, with what was posted on a page in its place.

    `roh`: the page's fields by path, in a list relative to the entry. A question that was shown and of which
    nothing was posted loses its answer; one that was not shown keeps it. One more than there are entries
    makes a new one. Unknown names are passed over.
    """
    alle: dict[str, Any] = _kopie(antworten)
    knoten = formular.knoten(schritt)
    liste = knoten[0].liste
    sichtbar = formular.sichtbare(schritt, antworten, eintrag)
    ziel = alle if liste is None else _eintrag(alle, liste, eintrag or 0)
    for einer in knoten:
        if einer.angabe.typ == "hinweis":
            continue
        gepostet = roh.get(einer.pfad)
        if gepostet is not None:
            wert = _gelesen(einer, gepostet)
            if wert is None:
                entferne(ziel, einer.teile)
            else:
                setze(ziel, einer.teile, wert)
        elif einer.pfad in sichtbar:
            entferne(ziel, einer.teile)
    return alle


def _kopie(wert: Any) -> Any:
    if isinstance(wert, Mapping):
        return {name: _kopie(teil) for name, teil in wert.items()}
    return [_kopie(teil) for teil in wert] if isinstance(wert, list) else wert


def _eintrag(alle: dict[str, Any], liste: str, nummer: int) -> dict[str, Any]:
    teile = liste.split(".")
    eintraege = hole(alle, teile)
    if not isinstance(eintraege, list):
        eintraege = []
        setze(alle, teile, eintraege)
    nummer = min(nummer, len(eintraege), HOECHSTENS_EINTRAEGE - 1)
    if nummer == len(eintraege):
        eintraege.append({})
    if not isinstance(eintraege[nummer], dict):
        eintraege[nummer] = {}
    einer: dict[str, Any] = eintraege[nummer]
    return einer


def _gelesen(knoten: Knoten, gepostet: Sequence[str]) -> Any:
    if knoten.angabe.typ == "mehrfachauswahl":
        werte = [wert.strip() for wert in gepostet[:_HOECHSTENS_GEWAEHLTE] if wert.strip()]
        return list(dict.fromkeys(werte)) or None
    text = gepostet[0][:_HOECHSTENS_ZEICHEN] if gepostet else ""
    if not text.strip():
        return None
    wert = _typ(knoten, text)
    return (knoten.glaette(text) or None) if wert is None else wert


def _typ(knoten: Knoten, text: str) -> Any:
    match knoten.angabe.typ:
        case "janein":
            wort = text.strip().casefold()
            return True if wort in _JA else False if wort in _NEIN else None
        case "datum":
            tag = heute()
            return lies_tag(text, tag, _nicht_nach(knoten, tag))
        case "ganzzahl":
            return lies_ganzzahl(text)
        case "betrag":
            return lies_betrag(text)
    return None


def _nicht_nach(knoten: Knoten, tag: date) -> date | None:
    """The last day that the question can mean, where that is known from today alone."""
    grenze = knoten.angabe.hoechstens
    if isinstance(grenze, Vergleichswert) and grenze.heute is not None:
        return tag + timedelta(days=grenze.heute)
    if knoten.hoechstens is None or isinstance(grenze, Vergleichswert):
        return None
    fest = knoten.hoechstens(Lage({}, tag))
    return fest if isinstance(fest, date) else None


def zeige(feld: Feldangabe, wert: Any, sprache: str) -> str:  # noqa: PLR0911 one each
    """An answer as it stands in the field of a page; what could not be read, as it was typed.

    Days are 01.04.1985 in every language, sums 1.234,50 and in English 1,234.50.
    """
    if wert is None:
        return ""
    if isinstance(wert, bool):
        return "ja" if wert else "nein"
    if isinstance(wert, list):
        return ", ".join(map(str, wert))
    if feld.typ == "datum":
        tag = als_tag(wert)
        return str(wert) if tag is None else f"{tag.day:02d}.{tag.month:02d}.{tag.year:04d}"
    if feld.typ == "betrag" and type(wert) is int:
        return betrag_als_text(wert, sprache)
    if feld.typ == "iban" and isinstance(wert, str) and " " not in wert:
        return " ".join(wert[i : i + 4] for i in range(0, len(wert), 4))
    return str(wert)
