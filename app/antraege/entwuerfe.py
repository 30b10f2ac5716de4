"""Drafts: begun, saved from several windows and devices, carried over to a new form, thrown away.

Each is seen by its owner alone and lies sealed. Never commits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import entwurf_repository, repository
from app.antraege.errors import (
    AngabenZuLang,
    EntwurfEingereicht,
    EntwurfUnbekannt,
    EntwurfVeraltet,
    FeldGesperrt,
    FremdeGemeinde,
    ZuVieleEntwuerfe,
)
from app.antraege.models import Entwurf as Zeile
from app.antraege.vergleich import vergleiche
from app.antraege.vorbelegung import kontext, mit_gesperrten, verfaelschte, vertretener
from app.db.basis import neue_id
from app.db.sitzung import schreibe, zeitpunkt
from app.db.tresor import oeffne_json, verschliesse_json
from app.konto.niveau import Niveau
from app.konto.zugriff import Wer
from app.leistungen import service as leistungen
from app.leistungen.definition import Texte
from app.leistungen.formular import Formular, Kontext
from app.leistungen.service import Frage
from app.mandanten import service as mandanten
from app.mandanten.service import Einstellung

__all__ = [
    "HOECHSTENS",
    "Entwurf",
    "EntwurfEingereicht",
    "EntwurfUnbekannt",
    "EntwurfVeraltet",
    "FeldGesperrt",
    "beginne",
    "eigene",
    "kontext",
    "lies",
    "loesche_verfallene",
    "speichere",
    "verlangtes_niveau",
    "verwirf",
    "verwirf_alle",
]

HOECHSTENS: Final = 100
"""Drafts of one account."""
_HOECHSTENS_EINTRAEGE: Final = 200
"""As the language of forms has it (Schritt.hoechstens)."""


@dataclass(frozen=True, slots=True)
class Entwurf:
    """A draft as its owner sees it, with the values that this login gives and locks."""

    id: UUID
    ags: str
    einreicher_id: UUID
    formular: Formular
    antworten: dict[str, Any]
    schritt: str | None
    """Where the person was last."""
    fassung: int
    vertreten: Mapping[str, Any] | None
    """For whom the person acts: {vertretung_id, art, name, grundlage}"""
    fragen: tuple[Frage, ...]
    """Answers that a new form has no place for; they stay until the person says that they are dealt with."""
    kontext: Kontext
    angelegt_am: datetime
    geaendert_am: datetime
    verfaellt_am: datetime


@dataclass(slots=True)
class _Inhalt:
    """What lies sealed."""

    antworten: dict[str, Any]
    schritt: str | None
    vertreten: Mapping[str, Any] | None
    fragen: list[dict[str, Any]]
    geaendert: dict[str, int]
    """By pointer: in which version the answer was last changed."""

    @classmethod
    def lies(cls, zeile: Zeile) -> "_Inhalt":
        return cls(**oeffne_json(zeile.inhalt, f"entwurf:{zeile.id}"))

    def versiegelt(self, entwurf_id: UUID) -> bytes:
        return verschliesse_json(
            {name: getattr(self, name) for name in self.__slots__}, f"entwurf:{entwurf_id}"
        )


async def beginne(session: AsyncSession, wer: Wer, ags: str, leistung: str) -> Entwurf:
    """A new draft with first values from the login and the date of its deletion.

    Raises what leistungen.angebot raises, FremdeGemeinde, ZuVieleEntwuerfe.
    """
    pruefe_gemeinde(wer, ags)
    angebot = await leistungen.angebot(session, ags, leistung)
    if await entwurf_repository.anzahl(session, wer.id) >= HOECHSTENS:
        raise ZuVieleEntwuerfe(HOECHSTENS)
    await leistungen.halte_fest(session, angebot.formular)
    tage = (await mandanten.einstellungen(session, ags)).fristen.entwurf_tage
    vertreten = await vertretener(session, wer)
    einer = await kontext(session, wer, ags, vertreten=vertreten)
    jetzt = await zeitpunkt(session)
    inhalt = _Inhalt(angebot.formular.vorbelegt({}, einer), None, vertreten, [], {})
    entwurf_id = neue_id()
    zeile = Zeile(
        id=entwurf_id,
        ags=ags,
        einreicher_id=wer.id,
        leistung=leistung,
        formular_hash=angebot.formular.hash,
        inhalt=inhalt.versiegelt(entwurf_id),
        fassung=1,
        angelegt_am=jetzt,
        geaendert_am=jetzt,
        verfaellt_am=jetzt + timedelta(days=tage),
    )
    entwurf_repository.lege_an(session, zeile)
    return _entwurf(zeile, inhalt, angebot.formular, einer)


async def lies(session: AsyncSession, wer: Wer, entwurf_id: UUID) -> Entwurf:
    """The draft, carried over where its service has a new form.

    Raises EntwurfUnbekannt, and EntwurfEingereicht where it has been sent.
    """
    zeile = await entwurf_repository.entwurf(session, entwurf_id, wer.id)
    if zeile is None:
        raise await _weg(session, wer, entwurf_id)
    neues = await _neues_formular(session, zeile)
    if neues is not None:
        zeile = await gesperrt(session, wer, entwurf_id)
        await _uebertrage(session, zeile, neues)
    return await oeffne(session, wer, zeile)


async def eigene(session: AsyncSession, wer: Wer) -> list[Entwurf]:
    """Every draft of the account, the one changed last first, each with the form it was made with."""
    return [await oeffne(session, wer, zeile) for zeile in await entwurf_repository.eigene(session, wer.id)]


async def speichere(
    session: AsyncSession,
    wer: Wer,
    entwurf_id: UUID,
    antworten: Mapping[str, Any],
    *,
    schritt: str | None,
    fassung: int,
    fragen_erledigt: bool = False,
) -> Entwurf:
    """Keeps all answers as they now are; those of paths that were left are gone.

    `fassung`: the version that they were made from. What somebody else has changed since then and what is
    the same now, or was not touched by the other, is no conflict. Raises EntwurfVeraltet, FeldGesperrt,
    AngabenZuLang, EntwurfUnbekannt, EntwurfEingereicht.
    """
    zeile = await gesperrt(session, wer, entwurf_id)
    inhalt = _Inhalt.lies(zeile)
    formular = await leistungen.formular(session, zeile.formular_hash)
    einer = await kontext(session, wer, zeile.ags, vertreten=inhalt.vertreten)
    _pruefe_umfang(antworten)
    neu = formular.bereinige(antworten, einer.heute)
    if verfaelscht := verfaelschte(formular, neu, einer):
        raise FeldGesperrt(_benannt(formular, verfaelscht))
    vergleich = vergleiche(inhalt.antworten, neu, zuletzt=inhalt.geaendert, fassung=fassung)
    if vergleich.konflikte:
        raise EntwurfVeraltet(_benannt(formular, vergleich.konflikte))
    if vergleich.geaendert or schritt != inhalt.schritt or (fragen_erledigt and inhalt.fragen):
        zeile.fassung += 1
        inhalt.antworten, inhalt.schritt = neu, schritt
        inhalt.geaendert |= dict.fromkeys(vergleich.geaendert, zeile.fassung)
        if fragen_erledigt:
            inhalt.fragen = []
        await _schreibe(session, zeile, inhalt)
    return _entwurf(zeile, inhalt, formular, einer)


async def verwirf(session: AsyncSession, wer: Wer, entwurf_id: UUID) -> None:
    """Deletes the draft with its uploads; raises EntwurfUnbekannt, EntwurfEingereicht."""
    if not await entwurf_repository.loesche(session, entwurf_id, wer.id):
        raise await _weg(session, wer, entwurf_id)


async def verwirf_alle(session: AsyncSession, einreicher_id: UUID) -> int:
    """Deletes every draft of an account that is deleted itself."""
    return await entwurf_repository.loesche_alle(session, einreicher_id)


async def loesche_verfallene(session: AsyncSession, grenze: int) -> int:
    """Deletes what is past its date, so many at most, for the worker; nothing of it is noted anywhere."""
    return await entwurf_repository.loesche_verfallene(session, grenze)


def verlangtes_niveau(formular: Formular, einstellung: Einstellung) -> Niveau:
    """How sure the login has to be when it is sent: what the law or what the town asks, the higher."""
    definition = formular.definition
    von_der_gemeinde = einstellung.niveaus.get(definition.leistung, Niveau.BASIS.wort)
    return max(Niveau.von(definition.niveau.mindestens), Niveau.von(von_der_gemeinde))


def pruefe_gemeinde(wer: Wer, ags: str) -> None:
    """Raises FremdeGemeinde where a machine client is bound to another town."""
    if wer.gebunden_an not in (None, ags):
        raise FremdeGemeinde


async def gehoert(session: AsyncSession, wer: Wer, entwurf_id: UUID) -> None:
    """Raises EntwurfUnbekannt, EntwurfEingereicht unless there is this draft."""
    if await entwurf_repository.entwurf(session, entwurf_id, wer.id) is None:
        raise await _weg(session, wer, entwurf_id)


async def gesperrt(session: AsyncSession, wer: Wer, entwurf_id: UUID) -> Zeile:
    """The row, held until the transaction ends; raises EntwurfUnbekannt, EntwurfEingereicht."""
    await schreibe(session)
    zeile = await entwurf_repository.gesperrter(session, entwurf_id, wer.id)
    if zeile is None:
        raise await _weg(session, wer, entwurf_id)
    return zeile


async def beruehre(session: AsyncSession, zeile: Zeile) -> None:
    """Somebody works on it: it lives on for as long as the town gave it when it was begun."""
    jetzt = await zeitpunkt(session)
    zeile.verfaellt_am = jetzt + (zeile.verfaellt_am - zeile.geaendert_am)
    zeile.geaendert_am = jetzt
    await session.flush()


async def oeffne(session: AsyncSession, wer: Wer, zeile: Zeile) -> Entwurf:
    """The draft of a row, with the form that the row names."""
    inhalt = _Inhalt.lies(zeile)
    formular = await leistungen.formular(session, zeile.formular_hash)
    einer = await kontext(session, wer, zeile.ags, vertreten=inhalt.vertreten)
    inhalt.antworten = mit_gesperrten(formular, inhalt.antworten, einer)
    return _entwurf(zeile, inhalt, formular, einer)


async def _weg(session: AsyncSession, wer: Wer, entwurf_id: UUID) -> EntwurfUnbekannt | EntwurfEingereicht:
    antrag = await repository.sichtbarer(session, entwurf_id, einreicher_id=wer.id, ags=None)
    return EntwurfUnbekannt() if antrag is None else EntwurfEingereicht(antrag.id)


async def _neues_formular(session: AsyncSession, zeile: Zeile) -> Formular | None:
    """The form of today, where it is another; a service that is suspended or gone keeps the draft's."""
    try:
        angebot = await leistungen.angebot(session, zeile.ags, zeile.leistung)
    except (leistungen.UnbekannteLeistung, leistungen.NichtAngeboten, leistungen.GemeindeNichtHier):
        return None
    return None if angebot.formular.hash == zeile.formular_hash else angebot.formular


