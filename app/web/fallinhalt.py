"""What the page of a case shows, whatever it is about: a notice, or an application made with a form."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import bestaetigung
from app.antraege import service as antraege
from app.antraege.besonders import hat_besondere
from app.antraege.service import Eingang
from app.leistungen.formular import Formular
from app.mandanten.zustaendig import stelle
from app.versand import service as versand
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import ORTSZEIT, Fall
from app.web.anzeigenansicht import abschnitte
from app.web.besuch import Besuch
from app.web.fallbild import LEISTUNG, gestellter
from app.web.leistungen import geld
from app.web.texte import in_sprache

_NACHWEISE: Final = frozenset({"nachweis", "vollmacht"})


async def fallinhalt(session: AsyncSession, fall: Fall, besuch: Besuch) -> dict[str, Any]:
    """Values for the template; special categories of personal data are not among them."""
    eingang = await antraege.eingang(session, fall.antrag_id, einreicher_id=None, ags=fall.ags)
    dokumente = await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.id)
    gegenstand = await vorgaenge.gegenstand(session, fall)
    gemeinsam = {
        "eingang": eingang,
        "vertreten": _vertreten(eingang, besuch),
        "befunde": [_befund(befund, besuch) for befund in fall.befunde],
        "sendungen": [(stelle(eine.stelle).name, eine) for eine in await versand.stand(session, [fall.id])],
        "nachweise": [eines for eines in dokumente if eines.art in _NACHWEISE],
        "dokumente": [eines for eines in dokumente if eines.art not in _NACHWEISE],
        "besondere": False,
        "felder": (),
        "angaben": (),
        "leistung": None,
        "bestaetigung": None,
        "klaerung": None,
    }
    if fall.art != LEISTUNG:
        return gemeinsam | {"felder": abschnitte(gegenstand["anzeige"], besuch)}
    return gemeinsam | await _antrag(session, fall, besuch, gegenstand["zustaendigkeit"])


def _vertreten(eingang: Eingang | None, besuch: Besuch) -> str | None:
    if eingang is None or eingang.vertreten is None:
        return None
    name, grundlage = eingang.vertreten["name"], eingang.vertreten.get("grundlage")
    return f"{name} ({besuch.text(f'vorgang.grundlage.{grundlage}')})" if grundlage else str(name)


async def _antrag(
    session: AsyncSession, fall: Fall, besuch: Besuch, klaerung: Mapping[str, Any] | None
) -> dict[str, Any]:
    gestellt = await gestellter(session, fall)
    formular, antworten, sprache = gestellt.formular, gestellt.antworten, besuch.sprache.schluessel
    gebuehr = formular.gebuehr(antworten)
    # As on the day of receipt: what was asked then may depend on the day.
    tag = fall.angelegt_am.astimezone(ORTSZEIT).date()
    return {
        "besondere": hat_besondere(formular),
        "angaben": formular.abschnitte(antworten, sprache, tag),
        "leistung": {
            "einheit": formular.zustaendig(antworten).einheit.in_sprache(sprache),
            "gebuehr": geld(besuch, gebuehr.betrag_cent, gebuehr.bis_cent),
            "gebuehr_text": gebuehr.text.in_sprache(sprache),
        },
        "bestaetigung": await _bestaetigung(session, fall, formular, besuch),
        "klaerung": _klaerung(klaerung),
    }


async def _bestaetigung(
    session: AsyncSession, fall: Fall, formular: Formular, besuch: Besuch
) -> dict[str, Any] | None:
    einer = await bestaetigung.stand(session, fall.antrag_id)
    if einer is None:
        return None
    fragen = formular.bestaetigung
    return {
        "stand": einer,
        "tag": einer.gueltig_bis.astimezone(ORTSZEIT).date(),
        "antworten": fragen.abschnitte(einer.antworten, besuch.sprache.schluessel)
        if fragen is not None and einer.antworten
        else (),
    }


def _klaerung(stand: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if stand is None:
        return None
    # Until midnight: the day before is the last one.
    bis = datetime.fromisoformat(stand["bis"]).astimezone(ORTSZEIT) - timedelta(seconds=1)
    return {"ergebnis": stand["ergebnis"], "tag": bis.date(), "traeger": stand["traeger"]}


def _befund(befund: Any, besuch: Besuch) -> str:
    satz = in_sprache(befund["text"], besuch.sprache.schluessel)
    return f"{befund['feld']}: {satz}" if befund.get("feld") else satz
