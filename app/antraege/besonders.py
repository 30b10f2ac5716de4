"""Special categories of personal data (Art. 9 GDPR): kept apart, opened by an entry in the log of readings.

A form marks them with `besonders`. They lie sealed in a table of their own, which shows nothing to a query of
the town that has not noted its reading before (docs/adr/0014). Never commits.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import repository
from app.antraege.models import BesondererInhalt
from app.db import tresor
from app.db.sitzung import vormerken
from app.einsicht import service as einsicht
from app.einsicht.service import Gegenstand, Lesung
from app.konto.rechte import Recht, traeger_mit
from app.konto.zugriff import Wer
from app.leistungen.formular import Formular

Antworten = Mapping[str, Any]
_ZWECK: Final = "antragsinhalt_besonders"


class KeinRecht(PermissionError):
    """A fault in the program: a route without Recht.BESONDERES_LESEN asks for what it may not show."""


def hat_besondere(formular: Formular) -> bool:
    """Whether the form asks for special categories."""
    return any(angabe.besonders for _, angabe, _ in formular.felder())


def trenne(formular: Formular, antworten: Antworten) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ordinary answers and the special ones, each in its place; `verbinde` is the way back."""
    gewoehnlich = _kopie(antworten)
    besondere: dict[str, Any] = {}
    for schritt, angabe, pfad in formular.felder():
        if not angabe.besonders:
            continue
        if schritt.liste is None:
            _verlege(gewoehnlich, besondere, pfad.split("."))
            continue
        eintraege = _finde(gewoehnlich, schritt.liste.split("."))
        innen = pfad.removeprefix(f"{schritt.liste}.").split(".")
        if isinstance(eintraege, list) and eintraege:
            neben = _liste(besondere, schritt.liste.split("."), len(eintraege))
            for eintrag, neuer in zip(eintraege, neben, strict=True):
                _verlege(eintrag, neuer, innen)
    return gewoehnlich, besondere


def verbinde(gewoehnlich: Antworten, besondere: Antworten) -> dict[str, Any]:
    """All answers again."""
    return _zusammen(gewoehnlich, besondere)  # type: ignore[no-any-return]


async def lege_ab(
    session: AsyncSession, *, ags: str, antrag_id: UUID, einreicher_id: UUID, besondere: Antworten
) -> None:
    """Keeps the special answers of a submission, if there are any."""
    if besondere:
        vormerken(
            session,
            BesondererInhalt(
                antrag_id=antrag_id,
                ags=ags,
                einreicher_id=einreicher_id,
                inhalt=tresor.verschliesse_json(dict(besondere), f"{_ZWECK}:{antrag_id}"),
            ),
        )


def darf_lesen(wer: Wer) -> bool:
    """Whether what gives `wer` the right on this route opens special categories, too."""
    return wer.art == "konto" and wer.traeger <= traeger_mit(Recht.BESONDERES_LESEN)


async def oeffne(session: AsyncSession, wer: Wer, *, antrag_id: UUID, vorgang_id: UUID) -> None:
    """Notes that `wer` reads the special categories of this case: from here on the transaction sees them.

    Raises KeinRecht for whoever is not staff of the town.
    """
    if not darf_lesen(wer):
        raise KeinRecht(wer.art)
    lesung = Lesung(antrag_id, vorgang_id=vorgang_id)
    await einsicht.vermerke(session, wer, Gegenstand.BESONDERE_ANGABEN, [lesung])


async def lies(session: AsyncSession, antrag_id: UUID) -> dict[str, Any]:
    """The special answers, for the applicant or after `oeffne`; empty for everybody else."""
    token = await repository.besonderer_inhalt(session, antrag_id)
    return tresor.oeffne_json(token, f"{_ZWECK}:{antrag_id}") if token is not None else {}


def _verlege(von: dict[str, Any], nach: dict[str, Any], pfad: Sequence[str]) -> None:
    *davor, name = pfad
    halter = _finde(von, davor)
    if isinstance(halter, dict) and name in halter:
        for teil in davor:
            nach = nach.setdefault(teil, {})
        nach[name] = halter.pop(name)


def _finde(wert: Any, pfad: Sequence[str]) -> Any:
    for teil in pfad:
        wert = wert.get(teil) if isinstance(wert, dict) else None
    return wert


def _liste(ziel: dict[str, Any], pfad: Sequence[str], anzahl: int) -> list[dict[str, Any]]:
    *davor, name = pfad
    for teil in davor:
        ziel = ziel.setdefault(teil, {})
    neue: list[dict[str, Any]] = ziel.setdefault(name, [{} for _ in range(anzahl)])
    return neue


def _kopie(wert: Any) -> Any:
    if isinstance(wert, Mapping):
        return {name: _kopie(teil) for name, teil in wert.items()}
    return [_kopie(teil) for teil in wert] if isinstance(wert, list) else wert


def _zusammen(eines: Any, anderes: Any) -> Any:
    if isinstance(eines, Mapping) and isinstance(anderes, Mapping):
        namen = [*eines, *(name for name in anderes if name not in eines)]
        return {name: _zusammen(eines.get(name), anderes.get(name)) for name in namen}
    if isinstance(eines, list) and isinstance(anderes, list) and len(eines) == len(anderes):
        return [_zusammen(a, b) for a, b in zip(eines, anderes, strict=True)]
    return _kopie(anderes if eines is None else eines)