async def _uebertrage(session: AsyncSession, zeile: Zeile, neues: Formular) -> None:
    if zeile.formular_hash == neues.hash:
        return
    inhalt = _Inhalt.lies(zeile)
    altes = await leistungen.formular(session, zeile.formular_hash)
    uebertragen = leistungen.uebertrage(altes, neues, inhalt.antworten)
    await leistungen.halte_fest(session, neues)
    zeile.formular_hash = neues.hash
    zeile.fassung += 1
    geaendert = vergleiche(inhalt.antworten, uebertragen.antworten, zuletzt={}, fassung=0).geaendert
    inhalt.geaendert |= dict.fromkeys(geaendert, zeile.fassung)
    inhalt.antworten = uebertragen.antworten
    inhalt.fragen += [
        {"pfad": frage.pfad, "label": dict(frage.label), "wert": frage.wert} for frage in uebertragen.fragen
    ]
    await _schreibe(session, zeile, inhalt)


async def _schreibe(session: AsyncSession, zeile: Zeile, inhalt: _Inhalt) -> None:
    zeile.inhalt = inhalt.versiegelt(zeile.id)
    await beruehre(session, zeile)


def _pruefe_umfang(wert: Any) -> None:
    """More entries than any form may ask for would be dropped without a word."""
    if isinstance(wert, Mapping):
        for teil in wert.values():
            _pruefe_umfang(teil)
    elif isinstance(wert, list) and len(wert) > _HOECHSTENS_EINTRAEGE:
        raise AngabenZuLang


def _benannt(formular: Formular, pointer: Iterable[str]) -> list[tuple[str, Texte]]:
    label = {"/" + pfad.replace(".", "/"): angabe.label for _, angabe, pfad in formular.felder()}
    ohne_nummern = {
        eine: "".join(f"/{t}" for t in eine.split("/")[1:] if not t.isdecimal()) for eine in pointer
    }
    return [(eine, label[kurz]) for eine, kurz in ohne_nummern.items() if kurz in label]


def _entwurf(zeile: Zeile, inhalt: _Inhalt, formular: Formular, einer: Kontext) -> Entwurf:
    return Entwurf(
        id=zeile.id,
        ags=zeile.ags,
        einreicher_id=zeile.einreicher_id,
        formular=formular,
        antworten=inhalt.antworten,
        schritt=inhalt.schritt,
        fassung=zeile.fassung,
        vertreten=inhalt.vertreten,
        fragen=tuple(Frage(**frage) for frage in inhalt.fragen),
        kontext=einer,
        angelegt_am=zeile.angelegt_am,
        geaendert_am=zeile.geaendert_am,
        verfaellt_am=zeile.verfaellt_am,
    )
