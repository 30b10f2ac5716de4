"""The answer of `amt empfaenger`: reads the notices, asks the law, prints, writes the messages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from app.gewerbe.anzeige import Form, Gewerbeanzeige
from app.gewerbe.felder import FELDNAMEN
from app.gewerbe.formularschema import json_schema
from app.gewerbe.recht.empfaenger import Anspruch, empfaenger_von
from app.gewerbe.recht.rechtsstand import KeinRechtsstand
from app.kommandos.empfaenger_eingabe import MitBefunden, Unbrauchbar, lies_anzeigen
from app.kommandos.empfaenger_nachrichten import adressat, schreibe_nachricht
from app.kommandos.empfaenger_tabelle import zeige, zeige_befunde
from app.mandanten.zustaendig import Stelle
from xoev.befund import Befund, hat_fehler
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

_ORTSZEIT = ZoneInfo("Europe/Berlin")
_BEFUNDE, _UNBRAUCHBAR = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frage:
    """What was asked on the command line. `umstaende` are keywords of empfaenger_von."""

    datei: Path | None
    form: Form | None
    ordner: Path | None
    als_json: bool
    tag: date | None
    umstaende: dict[str, Any] = field(default_factory=dict)


def drucke_schema(form: Form) -> None:
    """Print the JSON Schema of the input."""
    _drucke(json_schema(form))


def beantworte(frage: Frage) -> int:
    """Print the answer; returns the exit code."""
    stichtag = frage.tag or datetime.now(_ORTSZEIT).date()
    try:
        if frage.datei is None:
            raise Unbrauchbar("Es fehlt die Datei mit der Anzeige.", "The file with the notice is missing.")
        anzeigen = lies_anzeigen(frage.datei, frage.form)
        ansprueche = [empfaenger_von(anzeige, stichtag, **frage.umstaende) for anzeige in anzeigen]
        _pruefe_verzichte(frage.umstaende.get("verzichte", frozenset()), ansprueche[0])
        return _antworten(anzeigen, ansprueche, frage.ordner, frage.als_json)
    except MitBefunden as fehler:
        _melde_befunde(fehler.befunde, frage.als_json)
        return _BEFUNDE
    except KeinRechtsstand:
        de, en = f"Zum {stichtag} gilt keine hinterlegte Rechtslage.", f"No law table holds on {stichtag}."
        _melde_unbrauchbar(Unbrauchbar(de, en), frage.als_json)
    except Unbrauchbar as fehler:
        _melde_unbrauchbar(fehler, frage.als_json)
    except OSError:
        de, en = "In den Ordner lässt sich nicht schreiben.", "The folder cannot be written to."
        _melde_unbrauchbar(Unbrauchbar(de, en), frage.als_json)
    return _UNBRAUCHBAR


def _antworten(
    anzeigen: list[Gewerbeanzeige], ansprueche: list[tuple[Anspruch, ...]], xml: Path | None, als_json: bool
) -> int:
    befunde: list[Befund] = []
    ausgabe: list[dict[str, Any]] = []
    for nummer, (anzeige, je_stelle) in enumerate(zip(anzeigen, ansprueche, strict=True), start=1):
        endung = f"-{nummer}.xml" if len(anzeigen) > 1 else ".xml"
        zeilen = []
        for anspruch in je_stelle:
            datei = xml / f"{anspruch.stelle}{endung}" if xml and anspruch.berechtigt else None
            neue = schreibe_nachricht(datei, anzeige, anspruch, datetime.now(UTC)) if datei else ()
            befunde += neue
            geschrieben = str(datei) if datei and not hat_fehler(neue) else None
            zeilen.append((anspruch, adressat(anzeige, anspruch), geschrieben))
        ausgabe += [_als_json(nummer, *zeile) for zeile in zeilen]
        if not als_json:
            zeige(Console(), anzeige.form, zeilen)
    if als_json:
        _drucke(
            {
                "empfaenger": ausgabe,
                "felder": _feldnamen(anzeigen),
                "befunde": [b.als_dict() for b in befunde],
            }
        )
    else:
        zeige_befunde(Console(stderr=True), befunde)
    return _BEFUNDE if hat_fehler(befunde) else 0


def _pruefe_verzichte(verzichte: frozenset[str], ansprueche: Sequence[Anspruch]) -> None:
    bekannt = [anspruch.stelle for anspruch in ansprueche]
    if unbekannt := sorted(verzichte.difference(bekannt)):
        genannt, moeglich = ", ".join(unbekannt), ", ".join(bekannt)
        raise Unbrauchbar(
            f"Unbekannte Stelle: {genannt}. Es gibt: {moeglich}.",
            f"Unknown body: {genannt}. There are: {moeglich}.",
        )


def _als_json(satz: int, anspruch: Anspruch, stelle: Stelle | None, datei: str | None) -> dict[str, Any]:
    zeile = anspruch.als_dict()
    zeile["schluessel"] = zeile.pop("stelle")
    return {
        "satz": satz,
        **zeile,
        "nachrichtentyp": typ_fuer_stelle(anspruch.stelle).code,
        "adressat": {"schluessel": stelle.schluessel, "name": stelle.name} if stelle else None,
        "datei": datei,
    }


def _feldnamen(anzeigen: list[Gewerbeanzeige]) -> dict[str, dict[str, dict[str, str]]]:
    return {
        anzeige.form: {str(nummer): name._asdict() for nummer, name in FELDNAMEN[anzeige.form].items()}
        for anzeige in anzeigen
    }


def _melde_befunde(befunde: Sequence[Befund], als_json: bool) -> None:
    if als_json:
        _drucke({"befunde": [befund.als_dict() for befund in befunde]})
    else:
        zeige_befunde(Console(stderr=True), befunde)


def _melde_unbrauchbar(fehler: Unbrauchbar, als_json: bool) -> None:
    if als_json:
        _drucke(
            {
                "fehler": {"de": fehler.de, "en": fehler.en},
                "befunde": [befund.als_dict() for befund in fehler.befunde],
            }
        )
        return
    typer.echo(f"{fehler.de}\n{fehler.en}", err=True)
    zeige_befunde(Console(stderr=True), fehler.befunde)


def _drucke(wert: Any) -> None:
    typer.echo(json.dumps(wert, ensure_ascii=False, indent=2))
