"""Finding a service: the town, the service, and what one has to know before one begins."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.antraege.entwuerfe import verlangtes_niveau
from app.db.sitzung import Sitzung
from app.konto.niveau import Niveau
from app.konto.zugriff import oeffentlich
from app.leistungen import service as leistungen
from app.leistungen.behoerde import behoerde
from app.leistungen.formular import betrag_als_text
from app.leistungen.service import Angebot
from app.mandanten import service as mandanten
from app.mandanten.ortssuche import suche as suche_ort
from app.mandanten.zustaendig import bild
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.fehlerseiten import anmeldeadresse
from app.web.orte import ort

router = APIRouter(prefix="/leistungen", dependencies=[Depends(oeffentlich)], include_in_schema=False)

_ALLE_ORTE = 24
"""Up to so many towns are listed without a search."""

Seite = Annotated[Besuch, Depends(besuch)]
Suchwort = Annotated[str, Query(max_length=200)]


@router.get("")
async def orte(besuch: Seite, session: Sitzung, wo: Suchwort = "", q: Suchwort = "") -> Response:
    """Choose the town; `q`, what is wanted there, goes along."""
    hier = {stadt.ags: stadt for stadt in await mandanten.alle_einstellungen(session)}
    ergebnis = suche_ort(bild(), wo)
    if ergebnis.eindeutig is not None and ergebnis.eindeutig.ags in hier:
        return RedirectResponse(_adresse(ergebnis.eindeutig.ags, q), status_code=303)
    gefunden = [treffer.gemeinde for treffer in ergebnis.treffer]
    return besuch.seite(
        "leistungen.html",
        {
            "wo": wo,
            "q": q,
            "gefunden": [(_adresse(eine.ags, q), eine) for eine in gefunden if eine.ags in hier],
            "nicht_hier": [eine for eine in gefunden if eine.ags not in hier],
            "weitere": ergebnis.weitere,
            "alle": [(_adresse(ags, q), ort(ags)) for ags in sorted(hier, key=ort)]
            if len(hier) <= _ALLE_ORTE
            else [],
        },
    )


@router.get("/{ags}")
async def katalog(ags: str, besuch: Seite, session: Sitzung, q: Suchwort = "") -> HTMLResponse:
    """What the town offers, or what of it fits `q`."""
    besuch.auftritt = await auftritt(session, ags)
    alle = {eines.leistung: eines for eines in await leistungen.katalog(session, ags)}
    gefunden = leistungen.suche([eines.formular for eines in alle.values()], q)
    return besuch.seite(
        "leistungen_ort.html",
        {
            "ags": ags,
            "ort": ort(ags),
            "q": q,
            "angebote": [alle[formular.definition.leistung] for formular in gefunden],
        },
    )


@router.get("/{ags}/{leistung}")
async def vorher(ags: str, leistung: str, besuch: Seite, session: Sitzung) -> HTMLResponse:
    """What a service is, what it costs, how long it takes and what one needs at hand."""
    besuch.auftritt = await auftritt(session, ags)
    angebot = await leistungen.angebot(session, ags, leistung, auch_ausgesetzt=True)
    amt = await mandanten.einstellung(session, ags)
    niveau = verlangtes_niveau(angebot.formular, amt)
    return besuch.seite(
        "leistung.html",
        {
            "ags": ags,
            "ort": ort(ags),
            "angebot": angebot,
            "d": angebot.formular.definition,
            "niveau": niveau,
            "beginnen": _beginnen(besuch, angebot, niveau),
            "geld": partial(geld, besuch),
            "behoerden": [behoerde(eine.ebene, ags) for eine in angebot.formular.definition.zustaendig],
            "rechtsgrundlagen": [
                (eine.norm, eine.text.in_sprache(besuch.sprache.schluessel))
                for eine in angebot.formular.definition.rechtsgrundlagen
            ],
        },
    )


@router.get("/{ags}/{leistung}/datenschutz")
async def datenschutz(ags: str, leistung: str, besuch: Seite, session: Sitzung) -> HTMLResponse:
    """What happens to the data, made of the form (Art. 13 GDPR)."""
    besuch.auftritt = await auftritt(session, ags)
    angebot = await leistungen.angebot(session, ags, leistung, auch_ausgesetzt=True)
    amt = await mandanten.einstellung(session, ags)
    return besuch.seite(
        "leistung_datenschutz.html",
        {
            "ags": ags,
            "ort": ort(ags),
            "angebot": angebot,
            "d": angebot.formular.definition,
            "amt": amt,
            "anschrift": dict.fromkeys(("strasse", "hausnummer", "zusatz", "plz", "ort", "staat"))
            | dict(amt.anschrift),
        },
    )


def _adresse(ags: str, q: str) -> str:
    return f"/leistungen/{ags}?{urlencode({'q': q})}" if q else f"/leistungen/{ags}"


def _beginnen(besuch: Besuch, angebot: Angebot, niveau: Niveau) -> str:
    """Where the button leads: at once to the login that is sure enough, where nobody is logged in."""
    ziel = f"/leistungen/{angebot.ags}/{angebot.leistung}/beginnen"
    return ziel if besuch.angemeldet is not None else anmeldeadresse(ziel, niveau=niveau)


def geld(besuch: Besuch, cent: int, bis_cent: int | None = None) -> str:
    """A sum, or a frame of sums, as people read it."""
    if not cent and not bis_cent:
        return besuch.text("leistung.kostenlos")
    sprache = besuch.sprache.schluessel
    summe = f"{betrag_als_text(cent, sprache)} €"
    return f"{summe} – {betrag_als_text(bis_cent, sprache)} €" if bis_cent else summe
