"""`amt demo`: the whole house with three towns; `amt demo --einmal DATEI`: the main job for one file."""

from pathlib import Path
from typing import Annotated

import typer

_NICHT_GELUNGEN, _UNBRAUCHBAR = 1, 2


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("demo")(demo)


def demo(
    einmal: Annotated[
        Path | None,
        typer.Option(metavar="DATEI", help="Nur diese Anzeige (XML oder JSON) den ganzen Weg gehen lassen"),
    ] = None,
    gemeinde: Annotated[
        str | None, typer.Option(metavar="AGS", help="Mit --einmal: an diese Gemeinde in NRW umadressieren")
    ] = None,
    xml: Annotated[
        Path | None, typer.Option(metavar="ORDNER", help="Mit --einmal: die Nachrichten dort ablegen")
    ] = None,
    als_json: Annotated[bool, typer.Option("--json", help="Mit --einmal: Bericht als JSON")] = False,
    port: Annotated[int | None, typer.Option(help="Port (Vorgabe: AMT_PORT oder 8000)")] = None,
) -> None:
    """Das ganze Haus mit drei Städten und erfundenen Anzeigen. / The whole house with demo towns.

    Mit --einmal: 0, wenn jede Stelle ihre Nachricht abgeholt hat, 1 sonst, 2 bei unbrauchbarer Eingabe.
    """
    from app.demo import ablauf

    einstellungen = ablauf.betritt_demo(port)
    if einmal is None:
        ablauf.fuehre_haus(einstellungen)
        return
    try:
        daten = einmal.read_bytes()
    except OSError as fehler:
        typer.echo(f"{einmal}: {fehler.strerror}", err=True)
        raise typer.Exit(_UNBRAUCHBAR) from fehler
    if gemeinde is not None and not ablauf.ist_gemeinde(gemeinde):
        typer.echo(f"{gemeinde} ist keine Gemeinde in Nordrhein-Westfalen (AGS, acht Stellen)", err=True)
        raise typer.Exit(_UNBRAUCHBAR)
    bericht = ablauf.fuehre_einmal(einstellungen, einmal.name, daten, gemeinde, xml, als_json=als_json)
    raise typer.Exit(0 if bericht.gelungen else _NICHT_GELUNGEN)
