"""Where a trade form leads: to notices of the model, a case each, as those that come over the interface."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.einreichen import Vorlage
from app.gewerbe.aufnahme import VERFAHRENSART, eroeffne
from app.gewerbe.eingabe import Meldung
from app.gewerbe.formular import anzeigen_aus
from app.gewerbe.formularhinweise import VOLLMACHT, fuer_das_amt
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet

VOLLMACHT_GRUNDLAGE: Final = "vollmacht"
"""On what somebody with an account acts for another."""


class Gewerbeziel:
    """One submission, one receipt number; a partnership has a notice for each managing partner in it."""

    art = VERFAHRENSART

    async def eroeffne(self, session: AsyncSession, vorlage: Vorlage) -> Sequence[UUID]:
        """A case for each notice; what nobody has to look at is certified in the same transaction."""
        gegenstand = vorlage.formular.definition.gegenstand
        assert gegenstand is not None  # noqa: S101 it is what has led here
        anzeigen = anzeigen_aus(
            gegenstand.form, vorlage.antworten, ags=vorlage.eingang.ags, heute=vorlage.heute
        )
        anzusehen = fuer_das_amt(vorlage.antworten, vorlage.eingang.ags)
        vertreten = vorlage.eingang.vertreten or {}
        if vertreten.get("grundlage") == VOLLMACHT_GRUNDLAGE and VOLLMACHT not in anzusehen:
            anzusehen.append(VOLLMACHT)
        meldungen = [
            (Meldung(anzeige), [*pruefe_plausibilitaet(anzeige, vorlage.heute, streng=True), *anzusehen])
            for anzeige in anzeigen
        ]
        aufgenommen = await eroeffne(
            session, vorlage.eingang, vorlage.einstellung, meldungen, vorlage.einstellung.frist_tage
        )
        return [einer.fall.id for einer in aufgenommen]
