"""The page of documents: upload, look at, remove."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.antraege import anlagen
from app.antraege.anlagen import Anlage, Hochgeladen, hochgeladen
from app.db.sitzung import transaktion
from app.konto.sitzungen import CSRF_FELD
from app.leistungen.formular import Nachweislage
from app.problems import Problem
from app.web.antrag.eingang import Eingegeben
from app.web.antrag.liste import ziel_von
from app.web.antrag.offen import SKRIPT, Antragsteller, Geoeffnet, Offen
from app.web.antrag.weg import NACHWEISE, Weg, weg
from app.web.besuch import Besuch
from app.web.formulare import pruefe_herkunft
from app.web.konto import kennung
from app.web.texte import in_sprache

router = APIRouter(prefix="/antrag/{entwurf_id}/nachweise", include_in_schema=False)

_ARTEN: Final = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
}
_BILDER: Final = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class Anlagenbild:
    """One file as it stands on the page."""

    id: str
    titel: str
    dateiname: str
    groesse: str
    adresse: str
    bild: bool
    ungeprueft: bool


@dataclass(frozen=True, slots=True)
class Nachweisbild:
    """One document that is asked for."""

    id: str
    schluessel: str
    titel: str
    hilfe: str | None
    pflicht: bool
    anlagen: tuple[Anlagenbild, ...]
    platz: int
    arten: str
    medientypen: str
    hoechstens_mib: int
    fehler: str | None


async def _datei(
    gelesen: Annotated[Hochgeladen, Depends(hochgeladen)], anfrage: Request, _: Antragsteller
) -> Hochgeladen:
    """The chosen file, read before a connection to the database is taken; raises Problem 403 `csrf`."""
    pruefe_herkunft(anfrage, gelesen.felder.get(CSRF_FELD))
    return gelesen


@router.get("")
async def nachweise(offen: Geoeffnet, getan: str = "") -> Response:
    """What is asked for and what is there."""
    return await _seite(offen, getan=getan)


@router.post("")
async def weiter(eingabe: Eingegeben, offen: Geoeffnet) -> Response:
    """Go on, back, or remove a file."""
    hier = _weg(offen)
    if eingabe.tun == "entfernen":
        await anlagen.entferne(offen.session, offen.wer, offen.entwurf.id, kennung(eingabe.eine("_anlage")))
        return RedirectResponse(f"{hier.adresse}?getan=entfernt", status_code=303)
    if (ziel := ziel_von(hier, eingabe)) is not None:
        return RedirectResponse(ziel, status_code=303)
    fehler = await _fehlende(offen)
    if fehler:
        return await _seite(offen, fehler=fehler)
    return RedirectResponse(hier.weiter, status_code=303)


@router.post("/{nachweis}")
async def lade_hoch(
    nachweis: str,
    datei: Annotated[Hochgeladen, Depends(_datei)],
    offen: Geoeffnet,
) -> Response:
    """Take a file in, or say why not."""
    adresse = _weg(offen).adresse
    besuch = offen.besuch
    if not datei.dateiname:
        return await _seite(offen, fehler={nachweis: besuch.text("nachweise.fehler_keine")})
    try:
        await anlagen.lade_hoch(
            offen.session,
            offen.wer,
            offen.entwurf.id,
            nachweis=nachweis,
            dateiname=datei.dateiname,
            inhalt=datei.inhalt,
            erklaert=datei.erklaert,
        )
    except Problem as problem:
        if problem.status_code in {401, 404}:
            raise
        satz = in_sprache(problem.text, besuch.sprache.schluessel)
        # The upload has ended the request's own transaction.
        async with transaktion(person=str(offen.wer.id)) as session:
            danach = replace(offen, session=session)
            return await _seite(danach, fehler={nachweis: satz}, status=problem.status_code)
    return RedirectResponse(f"{adresse}?getan=hochgeladen#nachweis-{nachweis}-titel", status_code=303)


@router.get("/{anlage_id}")
async def sieh_an(anlage_id: str, offen: Geoeffnet) -> Response:
    """A file as it was uploaded, to look at in the browser; it can run nothing there."""
    anlage, inhalt = await anlagen.lies(offen.session, offen.wer, offen.entwurf.id, kennung(anlage_id))
    art = "inline" if anlage.medientyp in _BILDER | {"application/pdf"} else "attachment"
    return Response(
        inhalt,
        media_type=anlage.medientyp,
        headers={
            "Content-Disposition": f"{art}; filename*=UTF-8''{quote(anlage.dateiname)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def bilder_von(offen: Offen, dateien: list[Anlage]) -> list[Anlagenbild]:
    """The files of the draft, each with the name of its document."""
    sprache = offen.besuch.sprache.schluessel
    titel = {
        lage.angabe.schluessel: lage.angabe.titel.in_sprache(sprache)
        for lage in anlagen.verlangte(offen.entwurf)
    }
    return [_anlage(offen, eine, titel[eine.nachweis]) for eine in dateien if eine.nachweis in titel]


async def _seite(
    offen: Offen, *, fehler: Mapping[str, str] | None = None, getan: str = "", status: int = 422
) -> Response:
    dateien = await anlagen.anlagen(offen.session, offen.wer, offen.entwurf.id)
    bilder = [
        _nachweis(offen, lage, dateien, (fehler or {}).get(lage.angabe.schluessel))
        for lage in anlagen.verlangte(offen.entwurf)
    ]
    besuch = offen.besuch
    gut = getan if getan in {"hochgeladen", "entfernt"} else ""
    return besuch.seite(
        "antrag/nachweise.html",
        {
            "weg": _weg(offen),
            "nachweise": bilder,
            "fehler": {eines.id: eines.fehler for eines in bilder if eines.fehler},
            "meldungen": [("success", besuch.text(f"nachweise.{gut}"), None)] if gut else [],
        },
        status if fehler else 200,
        skript=SKRIPT,
    )


async def _fehlende(offen: Offen) -> dict[str, str]:
    da = {eine.nachweis for eine in await anlagen.anlagen(offen.session, offen.wer, offen.entwurf.id)}
    sprache = offen.besuch.sprache.schluessel
    return {
        lage.angabe.schluessel: offen.besuch.text(
            "nachweise.fehler_pflicht", name=lage.angabe.titel.in_sprache(sprache)
        )
        for lage in anlagen.verlangte(offen.entwurf)
        if lage.pflicht and lage.angabe.schluessel not in da
    }


def _weg(offen: Offen) -> Weg:
    return weg(offen.besuch, offen.entwurf, NACHWEISE)


def _nachweis(offen: Offen, lage: Nachweislage, dateien: list[Anlage], fehler: str | None) -> Nachweisbild:
    sprache = offen.besuch.sprache.schluessel
    angabe = lage.angabe
    eigene = [eine for eine in dateien if eine.nachweis == angabe.schluessel]
    titel = angabe.titel.in_sprache(sprache)
    return Nachweisbild(
        id=f"nachweis-{angabe.schluessel}",
        schluessel=angabe.schluessel,
        titel=titel,
        hilfe=angabe.hilfe.in_sprache(sprache) if angabe.hilfe else None,
        pflicht=lage.pflicht,
        anlagen=tuple(_anlage(offen, eine, titel) for eine in eigene),
        platz=max(0, angabe.anzahl - len(eigene)),
        arten=", ".join(_ARTEN[typ] for typ in angabe.medientypen),
        medientypen=",".join(angabe.medientypen),
        hoechstens_mib=angabe.hoechstens_mib,
        fehler=fehler,
    )


def _anlage(offen: Offen, eine: Anlage, titel: str) -> Anlagenbild:
    return Anlagenbild(
        id=str(eine.id),
        titel=titel,
        dateiname=eine.dateiname,
        groesse=_groesse(offen.besuch, eine.groesse),
        adresse=f"/antrag/{offen.entwurf.id}/nachweise/{eine.id}",
        bild=eine.medientyp in _BILDER,
        ungeprueft=not eine.geprueft,
    )


def _groesse(besuch: Besuch, byte: int) -> str:
    if byte < 1_000_000:
        return f"{max(1, round(byte / 1000))} KB"
    text = f"{byte / 1_000_000:.1f} MB"
    return text if besuch.sprache.html == "en" else text.replace(".", ",")
