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
    seite: Annotated[Path | None, typer.Option(help="Auch als Tabelle in diese Seite")] = None,
    nur: Annotated[list[str] | None, typer.Option(help="Nur diese Gruppe, mehrfach möglich")] = None,
) -> None:
    """Kennzahlen messen; mit AMT_LANG=1 in vollem Umfang. / Measure; everything with AMT_LANG=1."""
    import json
    import os
    import platform
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.table import Table

    from app.bench.lauf import GRUPPEN, messe
    from app.bench.seite import schreibe_seite
    from app.bench.umfang import umfang

    if unbekannt := set(nur or ()) - set(GRUPPEN):
        raise typer.BadParameter(f"{', '.join(sorted(unbekannt))}: {', '.join(GRUPPEN)}")
    if nur and seite:
        raise typer.BadParameter("--seite braucht alle Kennzahlen / --seite needs all figures")
    kennzahlen = []
    datei.parent.mkdir(parents=True, exist_ok=True)
    for eine in messe(port, nur or ()):
        kennzahlen.append(eine)
        typer.echo(f"{eine.name} {eine.als_dict()['value']:g} {eine.unit}", err=True)
        # After each: what has been measured stays if a later group fails.
        alle = {jede.name: jede.als_dict() for jede in kennzahlen}
        datei.write_text(json.dumps(alle, indent=2) + "\n", "utf-8")
    tabelle = Table("figure", "value", "unit", "baseline", "ratio", "target", "met", box=None)
    for eine in kennzahlen:
        werte = eine.als_dict()
        tabelle.add_row(eine.name, *("-" if wert is None else str(wert) for wert in werte.values()))
    Console().print(tabelle)
    if seite is not None:
        umgebung = f"{os.cpu_count()} cores, Python {platform.python_version()}, {umfang()}"
        schreibe_seite(seite, kennzahlen, datetime.now(UTC).date(), umgebung)
