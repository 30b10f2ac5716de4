"""`amt gemeinde daten`: newer data about towns and bodies over the shipped ones."""

from pathlib import Path
from typing import Annotated

import typer


def daten(
    datei: Annotated[
        Path, typer.Argument(help="YAML, oder CSV mit dem Namen ihrer Tabelle (gemeinden.csv ...)")
    ],
    probe: Annotated[bool, typer.Option("--probe", help="Nur zeigen, was sich ändern würde")] = False,
) -> None:
    """Neuere Gemeindedaten prüfen und übernehmen, ganz oder gar nicht. / Check and take over newer data.

    Ohne Fehler 0; 2, wenn die Datei nicht passt (dann ändert sich nichts).
    """
    from app.mandanten import nachtrag
    from app.mandanten.verzeichnis import Datenfehler
    from app.settings import settings

    ordner = settings().gemeindedaten_ordner
    try:
        geprueft = nachtrag.pruefe(datei, ordner)
    except Datenfehler as fehler:
        for mangel in fehler.maengel:
            typer.echo(mangel, err=True)
        typer.echo("Nichts wurde übernommen. / Nothing was taken over.", err=True)
        raise typer.Exit(2) from fehler
    for einer in geprueft.unterschiede:
        felder = f"  {', '.join(einer.felder)}" if einer.felder else ""
        typer.echo(f"{einer.art:9}  {einer.tabelle}  {einer.schluessel}  {einer.gilt}{felder}")
    if not geprueft.unterschiede:
        typer.echo("Die Datei ändert nichts. / The file changes nothing.")
    elif probe:
        typer.echo("Probe: Nichts wurde übernommen. / Dry run: nothing was taken over.")
    else:
        typer.echo(f"Übernommen / taken over: {nachtrag.uebernimm(geprueft, datei.name, ordner)}")
