"""`amt empfaenger`: who receives what of a notice by law, and the messages themselves.

Exit codes: 0 answered, 1 findings in the notice or in a message, 2 input that cannot be used.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from app.gewerbe.anzeige import Gewerbeanzeige
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


class Formular(StrEnum):
    """The three forms."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"


class Filter(StrEnum):
    """Filters under § 14 Abs. 8 S. 2 GewO that a town may switch on."""

    HWK = "hwk"
    EICHAMT = "eichamt"


def registrieren(amt: typer.Typer) -> None:
    """Mount the command."""
    amt.command("empfaenger")(empfaenger)


def empfaenger(
    datei: Annotated[
        Path | None,
        typer.Argument(
            metavar="ANZEIGE", help="Anzeige als JSON oder XGewerbeanzeige (XML) / notice as JSON or XML"
        ),
    ] = None,
    *,
    form: Annotated[
        Formular | None, typer.Option("--form", help="Formular, falls die JSON-Anzeige es nicht nennt / form")
    ] = None,
    xml: Annotated[
        Path | None,
        typer.Option(
            "--xml", metavar="ORDNER", help="Nachrichten in diesen Ordner schreiben / write the messages"
        ),
    ] = None,
    als_json: Annotated[bool, typer.Option("--json", help="Ausgabe als JSON / output as JSON")] = False,
    schema: Annotated[
        Formular | None,
        typer.Option("--schema", help="JSON Schema der Eingabe ausgeben / print the input's JSON Schema"),
    ] = None,
    tag: Annotated[
        datetime | None,
        typer.Option(
            "--tag", formats=["%Y-%m-%d"], help="Tag, dessen Recht gilt (heute) / day whose law counts"
        ),
    ] = None,
    zoll: Annotated[
        bool,
        typer.Option(
            "--zoll-anhaltspunkte", help="Es gibt Anhaltspunkte nach § 3 Abs. 3 GewAnzV / signs of a breach"
        ),
    ] = False,
    verzicht: Annotated[
        list[str] | None,
        typer.Option("--verzicht", help="Stelle, die verzichtet hat (mehrfach) / body with a waiver"),
    ] = None,
    filter_: Annotated[
        list[Filter] | None,
        typer.Option("--filter", help="Filter einschalten (mehrfach) / switch a filter on"),
    ] = None,
) -> None:
    """Zeigt für jede Stelle, ob und was sie aus einer Gewerbeanzeige erhält (§ 14 Abs. 8 GewO, § 3 GewAnzV).

    Shows for every body whether it receives the notice and which fields.
    """
    if schema:
        typer.echo(json.dumps(json_schema(schema.value), ensure_ascii=False, indent=2))
        return
    stichtag = tag.date() if tag else datetime.now(_ORTSZEIT).date()
    try:
        if datei is None:
            raise Unbrauchbar("Es fehlt die Datei mit der Anzeige.", "The file with the notice is missing.")
        anzeigen = lies_anzeigen(datei, form.value if form else None)
        ansprueche = [
            empfaenger_von(
                anzeige,
                stichtag,
                verzichte=frozenset(verzicht or ()),
                zoll_anhaltspunkte=zoll,
                filter_hwk=Filter.HWK in (filter_ or ()),
                filter_eichamt=Filter.EICHAMT in (filter_ or ()),
            )
            for anzeige in anzeigen
        ]
    except MitBefunden as fehler:
        _melde_befunde(fehler.befunde, als_json)
        raise typer.Exit(_BEFUNDE) from None
    except Unbrauchbar as fehler:
        _melde_unbrauchbar(fehler, als_json)
        raise typer.Exit(_UNBRAUCHBAR) from None
    except KeinRechtsstand as fehler:
        text = (
            f"Zum {fehler} ist keine Fassung des § 3 GewAnzV hinterlegt.",
            f"No law table holds on {fehler}.",
        )
        _melde_unbrauchbar(Unbrauchbar(*text), als_json)
        raise typer.Exit(_UNBRAUCHBAR) from None
    _antworten(anzeigen, ansprueche, xml, als_json)


def _antworten(
    anzeigen: list[Gewerbeanzeige], ansprueche: list[tuple[Anspruch, ...]], xml: Path | None, als_json: bool
) -> None:
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
    if hat_fehler(befunde):
        raise typer.Exit(_BEFUNDE)


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
