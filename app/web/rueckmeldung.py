"""What people say about a page: a form that nobody has to log in for (SDG-VO, § 10b BGG NRW)."""

import re
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import Sitzung
from app.konto import begrenzung
from app.konto.zugriff import oeffentlich
from app.mandanten import service as mandanten
from app.rueckmeldung import service
from app.rueckmeldung.service import TEXT_HOECHSTENS, Anliegen, Stimme, ohne_kennungen
from app.web.auftritt import auftritt
from app.web.besuch import Besuch, besuch
from app.web.formulare import formular
from app.web.orte import ort

router = APIRouter(prefix="/rueckmeldung", dependencies=[Depends(oeffentlich)], include_in_schema=False)

Seite = Annotated[Besuch, Depends(besuch)]
Felder = Annotated[Mapping[str, str], Depends(formular)]
NOTEN: Final = ("5", "4", "3", "2", "1")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,63}")
_STEUERZEICHEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@router.get("")
async def fragen(
    *,
    besuch: Seite,
    session: Sitzung,
    seite: Annotated[str, Query(max_length=500)] = "/",
    ags: Annotated[str, Query(max_length=8)] = "",
    anliegen: Annotated[str, Query(max_length=20)] = "",
    bewertung: Annotated[str, Query(max_length=1)] = "",
) -> HTMLResponse:
    """The form; what was said at the foot of the page is chosen already."""
    werte = {"seite": ohne_kennungen(seite), "ags": ags, "anliegen": anliegen, "bewertung": bewertung}
    return await _formular(besuch, session, werte)


@router.post("")
async def annehmen(besuch: Seite, session: Sitzung, felder: Felder) -> Response:
    """Keep it, or say what is missing."""
    orte = await _orte(session)
    fehler = _pruefe(besuch, felder, orte)
    if fehler:
        return await _formular(besuch, session, felder, fehler)
    begrenzung.zaehle_rueckmeldung(besuch.anfrage)
    ags = felder.get("ags") or None
    bewertung = felder.get("bewertung")
    stimme = Stimme(
        seite=felder.get("seite", "/"),
        sprache=besuch.sprache.schluessel,
        anliegen=Anliegen(felder["anliegen"]),
        bewertung=int(bewertung) if bewertung else None,
        text=_sauber(felder.get("text", "")),
        email=felder.get("email", "").strip(),
    )
    await service.nimm_auf(session, ags, stimme)
    # Another address: pressing reload there says nothing twice.
    merkmale = {"ags": ags or "", "antwort": "ja" if stimme.email else ""}
    return RedirectResponse(f"/rueckmeldung/danke?{urlencode(merkmale)}", status_code=303)


@router.get("/danke")
async def danke(
    besuch: Seite,
    session: Sitzung,
    ags: Annotated[str, Query(max_length=8)] = "",
    antwort: Annotated[str, Query(max_length=2)] = "",
) -> HTMLResponse:
    """It has been kept."""
    if ags:
        besuch.auftritt = await auftritt(session, ags)
    return besuch.seite("rueckmeldung_danke.html", {"antwort": antwort == "ja"})


async def _formular(
    besuch: Besuch, session: AsyncSession, werte: Mapping[str, str], fehler: Mapping[str, str] | None = None
) -> HTMLResponse:
    orte = await _orte(session)
    ags = werte.get("ags", "")
    if ags in orte:
        besuch.auftritt = await auftritt(session, ags)
    inhalt = {
        "werte": {
            name: werte.get(name, "") for name in ("seite", "ags", "anliegen", "bewertung", "text", "email")
        },
        "fehler": fehler or {},
        "orte": sorted((name, schluessel) for schluessel, name in orte.items()),
        "anliegen": list(Anliegen),
        "noten": NOTEN,
        "hoechstens": TEXT_HOECHSTENS,
    }
    # To choose a language on the answer to a form leads back to the empty form.
    besuch.ort = f"/rueckmeldung?{urlencode({'seite': werte.get('seite', '/'), 'ags': ags})}"
    return besuch.seite("rueckmeldung.html", inhalt, 422 if fehler else 200)


async def _orte(session: AsyncSession) -> dict[str, str]:
    return {stadt.ags: ort(stadt.ags) for stadt in await mandanten.alle_einstellungen(session)}


def _pruefe(besuch: Besuch, felder: Mapping[str, str], orte: Mapping[str, str]) -> dict[str, str]:
    """Sentences by field, in the order of the form."""
    email = felder.get("email", "").strip()
    regeln = {
        "anliegen_auswahl": felder.get("anliegen") in set(Anliegen),
        "bewertung_auswahl": felder.get("bewertung", "") in {"", *NOTEN},
        "text_fehlt": bool(felder.get("text", "").strip() or felder.get("bewertung")),
        "text_zu_lang": len(felder.get("text", "")) <= TEXT_HOECHSTENS,
        "email_falsch": not email or _EMAIL.fullmatch(email) is not None,
        "ags_auswahl": felder.get("ags", "") in {"", *orte},
    }
    return {
        name.partition("_")[0]: besuch.text(f"rueckmeldung.fehler.{name}")
        for name, gut in regeln.items()
        if not gut
    }


def _sauber(text: str) -> str:
    return _STEUERZEICHEN.sub("", text.replace("\r\n", "\n")).strip()
