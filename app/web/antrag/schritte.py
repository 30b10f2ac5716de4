"""The pages of questions: what is typed is saved first, whatever button is pressed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.antraege import entwuerfe
from app.antraege.entwuerfe import EntwurfVeraltet, FeldGesperrt
from app.leistungen.eingabe import lies_eingabe
from app.problems import Problem
from app.web.antrag import konflikt, liste
from app.web.antrag.eingang import Eingabe, Eingegeben, raeume, wieder_da
from app.web.antrag.offen import Geoeffnet
from app.web.antrag.schrittseite import Meldung, Ort, fehler_von, gesucht, neue_fragen, ort, zeige
from app.web.antrag.weg import PRUEFEN
from app.web.feldbild import kennung
from app.web.seiten import uhrzeit
from app.web.texte import in_sprache

router = APIRouter(prefix="/antrag/{entwurf_id}", include_in_schema=False)

Von = Annotated[str, Query(max_length=60)]


@router.get("")
async def weitermachen(offen: Geoeffnet) -> Response:
    """Where one was last, else the first page."""
    erster = offen.entwurf.formular.schritte(offen.entwurf.antworten)[0]
    return RedirectResponse(
        ort(offen, erster.schluessel).weg.zu(offen.entwurf.schritt or ""), status_code=303
    )


@router.get("/spaeter")
async def spaeter(offen: Geoeffnet) -> Response:
    """Saved: when to be back, and how."""
    return offen.besuch.seite(
        "antrag/spaeter.html",
        {"verfaellt_am": offen.entwurf.verfaellt_am.date(), "adresse": f"/antrag/{offen.entwurf.id}"},
    )


@router.get("/{schritt}")
async def frage(  # noqa: PLR0917 FastAPI passes all by name
    schritt: str,
    offen: Geoeffnet,
    von: Von = "",
    mehr: Von = "",
    wieder: Von = "",
    blatt: Annotated[int, Query(ge=1, le=20)] = 1,
) -> Response:
    """A step: its questions, or the entries it lists."""
    hier = ort(offen, schritt)
    if hier.schritt.liste is not None:
        return liste.zeige(hier, von=_von(von), blatt=blatt)
    return await _frage(hier, von, mehr, wieder)


@router.post("/{schritt}")
async def antworte(schritt: str, eingabe: Eingegeben, offen: Geoeffnet) -> Response:
    """Save the answers of a step, then do what the button says."""
    hier = ort(offen, schritt)
    if hier.schritt.liste is not None:
        return await liste.tue(hier, eingabe)
    return await _antworte(hier, eingabe)


@router.get("/{schritt}/{nummer}")
async def frage_im_eintrag(  # noqa: PLR0917 FastAPI passes all by name
    schritt: str, nummer: str, offen: Geoeffnet, von: Von = "", mehr: Von = "", wieder: Von = ""
) -> Response:
    """An entry of a step; one more than there are is a new one."""
    hier = ort(offen, schritt, _eintrag(nummer))
    _pruefe_nummer(hier)
    return await _frage(hier, von, mehr, wieder)


@router.post("/{schritt}/{nummer}")
async def antworte_im_eintrag(schritt: str, nummer: str, eingabe: Eingegeben, offen: Geoeffnet) -> Response:
    """Save the answers of an entry, then do what the button says."""
    hier = ort(offen, schritt, _eintrag(nummer))
    _pruefe_nummer(hier)
    return await _antworte(hier, eingabe)


async def _frage(hier: Ort, von: str, mehr: str, wieder: str) -> Response:
    besuch, entwurf = hier.offen.besuch, hier.offen.entwurf
    if wieder and (eingabe := await wieder_da(hier.offen)) is not None:
        meldung = ("info", besuch.text("antrag.wieder_da"), besuch.text("antrag.wieder_da_text"))
        antworten = _gelesen(hier, eingabe)
        fassung = min(eingabe.fassung, entwurf.fassung)
        return zeige(hier, antworten, meldungen=[meldung], von=eingabe.von, fassung=fassung, wieder=True)
    meldungen: list[Meldung] = []
    if mehr:
        meldungen.append(("info", besuch.text("antrag.mehr"), besuch.text("antrag.mehr_text")))
    if entwurf.fragen:
        sprache = besuch.sprache.schluessel
        fragen = ", ".join(in_sprache(frage.label, sprache) for frage in entwurf.fragen)
        satz = besuch.text("antrag.neues_formular_text", fragen=fragen)
        meldungen.append(("warning", besuch.text("antrag.neues_formular"), satz))
    return zeige(hier, entwurf.antworten, meldungen=meldungen, von=_von(von))


async def _antworte(hier: Ort, eingabe: Eingabe) -> Response:
    offen = hier.offen
    if eingabe.leer and _ist_neu(hier) and eingabe.tun != "weiter":
        # A new entry that nobody has begun is none.
        return _gespeichert(hier, eingabe)
    neue = _gelesen(hier, eingabe)
    try:
        entwurf = await entwuerfe.speichere(
            offen.session,
            offen.wer,
            offen.entwurf.id,
            neue,
            schritt=hier.schritt.schluessel,
            fassung=eingabe.fassung,
        )
    except EntwurfVeraltet as veraltet:
        if eingabe.tun == "autosave":
            raise
        return await konflikt.zeige(hier, eingabe, neue, veraltet)
    except FeldGesperrt as gesperrt:
        return zeige(hier, offen.entwurf.antworten, fehler=_gesperrte(hier, gesperrt), status=422)
    await raeume(offen, eingabe)
    if eingabe.tun == "autosave":
        uhr = uhrzeit(entwurf.geaendert_am)
        satz = offen.besuch.text("antrag.gespeichert_um", zeit=uhr)
        return JSONResponse({"fassung": entwurf.fassung, "text": satz})
    gespeichert = ort(replace(offen, entwurf=entwurf), hier.schritt.schluessel, hier.eintrag)
    return _gespeichert(gespeichert, eingabe)


def _gelesen(hier: Ort, eingabe: Eingabe) -> dict[str, Any]:
    """All answers, with what was typed on this page."""
    offen = hier.offen
    return lies_eingabe(
        offen.entwurf.formular,
        hier.schritt.schluessel,
        eingabe.felder,
        offen.entwurf.antworten,
        hier.eintrag,
        offen.besuch.sprache.schluessel,
    )


def _gespeichert(hier: Ort, eingabe: Eingabe) -> Response:
    """What follows on saving: another page, or this one again with what is wrong or was found."""
    if eingabe.tun == "zurueck" and hier.eintrag is not None:
        return _nach(_uebersicht(hier, eingabe))
    if (ziel := liste.ziel_von(hier.weg, eingabe)) is not None:
        return _nach(ziel)
    antworten = hier.offen.entwurf.antworten
    suchen = gesucht(hier, eingabe.felder, antworten, eingabe.tun)
    if eingabe.tun != "weiter":
        return zeige(hier, antworten, suchen=suchen, von=eingabe.von)
    neue = neue_fragen(hier, eingabe.felder, antworten)
    fehler = _fehler(hier, [*neue, *(pfad for pfad, lage in suchen.items() if lage.gefunden)])
    if fehler or suchen:
        status = 422 if fehler else 200
        return zeige(hier, antworten, fehler=fehler, suchen=suchen, von=eingabe.von, status=status)
    return _nach(_danach(hier, eingabe, neue))


def _fehler(hier: Ort, ohne: Sequence[str]) -> dict[str, str]:
    """What is wrong on the page, but for questions that nobody could answer yet."""
    entwurf = hier.offen.entwurf
    befunde = entwurf.formular.pruefe(
        entwurf.antworten, entwurf.kontext, schritt=hier.schritt.schluessel, eintrag=hier.eintrag
    ).befunde
    return {pfad: satz for pfad, satz in fehler_von(hier, befunde).items() if pfad not in ohne}


def _danach(hier: Ort, eingabe: Eingabe, neue: Sequence[str]) -> str:
    if neue:
        von = f"&von={PRUEFEN}" if eingabe.von else ""
        return f"{hier.weg.adresse}?mehr=1{von}#{kennung(neue[0])}"
    if hier.eintrag is not None:
        return _uebersicht(hier, eingabe)
    return hier.weg.zu(PRUEFEN) if eingabe.von else hier.weg.weiter


def _uebersicht(hier: Ort, eingabe: Eingabe) -> str:
    blatt = (hier.eintrag or 0) // liste.JE_BLATT + 1
    fragen = [f"blatt={blatt}"] * (blatt > 1) + [f"von={PRUEFEN}"] * bool(eingabe.von)
    return hier.weg.zu(hier.schritt.schluessel) + ("?" + "&".join(fragen) if fragen else "")


def _gesperrte(hier: Ort, gesperrt: FeldGesperrt) -> dict[str, str]:
    sprache = hier.offen.besuch.sprache.schluessel
    gefunden: dict[str, str] = {}
    for fehler in gesperrt.errors:
        stelle: Any = hier.offen.entwurf.formular.ort(fehler["pointer"])
        if stelle is not None:
            gefunden[stelle[2]] = in_sprache(fehler["text"], sprache)
    return gefunden


def _eintrag(nummer: str) -> int:
    """From 1 in addresses, from 0 everywhere else."""
    if not (nummer.isdecimal() and len(nummer) < 5 and int(nummer) > 0):
        raise Problem(404, "nicht_gefunden")
    return int(nummer) - 1


def _pruefe_nummer(hier: Ort) -> None:
    anzahl = len(liste.eintraege(hier, hier.offen.entwurf.antworten))
    if (hier.eintrag or 0) >= min(anzahl + 1, hier.schritt.hoechstens):
        raise Problem(404, "nicht_gefunden")


def _ist_neu(hier: Ort) -> bool:
    return hier.eintrag is not None and hier.eintrag >= len(
        liste.eintraege(hier, hier.offen.entwurf.antworten)
    )


def _von(von: str) -> str:
    return PRUEFEN if von == PRUEFEN else ""


def _nach(adresse: str) -> RedirectResponse:
    return RedirectResponse(adresse, status_code=303)
