"""Pages of the second person: enter the code, see what is to be confirmed, answer once.

The code comes in the body of a form, never in an address, and is handed from page to page there.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.antraege import bestaetigung
from app.antraege.bestaetigung import BestaetigungUnvollstaendig, Bitte, UnbekannterCode
from app.db.sitzung import Sitzung
from app.konto.begrenzung import pruefe_codeversuche, zaehle_codeversuch
from app.konto.zugriff import Recht, Wer
from app.leistungen.eingabe import lies_eingabe
from app.leistungen.formular import Feldlage, Formular, Gruppenlage, Kontext
from app.problems import Problem
from app.vorgaenge.service import ORTSZEIT
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.feldbild import bilder, kennung
from app.web.formulare import mehrfach
from app.web.texte import in_sprache
from app.web.zugang import seite_erfordert
from xoev.zeichensatz import pruefe_text

router = APIRouter(prefix="/bestaetigen", include_in_schema=False)

_ORT: Final = "/bestaetigen"
_GRUND_HOECHSTENS: Final = 2000
_ERLEDIGT: Final = ("bestaetigt", "abgelehnt")

Zweite = Annotated[Wer, seite_erfordert(Recht.BESTAETIGEN)]
Seite = Annotated[Besuch, Depends(besuch)]
Felder = Annotated[Mapping[str, Sequence[str]], Depends(mehrfach)]


@router.get("")
async def eingabe(besuch: Seite, _: Zweite, getan: str = "") -> HTMLResponse:
    """Where the code is entered."""
    return _nach_code(besuch, getan=getan if getan in _ERLEDIGT else "")


@router.post("")
async def antworten(besuch: Seite, session: Sitzung, wer: Zweite, felder: Felder) -> Response:
    """What the button says: look, confirm, or not confirm."""
    code, tun = _eines(felder, "_code")[:100], _eines(felder, "_tun")
    try:
        pruefe_codeversuche(wer.id)
        if tun == "ablehnen":
            return await _lehne_ab(besuch, session, wer, code, _eines(felder, "_grund").strip())
        bitte = await bestaetigung.oeffne(session, wer, code)
        if tun == "bestaetigen":
            return await _bestaetige(besuch, session, wer, code, bitte, felder)
    except Problem as problem:
        if isinstance(problem, UnbekannterCode):
            zaehle_codeversuch(wer.id)
        satz = in_sprache(problem.text, besuch.sprache.schluessel)
        return _nach_code(besuch, code=code, fehler=satz, status=problem.status_code)
    return await _zeige(besuch, session, code, bitte)


async def _bestaetige(  # noqa: PLR0917 the request and what was found for it
    besuch: Besuch, session: Sitzung, wer: Wer, code: str, bitte: Bitte, felder: Mapping[str, Sequence[str]]
) -> Response:
    fragen = _fragen(bitte)
    gegeben = lies_eingabe(fragen, _schritt(fragen), felder, {}, None, besuch.sprache.schluessel)
    gezeigt = set(_eines(felder, "_gezeigt").split())
    if {eine.pfad for eine in _lagen(fragen, bitte, gegeben)} - gezeigt:
        # The answers have led to questions that the page did not show yet.
        return await _zeige(besuch, session, code, bitte, gegeben)
    try:
        await bestaetigung.antworte(session, wer, code, gegeben)
    except BestaetigungUnvollstaendig as unvollstaendig:
        fehler: dict[str, str] = {}
        for befund in unvollstaendig.befunde:
            stelle = fragen.ort(befund.pointer)
            if stelle is not None:
                fehler.setdefault(stelle[2], in_sprache(befund.text, besuch.sprache.schluessel))
        return await _zeige(besuch, session, code, bitte, gegeben, fehler=fehler)
    return RedirectResponse(f"{_ORT}?getan=bestaetigt", status_code=303)


async def _lehne_ab(besuch: Besuch, session: Sitzung, wer: Wer, code: str, grund: str) -> Response:
    falsch = len(grund) > _GRUND_HOECHSTENS or pruefe_text(grund.replace("\n", " "))
    if not grund or falsch:
        bitte = await bestaetigung.oeffne(session, wer, code)
        satz = besuch.text("bestaetigen.grund_falsch") if falsch else besuch.text("bestaetigen.grund_fehlt")
        return await _zeige(besuch, session, code, bitte, grund=grund, fehler={"_grund": satz})
    await bestaetigung.lehne_ab(session, wer, code, grund)
    return RedirectResponse(f"{_ORT}?getan=abgelehnt", status_code=303)


def _nach_code(
    besuch: Besuch, *, code: str = "", fehler: str = "", getan: str = "", status: int = 200
) -> HTMLResponse:
    return besuch.seite(
        "bestaetigen/code.html",
        {"code": code, "fehler": {"_code": fehler} if fehler else {}, "getan": getan},
        status,
    )


async def _zeige(
    besuch: Besuch,
    session: Sitzung,
    code: str,
    bitte: Bitte,
    gegeben: Mapping[str, Any] | None = None,
    *,
    fehler: Mapping[str, str] | None = None,
    grund: str = "",
) -> HTMLResponse:
    besuch.auftritt = await auftritt(session, bitte.ags)
    sprache = besuch.sprache.schluessel
    fragen = _fragen(bitte)
    lage = fragen.lage(_schritt(fragen), gegeben or {}, _kontext(bitte))
    angabe = bitte.formular.definition.bestaetigung
    return besuch.seite(
        "bestaetigen/bitte.html",
        {
            "code": code,
            "leistung": bitte.formular.titel(sprache),
            "hinweis": angabe.hinweis.in_sprache(sprache) if angabe else "",
            "angaben": bitte.gezeigt[sprache],
            "teile": bilder(lage, besuch, fehler=fehler or {}),
            "gezeigt": " ".join(eine.pfad for eine in _lagen(fragen, bitte, gegeben or {})),
            "fehler": {kennung(pfad): satz for pfad, satz in (fehler or {}).items()},
            "grund": grund,
            "gueltig_bis": bitte.gueltig_bis,
        },
        422 if fehler else 200,
    )


def _fragen(bitte: Bitte) -> Formular:
    fragen = bitte.formular.bestaetigung
    if fragen is None:
        raise Problem(404, "keine_bestaetigung")
    return fragen


def _lagen(fragen: Formular, bitte: Bitte, gegeben: Mapping[str, Any]) -> list[Feldlage]:
    lage = fragen.lage(_schritt(fragen), gegeben, _kontext(bitte))
    return [feld for teil in lage for feld in (teil.felder if isinstance(teil, Gruppenlage) else (teil,))]


def _kontext(bitte: Bitte) -> Kontext:
    return Kontext(bitte.ags, bitte.heute.astimezone(ORTSZEIT).date(), None, {})


def _schritt(fragen: Formular) -> str:
    return fragen.definition.schritte[0].schluessel


def _eines(felder: Mapping[str, Sequence[str]], name: str) -> str:
    return "".join(felder.get(name, ())[-1:])
