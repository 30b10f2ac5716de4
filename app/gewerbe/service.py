"""The verbs of the trade: take a notice in, certify it, tell how it stands. Never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import service as antraege
from app.antraege.einreichen import registriere_ziel
from app.antraege.service import KAMMER, Eingang, Einreichung, Kammereingang
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten
from app.gewerbe import formularlisten, repository, versandbau
from app.gewerbe.abgleich import Vollstaendigkeitsbefund
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.aufnahme import VERFAHRENSART, bescheinige_fall, eroeffne
from app.gewerbe.berichtigen import berichtige
from app.gewerbe.bescheinigen import SENDUNGSART
from app.gewerbe.eingabe import Lieferung, lies_json, lies_xml
from app.gewerbe.errors import (
    AnzeigeWiderrufen,
    BescheinigungInArbeit,
    FalscherMedientyp,
    FremdeGemeinde,
    GemeindeUnbekannt,
    KammereingangUngueltig,
    KammerUnzustaendig,
    NichtAnnehmbar,
    NochNichtBescheinigt,
    SchluesselFehlt,
    UnbekannteAnzeige,
    UnbekannteEinreichung,
)
from app.gewerbe.folgen import RUECKNAHMEART
from app.gewerbe.formular import Gewerbegegenstand
from app.gewerbe.formularempfaenger import empfaenger_vorab
from app.gewerbe.formularziel import Gewerbeziel
from app.gewerbe.kammer import kammertag, pruefe_zustaendigkeit, verbleibende_tage
from app.gewerbe.nachholen import fehlende, hole_nach
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet
from app.gewerbe.ruecknahmebau import Ruecknahmenachricht
from app.gewerbe.stand import (
    Anzeigenstand,
    Aufgenommen,
    Einreichungsstand,
    bei_eingang,
    wie_aufgenommen,
    wie_es_steht,
)
from app.gewerbe.vollstaendigkeit import Teil, pruefe_teil
from app.gewerbe.widerrufen import widerrufe
from app.konto.niveau import Niveau
from app.konto.zugriff import niveau_zu_niedrig
from app.leistungen import gegenstand
from app.mandanten import service as mandanten
from app.mandanten.service import Einstellung, UnbekannteGemeinde
from app.versand import service as versand
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.service import ORTSZEIT, Fall
from xoev.befund import Befund, hat_fehler

__all__ = [
    "AnzeigeWiderrufen",
    "Anzeigenstand",
    "BescheinigungInArbeit",
    "Einreicher",
    "Einreichungsstand",
    "FalscherMedientyp",
    "FremdeGemeinde",
    "GemeindeUnbekannt",
    "KammerUnzustaendig",
    "Kammereingang",
    "KammereingangUngueltig",
    "Lieferung",
    "NichtAnnehmbar",
    "NochNichtBescheinigt",
    "SchluesselFehlt",
    "Teil",
    "UnbekannteAnzeige",
    "UnbekannteEinreichung",
    "Vollstaendigkeitsbefund",
    "berichtigen",
    "bescheinigen",
    "bescheinigung_pdf",
    "einreichen",
    "einreichungsstand",
    "empfaenger_vorab",
    "fehlende",
    "hole_nach",
    "kammertag",
    "lies_json",
    "lies_xml",
    "pruefe_teil",
    "verdrahte",
    "widerrufen",
]


@dataclass(frozen=True, slots=True)
class Einreicher:
    """Who submits: a machine client, or with `niveau` a person or firm with an account."""

    id: UUID
    niveau: Niveau | None = None
    vertreten: Mapping[str, Any] | None = None
    """For whom the person acts: {vertretung_id, art, name}."""
    kammereingang: Kammereingang | None = None
    """Where a chamber submits for a founder."""

    def kanal(self, format_: str) -> str:
        """On which way the submission has come."""
        if self.kammereingang is not None:
            return KAMMER
        return f"api-{format_}" if self.niveau is None else "konto"


async def einreichen(
    session: AsyncSession,
    lieferung: Lieferung,
    *,
    einreicher: Einreicher,
    kopfschluessel: Sequence[str] = (),
    heute: datetime | None = None,
) -> tuple[Einreichungsstand, bool]:
    """Takes a delivery in, all of it or nothing; True if it is new, False if it had been taken in before.

    What is complete and plausible is certified at once where the town wants it so; the rest waits for a
    person. Raises GemeindeUnbekannt, KammerUnzustaendig, NichtAnnehmbar, antraege.SchluesselVergeben, and
    Problem `niveau_zu_niedrig` where the town wants a surer login.
    """
    await gelten(session, gemeinde=lieferung.gemeinde, person=str(einreicher.id))
    try:
        einstellung = await mandanten.einstellung(session, lieferung.gemeinde)
    except UnbekannteGemeinde:
        raise GemeindeUnbekannt from None
    _pruefe_einreicher(einreicher, einstellung)
    einreichung = Einreichung(
        ags=lieferung.gemeinde,
        art=VERFAHRENSART,
        einreicher_id=einreicher.id,
        kanal=einreicher.kanal(lieferung.format),
        schluessel={*kopfschluessel, *lieferung.uuid_schluessel},
        inhalt_sha256=lieferung.inhalt_sha256,
        vertreten=einreicher.vertreten,
        kammereingang=einreicher.kammereingang,
    )
    # Before what depends on the day is judged: the same submission has the same answer tomorrow.
    if frueher := await antraege.frueherer_eingang(session, einreichung):
        return await bei_eingang(session, frueher), False
    tag = (heute or datetime.now(UTC)).astimezone(ORTSZEIT).date()
    if not einstellung.gemeinde.gibt_es_am(tag):
        raise GemeindeUnbekannt(nachfolgerin=einstellung.gemeinde.nachfolgerin)
    # In time is what was with the chamber in time.
    befunde = _beurteilt(
        lieferung, einreicher.kammereingang.eingegangen_am if einreicher.kammereingang else tag
    )
    annahme = await antraege.annehmen(session, einreichung)
    if not annahme.neu:
        return await bei_eingang(session, annahme.eingang), False
    frist_tage = verbleibende_tage(einstellung.frist_tage, einreicher.kammereingang, tag)
    aufgenommen = await _aufnehmen(
        session, annahme.eingang, einstellung, lieferung, befunde, frist_tage=frist_tage
    )
    return wie_aufgenommen(annahme.eingang, aufgenommen), True


async def einreichungsstand(
    session: AsyncSession, antrag_id: UUID, *, einreicher_id: UUID | None, gemeinde: str | None
) -> Einreichungsstand:
    """A submission for the client that made it or the town it was made to; else UnbekannteEinreichung."""
    return await wie_es_steht(session, await _eingang(session, antrag_id, einreicher_id, gemeinde))


async def bescheinigung_pdf(
    session: AsyncSession,
    antrag_id: UUID,
    anzeige_id: UUID,
    *,
    einreicher_id: UUID | None,
    gemeinde: str | None,
) -> tuple[bytes, UUID]:
    """The certificate of a notice as PDF and who has submitted it, for whoever may see the submission.

    Raises UnbekannteEinreichung, and BescheinigungInArbeit until the worker has rendered it.
    """
    eingang = await _eingang(session, antrag_id, einreicher_id, gemeinde)
    bescheinigung = await repository.bescheinigung_zu_anzeige(
        session, antrag_id=antrag_id, anzeige_id=anzeige_id
    )
    if bescheinigung is None:
        raise UnbekannteEinreichung
    if bescheinigung.dokument_id is None:
        raise BescheinigungInArbeit
    return await akte.dokument_inhalt(session, bescheinigung.dokument_id), eingang.einreicher_id


async def bescheinigen(session: AsyncSession, vorgang_id: UUID, *, automatisch: bool) -> None:
    """Certifies the notice of an open case and closes the case.

    Raises vorgaenge.UnbekannterVorgang, vorgaenge.SchonEntschieden.
    """
    fall = await vorgaenge.sperren(session, vorgang_id)
    eingang = await _eingang_des_falls(session, fall)
    zeile = await repository.anzeige_zu_vorgang(session, vorgang_id)
    await bescheinige_fall(
        session,
        zeile,
        fall,
        eingang,
        await mandanten.einstellung(session, fall.ags),
        anzeige=GEWERBEANZEIGE.validate_python(zeile.daten),
        automatisch=automatisch,
    )


async def berichtigen(
    session: AsyncSession,
    anzeige_id: UUID,
    lieferung: Lieferung,
    *,
    durch: UUID,
    kopfschluessel: Sequence[str],
) -> tuple[Einreichungsstand, UUID, bool]:
    """Corrects a certified notice: its submission as it now stands, its case, True if that was new.

    Raises what app.gewerbe.berichtigen.berichtige raises.
    """
    vorgang_id, neu = await berichtige(
        session,
        anzeige_id,
        lieferung,
        durch=durch,
        kopfschluessel=kopfschluessel,
        jetzt=datetime.now(UTC),
    )
    if neu:
        geltende = await repository.anzeige_zu_vorgang(session, vorgang_id)
        await vorgaenge.sage_bescheid(session, vorgang_id, anlass=geltende.id)
    return await _stand_des_falls(session, vorgang_id), vorgang_id, neu


async def widerrufen(
    session: AsyncSession, anzeige_id: UUID, grund: str, *, durch: UUID
) -> tuple[Einreichungsstand, UUID]:
    """Withdraws a certified notice: its submission as it now stands, its case.

    Raises what app.gewerbe.widerrufen.widerrufe raises.
    """
    vorgang_id = await widerrufe(session, anzeige_id, grund, durch=durch)
    widerruf = await repository.widerruf(session, vorgang_id)
    if widerruf is not None:
        await vorgaenge.sage_bescheid(session, vorgang_id, anlass=widerruf.id)
    return await _stand_des_falls(session, vorgang_id), vorgang_id


class _Verfahren:
    """What the desk can do with a case about a notice."""

    async def bescheinigen(self, session: AsyncSession, vorgang_id: UUID) -> None:
        await bescheinigen(session, vorgang_id, automatisch=False)

    async def gegenstand(self, session: AsyncSession, vorgang_id: UUID) -> Mapping[str, Any]:
        zeile = await repository.anzeige_zu_vorgang(session, vorgang_id)
        return {"gewerbeanzeige_id": str(zeile.id), "form": zeile.form, "anzeige": zeile.daten}

    async def einreicher(self, session: AsyncSession, vorgang_id: UUID) -> UUID:
        return (await _eingang_des_falls(session, await vorgaenge.fall(session, vorgang_id))).einreicher_id


def verdrahte() -> None:
    """Makes the trade known to the rooms that serve every procedure: cases, forms and delivery."""
    vorgaenge.registriere(VERFAHRENSART, _Verfahren())
    formularlisten.registriere()
    gegenstand.registriere(VERFAHRENSART, Gewerbegegenstand())
    registriere_ziel(VERFAHRENSART, Gewerbeziel())
    versand.registriere_bau(SENDUNGSART, versandbau.Gewerbenachricht())
    versand.registriere_bau(RUECKNAHMEART, Ruecknahmenachricht())


async def _aufnehmen(
    session: AsyncSession,
    eingang: Eingang,
    einstellung: Einstellung,
    lieferung: Lieferung,
    befunde: Sequence[Sequence[Befund]],
    *,
    frist_tage: int,
) -> list[Aufgenommen]:
    kammer = eingang.kammereingang
    await akte.eintragen(
        session,
        ags=eingang.ags,
        ereignis="antrag_eingegangen",
        bezug_art="antrag",
        bezug_id=eingang.id,
        angaben={
            "art": eingang.art,
            "einreicher": str(eingang.einreicher_id),
            "inhalt_sha256": lieferung.inhalt_sha256.hex(),
            "anzeigen": len(lieferung.meldungen),
            "kanal": eingang.kanal,
            **(
                {"kammer": kammer.kammer, "kammereingang": kammer.eingegangen_am.isoformat()}
                if kammer
                else {}
            ),
        },
    )
    bruchstelle("eingang.journal")
    await akte.ablegen(
        session,
        ags=eingang.ags,
        antrag_id=eingang.id,
        art="einreichung",
        dateiname=f"einreichung.{lieferung.format}",
        medientyp=f"application/{lieferung.format}",
        inhalt=lieferung.original,
    )
    bruchstelle("eingang.dokument")
    return await eroeffne(
        session, eingang, einstellung, list(zip(lieferung.meldungen, befunde, strict=True)), frist_tage
    )


def _pruefe_einreicher(einreicher: Einreicher, einstellung: Einstellung) -> None:
    if einreicher.kammereingang is not None:
        # The chamber has seen who the founder is; the level of its clerk's login says nothing about that.
        pruefe_zustaendigkeit(einreicher.kammereingang.kammer, einstellung.ags)
        return
    verlangt = Niveau.von(einstellung.niveaus.get(VERFAHRENSART, Niveau.BASIS.wort))
    if einreicher.niveau is not None and einreicher.niveau < verlangt:
        raise niveau_zu_niedrig(verlangt)


def _beurteilt(lieferung: Lieferung, heute: date) -> list[list[Befund]]:
    """For each notice what a person should look at; raises NichtAnnehmbar where one contradicts itself."""
    streng = lieferung.format == "json"
    befunde = [
        [*meldung.hinweise, *pruefe_plausibilitaet(meldung.anzeige, heute, streng=streng)]
        for meldung in lieferung.meldungen
    ]
    if any(hat_fehler(einer) for einer in befunde):
        raise NichtAnnehmbar(_mit_satz(befunde) if len(befunde) > 1 else befunde[0])
    return befunde


def _mit_satz(befunde: Sequence[Sequence[Befund]]) -> list[Befund]:
    return [
        replace(befund, pointer=f"/anzeigen/{nummer}{befund.pointer}")
        for nummer, einer in enumerate(befunde)
        for befund in einer
    ]


async def _eingang(
    session: AsyncSession, antrag_id: UUID, einreicher_id: UUID | None, gemeinde: str | None
) -> Eingang:
    await gelten(session, gemeinde=gemeinde, person=str(einreicher_id) if einreicher_id else None)
    eingang = await antraege.eingang(session, antrag_id, einreicher_id=einreicher_id, ags=gemeinde)
    if eingang is None or eingang.art != VERFAHRENSART:
        raise UnbekannteEinreichung
    # Who may see the submission may see what has become of it in the town.
    await gelten(session, gemeinde=eingang.ags, person=str(einreicher_id) if einreicher_id else None)
    return eingang


async def _stand_des_falls(session: AsyncSession, vorgang_id: UUID) -> Einreichungsstand:
    fall = await vorgaenge.fall(session, vorgang_id)
    return await wie_es_steht(session, await _eingang_des_falls(session, fall))


async def _eingang_des_falls(session: AsyncSession, fall: Fall) -> Eingang:
    eingang = await antraege.eingang(session, fall.antrag_id, einreicher_id=None, ags=fall.ags)
    if eingang is None:
        raise UnbekannteEinreichung
    return eingang
