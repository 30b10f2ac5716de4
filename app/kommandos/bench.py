"""`amt bench`: measure, print a table, write build/bench.json."""

from pathlib import Path
from typing import Annotated

import typer


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("bench")(bench)


def bench(
    datei: Annotated[Path, typer.Argument(help="Zieldatei")] = Path("build/bench.json"),
    port: Annotated[int, typer.Option(help="Port der gemessenen Schnittstelle")] = 8099,
) -> None:
    """Kennzahlen messen. / Measure."""
    import json

    from rich.console import Console
    from rich.table import Table

    from app.bench.lauf import messe

    kennzahlen = list(messe(port))
    tabelle = Table("figure", "value", "unit", "baseline", "ratio", "target", "met", box=None)
    for eine in kennzahlen:
        werte = eine.als_dict()
        tabelle.add_row(eine.name, *("-" if wert is None else str(wert) for wert in werte.values()))
    Console().print(tabelle)
    datei.parent.mkdir(parents=True, exist_ok=True)
    datei.write_text(
        json.dumps({eine.name: eine.als_dict() for eine in kennzahlen}, indent=2) + "\n", "utf-8"
    )
