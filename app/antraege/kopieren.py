"""The applicant's copy of what was declared: set once, when it is first asked for, and filed."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege import besonders, einreichen
from app.antraege import service as antraege
from app.antraege.einreichen import Antragsinhalt
from app.antraege.errors import AntragUnbekannt
from app.antraege.kopie import Abschnitt, Anlage, Empfaenger, Kopieinhalt, rendere
from app.antraege.service import Eingang
from app.db.sitzung import gelten, schliesse_ab, transaktion
from app.konto.zugriff import Wer
from app.leistungen.formular import Abschnitt as Formabschnitt
from app.mandanten import service as mandanten
from app.vorgaenge import service as vorgaenge

ART: Final = "kopie"
"""Kind of the document."""


async def kopie(session: AsyncSession, wer: Wer, antrag_id: UUID) -> tuple[bytes, Eingang]:
    """The copy as PDF, in the language in which it was filled in.

    For routes only: ends the transaction of `session` before the PDF is set, for that must not hold a
    connection to the database. Raises AntragUnbekannt, also for what was not made with a form.
    """
    eingang = await antraege.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    gespeichert = await einreichen.inhalt(session, antrag_id)
    if eingang is None or gespeichert is None:
        raise AntragUnbekannt
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))
    if (vorhanden := await _abgelegte(session, antrag_id)) is not None:
        return vorhanden, eingang
    inhalt = await _inhalt(session, eingang, gespeichert)
    await schliesse_ab(session)
    pdf = await rendere(inhalt)
    async with transaktion(gemeinde=eingang.ags, person=str(wer.id)) as eigene:
        # Two windows may ask at once: it is the same copy, and filed once.
        await antraege.sperre(eigene, antrag_id)
        if await _abgelegte(eigene, antrag_id) is None:
            await akte.ablegen(
                eigene,
                ags=eingang.ags,
                antrag_id=antrag_id,
                art=ART,
                dateiname=f"{eingang.eingangsnummer}.pdf",
                medientyp="application/pdf",
                inhalt=pdf,
                besonders=besonders.hat_besondere(gespeichert.formular),
            )
    return pdf, eingang


async def _abgelegte(session: AsyncSession, antrag_id: UUID) -> bytes | None:
    for fall in (await vorgaenge.faelle(session, antrag_id))[:1]:
        for eines in await akte.dokumente(session, antrag_id=antrag_id, vorgang_id=fall.id):
            if eines.art == ART:
                return await akte.dokument_inhalt(session, eines.id)
    return None


async def _inhalt(session: AsyncSession, eingang: Eingang, gespeichert: Antragsinhalt) -> Kopieinhalt:
    formular, sprache = gespeichert.formular, gespeichert.sprache
    # The applicant's own, and all of it.
    antworten = besonders.verbinde(gespeichert.antworten, await besonders.lies(session, eingang.id))
    einstellung = await mandanten.einstellung(session, eingang.ags)
    tag = eingang.eingegangen_am.date()
    return Kopieinhalt(
        sprache=sprache,
        gemeinde=einstellung.behoerdenname,
        titel=formular.titel(sprache),
        eingangsnummer=eingang.eingangsnummer,
        eingegangen_am=eingang.eingegangen_am,
        abschnitte=tuple(_abschnitt(teil) for teil in formular.abschnitte(antworten, sprache, tag)),
        anlagen=tuple(Anlage(eine.dateiname, eine.groesse, eine.sha256) for eine in gespeichert.nachweise),
        empfaenger=tuple(
            Empfaenger(einer.name.in_sprache(sprache), einer.angaben.in_sprache(sprache), einer.grundlage)
            for einer in formular.empfaenger(antworten)
        ),
        erklaerungen=(einreichen.ERKLAERUNG.in_sprache(sprache),),
    )


def _abschnitt(teil: Formabschnitt) -> Abschnitt:
    return Abschnitt(
        teil.titel,
        tuple((zeile.label, zeile.text) for zeile in teil.zeilen),
        tuple(_abschnitt(kind) for kind in (*teil.gruppen, *teil.eintraege)),
    )
