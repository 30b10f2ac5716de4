"""How long the check of a 10 KB message takes beside the bare library."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

from lxml import etree

from app.bench.kennzahl import Kennzahl
from app.demo.beispiele import beispiele
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.nachricht import Kopf, Satz, Satzkopf, gewerbeamt, schreibe
from xoev.bundles import sendebundle
from xoev.pruefen import pruefe
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

_RUNDEN, _JE_RUNDE = 31, 40
_HOECHSTENS = 3.0


def pruefung() -> Kennzahl:
    """Our check (parse, characters, schema, rules) over lxml's parse and schema, in interleaved rounds.

    Single runs on a shared machine differ by half; the median of the rounds' ratios does not.
    """
    nachricht = beispielnachricht()
    bundle = sendebundle("XGewerbeanzeige", datetime.now(UTC).date())
    schema = etree.XMLSchema(etree.parse(bundle.schema))

    def bar() -> None:
        schema.assertValid(etree.fromstring(nachricht))

    def ganz() -> None:
        if pruefe(nachricht).status != "gueltig":
            raise ValueError("the message of the benchmark is not valid")

    bar()
    ganz()
    runden = [(_dauer(ganz), _dauer(bar)) for _ in range(_RUNDEN)]
    return Kennzahl(
        name="pruefung_10kb",
        value=median(a for a, _ in runden),
        unit="ms",
        baseline=median(b for _, b in runden),
        ratio=median(a / b for a, b in runden),
        ziel=_HOECHSTENS,
        mehr_ist_besser=False,
    )


def beispielnachricht() -> bytes:
    """A valid message of about 10 KB: two notices for a body that receives every field."""
    amt = gewerbeamt("05774032", "Gewerbeamt Paderborn")
    jetzt = datetime.now(UTC)
    saetze = [
        Satz(
            GEWERBEANZEIGE.validate_python(beispiel.anzeige),
            Satzkopf(
                jetzt, jetzt, amt, f"{nummer}", uuid=UUID(int=nummer), gewerbebetrieb_id=UUID(int=nummer)
            ),
        )
        for nummer, beispiel in enumerate(beispiele(jetzt.date())[:2], 1)
    ]
    typ = typ_fuer_stelle("bisherige_gemeinde")
    return schreibe(
        saetze, Kopf(UUID(int=9), jetzt, amt, amt), typ, sendebundle("XGewerbeanzeige", jetzt.date())
    )


def _dauer(verb: Callable[[], None]) -> float:
    """Milliseconds for one call, over a round of calls."""
    beginn = time.perf_counter()
    for _ in range(_JE_RUNDE):
        verb()
    return (time.perf_counter() - beginn) * 1000 / _JE_RUNDE
