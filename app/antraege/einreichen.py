"""An application made with a form is sent: checked once more, and taken in as a whole or not at all.

Never commits. The draft goes with the same commit that brings the application: a second click, from this or
another window, finds the application in place of the draft and has the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import anlagen, besonders, bestaetigung, entwuerfe, entwurf_repository
from app.antraege import service as antraege
from app.antraege.entwuerfe import Entwurf, pruefe_gemeinde, verlangtes_niveau
from app.antraege.errors import (
    AntragUnvollstaendig,
    EntwurfEingereicht,
    EntwurfUnbekannt,
    KenntnisFehlt,
    SchluesselFehlt,
    VertretungBeendet,
)
from app.antraege.models import Antragsinhalt as Zeile
from app.antraege.service import Eingang, Einreichung
from app.antraege.unterlagen import Unterlage, lege_ab, pruefsumme
from app.antraege.vorbelegung import kontext, vertretener
from app.antraege.ziel import Vorlage, Ziel, registriere_ziel, ziel_von
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten
from app.db.tresor import oeffne_json, verschliesse_json
from app.konto import konten
from app.konto.zugriff import Wer, niveau_zu_niedrig
from app.leistungen import service as leistungen
from app.leistungen.definition import Texte
from app.leistungen.dokument import Anlagenangabe
from app.leistungen.formular import Formular, Kontext, Pruefung
from app.mandanten import service as mandanten
from app.vorgaenge import service as vorgaenge
from xoev.befund import Befund

__all__ = [
    "ERKLAERUNG",
    "AntragUnvollstaendig",
    "Antragsinhalt",
    "EntwurfUnbekannt",
    "Gestellt",
    "KenntnisFehlt",
    "VertretungBeendet",
    "Vorlage",
    "Ziel",
    "inhalt",
    "pruefe",
    "registriere_ziel",
    "reiche_ein",
    "stelle",
]


Sprache = Literal["de", "en", "leicht"]

ERKLAERUNG: Final = Texte(
    de="Ich habe meine Angaben gelesen. Sie sind vollständig und wahr.",
    en="I have read my answers. They are complete and true.",
    leicht="Ich habe alles gelesen. Alles stimmt.",
)
"""What the person confirms before it is sent; the copy repeats it."""


@dataclass(frozen=True, slots=True)
class Gestellt:
    """An application that was taken in; `neu` is False where that had been before."""

    eingang: Eingang
    formular: Formular
    faelle: tuple[UUID, ...]
    neu: bool
    bestaetigungscode: str | None = None
    """For the second person, where there is one: shown this once."""

    @property
    def leistung(self) -> str:
        """Key of the service."""
        return self.formular.definition.leistung


@dataclass(frozen=True, slots=True)
class Antragsinhalt:
    """What an application says, but for the special categories."""

    antrag_id: UUID
    formular: Formular
    antworten: Mapping[str, Any]
    nachweise: tuple[Anlagenangabe, ...]
    sprache: Sprache


@dataclass(frozen=True, slots=True)
class _Auftrag:
    """What is to be taken in, before anybody has looked at it."""

    ags: str
    formular: Formular
    antworten: Mapping[str, Any]
    unterlagen: Sequence[Unterlage]
    vertreten: Mapping[str, Any] | None
    kontext: Kontext
    sprache: Sprache
    entwurf_id: UUID | None = None
    schluessel: Sequence[str] = ()
    inhalt_sha256: bytes | None = None
    """Of what was sent, where a key may bring it again."""


async def pruefe(session: AsyncSession, entwurf: Entwurf) -> Pruefung:
    """Everything that is still wrong with a draft, the files included: for the last page before sending."""
    return _geprueft(
        entwurf.formular,
        entwurf.antworten,
        entwurf.kontext,
        entwurf.vertreten,
        await anlagen.vorhandene(session, entwurf),
    )


async def reiche_ein(
    session: AsyncSession, wer: Wer, entwurf_id: UUID, *, sprache: Sprache, kenntnis: bool
) -> Gestellt:
    """Sends a draft; once, however often and from wherever it is asked.

    `kenntnis`: the person has said that the declaration was read and is true. Raises EntwurfUnbekannt,
    KenntnisFehlt, AntragUnvollstaendig, VertretungBeendet, Problem `niveau_zu_niedrig`, and what
    leistungen.angebot raises.
    """
    try:
        entwurf = await entwuerfe.oeffne(session, wer, await entwuerfe.gesperrt(session, wer, entwurf_id))
    except EntwurfEingereicht as schon:
        return await _frueher(session, wer, schon.antrag_id)
    unterlagen = [
        Unterlage(anlage, anlagen.inhalt_von(zeile))
        for anlage, zeile in await anlagen.zum_einreichen(session, entwurf)
    ]
    auftrag = _Auftrag(
        ags=entwurf.ags,
        formular=entwurf.formular,
        antworten=entwurf.antworten,
        unterlagen=unterlagen,
        vertreten=entwurf.vertreten,
        kontext=entwurf.kontext,
        sprache=sprache,
        entwurf_id=entwurf_id,
    )
    await leistungen.angebot(session, entwurf.ags, entwurf.formular.definition.leistung)
    gestellt = await _nimm_auf(session, wer, auftrag, kenntnis=kenntnis)
    await entwurf_repository.loesche(session, entwurf_id, wer.id)
    bruchstelle("absenden.entwurf")
    return gestellt


async def stelle(
    session: AsyncSession,
    wer: Wer,
    *,
    leistung: str,
    ags: str,
    antworten: Mapping[str, Any],
    schluessel: Sequence[str],
    sprache: Sprache,
    kenntnis: bool,
) -> Gestellt:
    """Takes an application in that needs no draft; files need one.

    Raises SchluesselFehlt, antraege.SchluesselVergeben, FremdeGemeinde, and as `reiche_ein`.
    """
    if not schluessel:
        raise SchluesselFehlt
    pruefe_gemeinde(wer, ags)
    await gelten(session, gemeinde=ags, person=str(wer.id))
    angebot = await leistungen.angebot(session, ags, leistung)
    vertreten = await vertretener(session, wer)
    auftrag = _Auftrag(
        ags=ags,
        formular=angebot.formular,
        antworten=antworten,
        unterlagen=(),
        vertreten=vertreten,
        kontext=await kontext(session, wer, ags, vertreten=vertreten),
        sprache=sprache,
        schluessel=schluessel,
        inhalt_sha256=pruefsumme(angebot.formular, ags, antworten),
    )
    # Before what depends on the day is judged: the same submission has the same answer tomorrow.
    if frueher := await antraege.frueherer_eingang(session, _einreichung(wer, auftrag)):
        return await _frueher(session, wer, frueher.id)
    return await _nimm_auf(session, wer, auftrag, kenntnis=kenntnis)


async def inhalt(session: AsyncSession, antrag_id: UUID) -> Antragsinhalt | None:
    """What an application says, for the town or the person whose keys are in force; None without a form."""
    zeile = await entwurf_repository.inhalt(session, antrag_id)
    if zeile is None:
        return None
    offen = oeffne_json(zeile.inhalt, f"antragsinhalt:{antrag_id}")
    return Antragsinhalt(
        antrag_id,
        await leistungen.formular(session, zeile.formular_hash),
        offen["antworten"],
        tuple(Anlagenangabe(**eine) for eine in offen["nachweise"]),
        cast(Sprache, zeile.sprache),
    )


async def titel(session: AsyncSession, person: UUID, sprache: str) -> dict[UUID, str]:
    """What a person's submissions are about, by submission; without those that were made without a form."""
    return {
        zeile.antrag_id: (await leistungen.formular(session, zeile.formular_hash)).titel(sprache)
        for zeile in await entwurf_repository.formulare(session, person)
    }


