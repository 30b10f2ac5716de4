"""First values: what the login already knows need not be typed again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.staaten import staat
from app.antraege.vergleich import blaetter
from app.konto import konten
from app.konto.identitaet import Angaben
from app.konto.zugriff import Wer
from app.leistungen.formular import Formular, Kontext

ORTSZEIT = ZoneInfo("Europe/Berlin")


async def kontext(
    session: AsyncSession, wer: Wer, ags: str, *, vertreten: Mapping[str, Any] | None = None
) -> Kontext:
    """Where, when and by whom it is filled in.

    Who acts for another (`vertreten`) is not the applicant: the login's values are not offered then.
    """
    heute = datetime.now(ORTSZEIT).date()
    quellen = {"gemeinde.ags": ags, "heute": heute.isoformat()}
    if vertreten is not None:
        if vertreten["art"] == "organisation":
            quellen["konto.organisation.name"] = vertreten["name"]
        return Kontext(ags=ags, heute=heute, niveau=None, quellen=quellen)
    konto = await konten.konto(session, wer.id) if wer.art == "konto" else None
    if konto is not None:
        quellen |= quellen_von(konto.angaben)
    return Kontext(ags=ags, heute=heute, niveau=wer.niveau, quellen=quellen)


async def vertretener(session: AsyncSession, wer: Wer) -> dict[str, Any] | None:
    """For whom the person acts at the moment, and on what ground: {vertretung_id, art, name, grundlage}."""
    if (fuer := wer.vertretung) is None:
        return None
    grundlage = next(
        (
            eine.grundlage
            for eine in await konten.vertretungen(session, wer.id)
            if eine.id == fuer.vertretung_id
        ),
        "vollmacht",
    )
    return {
        "vertretung_id": str(fuer.vertretung_id),
        "art": fuer.art,
        "name": fuer.name,
        "grundlage": grundlage,
    }


def mit_gesperrten(formular: Formular, antworten: Mapping[str, Any], einer: Kontext) -> dict[str, Any]:
    """The answers with the values of this login where it locks them; nothing is added.

    A draft may have been begun with a login that locked less.
    """
    voll = formular.vorbelegt(antworten, einer)
    for pointer in blaetter(voll).keys() - blaetter(antworten).keys():
        _entferne(voll, pointer)
    return formular.bereinige(voll, einer.heute)


def verfaelschte(formular: Formular, antworten: Mapping[str, Any], einer: Kontext) -> list[str]:
    """Pointers of answers that differ from the values that the login locks."""
    gueltig = blaetter(formular.vorbelegt(antworten, einer))
    return [pointer for pointer, wert in blaetter(antworten).items() if gueltig.get(pointer) != wert]


def _entferne(antworten: dict[str, Any], pointer: str) -> None:
    *eltern, letzter = pointer.split("/")[1:]
    ort: Any = antworten
    for teil in eltern:
        ort = ort[int(teil)] if isinstance(ort, list) else ort[teil]
    del ort[letzter]


def quellen_von(angaben: Angaben) -> dict[str, str]:
    """What a login tells, by the names that forms call it by (Vorbelegung.quelle)."""
    quellen: dict[str, str] = {}
    _sammle(quellen, "konto", angaben.model_dump(mode="json", exclude_none=True))
    for name, wert in quellen.items():
        if name.endswith(".staat") and (gefunden := staat(wert)):
            quellen[name] = gefunden.numerisch
        elif name == "konto.staatsangehoerigkeit" and (gefunden := staat(wert)) and gefunden.angehoerigkeit:
            quellen[name] = gefunden.angehoerigkeit
    return quellen


def _sammle(quellen: dict[str, str], pfad: str, werte: Mapping[str, Any]) -> None:
    for name, wert in werte.items():
        if isinstance(wert, Mapping):
            _sammle(quellen, f"{pfad}.{name}", wert)
        else:
            quellen[f"{pfad}.{name}"] = str(wert)
