"""Heads for tests of the writer and reader, and full records of notices."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.nachricht import Kopf, Satz, Satzkopf, gewerbeamt, schreibe
from xoev.bundles import sendebundle
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

AMT = gewerbeamt("05774032", "Stadt Paderborn")
KOPF = Kopf(
    nachrichten_uuid=UUID("5f0f3b0e-8a53-4d0b-9d8e-0b1f6f1c2d3e"),
    erstellt=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
    leser=AMT,
    autor=AMT,
)
SATZKOPF = Satzkopf(
    satz_erstellung=datetime(2026, 11, 20, 9, 59, tzinfo=UTC),
    ereigniszeitpunkt=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    autor=AMT,
    meldungsnummer="2026-1",
    uuid=UUID("0c9003a6-5b4f-4a99-98ae-b2b915708c1d"),
    gewerbebetrieb_id=UUID("10b1f973-bce7-448b-b5cc-9a8cc81174c3"),
)


def voller_satz(anzeigen: Sequence[Anmeldung | Ummeldung | Abmeldung], *, kopf: Kopf = KOPF) -> bytes:
    """The message 0300 with everything these notices hold."""
    bundle = sendebundle("XGewerbeanzeige", date(2026, 11, 20))
    saetze = [Satz(anzeige, SATZKOPF) for anzeige in anzeigen]
    return schreibe(saetze, kopf, typ_fuer_stelle("erlaubnisbehoerde"), bundle)
