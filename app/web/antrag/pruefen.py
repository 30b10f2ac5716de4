"""The last page before sending: all there is to read, who gets it, the warning against haste, the button."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from app.antraege import anlagen, einreichen
from app.antraege.einreichen import AntragUnvollstaendig, KenntnisFehlt, Sprache
from app.gewerbe.service import empfaenger_vorab
from app.leistungen.formular import Abschnitt
from app.mandanten import service as mandanten
from app.web.antrag import gesendet
from app.web.antrag.eingang import Eingegeben
from app.web.antrag.liste import ziel_von
from app.web.antrag.nachweise import bilder_von
from app.web.antrag.offen import SKRIPT, Geoeffnet, Offen
from app.web.antrag.weg import NACHWEISE, PRUEFEN, Weg, weg
from app.web.feldbild import kennung
from app.web.leistungen import geld
from app.web.texte import in_sprache
from xoev.befund import Befund

router = APIRouter(prefix="/antrag/{entwurf_id}/pruefen", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Stelle:
    """Something to look at again, and where."""

    satz: str
    adresse: str | None
    wo: str | None


@dataclass(frozen=True, slots=True)
class Teil:
    """A page of the form, an entry or a group in it, to read."""

    titel: str
    zeilen: tuple[Any, ...]
    teile: tuple["Teil", ...]
    adresse: str | None
    """Where it is changed; None where that is said one level higher."""
    schluessel: str


@router.get("")
async def pruefe(offen: Geoeffnet) -> Response:
    """The whole declaration."""
    return await _seite(offen)


@router.post("")
async def sende(eingabe: Eingegeben, offen: Geoeffnet) -> Response:
    """Send it, or go elsewhere. A second click finds what the first has sent."""
    hier = weg(offen.besuch, offen.entwurf, PRUEFEN)
    if eingabe.tun != "senden":
        return RedirectResponse(ziel_von(hier, eingabe) or hier.adresse, status_code=303)
    try:
        gestellt = await einreichen.reiche_ein(
            offen.session,
            offen.wer,
            offen.entwurf.id,
            sprache=cast(Sprache, offen.besuch.sprache.schluessel),
            kenntnis=eingabe.eine("kenntnis") == "ja",
        )
    except KenntnisFehlt:
        return await _seite(offen, fehler={"kenntnis": offen.besuch.text("pruefen.fehler_kenntnis")})
    except AntragUnvollstaendig:
        return await _seite(offen, status=422)
    if gestellt.bestaetigungscode:
        # It is shown this once: a redirect would have to carry it in an address.
        offen.besuch.ort = gesendet.adresse(gestellt.eingang.id)
        return await gesendet.zeige(offen.besuch, offen.session, offen.wer, gestellt)
    return RedirectResponse(gesendet.adresse(gestellt.eingang.id), status_code=303)


async def _seite(offen: Offen, *, fehler: dict[str, str] | None = None, status: int = 200) -> Response:
    besuch, entwurf = offen.besuch, offen.entwurf
    sprache = besuch.sprache.schluessel
    hier = weg(besuch, entwurf, PRUEFEN)
    pruefung = await einreichen.pruefe(offen.session, entwurf)
    gebuehr = entwurf.formular.gebuehr(entwurf.antworten)
    dateien = await anlagen.anlagen(offen.session, offen.wer, entwurf.id)
    amt = await mandanten.einstellung(offen.session, entwurf.ags)
    return besuch.seite(
        "antrag/pruefen.html",
        {
            "weg": hier,
            "offen": [_stelle(offen, hier, b) for b in pruefung.befunde if b.severity == "error"],
            "hinweise": [_stelle(offen, hier, b) for b in pruefung.befunde if b.severity == "warning"],
            "abschnitte": [
                _teil(hier, eines) for eines in entwurf.formular.abschnitte(entwurf.antworten, sprache)
            ],
            "anlagen": bilder_von(offen, dateien),
            "behoerde": amt.behoerdenname,
            "empfaenger": [
                {
                    "name": einer.name.in_sprache(sprache),
                    "angaben": einer.angaben.in_sprache(sprache),
                    "grundlage": einer.grundlage,
                }
                for einer in empfaenger_vorab(entwurf.formular, entwurf.antworten, amt, datetime.now(UTC))
            ],
            "datenschutz": f"/leistungen/{entwurf.ags}/{entwurf.formular.definition.leistung}/datenschutz",
            "gebuehr": {
                "summe": geld(besuch, gebuehr.betrag_cent, gebuehr.bis_cent),
                "text": gebuehr.text.in_sprache(sprache),
            },
            "fassung": entwurf.fassung,
            "fehler": fehler or {},
        },
        422 if fehler else status,
        skript=SKRIPT,
    )


def _stelle(offen: Offen, hier: Weg, befund: Befund) -> Stelle:
    sprache = offen.besuch.sprache.schluessel
    satz = in_sprache(befund.text, sprache)
    if befund.pointer.startswith("/nachweise/"):
        nachweis = befund.pointer.rpartition("/")[2]
        return Stelle(satz, f"{hier.zu(NACHWEISE)}#nachweis-{nachweis}", offen.besuch.text("nachweise.titel"))
    ort = offen.entwurf.formular.ort(befund.pointer)
    if ort is None:
        return Stelle(satz, None, None)
    schritt, eintrag, pfad = ort
    titel = next((eine.titel for eine in hier.stationen if eine.schluessel == schritt), None)
    return Stelle(satz, _adresse(hier, schritt, eintrag) + (f"#{kennung(pfad)}" if pfad else ""), titel)


def _teil(hier: Weg, abschnitt: Abschnitt) -> Teil:
    eigene = _adresse(hier, abschnitt.schritt, abschnitt.eintrag)
    return Teil(
        abschnitt.titel,
        abschnitt.zeilen,
        (
            *(Teil(eine.titel, eine.zeilen, (), None, "") for eine in abschnitt.gruppen),
            *(
                Teil(
                    eine.titel,
                    tuple(zeile for teil in (eine, *eine.gruppen) for zeile in teil.zeilen),
                    (),
                    _adresse(hier, eine.schritt, eine.eintrag),
                    "",
                )
                for eine in abschnitt.eintraege
            ),
        ),
        eigene,
        abschnitt.schritt,
    )


def _adresse(hier: Weg, schritt: str, eintrag: int | None) -> str:
    seite = hier.zu(schritt)
    return f"{seite if eintrag is None else f'{seite}/{eintrag + 1}'}?von={PRUEFEN}"
