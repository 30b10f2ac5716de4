"""XGewerbeanzeige messages for tests, written by the project's own writer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.nachricht import Kopf, Satz, Satzkopf, gewerbeamt, schreibe
from xoev.bundles import sendebundle
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

GESCHEHEN = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)


def nachricht(anzeigen: Sequence[dict[str, Any]], *, ist_korrektur: bool = False) -> bytes:
    """A full record (0300) of each notice; its head is another one each time."""
    amt = gewerbeamt("05774032", "Stadt Paderborn")
    saetze = [
        Satz(
            GEWERBEANZEIGE.validate_python(anzeige),
            Satzkopf(
                satz_erstellung=GESCHEHEN,
                ereigniszeitpunkt=GESCHEHEN,
                autor=amt,
                meldungsnummer="2026 1",
                uuid=uuid4(),
                gewerbebetrieb_id=uuid4(),
                ist_korrektur=ist_korrektur,
            ),
        )
        for anzeige in anzeigen
    ]
    kopf = Kopf(nachrichten_uuid=uuid4(), erstellt=datetime.now(UTC), leser=amt, autor=amt)
    typ = typ_fuer_stelle("erlaubnisbehoerde")
    return schreibe(saetze, kopf, typ, sendebundle("XGewerbeanzeige", GESCHEHEN.date()))
