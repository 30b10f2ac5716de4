"""`amt formular`: the files that services are written in."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.kommandos import formular_austausch

if TYPE_CHECKING:
    from app.leistungen.formularfehler import Formularfehler

gruppe = typer.Typer(
    help="Formulare: die Dateien der Leistungen. / Forms: the files of the services.", no_args_is_help=True
)
formular_austausch.ergaenze(gruppe)
_WOERTER = {"error": "Fehler", "warning": "Hinweis"}


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="formular")


@gruppe.command("pruefen")
def pruefen(
    dateien: Annotated[list[Path], typer.Argument(metavar="DATEI...", help="Formulare oder Ordner")],
    als_json: Annotated[bool, typer.Option("--json", help="Als JSON ausgeben. / Print JSON.")] = False,
) -> None:
    """Formulare prüfen: jeder Fehler mit Zeile und Grund. / Check forms: every mistake with line and reason.

    Rückgabe: 0 in Ordnung, 1 mit Fehlern oder Hinweisen, 2 nicht lesbar.
    """
    from app.gewerbe import service as gewerbe

    # Code lists and subjects are brought by the rooms.
    gewerbe.verdrahte()
    liste = [datei for angabe in dateien for datei in _entfaltet(angabe)]
    ergebnisse = [_ergebnis(datei) for datei in liste]
    if als_json:
        print(json.dumps(ergebnisse, ensure_ascii=False, indent=2))
    else:
        for ergebnis in ergebnisse:
            _zeige(ergebnis)
    raise typer.Exit(max((ergebnis["code"] for ergebnis in ergebnisse), default=0))


@gruppe.command("schema")
def schema(
    datei: Annotated[Path, typer.Argument(help="Zieldatei")] = Path("openapi/formular.schema.json"),
) -> None:
    """Das JSON-Schema der Formularsprache schreiben. / Write the JSON Schema of the language of forms."""
    from app.leistungen.sprachschema import als_text

    datei.write_text(als_text(), encoding="utf-8")
    typer.echo(str(datei))


def _entfaltet(angabe: Path) -> list[Path]:
    """The forms of a folder, without those of folders in it; anything else stands for itself."""
    return (sorted(angabe.glob("*.yaml")) or [angabe]) if angabe.is_dir() else [angabe]


def _ergebnis(datei: Path) -> dict[str, Any]:
    from app.leistungen.laden import FormularUngueltig, lade

    befunde: tuple[Formularfehler, ...] = ()
    ergebnis: dict[str, Any] = {"datei": str(datei), "leistung": None, "hash": None, "code": 0}
    try:
        formular = lade(datei)
    except OSError as fehler:
        return ergebnis | {"code": 2, "grund": fehler.strerror or "?", "befunde": []}
    except FormularUngueltig as fehler:
        befunde = fehler.befunde
    else:
        befunde = formular.hinweise
        ergebnis |= {"leistung": formular.definition.leistung, "hash": formular.hash}
    return ergebnis | {"code": int(bool(befunde)), "befunde": [befund.als_dict() for befund in befunde]}


def _zeige(ergebnis: dict[str, Any]) -> None:
    anzahl = len(ergebnis["befunde"])
    if ergebnis["code"] == 2:
        typer.echo(f"{ergebnis['datei']}: nicht lesbar: {ergebnis['grund']}")
        return
    urteil = "in Ordnung" if not anzahl else f"{anzahl} {'Befund' if anzahl == 1 else 'Befunde'}"
    typer.echo(f"{ergebnis['datei']}: {urteil}")
    for befund in ergebnis["befunde"]:
        datei = f"{befund['datei']}, " if befund["datei"] else ""
        zeile = f"Zeile {befund['zeile']}" if befund["zeile"] else "ohne Zeile"
        typer.echo(
            f"  {_WOERTER[befund['schwere']]} {befund['code']}: {datei}{zeile} ({befund['pfad'] or '-'})"
        )
        typer.echo(f"    {befund['text']['de']}")
        typer.echo(f"    {befund['text']['en']}")
