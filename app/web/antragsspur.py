"""How an application stands, as its applicant sees it: a way with stations, like that of a parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import bestaetigung, einreichen
from app.antraege.service import Eingang
from app.db.sitzung import gelten
from app.gewerbe import service as gewerbe
from app.gewerbe.service import Anzeigenstand
from app.konto.zugriff import Wer
from app.versand import service as versand
from app.versand.service import Sendungsstand
from app.vorgaenge import entscheidung
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import Fall
from app.web.besuch import Besuch
from app.web.orte import ort

GEWERBEANZEIGE: Final = "gewerbeanzeige"
DOKUMENTE: Final = frozenset(
    {"einreichung", "nachweis", "kopie", "bescheid", "bescheinigung", "mitteilung", "vollmacht"}
)
"""Kinds of documents that an applicant may fetch."""

Lage = Literal["fertig", "jetzt", "offen", "fehler"]
_SENDUNG: Final[Mapping[str, Lage]] = {
    "angenommen": "fertig",
    "abgeholt": "fertig",
    "bereit": "jetzt",
    "abgelehnt": "fehler",
    "aufgegeben": "fehler",
}


@dataclass(frozen=True, slots=True)
class Station:
    """One stop. `lage` says whether it lies behind."""

    titel: str
    lage: Lage
    zeitpunkt: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Empfaenger:
    """What has become of the message to one body."""

    sendung_id: UUID
    stelle: str
    name: str
    grundlage: str
    zustand: str
    lage: Lage
    stationen: Sequence[tuple[str, datetime]]
    grund: str | None
    felder: frozenset[int]
    """Numbers of the fields of the official form that it has got."""


@dataclass(frozen=True, slots=True)
class Falllage:
    """One case of the application."""

    fall: Fall
    titel: str | None
    stationen: Sequence[Station]
    empfaenger: Sequence[Empfaenger]
    bescheinigung: str | None
    """Address of the certificate, once there is one to fetch."""
    anzeige: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Dokumentzeile:
    """A document that can be fetched."""

    id: UUID
    art: str
    dateiname: str
    erstellt_am: datetime


@dataclass(frozen=True, slots=True)
class Spur:
    """An application as it stands."""

    eingang: Eingang
    titel: str
    faelle: Sequence[Falllage]
    dokumente: Sequence[Dokumentzeile]
    bestaetigung: bestaetigung.Stand | None

    @property
    def offen(self) -> bool:
        """Whether nothing has been decided, so that it can be withdrawn."""
        return bool(self.faelle) and all(eine.fall.zustand == "in_pruefung" for eine in self.faelle)

    def je_stelle(self) -> dict[str, list[tuple[Falllage, Empfaenger]]]:
        """What each body has got, of all cases, by the body's name."""
        gefunden: dict[str, list[tuple[Falllage, Empfaenger]]] = {}
        for eine in self.faelle:
            for stelle in eine.empfaenger:
                gefunden.setdefault(stelle.name, []).append((eine, stelle))
        return dict(sorted(gefunden.items()))


async def spur(session: AsyncSession, besuch: Besuch, wer: Wer, eingang: Eingang) -> Spur:
    """The way of an application that `wer` has made; from here on the town's key is in force as well."""
    inhalt = await einreichen.inhalt(session, eingang.id)
    titel = (
        inhalt.formular.titel(besuch.sprache.schluessel)
        if inhalt
        else besuch.text("meine.einreichung", nummer=eingang.eingangsnummer)
    )
    if eingang.art == GEWERBEANZEIGE:
        stand = await gewerbe.einreichungsstand(session, eingang.id, einreicher_id=wer.id, gemeinde=None)
        faelle = [_anzeige(besuch, eingang, eine, von=len(stand.anzeigen)) for eine in stand.anzeigen]
    else:
        faelle = []
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    if eingang.art != GEWERBEANZEIGE:
        bilder = {eines.vorgang_id: eines for eines in await entscheidung.entscheidungen(session, eingang.id)}
        offene = await vorgaenge.faelle(session, eingang.id)
        sendungen = await versand.stand(session, [fall.id for fall in offene])
        faelle = [
            Falllage(
                fall,
                None,
                _stationen(besuch, eingang, fall, entschieden_am=_entschieden(bilder.get(fall.id))),
                [_empfaenger(eine) for eine in sendungen if eine.vorgang_id == fall.id],
                None,
            )
            for fall in offene
        ]
    return Spur(
        eingang,
        titel,
        faelle,
        await _dokumente(session, eingang, faelle),
        await bestaetigung.stand(session, eingang.id),
    )


