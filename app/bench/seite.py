"""The figures as a table of docs/performance.md, between the two marks."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.bench.kennzahl import Kennzahl

_ERREICHT = {True: "yes", False: "**no**", None: ""}
ANFANG, ENDE = "<!-- figures -->", "<!-- /figures -->"


def schreibe_seite(seite: Path, kennzahlen: Sequence[Kennzahl], tag: date, umgebung: str) -> None:
    """Put the table in the place of the one that stands there. Raises ValueError for a page without marks."""
    text = seite.read_text("utf-8")
    vor, anfang, rest = text.partition(ANFANG)
    _, ende, nach = rest.partition(ENDE)
    if not (anfang and ende):
        raise ValueError(f"{seite}: {ANFANG} ... {ENDE} is missing")
    seite.write_text(f"{vor}{ANFANG}\n{als_tabelle(kennzahlen, tag, umgebung)}{ENDE}{nach}", "utf-8")


def als_tabelle(kennzahlen: Sequence[Kennzahl], tag: date, umgebung: str) -> str:
    """Markdown, one line for each figure."""
    zeilen = [
        f"Measured on {tag.isoformat()}: {umgebung}.",
        "",
        "| figure | value | beside | ratio | target | met |",
        "|---|---|---|---|---|---|",
    ]
    for eine in kennzahlen:
        werte = eine.als_dict()
        beside = "" if werte["baseline"] is None else f"{werte['baseline']:g} {eine.unit}"
        verhaeltnis = "" if werte["ratio"] is None else f"{werte['ratio']:.3g}"
        zeilen.append(
            f"| `{eine.name}` | {werte['value']:g} {eine.unit} | {beside} | {verhaeltnis} "
            f"| {eine.ziel_text} | {_ERREICHT[eine.erreicht]} |"
        )
    return "\n".join(zeilen) + "\n"
