"""`amt empfaenger`: who receives what of a notice by law, and the messages themselves.

`amt empfaenger ANZEIGE` is the everyday use and needs no further word; the other words of the group are in
empfaenger_kanal.py.

Exit codes: 0 answered, 1 findings in the notice or in a message, 2 input that cannot be used.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.kommandos import empfaenger_kanal


class Formular(StrEnum):
    """The three forms."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"


class Filter(StrEnum):
    """Filters under § 14 Abs. 8 S. 2 GewO that a town may switch on."""

    HWK = "hwk"
    EICHAMT = "eichamt"


class _MitVorgabe(TyperGroup):
    """A group that takes what is none of its words as arguments of its first word."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        if not args or args[0] not in {*self.commands, "--help"}:
            args = [_VORGABE, *args]
        return super().make_context(info_name, args, parent, **extra)


_VORGABE = "anzeige"

gruppe = typer.Typer(
    cls=_MitVorgabe,
    help="Wer erhält was? `amt empfaenger ANZEIGE`; und wie erreichen wir die Stellen? / Who receives what, "
    "and how are the bodies reached?",
)


def registrieren(amt: typer.Typer) -> None:
    """Mount the group."""
    amt.add_typer(gruppe, name="empfaenger")


@gruppe.command(_VORGABE)
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
    from app.kommandos.empfaenger_antwort import Frage, beantworte, drucke_schema

    if schema:
        drucke_schema(schema.value)
        return
    code = beantworte(
        Frage(
            datei=datei,
            form=form.value if form else None,
            ordner=xml,
            als_json=als_json,
            tag=tag.date() if tag else None,
            umstaende={
                "verzichte": frozenset(verzicht or ()),
                "zoll_anhaltspunkte": zoll,
                "filter_hwk": Filter.HWK in (filter_ or ()),
                "filter_eichamt": Filter.EICHAMT in (filter_ or ()),
            },
        )
    )
    raise typer.Exit(code)


gruppe.command("pruefen")(empfaenger_kanal.pruefen)
gruppe.command("liste")(empfaenger_kanal.liste)
gruppe.command("kanal")(empfaenger_kanal.kanal)