def _anzeige(besuch: Besuch, eingang: Eingang, eine: Anzeigenstand, *, von: int) -> Falllage:
    titel = besuch.text(f"form.{eine.zeile.form}")
    if von > 1:
        # Partners have a notice each, which differ in the person alone.
        titel = ", ".join([titel, *(person["familienname"] for person in eine.zeile.daten["personen"][:1])])
    schein = eine.bescheinigung
    fertig = schein is not None and schein.dokument_id is not None
    return Falllage(
        eine.fall,
        titel,
        _stationen(
            besuch,
            eingang,
            eine.fall,
            entschieden_am=schein.ausgestellt_am if schein else None,
            widerrufen_am=eine.widerruf.widerrufen_am if eine.widerruf else None,
        ),
        [_empfaenger(sendung) for sendung in eine.sendungen],
        f"/api/v1/gewerbeanzeigen/{eingang.id}/bescheinigungen/{eine.zeile.id}" if fertig else None,
        eine.zeile.daten,
    )


def _stationen(
    besuch: Besuch,
    eingang: Eingang,
    fall: Fall,
    *,
    entschieden_am: datetime | None,
    widerrufen_am: datetime | None = None,
) -> list[Station]:
    geprueft = fall.abgeschlossen_am
    stationen = [
        Station(besuch.text("meine.eingegangen"), "fertig", eingang.eingegangen_am),
        Station(besuch.text("meine.geprueft"), "fertig", geprueft)
        if geprueft
        else Station(
            besuch.text("meine.in_pruefung"),
            "jetzt",
            text=besuch.text("meine.bis", tag=besuch.datum(fall.naechster_termin.date()))
            if fall.naechster_termin
            else None,
        ),
    ]
    art = "anzeige" if eingang.art == GEWERBEANZEIGE else "antrag"
    schluss = besuch.text(f"meine.ende.{art}.{fall.zustand}")
    if fall.zustand == "in_pruefung":
        stationen.append(Station(schluss, "offen"))
    else:
        lage: Lage = "fertig" if fall.zustand in {"erledigt", "weitergeleitet"} else "fehler"
        stationen.append(Station(schluss, lage, entschieden_am or geprueft, fall.entscheidung))
    if widerrufen_am:
        stationen.append(Station(besuch.text("meine.widerrufen"), "fehler", widerrufen_am))
    return stationen


def _empfaenger(sendung: Sendungsstand) -> Empfaenger:
    zeiten = (
        ("gesendet", sendung.bereitgestellt_am),
        ("abgeholt", sendung.abgeholt_am),
        ("angenommen", sendung.angenommen_am),
        ("abgelehnt", sendung.abgelehnt_am),
    )
    return Empfaenger(
        sendung.id,
        sendung.stelle,
        ort(sendung.stelle),
        sendung.grundlage.get("paragraph", ""),
        sendung.zustand,
        _SENDUNG.get(sendung.zustand, "offen"),
        [(wort, zeit) for wort, zeit in zeiten if zeit is not None],
        sendung.ablehnungsgrund,
        frozenset(sendung.grundlage.get("felder", ())),
    )


def _entschieden(bild: entscheidung.Entscheidungsbild | None) -> datetime | None:
    return bild.entschieden_am if bild else None


async def _dokumente(
    session: AsyncSession, eingang: Eingang, faelle: Sequence[Falllage]
) -> list[Dokumentzeile]:
    gefunden: dict[UUID, Dokumentzeile] = {}
    for eine in faelle:
        for dokument in await akte.dokumente(session, antrag_id=eingang.id, vorgang_id=eine.fall.id):
            if dokument.art in DOKUMENTE:
                gefunden[dokument.id] = Dokumentzeile(
                    dokument.id, dokument.art, dokument.dateiname, dokument.erstellt_am
                )
    return sorted(gefunden.values(), key=lambda zeile: zeile.erstellt_am)
