"""Messages with whole notices, and the heads they carry."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.nachricht import Kopf, Satz, Satzkopf, gewerbeamt, schreibe
from xoev.bundles import sendebundle
from xoev.xgewerbeanzeige.typen import alle_typen

JETZT = datetime(2026, 11, 20, 9, 30, 15, 250_000, tzinfo=UTC)
AMT = gewerbeamt("05774032", "Stadt Paderborn")
KOPF = Kopf(UUID(int=1), JETZT, leser=AMT, autor=AMT)
SATZKOPF = Satzkopf(JETZT, JETZT, AMT, "2026-1", uuid=UUID(int=2), gewerbebetrieb_id=UUID(int=3))


def voller_satz(
    anzeigen: Sequence[Anmeldung | Ummeldung | Abmeldung], code: str = "0300", kopf: Kopf = KOPF
) -> bytes:
    """A message with whole notices."""
    typ = next(typ for typ in alle_typen() if typ.code == code)
    bundle = sendebundle("XGewerbeanzeige", date(2026, 11, 20))
    return schreibe([Satz(anzeige, SATZKOPF) for anzeige in anzeigen], kopf, typ, bundle)