async def _nimm_auf(session: AsyncSession, wer: Wer, auftrag: _Auftrag, *, kenntnis: bool) -> Gestellt:
    einstellung = await mandanten.einstellung(session, auftrag.ags)
    if not einstellung.gemeinde.gibt_es_am(auftrag.kontext.heute):
        raise leistungen.GemeindeNichtHier
    verlangt = verlangtes_niveau(auftrag.formular, einstellung)
    if wer.niveau is not None and wer.niveau < verlangt:
        raise niveau_zu_niedrig(verlangt)
    await _pruefe_vertretung(session, wer, auftrag.vertreten)
    if not kenntnis:
        raise KenntnisFehlt
    vorhanden = {eine.anlage.nachweis for eine in auftrag.unterlagen}
    pruefung = _geprueft(auftrag.formular, auftrag.antworten, auftrag.kontext, auftrag.vertreten, vorhanden)
    if not pruefung.in_ordnung:
        raise AntragUnvollstaendig(pruefung.befunde)
    await leistungen.halte_fest(session, auftrag.formular)
    await gelten(session, gemeinde=auftrag.ags, person=str(wer.id))
    annahme = await antraege.annehmen(session, _einreichung(wer, auftrag, pruefung.antworten))
    if not annahme.neu:
        return await _frueher(session, wer, annahme.eingang.id)
    eingang = annahme.eingang
    await _vermerke(session, eingang, auftrag)
    await _lege_inhalt_an(session, eingang, auftrag, pruefung.antworten)
    bruchstelle("absenden.inhalt")
    await lege_ab(session, eingang, auftrag.formular, pruefung.antworten, auftrag.unterlagen, auftrag.sprache)
    vorlage = Vorlage(
        eingang, einstellung, auftrag.formular, pruefung.antworten, pruefung.befunde, auftrag.kontext.heute
    )
    faelle = await ziel_von(auftrag.formular).eroeffne(session, vorlage)
    bruchstelle("absenden.eroeffnet")
    code = await bestaetigung.fordere_an(session, eingang, auftrag.formular, pruefung.antworten)
    bruchstelle("absenden.bestaetigung")
    return Gestellt(eingang, auftrag.formular, tuple(faelle), neu=True, bestaetigungscode=code)


