"""How `amt empfaenger` shows its answer to people: a table of bodies and the names of the fields."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.gewerbe.anzeige import Form
from app.gewerbe.felder import FELDNAMEN
from app.gewerbe.recht.empfaenger import Anspruch
from app.mandanten.zustaendig import Stelle
from xoev.befund import Befund


def zeige(console: Console, form: Form, zeilen: Sequence[tuple[Anspruch, Stelle | None, str | None]]) -> None:
    """Print one notice's bodies; each with its addressee and the file written for it, if any."""
    tabelle = Table(title=f"Empfänger der GewA {form[1]} / recipients", show_lines=True, expand=True)
    tabelle.add_column("Stelle / body", ratio=3)
    tabelle.add_column("erhält? / entitled?", ratio=4)
    tabelle.add_column("gesendet / sent", ratio=2)
    tabelle.add_column("zurückgehalten / withheld", ratio=4)
    for anspruch, stelle, datei in zeilen:
        tabelle.add_row(
            _stelle(anspruch, stelle),
            _grund(anspruch, datei),
            bereiche(anspruch.felder) or "nichts / nothing",
            _mit_namen(form, anspruch.zurueckgehalten) if anspruch.berechtigt else "alles / everything",
        )
    console.print(tabelle)
    console.print(f"Felder der GewA {form[1]}:", style="bold")
    console.print(_mit_namen(form, FELDNAMEN[form]))


def zeige_befunde(console: Console, befunde: Iterable[Befund]) -> None:
    """Print findings, German first."""
    for befund in befunde:
        ort = befund.pointer or befund.xpath
        console.print(Text(f"{befund.rule} {ort}", style="bold"))
        console.print(Text(f"  {befund.text['de']}\n  {befund.text['en']}"))


def bereiche(nummern: Iterable[int]) -> str:
    """Numbers as people list them: 1-12, 14, 32."""
    gruppen = groupby(enumerate(sorted(nummern)), key=lambda paar: paar[1] - paar[0])
    strecken = [[nummer for _, nummer in gruppe] for _, gruppe in gruppen]
    return ", ".join(f"{s[0]}-{s[-1]}" if len(s) > 1 else str(s[0]) for s in strecken)


def _stelle(anspruch: Anspruch, stelle: Stelle | None) -> RenderableType:
    zeilen = [Text(anspruch.name["de"], style="bold"), Text(anspruch.name["en"], style="dim")]
    if stelle:
        vermutet = "" if stelle.zustaendigkeit == "belegt" else " (erschlossen / inferred)"
        zeilen.append(Text(f"{stelle.name}{vermutet}"))
    return Group(*zeilen)


def _grund(anspruch: Anspruch, datei: str | None) -> RenderableType:
    ja, farbe = ("ja / yes", "green") if anspruch.berechtigt else ("nein / no", "red")
    zeilen = [
        Text(ja, style=f"bold {farbe}"),
        Text(anspruch.grund["de"]),
        Text(anspruch.grund["en"], style="dim"),
        Text(anspruch.paragraph),
    ]
    if datei:
        zeilen.append(Text(datei, style="cyan"))
    return Group(*zeilen)


def _mit_namen(form: Form, nummern: Iterable[int]) -> Text:
    return Text("\n".join(f"{nummer} {FELDNAMEN[form][nummer].de}" for nummer in sorted(nummern)))
