"""A step that lists entries: what there is, one more, one less, one to change."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.antraege import entwuerfe
from app.antraege.entwuerfe import EntwurfVeraltet
from app.web.antrag.eingang import Eingabe
from app.web.antrag.offen import SKRIPT
from app.web.antrag.schrittseite import Meldung, Ort, fehler_von
from app.web.antrag.weg import PRUEFEN, Weg

JE_BLATT: Final = 50


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One line of the overview."""

    nummer: int
    titel: str
    fertig: bool


def zeige(
    hier: Ort,
    *,
    von: str = "",
    blatt: int = 1,
    pruefen: bool = False,
    entfernen: int | None = None,
    meldungen: Sequence[Meldung] = (),
    status: int = 200,
) -> HTMLResponse:
    """The overview; with `pruefen` it says what is missing, with `entfernen` it asks about an entry."""
    besuch, entwurf = hier.offen.besuch, hier.offen.entwurf
    sprache, schluessel = besuch.sprache.schluessel, hier.schritt.schluessel
    titel = entwurf.formular.eintraege(schluessel, entwurf.antworten, sprache)
    befunde = entwurf.formular.pruefe(entwurf.antworten, entwurf.kontext, schritt=schluessel).befunde
    unfertig = {
        stelle[1]
        for befund in befunde
        if befund.severity == "error" and (stelle := entwurf.formular.ort(befund.pointer)) is not None
    }
    alle = [Eintrag(n + 1, name, n not in unfertig) for n, name in enumerate(titel)]
    fehler: dict[str, str] = {}
    if pruefen:
        if (satz := fehler_von(hier, befunde).get("")) is not None:
            fehler["hinzufuegen"] = satz
        fehler |= {
            f"eintrag-{eines.nummer}": f"{eines.titel}: {besuch.text('antrag.eintrag_offen')}"
            for eines in alle
            if not eines.fertig
        }
        offene = [eines.nummer for eines in alle if not eines.fertig]
        blatt = (offene[0] - 1) // JE_BLATT + 1 if offene else blatt
    blaetter = -(-len(alle) // JE_BLATT)
    was = hier.schritt.eintrag.in_sprache(sprache) if hier.schritt.eintrag else ""
    return besuch.seite(
        "antrag/liste.html",
        {
            "weg": hier.weg,
            "titel": hier.schritt.titel.in_sprache(sprache),
            "hilfe": hier.schritt.hilfe.in_sprache(sprache) if hier.schritt.hilfe else None,
            "fehler": fehler,
            "meldungen": meldungen,
            "fassung": entwurf.fassung,
            "von": von,
            "was": was,
            "anzahl": len(alle),
            "eintraege": alle[(blatt - 1) * JE_BLATT : blatt * JE_BLATT],
            "entfernen": next((eines for eines in alle if eines.nummer == entfernen), None),
            "noch_mehr": len(alle) < hier.schritt.hoechstens,
            "blatt": blatt,
            "blaettern": [
                (n, f"{(n - 1) * JE_BLATT + 1}–{min(n * JE_BLATT, len(alle))}")
                for n in range(1, blaetter + 1)
            ]
            if blaetter > 1
            else [],
            "weiter": besuch.text("antrag.zum_pruefen") if von else besuch.text("antrag.weiter"),
        },
        status,
        skript=SKRIPT,
    )


async def tue(hier: Ort, eingabe: Eingabe) -> Response:
    """What a button of the overview says."""
    tun, _, rest = eingabe.tun.partition(":")
    nummer = int(rest) if rest.isdecimal() and len(rest) < 5 else 0
    von = f"?von={PRUEFEN}" if eingabe.von else ""
    ziele = {
        "hinzufuegen": f"/{len(eintraege(hier, hier.offen.entwurf.antworten)) + 1}",
        "aendern": f"/{nummer}",
        "bleiben": "",
    }
    if tun in ziele:
        return _nach(f"{hier.weg.adresse}{ziele[tun]}{von}")
    if tun == "entfernen":
        return zeige(hier, von=eingabe.von, blatt=max(0, nummer - 1) // JE_BLATT + 1, entfernen=nummer)
    if tun == "entfernen-ja":
        return await _entferne(hier, eingabe, nummer - 1)
    if (ziel := ziel_von(hier.weg, eingabe)) is not None:
        return _nach(ziel)
    return _weiter(hier, eingabe)


def ziel_von(hier: Weg, eingabe: Eingabe) -> str | None:
    """Where a button leads that only goes elsewhere; None for any other."""
    tun, _, rest = eingabe.tun.partition(":")
    if tun == "zurueck":
        return hier.zurueck or hier.adresse
    if tun == "spaeter":
        return f"/antrag/{hier.entwurf_id}/spaeter"
    return hier.zu(rest) if tun == "zu" else None


def eintraege(hier: Ort, antworten: Mapping[str, Any]) -> list[Any]:
    """The entries of the step as they are stored."""
    stelle: Any = antworten
    for teil in (hier.schritt.liste or "").split("."):
        stelle = stelle.get(teil) if isinstance(stelle, Mapping) else None
    return stelle if isinstance(stelle, list) else []


def _weiter(hier: Ort, eingabe: Eingabe) -> Response:
    entwurf = hier.offen.entwurf
    pruefung = entwurf.formular.pruefe(entwurf.antworten, entwurf.kontext, schritt=hier.schritt.schluessel)
    if not pruefung.in_ordnung:
        return zeige(hier, von=eingabe.von, pruefen=True, status=422)
    return _nach(hier.weg.zu(PRUEFEN) if eingabe.von else hier.weg.weiter)


async def _entferne(hier: Ort, eingabe: Eingabe, nummer: int) -> Response:
    offen = hier.offen
    antworten = deepcopy(offen.entwurf.antworten)
    liste = eintraege(hier, antworten)
    if 0 <= nummer < len(liste):
        del liste[nummer]
        try:
            await entwuerfe.speichere(
                offen.session,
                offen.wer,
                offen.entwurf.id,
                antworten,
                schritt=hier.schritt.schluessel,
                fassung=eingabe.fassung,
            )
        except EntwurfVeraltet:
            besuch = offen.besuch
            inzwischen = ("warning", besuch.text("konflikt.titel"), besuch.text("konflikt.was"))
            return zeige(hier, von=eingabe.von, meldungen=[inzwischen], status=409)
    return _nach(f"{hier.weg.adresse}{f'?von={PRUEFEN}' if eingabe.von else ''}")


def _nach(adresse: str) -> RedirectResponse:
    return RedirectResponse(adresse, status_code=303)
