"""HTTP of the desk for applications: granted, refused, kept or forwarded."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from app.db.sitzung import Sitzung
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import antworten
from app.vorgaenge import entscheidung
from app.vorgaenge.ansicht import zeige
from app.vorgaenge.entscheidung import Ablehnung, Bewilligung, Weiterleitung
from app.vorgaenge.schemas import (
    Ablehnungseingabe,
    Bewilligungseingabe,
    VorgangAntwort,
    Weiterleitungseingabe,
)

router = APIRouter(prefix="/api/v1/vorgaenge", tags=["Vorgänge"])

Entscheidend = Annotated[Wer, erfordert(Recht.VORGANG_ENTSCHEIDEN)]
_FEHLER = antworten(401, 403, 404, 409, 422)


@router.post("/{vorgang_id}/bewilligen", responses=_FEHLER, summary="Einen Antrag bewilligen")
async def bewilligen(
    vorgang_id: UUID, eingabe: Bewilligungseingabe, session: Sitzung, wer: Entscheidend
) -> VorgangAntwort:
    """Closes the case; the letter is in the applicant's account at once.

    The same once more has the same answer, anything else after a decision is a conflict. Where a second
    person has still to confirm, it needs `ohne_bestaetigung`.
    """
    ende = Bewilligung(eingabe.text, eingabe.gruende, eingabe.ohne_bestaetigung)
    return await zeige(session, wer, await entscheidung.entscheide(session, vorgang_id, ende, durch=wer.id))


@router.post("/{vorgang_id}/ablehnen", responses=_FEHLER, summary="Einen Antrag ablehnen")
async def ablehnen(
    vorgang_id: UUID, eingabe: Ablehnungseingabe, session: Sitzung, wer: Entscheidend
) -> VorgangAntwort:
    """Closes the case; the letter gives the reasons and names the remedy."""
    ende = Ablehnung(eingabe.text, eingabe.gruende)
    return await zeige(session, wer, await entscheidung.entscheide(session, vorgang_id, ende, durch=wer.id))


@router.post("/{vorgang_id}/zustaendigkeit", responses=_FEHLER, summary="Sich für zuständig erklären")
async def behalten(vorgang_id: UUID, session: Sitzung, wer: Entscheidend) -> VorgangAntwort:
    """The town is competent (§ 14 SGB IX): the case is due three weeks after its receipt."""
    return await zeige(session, wer, await entscheidung.behalte(session, vorgang_id, durch=wer.id))


@router.post("/{vorgang_id}/weiterleiten", responses=_FEHLER, summary="Einen Antrag weiterleiten")
async def weiterleiten(
    vorgang_id: UUID, eingabe: Weiterleitungseingabe, session: Sitzung, wer: Entscheidend
) -> VorgangAntwort:
    """Another body is competent (§ 14 SGB IX): once, within two weeks of receipt. The applicant is told."""
    ende = Weiterleitung(eingabe.traeger, eingabe.grund)
    return await zeige(session, wer, await entscheidung.entscheide(session, vorgang_id, ende, durch=wer.id))


@router.post("/{vorgang_id}/fristen/{schluessel}", responses=_FEHLER, summary="Eine Frist beginnen lassen")
async def frist(
    vorgang_id: UUID,
    schluessel: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,59}$")],
    session: Sitzung,
    wer: Entscheidend,
) -> VorgangAntwort:
    """The case is due by this time of its form: from receipt, or from today where an event starts it."""
    return await zeige(
        session, wer, await entscheidung.beginne_frist(session, vorgang_id, schluessel, durch=wer.id)
    )
