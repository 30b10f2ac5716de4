"""Pages to sign in and out. What waits for a provider holds no connection to the database."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from app.db.sitzung import Sitzung, transaktion
from app.konto import anmeldung, begrenzung, sitzungen
from app.konto.anmeldung import Anbieter, AnmeldungGescheitert, sicheres_ziel
from app.konto.cookies import loesche_sitzungskeks, setze_sitzungskeks, sitzungskeks
from app.konto.niveau import Niveau
from app.konto.zugriff import oeffentlich
from app.web.besuch import Besuch, besuch, besuch_ohne_datenbank
from app.web.fehlerseiten import anmeldeadresse
from app.web.formulare import formular
from app.web.geraet import geraet
from app.web.texte import in_sprache

router = APIRouter(dependencies=[Depends(oeffentlich)], include_in_schema=False)

_STATUS = {"anbieter_nicht_erreichbar": 503, "anbieter_unbekannt": 404, "keine_rolle": 403}
Felder = Annotated[Mapping[str, str], Depends(formular)]
OhneDatenbank = Annotated[Besuch, Depends(besuch_ohne_datenbank)]


@router.get("/anmelden")
async def auswahl(
    besuch: Annotated[Besuch, Depends(besuch)],
    ziel: str = "/konto",
    niveau: str = "basis",
    fuer: str = "",
    erneut: str = "",
) -> HTMLResponse:
    """Choose where to sign in: citizens and organisations, or (`fuer=amt`) staff."""
    verlangt = _niveau(niveau)
    personal = fuer == "amt"
    passend = [
        einer
        for einer in anmeldung.anbieter().values()
        if einer.fuer_personal == personal and einer.hoechstens >= verlangt
    ]
    return besuch.seite(
        "anmelden.html",
        {
            "anbieter": passend,
            "name": lambda einer: in_sprache(einer.name, besuch.sprache.schluessel),
            "niveau": verlangt,
            "ziel": sicheres_ziel(ziel),
            "personal": personal,
            "erneut": erneut == "ja",
        },
    )


@router.post("/anmelden/{anbieter}")
async def beginne(anbieter: str, besuch: OhneDatenbank, felder: Felder) -> Response:
    """Lead on to the provider."""
    begrenzung.zaehle_anmeldung(besuch.anfrage)
    ziel, niveau = sicheres_ziel(felder.get("ziel")), _niveau(felder.get("niveau", ""))
    try:
        url = await anmeldung.beginne(
            anbieter,
            ziel=ziel,
            niveau=niveau,
            browser=besuch.browser.geheimnis,
            sprache=besuch.sprache.html,
            # A provider that knows the person already would answer with the same account and level again.
            erneut=felder.get("erneut") == "ja" or (niveau > Niveau.BASIS and besuch.hat_sitzung),
        )
    except AnmeldungGescheitert as fehler:
        return _gescheitert(besuch, fehler)
    return besuch.weiter(url)


@router.get("/anmelden/{anbieter}/rueckkehr")
async def kehre_zurueck(anbieter: str, besuch: OhneDatenbank) -> Response:
    """Where the provider sends the browser back to: a checked login begins a session."""
    anfrage = besuch.anfrage
    try:
        angemeldet, ziel = await anmeldung.schliesse_ab(
            anbieter, dict(anfrage.query_params), besuch.browser.geheimnis
        )
    except AnmeldungGescheitert as fehler:
        return _gescheitert(besuch, fehler)
    async with transaktion() as session:
        geheimnis = await sitzungen.beginne(
            session,
            angemeldet,
            geraet=geraet(anfrage.headers.get("user-agent", "")),
            bisher=sitzungskeks(anfrage),
        )
    antwort = RedirectResponse(sicheres_ziel(ziel), status_code=303)
    setze_sitzungskeks(antwort, geheimnis)
    return antwort


@router.post("/abmelden")
async def melde_ab(besuch: OhneDatenbank, felder: Felder) -> Response:
    """End the session here, then lead on to the provider to end it there."""
    url = None
    if geheimnis := sitzungskeks(besuch.anfrage):
        async with transaktion() as session:
            beendet = await sitzungen.melde_ab(session, geheimnis)
        if beendet is not None:
            url = await anmeldung.abmelde_url(
                beendet.anbieter, zurueck="/abgemeldet", sid=beendet.idp_sid, sprache=besuch.sprache.html
            )
    besuch.abgemeldet()
    antwort: Response = besuch.weiter(url) if url else RedirectResponse("/abgemeldet", status_code=303)
    loesche_sitzungskeks(antwort)
    return antwort


@router.get("/abgemeldet")
async def abgemeldet(besuch: OhneDatenbank) -> HTMLResponse:
    """The last page of a logout."""
    return besuch.seite("abgemeldet.html")


@router.post("/anmelden/{anbieter}/abmeldung")
async def abmeldung_vom_anbieter(anbieter: str, anfrage: Request, session: Sitzung) -> Response:
    """Back-channel logout: the provider itself says whose sessions have ended (no browser, no form token)."""
    async with anfrage.form(max_files=0, max_fields=10) as daten:
        token: Any = daten.get("logout_token", "")
    try:
        beendet = await anmeldung.pruefe_abmeldetoken(anbieter, str(token), session)
    except AnmeldungGescheitert as fehler:
        return JSONResponse({"error": "invalid_request", "error_description": fehler.code}, 400)
    await sitzungen.beende_vom_anbieter(session, beendet.issuer, beendet.sid, beendet.subjekt)
    return Response(status_code=200)


def _gescheitert(besuch: Besuch, fehler: AnmeldungGescheitert) -> HTMLResponse:
    adresse = anmeldeadresse(sicheres_ziel(fehler.ziel or "/konto"), niveau=fehler.niveau, erneut=True)
    # The address of this page holds an answer that counts once, or takes forms only.
    besuch.ort = adresse
    return besuch.seite(
        "anmeldung_gescheitert.html",
        {
            "satz": in_sprache(fehler.text, besuch.sprache.schluessel),
            "code": fehler.code,
            "adresse": adresse,
            "niveau": fehler.niveau if fehler.code == "niveau_zu_niedrig" else None,
        },
        _STATUS.get(fehler.code, 400),
    )


def _niveau(wort: str) -> Niveau:
    try:
        return Niveau.von(wort)
    except ValueError:
        return Niveau.BASIS


def anbietername(besuch: Besuch, schluessel: str) -> str:
    """What a page calls a provider, also one that is no longer configured."""
    einer: Anbieter | None = anmeldung.anbieter().get(schluessel)
    return in_sprache(einer.name, besuch.sprache.schluessel) if einer else schluessel
