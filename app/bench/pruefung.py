"""How long the check of a 10 KB message takes beside the bare library."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from uuid import UUID

from lxml import etree

from app.bench.kennzahl import Kennzahl
from app.bench.vergleich import Vergleich, abwechselnd
from app.demo.beispiele import beispiele
from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.nachricht import Kopf, Satz, Satzkopf, gewerbeamt, schreibe
from xoev.bundles import sendebundle
from xoev.pruefen import pruefe
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

_RUNDEN, _JE_RUNDE = 31, 40
_LANGSAME_RUNDEN = 5


def pruefung() -> tuple[Kennzahl, ...]:
    """How fast our check (parse, characters, schema, rules) is beside lxml's parse and schema alone.

    The same beside xmlschema, the pure Python library, where it is installed (it belongs to the tests).
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
    gegen_lxml = abwechselnd(lambda: _rate(ganz), lambda: _rate(bar), _RUNDEN)
    kennzahlen = [_kennzahl("pruefung_10kb", gegen_lxml, 0.8)]
    with suppress(ModuleNotFoundError):
        rein_python = import_module("xmlschema").XMLSchema(str(bundle.schema))

        def langsam() -> None:
            rein_python.validate(nachricht.decode())

        gegen_python = abwechselnd(lambda: _rate(ganz), lambda: _rate(langsam, 5), _LANGSAME_RUNDEN)
        kennzahlen.append(_kennzahl("pruefung_10kb_xmlschema", gegen_python, 20.0))
    return tuple(kennzahlen)


def _kennzahl(name: str, ergebnis: Vergleich, ziel: float) -> Kennzahl:
    return Kennzahl(name, ergebnis.eigen, "1/s", ergebnis.gegen, ergebnis.verhaeltnis, ziel, True)


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


def _rate(verb: Callable[[], None], anzahl: int = _JE_RUNDE) -> float:
    """Calls per second of this process's time, over a round of calls."""
    beginn = time.process_time()
    for _ in range(anzahl):
        verb()
    return anzahl / (time.process_time() - beginn)
