"""`amt pruefen`: checks messages from files, for people or as JSON."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

VIELE = 20
"""From so many files on a progress bar is shown, if standard error is a terminal."""

_CODES = {"gueltig": 0, "befunde": 1, "unbrauchbar": 2}
_WOERTER = {"error": "Fehler", "warning": "Warnung", "info": "Hinweis"}

Ergebnis = dict[str, Any]


def registrieren(amt: typer.Typer) -> None:
    """Adds the command `pruefen`."""
    amt.command("pruefen")(pruefen)


def pruefen(
    dateien: Annotated[
        list[Path], typer.Argument(metavar="DATEI...", help="XML-Dateien oder Ordner mit XML-Dateien.")
    ],
    als_json: Annotated[
        bool, typer.Option("--json", help="Ein JSON-Dokument mit allen Ergebnissen ausgeben.")
    ] = False,
) -> None:
    """Prüft XGewerbeanzeige-Nachrichten: Zeichen, Schema, Regeln.

    Rückgabe: 0 alle gültig, 1 mit Befunden, 2 nicht brauchbar (keine solche Datei, kein XML,
    unbekannter Standard). Bei mehreren Dateien zählt die schlechteste.
    """
    liste = [datei for angabe in dateien for datei in _entfaltet(angabe)]
    zaehler: Counter[str] = Counter()
    schreiben = _schreibe_json if als_json else _schreibe_text
    with _fortschritt(liste) as verlauf:
        schreiben(_gezaehlt((_ergebnis(datei) for datei in verlauf), zaehler))
    if not als_json and len(liste) > 1:
        print(
            f"{len(liste)} Dateien: {zaehler['gueltig']} gültig, {zaehler['befunde']} mit Befunden, "
            f"{zaehler['unbrauchbar']} nicht brauchbar."
        )
    raise typer.Exit(max(_CODES[status] for status in zaehler))


def _entfaltet(angabe: Path) -> list[Path]:
    """The XML files below a folder; anything else, and a folder without XML, stands for itself."""
    return (sorted(angabe.rglob("*.xml")) or [angabe]) if angabe.is_dir() else [angabe]


@contextmanager
def _fortschritt(liste: list[Path]) -> Iterator[Iterator[Path]]:
    if len(liste) < VIELE or not sys.stderr.isatty():
        yield iter(liste)
        return
    console = import_module("rich.console").Console(stderr=True)
    with import_module("rich.progress").Progress(console=console, transient=True) as balken:
        yield balken.track(liste, description="Prüfe")


def _gezaehlt(ergebnisse: Iterator[Ergebnis], zaehler: Counter[str]) -> Iterator[Ergebnis]:
    for ergebnis in ergebnisse:
        zaehler[ergebnis["status"]] += 1
        yield ergebnis


def _ergebnis(datei: Path) -> Ergebnis:
    # The check brings its schema explainer along; `amt --help` need not wait for it.
    xoev = import_module("xoev.pruefen")
    try:
        with datei.open("rb") as strom:
            geprueft = xoev.pruefe(strom.read(xoev.MAX_BYTES + 1))
    except OSError as fehler:
        geprueft = xoev.nicht_zu_oeffnen(fehlt=isinstance(fehler, FileNotFoundError))
    return {
        # A name with bytes that are no UTF-8 must not stop the output.
        "datei": str(datei).encode("utf-8", "backslashreplace").decode(),
        "status": geprueft.status,
        "standard": geprueft.bundle.standard if geprueft.bundle else None,
        "version": geprueft.bundle.version if geprueft.bundle else None,
        "nachrichtentyp": geprueft.nachrichtentyp,
        "befunde": [befund.als_dict() for befund in geprueft.befunde],
    }


def _schreibe_json(ergebnisse: Iterator[Ergebnis]) -> None:
    """One array, written entry by entry: ten thousand files need no more memory than one."""
    trenner = "[\n"
    for ergebnis in ergebnisse:
        print(trenner, json.dumps(ergebnis, ensure_ascii=False), sep="", end="")
        trenner = ",\n"
    print("\n]")


def _schreibe_text(ergebnisse: Iterator[Ergebnis]) -> None:
    for ergebnis in ergebnisse:
        print(f"{ergebnis['datei']}: {_urteil(ergebnis)}")
        for befund in ergebnis["befunde"]:
            ort = [f"Zeile {befund['line']}"] if befund["line"] else []
            ort += [befund["feld"]] if befund["feld"] else []
            print(f"  {_WOERTER[befund['severity']]} {befund['rule']}{_in_klammern(ort)}")
            print(f"    {befund['text']['de']}")
            if befund["xpath"]:
                print(f"    {befund['xpath']}")


def _urteil(ergebnis: Ergebnis) -> str:
    woher = (
        _in_klammern(
            [f"{ergebnis['standard']} {ergebnis['version']}"]
            + ([f"Nachricht {ergebnis['nachrichtentyp']}"] if ergebnis["nachrichtentyp"] else [])
        )
        if ergebnis["standard"]
        else ""
    )
    anzahl = len(ergebnis["befunde"])
    if ergebnis["status"] == "gueltig":
        return f"gültig{woher}"
    if ergebnis["status"] == "befunde":
        return f"{anzahl} {'Befund' if anzahl == 1 else 'Befunde'}{woher}"
    return "nicht brauchbar"


def _in_klammern(angaben: list[str]) -> str:
    return f" ({', '.join(angaben)})" if angaben else ""
