"""Where a trade form leads: to notices of the model, a case each, as those that come over the interface."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege.einreichen import Vorlage
from app.gewerbe.aufnahme import VERFAHRENSART, eroeffne
from app.gewerbe.eingabe import Meldung
from app.gewerbe.feld import Form
from app.gewerbe.formular import anzeigen_aus
from app.gewerbe.formularhinweise import fuer_das_amt
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet


class Gewerbeziel:
    """One submission, one receipt number; a partnership has a notice for each managing partner in it."""

    art = VERFAHRENSART

    async def eroeffne(self, session: AsyncSession, vorlage: Vorlage) -> Sequence[UUID]:
        """A case for each notice; what nobody has to look at is certified in the same transaction."""
        gegenstand = vorlage.formular.definition.gegenstand
        form = cast(Form, gegenstand.form if gegenstand else None)
        anzeigen = anzeigen_aus(form, vorlage.antworten, ags=vorlage.eingang.ags, heute=vorlage.heute)
        anzusehen = fuer_das_amt(vorlage.antworten, vorlage.eingang.ags)
        meldungen = [
            (Meldung(anzeige), [*pruefe_plausibilitaet(anzeige, vorlage.heute, streng=True), *anzusehen])
            for anzeige in anzeigen
        ]
        aufgenommen = await eroeffne(
            session, vorlage.eingang, vorlage.einstellung, meldungen, vorlage.einstellung.frist_tage
        )
        return [einer.fall.id for einer in aufgenommen]
