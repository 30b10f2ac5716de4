"""Whatever a notice says, its messages pass the outgoing check: nothing lost, nothing too much."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gewerbe.anzeige import FORMEN, Form
from app.gewerbe.nachricht import Kopf, Satzkopf, gewerbeamt
from app.gewerbe.recht.ausgangspruefung import pruefe_ausgang
from app.gewerbe.recht.empfaenger import empfaenger_von
from app.gewerbe.recht.nachricht import baue_nachricht, leser_von
from app.mandanten.zustaendig import stelle
from tests.app.gewerbe.strategien import anzeigen

HEUTE = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
AMT = gewerbeamt("05774032", "Gewerbeamt Paderborn")
KOPF = Kopf(UUID(int=1), HEUTE, leser_von(stelle("dguv")), AMT)
SATZKOPF = Satzkopf(HEUTE, HEUTE, AMT, "1", UUID(int=2), UUID(int=3))


@pytest.mark.parametrize("form", FORMEN)
@given(daten=st.data())
@settings(max_examples=10, deadline=None)
def test_every_message_of_every_notice_passes_the_outgoing_check(form: Form, daten: st.DataObject) -> None:
    anzeige = daten.draw(anzeigen(form))
    for anspruch in empfaenger_von(anzeige, HEUTE.date(), zoll_anhaltspunkte=True):
        if anspruch.berechtigt:
            nachricht = baue_nachricht(anzeige, anspruch, kopf=KOPF, satzkopf=SATZKOPF)
            assert pruefe_ausgang(nachricht, anzeige, anspruch) == (), anspruch.stelle