def _geprueft(
    formular: Formular,
    antworten: Mapping[str, Any],
    einer: Kontext,
    vertreten: Mapping[str, Any] | None,
    nachweise: set[str],
) -> Pruefung:
    pruefung = formular.pruefe(antworten, einer, nachweise=nachweise)
    vollmacht = anlagen.VOLLMACHT
    fehlt = vertreten is not None and vertreten["grundlage"] == vollmacht.schluessel
    if not fehlt or vollmacht.schluessel in nachweise:
        return pruefung
    befund = Befund(
        "error",
        "nachweis",
        {
            "de": "Die Vollmacht fehlt noch.",
            "en": "The power of attorney is still missing.",
            "leicht": "Die Vollmacht fehlt noch.",
        },
        pointer=f"/nachweise/{vollmacht.schluessel}",
    )
    return Pruefung(pruefung.antworten, (*pruefung.befunde, befund))


async def _pruefe_vertretung(session: AsyncSession, wer: Wer, vertreten: Mapping[str, Any] | None) -> None:
    if vertreten is None:
        return
    erlaubt = {str(eine.id) for eine in await konten.vertretungen(session, wer.id)}
    if vertreten["vertretung_id"] not in erlaubt:
        raise VertretungBeendet


def _einreichung(wer: Wer, auftrag: _Auftrag, antworten: Mapping[str, Any] | None = None) -> Einreichung:
    return Einreichung(
        ags=auftrag.ags,
        art=ziel_von(auftrag.formular).art,
        einreicher_id=wer.id,
        kanal="konto" if wer.art == "konto" else "api-json",
        schluessel=auftrag.schluessel,
        inhalt_sha256=auftrag.inhalt_sha256
        or pruefsumme(auftrag.formular, auftrag.ags, antworten or {}, auftrag.unterlagen),
        vertreten=auftrag.vertreten,
        antrag_id=auftrag.entwurf_id,
    )


async def _vermerke(session: AsyncSession, eingang: Eingang, auftrag: _Auftrag) -> None:
    await akte.eintragen(
        session,
        ags=eingang.ags,
        ereignis="antrag_eingegangen",
        bezug_art="antrag",
        bezug_id=eingang.id,
        angaben={
            "art": eingang.art,
            "leistung": auftrag.formular.definition.leistung,
            "formular": auftrag.formular.hash,
            "einreicher": str(eingang.einreicher_id),
            "kanal": eingang.kanal,
            "nachweise": len(auftrag.unterlagen),
        },
    )
    bruchstelle("absenden.journal")


async def _lege_inhalt_an(
    session: AsyncSession, eingang: Eingang, auftrag: _Auftrag, antworten: Mapping[str, Any]
) -> None:
    gewoehnlich, besondere = besonders.trenne(auftrag.formular, antworten)
    await besonders.lege_ab(
        session,
        ags=eingang.ags,
        antrag_id=eingang.id,
        einreicher_id=eingang.einreicher_id,
        besondere=besondere,
    )
    nachweise = [
        {name: getattr(eine.anlage, name) for name in Anlagenangabe.__slots__} for eine in auftrag.unterlagen
    ]
    entwurf_repository.lege_an(
        session,
        Zeile(
            antrag_id=eingang.id,
            ags=eingang.ags,
            einreicher_id=eingang.einreicher_id,
            leistung=auftrag.formular.definition.leistung,
            formular_hash=auftrag.formular.hash,
            sprache=auftrag.sprache,
            inhalt=verschliesse_json(
                {"antworten": gewoehnlich, "nachweise": nachweise}, f"antragsinhalt:{eingang.id}"
            ),
        ),
    )


async def _frueher(session: AsyncSession, wer: Wer, antrag_id: UUID) -> Gestellt:
    eingang = await antraege.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    gespeichert = await inhalt(session, antrag_id)
    if eingang is None or gespeichert is None:
        raise EntwurfUnbekannt
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    faelle = await vorgaenge.faelle(session, antrag_id)
    return Gestellt(eingang, gespeichert.formular, tuple(fall.id for fall in faelle), neu=False)
