"""A page of questions: how it is shown, and what becomes of what is typed on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import HTMLResponse

from app.leistungen.codelisten import suche
from app.leistungen.definition import Schritt
from app.leistungen.formular import Feldlage, Gruppenlage
from app.problems import Problem
from app.web.antrag.offen import SKRIPT, Offen
from app.web.antrag.weg import Weg, weg
from app.web.feldbild import Feldbild, Gruppenbild, Suchlage, Wahl, bilder, grosse_liste, kennung
from app.web.texte import in_sprache
from xoev.befund import Befund

Felder = Mapping[str, Sequence[str]]
Meldung = tuple[str, str, str | None]
"""Kind, heading, sentence."""

SUCHWORT: Final = "_suche."
_TREFFER: Final = 15
"""So many values of a long list are offered at once."""


@dataclass(frozen=True, slots=True)
class Ort:
    """A page of a draft: a step, or an entry of a step that lists several."""

    offen: Offen
    schritt: Schritt
    eintrag: int | None
    weg: Weg

    def lage(self, antworten: Mapping[str, Any]) -> tuple[Feldlage | Gruppenlage, ...]:
        """The questions as they stand with these answers."""
        return self.offen.entwurf.formular.lage(
            self.schritt.schluessel, antworten, self.offen.entwurf.kontext, self.eintrag
        )


def ort(offen: Offen, schluessel: str, eintrag: int | None = None) -> Ort:
    """The page of a step; raises Problem 404 where the answers so far do not lead there."""
    hier = weg(offen.besuch, offen.entwurf, schluessel, eintrag)
    for schritt in offen.entwurf.formular.schritte(offen.entwurf.antworten):
        if schritt.schluessel == schluessel and (eintrag is None or schritt.liste is not None):
            return Ort(offen, schritt, eintrag, hier)
    raise Problem(404, "nicht_gefunden")


def zeige(
    hier: Ort,
    antworten: Mapping[str, Any],
    *,
    fehler: Mapping[str, str] | None = None,
    suchen: Mapping[str, Suchlage] | None = None,
    meldungen: Sequence[Meldung] = (),
    von: str = "",
    fassung: int | None = None,
    wieder: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """The page; `fehler` by path, `von`: where to go on to in place of the next page.

    `wieder`: it shows what was typed in a session that has ended.
    """
    besuch, entwurf = hier.offen.besuch, hier.offen.entwurf
    sprache = besuch.sprache.schluessel
    lage = hier.lage(antworten)
    teile = bilder(lage, besuch, fehler=fehler or {}, suchen=suchen)
    titel = hier.schritt.titel.in_sprache(sprache)
    unter = None
    if hier.eintrag is not None and hier.schritt.eintrag is not None:
        was = hier.schritt.eintrag.in_sprache(sprache)
        titel, unter = besuch.text("antrag.eintrag", was=was, nummer=hier.eintrag + 1), titel
    return besuch.seite(
        "antrag/schritt.html",
        {
            "weg": hier.weg,
            "titel": titel,
            "unter": unter,
            "hilfe": hier.schritt.hilfe.in_sprache(sprache) if hier.schritt.hilfe else None,
            "teile": teile,
            "fehler": {kennung(feld.pfad): feld.fehler for feld in felder(teile) if feld.fehler},
            "meldungen": meldungen,
            "fassung": entwurf.fassung if fassung is None else fassung,
            "gezeigt": " ".join(eine.pfad for eine in feldlagen(lage)),
            "von": von,
            "wieder": wieder,
            "weiter": _weiter(hier, von),
            "zurueck": hier.eintrag is not None or hier.weg.zurueck is not None,
        },
        status,
        skript=SKRIPT,
    )


def _weiter(hier: Ort, von: str) -> str:
    besuch = hier.offen.besuch
    if hier.eintrag is not None:
        return besuch.text("antrag.fertig")
    return besuch.text("antrag.zum_pruefen") if von else besuch.text("antrag.weiter")


def felder(teile: Sequence[Feldbild | Gruppenbild]) -> list[Feldbild]:
    """All questions of a page, in order."""
    return [feld for teil in teile for feld in (teil.felder if isinstance(teil, Gruppenbild) else (teil,))]


def feldlagen(lage: Sequence[Feldlage | Gruppenlage]) -> list[Feldlage]:
    """All questions of a page, in order."""
    return [feld for teil in lage for feld in (teil.felder if isinstance(teil, Gruppenlage) else (teil,))]


def fehler_von(hier: Ort, befunde: Sequence[Befund]) -> dict[str, str]:
    """The first fault of each question of the page, by path."""
    gefunden: dict[str, str] = {}
    for befund in befunde:
        if befund.severity != "error":
            continue
        stelle = hier.offen.entwurf.formular.ort(befund.pointer)
        if stelle is not None and stelle[:2] == (hier.schritt.schluessel, hier.eintrag):
            gefunden.setdefault(stelle[2], in_sprache(befund.text, hier.offen.besuch.sprache.schluessel))
    return gefunden


def neue_fragen(hier: Ort, roh: Felder, antworten: Mapping[str, Any]) -> list[str]:
    """Paths of the questions that the answers have led to and that the page did not show yet."""
    gezeigt = set(" ".join(roh.get("_gezeigt", ())).split())
    if not gezeigt:
        return []
    return [
        eine.pfad
        for eine in feldlagen(hier.lage(antworten))
        if eine.pfad not in gezeigt and eine.angabe.typ != "hinweis"
    ]


def gesucht(hier: Ort, roh: Felder, antworten: Mapping[str, Any], tun: str) -> dict[str, Suchlage]:
    """What was looked for in long lists: by their button, or by going on with a word and nothing chosen."""
    lagen: dict[str, Suchlage] = {}
    for eine in feldlagen(hier.lage(antworten)):
        liste = grosse_liste(eine)
        wort = "".join(roh.get(f"{SUCHWORT}{eine.pfad}", ())[:1]).strip()
        if liste is None or not wort:
            continue
        if tun == f"suche:{eine.pfad}" or (tun == "weiter" and eine.wert in (None, "", [])):
            gefunden = suche(liste, wort, hier.offen.besuch.sprache.schluessel, _TREFFER)
            lagen[eine.pfad] = Suchlage(wort, tuple(Wahl(*paar) for paar in gefunden))
    return lagen
